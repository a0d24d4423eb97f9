"""Frames of PostgreSQL's catalogue: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import database_reach, postgres
from ..schema import FrameSpec, columns
from . import postgres_transport

SPECS = (
    FrameSpec(
        "database_roles",
        columns(
            "cluster text, role text, login flag, inherit flag, superuser flag, create_role flag, create_database flag,"
            " replication flag, bypass_rls flag, valid_until time?"
        ),
        ("postgres.roles",),
        postgres.roles,
    ),
    FrameSpec(
        "database_memberships",
        columns("cluster text, role text, member text, admin_option flag, inherits flag?, can_set flag?"),
        ("postgres.memberships",),
        postgres.memberships,
    ),
    FrameSpec(
        "database_reach",
        columns("cluster text, member text, role text, path text, how text, inherits flag?, admin flag"),
        uses=("database_roles", "database_memberships"),
        derive=database_reach.database_reach,
    ),
    FrameSpec(
        "databases",
        columns("place text, cluster text, database text, read flag, out_of_scope flag"),
        ("postgres.grants",),
        postgres.databases,
    ),
    FrameSpec(
        "database_grants",
        columns(
            "cluster text, database text, grantee text, object text, object_kind text, privilege text, grantable flag"
        ),
        ("postgres.grants",),
        postgres.grants,
    ),
    FrameSpec(
        "database_owners",
        columns("cluster text, database text, object text, object_kind text, owner text"),
        ("postgres.grants",),
        postgres.owners,
    ),
    *postgres_transport.SPECS,
)
