"""Settings, rules, sessions and kinds of hashes of a real server, and what it does not show to whom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import psycopg
import pytest

from soc2kit.config import Config
from soc2kit.errors import MalformedInput, Refused
from soc2kit.example.postgres_server import PostgresServer
from soc2kit.example.state import DatabaseRole, DatabaseServer
from soc2kit.frames import postgres_transport as frames
from soc2kit.period import CIVIL
from soc2kit.source_settings import PostgresSettings
from soc2kit.sources.base import Completeness, Page
from soc2kit.sources.postgres import SOURCE, transport

ROLES = (
    DatabaseRole("ada", password="scram-sha-256"), DatabaseRole("old", password="md5"), DatabaseRole("sso"),
    DatabaseRole("team", login=False),
)  # fmt: skip
RECORD = {"source": {"account": "production"}, "rows": 1}
#: Makes none of the hashes unseen: the words with which each kind begins, and any 32 digits of an MD5 hash.
SECRETS = ("SCRAM-SHA-256$", "nobodys-")


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as running:
        running.apply(ROLES)
        yield running


def read(server: PostgresServer, dataset: str, user: str = "soc2kit_reader") -> tuple[list[Page], Completeness]:
    settings = PostgresSettings("production", server.host, server.port, server.database, user)
    config = Config(Path(), "X", CIVIL.parse("2026-Q1"), ("security",), postgres=settings)
    (chosen,) = (one for one in SOURCE.datasets if one.id == dataset)
    found: list[Page] = []
    with SOURCE.connect(config) as connection:
        pages = chosen.pages(connection, CIVIL.month(2026, 1))
        while True:
            try:
                found.append(next(pages))
            except StopIteration as end:
                return found, end.value


def stored(pages: list[Page]) -> list[dict[str, Any]]:
    """Pages as evidence has them."""
    made = [{"call": one.call, "parameters": one.parameters, "answer": one.answer} for one in pages]
    found: list[dict[str, Any]] = json.loads(json.dumps(made))
    return found


@contextmanager
def changed(server: PostgresServer, statement: str, back: str) -> Iterator[None]:
    server._admin.execute(statement.encode())
    try:
        yield
    finally:
        server._admin.execute(back.encode())


@contextmanager
def ruled(server: PostgresServer, text: str) -> Iterator[None]:
    path = server._folder / "d" / "pg_hba.conf"
    before = path.read_text()
    path.write_text(text)
    try:
        yield
    finally:
        path.write_text(before)


def test_settings_have_their_values_and_where_they_come_from(server: PostgresServer) -> None:
    pages, completeness = read(server, "postgres.settings")
    assert completeness.source_total == len(transport.SETTINGS) == pages[1].rows
    (row,) = frames.live_servers(stored(pages), RECORD)
    assert (row["ssl"], row["password_encryption"], row["minimum_protocol"]) == (False, "scram-sha-256", "TLSv1.2")
    assert (row["server"], row["version"], row["local_only"], row["not_shown"]) == ("production", 18, True, [])
    assert row["force_ssl"] is None  # only one provider's servers have it


def test_a_setting_that_is_not_shown_is_not_off(server: PostgresServer) -> None:
    with changed(server, "REVOKE pg_read_all_settings FROM soc2kit_reader",
                 "GRANT pg_read_all_settings TO soc2kit_reader"):  # fmt: skip
        pages, _ = read(server, "postgres.settings")
    (row,) = frames.live_servers(stored(pages), RECORD)
    assert {"hba_file", "ssl_ciphers"} <= set(row["not_shown"])
    values = {name: value for name, value, *_ in pages[1].answer["rows"]}
    assert (values["ssl"], values["ssl_ciphers"]) == ("off", None)


def test_a_roles_own_setting_of_hashing_is_read(server: PostgresServer) -> None:
    with changed(server, "ALTER ROLE ada SET password_encryption = 'md5'", "ALTER ROLE ada RESET ALL"):
        pages, _ = read(server, "postgres.settings")
    (row,) = frames.live_servers(stored(pages), RECORD)
    assert row["own_hashing"] == ["md5 for ada"]


def test_of_passwords_only_the_kind_of_hash_is_read(server: PostgresServer) -> None:
    pages, completeness = read(server, "postgres.password_hashes")
    kinds = {row["role"]: row["kind"] for row in frames.passwords(stored(pages), RECORD)}
    assert {name: kinds[name] for name in ("ada", "old", "sso")} == {
        "ada": "scram-sha-256", "old": "md5", "sso": "none",
    }  # fmt: skip
    assert "team" not in kinds
    assert "not readable" not in completeness.reason
    assert_no_hash(server, pages)


def assert_no_hash(server: PostgresServer, pages: list[Page]) -> None:
    hashes = server._admin.execute("SELECT rolpassword FROM pg_authid WHERE rolpassword IS NOT NULL").fetchall()
    assert len(hashes) >= 2
    text = json.dumps([page.answer for page in pages]).replace("SCRAM-SHA-256$%", "")
    parts = [part for (whole,) in hashes for part in str(whole).replace("md5", "").replace("$", ":").split(":")]
    assert [part for part in (*SECRETS, *parts) if len(part) > 6 and part in text and part != "SCRAM-SHA-256"] == []


def test_an_administrator_needs_no_view(server: PostgresServer) -> None:
    pages, _ = read(server, "postgres.password_hashes", "postgres")
    assert "pg_authid" in pages[1].parameters["sql"]
    assert {row["role"]: row["kind"] for row in frames.passwords(stored(pages), RECORD)}["old"] == "md5"
    assert_no_hash(server, pages)


def test_without_the_view_every_kind_is_unknown_and_none_is_none(server: PostgresServer) -> None:
    with changed(server, "REVOKE ALL ON soc2kit.password_kinds FROM soc2kit_reader",
                 "GRANT SELECT ON soc2kit.password_kinds TO soc2kit_reader"):  # fmt: skip
        pages, completeness = read(server, "postgres.password_hashes")
    assert {row["kind"] for row in frames.passwords(stored(pages), RECORD)} == {None}
    assert "kinds are not readable: library/postgres-permissions.sql" in completeness.reason


VIEW = (files("soc2kit") / "library/postgres-permissions.sql").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "view",
    [
        "CREATE VIEW soc2kit.password_kinds AS SELECT rolname AS role, rolpassword::text AS kind FROM pg_authid",
        "CREATE VIEW soc2kit.password_kinds AS SELECT rolname AS role, 'none'::text AS kind FROM pg_roles;"
        " ALTER VIEW soc2kit.password_kinds OWNER TO ada",
    ],
    ids=["one that shows hashes", "one that somebody else owns"],
)
def test_a_view_of_another_make_gives_nothing(server: PostgresServer, view: str) -> None:
    with changed(
        server, f"DROP VIEW soc2kit.password_kinds; {view}; GRANT SELECT ON soc2kit.password_kinds TO soc2kit_reader",
        f"DROP VIEW soc2kit.password_kinds; {VIEW}",
    ):  # fmt: skip
        pages, _ = read(server, "postgres.password_hashes")
    kinds = {row["role"]: row["kind"] for row in frames.passwords(stored(pages), RECORD)}
    assert (kinds["ada"], kinds["old"]) == (None, None)
    assert_no_hash(server, pages)


def test_rules_are_read_in_order_with_their_errors(server: PostgresServer) -> None:
    text = (
        "local all all trust\n\nhost app,/^x +team,all 10.1.0.0 255.255.0.0 ldap ldapserver=l ldapbindpasswd=hush\n"
        "hostssl all all fd00::/8 scram-sha-256\nhost all all 10.0.0.0 255.0.255.0 md5\nhost all all nonsense\n"
    )
    with ruled(server, text):
        pages, completeness = read(server, "postgres.hba_rules")
    rules, errors, problems = frames._live_parts(stored(pages))
    assert [(rule.place, frames.words_of(rule)) for rule in rules] == [
        ("pg_hba.conf line 1", "local all all trust"),
        ("pg_hba.conf line 4", "hostssl all all fd00::/8 scram-sha-256"),
        ("pg_hba.conf line 5", "host all all 10.0.0.0 255.0.255.0 md5"),
    ]
    # The build knows no LDAP and no TLS: the one is an error, the other a line that matches nothing.
    assert [problem.partition(":")[0] for problem in problems] == ["pg_hba.conf line 3", "pg_hba.conf line 6"]
    assert set(errors) == {"pg_hba.conf line 4"}
    assert completeness.source_total == 5
    assert "hush" not in json.dumps([page.answer for page in pages])


def test_rules_for_an_older_server_are_asked_for_without_their_file(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "FILES_NAMED_SINCE", 990000)
    with ruled(server, "host all all all md5\n"):
        pages, _ = read(server, "postgres.hba_rules")
    assert "file_name" not in pages[0].answer["columns"]
    (row,) = frames.live_rules(stored(pages), RECORD)
    assert (row["rule"], row["remote"], row["certain"]) == ("production/pg_hba.conf:1", True, True)


def test_rules_that_may_not_be_read_are_refused_with_what_to_do(server: PostgresServer) -> None:
    with (
        changed(server, "REVOKE SELECT ON pg_hba_file_rules FROM soc2kit_reader",
                "GRANT SELECT ON pg_hba_file_rules TO soc2kit_reader"),
        pytest.raises(Refused, match=r"postgres-permissions\.sql; where the provider .* hba_rules = false"),
    ):  # fmt: skip
        read(server, "postgres.hba_rules")


def test_a_company_can_say_that_its_provider_shows_no_rules() -> None:
    (rules,) = (one for one in SOURCE.datasets if one.id == "postgres.hba_rules")
    config = Config(Path(), "X", CIVIL.parse("2026-Q1"), ("security",), postgres=PostgresSettings(hba_rules=False))
    assert not rules.wanted(config)


def test_sessions_of_others_are_shown_to_those_who_may_see_them(server: PostgresServer) -> None:
    with psycopg.connect(host=server.host, port=server.port, user="ada", dbname="postgres"):
        pages, completeness = read(server, "postgres.ssl_sessions")
        with changed(server, "REVOKE pg_read_all_stats FROM soc2kit_reader",
                     "GRANT pg_read_all_stats TO soc2kit_reader"):  # fmt: skip
            hidden, why = read(server, "postgres.ssl_sessions")
    rows = {row["role"]: row for row in frames.sessions(stored(pages), RECORD)}
    assert {"ada", "soc2kit_reader"} <= set(rows)
    assert (rows["ada"]["remote"], rows["ada"]["encrypted"]) == (False, False)
    assert rows["soc2kit_reader"]["collector"] is True
    assert "pg_read_all_stats" not in completeness.reason
    less = {row["role"]: row for row in frames.sessions(stored(hidden), RECORD)}
    assert (less["ada"]["remote"], less["soc2kit_reader"]["remote"]) == (None, False)
    assert "the collector is not in pg_read_all_stats" in why.reason


def test_the_example_says_of_itself_what_the_timeline_says(server: PostgresServer) -> None:
    shown = DatabaseServer(
        (("ssl", "on"), ("listen_addresses", "*")), "local all all trust\nhostssl all all all scram-sha-256\n",
        (("ada", "app", "10.20.1.15", True), ("ada", "app", "10.20.1.16", False)),
    )  # fmt: skip
    server.apply(ROLES, (), shown)
    (row,) = frames.live_servers(stored(read(server, "postgres.settings")[0]), RECORD)
    assert (row["ssl"], row["local_only"]) == (True, False)
    (listed,) = frames.live_rule_lists(stored(read(server, "postgres.hba_rules")[0]), RECORD)
    assert (listed["rules"], listed["problems"], listed["plain"]) == (2, None, None)
    found = [row for row in frames.sessions(stored(read(server, "postgres.ssl_sessions")[0]), RECORD) if row["remote"]]
    assert [(row["role"], row["encrypted"]) for row in found] == [("ada", True), ("ada", False)]


def test_a_view_without_the_columns_is_named(server: PostgresServer) -> None:
    with (
        changed(server, "DROP VIEW soc2kit.password_kinds; CREATE VIEW soc2kit.password_kinds AS SELECT 1 AS one;"
                " GRANT SELECT ON soc2kit.password_kinds TO soc2kit_reader",
                f"DROP VIEW soc2kit.password_kinds; {VIEW}"),
        pytest.raises(MalformedInput, match="kinds of password hashes"),
    ):  # fmt: skip
        read(server, "postgres.password_hashes")
