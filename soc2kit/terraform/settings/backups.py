"""How long declared databases keep backups, and whether they can be deleted."""

from __future__ import annotations

from collections.abc import Iterator

from .model import Setting, World, called, told
from .storage import DATABASE

_REPLICAS = ("replicate_source_db", "replication_source_identifier")


def settings(world: World) -> Iterator[Setting]:
    """Replicas are left out: their data is that of another database."""
    for database in world.of_type("aws_db_instance", "aws_rds_cluster"):
        if any(database.values.get(name) for name in _REPLICAS):
            continue
        name = called(database, "cluster_identifier" if database.type == "aws_rds_cluster" else "identifier")
        for setting, attribute in (
            ("retention days", "backup_retention_period"),
            ("deletion protection", "deletion_protection"),
        ):
            found = told(database.type, database.values, attribute)
            yield Setting(database, database, DATABASE, name, setting, found.values, found.why, found.by_default)
