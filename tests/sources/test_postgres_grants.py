"""Grants and owners of several databases of a real server."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import psycopg
import pytest

from soc2kit.config import Config
from soc2kit.errors import CollectionError, MalformedInput, Refused
from soc2kit.example.postgres_server import PostgresServer
from soc2kit.example.state import Database, DatabaseRole, Grant, Schema
from soc2kit.frames.postgres import databases
from soc2kit.period import CIVIL
from soc2kit.source_settings import PostgresSettings
from soc2kit.sources.base import Completeness, Page
from soc2kit.sources.postgres import SOURCE

ROLES = (DatabaseRole("ada"), DatabaseRole("own"), DatabaseRole("team", login=False))
DATABASES = (
    Database("app", "own", (Schema("s", "own", ("t",)),), (Grant(("INSERT", "UPDATE"), "s", "ada", ("t",)),)),
    Database("Odd-1", "own", (Schema("s", "own", ("t",)),), (Grant(("CREATE",), "s", "PUBLIC"),)),
)
# What stands in no state of the example: each kind of object that has an access list, with one grant of its own.
OBJECTS = """
CREATE VIEW s.v AS SELECT 1 AS one; ALTER VIEW s.v OWNER TO own; GRANT DELETE ON s.v TO team;
CREATE SEQUENCE s.q; GRANT USAGE ON SEQUENCE s.q TO ada;
CREATE FUNCTION s.f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE MATERIALIZED VIEW s.m AS SELECT 1 AS one;
GRANT UPDATE (content) ON s.t TO team WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE own IN SCHEMA s GRANT INSERT ON TABLES TO team;
ALTER DEFAULT PRIVILEGES FOR ROLE own GRANT SELECT ON TABLES TO team;
GRANT SELECT ON pg_catalog.pg_authid TO team;
CREATE TEMPORARY TABLE mine (a integer);
"""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as running:
        running.apply(ROLES, DATABASES)
        with inside(running, "app") as connection:
            connection.execute(OBJECTS)
            # Its temporary table is there while the tests read.
            yield running


def inside(server: PostgresServer, database: str) -> psycopg.Connection:
    return psycopg.connect(host=server.host, port=server.port, user="postgres", dbname=database, autocommit=True)


def read(server: PostgresServer, *databases: str, out: tuple[str, ...] = ()) -> tuple[list[Page], Completeness]:
    settings = PostgresSettings(
        "production", server.host, server.port, server.database, server.user, databases=databases,
        databases_out_of_scope=out,
    )  # fmt: skip
    config = Config(Path(), "X", CIVIL.parse("2026-Q1"), ("security",), postgres=settings)
    dataset = next(one for one in SOURCE.datasets if one.id == "postgres.grants")
    pages: list[Page] = []
    with SOURCE.connect(config) as connection:
        reading = dataset.pages(connection, CIVIL.month(2026, 1))
        while True:
            try:
                pages.append(next(reading))
            except StopIteration as end:
                return pages, end.value


def rows(pages: list[Page], call: str, database: str) -> set[tuple[object, ...]]:
    (page,) = (one for one in pages if one.call == call and one.parameters["database"] == database)
    assert page.rows == len(page.answer["rows"])
    return {tuple(row) for row in page.answer["rows"]}


def test_each_kind_of_object_has_its_grants(server: PostgresServer) -> None:
    pages, completeness = read(server, "app", "Odd-1")
    found = rows(pages, "SQL grants", "app")
    # PostgreSQL 17 and later also list MAINTAIN.
    assert {row for row in found if row[4] in ("ada", "team")} == {
        ("table", "s.t", "own", "own", "ada", "INSERT", False),
        ("table", "s.t", "own", "own", "ada", "UPDATE", False),
        ("column", "s.t(content)", "own", "own", "team", "UPDATE", True),
        ("view", "s.v", "own", "own", "team", "DELETE", False),
        ("sequence", "s.q", "postgres", "postgres", "ada", "USAGE", False),
        ("future table", "s", "own", "own", "team", "INSERT", False),
        ("future table", "any schema", "own", "own", "team", "SELECT", False),
        ("table", "pg_catalog.pg_authid", "postgres", "postgres", "team", "SELECT", False),
    }
    # The built-in access list, where the catalogue has none.
    assert ("function", "s.f(a integer)", "postgres", "postgres", "PUBLIC", "EXECUTE", False) in found
    assert ("database", "app", "own", "own", "PUBLIC", "CONNECT", False) in found
    assert ("table", "s.t", "own", "own", "own", "TRUNCATE", False) in found
    assert not [row for row in found if "mine" in str(row[1]) or str(row[1]).startswith("information_schema")]
    assert {row[1] for row in found if str(row[1]).startswith("pg_")} == {"pg_catalog.pg_authid"}
    odd = rows(pages, "SQL grants", "Odd-1")
    assert ("schema", "s", "own", "own", "PUBLIC", "CREATE", False) in odd
    assert ("database", '"Odd-1"', "own", "own", "own", "CREATE", False) in odd
    assert completeness.source_total == sum(page.rows for page in pages if "database" in page.parameters)


def test_each_object_has_its_owner(server: PostgresServer) -> None:
    pages, _ = read(server, "app")
    assert rows(pages, "SQL owners", "app") == {
        ("database", "app", "own"),
        ("schema", "s", "own"),
        ("table", "s.t", "own"),
        ("view", "s.v", "own"),
        ("materialized view", "s.m", "postgres"),
        ("sequence", "s.q", "postgres"),
        ("function", "s.f(a integer)", "postgres"),
    }


def test_databases_that_nobody_asked_for_are_named(server: PostgresServer) -> None:
    pages, completeness = read(server)
    assert [page.call for page in pages] == ["SQL server", "SQL databases", "SQL grants", "SQL owners"]
    assert pages[0].answer["columns"] == ["server_version_num", "rds_superuser"]
    assert {row[0] for row in pages[1].answer["rows"]} == {"Odd-1", "app", "postgres", "template0", "template1"}
    assert "in each database read: postgres; not read: Odd-1, app (" in completeness.reason


def test_a_star_stands_for_every_database_that_can_be_read(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages, completeness = read(server, "*")
    read_ones = {page.parameters["database"] for page in pages if "database" in page.parameters}
    assert read_ones == {"Odd-1", "app", "postgres"}
    assert "the server has no others but templates" in completeness.reason
    monkeypatch.setattr(grants_module(), "PROVIDERS_OWN", frozenset({"app"}))
    _, completeness = read(server, "*")
    assert "in each database read: Odd-1, postgres; not read: app (" in completeness.reason


@pytest.mark.parametrize(
    ("asked", "out", "says"),
    [
        (("*",), ("app",), "each database read: Odd-1, postgres; out of scope by [sources.postgres] databases_out_of"),
        (("postgres",), ("app",), "not read: Odd-1 (the server has them, [sources.postgres] databases does not); out"),
        (("*",), ("gone",), "the server has no others but templates"),
    ],
)
def test_a_database_out_of_scope_is_said_to_be(
    server: PostgresServer, asked: tuple[str, ...], out: tuple[str, ...], says: str
) -> None:
    pages, completeness = read(server, *asked, out=out)
    assert "app" not in {page.parameters.get("database") for page in pages} or "app" not in out
    assert says in completeness.reason
    record = {"source": {"account": "production"}}
    shown = [{"call": page.call, "parameters": page.parameters, "answer": page.answer} for page in pages]
    found = {row["database"]: (row["read"], row["out_of_scope"]) for row in databases(shown, record)}
    every = ("Odd-1", "app", "postgres")
    assert found == {name: (("*" in asked and name not in out) or name in asked, name in out) for name in every}


def grants_module() -> object:
    # The package has a function of the same name in place of the module.
    return import_module("soc2kit.sources.postgres.grants")


@pytest.mark.parametrize(
    ("database", "error", "says"),
    [
        ("absent", MalformedInput, r"'absent' .* none of the server's databases \(Odd-1, app, postgres"),
        ("Odd-1", Refused, r'run: GRANT CONNECT ON DATABASE "Odd-1" TO "soc2kit_reader"'),
    ],
)
def test_a_database_that_cannot_be_read_is_named_with_what_to_do(
    server: PostgresServer, database: str, error: type[CollectionError], says: str
) -> None:
    with inside(server, "postgres") as admin:
        admin.execute('REVOKE CONNECT ON DATABASE "Odd-1" FROM PUBLIC')
        try:
            with pytest.raises(error, match=says):
                read(server, "app", database)
        finally:
            admin.execute('GRANT CONNECT ON DATABASE "Odd-1" TO PUBLIC')


def test_a_role_that_holds_grants_can_leave_and_another_state_leaves_nothing_of_the_first() -> None:
    with PostgresServer() as server:
        server.apply(ROLES, DATABASES)
        server.apply((DatabaseRole("own"),), (Database("app", "own", (Schema("n", "own", ("u",)),)),))
        pages, _ = read(server, "app", "Odd-1")
    tables = {row for row in rows(pages, "SQL owners", "app") if row[0] == "table"}
    assert tables == {("table", "n.u", "own")}
    assert {row[1] for row in rows(pages, "SQL owners", "Odd-1")} == {'"Odd-1"'}
