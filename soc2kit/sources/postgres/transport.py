"""How PostgreSQL protects connections and passwords: settings, rules of `pg_hba.conf`, sessions, kinds of hashes.

What the collector's role may not see is in the answer as such, or a refusal: never "off", never "none".
"""

from __future__ import annotations

from ...errors import Refused
from ...period import Period
from ..base import Completeness, Pages
from .connection import PostgresConnection, counted, query

#: Settings that are asked for; one that the server does not have, or does not show, has a row without values.
SETTINGS = (
    "hba_file", "listen_addresses", "password_encryption", "port", "rds.force_ssl", "ssl", "ssl_ca_file",
    "ssl_cert_file", "ssl_ciphers", "ssl_max_protocol_version", "ssl_min_protocol_version", "ssl_prefer_server_ciphers",
)  # fmt: skip
_ASKED = ", ".join(f"'{name}'" for name in SETTINGS)
SERVER = """\
SELECT current_setting('server_version_num')::int AS server_version_num,
       pg_has_role('pg_read_all_settings', 'USAGE') AS may_read_every_setting,
       to_char(pg_conf_load_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS loaded_at"""
ONE = "SELECT 1"
VALUES = f"""\
SELECT asked.name, s.setting, s.unit, s.context, s.source, s.sourcefile, s.sourceline, s.reset_val, s.boot_val,
       s.pending_restart
  FROM unnest(ARRAY[{_ASKED}]) AS asked(name)
  LEFT JOIN pg_catalog.pg_settings s ON s.name = asked.name
 ORDER BY asked.name"""
VALUES_TOTAL = f"SELECT {len(SETTINGS)}"
# Settings of a role or database stand over the server's; of all of them only this one can be set there.
_OF_ROLES = """\
  FROM pg_catalog.pg_db_role_setting s
  LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
 CROSS JOIN LATERAL unnest(s.setconfig) AS c(setting)
 WHERE split_part(c.setting, '=', 1) = 'password_encryption'"""
OF_ROLES = f"SELECT r.rolname AS role, d.datname AS database, c.setting\n{_OF_ROLES}\n ORDER BY 1, 2"
OF_ROLES_TOTAL = f"SELECT count(*)\n{_OF_ROLES}"

# A network with its length, where its mask is one of a network; options whose values are no secrets with their values.
RULES = """\
SELECT (row_number() OVER ())::int AS position, {newer}r.line_number, r.type, r.database, r.user_name,
       CASE WHEN r.netmask IS NULL THEN r.address
            ELSE coalesce(r.address || '/' || (
              SELECT n FROM generate_series(0, CASE family(r.netmask::inet) WHEN 4 THEN 32 ELSE 128 END) n
               WHERE netmask(set_masklen(r.netmask::inet, n)) = r.netmask::inet), r.address || ' ' || r.netmask)
       END AS address,
       r.auth_method,
       ARRAY(SELECT CASE WHEN split_part(o, '=', 1) = ANY (ARRAY['clientcert', 'clientname', 'map', 'include_realm',
                              'krb_realm', 'ldaptls', 'ldapscheme'])
                         THEN o ELSE split_part(o, '=', 1) || '=(not read)' END
               FROM unnest(r.options) o) AS options,
       -- What stands in place of an option may be a password without its name.
       regexp_replace(r.error, '(not in name=value format: ).*', '\\1(not read)') AS error
  FROM pg_catalog.pg_hba_file_rules r"""
RULES_TOTAL = "SELECT count(*) FROM pg_catalog.pg_hba_file_rules"
FILES_NAMED_SINCE = 160000

SESSIONS = """\
SELECT a.datname, a.usename, host(a.client_addr) AS client_addr, a.backend_type, s.ssl, s.version, s.cipher,
       s.bits, s.client_dn IS NOT NULL AS client_certificate, a.pid = pg_backend_pid() AS collector,
       a.backend_type IS NOT NULL AS shown, {gss} AS gss
  FROM pg_catalog.pg_stat_activity a
  LEFT JOIN pg_catalog.pg_stat_ssl s ON s.pid = a.pid{view}
 WHERE a.usename IS NOT NULL AND coalesce(a.backend_type, 'client backend') IN ('client backend', 'walsender')
 ORDER BY a.usename, a.datname, client_addr, s.version, collector"""
# A connection can be encrypted by GSSAPI in place of TLS; before that version none could.
GSS_SINCE = 120000
_GSS = "\n  LEFT JOIN pg_catalog.pg_stat_gssapi g ON g.pid = a.pid"
SESSIONS_TOTAL = """\
SELECT count(*) FROM pg_catalog.pg_stat_activity a
 WHERE a.usename IS NOT NULL AND coalesce(a.backend_type, 'client backend') IN ('client backend', 'walsender')"""

