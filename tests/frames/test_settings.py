"""GitHub's settings, PostgreSQL's catalogue and the company's files as rows."""

from __future__ import annotations

from typing import Any

import pytest

from soc2kit.frames import company, github, postgres

CLUSTER = {"source": {"account": "c"}, "calls": [{"parameters": {}}]}


@pytest.mark.parametrize(
    "answer", [{}, {"two_factor_requirement_enabled": None, "default_repository_permission": None}]
)
def test_hidden_settings_of_the_organisation_stay_missing(answer: dict[str, Any]) -> None:
    (row,) = github.organization([{"answer": {"login": "o", **answer}}], {})
    assert row == {"organization": "o", "two_factor_required": None, "default_permission": None}


def test_an_empty_list_was_read_all_the_same() -> None:
    assert list(github.lists_read([{"answer": []}], {})) == [{"listed": 0}]
    assert list(github.without_two_factor([{"answer": []}], {})) == []


ROLE = {
    "rolname": "ana", "rolcanlogin": True, "rolinherit": True, "rolsuper": False, "rolcreaterole": False,
    "rolcreatedb": False, "rolreplication": False, "rolbypassrls": False, "rolvaliduntil": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, [("ana", None)]),
        ({"rolvaliduntil": "infinity"}, [("ana", None)]),
        ({"rolvaliduntil": "2026-06-29T00:00:00+00:00"}, [("ana", "2026-06-29T00:00:00+00:00")]),
        ({"rolname": "pg_monitor"}, []),
        ({"rolname": "rds_superuser"}, [("rds_superuser", None)]),
    ],
)
def test_roles(changed: dict[str, Any], expected: list[Any]) -> None:
    role = {**ROLE, **changed}
    pages = [{"answer": {"columns": list(role), "rows": [list(role.values())]}}]
    assert [(row["role"], row["valid_until"]) for row in postgres.roles(pages, CLUSTER)] == expected


def test_memberships_say_what_older_servers_do_not_know() -> None:
    older = {"columns": ["role", "member", "grantor", "admin_option"], "rows": [["dba", "ana", "postgres", True]]}
    (row,) = postgres.memberships([{"answer": older}], CLUSTER)
    assert (row["role"], row["member"], row["admin_option"]) == ("dba", "ana", True)
    assert (row["inherits"], row["can_set"]) == (None, None)


def test_grants_are_merged_over_their_grantors_and_an_owners_own_are_left_out() -> None:
    columns = ["kind", "object", "owner", "grantor", "grantee", "privilege", "grantable"]
    listed = [
        ["table", "s.t", "own", "own", "own", "INSERT", False],
        ["table", "s.t", "own", "own", "ana", "INSERT", False],
        ["table", "s.t", "own", "ben", "ana", "INSERT", True],
        ["table", "s.t", "own", "own", "PUBLIC", "SELECT", False],
        ["table", "s.t", "own", "own", None, "SELECT", False],
    ]
    owners = [["table", "s.t", "own"], ["database", "app", "own"]]
    pages = [
        {"call": "SQL databases", "parameters": {}, "answer": {"columns": ["database"], "rows": [["app"]]}},
        _page("SQL grants", columns, listed),
        _page("SQL owners", ["kind", "object", "owner"], owners),
    ]
    found = {(row["grantee"], row["privilege"]): row["grantable"] for row in postgres.grants(pages, CLUSTER)}
    assert found == {("ana", "INSERT"): True, ("PUBLIC", "SELECT"): False, ("unknown role", "SELECT"): False}
    kinds = {(row["database"], row["object_kind"], row["object"]) for row in postgres.owners(pages, CLUSTER)}
    assert kinds == {("app", "table", "s.t"), ("app", "database", "app")}


def _page(call: str, columns: list[str], rows: list[Any]) -> dict[str, Any]:
    return {"call": call, "parameters": {"database": "app"}, "answer": {"columns": columns, "rows": rows}}


@pytest.mark.parametrize(
    ("left_at", "moment"),
    [("", None), ("2026-03-13", "2026-03-13T23:59:59Z"), ("2026-03-13T12:00:00Z", "2026-03-13T12:00:00Z")],
)
def test_a_leaving_date_ends_with_its_day(left_at: str, moment: str | None) -> None:
    text = f"email,name,kind,team,manager,started_on,left_at\n Ana@X.y ,Ana,employee,,Boss@x.y,,{left_at}\n"
    (row,) = company.people(text, CLUSTER)
    assert (row["email"], row["team"], row["manager"], row["left_at"]) == ("ana@x.y", None, "boss@x.y", moment)


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("UTC", "2026-03-28T23:59:59Z"),
        ("America/Los_Angeles", "2026-03-29T06:59:59Z"),
        ("Asia/Tokyo", "2026-03-28T14:59:59Z"),
        ("Europe/Berlin", "2026-03-28T22:59:59Z"),
    ],
)
def test_the_day_of_leaving_ends_where_the_company_is(zone: str, moment: str) -> None:
    text = "email,name,kind,team,manager,started_on,left_at\nana@x.y,Ana,employee,,,,2026-03-28\n"
    (row,) = company.people(text, {"calls": [{"parameters": {"columns": {}, "time_zone": zone}}]})
    assert row["left_at"] == moment


def test_a_roster_with_headings_of_its_own() -> None:
    record = {"calls": [{"parameters": {"columns": {"email": "Work e-mail", "name": "Who"}}}]}
    text = "Work e-mail,Who,kind,team,manager,started_on,left_at\nana@x.y,Ana,employee,core,,,\n"
    (row,) = company.people(text, record)
    assert (row["email"], row["name"], row["team"]) == ("ana@x.y", "Ana", "core")
