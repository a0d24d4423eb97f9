"""Frames of how PostgreSQL protects connections and passwords: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import database_transport, postgres_transport
from ..schema import FrameSpec, columns

_SERVER = (
    "server text, version number?, ssl flag?, force_ssl flag?, minimum_protocol text?, password_encryption text?,"
    " local_only flag?, not_shown list, pending list, own_hashing list, loaded_at time?, problems text?, unread text?,"
    " host text?"
)
_RULE = "rule text, server text, place text, words text, method text, error text?, remote flag, certain flag?"
_LIST = "server text, rules number, problems text?, digest text, plain text?, plain_perhaps text?"
_SETTINGS, _RULES, _FILES = ("postgres.settings",), ("postgres.hba_rules",), ("postgres_files.files",)

SPECS = (
    FrameSpec("live_database_servers", columns(_SERVER), _SETTINGS, postgres_transport.live_servers),
    FrameSpec("file_database_servers", columns(_SERVER), _FILES, postgres_transport.file_servers),
    FrameSpec("live_database_rules", columns(_RULE), _RULES, postgres_transport.live_rules),
    FrameSpec("file_database_rules", columns(_RULE), _FILES, postgres_transport.file_rules),
    FrameSpec("live_database_rule_lists", columns(_LIST), _RULES, postgres_transport.live_rule_lists),
    FrameSpec("file_database_rule_lists", columns(_LIST), _FILES, postgres_transport.file_rule_lists),
    FrameSpec(
        "database_sessions",
        columns(
            "server text, role text?, database text?, remote flag?, encrypted flag?, protocol text?, cipher text?,"
            " collector flag"
        ),
        ("postgres.ssl_sessions",),
        postgres_transport.sessions,
    ),
    FrameSpec(
        "database_passwords",
        columns("role_key text, server text, role text, kind text?"),
        ("postgres.password_hashes",),
        postgres_transport.passwords,
    ),
    FrameSpec(
        "database_servers",
        columns(_SERVER),
        uses=("live_database_servers", "file_database_servers", "rds_databases"),
        optional=("rds_databases",),
        derive=database_transport.servers,
    ),
    FrameSpec(
        "database_rules",
        columns(f"{_RULE}, unread flag?, rule_problems text?, not_loaded time?"),
        uses=("live_database_rules", "file_database_rules", "database_transport"),
        optional=("live_database_rules",),
        derive=database_transport.rules,
    ),
    FrameSpec(
        "database_transport",
        columns(
            f"{_SERVER}, rules number?, rule_problems text?, digest text?, plain text?, plain_perhaps text?,"
            " not_loaded time?, plain_sessions text?, sessions number?, sessions_not_shown number?"
        ),
        uses=(
            "live_database_servers", "file_database_servers", "live_database_rule_lists", "file_database_rule_lists",
            "database_sessions", "rds_databases",
        ),
        # A provider's server does not show its rules, and sessions only bear out what settings and rules say.
        optional=("live_database_rule_lists", "database_sessions", "rds_databases"),
        derive=database_transport.transport,
    ),
)  # fmt: skip
