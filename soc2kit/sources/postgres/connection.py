"""Connections to PostgreSQL: one read-only transaction each, and every way that it can fail by its name."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from ...config import Config
from ...errors import CollectionError, IncompleteCollection, MalformedInput, Refused, Unreachable
from ...source_settings import PostgresSettings
from ..base import Completeness, Origin, Page, Pages

_REFUSALS = (
    "authentication failed",
    "does not exist",
    "no pg_hba.conf entry",
    "not permitted to log in",
    "password",
    "permission denied",
)
CONNECT_TIMEOUT_SECONDS = 10
STATEMENT_TIMEOUT_SECONDS = 60
# The server ends a statement by itself; a server that is gone without a word does not.
ANSWER_TIMEOUT_SECONDS = 90


@dataclass
class PostgresConnection:
    origin: Origin
    raw: Any
    settings: PostgresSettings


@contextmanager
def connect(config: Config) -> Iterator[PostgresConnection]:
    """The database that the settings name first; lists of the whole cluster are read there."""
    settings = config.postgres or PostgresSettings()
    with connected(settings, settings.database) as connection:
        yield connection


@contextmanager
def connected(settings: PostgresSettings, database: str) -> Iterator[PostgresConnection]:
    """One transaction at one point in time: every list sees the same catalogue, and nothing can be written."""
    import psycopg

    # The folder of a local socket says nothing to an auditor, and is a path of this machine.
    place = "local socket" if settings.host.startswith("/") else f"{settings.host}:{settings.port}"
    target = f"{place}/{database}"
    try:
        raw = psycopg.connect(
            host=settings.host, port=settings.port, dbname=database, user=settings.user or None,
            password=os.environ.get(settings.password_variable), sslmode=settings.sslmode,
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            # Said to be empty, because PGHOSTADDR would lead to another server than the one that evidence names.
            hostaddr="", application_name="soc2kit",
            # Of a cluster without an encoding, names would come as bytes.
            client_encoding="UTF8",
            options=f"-c default_transaction_read_only=on -c statement_timeout={STATEMENT_TIMEOUT_SECONDS}s",
        )  # fmt: skip
    except psycopg.OperationalError as error:
        raise _connection_error(target, error, settings) from error
    # Only closed, not committed: nothing was written, and a connection that broke after the last answer took nothing.
    with closing(raw):
        raw.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        raw.read_only = True
        _, ((user,),) = query(raw, "SQL current_user", "SELECT current_user", rows=1)
        details = {"server_version": raw.info.parameter_status("server_version") or "unknown"}
        yield PostgresConnection(Origin("postgres", settings.cluster, user, target, details), raw, settings)


def _connection_error(target: str, error: Any, settings: PostgresSettings) -> CollectionError:
    text = " ".join(str(error).split())
    if settings.host.startswith("/"):
        # The folder of a local socket is a path of this machine.
        text = text.replace(settings.host, "local socket")
    # libpq gives no SQLSTATE for a refused connection, so its words have to do.
    if any(words in text for words in _REFUSALS):
        return Refused(
            f"postgres {target}: {text}. Check the user in [sources.postgres] and the password in the environment"
            f" variable {settings.password_variable}"
        )
    if any(words in text for words in ("sslmode", "invalid", "expected authentication request")):
        return MalformedInput(f"postgres {target}: {text}. Correct the setting in [sources.postgres]")
    return Unreachable(f"postgres {target}: {text}. Check host and port in [sources.postgres] and that the server runs")


def counted(
    connection: PostgresConnection, call: str, statement: str, total_statement: str, database: str | None = None
) -> Pages:
    """A statement's rows, and the source's own count in the same transaction.

    `database` is named where the list is of one database and not of the cluster.
    """
    label = call if database is None else f"{call} of {database}"
    columns, rows = query(connection.raw, label, statement)
    _, ((total,),) = query(connection.raw, label, total_statement, rows=1)
    if len(rows) != total:
        raise IncompleteCollection(
            f"postgres {label}: {len(rows)} rows read, but the server counts {total}. Run the same command again"
        )
    place = {} if database is None else {"database": database}
    parameters = {**place, "sql": statement, "total": total_statement}
    yield Page(call, parameters, {"columns": columns, "rows": rows}, len(rows))
    return Completeness("as many rows as the server counts in the same transaction", total)


def query(raw: Any, call: str, statement: str, *, rows: int | None = None) -> tuple[list[str], list[list[Any]]]:
    """Names of the columns and the rows; `rows` is how many there must be, where that is known."""
    import psycopg

    try:
        with _hung_up_late(raw, call):
            cursor = raw.execute(statement)
            columns, found = [column.name for column in cursor.description], [list(row) for row in cursor.fetchall()]
    except psycopg.Error as error:
        # A failed statement ends the transaction; without this the next dataset would fail for this one's reason.
        with suppress(psycopg.Error):
            raw.rollback()
        raise _statement_error(call, error) from error
    except ValueError as error:
        raise MalformedInput(
            f"postgres {call}: an answer cannot be read ({type(error).__name__}: {error}). Run the same command again"
        ) from error
    if rows is not None and len(found) != rows:
        raise MalformedInput(f"postgres {call}: {len(found)} rows where {rows} must be. Run the same command again")
    return columns, found


@contextmanager
def _hung_up_late(raw: Any, call: str) -> Iterator[None]:
    """Raise `Unreachable` when there is no answer in time: libpq itself waits for one without end."""
    import psycopg

    late = threading.Event()
    with socket.fromfd(raw.fileno(), socket.AF_INET, socket.SOCK_STREAM) as line:
        timer = threading.Timer(ANSWER_TIMEOUT_SECONDS, _hang_up, (line, late))
        timer.daemon = True
        timer.start()
        try:
            yield
        except psycopg.OperationalError as error:
            if not late.is_set():
                raise
            raise Unreachable(
                f"postgres {call}: no answer within {ANSWER_TIMEOUT_SECONDS} seconds. Check the network and run the"
                " same command again"
            ) from error
        finally:
            timer.cancel()
            timer.join()


def _hang_up(line: socket.socket, late: threading.Event) -> None:
    late.set()
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _statement_error(call: str, error: Any) -> CollectionError:
    import psycopg

    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return Refused(f"postgres {call}: {error}. Grant the collector's role the right to read the catalogue")
    if isinstance(error, psycopg.OperationalError):
        return Unreachable(f"postgres {call}: no whole answer ({error}). Run the same command again")
    return MalformedInput(f"postgres {call}: {type(error).__name__}: {error}. Run the same command again")
