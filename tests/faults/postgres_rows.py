"""Faults of PostgreSQL: bytes that go astray on the way, and refusals by the server itself."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from faults.postgres_proxy import Bytes, Edit, PostgresFault, corrupted, cut, fewer_rows, halved, late, server_error
from faults.rows import (
    Circumstances,
    Collected,
    Outcome,
    Row,
    Undetectable,
    Unharmed,
    as_usual,
    cut_short,
    malformed,
    refused,
    unreachable,
)
from faults.services import Services

from soc2kit.config import Config

ROLES, MEMBERSHIPS, GRANTS = "postgres.roles", "postgres.memberships", "postgres.grants"
SETTINGS, SESSIONS, HASHES = "postgres.settings", "postgres.ssl_sessions", "postgres.password_hashes"
RULES = "postgres.hba_rules"
START, WHO = b"", rb"SELECT current_user"
LIST, COUNT = rb"SELECT rolname, oid", rb"SELECT count\(\*\) FROM pg_catalog.pg_roles"
LAST_COUNT = rb"SELECT count\(\*\) FROM objects WHERE kind"
DATABASES, OF_ONE = rb"SELECT d.datname AS database", rb"SELECT g.kind, g.object"
# All begin on one connection, at one moment: a new connection would see another state of the catalogue.
REST = (MEMBERSHIPS, GRANTS, SETTINGS, SESSIONS, HASHES, RULES)


@contextmanager
def impatient(services: Services, config: Config, patch: pytest.MonkeyPatch) -> Iterator[Config]:
    # Two seconds are the shortest that psycopg waits for a connection.
    patch.setattr("soc2kit.sources.postgres.connection.CONNECT_TIMEOUT_SECONDS", 2)
    patch.setattr("soc2kit.sources.postgres.connection.ANSWER_TIMEOUT_SECONDS", 1)
    yield config


@contextmanager
def nobody_listens(services: Services, config: Config, patch: pytest.MonkeyPatch) -> Iterator[Config]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield services.config(config.workspace, postgres_port=taken.getsockname()[1])


def signing_in_as(role: str) -> Circumstances:
    @contextmanager
    def circumstances(services: Services, config: Config, patch: pytest.MonkeyPatch) -> Iterator[Config]:
        yield services.config(config.workspace, postgres_user=role)

    return circumstances


def without_right_to(relation: str) -> Circumstances:
    @contextmanager
    def circumstances(services: Services, config: Config, patch: pytest.MonkeyPatch) -> Iterator[Config]:
        services.administer(f"REVOKE SELECT ON {relation} FROM PUBLIC")
        try:
            yield config
        finally:
            services.administer(f"GRANT SELECT ON {relation} TO PUBLIC")

    return circumstances


@contextmanager
def without_grants_on_rules(services: Services, config: Config, patch: pytest.MonkeyPatch) -> Iterator[Config]:
    services.administer("REVOKE EXECUTE ON FUNCTION pg_hba_file_rules() FROM soc2kit_reader")
    try:
        yield config
    finally:
        services.administer("GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO soc2kit_reader")


@contextmanager
def closed_database(services: Services, config: Config, patch: pytest.MonkeyPatch) -> Iterator[Config]:
    services.administer("CREATE DATABASE reports")
    services.administer("REVOKE CONNECT ON DATABASE reports FROM PUBLIC")
    try:
        assert config.postgres is not None
        yield replace(config, postgres=replace(config.postgres, databases=("postgres", "reports")))
    finally:
        services.administer("DROP DATABASE reports")


def nothing_and_hang_up(answer: Bytes) -> Bytes:
    return cut(0)(answer)


def memberships_of_unlisted(evidence: Collected) -> Iterator[str]:
    """Every member in the memberships must be among the roles."""
    (roles,), (memberships,) = evidence.answers(ROLES), evidence.answers(MEMBERSHIPS)
    names = {row[roles["columns"].index("rolname")] for row in roles["rows"]}
    yield from {row[memberships["columns"].index("member")] for row in memberships["rows"]} - names


def row(
    name: str, dataset: str | None, request: bytes, edit: Edit, outcome: Outcome, struck: tuple[str, ...] = (),
    circumstances: Circumstances = as_usual,
) -> Row:  # fmt: skip
    return Row("postgres", name, dataset, PostgresFault(request, edit), outcome, None, struck, circumstances)


def refusal(
    name: str, dataset: str | None, outcome: Outcome, circumstances: Circumstances, struck: tuple[str, ...] = ()
) -> Row:
    return Row("postgres", name, dataset, None, outcome, None, struck, circumstances)


POSTGRES: tuple[Row, ...] = (
    refusal("nobody listens", None, unreachable("Check host and port"), nobody_listens),
    refusal("a wrong password", None, refused("FAULTS_PGPASSWORD"), signing_in_as("needs_password")),
    refusal("a password that has expired", None, refused("FAULTS_PGPASSWORD"), signing_in_as("expired")),
    refusal("a role that does not exist", None, refused("nobody_here"), signing_in_as("nobody_here")),
    refusal("a role that may not log in", None, refused("not permitted to log in"), signing_in_as("no_login")),
    refusal("no right to the roles", ROLES, refused("permission denied"),
            without_right_to("pg_catalog.pg_roles"), (MEMBERSHIPS, GRANTS, SETTINGS, HASHES)),
    refusal("no right to the memberships", MEMBERSHIPS, refused("permission denied"),
            without_right_to("pg_catalog.pg_auth_members")),
    refusal("no right to the databases", GRANTS, refused("permission denied"),
            without_right_to("pg_catalog.pg_database"), (SETTINGS,)),
    refusal("no right to the rules", RULES, refused("hba_rules = false"), without_grants_on_rules),
    row("a setting less", SETTINGS, rb"SELECT asked.name", fewer_rows, cut_short("SQL settings")),
    row("a session less", SESSIONS, rb"SELECT a.datname", fewer_rows, cut_short("SQL sessions")),
    row("a role less among the kinds of hashes", HASHES, rb"SELECT r.rolname, r.rolcanlogin, CASE", fewer_rows,
        cut_short("SQL kinds of password hashes")),
    row("cut inside the kinds of hashes", HASHES, rb"SELECT r.rolname, r.rolcanlogin, CASE", halved,
        unreachable("no whole answer"), (RULES,)),
    row("a rule less", RULES, rb"SELECT \(row_number", fewer_rows, cut_short("SQL rules of pg_hba.conf")),
    row("cut inside the rules", RULES, rb"SELECT \(row_number", halved, unreachable("no whole answer")),
    refusal("no right to connect to a database", GRANTS, refused('GRANT CONNECT ON DATABASE "reports" TO'),
            closed_database),
    row("dropped in a database's own connection", GRANTS, OF_ONE, nothing_and_hang_up,
        unreachable("SQL grants of postgres")),
    row("cut inside a database's grants", GRANTS, OF_ONE, halved, unreachable("no whole answer")),
    row("a grant less", GRANTS, OF_ONE, fewer_rows, cut_short("SQL grants of postgres")),
    row("an owner less", GRANTS, rb"SELECT o.kind, o.object, owner.rolname", fewer_rows,
        cut_short("SQL owners of postgres")),
    row("a database less", GRANTS, DATABASES, fewer_rows, cut_short("but the server counts")),
    row("hung up without a word", None, START, nothing_and_hang_up, unreachable("Check host and port")),
    row("hung up in the middle of the greeting", None, START, halved, unreachable("Check host and port")),
    row("a greeting too late", None, START, late(2.6), unreachable("timeout"), circumstances=impatient),
    row("too many connections", None, START,
        server_error("53300", "sorry, too many clients already", "FATAL"), unreachable("too many clients")),
    row("a server that starts up", None, START,
        server_error("57P03", "the database system is starting up", "FATAL"), unreachable("starting up")),
    row("dropped at the first statement", None, WHO, nothing_and_hang_up, unreachable("current_user")),
    row("a first answer cut in the middle", None, WHO, halved, unreachable("current_user")),
    row("dropped before the list", ROLES, LIST, nothing_and_hang_up, unreachable("no whole answer"), REST),
    row("cut inside a row of the list", ROLES, LIST, halved, unreachable("no whole answer"), REST),
    row("cut after the list's last row", ROLES, LIST, lambda answer: cut(len(answer.data) - 20)(answer),
        unreachable("no whole answer"), REST),
    row("dropped before the count", ROLES, COUNT, nothing_and_hang_up, unreachable("no whole answer"), REST),
    row("a list too late", ROLES, LIST, late(1.5), unreachable("no answer within 1 seconds"), REST, impatient),
    row("a session that an administrator ends", ROLES, LIST,
        server_error("57P01", "terminating connection due to administrator command", "FATAL"),
        unreachable("administrator command"), REST),
    row("a statement that ran out of time", ROLES, LIST,
        server_error("57014", "canceling statement due to statement timeout"), unreachable("statement timeout")),
    row("a row less in the list", ROLES, LIST, fewer_rows, cut_short("but the server counts")),
    row("a row less in the memberships", MEMBERSHIPS, rb"SELECT granted.rolname", fewer_rows,
        cut_short("but the server counts")),
    row("no row in the count", ROLES, COUNT, fewer_rows, malformed("0 rows where 1 must be")),
    row("a message of no known kind", ROLES, LIST, corrupted(b"D\x00", b"\x7f\x00"), malformed("unexpected response")),
    row("a name that is not UTF-8", ROLES, LIST, corrupted(b"needs_password", b"needs\xff\xfeassword"),
        malformed("UnicodeDecodeError")),
    row("dropped after the last answer", GRANTS, LAST_COUNT, lambda answer: cut(len(answer.data))(answer),
        Unharmed()),
    # A name is text like any other: only TLS (sslmode) keeps it as it was sent.
    row("a letter of a name changed", ROLES, LIST, corrupted(b"ada", b"adx"), Undetectable(memberships_of_unlisted)),
)  # fmt: skip
