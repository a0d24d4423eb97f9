"""Tests of backups of databases in AWS."""

from __future__ import annotations

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import words
from .unread import lost, matching, outcome_with


def databases_backed_up(
    rds_databases: Frame, aws_rds_unread: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """Databases keep backups for long enough, and cannot be deleted by mistake.

    Population: database instances and clusters, at each snapshot, and lists that could not be read; members of a
    cluster, whose backups are the cluster's, and replicas, whose data is that of another database, are not in it. Unit
    of the limit: days.
    Exception: kept for less than `backup_retention_days`; deletion protection off; in one zone alone, for those that
    `databases_in_two_zones` names; or one of these unknown.
    Source: rds.DescribeDBInstances, DescribeDBClusters.
    """
    databases = rds_databases[rds_databases["cluster"].isna() & rds_databases["replica_of"].isna()]
    kept, limit = databases["retention_days"], parameters.backup_retention_days
    zones = matching(databases["arn"], parameters.databases_in_two_zones)
    reasons = words(
        databases.index,
        (kept < limit, "backups are kept for " + kept.astype("string") + f" days, limit {limit}"),
        (~databases["deletion_protection"], "deletion protection is off"),
        (zones & ~databases["multi_az"], "it runs in one zone"),
        (kept.isna() | databases["deletion_protection"].isna(), "AWS did not state backups or deletion protection"),
        (zones & databases["multi_az"].isna(), "AWS did not state how many zones it runs in"),
    )
    gone = lost([aws_rds_unread], "DescribeDBInstances DescribeDBClusters")
    return outcome_with(databases, gone, key="arn", reasons=reasons)