# Which way there is to the kinds of hashes; the view is the one of library/postgres-permissions.sql.
KINDS_FROM = """\
SELECT has_column_privilege('pg_catalog.pg_authid', 'rolpassword', 'SELECT') AS catalogue,
       v.definition, v.owner, coalesce(v.readable, false) AS view
  FROM (SELECT 1) AS one LEFT JOIN (
    SELECT pg_get_viewdef(c.oid) AS definition, owner.rolname AS owner,
           owner.rolsuper AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_roles owner ON owner.oid = c.relowner
     WHERE n.nspname = 'soc2kit' AND c.relname = 'password_kinds' AND c.relkind = 'v') v ON true"""
KINDS = ("none", "md5", "scram-sha-256", "other")
_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)
KIND = """\
CASE WHEN rolpassword IS NULL THEN 'none' WHEN rolpassword LIKE 'SCRAM-SHA-256$%' THEN 'scram-sha-256'
                WHEN rolpassword ~ '^md5[0-9a-f]{32}$' THEN 'md5' ELSE 'other' END"""
# Of a view that somebody made otherwise, nothing but these words can come into a file.
HASHES = f"""\
SELECT r.rolname, r.rolcanlogin, CASE WHEN k.kind IN ({_KINDS}) THEN k.kind END AS kind
  FROM pg_catalog.pg_roles r
  LEFT JOIN {{kinds}} k ON k.role = r.rolname
 ORDER BY r.rolname"""
OF_CATALOGUE = f"(SELECT rolname AS role, {KIND} AS kind FROM pg_catalog.pg_authid)"
OF_VIEW = "soc2kit.password_kinds"
OF_NOTHING = "(SELECT NULL::name AS role, NULL::text AS kind)"
HASHES_TOTAL = "SELECT count(r.oid) FROM pg_catalog.pg_roles r"


def settings(connection: PostgresConnection, period: Period) -> Pages:
    """Settings of the server with where each comes from, and what roles and databases have of their own."""
    yield from counted(connection, "SQL server configuration", SERVER, ONE)
    whole = yield from counted(connection, "SQL settings", VALUES, VALUES_TOTAL)
    yield from counted(connection, "SQL settings of roles", OF_ROLES, OF_ROLES_TOTAL)
    reason = "a row for each setting that is asked for; one that is not shown has no value"
    return Completeness(reason, whole.source_total)


def hba_rules(connection: PostgresConnection, period: Period) -> Pages:
    """The rules in `pg_hba.conf` as the server reads the file now; those in force are of the time it was loaded."""
    newer = connection.raw.info.server_version >= FILES_NAMED_SINCE
    statement = RULES.format(newer="r.rule_number, r.file_name, " if newer else "")
    try:
        return (yield from counted(connection, "SQL rules of pg_hba.conf", statement, RULES_TOTAL))
    except Refused as error:
        raise Refused(
            f"{str(error).partition('. Grant')[0]}. Let an administrator run library/postgres-permissions.sql; where"
            " the provider of the server does not allow it, write hba_rules = false in [sources.postgres]"
        ) from error


def ssl_sessions(connection: PostgresConnection, period: Period) -> Pages:
    """Who is connected, from where, and with which protocol; the collector's own session included."""
    newer = connection.raw.info.server_version >= GSS_SINCE
    parts = {"gss": "g.encrypted", "view": _GSS} if newer else {"gss": "false", "view": ""}
    whole = yield from counted(connection, "SQL sessions", SESSIONS.format(**parts), SESSIONS_TOTAL)
    _, ((every,),) = query(
        connection.raw, "SQL rights to sessions", "SELECT pg_has_role('pg_read_all_stats', 'USAGE')", rows=1
    )
    reason = "as many sessions as the server counts in the same transaction"
    lacking = "; where those of other roles come from is not shown: the collector is not in pg_read_all_stats"
    return Completeness(reason if every else reason + lacking, whole.source_total)


def password_hashes(connection: PostgresConnection, period: Period) -> Pages:
    """Which kind of hash each role's password has, made out by the server itself: neither hash nor salt is read."""
    (way,) = counted(connection, "SQL way to the kinds of password hashes", KINDS_FROM, ONE)
    yield way
    row = dict(zip(way.answer["columns"], way.answer["rows"][0], strict=True))
    kinds = OF_CATALOGUE if row["catalogue"] else OF_VIEW if row["view"] else OF_NOTHING
    whole = yield from counted(connection, "SQL kinds of password hashes", HASHES.format(kinds=kinds), HASHES_TOTAL)
    reason = "as many roles as the server counts in the same transaction"
    if kinds == OF_NOTHING:
        reason += "; kinds are not readable: library/postgres-permissions.sql has the view that shows them and no hash"
    return Completeness(reason, whole.source_total)
