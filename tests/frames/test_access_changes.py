"""Grants and revocations: what two snapshots show, what a log says, and how the two are put together."""

from __future__ import annotations

from random import Random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_tables import as_frame

from soc2kit.frames.access_changes import USES, access_changes
from soc2kit.frames.access_events import USES as EVENT_USES
from soc2kit.frames.access_events import access_events

ONE, TWO, THREE = "2026-01-31T12:00:00", "2026-02-28T12:00:00", "2026-03-31T12:00:00"


def _reads(system: str, source: str, *moments: str) -> str:
    return "\n".join(["system  source_account  snapshot_at", *(f"{system}  {source}  {at}" for at in moments)])


def _read(source: str, *moments: str) -> str:
    return "\n".join(["source_account  rows  snapshot_at", *(f"{source}  1  {at}" for at in moments)])


ACCOUNTS = f"""
    account_key  system  source_account  account_name  enabled  created_at           email    snapshot_at
    stays        aws     1               stays         yes      2024-01-01T00:00:00  ana@x.y  {ONE}
    stays        aws     1               stays         yes      2024-01-01T00:00:00  ana@x.y  {TWO}
    stays        aws     1               stays         yes      2024-01-01T00:00:00  ana@x.y  {THREE}
    undated      aws     1               undated       yes      NA                   ana@x.y  {ONE}
    undated      aws     1               undated       yes      NA                   ana@x.y  {TWO}
    undated      aws     1               undated       yes      NA                   ana@x.y  {THREE}
    comes        aws     1               comes         yes      NA                   ben@x.y  {TWO}
    comes        aws     1               comes         yes      NA                   ben@x.y  {THREE}
    created      aws     1               created       yes      2026-02-10T08:00:00  ben@x.y  {TWO}
    created      aws     1               created       yes      2026-02-10T08:00:00  ben@x.y  {THREE}
    goes         aws     1               goes          yes      2024-01-01T00:00:00  ben@x.y  {ONE}
    goes         aws     1               goes          yes      2024-01-01T00:00:00  ben@x.y  {TWO}
    turned-off   aws     1               turned-off    yes      2024-01-01T00:00:00  ben@x.y  {ONE}
    turned-off   aws     1               turned-off    yes      2024-01-01T00:00:00  ben@x.y  {TWO}
    turned-off   aws     1               turned-off    no       2024-01-01T00:00:00  ben@x.y  {THREE}
"""
PRINCIPALS = f"""
    arn    type  administrator_via  snapshot_at
    stays  user  NA                 {ONE}
    stays  user  attached X         {TWO}
    stays  user  attached X         {THREE}
    goes   user  attached X         {ONE}
    goes   user  attached X         {TWO}
    stays  role  attached X         {ONE}
"""
ARN = "arn:aws:iam::1:user/"


def _changes(events: str = "", reads: tuple[str, ...] = (ONE, TWO, THREE), **lists: str) -> pd.DataFrame:
    texts = {
        **dict.fromkeys(USES, ""),
        "accounts": ACCOUNTS,
        "account_reads": _reads("aws", "1", *reads),
        "aws_principals": PRINCIPALS,
        "read_aws_principals": _read("1", ONE, TWO, THREE),
        "access_events": events,
        **lists,
    }
    frames = {name: _snapshots(name, text) for name, text in texts.items()}
    frames["aws_principals"]["arn"] = ARN + frames["aws_principals"]["arn"]
    for name in ("accounts", "access_events"):
        keys, ours = frames[name]["account_key"], frames[name]["system"] == "aws"
        frames[name]["account_key"] = keys.mask(ours, ARN + keys)
    return access_changes(frames)


def _snapshots(name: str, text: str) -> pd.DataFrame:
    frame = as_frame(name, text)
    return frame if "snapshot_at" in frame else frame.assign(snapshot_at=pd.Series(dtype="datetime64[us, UTC]"))


