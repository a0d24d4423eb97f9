"""Access to GitHub besides membership, and its audit log, as rows."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from text_tables import as_frame

from soc2kit.frames import FRAMES, company, github_access, github_events
from soc2kit.frames.schema import typed


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"role_name": "write"}, "write"),
        ({"role_name": "push"}, "write"),
        ({"role_name": "security-lead"}, "security-lead"),
        ({"permissions": {"pull": True, "push": True, "admin": False}}, "write"),
        ({"permissions": {"pull": True, "triage": True, "push": True, "maintain": True, "admin": True}}, "admin"),
        ({"permissions": {}}, None),
        ({}, None),
    ],
)
def test_a_permission_has_one_name(record: dict[str, Any], expected: str | None) -> None:
    page = {"call": "GET /orgs/o/teams/core/repos", "parameters": {}, "answer": [{"full_name": "o/r", **record}]}
    (row,) = github_access.team_repositories([page], {})
    assert row == {"team": "core", "repository": "o/r", "permission": expected}


def test_a_team_called_members_is_no_list_of_members() -> None:
    pages = [
        {"call": "GET /orgs/o/teams", "parameters": {}, "answer": [{"slug": "members"}]},
        {"call": "GET /orgs/o/teams/members/members", "parameters": {"role": "maintainer"}, "answer": [{"login": "a"}]},
        {"call": "GET /orgs/o/teams/members/repos", "parameters": {}, "answer": []},
    ]
    assert list(github_access.team_members(pages, {})) == [{"team": "members", "login": "a", "role": "maintainer"}]
    assert list(github_access.team_repositories(pages, {})) == []


@pytest.mark.parametrize(
    ("saml", "scim", "email"),
    [
        ({"nameId": "Ada@X.y", "emails": [], "username": None}, None, "ada@x.y"),
        ({"nameId": "u-17", "emails": [{"primary": False, "value": "b@x.y"}, {"primary": True, "value": "a@x.y"}],
          "username": None}, None, "a@x.y"),
        ({"nameId": "u-17", "emails": None, "username": "c@x.y"}, None, "c@x.y"),
        ({"nameId": "u-17", "emails": None, "username": "ada"}, {"username": "d@x.y", "emails": []}, "d@x.y"),
        ({"nameId": "u-17", "emails": None, "username": "ada"}, None, None),
        (None, None, None),
    ],
)  # fmt: skip
def test_the_address_behind_a_login(saml: Any, scim: Any, email: str | None) -> None:
    nodes = [{"user": {"login": "ada"}, "samlIdentity": saml, "scimIdentity": scim}, {"user": None}]
    page = {"answer": {"organization": {"samlIdentityProvider": {"externalIdentities": {"nodes": nodes}}}}}
    assert list(github_access.saml_identities([page], {})) == [{"login": "ada", "email": email}]


ON, OFF = {"status": "enabled"}, {"status": "disabled"}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"secret_scanning": ON, "secret_scanning_push_protection": OFF}, (True, False)),
        ({"secret_scanning": ON}, (True, None)),
        ({"secret_scanning": {}}, (None, None)),
        (None, (None, None)),
    ],
)
def test_a_watch_that_is_not_shown_is_unknown_and_not_off(settings: Any, expected: Any) -> None:
    answer = {"full_name": "o/r", "archived": False, "security_and_analysis": settings}
    (row,) = github_access.secret_scanning([{"answer": answer}], {})
    assert (row["scanning"], row["push_protection"]) == expected


def test_an_invitation_is_named_by_login_or_address() -> None:
    one = {"role": "admin", "inviter": {"login": "ann"}, "created_at": "2026-03-01T00:00:00Z"}
    pages = [
        {"answer": [{**one, "login": "new", "email": None}, {**one, "login": None, "email": "b@x.y", "inviter": None}]}
    ]
    assert [(row["invited"], row["inviter"]) for row in github_access.invitations(pages, {})] == [
        ("new", "ann"), ("b@x.y", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("action", "more", "kind", "what"),
    [
        ("org.add_member", {"permission": "admin"}, "grant", "member added as owner"),
        ("org.add_member", {}, "grant", "member added"),
        ("org.update_member", {"permission": "admin", "old_permission": "read"}, "grant", "member made owner"),
        ("org.update_member", {"permission": "read", "old_permission": "admin"}, "revoke", "owner made member"),
        ("org.update_member", {}, "grant", "role of member changed"),
        ("org.remove_member", {}, "revoke", "member removed"),
        ("org.add_outside_collaborator", {"repo": "o/r", "permission": "push"}, "grant",
         "outside collaborator given write on o/r"),
        ("org.remove_outside_collaborator", {}, "revoke", "outside collaborator removed"),
        ("org.update_default_repository_permission", {"permission": "admin", "old_permission": "read"}, "grant",
         "default permission of every member: read changed to admin"),
        ("org.update_default_repository_permission", {"permission": "none", "old_permission": "read"}, "revoke",
         "default permission of every member: read changed to none"),
        ("org.update_default_repository_permission", {"permission": "read"}, "grant",
         "default permission of every member: unknown changed to read"),
        ("repo.add_member", {"repo": "o/r", "permission": "admin"}, "grant", "given admin on o/r"),
        ("repo.add_member", {}, "grant", "given access on a repository"),
        ("repo.update_member", {"repo": "o/r", "old_repo_permission": "admin", "new_repo_permission": "read"}, "revoke",
         "admin changed to read on o/r"),
        ("repo.update_member", {"repo": "o/r", "new_repo_permission": "a-role"}, "grant",
         "unknown changed to a-role on o/r"),
        ("repo.remove_member", {"repo": "o/r"}, "revoke", "removed from o/r"),
        ("team.add_member", {"team": "o/core"}, "grant", "added to team core"),
        ("team.remove_member", {"team": "o/core"}, "revoke", "removed from team core"),
        ("team.add_repository", {"team": "o/core", "repo": "o/r"}, "grant", "team core given access on o/r"),
        ("team.remove_repository", {"team": "o/core", "repo": "o/r"}, "revoke", "team core removed from o/r"),
        ("public_key.create", {"repo": "o/r", "title": "ci", "read_only": "false"}, "grant",
         "deploy key ci added to o/r, may write"),
        ("public_key.create", {"repo": "o/r", "title": "ci", "read_only": True}, "grant",
         "deploy key ci added to o/r, read-only"),
        ("public_key.delete", {"repo": "o/r", "title": "ci", "read_only": True}, "revoke",
         "deploy key ci removed from o/r"),
        ("integration_installation.create", {"integration": "ci"}, "grant", "app ci installed"),
        ("integration_installation.destroy", {"name": "ci"}, "revoke", "app ci removed"),
    ],
)  # fmt: skip
def test_events_are_told_as_grants_and_revocations(action: str, more: dict[str, Any], kind: str, what: str) -> None:
    event = {"_document_id": "1", "@timestamp": 1772323200000, "action": action, "actor": "ann", "user": "bob", **more}
    (row,) = github_events.logged_events([{"answer": [event]}], {})
    assert (row["kind"], row["what"], row["made_by"], row["account_key"]) == (kind, what, "ann", "bob")
    assert row["occurred_at"] == "2026-03-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("public_key.create", {"title": "a person's own"}),
        ("org.enable_two_factor_requirement", {}),
        ("repo.create", {}),
    ],
)
def test_what_changes_nobodys_access_is_no_row(action: str, more: dict[str, Any]) -> None:
    event = {"_document_id": "1", "@timestamp": 1, "action": action, "actor": "ann", **more}
    assert list(github_events.logged_events([{"answer": [event]}], {})) == []


LOGGED = """
    event_id  occurred_at       account_key  account_name  kind    what           made_by  event_name
    1         2026-03-01T08:00  bob          bob           invite  invited        ann      org.invite_member
    2         2026-03-02T08:00  bob          bob           invite  invited        ben      org.invite_member
    3         2026-04-01T08:00  bob          bob           grant   member added   bob      org.add_member
    4         2026-04-02T08:00  cat          cat           grant   member added   cat      org.add_member
    5         2026-04-02T08:00  dan          dan           grant   member added   ann      org.add_member
    6         2026-04-03T08:00  bob          bob           grant   added to team  bob      team.add_member
    7         2026-04-04T08:00  NA           NA            grant   app added      ann      app
    8         2026-04-05T08:00  cat          cat           invite  invited        ann      org.invite_member
