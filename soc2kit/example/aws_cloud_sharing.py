"""The example's organisation, with whom its snapshots are shared, and clusters of databases; from the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .aws_cloud_network import here
from .aws_wire import AwsError, Request
from .state import AwsState

Answer = dict[str, Any]
_JOINED = "2022-05-02T09:00:00Z"


def _organization_of(state: AwsState) -> Mapping[str, Any]:
    found = state.cloud.get("organization", ())
    if not found:
        raise AwsError("AWSOrganizationsNotInUseException")
    return found[0]


def _organization(state: AwsState, request: Request) -> Answer:
    entry = _organization_of(state)
    arn = f"arn:aws:organizations::{entry['manager']}"
    return {
        "Organization": {
            "Id": entry["id"], "Arn": f"{arn}:organization/{entry['id']}", "FeatureSet": "ALL",
            "MasterAccountId": entry["manager"], "MasterAccountArn": f"{arn}:account/{entry['id']}/{entry['manager']}",
            "MasterAccountEmail": entry["email"],
        }
    }  # fmt: skip


def _accounts(state: AwsState, request: Request) -> Answer:
    entry = _organization_of(state)
    if entry["manager"] != state.account:
        raise AwsError("AccessDeniedException")
    arn = f"arn:aws:organizations::{state.account}:account/{entry['id']}"
    listed = [
        {
            "Id": one["id"], "Arn": f"{arn}/{one['id']}", "Name": one["name"], "Email": one["email"],
            "Status": one.get("status", "ACTIVE"), "JoinedMethod": "CREATED", "JoinedTimestamp": _JOINED,
        }
        for one in entry["accounts"]
    ]  # fmt: skip
    return {"Accounts": listed}


def _volume_permissions(state: AwsState, request: Request) -> Answer:
    for entry in here(state, request, "snapshots"):
        if entry["id"] == request.asked["SnapshotId"]:
            accounts = [{"UserId": str(one)} for one in entry.get("shared_with", ())]
            everybody = [{"Group": "all"}] if entry.get("public") else []
            return {"SnapshotId": entry["id"], "CreateVolumePermissions": [*everybody, *accounts]}
    raise AwsError("InvalidSnapshot.NotFound")


def _arn(state: AwsState, request: Request, kind: str, name: str) -> str:
    return f"arn:aws:rds:{request.region}:{state.account}:{kind}:{name}"


def _groups(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "DBClusterParameterGroupName": entry["name"], "DBParameterGroupFamily": entry["family"],
            "DBClusterParameterGroupArn": _arn(state, request, "cluster-pg", entry["name"]),
            "Description": entry["name"],
        }
        for entry in here(state, request, "cluster_parameter_groups")
    ]  # fmt: skip
    return {"DBClusterParameterGroups": listed}


def parameters_of(entry: Mapping[str, Any]) -> Answer:
    """The parameters of connections that a group has; one that nobody set has the engine's own value, or none here."""
    names = {"force_ssl": "rds.force_ssl", "minimum_tls": "ssl_min_protocol_version"}
    if "postgres" not in entry["family"]:
        names = {"force_ssl": "require_secure_transport"}
    listed = []
    for key, name in names.items():
        value = {"ParameterValue": str(entry[key])} if key in entry else {}
        source = entry.get("source", "user" if value else "engine-default")
        method = entry.get("method", "immediate")
        listed.append({"ParameterName": name, "Source": source, "ApplyType": "dynamic", "ApplyMethod": method, **value})
    return {"Parameters": listed}


def _parameters(state: AwsState, request: Request) -> Answer:
    for entry in here(state, request, "cluster_parameter_groups"):
        if entry["name"] == request.asked["DBClusterParameterGroupName"]:
            return parameters_of(entry)
    raise AwsError("DBClusterParameterGroupNotFound", 404)


def _snapshots(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "DBClusterSnapshotIdentifier": entry["name"], "DBClusterIdentifier": entry["of"], "Status": "available",
            "SnapshotType": entry.get("type", "manual"), "SnapshotCreateTime": entry["created"],
            "Engine": "aurora-postgresql", "StorageEncrypted": "key" in entry,
            "DBClusterSnapshotArn": _arn(state, request, "cluster-snapshot", entry["name"]),
            **({"KmsKeyId": entry["key"]} if "key" in entry else {}),
        }
        for entry in here(state, request, "cluster_snapshots")
    ]  # fmt: skip
    return {"DBClusterSnapshots": listed}


def _sharing(state: AwsState, request: Request) -> Answer:
    for entry in here(state, request, "cluster_snapshots"):
        if entry["name"] == request.asked["DBClusterSnapshotIdentifier"]:
            values = [str(value) for value in entry.get("shared_with", ())]
            shared = [{"AttributeName": "restore", "AttributeValues": values}]
            return {
                "DBClusterSnapshotAttributesResult": {
                    "DBClusterSnapshotIdentifier": entry["name"], "DBClusterSnapshotAttributes": shared,
                }
            }  # fmt: skip
    raise AwsError("DBClusterSnapshotNotFoundFault", 404)


#: By the name of the operation.
OPERATIONS: dict[str, Callable[[AwsState, Request], Answer]] = {
    "DescribeOrganization": _organization,
    "ListAccounts": _accounts,
    "DescribeSnapshotAttribute": _volume_permissions,
    "DescribeDBClusterParameterGroups": _groups,
    "DescribeDBClusterParameters": _parameters,
    "DescribeDBClusterSnapshots": _snapshots,
    "DescribeDBClusterSnapshotAttributes": _sharing,
}
