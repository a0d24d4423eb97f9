"""PostgreSQL: roles, memberships and grants from the catalogue, each list in one read-only transaction."""

from __future__ import annotations

from ...config import Config
from ..base import Dataset, Source
from .connection import connect
from .grants import grants
from .roles import memberships, roles


def cluster_of(config: Config) -> str:
    """The cluster as the company calls it: known before anything answers."""
    return config.postgres.cluster if config.postgres else "unknown"


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
    account_of=cluster_of,
)  # fmt: skip
