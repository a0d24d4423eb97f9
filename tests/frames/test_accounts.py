"""Which accounts there are, and whose each is: what names an owner, never the look of a name."""

from __future__ import annotations

import pandas as pd
import pytest
from text_tables import as_frame

from soc2kit.frames.accounts import READ_USES, USES, account_reads, accounts, two_factor_members
from soc2kit.frames.departures import with_contracts

EMPTY = dict.fromkeys(USES, "")
AT = "2026-03-31"
PEOPLE = f"""
    email    name  kind      left_at  snapshot_at
    ana@x.y  Ana   employee  NA       {AT}
    ben@x.y  Ben   employee  NA       {AT}
    cy@x.y   Cy    employee  NA       {AT}
    old@x.y  Old   employee  NA       2026-02-28
"""
IDENTITIES = f"""
    system    account_name  email    snapshot_at
    aws       sure          ana@x.y  {AT}
    aws       agreed        ana@x.y  {AT}
    aws       clash         ana@x.y  {AT}
    aws       twice         ana@x.y  {AT}
    aws       twice         ben@x.y  {AT}
    aws       shared-tag    ana@x.y  {AT}
    aws       shared-tag    ben@x.y  {AT}
    aws       shared-other  ana@x.y  {AT}
    aws       shared-other  ben@x.y  {AT}
    aws       repeated      ana@x.y  {AT}
    aws       repeated      ana@x.y  {AT}
    aws       unknown       zoe@x.y  {AT}
    aws       unknown-tag   zoe@x.y  {AT}
    aws       alias-tag     ana@x.y  {AT}
    aws       former        ana@x.y  2026-02-28
    github    elsewhere     ana@x.y  {AT}
    github    saml-clash    ana@x.y  {AT}
"""
TAGS = f"""
    arn           type  email      snapshot_at
    tagged        user  ben@x.y    {AT}
    capitals      user  Ben@X.Y    {AT}
    agreed        user  Ana@x.y    {AT}
    clash         user  ben@x.y    {AT}
    shared-tag    user  ben@x.y    {AT}
    shared-other  user  cy@x.y     {AT}
    unknown-tag   user  ben@x.y    {AT}
    alias-tag     user  ana@old    {AT}
    two-aliases   user  a@old      {AT}
    ben@x.y       user  ana@x.y    {AT}
    a-role        role  ben@x.y    {AT}
"""
SAML = f"""
    login       email    snapshot_at
    signed-in   ana@x.y  {AT}
    saml-clash  ben@x.y  {AT}
    saml-twice  ana@x.y  {AT}
    saml-twice  ben@x.y  {AT}
    saml-none   NA       {AT}
"""
DIRECTORY = f"""
    user_key  user_name  email    active  snapshot_at
    d/1       ana        ana@x.y  yes     {AT}
    d/2       ben@x.y    ben@x.y  no      {AT}
    d/3       ana@x.y    ben@x.y  NA      {AT}
    d/4       nobody     NA       yes     {AT}
"""
OWNER = ("email", "name", "matched_by", "shared_by", "claims")


def _owned(**lists: str) -> dict[str, object]:
    """The row of the one account that the lists hold."""
    owners = {"people": PEOPLE, "identities": IDENTITIES, "aws_principals": TAGS, "github_saml_identities": SAML}
    frame = accounts({key: _snapshots(key, text) for key, text in {**EMPTY, **owners, **lists}.items()})
    (row,) = frame.to_dict("records")
    return {name: None if value is None or value is pd.NA else value for name, value in row.items()}


def _snapshots(name: str, text: str) -> pd.DataFrame:
    frame = as_frame(name, text)
    return frame if "snapshot_at" in frame else frame.assign(snapshot_at=pd.Series(dtype="datetime64[us, UTC]"))


@pytest.mark.parametrize(
    ("account", "email", "name", "matched_by", "shared_by"),
    [
        ("sure", "ana@x.y", "Ana", "file", None),
        ("tagged", "ben@x.y", "Ben", "tag", None),
        ("capitals", "ben@x.y", "Ben", "tag", None),
        ("agreed", "ana@x.y", "Ana", "file", None),
        ("twice", None, None, "file", ["ana@x.y", "ben@x.y"]),
        ("shared-tag", None, None, "file", ["ana@x.y", "ben@x.y"]),
        ("repeated", "ana@x.y", "Ana", "file", None),
        ("unknown", "zoe@x.y", None, "file", None),
        ("alias-tag", "ana@x.y", "Ana", "file", None),
        ("two-aliases", "a@old", None, "tag", None),
        ("former", None, None, None, None),
        ("elsewhere", None, None, None, None),
        ("ana", None, None, None, None),
        ("Ana@X.Y", "ana@x.y", "Ana", "name", None),
        ("gone@x.y", None, None, None, None),
        ("a-role", None, None, None, None),
    ],
)
def test_owners(
    account: str, email: str | None, name: str | None, matched_by: str | None, shared_by: list[str] | None
) -> None:
    row = _owned(aws_users=f"arn  user  snapshot_at\n{account}  {account}  {AT}")
    assert tuple(row[column] for column in OWNER) == (email, name, matched_by, shared_by, None)
    assert row["ambiguous"] is False


