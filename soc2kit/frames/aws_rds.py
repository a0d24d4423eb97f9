"""Frames of RDS and of what answers through it: databases, and their snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .aws_config import Pages, Row, account_of, of_each, rows

Told = Mapping[str, Any] | None
_FORCE_SSL = "rds.force_ssl"


def databases(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row an instance and a cluster. Members of a cluster have its storage and its backups; they name it.

    `force_ssl` is the value that the parameter group gives, also where that is the engine's own; `waits` is whether the
    database runs without it until it is rebooted. Both are missing for engines that have no such parameter.
    """
    account = account_of(record)
    values = _force_ssl(pages, "rds.DescribeDBParameters", "DBParameterGroupName")
    for region, item in rows(pages, "rds.DescribeDBInstances", "DBInstances"):
        groups = item.get("DBParameterGroups", [])
        yield {
            "arn": item["DBInstanceArn"], "name": item["DBInstanceIdentifier"], "kind": "instance",
            "account": account, "region": region, "created_at": item.get("InstanceCreateTime"),
            "engine": item["Engine"], "version": item.get("EngineVersion"),
            "cluster": item.get("DBClusterIdentifier"), "public": item.get("PubliclyAccessible"),
            "replica_of": item.get("ReadReplicaSourceDBInstanceIdentifier"),
            "copied_to": [
                one["DBInstanceAutomatedBackupsArn"] for one in item.get("DBInstanceAutomatedBackupsReplications", [])
            ],
            **_kept(item),
            **_forced(values, region, [one["DBParameterGroupName"] for one in groups]),
            "waits": any(one.get("ParameterApplyStatus") != "in-sync" for one in groups),
        }  # fmt: skip
    values = _force_ssl(pages, "rds.DescribeDBClusterParameters", "DBClusterParameterGroupName")
    for region, item in rows(pages, "rds.DescribeDBClusters", "DBClusters"):
        members = item.get("DBClusterMembers", [])
        yield {
            "arn": item["DBClusterArn"], "name": item["DBClusterIdentifier"], "kind": "cluster",
            "account": account, "region": region, "created_at": item.get("ClusterCreateTime"),
            "engine": item["Engine"], "version": item.get("EngineVersion"),
            # A cluster is reached by its members; only one of several zones by itself.
            "public": item.get("PubliclyAccessible", False),
            "replica_of": item.get("ReplicationSourceIdentifier"),
            "copied_to": [],
            **_kept(item),
            **_forced(values, region, [item["DBClusterParameterGroup"]] if "DBClusterParameterGroup" in item else []),
            "waits": any(one.get("DBClusterParameterGroupStatus", "in-sync") != "in-sync" for one in members),
        }  # fmt: skip


def _kept(item: Mapping[str, Any]) -> Row:
    return {
        "encrypted": item.get("StorageEncrypted"),
        "kms_key": item.get("KmsKeyId"),
        "multi_az": item.get("MultiAZ"),
        "retention_days": item.get("BackupRetentionPeriod"),
        "deletion_protection": item.get("DeletionProtection"),
        # Only clusters say from when on.
        "restorable_from": item.get("EarliestRestorableTime"),
        "restorable_until": item.get("LatestRestorableTime"),
    }


def _force_ssl(pages: Pages, call: str, parameter: str) -> dict[tuple[str, str], list[str | None]]:
    """By region and group: the value, or None where AWS gives none; no entry where the group could not be read."""
    found: dict[tuple[str, str], list[str | None]] = {}
    for place, told in of_each(pages, call, parameter).items():
        if told is not None:
            found[place] = [
                one.get("ParameterValue") for one in told.get("Parameters", []) if one["ParameterName"] == _FORCE_SSL
            ]
    return found


def _forced(values: Mapping[tuple[str, str], list[str | None]], region: str, groups: list[str]) -> Row:
    found = [value for group in groups for value in values.get((region, group), [])]
    return {"force_ssl": found[0] if found else None, "parameter_group": ", ".join(groups) or None}


def snapshots(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Snapshots of instances and of clusters.

    `shared_with` are accounts, and `all` for everybody; it is missing where that could not be read. What RDS makes by
    itself cannot be shared. `taken_at` is the time of the data, also in a copy, which names its original.
    """
    yield from _snapshots(pages, record, "DBSnapshot", "DBInstanceIdentifier")
    yield from _snapshots(pages, record, "DBClusterSnapshot", "DBClusterIdentifier")


def _snapshots(pages: Pages, record: Mapping[str, Any], kind: str, of: str) -> Iterator[Row]:
    told = of_each(pages, f"rds.Describe{kind}Attributes", f"{kind}Identifier")
    for region, item in rows(pages, f"rds.Describe{kind}s", f"{kind}s"):
        name, type_ = item[f"{kind}Identifier"], item["SnapshotType"]
        yield {
            "arn": item[f"{kind}Arn"], "name": name, "type": type_, "account": account_of(record), "region": region,
            "of": item.get(of), "created_at": item.get("SnapshotCreateTime"), "status": item.get("Status"),
            "encrypted": item.get("Encrypted", item.get("StorageEncrypted")), "kms_key": item.get("KmsKeyId"),
            "taken_at": item.get("OriginalSnapshotCreateTime", item.get("SnapshotCreateTime")),
            "copied_from": item.get("SourceDBSnapshotIdentifier", item.get("SourceDBClusterSnapshotArn")) or None,
            "shared_with": _shared(told.get((region, name)), kind) if type_ == "manual" else [],
        }  # fmt: skip


def _shared(told: Told, kind: str) -> list[str] | None:
    if told is None:
        return None
    attributes = told[f"{kind}AttributesResult"][f"{kind}Attributes"]
    return sorted(
        value for one in attributes if one["AttributeName"] == "restore" for value in one.get("AttributeValues", [])
    )
