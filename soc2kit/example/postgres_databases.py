"""Databases of the example's PostgreSQL: schemas, tables and grants made anew each time, so that none is left over."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
from psycopg import sql

from .state import Database, Grant

_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)' ORDER BY 1"


class Databases:
    """The databases of one server, which its administrator's connection leads to."""

    def __init__(self, admin: psycopg.Connection) -> None:
        self._admin = admin
        self._made: list[str] = []

    def empty(self, leaving: Iterable[str]) -> None:
        """Take out what an earlier state put in, and every right of roles that are about to be dropped."""
        for name in self._made:
            with self._inside(name) as inside:
                for (schema,) in inside.execute(_SCHEMAS).fetchall():
                    _run(inside, "DROP SCHEMA {} CASCADE", schema)
                for role in leaving:
                    _run(inside, "DROP OWNED BY {}", role)

    def fill(self, databases: Iterable[Database]) -> None:
        for database in databases:
            if database.name not in self._made:
                _run(self._admin, "CREATE DATABASE {}", database.name)
                self._made.append(database.name)
            _run(self._admin, "ALTER DATABASE {} OWNER TO {}", database.name, database.owner)
            with self._inside(database.name) as inside:
                _run(inside, "DROP SCHEMA IF EXISTS public CASCADE")
                _make(inside, database)

    def _inside(self, name: str) -> psycopg.Connection:
        info = self._admin.info
        # Said to be empty, because PGHOSTADDR would lead it to somebody's real server.
        return psycopg.connect(
            host=info.host, port=info.port, user=info.user, dbname=name, hostaddr="", options="", autocommit=True
        )


def _make(inside: psycopg.Connection, database: Database) -> None:
    for schema in database.schemas:
        _run(inside, "CREATE SCHEMA {} AUTHORIZATION {}", schema.name, schema.owner)
        for table in schema.tables:
            _run(inside, "CREATE TABLE {}.{} (id bigint PRIMARY KEY, content text)", schema.name, table)
            _run(inside, "ALTER TABLE {}.{} OWNER TO {}", schema.name, table, schema.owner)
    for grant in database.grants:
        _grant(inside, grant)


def _grant(inside: psycopg.Connection, grant: Grant) -> None:
    words = ", ".join(grant.privileges)
    public = grant.to == "PUBLIC"
    to, role = ("PUBLIC", []) if public else ("{}", [grant.to])
    if not grant.tables:
        _run(inside, f"GRANT {words} ON SCHEMA {{}} TO {to}", grant.schema, *role)
    for table in grant.tables:
        _run(inside, f"GRANT {words} ON TABLE {{}}.{{}} TO {to}", grant.schema, table, *role)


def _run(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
