"""Whose account is it: confirmed matches and tags, never the look of a name."""

from __future__ import annotations

import pandas as pd
import pytest
from text_tables import as_frame

from soc2kit.frames.accounts import accounts, two_factor_members

EMPTY = {
    "read_github_members": "",
    "aws_users": "",
    "github_member_roles": "",
    "outside_collaborators": "",
    "database_roles": "",
}
AT = "2026-03-31"
PEOPLE = f"""
    email    name  kind      left_at  snapshot_at
    ana@x.y  Ana   employee  NA       {AT}
    ben@x.y  Ben   employee  NA       {AT}
    old@x.y  Old   employee  NA       2026-02-28
"""
IDENTITIES = f"""
    system    account_name  email    snapshot_at
    aws       sure          ana@x.y  {AT}
    aws       agreed        ana@x.y  {AT}
    aws       clash         ana@x.y  {AT}
    aws       twice         ana@x.y  {AT}
    aws       twice         ben@x.y  {AT}
    aws       repeated      ana@x.y  {AT}
    aws       repeated      ana@x.y  {AT}
    aws       unknown       zoe@x.y  {AT}
    aws       former        ana@x.y  2026-02-28
    github    elsewhere     ana@x.y  {AT}
"""
TAGS = f"""
    arn       type  email    snapshot_at
    tagged    user  ben@x.y  {AT}
    capitals  user  Ben@X.Y  {AT}
    agreed    user  Ana@x.y  {AT}
    clash     user  ben@x.y  {AT}
    a-role    role  ben@x.y  {AT}
"""


def _owner(name: str) -> tuple[str | None, str | None, bool]:
    texts = {
        **EMPTY, "aws_users": f"arn  user  snapshot_at\n{name}  {name}  {AT}",
        "people": PEOPLE, "identities": IDENTITIES, "aws_principals": TAGS,
    }  # fmt: skip
    frame = accounts({key: _snapshots(key, text) for key, text in texts.items()})
    (row,) = frame.to_dict("records")
    return tuple(None if value is pd.NA else value for value in (row["email"], row["name"], row["ambiguous"]))


def _snapshots(name: str, text: str) -> pd.DataFrame:
    frame = as_frame(name, text)
    return frame if "snapshot_at" in frame else frame.assign(snapshot_at=pd.Series(dtype="datetime64[us, UTC]"))


@pytest.mark.parametrize(
    ("account", "email", "name", "ambiguous"),
    [
        ("sure", "ana@x.y", "Ana", False),
        ("tagged", "ben@x.y", "Ben", False),
        ("capitals", "ben@x.y", "Ben", False),
        ("agreed", "ana@x.y", "Ana", False),
        ("clash", None, None, True),
        ("twice", None, None, True),
        ("repeated", "ana@x.y", "Ana", False),
        ("unknown", "zoe@x.y", None, False),
        ("former", None, None, False),
        ("elsewhere", None, None, False),
        ("ana", None, None, False),
        ("a-role", None, None, False),
    ],
)
def test_owners(account: str, email: str | None, name: str | None, ambiguous: bool) -> None:
    assert _owner(account) == (email, name, ambiguous)


def test_one_row_per_account_and_snapshot() -> None:
    """A collaborator of two repositories is one account; a role that cannot log in is none."""
    texts = {
        "aws_users": "",
        "aws_principals": "",
        "read_github_members": f"source_account  rows  snapshot_at\norg  1  {AT}",
        "github_member_roles": f"login  role  snapshot_at\nana  admin  {AT}",
        "outside_collaborators": f"login  repository  snapshot_at\nkim  o/a  {AT}\nkim  o/b  {AT}",
        "database_roles": f"cluster  role  login  snapshot_at\nc  ana  yes  {AT}\nc  team  no  {AT}\nc  odd  NA  {AT}",
        "people": PEOPLE,
        "identities": IDENTITIES,
    }
    frame = accounts({key: _snapshots(key, text) for key, text in texts.items()})
    assert sorted(frame["account_key"]) == ["ana", "c/ana", "c/odd", "kim"]
    assert dict(zip(frame["account_key"], frame["source_account"], strict=True)) == {
        "ana": "org", "kim": "org", "c/ana": "c", "c/odd": "c",
    }  # fmt: skip


def test_two_factor_is_unknown_where_the_list_was_not_read() -> None:
    """Members of a snapshot without the second list do not appear as if all had two factors."""
    lists = as_frame("github_two_factor_lists", f"listed  snapshot_at\n1  {AT}")
    frames = {
        "github_member_roles": as_frame(
            "github_member_roles",
            f"login  role  snapshot_at\nana  admin  {AT}\nben  member  {AT}\nben  member  2026-02-28",
        ),
        "github_without_two_factor": as_frame("github_without_two_factor", f"login  snapshot_at\nben  {AT}"),
        "github_two_factor_lists": lists,
    }
    members = two_factor_members(frames)
    assert dict(zip(members["login"], members["two_factor"], strict=True)) == {"ana": True, "ben": False}
