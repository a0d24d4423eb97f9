"""PostgreSQL's roles and memberships, from the catalogue."""

from __future__ import annotations

from ...period import Period
from ..base import Pages
from .connection import PostgresConnection, counted

ROLES = """\
SELECT rolname, oid::bigint AS oid, rolcanlogin, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolreplication,
       rolbypassrls, rolconnlimit,
       CASE WHEN isfinite(rolvaliduntil)
            THEN to_char(rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            ELSE rolvaliduntil::text END AS rolvaliduntil
  FROM pg_catalog.pg_roles
 ORDER BY rolname"""
ROLES_TOTAL = "SELECT count(*) FROM pg_catalog.pg_roles"
MEMBERSHIPS = """\
SELECT granted.rolname AS role, member.rolname AS member, grantor.rolname AS grantor, m.admin_option{options}
  FROM pg_catalog.pg_auth_members m
  JOIN pg_catalog.pg_roles granted ON granted.oid = m.roleid
  JOIN pg_catalog.pg_roles member ON member.oid = m.member
  LEFT JOIN pg_catalog.pg_roles grantor ON grantor.oid = m.grantor
 ORDER BY granted.rolname, member.rolname, grantor.rolname"""
MEMBERSHIPS_TOTAL = "SELECT count(*) FROM pg_catalog.pg_auth_members"
# Since PostgreSQL 16 a membership says whether rights are inherited and whether the role can be taken on.
OPTIONS_SINCE = 160000


def roles(connection: PostgresConnection, period: Period) -> Pages:
    """Every role, NOLOGIN ones included; password hashes are never read."""
    return (yield from counted(connection, "SQL roles", ROLES, ROLES_TOTAL))


def memberships(connection: PostgresConnection, period: Period) -> Pages:
    """Who is a member of which role, one step; steps are followed when the evidence is read."""
    newer = connection.raw.info.server_version >= OPTIONS_SINCE
    statement = MEMBERSHIPS.format(options=", m.inherit_option, m.set_option" if newer else "")
    return (yield from counted(connection, "SQL memberships", statement, MEMBERSHIPS_TOTAL))