"""


def test_who_invited_made_the_grant_and_not_who_accepted() -> None:
    logged = as_frame("github_logged_events", LOGGED)
    shuffled = logged.sample(frac=1, random_state=7).reset_index(drop=True)
    events = github_events.access_events({"github_logged_events": shuffled}).sort_values("event_id")
    found = dict(zip(events["event_id"], events["made_by"], strict=True))
    assert {key: None if pd.isna(who) else who for key, who in found.items()} == {
        "3": "ben", "4": None, "5": "ann", "6": "bob", "7": "ann",
    }  # fmt: skip
    assert set(events) == {column.name for column in FRAMES["github_access_events"].columns}


def test_a_log_without_events_gives_an_empty_frame() -> None:
    events = github_events.access_events({"github_logged_events": typed(FRAMES["github_logged_events"], [], "none")})
    assert len(events) == 0
    assert set(events) == {column.name for column in FRAMES["github_access_events"].columns}


OUTSIDE = """
    login  repository  permission  snapshot_at
    Kim    o/web       write       2026-01-31
    Kim    o/web       write       2026-02-28
    lou    o/web       read        2026-02-28
    lou    o/api       read        2026-03-31
"""
REGISTER = """
    login  sponsor  until             snapshot_at
    kim    x@y.z    2026-03-01T23:59  2026-02-28
    lou    x@y.z    2026-04-01T23:59  2026-03-31
