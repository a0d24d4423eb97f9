"""PostgreSQL: roles, memberships, grants and the protection of connections, each list in one read-only transaction."""

from __future__ import annotations

from ...config import Config
from ..base import Dataset, Source
from .connection import connect
from .grants import grants
from .roles import memberships, roles
from .transport import hba_rules, password_hashes, settings, ssl_sessions


def cluster_of(config: Config) -> str:
    """The cluster as the company calls it: known before anything answers."""
    return config.postgres.cluster if config.postgres else "unknown"


def shows_rules(config: Config) -> bool:
    """Providers who run PostgreSQL for others do not show its rules; the company says so once."""
    return config.postgres is None or config.postgres.hba_rules


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
        Dataset(
            "postgres.settings", "Database settings", "encryption", "database-settings", "snapshot",
            ("membership in pg_read_all_settings; without it some settings are not shown",), settings,
        ),
        Dataset(
            "postgres.ssl_sessions", "Database sessions", "encryption", "database-sessions", "snapshot",
            ("membership in pg_read_all_stats; without it only the collector's own session is shown whole",),
            ssl_sessions,
        ),
        Dataset(
            "postgres.password_hashes", "Kinds of password hashes", "encryption", "database-password-kinds", "snapshot",
            ("SELECT on the view soc2kit.password_kinds, which shows no hash",), password_hashes,
        ),
        Dataset(
            "postgres.hba_rules", "Rules of pg_hba.conf", "encryption", "database-hba-rules", "snapshot",
            ("SELECT on pg_hba_file_rules and EXECUTE on the function of that name",), hba_rules, wanted=shows_rules,
        ),
    ),
    account_of=cluster_of,
)  # fmt: skip
