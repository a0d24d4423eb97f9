"""Volumes, databases, their snapshots, and keys of the example, answered from the state."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from .aws_cloud_network import here
from .aws_cloud_sharing import parameters_of
from .aws_wire import AwsError, Request
from .state import AwsState

Entry = Mapping[str, Any]
Answer = dict[str, Any]
_DAY = "2024-02-05T09:00:00Z"


def _encrypted(entry: Entry) -> Answer:
    return {
        "Encrypted": entry.get("encrypted", "key" in entry),
        **({"KmsKeyId": entry["key"]} if "key" in entry else {}),
    }


def _volumes(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "VolumeId": entry["id"], "CreateTime": entry["created"], "State": "in-use", "Size": 100,
            "AvailabilityZone": f"{request.region}a",
            "Attachments": [{"InstanceId": entry["of"], "State": "attached"}] if "of" in entry else [],
            **_encrypted(entry),
        }
        for entry in here(state, request, "volumes")
    ]  # fmt: skip
    return {"Volumes": listed}


def _snapshots(state: AwsState, request: Request) -> Answer:
    for_all = "all" in (request.asked.get("RestorableByUserIds") or ())
    listed = [
        {
            "SnapshotId": entry["id"], "VolumeId": entry["of"], "StartTime": entry["created"], "State": "completed",
            "OwnerId": state.account, **_encrypted(entry),
        }
        for entry in here(state, request, "snapshots")
        if entry.get("public") or not for_all
    ]  # fmt: skip
    return {"Snapshots": listed}


def _by_default(state: AwsState, request: Request) -> Answer:
    found = [entry["on"] for entry in here(state, request, "ebs_defaults")]
    return {"EbsEncryptionByDefault": bool(found and found[0])}


def _rds_arn(state: AwsState, region: str, kind: str, name: str) -> str:
    return f"arn:aws:rds:{region}:{state.account}:{kind}:{name}"


def _stored(entry: Entry) -> Answer:
    found = _encrypted(entry)
    return {"StorageEncrypted": found.pop("Encrypted"), **found}


def _databases(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "DBInstanceIdentifier": entry["name"], "Engine": entry["engine"], "EngineVersion": entry["version"],
            "DBInstanceArn": _rds_arn(state, request.region, "db", entry["name"]), "DBInstanceStatus": "available",
            "InstanceCreateTime": entry["created"], "PubliclyAccessible": entry.get("public", False),
            "MultiAZ": entry.get("multi_az", True), "BackupRetentionPeriod": entry.get("retention", 7),
            "DeletionProtection": entry.get("deletion_protection", True),
            "DBParameterGroups": [
                {"DBParameterGroupName": entry["group"], "ParameterApplyStatus": entry.get("apply", "in-sync")}
            ],
            "Endpoint": {"Address": f"{entry['name']}.example.{request.region}.rds.amazonaws.com", "Port": 5432},
            **({"LatestRestorableTime": entry["restorable"]} if "restorable" in entry else {}),
            **({"DBClusterIdentifier": entry["cluster"]} if "cluster" in entry else {}),
            **({"ReadReplicaSourceDBInstanceIdentifier": entry["replica_of"]} if "replica_of" in entry else {}),
            **_stored(entry),
        }
        for entry in here(state, request, "databases")
    ]  # fmt: skip
    return {"DBInstances": listed}


def _clusters(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "DBClusterIdentifier": entry["name"], "Engine": entry["engine"], "EngineVersion": entry["version"],
            "DBClusterArn": _rds_arn(state, request.region, "cluster", entry["name"]), "Status": "available",
            "ClusterCreateTime": entry["created"], "MultiAZ": entry.get("multi_az", True),
            "BackupRetentionPeriod": entry.get("retention", 7),
            "DeletionProtection": entry.get("deletion_protection", True), "DBClusterParameterGroup": entry["group"],
            "Endpoint": f"{entry['name']}.cluster-example.{request.region}.rds.amazonaws.com",
            **_stored(entry),
        }
        for entry in here(state, request, "clusters")
    ]  # fmt: skip
    return {"DBClusters": listed}


def _database_snapshots(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "DBSnapshotIdentifier": entry["name"], "DBInstanceIdentifier": entry["of"], "Status": "available",
            "SnapshotType": entry.get("type", "manual"), "SnapshotCreateTime": entry["created"], "Engine": "postgres",
            "DBSnapshotArn": _rds_arn(state, request.region, "snapshot", entry["name"]), **_encrypted(entry),
            **({"SourceDBSnapshotIdentifier": entry["copied_from"]} if "copied_from" in entry else {}),
        }
        for entry in here(state, request, "database_snapshots")
    ]  # fmt: skip
    return {"DBSnapshots": listed}


def _sharing(state: AwsState, request: Request) -> Answer:
    for entry in here(state, request, "database_snapshots"):
        if entry["name"] == request.asked["DBSnapshotIdentifier"]:
            values = [str(value) for value in entry.get("shared_with", ())]
            shared = [{"AttributeName": "restore", "AttributeValues": values}]
            return {
                "DBSnapshotAttributesResult": {"DBSnapshotIdentifier": entry["name"], "DBSnapshotAttributes": shared}
            }
    raise AwsError("DBSnapshotNotFound", 404)


def _groups(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "DBParameterGroupName": entry["name"], "DBParameterGroupFamily": entry["family"],
            "DBParameterGroupArn": _rds_arn(state, request.region, "pg", entry["name"]), "Description": entry["name"],
        }
        for entry in here(state, request, "parameter_groups")
    ]  # fmt: skip
    return {"DBParameterGroups": listed}


def _parameters(state: AwsState, request: Request) -> Answer:
    for entry in here(state, request, "parameter_groups"):
        if entry["name"] == request.asked["DBParameterGroupName"]:
            return parameters_of(entry)
    raise AwsError("DBParameterGroupNotFound", 404)


def _key_arn(state: AwsState, entry: Entry) -> str:
    return f"arn:aws:kms:{entry['region']}:{state.account}:key/{entry['id']}"


def _keys(state: AwsState, request: Request) -> Answer:
    listed = [{"KeyId": entry["id"], "KeyArn": _key_arn(state, entry)} for entry in here(state, request, "keys")]
    return {"Keys": listed}


def _aliases(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "AliasName": f"alias/{entry['alias']}", "TargetKeyId": entry["id"],
            "AliasArn": f"arn:aws:kms:{request.region}:{state.account}:alias/{entry['alias']}",
        }
        for entry in here(state, request, "keys")
        if "alias" in entry
    ]  # fmt: skip
    return {"Aliases": listed}


def _asked_key(state: AwsState, request: Request) -> Entry:
    for entry in here(state, request, "keys"):
        if entry["id"] == request.asked["KeyId"]:
            return entry
    raise AwsError("NotFoundException")


def _key(state: AwsState, request: Request) -> Answer:
    entry = _asked_key(state, request)
    return {
        "KeyMetadata": {
            "KeyId": entry["id"], "Arn": _key_arn(state, entry), "AWSAccountId": state.account, "Enabled": True,
            "KeyManager": entry.get("manager", "CUSTOMER"), "KeyState": "Enabled", "Origin": "AWS_KMS",
            "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "MultiRegion": False,
        }
    }  # fmt: skip


def _key_policy(state: AwsState, request: Request) -> Answer:
    """Where nothing is said, the one that KMS gives a key: all is left to the account's own policies."""
    root = {"AWS": f"arn:aws:iam::{state.account}:root"}
    statement = {"Sid": "Account", "Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
    more = _asked_key(state, request).get("policy", ())
    document = {"Version": "2012-10-17", "Statement": [statement, *more]}
    return {"Policy": json.dumps(document), "PolicyName": "default"}


#: By the name of the operation.
OPERATIONS: dict[str, Callable[[AwsState, Request], Answer]] = {
    "DescribeVolumes": _volumes,
    "DescribeSnapshots": _snapshots,
    "GetEbsEncryptionByDefault": _by_default,
    "DescribeDBInstances": _databases,
    "DescribeDBClusters": _clusters,
    "DescribeDBSnapshots": _database_snapshots,
    "DescribeDBSnapshotAttributes": _sharing,
    "DescribeDBParameterGroups": _groups,
    "DescribeDBParameters": _parameters,
    "ListKeys": _keys,
    "ListAliases": _aliases,
    "DescribeKey": _key,
    "GetKeyPolicy": _key_policy,
    "GetKeyRotationStatus": lambda state, request: {
        "KeyRotationEnabled": _asked_key(state, request).get("rotation", True)
    },
}
