"""Who may do what in each database: the access lists of its catalogue, and the owners of its objects.

Types, languages, foreign servers, large objects and settings have access lists as well; they are not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...database_names import PROVIDERS_OWN
from ...errors import MalformedInput, Refused
from ...period import Period
from ..base import Completeness, Pages
from .connection import PostgresConnection, connected, counted

SERVER = """\
SELECT current_setting('server_version_num')::int AS server_version_num,
       EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'rds_superuser') AS rds_superuser"""
SERVER_TOTAL = "SELECT 1"
DATABASES = """\
SELECT d.datname AS database, owner.rolname AS owner, d.datistemplate AS template, d.datallowconn AS allows_connections,
       has_database_privilege(d.oid, 'CONNECT') AS may_connect
  FROM pg_catalog.pg_database d
  LEFT JOIN pg_catalog.pg_roles owner ON owner.oid = d.datdba
 ORDER BY d.datname"""
DATABASES_TOTAL = "SELECT count(*) FROM pg_catalog.pg_database"

# An object without an access list has the built-in one, which `acldefault` gives. Tables of a session's own are left
# out, and so is what every server comes with in its system schemas: access lists as pg_init_privs has them, what the
# role with the number 10 has, with which the server was made, and everybody's right to read information_schema, which
# pg_init_privs does not have. What somebody changed there is kept.
_OBJECTS = """\
WITH relations AS (
  SELECT c.oid, c.relname, c.relnamespace, c.relkind, c.relowner, c.relacl, n.nspname,
         CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                        WHEN 'f' THEN 'foreign table' ELSE 'table' END AS kind
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
), found AS (
  SELECT kind, format('%I.%I', nspname, relname) AS object, nspname AS schema, relowner AS owner, relacl AS acl,
         acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, relowner) AS standard,
         'pg_class'::regclass AS catalogue, oid, 0 AS part
    FROM relations
  UNION ALL
  SELECT 'column', format('%I.%I(%I)', r.nspname, r.relname, a.attname), r.nspname, r.relowner, a.attacl,
         NULL::aclitem[], 'pg_class'::regclass, r.oid, a.attnum
    FROM relations r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid
   WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
  UNION ALL
  SELECT 'function', format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), n.nspname,
         p.proowner, p.proacl, acldefault('f', p.proowner), 'pg_proc'::regclass, p.oid, 0
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  UNION ALL
  SELECT 'schema', format('%I', nspname), nspname, nspowner, nspacl, acldefault('n', nspowner),
         'pg_namespace'::regclass, oid, 0
    FROM pg_catalog.pg_namespace
  UNION ALL
  SELECT 'database', format('%I', datname), '', datdba, datacl, acldefault('d', datdba), 'pg_database'::regclass, oid, 0
    FROM pg_catalog.pg_database WHERE datname = current_database()
), objects AS (
  SELECT f.kind, f.object, f.owner, coalesce(f.acl, f.standard) AS acl,
         f.schema ~ '^(pg_catalog$|information_schema$|pg_toast|pg_temp_)' AS system,
         f.schema = 'information_schema' AS standard_views,
         f.acl IS NOT DISTINCT FROM i.initprivs AS unchanged
    FROM found f LEFT JOIN pg_catalog.pg_init_privs i
      ON i.objoid = f.oid AND i.classoid = f.catalogue AND i.objsubid = f.part
), granted AS (
  SELECT o.kind, o.object, o.owner, e.*
    FROM objects o CROSS JOIN LATERAL aclexplode(o.acl) e
   WHERE NOT (o.system AND (o.unchanged OR e.grantee = 10 OR (
              o.standard_views AND e.grantee = 0 AND e.privilege_type IN ('SELECT', 'USAGE', 'EXECUTE'))))
  UNION ALL
  SELECT 'future ' || CASE d.defaclobjtype WHEN 'r' THEN 'table' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'function'
                           WHEN 'T' THEN 'type' WHEN 'n' THEN 'schema' ELSE 'object' END,
         coalesce(quote_ident(n.nspname), 'any schema'), d.defaclrole, e.*
    FROM pg_catalog.pg_default_acl d LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
   CROSS JOIN LATERAL aclexplode(d.defaclacl) e
)
"""
GRANTS = (
    _OBJECTS
    + """\
