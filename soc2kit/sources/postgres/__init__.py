"""PostgreSQL: roles, memberships and grants from the catalogue, each list in one read-only transaction."""

from __future__ import annotations

from ..base import Dataset, Source
from .connection import connect
from .grants import grants
from .roles import memberships, roles

SOURCE = Source(
    "postgres",
    "PostgreSQL",
    connect,
    (
        Dataset(
            "postgres.roles", "Database roles", "access-reviews", "database-roles", "snapshot",
            ("LOGIN; SELECT on pg_roles, which every role has",), roles,
        ),
        Dataset(
            "postgres.memberships", "Database role memberships", "access-reviews", "database-role-memberships",
            "snapshot", ("SELECT on pg_auth_members, which every role has",), memberships,
        ),
        Dataset(
            "postgres.grants", "Database grants and owners", "access-reviews", "database-grants", "snapshot",
            ("CONNECT on each database that is read; SELECT on the catalogue, which every role has",), grants,
        ),
    ),
)  # fmt: skip