"""


def outside_access(register: str) -> list[tuple[str, str, Any, Any]]:
    columns = as_frame("outside_register", register)
    if "snapshot_at" not in columns:
        columns["snapshot_at"] = pd.Series(dtype="datetime64[us, UTC]")
    frames = {"outside_collaborators": as_frame("outside_collaborators", OUTSIDE), "outside_register": columns}
    found = github_access.outside_access(frames)
    return [
        (
            row.login,
            f"{row.snapshot_at:%m-%d}",
            *(None if pd.isna(value) else value for value in (row.registered, row.sponsor)),
        )
        for row in found.itertuples()
    ]


def test_the_register_that_was_kept_at_the_time_counts() -> None:
    assert outside_access(REGISTER) == [
        ("Kim", "01-31", None, None), ("Kim", "02-28", True, "x@y.z"), ("lou", "02-28", False, None),
        ("lou", "03-31", True, "x@y.z"),
    ]  # fmt: skip


def test_without_a_register_nobody_is_in_it_and_nobody_is_not() -> None:
    assert {row[2] for row in outside_access("")} == {None}


def test_the_last_day_of_access_ends_with_the_day() -> None:
    record = {"calls": [{"parameters": {"time_zone": "America/Los_Angeles"}}]}
    text = "login,sponsor,until,note\n kim ,Ada@X.y,2026-03-28,x\nlou,,,\n"
    assert list(company.outside_register(text, record)) == [
        {"login": "kim", "sponsor": "ada@x.y", "until": "2026-03-29T06:59:59Z"},
        {"login": "lou", "sponsor": None, "until": None},
    ]


def test_outside_collaborators_sign_in_too_where_the_list_could_be_read() -> None:
    member = "login  role  two_factor  snapshot_at\nann  admin  yes  2026-01-31"
    frames = {
        "github_members": as_frame("github_members", member),
        "outside_collaborators": as_frame("outside_collaborators", OUTSIDE),
        "github_outside_without_two_factor": as_frame("github_outside_without_two_factor", """
            login  snapshot_at
            lou    2026-02-28
        """),
        "github_outside_two_factor_lists": as_frame("github_outside_two_factor_lists", """
            listed  snapshot_at
            1       2026-02-28
            0       2026-03-31
        """),
    }  # fmt: skip
    found = github_access.sign_ins(frames)
    assert [(row.login, f"{row.snapshot_at:%m-%d}", row.two_factor) for row in found.itertuples()] == [
        ("ann", "01-31", True), ("Kim", "02-28", True), ("lou", "02-28", False), ("lou", "03-31", True),
    ]  # fmt: skip