SELECT g.kind, g.object, owner.rolname AS owner, grantor.rolname AS grantor,
       CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE grantee.rolname END AS grantee, g.privilege_type AS privilege,
       g.is_grantable AS grantable
  FROM granted g
  LEFT JOIN pg_catalog.pg_roles owner ON owner.oid = g.owner
  LEFT JOIN pg_catalog.pg_roles grantor ON grantor.oid = g.grantor
  LEFT JOIN pg_catalog.pg_roles grantee ON grantee.oid = g.grantee
 ORDER BY 1, 2, 3, 5, 6, 4"""
)
GRANTS_TOTAL = _OBJECTS + "SELECT count(*) FROM granted"
_OWNED = "kind <> 'column' AND (NOT system OR owner <> 10)"
OWNERS = (
    _OBJECTS
    + f"""\
SELECT o.kind, o.object, owner.rolname AS owner
  FROM objects o LEFT JOIN pg_catalog.pg_roles owner ON owner.oid = o.owner
 WHERE {_OWNED}
 ORDER BY 1, 2"""
)
OWNERS_TOTAL = _OBJECTS + f"SELECT count(*) FROM objects WHERE {_OWNED}"

EVERY = "*"
Databases = Mapping[str, Mapping[str, Any]]


def grants(connection: PostgresConnection, period: Period) -> Pages:
    """Grants and owners in every database that is asked for, each in one transaction of its own.

    Databases that are there and were not asked for are named in the reason of completeness; those that the settings
    leave out on purpose stand beside the list as `out_of_scope`.
    """
    yield from counted(connection, "SQL server", SERVER, SERVER_TOTAL)
    (listing,) = counted(connection, "SQL databases", DATABASES, DATABASES_TOTAL)
    out = connection.settings.databases_out_of_scope
    yield replace(listing, parameters={**listing.parameters, "out_of_scope": list(out)})
    columns, rows = listing.answer["columns"], listing.answer["rows"]
    databases = {row["database"]: row for row in (dict(zip(columns, values, strict=True)) for values in rows)}
    chosen = _chosen(connection, databases)
    total = 0
    for name in chosen:
        with connected(connection.settings, name) as inside:
            for call, statement, count in (("SQL grants", GRANTS, GRANTS_TOTAL), ("SQL owners", OWNERS, OWNERS_TOTAL)):
                whole = yield from counted(inside, call, statement, count, name)
                total += whole.source_total or 0
    return Completeness(_reason(chosen, databases, out), total)


def _chosen(connection: PostgresConnection, databases: Databases) -> list[str]:
    """The databases to read. Raises `MalformedInput` for one that is not there, `Refused` for one that is closed."""
    settings = connection.settings
    asked = settings.databases or (settings.database,)
    every = [name for name in databases if _open_to_all(name, databases)]
    out = settings.databases_out_of_scope
    chosen = [name for name in every if name not in out] if EVERY in asked else list(asked)
    for name in chosen:
        if name not in databases:
            raise MalformedInput(
                f"postgres: {name!r} in [sources.postgres] databases is none of the server's databases"
                f' ({", ".join(databases)}). Correct it, or write databases = ["*"]'
            )
        if not databases[name]["may_connect"]:
            user = connection.origin.identity
            raise Refused(
                f"postgres: {user} may not connect to the database {name}. Let an administrator run:"
                f" GRANT CONNECT ON DATABASE {_quoted(name)} TO {_quoted(user)}"
            )
    return chosen


def _open_to_all(name: str, databases: Databases) -> bool:
    """What `*` stands for: no templates, none that is closed to everybody, none that is the provider's own."""
    row = databases[name]
    return bool(row["allows_connections"] and not row["template"]) and name not in PROVIDERS_OWN


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _reason(chosen: list[str], databases: Databases, out: tuple[str, ...]) -> str:
    read = f"as many rows as the server counts in the same transaction, in each database read: {', '.join(chosen)}"
    others = [name for name, row in databases.items() if name not in chosen and not row["template"]]
    if not others:
        return f"{read}; the server has no others but templates"
    lacking = [name for name in others if name not in out]
    if lacking:
        read += f"; not read: {', '.join(lacking)} (the server has them, [sources.postgres] databases does not)"
    left = [name for name in others if name in out]
    return f"{read}; out of scope by [sources.postgres] databases_out_of_scope: {', '.join(left)}" if left else read