@pytest.mark.parametrize(
    ("account", "claims"),
    [
        ("clash", "Ana <ana@x.y> by file; Ben <ben@x.y> by tag"),
        ("ben@x.y", "Ana <ana@x.y> by tag; Ben <ben@x.y> by name"),
        ("unknown-tag", "not in the roster <zoe@x.y> by file; Ben <ben@x.y> by tag"),
        ("shared-other", "Ana <ana@x.y> by file; Ben <ben@x.y> by file; Cy <cy@x.y> by tag"),
    ],
)
def test_sources_that_disagree_are_named_with_what_each_says(account: str, claims: str) -> None:
    row = _owned(aws_users=f"arn  user  snapshot_at\n{account}  {account}  {AT}")
    assert tuple(row[column] for column in OWNER) == (None, None, None, None, claims)
    assert row["ambiguous"] is True


@pytest.mark.parametrize(
    ("login", "email", "claims"),
    [
        ("signed-in", "ana@x.y", None),
        ("saml-clash", None, "Ana <ana@x.y> by file; Ben <ben@x.y> by SAML"),
        ("saml-twice", None, "Ana <ana@x.y> by SAML; Ben <ben@x.y> by SAML"),
        ("saml-none", None, None),
    ],
)
def test_owners_of_logins(login: str, email: str | None, claims: str | None) -> None:
    row = _owned(github_member_roles=f"login  role  snapshot_at\n{login}  member  {AT}")
    assert (row["email"], row["claims"]) == (email, claims)


@pytest.mark.parametrize(
    ("user", "email", "matched_by", "enabled"),
    [
        (0, "ana@x.y", "directory", True),
        (1, "ben@x.y", "name", False),
        (2, None, None, True),
        (3, None, None, True),
    ],
)
def test_users_of_identity_center(user: int, email: str | None, matched_by: str | None, enabled: bool) -> None:
    header, *rows = DIRECTORY.strip().splitlines()
    row = _owned(identity_center_users=f"{header}\n{rows[user]}")
    assert (row["email"], row["matched_by"], row["enabled"]) == (email, matched_by, enabled)
    assert (row["system"], row["source_account"]) == ("aws", "Identity Center")


def test_a_shared_account_is_a_persons_as_soon_as_a_person_has_it() -> None:
    people = f"email  name  kind  snapshot_at\nana@x.y  Ana  contractor  {AT}\nben@x.y  Ben  service  {AT}"
    row = _owned(aws_users=f"arn  user  snapshot_at\ntwice  twice  {AT}", people=people)
    assert row["kind"] == "contractor"


def test_an_invitation_is_access_that_waits() -> None:
    row = _owned(
        read_github_members=f"source_account  rows  snapshot_at\norg  1  {AT}",
        github_invitations=f"invited  role  snapshot_at\nana@x.y  member  {AT}",
    )
    assert (row["account_key"], row["email"], row["matched_by"]) == ("invitation of ana@x.y", "ana@x.y", "name")


@pytest.mark.parametrize(
    ("console", "key", "enabled"),
    [("no", "no", False), ("no", "yes", True), ("no", "NA", True), ("yes", "no", True), ("NA", "no", True)],
)
def test_an_iam_user_without_password_and_keys_cannot_be_used(console: str, key: str, enabled: bool) -> None:
    row = _owned(
        aws_users=f"arn  user  console  snapshot_at\na  a  {console}  {AT}",
        aws_credentials=f"credential  arn  type  active  snapshot_at\na/1  a  access key  {key}  {AT}",
    )
    assert row["enabled"] is enabled


def test_a_contract_that_has_ended_is_a_leaving_date() -> None:
    frame = with_contracts(
        pd.DataFrame(
            {
                "left_at": pd.to_datetime(["2026-03-01", None, "2026-03-01", None], utc=True),
                "contract_ends_on": pd.to_datetime(["2026-02-01", "2026-02-01", None, None], utc=True),
            }
        )
    )
    assert [str(day)[:10] for day in frame["left_at"]] == ["2026-02-01", "2026-02-01", "2026-03-01", "NaT"]


def test_one_row_per_account_and_snapshot() -> None:
    """A collaborator of two repositories is one account; a role that cannot log in is none."""
    texts = {
        **EMPTY,
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


def test_identity_center_is_a_list_of_its_own() -> None:
    """Where only IAM was read, a user of Identity Center is not gone; nor the other way round."""
    reads = dict.fromkeys(READ_USES, "") | {
        "read_aws_users": "source_account  rows  snapshot_at\n1  5  2026-02-28\n1  5  2026-03-31",
        "read_identity_center": "source_account  rows  snapshot_at\n1  0  2026-01-31\n1  2  2026-03-31",
    }
    frame = account_reads({name: _snapshots(name, text) for name, text in reads.items()})
    assert sorted((row.source_account, f"{row.snapshot_at:%m-%d}") for row in frame.itertuples()) == [
        ("1", "02-28"), ("1", "03-31"), ("Identity Center", "01-31"), ("Identity Center", "03-31"),
    ]  # fmt: skip


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