def _listed(changes: pd.DataFrame, since: str = "2026-01-01") -> list[tuple[str, str, str, str]]:
    inside = changes[changes["occurred_at"] >= pd.Timestamp(since, tz="UTC")]
    return sorted(
        (row.account_key.removeprefix(ARN), row.kind, row.what, f"{row.occurred_at:%m-%d %H:%M}")
        for row in inside.itertuples()
    )


def test_what_consecutive_snapshots_show() -> None:
    assert _listed(_changes()) == [
        ("comes", "grant", "an account that can be used", "02-28 12:00"),
        ("created", "grant", "an account that can be used", "02-10 08:00"),
        ("goes", "revoke", "no longer an account that can be used", "03-31 12:00"),
        ("stays", "grant", "administrator", "02-28 12:00"),
        ("turned-off", "revoke", "no longer an account that can be used", "03-31 12:00"),
    ]


def test_accounts_of_the_first_snapshot_are_dated_by_their_source_or_not_at_all() -> None:
    assert [row for row in _listed(_changes(), "2020-01-01") if row[3] == "01-01 00:00"] == [
        (key, "grant", "an account that can be used", "01-01 00:00") for key in ("goes", "stays", "turned-off")
    ]


def test_only_whole_readings_are_compared() -> None:
    """A reading of March that lacks a list shows nothing gone."""
    assert [row for row in _listed(_changes(reads=(ONE, TWO))) if row[1] == "revoke"] == []


EVENTS = """
    event_id  system  occurred_at          account_key  account_name  email    kind    what                      whole  made_by  made_by_email  event_name
    {0}       aws     {1}                  comes        NA            ben@x.y  grant   user created              yes    deniz    deniz@x.y      CreateUser
"""  # noqa: E501


@pytest.mark.parametrize(
    ("occurred_at", "explains"),
    [
        ("2026-01-31T12:00:00", False),
        ("2026-01-31T12:00:01", True),
        ("2026-02-28T12:00:00", True),
        ("2026-02-28T12:00:01", False),
    ],
)
def test_an_event_stands_for_the_difference_that_it_explains(occurred_at: str, explains: bool) -> None:
    changes = _changes(EVENTS.format("e1", occurred_at))
    mine = changes[(changes["account_key"] == f"{ARN}comes") & (changes["kind"] == "grant")]
    assert ("event, shown by snapshots" in set(mine["basis"])) is explains
    assert len(mine) == (1 if explains else 2)
    event = mine[mine["change_id"] == "e1"].iloc[0]
    assert (event["made_by"], event["made_by_email"]) == ("deniz", "deniz@x.y")
    assert bool(event["new_account"])


OTHERS = """
    event_id  system  occurred_at          account_key  account_name  kind    what                           whole  made_by  event_name
    e1        aws     2026-02-20T12:00:00  stays        NA            grant   added to group Administrators  no     deniz    AddUserToGroup
    e2        aws     2026-02-20T12:00:00  comes        NA            grant   added to group Engineers       no     deniz    AddUserToGroup
    e3        aws     2026-02-20T12:00:00  comes        NA            revoke  user deleted                   yes    deniz    DeleteUser
    e4        github  2026-02-20T12:00:00  comes        NA            grant   member added                   yes    deniz    org.add_member
    e5        aws     2026-02-20T12:00:00  NA           created       grant   user created                   yes    deniz    CreateUser
    e6        aws     2026-02-20T12:00:00  stays        NA            grant   access key created             no     stays    CreateAccessKey
"""  # noqa: E501


