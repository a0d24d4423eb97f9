"""What PostgreSQL does wrong on the way, and what the ledger says of it. A retry is the next collection's business."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from faults.bench import AT, BEFORE, MARCH, Bench, files, nothing_lost
from faults.proxy import SocketProxy, Spoil

from soc2kit.config import Config, PostgresSettings
from soc2kit.example.postgres_server import PostgresServer
from soc2kit.example.state import DatabaseRole
from soc2kit.sources import postgres

pytestmark = pytest.mark.xdist_group("postgres-faults")

ROLES, MEMBERSHIPS = "postgres.roles", "postgres.memberships"


@dataclass(frozen=True)
class SocketRow:
    """`passes` bytes of the server's go through, then `then` happens; settings are changed besides."""

    name: str
    outcome: str
    words: str
    datasets: tuple[str, ...] = (ROLES, MEMBERSHIPS)
    spoil: Spoil = field(default_factory=Spoil)
    settings: dict[str, Any] = field(default_factory=dict)


# fmt: off
POSTGRES_ROWS = (
    SocketRow("nobody listens", "unknown", "Check host and port", settings={"host": "/nonexistent"}),
    SocketRow("no such role", "partial-permission", "does not exist", settings={"user": "nobody_here"}),
    SocketRow("no such database", "partial-permission", "does not exist", settings={"database": "nothing_here"}),
    SocketRow("the role may not sign in", "partial-permission", "not permitted to log in",
              settings={"user": "retired"}),
    SocketRow("dropped before the server says a word", "unknown", "Unreachable", spoil=Spoil(0)),
    SocketRow("dropped while signing in", "unknown", "Unreachable", spoil=Spoil(60)),
    SocketRow("silence while signing in", "unknown", "Unreachable", spoil=Spoil(0, "stall")),
    SocketRow("another protocol answers", "unknown", "postgres", spoil=Spoil(0, "flip")),
    SocketRow("dropped in the middle of the roles", "unknown", "the connection broke", spoil=Spoil(3000)),
    SocketRow("silence in the middle of the roles", "unknown", "the connection broke", spoil=Spoil(3000, "stall")),
)
# fmt: on


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        roles = [DatabaseRole(f"role{number:03d}") for number in range(120)]
        server.apply([*roles, DatabaseRole("retired", login=False), DatabaseRole("member", member_of=("retired",))])
        yield server


@pytest.mark.parametrize("row", POSTGRES_ROWS, ids=lambda row: row.name)
def test_postgres(
    row: SocketRow, postgres_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "STALL_SECONDS", 1.0)
    monkeypatch.setattr(postgres, "CONNECT_SECONDS", 2)
    with SocketProxy(postgres_server.host, postgres_server.port) as proxy:
        settings = PostgresSettings("production", proxy.folder, proxy.port, "postgres", postgres_server.user)
        config = Config(tmp_path, "X", MARCH, ("security",), postgres=settings)
        bench = Bench(postgres.SOURCE, config, None)
        assert bench.collect(BEFORE).failed == ()
        before = files(bench)
        proxy.spoil = row.spoil
        bench.config = replace(config, postgres=replace(settings, **row.settings))
        summary = bench.collect(AT)
    assert {record.dataset for record in summary.failed} == set(row.datasets)
    for record in summary.failed:
        assert row.words in record.fields["reason"]
        assert record.fields["completeness"] == row.outcome, record.fields["reason"]
    nothing_lost(bench, before)


def test_postgres_slow_is_not_lost(postgres_server: PostgresServer, tmp_path: Path) -> None:
    with SocketProxy(postgres_server.host, postgres_server.port) as proxy:
        settings = PostgresSettings("production", proxy.folder, proxy.port, "postgres", postgres_server.user)
        bench = Bench(postgres.SOURCE, Config(tmp_path, "X", MARCH, ("security",), postgres=settings), None)
        first, second = bench.collect(BEFORE), bench.collect(AT)
    assert [record.fields["rows"] for record in first.collected] == [
        record.fields["rows"] for record in second.collected
    ]
