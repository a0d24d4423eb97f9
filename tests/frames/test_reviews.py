"""What a reviewer sees of an account: rights in words, what stands out, and a digest of what is reviewed."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from review_makers import ANA, BEN, NOW, REVIEWERS, THREE
from text_tables import as_frame

from soc2kit.frames import review_files
from soc2kit.frames.database_reach import database_reach
from soc2kit.frames.review_reads import USES as READ_USES
from soc2kit.frames.review_reads import review_reads
from soc2kit.frames.reviews import USES, review_populations, review_rows
from soc2kit.frames.reviews_aws import user_policies
from soc2kit.reviews import actions
from soc2kit.reviews.model import Review, Row
from soc2kit.reviews.population import reviewers, snapshot_at, snapshots_in
from soc2kit.reviews.text import dump
from soc2kit.reviews.words import idle

AT = "2026-03-31"
FRAMES = {
    "accounts": f"""
        system    account_key      email    ambiguous  name  kind        left_at     shared_by  claimed_by  snapshot_at
        aws       a/admin          ana@x.y  no         Ana   employee    NA          NA  NA  {AT}
        aws       a/center         ana@x.y  no         Ana   employee    NA          NA  NA  {AT}
        aws       a/key            NA       no         NA    NA          NA          NA  NA  {AT}
        aws       a/none           zoe@x.y  no         NA    NA          NA          NA  NA  {AT}
        github    owner            ana@x.y  no         Ana   employee    NA          NA  NA  {AT}
        github    plain            NA       yes        NA    NA          NA          NA  a@x,o@x  {AT}
        github    guest            cy@x.y   no         Cy    contractor  2026-03-30  NA  NA  {AT}
        github    invitation of x  NA       no         NA    NA          NA          NA  NA  {AT}
        postgres  main/deep        ben@x.y  no         Ben   employee    2026-04-01  NA  NA  {AT}
        postgres  main/old         ben@x.y  no         Ben   employee    NA          NA  NA  {AT}
        postgres  main/iam         ben@x.y  no         Ben   employee    NA          NA  NA  {AT}
        postgres  main/ops         NA       no         NA    employee    NA          ana@x.y,ben@x.y  NA  {AT}
    """,
    "aws_users": f"""
        arn      user   created_at  console  mfa  snapshot_at
        a/admin  admin  2025-01-01  yes      no   {AT}
        a/key    key    2025-01-01  no       no   {AT}
        a/none   none   2025-01-01  yes      NA   {AT}
    """,
    "aws_credentials": f"""
        credential  arn      type        active  last_used_at  snapshot_at
        1           a/admin  password    yes     2026-03-01    {AT}
        2           a/key    access key  yes     2026-03-02    {AT}
        3           a/key    access key  yes     2026-03-05    {AT}
        4           a/key    access key  no      NA            {AT}
    """,
    "aws_user_policies": f"""
        arn      holds                       snapshot_at
        a/admin  group Admins (Everything)   {AT}
        a/key    policy B,policy A           {AT}
        a/none   []                          {AT}
    """,
    "aws_principals": f"""
        arn      type  administrator_via              snapshot_at
        a/admin  user  group Admins: attached Every   {AT}
        a/key    user  NA                             {AT}
    """,
    "github_member_roles": f"""
        login  role    snapshot_at
        owner  admin   {AT}
        plain  member  {AT}
    """,
    "github_organization": f"""
        organization  default_permission  snapshot_at
        org           write               {AT}
    """,
    "github_members": f"""
        login  role    two_factor  snapshot_at
        owner  admin   yes         {AT}
        plain  member  no          {AT}
    """,
    "outside_collaborators": f"""
        login  repository  permission  snapshot_at
        guest  org/web     admin       {AT}
        guest  org/api     NA          {AT}
    """,
    "database_roles": f"""
        cluster  role   login  inherit  superuser  create_role  bypass_rls  valid_until  snapshot_at
        main     deep   yes    yes      no         no           no          NA           {AT}
        main     old    yes    yes      no         yes          no          2026-03-30   {AT}
        main     iam    yes    yes      no         no           no          NA           {AT}
        main     inner  no     yes      no         no           no          NA           {AT}
        main     root   no     yes      yes        no           no          NA           {AT}
    """,
    "database_grants": f"""
        cluster  database  grantee  object       object_kind  privilege  grantable  snapshot_at
        main     app       inner    pay.bills    table        UPDATE     no         {AT}
        main     app       inner    pay.bills    table        SELECT     no         {AT}
        main     app       inner    pay.lines    table        SELECT     no         {AT}
        main     app       inner    pay          schema       USAGE      no         {AT}
        main     app       old      pay.bills    table        SELECT     no         {AT}
    """,
    "database_owners": f"""
        cluster  database  object     object_kind  owner  snapshot_at
        main     app       pay.bills  table        old    {AT}
        main     app       app        database     deep   {AT}
    """,
    "github_team_members": f"""
        team  login  role        snapshot_at
        core  plain  maintainer  {AT}
        new   owner  member      {AT}
    """,
    "github_team_repositories": f"""
        team  repository  permission  snapshot_at
        core  org/web     write       {AT}
        core  org/api     NA          {AT}
    """,
    "github_direct_collaborators": f"""
        login  repository  permission  snapshot_at
        plain  org/infra   admin       {AT}
        guest  org/web     admin       {AT}
    """,
    "github_invitations": f"""
        invited  role           snapshot_at
        x        direct_member  {AT}
    """,
    "identity_center_access": f"""
        user_key  account  permission_set  via         administrator_via  snapshot_at
        a/center  1        Engineer        group Devs  NA                 {AT}
        a/center  2        Administrator   by name     Administrator      {AT}
    """,
    "aws_effective_rights": f"""
        arn    type  kind        right                     condition  limited_by_boundary  snapshot_at
        a/key  user  escalation  may pass any role         NA         no                   {AT}
        a/key  user  escalation  may make keys for others  NA         yes                  {AT}
    """,
    "database_memberships": f"""
        cluster  role     member  admin_option  snapshot_at
        main     inner    deep    no            {AT}
        main     root     inner   no            {AT}
        main     inner    root    no            {AT}
        main     rds_iam  iam     no            {AT}
    """,
}


# What the table leaves out was not collected.
NOTHING = dict.fromkeys(USES, "")


def snapshots(name: str, text: str) -> pd.DataFrame:
    frame = as_frame(name, text)
    return frame if "snapshot_at" in frame else frame.assign(snapshot_at=pd.Series(dtype="datetime64[us, UTC]"))


def made(**other: str) -> pd.DataFrame:
    frames = {name: snapshots(name, text) for name, text in {**NOTHING, **FRAMES, **other}.items()}
    return review_rows({**frames, "database_reach": database_reach(frames)})


ROWS = made().set_index("account_key")


@pytest.mark.parametrize(
    ("account", "privileges", "privileged", "flags"),
    [
        ("a/admin", "administrator through group Admins: attached Every; console password; group Admins (Everything)",
         True, ["privileged", "no MFA"]),
        # What a boundary takes away is no right.
        ("a/key", "2 access keys; may pass any role; policy A; policy B", True, ["no owner", "privileged"]),
        ("a/center", "Administrator in account 2 (by name); Engineer in account 1 (group Devs)", True,
         ["privileged"]),
        ("invitation of x", "invited as direct_member", False, ["no owner"]),
        ("a/none", "console password", False, ["owner not in the roster", "MFA unknown"]),
        ("owner", "owner of the organisation; team new: no repository", True, ["privileged"]),
        ("plain", "by name: admin on org/infra; member of the organisation, write on every repository;"
         " team core (maintainer): unknown permission on org/api, write on org/web", True,
         ["claimed for two owners", "privileged", "no MFA"]),
        ("guest", "outside: admin on org/web; outside: unknown permission on org/api", True,
         ["owner left on 2026-03-30", "outside collaborator with admin"]),
        ("main/deep", "member of inner; member of inner → root (superuser);"
         " reads pay.bills, pay.lines of app through inner; writes pay.bills of app through inner", True,
         ["privileged", "password never expires"]),
        ("main/old", "creates roles; owns pay.bills of app; reads pay.bills of app", True,
         ["privileged", "password ended on 2026-03-30"]),
        ("main/iam", "member of rds_iam", False, []),
        ("main/ops", "no rights of its own", False, ["shared by 2 people"]),
    ],
)  # fmt: skip
def test_rights_and_what_stands_out(account: str, privileges: str, privileged: bool, flags: list[str]) -> None:
    row = ROWS.loc[account]
    assert (row["privileges"], bool(row["privileged"]), row["flags"]) == (privileges, privileged, flags)


def test_last_use_and_second_factor_are_unknown_where_nobody_tells() -> None:
    assert str(ROWS.loc["a/key", "last_used_at"])[:10] == "2026-03-05"
    assert ROWS["last_used_at"].isna().sum() == 10
    assert ROWS["mfa"].isna().sum() == 8
    assert ROWS["system"].value_counts().to_dict() == {"aws": 4, "github": 4, "postgres": 4}


def test_everybody_who_could_be_using_an_account_holds_it() -> None:
    held = ROWS["held_by"].to_dict()
    assert held["a/admin"] == ["ana@x.y"]
    assert held["main/ops"] == ["ana@x.y", "ben@x.y"]
    assert held["plain"] == ["a@x", "o@x"]
    assert held["a/key"] == []


@pytest.mark.parametrize(
    ("frame", "old", "new", "account", "moves"),
    [
        ("aws_user_policies", "policy B", "policy C", "a/key", True),
        ("aws_users", "yes      no ", "yes      yes", "a/admin", True),
        ("accounts", "ana@x.y  no         Ana   employee    NA ", "ben@x.y  no         Ben   employee    NA ",
         "a/admin", True),
        ("accounts", "ana@x.y,ben@x.y", "ana@x.y,zoe@x.y", "main/ops", True),
        ("aws_credentials", "2026-03-05", "2026-03-06", "a/key", False),
        ("accounts", "cy@x.y   no         Cy    contractor  2026-03-30", "cy@x.y   no         Cy    contractor  NA",
         "guest", False),
    ],
)  # fmt: skip
def test_a_digest_moves_with_what_is_reviewed(frame: str, old: str, new: str, account: str, moves: bool) -> None:
    assert old in FRAMES[frame]
    other = made(**{frame: FRAMES[frame].replace(old, new, 1)}).set_index("account_key")
    changed = {name for name in ROWS.index if ROWS.loc[name, "row_digest"] != other.loc[name, "row_digest"]}
    assert changed == ({account} if moves else set())


def test_without_any_evidence_there_are_no_rows_and_all_columns() -> None:
    empty = {name: snapshots(name, "") for name in NOTHING}
    assert list(review_rows(empty)) == list(made())


@pytest.mark.parametrize(
    ("reads", "whole"),
    [
        ("1 yes 2026-03-31", ["2026-03-31"]),
        # The second account answered before and after: without it the snapshot in between lacks something.
        ("1 yes 2026-03-01, 2 yes 2026-03-01, 1 yes 2026-03-31, 1 yes 2026-04-01, 2 yes 2026-04-01",
         ["2026-03-01", "2026-04-01"]),
        # An account that came later, or went, lacks in none.
        ("1 yes 2026-03-01, 1 yes 2026-03-31, 2 yes 2026-03-31", ["2026-03-01", "2026-03-31"]),
        # One whose rights are not there is not reviewed without them, nor is any other account of the system.
        ("1 yes 2026-03-01, 1 yes 2026-03-31, 2 no 2026-03-31", ["2026-03-01"]),
    ],
)  # fmt: skip
def test_a_population_is_a_snapshot_with_every_account_of_the_system(reads: str, whole: list[str]) -> None:
    lines = [
        "system  source_account  whole  snapshot_at",
        *("  ".join(["aws", *read.split()]) for read in reads.split(", ")),
    ]
    found = review_populations({"review_rows": made(), "review_reads": as_frame("review_reads", "\n".join(lines))})
    assert [str(moment)[:10] for moment in found["snapshot_at"]] == whole
    shown = found[found["snapshot_at"] == pd.Timestamp(AT, tz="UTC")]
    assert list(shown["rows"]) == [4] * len(shown)


ONE, TWO, THREE_DAYS = "2026-03-01", "2026-03-31", "2026-04-01"
LISTS = tuple(name for name in READ_USES if name.startswith("read_"))


def lists(**read: str) -> pd.DataFrame:
    """Which snapshots are whole; each list is given as `account rows day`, with commas between."""
    frames = {name: snapshots(name, "") for name in ("account_reads", "identity_center_users", *LISTS)}
    for name, text in read.items():
        headers = {"account_reads": "system  source_account", "identity_center_users": "user_key  user_name"}
        lines = [f"{headers.get(name, 'source_account  rows')}  snapshot_at"]
        frames[name] = as_frame(name, "\n".join([*lines, *("  ".join(row.split()) for row in text.split(", "))]))
    return review_reads(frames)


def lacking(**read: str) -> list[tuple[str, str]]:
    found = lists(**read)
    return [(row.source_account, str(row.snapshot_at)[:10]) for row in found[~found["whole"]].itertuples()]


BOTH = f"github org {ONE}, github org {TWO}"


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        # A company that collects none of a list lacks it nowhere.
        ({"account_reads": BOTH}, []),
        # An empty list that was read is a read.
        ({"account_reads": BOTH, "read_github_teams": f"org 3 {ONE}, org 0 {TWO}"}, []),
        ({"account_reads": BOTH, "read_github_teams": f"org 0 {ONE}"}, [("org", TWO)]),
        ({"account_reads": BOTH, "read_github_organization": f"org 1 {ONE}"}, [("org", TWO)]),
        ({"account_reads": BOTH, "read_github_direct": f"org 1 {ONE}"}, [("org", TWO)]),
        ({"account_reads": BOTH, "read_github_invitations": f"org 1 {ONE}"}, [("org", TWO)]),
        # A list that has only begun to be collected was not lacking before.
        ({"account_reads": BOTH, "read_github_teams": f"org 1 {TWO}"}, []),
        ({"account_reads": f"postgres a {ONE}, postgres a {TWO}, postgres b {TWO}",
          "read_database_memberships": f"a 1 {ONE}, a 1 {TWO}, b 1 {ONE}"}, [("b", TWO)]),
        ({"account_reads": f"postgres a {ONE}, postgres a {TWO}", "read_database_grants": f"a 1 {ONE}"}, [("a", TWO)]),
        ({"account_reads": f"aws 1 {ONE}, aws 1 {TWO}, aws 2 {TWO}",
          "read_aws_principals": f"1 1 {ONE}, 2 1 {ONE}, 2 1 {TWO}"}, [("1", TWO)]),
        # What Identity Center gives is no right of an IAM user; its own users lack it once there are any.
        ({"account_reads": f"aws 1 {ONE}, aws 1 {TWO}", "read_identity_center": f"1 0 {ONE}"}, []),
        ({"account_reads": f"aws 1 {ONE}, aws 1 {TWO}, aws 1 {THREE_DAYS}", "identity_center_users": f"u eve {TWO}",
          "read_identity_center": f"1 0 {ONE}, 1 4 {TWO}"}, [("Identity Center", THREE_DAYS)]),
        ({"account_reads": f"aws 1 {TWO}, aws 1 {THREE_DAYS}", "identity_center_users": f"u eve {TWO}",
          "read_identity_center": f"1 4 {TWO}, 2 0 {TWO}, 1 4 {THREE_DAYS}"}, []),
        # The account that has it answered nothing at all; another one that never had it did.
        ({"account_reads": f"aws 1 {TWO}, aws 2 {TWO}, aws 2 {THREE_DAYS}", "identity_center_users": f"u eve {TWO}",
          "read_identity_center": f"1 4 {TWO}, 2 0 {TWO}, 2 0 {THREE_DAYS}"}, [("Identity Center", THREE_DAYS)]),
        ({"account_reads": f"aws 1 {TWO}, aws 2 {TWO}, aws 1 {THREE_DAYS}, aws 2 {THREE_DAYS}",
          "identity_center_users": f"u eve {TWO}", "read_aws_principals": f"1 1 {TWO}, 2 1 {TWO}, 1 1 {THREE_DAYS}"},
         [("2", THREE_DAYS), ("Identity Center", THREE_DAYS)]),
    ],
)  # fmt: skip
def test_a_snapshot_without_a_list_of_rights_is_not_whole(
    read: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    assert lacking(**read) == expected


def test_identity_center_that_has_nobody_left_was_read() -> None:
    found = lists(
        account_reads=f"aws 1 {ONE}, aws 1 {TWO}, aws 1 {THREE_DAYS}",
        identity_center_users=f"u eve {TWO}",
        read_identity_center=f"1 0 {ONE}, 1 4 {TWO}, 1 0 {THREE_DAYS}",
    )
    directory = found[found["source_account"] == "Identity Center"]
    assert [(str(row.snapshot_at)[:10], bool(row.whole)) for row in directory.itertuples()] == [
        (TWO, True), (THREE_DAYS, True),
    ]  # fmt: skip


def test_the_population_of_the_form_is_the_one_of_the_frames() -> None:
    rows = made()
    reads = as_frame("review_reads", f"system  source_account  whole  snapshot_at\naws  1  yes  {AT}")
    (population,) = review_populations({"review_rows": rows, "review_reads": reads}).to_dict("records")
    snapshot = snapshot_at(rows, "aws", datetime(2026, 3, 31, tzinfo=UTC))
    assert (population["rows"], population["sha256"]) == (4, snapshot.sha256)
    assert [row.account for row in snapshot.rows] == ["a/admin", "a/center", "a/key", "a/none"]


def test_privileged_rights_are_told_apart() -> None:
    assert ROWS.loc["guest", "privileged_rights"] == ["outside: admin on org/web"]
    assert ROWS.loc["a/none", "privileged_rights"] == []


def test_reviewers_are_people_who_are_there() -> None:
    people = as_frame("people", """
        email    name  kind        started_on  left_at     contract_ends_on  snapshot_at
        ana@x.y  Ana   employee    NA          NA          NA                2026-03-31
        ben@x.y  Ben   contractor  2025-01-01  2026-05-01  2026-05-01        2026-03-31
        cy@x.y   Cy    employee    NA          2026-04-01  NA                2026-03-31
        dan@x.y  Dan   contractor  NA          NA          2026-04-01        2026-03-31
        eve@x.y  Eve   employee    2026-05-01  NA          NA                2026-03-31
        bot@x.y  Bot   service     NA          NA          NA                2026-03-31
        old@x.y  Old   employee    NA          NA          NA                2026-02-28
    """)  # fmt: skip
    assert reviewers(people, NOW) == {"ana@x.y": "Ana", "ben@x.y": "Ben"}


@pytest.mark.parametrize(
    ("used", "created", "words"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), None, ["unused for more than 90 days"]),
        (datetime(2026, 1, 8, 15, tzinfo=UTC), None, []),
        (None, datetime(2025, 1, 1, tzinfo=UTC), ["unused for more than 90 days, never used"]),
        (None, None, []),
    ],
)
def test_idle_accounts(used: datetime | None, created: datetime | None, words: list[str]) -> None:
    row = Row("a", "a", None, None, None, None, None, "", False, used, created, None, (), "")
    assert list(idle(row, NOW, 90)) == words


def test_policies_of_a_user_by_name() -> None:
    answer = {
        "GroupDetailList": [{"GroupName": "Dev", "AttachedManagedPolicies": [{"PolicyName": "Read"}],
                             "GroupPolicyList": [{"PolicyName": "extra"}]}],
        "UserDetailList": [
            {"Arn": "a", "GroupList": ["Dev", "Gone"], "AttachedManagedPolicies": [{"PolicyName": "P"}],
             "UserPolicyList": [{"PolicyName": "own"}],
             "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::1:policy/team/Limit"}},
            {"Arn": "b"},
        ],
    }  # fmt: skip
    assert list(user_policies([{"answer": answer}], {})) == [
        {"arn": "a", "holds": ["policy P", "policy own (inline)", "group Dev (Read, extra (inline))",
                               "group Gone (unknown policies)", "limited by boundary Limit"]},
        {"arn": "b", "holds": []},
    ]  # fmt: skip


def pages(*files: tuple[str, str], zone: str = "UTC", month: int = 1) -> list[dict[str, Any]]:
    first = {"call": "folder reviews", "parameters": {"zone": zone, "fiscal_year_start": month}, "answer": []}
    return [first, *({"call": f"file reviews/{name}", "parameters": {}, "answer": text} for name, text in files)]


def signed() -> Review:
    review = Review("2026-Q1", "aws")
    for accounts, by in ((["ana", "nobody"], BEN), (["ben"], ANA)):
        review = actions.decide(
            review, THREE, accounts, decision="keep", reason="works", by=by, at=NOW, reviewers=REVIEWERS
        )
    return actions.sign(review, THREE, by=ANA, at=NOW, reviewers=REVIEWERS)


def test_a_file_is_judged_by_what_it_contains() -> None:
    text = dump(signed())
    read = pages(
        ("2026-Q1-aws.yaml", text), ("2026-Q2-aws.yaml", text), ("2026-Q1-github.yaml", "<<<<<<< ours"),
        ("notes.yaml", "x"),
    )  # fmt: skip
    good, misnamed, broken = review_files.files(read, {})
    assert (good["signed_by"], good["signature_valid"], good["problem"]) == (ANA, True, None)
    assert (good["population_sha256"], good["rows"]) == (THREE.sha256, 3)
    assert "the review inside is of 2026-Q1 and aws" in misnamed["problem"]
    assert "2026-Q1-github.yaml line 1: a merge left" in broken["problem"]
    assert [row["account_key"] for row in review_files.decisions(read, {})] == ["ana", "ben", "nobody"]
    (edited,) = review_files.files(pages(("2026-Q1-aws.yaml", text.replace("works", "does not"))), {})
    assert edited["signature_valid"] is False


@pytest.mark.parametrize(
    ("run_at", "month", "zone", "quarters"),
    [
        ("2026-04-01T06:00:00Z", 1, "UTC", ["2026-Q2", "2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2"]),
        ("2026-03-31T22:30:00Z", 1, "Europe/Berlin", ["2026-Q2", "2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2"]),
        ("2026-03-31T20:00:00Z", 2, "UTC", ["2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2", "2025-Q1"]),
    ],
)
def test_quarters_are_the_companys(run_at: str, month: int, zone: str, quarters: list[str]) -> None:
    found = list(review_files.quarters(pages(zone=zone, month=month), {"run_at": run_at}))
    assert [row["quarter"] for row in found] == quarters
    assert all(later["start"] == earlier["end"] for later, earlier in itertools.pairwise(found))


def test_snapshots_of_a_quarter_are_inside_it() -> None:
    from soc2kit.period import CIVIL

    table = as_frame("review_populations", """
        system  rows  sha256  snapshot_at
        aws     1     a       2025-12-31T23:59:59
        aws     1     b       2026-03-31T23:59:59
        aws     1     c       2026-01-01T00:00:00
        aws     1     d       2026-04-01T00:00:00
        github  1     e       2026-02-01T00:00:00
    """)  # fmt: skip
    found = snapshots_in(table, "aws", CIVIL.parse("2026-Q1"))
    assert [str(moment)[:10] for moment in found] == ["2026-01-01", "2026-03-31"]