def test_an_event_explains_its_own_account_kind_and_right() -> None:
    """What no snapshot shows stays; a privileged right is one however its log words it."""
    changes = _changes(OTHERS).set_index("change_id")
    assert dict(changes.loc[[f"e{number}" for number in range(1, 7)], "basis"]) == {
        "e1": "event, shown by snapshots",
        "e2": "event",
        "e3": "event",
        "e4": "event",
        "e5": "event",
        "e6": "event",
    } | {"e5": "event, shown by snapshots"}
    assert [bool(flag) for flag in changes.loc[["e1", "e2"], "privileged"]] == [True, False]
    assert [bool(flag) for flag in changes.loc[["e1", "e6"], "credential"]] == [False, True]
    assert ("comes", "grant", "an account that can be used", "02-28 12:00") in _listed(changes.reset_index())


DATABASE = {
    "accounts": f"""
        account_key  system    source_account  account_name  enabled  snapshot_at
        c/ana        postgres  c               ana           yes      {ONE}
        c/ana        postgres  c               ana           yes      {TWO}
    """,
    "account_reads": _reads("postgres", "c", ONE, TWO),
    "database_roles": f"""
        cluster  role    login  superuser  create_role  snapshot_at
        c        ana     yes    no         no           {ONE}
        c        ana     yes    no         yes          {TWO}
        c        dba     no     yes        no           {ONE}
        c        dba     no     yes        no           {TWO}
        c        oncall  no     no         no           {ONE}
        c        oncall  no     no         no           {TWO}
    """,
    "read_database_roles": _read("c", ONE, TWO),
    "database_memberships": f"""
        cluster  role     member  snapshot_at
        c        dba      oncall  {ONE}
        c        dba      oncall  {TWO}
        c        readers  ana     {ONE}
        c        oncall   ana     {TWO}
    """,
    "read_database_memberships": _read("c", ONE, TWO),
}


def test_rights_in_a_database() -> None:
    """Whoever joins a role that reaches an elevated attribute gets it, however many roles lie between."""
    changes = _changes(**DATABASE)
    found = {(row.kind, row.what): bool(row.privileged) for row in changes.itertuples() if row.system == "postgres"}
    assert found == {
        ("grant", "create role"): True,
        ("grant", "member of oncall"): True,
        ("revoke", "no longer member of readers"): False,
    }


def test_rights_in_an_organisation() -> None:
    changes = _changes(
        accounts=f"""
            account_key  system  source_account  account_name  snapshot_at
            ana          github  o               ana           {ONE}
            ana          github  o               ana           {TWO}
        """,
        account_reads=_reads("github", "o", ONE, TWO),
        github_member_roles=f"login  role  snapshot_at\nana  admin  {ONE}\nana  member  {TWO}",
        read_github_members=_read("o", ONE, TWO),
        outside_collaborators=f"login  repository  permission  snapshot_at\nkim  o/web  admin  {TWO}",
        read_github_outside=_read("o", ONE, TWO),
    )
    assert [
        (row.account_key, row.kind, row.what, bool(row.privileged))
        for row in changes[changes["system"] == "github"].itertuples()
    ] == [
        ("ana", "revoke", "no longer organisation owner", False),
        ("kim", "grant", "admin on o/web", True),
    ]


CENTER = {
    "accounts": f"""
        account_key  system  source_account   account_name  enabled  snapshot_at
        mara         aws     Identity Center  mara          yes      {TWO}
        lou          aws     Identity Center  lou           yes      {TWO}
    """,
    "account_reads": _reads("aws", "Identity Center", ONE, TWO),
    "identity_center_access": f"""
        user_key         account  permission_set  via                    administrator_via  snapshot_at
        {ARN}mara        1        Administrator   group Administrators  attached X         {TWO}
        {ARN}lou         1        Engineer        group Engineers       NA                 {TWO}
        {ARN}lou         2        Administrator   direct                attached X         {TWO}
    """,
    "read_identity_center": "source_account  rows  snapshot_at\n1  0  " + f"{ONE}\n1  3  {TWO}",
}
JOINS = """
    event_id  system  occurred_at          account_key  kind   what                               whole  made_by  event_name
    e1        aws     2026-02-20T12:00:00  mara         grant  added to Identity Center group 90  no     deniz    CreateGroupMembership
    e2        aws     2026-02-20T12:00:00  lou          grant  added to Identity Center group 91  no     deniz    CreateGroupMembership
"""  # noqa: E501


