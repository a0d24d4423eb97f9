"""Frames of RDS and of what answers through it: databases, and their snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .aws_config import Pages, Row, account_of, of_each, rows
from .rds_parameters import cluster_members, connections, groups_of, instance_members

Told = Mapping[str, Any] | None
_SOURCES = ("ReadReplicaSourceDBInstanceIdentifier", "ReadReplicaSourceDBClusterIdentifier")


def databases(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row an instance and a cluster. Members of a cluster have its storage and its backups; they name it.

    Which connections each takes: see `rds_parameters.connections`. `endpoints` are the names that it answers by.
    """
    account = account_of(record)
    groups = groups_of(pages, "rds.DescribeDBParameters", "DBParameterGroupName")
    for region, item in rows(pages, "rds.DescribeDBInstances", "DBInstances"):
        yield {
            "arn": item["DBInstanceArn"], "name": item["DBInstanceIdentifier"], "kind": "instance",
            "account": account, "region": region, "created_at": item.get("InstanceCreateTime"),
            "engine": item["Engine"], "version": item.get("EngineVersion"),
            "cluster": item.get("DBClusterIdentifier") or None, "public": item.get("PubliclyAccessible"),
            # A replica may be of a cluster, too. An empty name is none.
            "replica_of": next(filter(None, map(item.get, _SOURCES)), None),
            "copied_to": [
                one["DBInstanceAutomatedBackupsArn"] for one in item.get("DBInstanceAutomatedBackupsReplications", [])
            ],
            **_kept(item),
            **connections(groups, region, instance_members(item), item),
            "endpoints": [item["Endpoint"]["Address"]] if "Address" in item.get("Endpoint", {}) else [],
        }  # fmt: skip
    groups = groups_of(pages, "rds.DescribeDBClusterParameters", "DBClusterParameterGroupName")
    for region, item in rows(pages, "rds.DescribeDBClusters", "DBClusters"):
        yield {
            "arn": item["DBClusterArn"], "name": item["DBClusterIdentifier"], "kind": "cluster",
            "account": account, "region": region, "created_at": item.get("ClusterCreateTime"),
            "engine": item["Engine"], "version": item.get("EngineVersion"),
            # A cluster is reached by its members; only one of several zones by itself.
            "public": item.get("PubliclyAccessible", False),
            "replica_of": item.get("ReplicationSourceIdentifier") or None,
            "copied_to": [],
            **_kept(item),
            **connections(groups, region, cluster_members(item), item),
            "endpoints": _endpoints(item),
        }  # fmt: skip


def _endpoints(item: Mapping[str, Any]) -> list[str]:
    named = [item.get("Endpoint"), item.get("ReaderEndpoint"), *item.get("CustomEndpoints", [])]
    return [name for name in named if name]


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
            "copied_from": item.get("SourceDBSnapshotIdentifier") or item.get("SourceDBClusterSnapshotArn") or None,
            "shared_with": _shared(told.get((region, name)), kind) if type_ == "manual" else [],
        }  # fmt: skip


def _shared(told: Told, kind: str) -> list[str] | None:
    if told is None:
        return None
    attributes = told[f"{kind}AttributesResult"][f"{kind}Attributes"]
    return sorted(
        value for one in attributes if one["AttributeName"] == "restore" for value in one.get("AttributeValues", [])
    )
