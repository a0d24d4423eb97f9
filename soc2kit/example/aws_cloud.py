"""Buckets, volumes, databases, load balancers and keys of the example's accounts, answered from the state.

Entries are short; what they leave out is as AWS makes it when nobody says otherwise. Moto has these services, but draws
new names and dates each time it makes something, and an example has to be the same each time it is built.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import (
    aws_cloud_availability,
    aws_cloud_data,
    aws_cloud_images,
    aws_cloud_network,
    aws_cloud_sharing,
    aws_cloud_stores,
)
from .aws_wire import AwsError, Reply, Request, reply
from .state import AwsState

Entry = Mapping[str, Any]
Answer = dict[str, Any]
#: Operations that answer with a list: what the list is called, what the mark of the next page is, and how it is sent.
_PAGES = {
    "ListBuckets": ("Buckets", "ContinuationToken", "ContinuationToken"),
    "ListKeys": ("Keys", "NextMarker", "Marker"),
    "ListAliases": ("Aliases", "NextMarker", "Marker"),
    "DescribeLoadBalancers": ("LoadBalancers", "NextMarker", "Marker"),
    "elb.DescribeLoadBalancers": ("LoadBalancerDescriptions", "NextMarker", "Marker"),
    "DescribeListeners": ("Listeners", "NextMarker", "Marker"),
    "DescribeRules": ("Rules", "NextMarker", "Marker"),
    "ListCertificates": ("CertificateSummaryList", "NextToken", "NextToken"),
    "DescribeSecurityGroups": ("SecurityGroups", "NextToken", "NextToken"),
    "DescribeSecurityGroupRules": ("SecurityGroupRules", "NextToken", "NextToken"),
    "DescribeNetworkInterfaces": ("NetworkInterfaces", "NextToken", "NextToken"),
    "DescribeVolumes": ("Volumes", "NextToken", "NextToken"),
    "DescribeSnapshots": ("Snapshots", "NextToken", "NextToken"),
    "GetManagedPrefixListEntries": ("Entries", "NextToken", "NextToken"),
    "DescribeDBInstances": ("DBInstances", "Marker", "Marker"),
    "DescribeDBClusters": ("DBClusters", "Marker", "Marker"),
    "DescribeDBSnapshots": ("DBSnapshots", "Marker", "Marker"),
    "DescribeDBClusterSnapshots": ("DBClusterSnapshots", "Marker", "Marker"),
    "DescribeDBParameterGroups": ("DBParameterGroups", "Marker", "Marker"),
    "DescribeDBClusterParameterGroups": ("DBClusterParameterGroups", "Marker", "Marker"),
    "DescribeDBParameters": ("Parameters", "Marker", "Marker"),
    "DescribeDBClusterParameters": ("Parameters", "Marker", "Marker"),
    **aws_cloud_images.PAGES,
    "ListAccounts": ("Accounts", "NextToken", "NextToken"),
    "ListBucketInventoryConfigurations": ("InventoryConfigurationList", "NextContinuationToken", "ContinuationToken"),
    "ListTables": ("TableNames", "LastEvaluatedTableName", "ExclusiveStartTableName"),
    "ListSecrets": ("SecretList", "NextToken", "NextToken"),
    "ListTopics": ("Topics", "NextToken", "NextToken"),
    "ListQueues": ("QueueUrls", "NextToken", "NextToken"),
    "ListFunctions": ("Functions", "NextMarker", "Marker"),
    "ListFunctionUrlConfigs": ("FunctionUrlConfigs", "NextMarker", "Marker"),
    **aws_cloud_availability.PAGES,
}
#: Lists that are not there at all where they would be empty.
_LEFT_OUT = {"ListBucketInventoryConfigurations", "ListQueues"}


def answer(request: Request, state: AwsState, page: int, refuse: set[str]) -> Reply | None:
    """None where moto answers; `page` is how many rows a page has at most.

    `refuse` names operations, `GetBucketAcl` or of one region alone `eu-west-1 DescribeVolumes`.
    """
    operation = _OPERATIONS.get(_named(request))
    if operation is None:
        return None
    denied = {request.operation, f"{request.region} {request.operation}"} & refuse
    try:
        if denied:
            raise AwsError("AccessDenied", 403)
        found = operation(state, request)
    except AwsError as error:
        return reply(request, error)
    return reply(request, _paged(request, found, page))


def _named(request: Request) -> str:
    """Both generations of load balancers have an operation of one name."""
    classic = request.service == "elb" and request.operation == "DescribeLoadBalancers"
    return f"elb.{request.operation}" if classic else request.operation


def _paged(request: Request, found: Answer, page: int) -> Answer:
    if request.operation == "ListDistributions":
        return aws_cloud_stores.distributions_page(found, page)
    if _named(request) not in _PAGES:
        return found
    names, token, sent_as = _PAGES[_named(request)]
    # An answer may have several lists, all but the one that was asked for empty.
    name = next((one for one in names.split() if found[one]), names.split()[0])
    # DynamoDB goes on behind a name, which has three letters at least.
    start = int(str(request.asked.get(sent_as) or "0").removeprefix("no-"))
    rows, end = found[name], start + page
    mark = f"no-{end}" if request.operation == "ListTables" else str(end)
    more: Answer = {token: mark} if end < len(rows) else {}
    if request.operation == "ListBucketInventoryConfigurations":
        more["IsTruncated"] = bool(more)
    if request.operation in _LEFT_OUT and not rows[start:end]:
        return more
    return {**found, name: rows[start:end], **more}


def _regions(state: AwsState, request: Request) -> Answer:
    names = sorted(state.regions)
    return {"Regions": [{"RegionName": name, "OptInStatus": "opt-in-not-required"} for name in names]}


def entries(state: AwsState, kind: str, region: str | None = None) -> Sequence[Entry]:
    """Of one kind, those of a region."""
    return [entry for entry in state.cloud.get(kind, ()) if region is None or entry["region"] == region]


def _account_block(state: AwsState, request: Request) -> Answer:
    blocks = state.cloud.get("account_block", ())
    if not blocks:
        raise AwsError("NoSuchPublicAccessBlockConfiguration", 404)
    return {"PublicAccessBlockConfiguration": _block(blocks[0]["on"])}


def _block(on: bool) -> Answer:
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return dict.fromkeys(names, on)


def _buckets(state: AwsState, request: Request) -> Answer:
    listed = [
        {"Name": entry["name"], "CreationDate": entry["created"], "BucketRegion": entry["region"]}
        for entry in entries(state, "buckets")
    ]
    return {"Buckets": listed, "Owner": {"ID": state.account * 5}}


def _of_bucket(made: Callable[[Entry], Answer]) -> Callable[[AwsState, Request], Answer]:
    def answered(state: AwsState, request: Request) -> Answer:
        for entry in entries(state, "buckets"):
            if entry["name"] == request.asked["Bucket"]:
                return made(entry)
        raise AwsError("NoSuchBucket", 404)

    return answered


def _there(entry: Entry, name: str, absent: str) -> Any:
    if entry.get(name) is None:
        raise AwsError(absent, 404)
    return entry[name]


def _encryption(entry: Entry) -> Answer:
    key = {"KMSMasterKeyID": entry["key"]} if "key" in entry else {}
    default = {"SSEAlgorithm": "aws:kms" if key else "AES256", **key}
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": bool(key)}
    return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}


def _acl(entry: Entry) -> Answer:
    owner = {"ID": "owner"}
    grants: list[Answer] = [{"Grantee": {"ID": "owner", "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"}]
    if entry.get("public_acl"):
        everybody = {"URI": "http://acs.amazonaws.com/groups/global/AllUsers", "Type": "Group"}
        grants.append({"Grantee": everybody, "Permission": "READ"})
    return {"Owner": owner, "Grants": grants}


def _policy(entry: Entry) -> Answer:
    return {"Policy": json.dumps(_there(entry, "policy", "NoSuchBucketPolicy"))}


def _policy_status(entry: Entry) -> Answer:
    _there(entry, "policy", "NoSuchBucketPolicy")
    return {"PolicyStatus": {"IsPublic": bool(entry.get("public_policy"))}}


def _bucket_block(entry: Entry) -> Answer:
    blocked = entry.get("block", True)
    if blocked is None:
        raise AwsError("NoSuchPublicAccessBlockConfiguration", 404)
    return {"PublicAccessBlockConfiguration": _block(blocked)}


def _object_lock(entry: Entry) -> Answer:
    _there(entry, "object_lock", "ObjectLockConfigurationNotFoundError")
    return {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}


def _ownership(entry: Entry) -> Answer:
    rule = {"ObjectOwnership": entry.get("ownership", "BucketOwnerEnforced")}
    return {"OwnershipControls": {"Rules": [rule]}}


def _inventories(entry: Entry) -> Answer:
    """Each lists all of the bucket, with how it is encrypted."""
    listed = [
        {
            "Id": "all", "IsEnabled": True, "IncludedObjectVersions": "All", "Schedule": {"Frequency": often},
            "Destination": {"S3BucketDestination": {"Bucket": "arn:aws:s3:::lists", "Format": "CSV"}},
            "OptionalFields": ["Size", "EncryptionStatus"],
        }
        for often in entry.get("inventories", ())
    ]  # fmt: skip
    return {"InventoryConfigurationList": listed}


_OPERATIONS: dict[str, Callable[[AwsState, Request], Answer]] = {
    "DescribeRegions": _regions,
    "ListBuckets": _buckets,
    "GetBucketEncryption": _of_bucket(_encryption),
    "GetBucketPolicy": _of_bucket(_policy),
    "GetBucketPolicyStatus": _of_bucket(_policy_status),
    "GetBucketAcl": _of_bucket(_acl),
    "GetBucketOwnershipControls": _of_bucket(_ownership),
    "GetBucketVersioning": _of_bucket(lambda entry: {"Status": entry["versioning"]} if "versioning" in entry else {}),
    "GetBucketLogging": _of_bucket(lambda entry: {}),
    "GetObjectLockConfiguration": _of_bucket(_object_lock),
    "GetPublicAccessBlock": lambda state, request: (
        _account_block(state, request) if request.service == "s3control" else _of_bucket(_bucket_block)(state, request)
    ),
    **aws_cloud_network.OPERATIONS,
    "ListBucketInventoryConfigurations": _of_bucket(_inventories),
    **aws_cloud_data.OPERATIONS,
    **aws_cloud_images.OPERATIONS,
    **aws_cloud_sharing.OPERATIONS,
    **aws_cloud_stores.OPERATIONS,
    **aws_cloud_availability.OPERATIONS,
}