def test_the_first_assignments_are_grants() -> None:
    """An empty list was read, too. A membership of a group stands for what it leads to, and is as privileged; what was
    assigned to somebody without a group it does not explain."""
    found = {
        (row.account_key.removeprefix(ARN), row.what, None if pd.isna(row.right) else row.right, bool(row.privileged))
        for row in _changes(JOINS, **CENTER).itertuples()
        if row.kind == "grant" and row.what != "an account that can be used" and "stays" not in row.account_key
    }
    assert found == {
        ("mara", "added to Identity Center group 90", "Administrator in account 1", True),
        ("lou", "added to Identity Center group 91", "Engineer in account 1", False),
        ("lou", "Administrator in account 2", None, True),
    }


ORGANISATION = {
    "accounts": "\n".join(
        ["account_key  system  source_account  account_name  snapshot_at"]
        + [f"{login}  github  o  {login}  {at}" for login in ("ana", "ben", "kim") for at in (ONE, TWO)]
    ),
    "account_reads": _reads("github", "o", ONE, TWO),
    "github_team_members": f"""
        team  login  role    snapshot_at
        ops   ana    member  {TWO}
        web   ben    member  {ONE}
        web   ben    member  {TWO}
        web   kim    member  {TWO}
    """,
    "github_team_repositories": f"""
        team  repository  permission  snapshot_at
        ops   o/infra     admin       {TWO}
        web   o/web       write       {ONE}
        web   o/web       write       {TWO}
        web   o/api       write       {TWO}
    """,
    "read_github_teams": _read("o", ONE, TWO),
    "github_direct_collaborators": f"""
        login  repository  permission  snapshot_at
        ana    o/web       write       {ONE}
        ana    o/web       read        {TWO}
        ben    o/infra     read        {ONE}
        ben    o/infra     admin       {TWO}
    """,
    "read_github_direct": _read("o", ONE, TWO),
}


def test_teams_and_rights_by_name() -> None:
    """Who joins a team gets its rights with it, in one row; what a team is given, its people are. Less than before is
    no grant."""
    found = {
        (row.account_key, row.kind, row.what): bool(row.privileged)
        for row in _changes(**ORGANISATION).itertuples()
        if row.system == "github"
    }
    assert found == {
        ("ana", "grant", "member of team ops"): True,
        ("kim", "grant", "member of team web"): False,
        ("ben", "grant", "write on o/api through team web"): False,
        ("ana", "revoke", "no longer write on o/web"): False,
        ("ben", "grant", "admin on o/infra"): True,
    }


def test_policies_and_groups_of_users() -> None:
    held = f"arn  holds  snapshot_at\n{ARN}stays  policy A  {ONE}\n"
    held += f"{ARN}stays  policy A,group B (ReadOnly),policy C (inline),limited by boundary D  {TWO}\n"
    found = _changes(aws_user_policies=held + f"{ARN}stays  policy A  {THREE}")
    assert {(kind, what) for _, kind, what, _ in _listed(found) if "policy" in what or "group" in what} == {
        ("grant", "group B"), ("grant", "policy C"), ("revoke", "no longer group B"), ("revoke", "no longer policy C"),
    }  # fmt: skip


GRANTED = {
    **DATABASE,
    "database_reach": f"""
        cluster  member  role     path                     how      snapshot_at
        c        ana     readers  ana > readers            at once  {ONE}
        c        ana     oncall   ana > oncall             at once  {TWO}
    """,
    "database_grants": f"""
        cluster  database  grantee  object  object_kind  privilege  snapshot_at
        c        app       readers  a.b     table        SELECT     {ONE}
        c        app       oncall   a.b     table        INSERT     {TWO}
        c        app       ana      a.b     table        DELETE     {TWO}
        c        app       ana      a       schema       USAGE      {TWO}
    """,
    "database_owners": f"cluster  database  object  object_kind  owner  snapshot_at\nc  app  x  schema  ana  {TWO}",
    "read_database_grants": _read("c", ONE, TWO),
}


