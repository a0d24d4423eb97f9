"""Tests of backups of databases in AWS."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import words
from .unread import Groups, lost, matching, outcome_with, texts

_POINTS = ("COMPLETED", "AVAILABLE", "EXPIRED")


def databases_backed_up(
    rds_databases: Frame, rds_snapshots: Frame, recovery_points: Frame, aws_rds_unread: Frame,
    aws_backup_unread: Frame, *, period: Period, parameters: Parameters,
) -> Outcome:  # fmt: skip
    """Databases keep backups for long enough, and cannot be deleted by mistake.

    Population: database instances and clusters, at each snapshot, and lists that could not be read; members of a
    cluster, whose backups are the cluster's, and replicas, whose data is that of another database, are not in it. Unit
    of the limits: days.
    Exception: kept for less than `backup_retention_days`; deletion protection off; in one zone alone, for those that
    `databases_in_two_zones` names; or one of these unknown. For those that `databases_with_copies` names: the newest
    backup in another region or account is older than `backup_copy_days`, or there is none; where recovery points or
    snapshots could not all be listed, and none that was is young enough, that cannot be tested.
    Source: rds.DescribeDBInstances, DescribeDBClusters, and the snapshots; backup.ListRecoveryPointsByBackupVault. What
    RDS itself copies to another region all the time counts as copied when it was looked at. Copies in an account that
    is not read cannot be seen.
    """
    databases = rds_databases[rds_databases["cluster"].isna() & rds_databases["replica_of"].isna()]
    kept, limit = databases["retention_days"], parameters.backup_retention_days
    zones = matching(databases["arn"], parameters.databases_in_two_zones)
    copied = matching(databases["arn"], parameters.databases_with_copies)
    newest = _newest_copies(databases, copied, rds_snapshots, recovery_points)
    old = newest.isna() | (newest < databases["snapshot_at"] - pd.Timedelta(days=parameters.backup_copy_days))
    unlisted = databases["snapshot_at"].isin(_unlisted(aws_rds_unread, aws_backup_unread))
    since = texts(databases.index, ["" if pd.isna(at) else f": the newest is of {at:%Y-%m-%d}" for at in newest])
    reasons = words(
        databases.index,
        (kept < limit, "backups are kept for " + kept.astype("string") + f" days, limit {limit}"),
        (~databases["deletion_protection"], "deletion protection is off"),
        (zones & ~databases["multi_az"], "it runs in one zone"),
        (kept.isna() | databases["deletion_protection"].isna(), "AWS did not state backups or deletion protection"),
        (zones & databases["multi_az"].isna(), "AWS did not state how many zones it runs in"),
        (copied & old & ~unlisted, f"no copy of the last {parameters.backup_copy_days} days elsewhere" + since),
    )
    unknown = words(
        databases.index, (copied & old & unlisted, "copies in other regions and accounts could not all be listed")
    )
    gone = lost([aws_rds_unread], "DescribeDBInstances DescribeDBClusters")
    return outcome_with(databases.drop(columns="copied_to"), gone, key="arn", reasons=reasons, unknown=unknown)


def _newest_copies(databases: Frame, wanted: pd.Series, snapshots: Frame, points: Frame) -> pd.Series:
    """When the newest backup of each wanted database that is kept in another region or account was taken."""
    kept = Groups(points[points["status"].isin(_POINTS)], "resource")
    copies = Groups(snapshots[snapshots["copied_from"].notna() & (snapshots["status"] == "available")], "of")
    found: list[Any] = []
    for row, asked in zip(databases.to_dict("records"), wanted, strict=True):
        if not asked:
            found.append(pd.NaT)
            continue
        elsewhere = kept.of(row["arn"])
        elsewhere = elsewhere[elsewhere["snapshot_at"] == row["snapshot_at"]]
        elsewhere = elsewhere[(elsewhere["account"] != row["account"]) | (elsewhere["region"] != row["region"])]
        mine = copies.of(row["name"])
        mine = mine[mine["snapshot_at"] == row["snapshot_at"]]
        place = f":rds:{row['region']}:{row['account']}:"
        mine = mine[mine["copied_from"].str.contains(place, regex=False)]
        mine = mine[(mine["account"] != row["account"]) | (mine["region"] != row["region"])]
        at = [*elsewhere["created_at"], *mine["taken_at"].dropna()]
        found.append(max([*at, *([row["snapshot_at"]] if row["copied_to"] else [])], default=pd.NaT))
    return pd.Series(found, index=databases.index, dtype="datetime64[us, UTC]")


def _unlisted(rds: Frame, backup: Frame) -> set[pd.Timestamp]:
    """Snapshots in which backups could not all be listed."""
    lists = "DescribeDBSnapshots DescribeDBClusterSnapshots ListBackupVaults"
    of_vaults = backup[backup["operation"] == "ListRecoveryPointsByBackupVault"]
    return {*lost([rds, backup], lists)["snapshot_at"], *of_vaults["snapshot_at"]}
