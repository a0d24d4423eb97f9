"""The PostgreSQL source against a real server, and the server's own end in every way a process can end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from soc2kit.config import Config
from soc2kit.errors import CollectionError, Refused, Unreachable
from soc2kit.example.postgres_server import PostgresServer
from soc2kit.example.state import DatabaseRole
from soc2kit.period import CIVIL
from soc2kit.source_settings import PostgresSettings
from soc2kit.sources.base import Page
from soc2kit.sources.postgres import SOURCE

UNTIL = datetime(2026, 5, 1, tzinfo=UTC)
ROLES = (
    DatabaseRole("ada", member_of=("dba",), valid_until=UNTIL),
    DatabaseRole("dba", login=False, superuser=True, member_of=("pg_read_all_data",)),
    DatabaseRole("bob", create_role=True, bypass_rls=True),
)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as running:
        running.apply(ROLES)
        yield running


def config(server: PostgresServer, **changes: str | int) -> Config:
    settings = PostgresSettings("production", server.host, server.port, server.database, server.user)
    made = replace(settings, **changes)  # type: ignore[arg-type]
    return Config(Path(), "X", CIVIL.parse("2026-Q1"), ("security",), postgres=made)


def rows(server: PostgresServer, dataset: str) -> tuple[Page, list[dict[str, object]]]:
    (chosen,) = (one for one in SOURCE.datasets if one.id == dataset)
    with SOURCE.connect(config(server)) as connection:
        (page,) = chosen.pages(connection, CIVIL.month_of(UNTIL))
    return page, [dict(zip(page.answer["columns"], row, strict=True)) for row in page.answer["rows"]]


def test_every_role_is_read_with_its_attributes_and_without_its_password(server: PostgresServer) -> None:
    page, listed = rows(server, "postgres.roles")
    by_name = {row["rolname"]: row for row in listed}
    assert page.rows == len(listed)
    assert {"ada", "bob", "dba", "postgres", "soc2kit_reader", "pg_monitor"} <= set(by_name)
    assert by_name["ada"]["rolvaliduntil"] == "2026-05-01T00:00:00Z"
    assert by_name["bob"]["rolvaliduntil"] is None
    assert (by_name["dba"]["rolcanlogin"], by_name["dba"]["rolsuper"]) == (False, True)
    assert (by_name["bob"]["rolcreaterole"], by_name["bob"]["rolbypassrls"]) == (True, True)
    assert "rolpassword" not in page.answer["columns"]


def test_memberships_have_their_options(server: PostgresServer) -> None:
    _, listed = rows(server, "postgres.memberships")
    ours = {(row["role"], row["member"]): row for row in listed if row["member"] in ("ada", "dba")}
    assert set(ours) == {("dba", "ada"), ("pg_read_all_data", "dba")}
    assert ours["dba", "ada"]["set_option"] is True
    assert ours["dba", "ada"]["admin_option"] is False


def test_the_connection_cannot_write_and_a_refused_statement_spoils_nothing_after_it(server: PostgresServer) -> None:
    with SOURCE.connect(config(server, user="postgres")) as connection:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.raw.execute("CREATE TABLE mine (a int)")
        connection.raw.rollback()
        from soc2kit.sources.postgres import connection as module

        with pytest.raises(CollectionError, match="nothing_here"):
            module.query(connection.raw, "SQL test", "SELECT * FROM nothing_here")
        assert list(SOURCE.datasets[0].pages(connection, CIVIL.month_of(UNTIL)))


def test_the_collectors_role_may_not_read_password_hashes(server: PostgresServer) -> None:
    with SOURCE.connect(config(server)) as connection:
        from soc2kit.sources.postgres import connection as module

        with pytest.raises(Refused, match="permission denied"):
            module.query(connection.raw, "SQL test", "SELECT rolpassword FROM pg_authid")


def test_evidence_does_not_name_a_folder_of_this_machine(server: PostgresServer) -> None:
    with SOURCE.connect(config(server)) as connection:
        assert connection.origin.endpoint == "local socket/postgres"
        assert connection.origin.account == "production"
        assert connection.origin.identity == "soc2kit_reader"


def test_the_environment_leads_to_no_other_server_than_the_one_that_evidence_names(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGHOSTADDR", "127.0.0.1")
    monkeypatch.setenv("PGOPTIONS", "-c default_transaction_read_only=off")
    with SOURCE.connect(config(server)) as connection:
        assert connection.raw.info.hostaddr == ""
        assert connection.raw.execute("SHOW default_transaction_read_only").fetchone() == ("on",)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"user": "nobody_here"}, Refused, "nobody_here"),
        ({"user": "dba"}, Refused, "not permitted to log in"),
        ({"database": "none"}, Refused, "none"),
        ({"port": 1}, Unreachable, "Check host and port"),
        ({"host": "127.0.0.1", "port": 1}, Unreachable, "127.0.0.1:1"),
        ({"sslmode": "sometimes"}, CollectionError, "sslmode"),
    ],
)
def test_what_stops_a_connection_is_named_with_its_remedy(
    server: PostgresServer, changes: dict[str, str | int], error: type[CollectionError], words: str
) -> None:
    with pytest.raises(error, match=words), SOURCE.connect(config(server, **changes)):
        pass


def test_applying_another_state_drops_alters_and_revokes(server: PostgresServer) -> None:
    server.apply((DatabaseRole("ada", login=False), DatabaseRole("dba", login=False)))
    _, listed = rows(server, "postgres.roles")
    names = {row["rolname"]: row for row in listed}
    assert "bob" not in names
    assert (names["ada"]["rolcanlogin"], names["ada"]["rolvaliduntil"]) == (False, "infinity")
    assert not [row for row in rows(server, "postgres.memberships")[1] if row["member"] in ("ada", "dba")]
    server.apply(ROLES)
    assert {row["rolname"] for row in rows(server, "postgres.roles")[1]} >= {"ada", "bob", "dba"}


HOLD = """
import sys, time
from soc2kit.example.postgres_server import PostgresServer
with PostgresServer() as server:
    print(server._server.get_postmaster_info().pid, server._folder, flush=True)
    if sys.argv[1] == "raise": raise RuntimeError("crash")
    if sys.argv[1] == "wait": time.sleep(60)
"""


@pytest.mark.parametrize("end", ["return", "raise", signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=str)
def test_neither_server_nor_folder_is_left_however_the_process_ends(end: str | signal.Signals) -> None:
    argument = end if isinstance(end, str) else "wait"
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, argument], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert child.stdout is not None
    pid, folder = child.stdout.readline().split()
    if isinstance(end, signal.Signals):
        child.send_signal(end)
    child.wait(timeout=30)
    deadline = time.monotonic() + 15
    while (alive(int(pid)) or Path(folder).exists()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not alive(int(pid))
    assert not Path(folder).exists()


def alive(pid: int) -> bool:
    try:
        # A server whose parent died first is a zombie until something reaps it; it runs no more.
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):  # gone before it was looked at, or meanwhile
        return False