def test_rights_to_the_data_of_a_database() -> None:
    """What comes and goes with a membership has no row of its own."""
    before = set(_changes(**DATABASE)["what"])
    assert set(_changes(**GRANTED)["what"]) - before == {"writes in database app", "owns in database app"}


@given(seed=st.integers(0, 2**16))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    shuffled = {
        "accounts": _shuffled(ACCOUNTS, seed),
        "aws_principals": _shuffled(PRINCIPALS, seed),
        "read_aws_principals": _shuffled(_read("1", ONE, TWO, THREE), seed),
        "account_reads": _shuffled(_reads("aws", "1", ONE, TWO, THREE), seed),
    }
    pd.testing.assert_frame_equal(_changes(_shuffled(OTHERS, seed), **shuffled), _changes(OTHERS))


def _shuffled(text: str, seed: int) -> str:
    header, *rows = text.strip().splitlines()
    Random(seed).shuffle(rows)
    return "\n".join([header, *rows])


LOG = f"""
    event_id  occurred_at          account_key  account_name  kind    what          made_by                   event_name      succeeded
    e1        2026-02-10T12:00:00  {ARN}ana     ana           revoke  user deleted  {ARN}ben                  DeleteUser      yes
    e1        2026-02-10T12:00:00  {ARN}ana     ana           revoke  user deleted  {ARN}ben                  DeleteUser      yes
    e2        2026-02-10T12:00:00  NA           ana           grant   user created  arn:aws:iam::1:role/ben   CreateUser      NA
    e3        2026-02-10T12:00:00  {ARN}ana     ana           grant   user created  NA                        CreateUser      no
    e4        2026-01-01T00:00:00  {ARN}tagged  tagged        grant   in a group    NA                        AddUserToGroup  yes
    e5        2026-02-10T12:00:00  {ARN}ana     ana           grant   in a group    {ARN}desk                 AddUserToGroup  yes
"""  # noqa: E501


def test_events_are_joined_to_people_as_accounts_are() -> None:
    """A role must not pass for the user of its name; what was refused changed nothing; an event read twice is one."""
    texts = {
        **dict.fromkeys(EVENT_USES, ""),
        "aws_access_events": LOG,
        "identities": f"system  account_name  email  snapshot_at\naws  ana  ana@x.y  {ONE}\naws  ben  ben@x.y  {ONE}"
        f"\naws  desk  ana@x.y  {ONE}\naws  desk  ben@x.y  {ONE}",
        "aws_principals": f"arn  type  email  snapshot_at\n{ARN}tagged  user  ana@x.y  {ONE}",
        "people": f"email  name  kind  snapshot_at\nana@x.y  Ana  employee  {ONE}\nben@x.y  Ben  employee  {ONE}",
    }
    logs = ("aws_access_events", "github_access_events")
    frame = access_events(
        {name: as_frame(name, text) if name in logs else _snapshots(name, text) for name, text in texts.items()}
    )
    found = frame.set_index("event_id")[["email", "made_by_email", "whole"]].astype("object").fillna("")
    assert found.to_dict("index") == {
        "e1": {"email": "ana@x.y", "made_by_email": "ben@x.y", "whole": True},
        "e2": {"email": "ana@x.y", "made_by_email": "", "whole": True},
        "e4": {"email": "ana@x.y", "made_by_email": "", "whole": False},
        "e5": {"email": "ana@x.y", "made_by_email": "", "whole": False},
    }
    assert frame.set_index("event_id")["made_by_shared"].dropna().to_dict() == {"e5": ["ana@x.y", "ben@x.y"]}
