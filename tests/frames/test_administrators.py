"""Administrators from IAM and through Identity Center."""

from __future__ import annotations

import pytest
from text_tables import as_frame

from soc2kit.frames.administrators import aws_administrators

RESERVED = "arn:aws:iam::1:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_"
PRINCIPALS = f"""
    arn                               type  administrator_via  held_back   boundary  snapshot_at
    arn:aws:iam::1:user/team/ana      user  inline all         NA          NA        2026-03-31
    arn:aws:iam::1:role/ana           role  attached Admin     NA          NA        2026-03-31
    arn:aws:iam::1:user/ben           user  NA                 inline all  limit     2026-03-31
    arn:aws:iam::1:user/cleo          user  NA                 NA          NA        2026-03-31
    {RESERVED}Wide_0123456789abcdef   role  attached Admin     NA          NA        2026-03-31
    {RESERVED}Own_0123456789abcdef    role  attached Ours      NA          NA        2026-03-31
    {RESERVED}Less_0123456789abcdef   role  NA                 attached A  limit     2026-03-31
    {RESERVED}None_0123456789abcdef   role  NA                 NA          NA        2026-03-31
"""
USERS = """
    user_key  user_name  snapshot_at
    u/1       dora       2026-03-31
    u/1       dora       2026-02-28
"""
ACCESS = "user_key  account  permission_set  via  administrator_via  snapshot_at"


@pytest.mark.parametrize(
    ("rows", "via", "held_back"),
    [
        (["u/1  1  Wide  group g  permission set Wide: attached Admin  2026-03-31"],
         "permission set Wide in account 1 (group g): attached Admin", None),
        # A policy of the account that the set only names is known from the role.
        (["u/1  1  Own  direct  NA  2026-03-31"], "permission set Own in account 1 (direct): attached Ours", None),
        # What the set says counts only where the role was not read: in another account, at another time.
        (["u/1  1  None  direct  permission set None: attached Admin  2026-03-31"], None, None),
        (["u/1  2  None  direct  permission set None: attached Admin  2026-03-31"],
         "permission set None in account 2 (direct): attached Admin", None),
        (["u/1  1  None  direct  permission set None: attached Admin  2026-02-28"],
         "permission set None in account 1 (direct): attached Admin", None),
        (["u/1  1  Less  direct  permission set Less: attached A  2026-03-31"], None,
         "permission set Less in account 1 (direct): attached A"),
        (["u/1  1  Wide  direct  NA  2026-03-31", "u/1  1  Own  group g  NA  2026-03-31"],
         "permission set Own in account 1 (group g): attached Ours;"
         " permission set Wide in account 1 (direct): attached Admin", None),
    ],
)  # fmt: skip
def test_people_are_as_wide_as_the_role_behind_their_permission_set(
    rows: list[str], via: str | None, held_back: str | None
) -> None:
    frames = {
        "aws_principals": as_frame("aws_principals", PRINCIPALS),
        "identity_center_users": as_frame("identity_center_users", USERS),
        "identity_center_access": as_frame("identity_center_access", "\n".join([ACCESS, *rows])),
    }
    found = aws_administrators(frames)
    people = found[found["type"] == "person"]
    expected = [("u/1", "dora", via, held_back)] if via or held_back else []
    shown = people[["arn", "name", "administrator_via", "held_back"]].astype(object)
    assert list(shown.where(shown.notna(), None).itertuples(index=False, name=None)) == expected


def test_names_are_those_of_approved_lists() -> None:
    frames = {
        "aws_principals": as_frame("aws_principals", PRINCIPALS),
        "identity_center_users": as_frame("identity_center_users", USERS).iloc[:0],
        "identity_center_access": as_frame(
            "identity_center_access", f"{ACCESS}\nu/1  1  Wide  direct  NA  2026-03-31"
        ).iloc[:0],
    }
    found = aws_administrators(frames)
    assert list(found["name"])[:3] == ["ana", "role/ana", "ben"]
    assert "cleo" not in list(found["name"])
