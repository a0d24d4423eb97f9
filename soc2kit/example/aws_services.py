"""AWS services of the example that moto lacks, or has with neither pages nor boundaries: answered from the state.

Identity Center, CloudTrail's event history and Access Analyzer, each as its own API describes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .aws_events import identifier, instance_arn, permission_set_arn, store_id
from .state import AwsState, IdentityCenter, PermissionSet

Asked = dict[str, Any]
_TARGETS = {"SWBExternalService": "sso", "AWSIdentityStore": "identitystore", "CloudTrail_20131101": "cloudtrail"}
_PATHS = {"/analyzer": "ListAnalyzers", "/finding": "ListFindings"}
_KEPT = timedelta(days=90)


class _Missing(Exception):
    """The thing asked for does not exist."""


def service_of(environ: Mapping[str, Any]) -> tuple[str, str] | None:
    """Which service and operation a request is for; None where moto answers."""
    if environ["PATH_INFO"] in _PATHS:
        return "access-analyzer", _PATHS[environ["PATH_INFO"]]
    target, _, operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")
    service = _TARGETS.get(target.rpartition(".")[2])
    return (service, operation) if service else None


def answer(
    service: tuple[str, str], environ: Mapping[str, Any], body: bytes, state: AwsState, at: datetime, page: int,
    refuse: set[str],
) -> tuple[str, bytes]:  # fmt: skip
    """Status and body of the answer; `page` is how long a page may be."""
    action = ":".join(service)
    if action in refuse:
        denied = {"__type": "AccessDeniedException", "message": f"User is not authorized to perform: {action}"}
        return "400 Bad Request", json.dumps(denied).encode()
    asked: Asked = json.loads(body) if body else {}
    asked["region"] = environ["HTTP_AUTHORIZATION"].split("/")[2]
    try:
        if service[0] in ("sso", "identitystore"):
            found = _identity_center(service[1], asked, state, page)
        elif service[0] == "cloudtrail":
            found = _lookup_events(asked, state, at, page)
        else:
            found = _access_analyzer(service[1], asked, state, page)
    except _Missing:
        missing = {"__type": "ResourceNotFoundException", "message": "Not found."}
        return "400 Bad Request", json.dumps(missing).encode()
    return "200 OK", json.dumps(found).encode()


def _page(name: str, rows: list[Any], asked: Asked, page: int, token: str = "NextToken") -> Asked:
    start = int(asked.get(token) or 0)
    end = start + min(page, int(asked.get("MaxResults", 100)))
    return {name: rows[start:end], **({token: str(end)} if end < len(rows) else {})}


def _identity_center(operation: str, asked: Asked, state: AwsState, page: int) -> Asked:
    center = state.identity_center
    if operation == "ListInstances":
        return _page("Instances", [_instance(center)] if center else [], asked, page)
    if center is None:
        raise _Missing
    if operation in _LISTS:
        name, rows = _LISTS[operation]
        return _page(name, rows(center, asked), asked, page)
    chosen = _permission_set(center, asked)
    if operation == "DescribePermissionSet":
        return {"PermissionSet": {"Name": chosen.name, "PermissionSetArn": asked["PermissionSetArn"]}}
    if operation == "GetInlinePolicyForPermissionSet":
        return {"InlinePolicy": json.dumps(chosen.inline_policy) if chosen.inline_policy else ""}
    if operation == "GetPermissionsBoundaryForPermissionSet" and chosen.boundary:
        return {"PermissionsBoundary": {"ManagedPolicyArn": _managed(chosen.boundary)}}
    raise _Missing


def _instance(center: IdentityCenter) -> Asked:
    return {
        "InstanceArn": instance_arn(center.owner), "IdentityStoreId": store_id(center.owner),
        "OwnerAccountId": center.owner, "Status": "ACTIVE", "PrimaryRegion": center.region,
    }  # fmt: skip


def _permission_set(center: IdentityCenter, asked: Asked) -> PermissionSet:
    for item in center.permission_sets:
        if permission_set_arn(center.owner, item.name) == asked["PermissionSetArn"]:
            return item
    raise _Missing


def _users(center: IdentityCenter, asked: Asked) -> list[Asked]:
    return [
        {
            "IdentityStoreId": store_id(center.owner), "UserId": identifier("user", user.name), "UserName": user.name,
            "DisplayName": user.display_name, "UserStatus": "ENABLED" if user.enabled else "DISABLED",
            "Emails": [{"Value": user.email, "Type": "work", "Primary": True}] if user.email else [],
        }
        for user in center.users
    ]  # fmt: skip


def _memberships(center: IdentityCenter, asked: Asked) -> list[Asked]:
    return [
        {
            "IdentityStoreId": store_id(center.owner), "MembershipId": identifier("member", group.name, name),
            "GroupId": asked["GroupId"], "MemberId": {"UserId": identifier("user", name)},
        }
        for group in center.groups
        if identifier("group", group.name) == asked["GroupId"]
        for name in group.members
    ]  # fmt: skip


def _accounts(center: IdentityCenter, asked: Asked) -> list[str]:
    name = _permission_set(center, asked).name
    return sorted({item.account for item in center.assignments if item.permission_set == name})


def _assignments(center: IdentityCenter, asked: Asked) -> list[Asked]:
    name = _permission_set(center, asked).name
    return [
        {
            "AccountId": item.account, "PermissionSetArn": asked["PermissionSetArn"], "PrincipalType": item.kind,
            "PrincipalId": identifier(item.kind.lower(), item.principal),
        }
        for item in center.assignments
        if (item.account, item.permission_set) == (asked["AccountId"], name)
    ]  # fmt: skip


_LISTS: dict[str, tuple[str, Callable[[IdentityCenter, Asked], list[Any]]]] = {
    "ListPermissionSets": (
        "PermissionSets",
        lambda center, asked: [permission_set_arn(center.owner, item.name) for item in center.permission_sets],
    ),
    "ListManagedPoliciesInPermissionSet": (
        "AttachedManagedPolicies",
        lambda center, asked: [
            {"Name": name, "Arn": _managed(name)} for name in _permission_set(center, asked).managed_policies
        ],
    ),
    "ListCustomerManagedPolicyReferencesInPermissionSet": (
        "CustomerManagedPolicyReferences",
        lambda center, asked: [
            {"Name": name, "Path": "/"} for name in _permission_set(center, asked).customer_policies
        ],
    ),
    "ListAccountsForProvisionedPermissionSet": ("AccountIds", _accounts),
    "ListAccountAssignments": ("AccountAssignments", _assignments),
    "ListUsers": ("Users", _users),
    "ListGroups": (
        "Groups",
        lambda center, asked: [
            {"GroupId": identifier("group", group.name), "DisplayName": group.name,
             "IdentityStoreId": store_id(center.owner)}
            for group in center.groups
        ],
    ),
    "ListGroupMemberships": ("GroupMemberships", _memberships),
}  # fmt: skip


def _lookup_events(asked: Asked, state: AwsState, at: datetime, page: int) -> Asked:
    """Newest first, as CloudTrail does, and nothing that is older than 90 days."""
    (attribute,) = asked["LookupAttributes"]
    start = max(datetime.fromtimestamp(asked["StartTime"], UTC), at - _KEPT)
    end = min(datetime.fromtimestamp(asked["EndTime"], UTC), at)
    found = []
    for event in reversed(state.events):
        shown = _shown(event)
        moment = datetime.fromtimestamp(shown["EventTime"], UTC)
        wanted = shown.get(attribute["AttributeKey"]) == attribute["AttributeValue"]
        if wanted and event["awsRegion"] == asked["region"] and start <= moment <= end:
            found.append(shown)
    return _page("Events", found, asked, min(page, 50))


def _shown(event: Mapping[str, Any]) -> Asked:
    identity = event["userIdentity"]
    session = identity.get("arn", "").rpartition("/")[2]
    name = {"Root": "root", "AssumedRole": session}.get(identity["type"], identity.get("userName", ""))
    return {
        "EventId": event["eventID"], "EventName": event["eventName"], "ReadOnly": str(event["readOnly"]).lower(),
        "EventTime": datetime.fromisoformat(event["eventTime"]).timestamp(), "EventSource": event["eventSource"],
        "Username": name, "Resources": [], "CloudTrailEvent": json.dumps(event),
    }  # fmt: skip


def _access_analyzer(operation: str, asked: Asked, state: AwsState, page: int) -> Asked:
    region = asked["region"]
    arn = f"arn:aws:access-analyzer:{region}:{state.account}:analyzer/external-access"
    if operation == "ListAnalyzers":
        made = {"arn": arn, "name": "external-access", "type": "ACCOUNT", "status": "ACTIVE"}
        there = region in state.analyzer_regions
        listed = [{**made, "createdAt": "2025-01-15T09:00:00Z"}] if there else []
        return _page("analyzers", listed, asked, page, "nextToken")
    found = [
        {
            "id": identifier("finding", state.account, item.resource, item.principal), "resource": item.resource,
            "resourceType": item.resource_type, "principal": {"AWS": item.principal}, "action": ["s3:GetObject"],
            "isPublic": item.principal == "*", "condition": {}, "status": "ACTIVE",
            "resourceOwnerAccount": state.account, "createdAt": f"{item.since:%Y-%m-%dT%H:%M:%SZ}",
            "analyzedAt": f"{item.since:%Y-%m-%dT%H:%M:%SZ}", "updatedAt": f"{item.since:%Y-%m-%dT%H:%M:%SZ}",
        }
        for item in state.external_access
        if item.region == region and asked["analyzerArn"] == arn
    ]  # fmt: skip
    return _page("findings", found, asked, page, "nextToken")


def _managed(name: str) -> str:
    return f"arn:aws:iam::aws:policy/{name}"
