"""What the example's PostgreSQL would say of itself, were it the company's: with TLS, listening, and with clients.

The server that runs is built without TLS and listens to its socket alone. Its catalogue's views are laid over: rows of
settings and sessions that the timeline gives take the place of its own. The file of rules is a real one.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg import sql

from .state import DatabaseServer

#: Where the files of the company's server are.
FOLDER = "/etc/postgresql/18/main"
_TABLES = """
SET allow_system_table_mods = on;
CREATE TABLE pg_catalog.soc2kit_example_settings (name text PRIMARY KEY, setting text);
CREATE TABLE pg_catalog.soc2kit_example_sessions
  (pid int PRIMARY KEY, usename name, datname name, client_addr inet, ssl boolean);
"""
_OF_FILE = {"source": "'configuration file'", "sourcefile": f"'{FOLDER}/postgresql.conf'", "sourceline": "NULL::int"}
_OF_ACTIVITY = {
    "pid": "o.pid", "usename": "o.usename", "datname": "o.datname", "client_addr": "o.client_addr",
    "backend_type": "'client backend'",
}  # fmt: skip
_OF_SSL = {
    "pid": "o.pid", "ssl": "o.ssl", "version": "CASE WHEN o.ssl THEN 'TLSv1.3' END",
    "cipher": "CASE WHEN o.ssl THEN 'TLS_AES_256_GCM_SHA384' END", "bits": "CASE WHEN o.ssl THEN 256 END",
}  # fmt: skip
# The collector's last session may still be ending when its next one looks.
_ONE_OF_OURS = "WHERE v.usename IS DISTINCT FROM current_user OR v.pid = pg_backend_pid()"
# Without TLS in the build, the server says of a line for TLS that it can match nothing.
_OF_RULES = {
    "rule_number": "CASE WHEN v.type IS NOT NULL THEN (row_number() OVER ())::int END",
    "file_name": f"'{FOLDER}/' || regexp_replace(v.file_name, '^.*/', '')",
    "error": "CASE WHEN v.error NOT LIKE 'hostssl record cannot match%' THEN v.error END",
}


class Overlay:
    """Laid over one server once; `show` gives it a state of the timeline."""

    def __init__(self, admin: psycopg.Connection, rules: Path) -> None:
        self._admin, self._rules = admin, rules
        self._run(_TABLES)
        over = {name: f"CASE WHEN o.name IS NULL THEN v.{name} ELSE {text} END" for name, text in _OF_FILE.items()}
        over |= {name: f"coalesce(o.setting, v.{name})" for name in ("setting", "reset_val")}
        self._replace("pg_settings", over, "LEFT JOIN pg_catalog.soc2kit_example_settings o ON o.name = v.name")
        self._replace("pg_hba_file_rules", _OF_RULES)
        self._replace("pg_stat_activity", {}, _ONE_OF_OURS, _OF_ACTIVITY)
        self._replace("pg_stat_ssl", {}, added=_OF_SSL)
        self._run("RESET allow_system_table_mods")

    def show(self, server: DatabaseServer) -> None:
        self._rules.write_text(server.rules, encoding="utf-8")
        self._run("SELECT pg_reload_conf()")
        settings = {"hba_file": f"{FOLDER}/pg_hba.conf", **dict(server.settings)}
        self._fill("settings", [list(item) for item in settings.items()])
        self._fill("sessions", [[number, *session] for number, session in enumerate(server.sessions, 4711)])

    def _replace(self, view: str, over: dict[str, str], join: str = "", added: dict[str, str] | None = None) -> None:
        """The view with other columns in place of its own, and rows added."""
        columns = self._admin.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
            [f"pg_catalog.{view}"],
        ).fetchall()
        ((body,),) = self._admin.execute("SELECT pg_get_viewdef(%s::regclass)", [f"pg_catalog.{view}"]).fetchall()
        own = ", ".join(f"({over.get(name, f'v.{name}')})::{kind} AS {name}" for name, kind in columns)
        text = f"SELECT {own} FROM ({body.rstrip().rstrip(';')}) v {join}"
        if added is not None:
            more = ", ".join(f"({added.get(name, 'NULL')})::{kind}" for name, kind in columns)
            text += f" UNION ALL SELECT {more} FROM pg_catalog.soc2kit_example_sessions o"
        self._run(f"CREATE OR REPLACE VIEW pg_catalog.{view} AS {text}")

    def _fill(self, table: str, rows: list[list[object]]) -> None:
        name = sql.Identifier("pg_catalog", f"soc2kit_example_{table}")
        self._admin.execute(sql.SQL("DELETE FROM {}").format(name))
        for row in rows:
            values = sql.SQL(", ").join(map(sql.Literal, row))
            self._admin.execute(sql.SQL("INSERT INTO {} VALUES ({})").format(name, values))

    def _run(self, statement: str) -> None:
        self._admin.execute(statement.encode())
