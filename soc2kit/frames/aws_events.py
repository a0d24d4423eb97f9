"""Frames from CloudTrail's event history: grants and revocations of access, and what root did."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..aws_event_names import DIRECTORY, IAM, SSO, STORE

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
Event = Mapping[str, Any]
_SESSION = re.compile(r"arn:(aws[a-z-]*):sts::(\d+):assumed-role/([^/]+)/.*")


@dataclass(frozen=True)
class Change:
    """What an event means: `what` in words, with names of the request's parameters; `whom` finds the beneficiary."""

    kind: Literal["grant", "revoke"]
    what: str
    whom: Callable[[Event], tuple[str | None, str | None]]


def _asked(event: Event, *names: str) -> Any:
    """The first of these request parameters; a refused request often has none at all."""
    value = event.get("requestParameters") or {}
    return next((value[name] for name in names if value.get(name) is not None), None)


def _iam(kind: str, parameter: str) -> Callable[[Event], tuple[str | None, str | None]]:
    def found(event: Event) -> tuple[str | None, str | None]:
        name = _asked(event, parameter)
        if name is None and kind == "user":
            # Whoever names nobody means themselves.
            name = event["userIdentity"].get("userName")
        given = (event.get("responseElements") or {}).get(kind) or {}
        account = event.get("recipientAccountId")
        return given.get("arn") or (f"arn:aws:iam::{account}:{kind}/{name}" if name else None), name

    return found


def _policy(event: Event) -> tuple[str | None, str | None]:
    arn = _asked(event, "policyArn")
    return arn, arn.rpartition("/")[2] if arn else None


def _principal(event: Event) -> tuple[str | None, str | None]:
    kind, name = _asked(event, "principalType"), _asked(event, "principalId")
    return (f"arn:aws:identitystore:::{str(kind).lower()}/{name}" if name else None), None


def _permission_set(event: Event) -> tuple[str | None, str | None]:
    return _asked(event, "permissionSetArn"), None


def _person(event: Event) -> tuple[str | None, str | None]:
    """Identity Center hides a person's name in events, so only the id is known; of a deleted membership, nothing."""
    given = event.get("responseElements") or {}
    member = _asked(event, "memberId", "member") or {}
    held = member if isinstance(member, Mapping) else {"userId": member}
    user = _asked(event, "userId") or held.get("userId") or held.get("memberId") or given.get("userId")
    user = user or (given.get("user") or {}).get("userId")
    return (f"arn:aws:identitystore:::user/{user}" if user else None), None


_USER, _ROLE, _GROUP = _iam("user", "userName"), _iam("role", "roleName"), _iam("group", "groupName")

# fmt: off
CHANGES: Mapping[tuple[str, str], Change] = {
    (IAM, "CreateUser"): Change("grant", "user created", _USER),
    (IAM, "DeleteUser"): Change("revoke", "user deleted", _USER),
    (IAM, "CreateLoginProfile"): Change("grant", "console password created", _USER),
    (IAM, "UpdateLoginProfile"): Change("grant", "console password set anew", _USER),
    (IAM, "DeleteLoginProfile"): Change("revoke", "console password deleted", _USER),
    (IAM, "CreateAccessKey"): Change("grant", "access key created", _USER),
    (IAM, "DeleteAccessKey"): Change("revoke", "access key {accessKeyId} deleted", _USER),
    (IAM, "AttachUserPolicy"): Change("grant", "policy {policyArn} attached", _USER),
    (IAM, "DetachUserPolicy"): Change("revoke", "policy {policyArn} detached", _USER),
    (IAM, "PutUserPolicy"): Change("grant", "inline policy {policyName} written", _USER),
    (IAM, "DeleteUserPolicy"): Change("revoke", "inline policy {policyName} deleted", _USER),
    (IAM, "PutUserPermissionsBoundary"): Change("revoke", "permissions boundary {permissionsBoundary} set", _USER),
    (IAM, "DeleteUserPermissionsBoundary"): Change("grant", "permissions boundary removed", _USER),
    (IAM, "AddUserToGroup"): Change("grant", "added to group {groupName}", _USER),
    (IAM, "RemoveUserFromGroup"): Change("revoke", "removed from group {groupName}", _USER),
    (IAM, "AttachGroupPolicy"): Change("grant", "policy {policyArn} attached to the group", _GROUP),
    (IAM, "DetachGroupPolicy"): Change("revoke", "policy {policyArn} detached from the group", _GROUP),
    (IAM, "PutGroupPolicy"): Change("grant", "inline policy {policyName} of the group written", _GROUP),
    (IAM, "DeleteGroupPolicy"): Change("revoke", "inline policy {policyName} of the group deleted", _GROUP),
    (IAM, "CreateRole"): Change("grant", "role created", _ROLE),
    (IAM, "DeleteRole"): Change("revoke", "role deleted", _ROLE),
    (IAM, "UpdateAssumeRolePolicy"): Change("grant", "who may assume the role was changed", _ROLE),
    (IAM, "AttachRolePolicy"): Change("grant", "policy {policyArn} attached to the role", _ROLE),
    (IAM, "DetachRolePolicy"): Change("revoke", "policy {policyArn} detached from the role", _ROLE),
    (IAM, "PutRolePolicy"): Change("grant", "inline policy {policyName} of the role written", _ROLE),
    (IAM, "DeleteRolePolicy"): Change("revoke", "inline policy {policyName} of the role deleted", _ROLE),
    (IAM, "PutRolePermissionsBoundary"): Change("revoke", "permissions boundary {permissionsBoundary} set", _ROLE),
    (IAM, "DeleteRolePermissionsBoundary"): Change("grant", "permissions boundary removed", _ROLE),
    (IAM, "CreatePolicyVersion"): Change("grant", "policy written anew", _policy),
    (IAM, "SetDefaultPolicyVersion"): Change("grant", "version {versionId} of the policy put in force", _policy),
    (IAM, "DeletePolicy"): Change("revoke", "policy deleted", _policy),
    (SSO, "CreateAccountAssignment"): Change("grant", "{permissionSetArn} assigned in account {targetId}", _principal),
    (SSO, "DeleteAccountAssignment"): Change("revoke", "{permissionSetArn} taken away in account {targetId}",
                                             _principal),
    (SSO, "AttachManagedPolicyToPermissionSet"): Change("grant", "policy {managedPolicyArn} attached",
                                                        _permission_set),
    (SSO, "DetachManagedPolicyFromPermissionSet"): Change("revoke", "policy {managedPolicyArn} detached",
                                                          _permission_set),
    (SSO, "PutInlinePolicyToPermissionSet"): Change("grant", "inline policy of the permission set written",
                                                    _permission_set),
    (SSO, "DeleteInlinePolicyFromPermissionSet"): Change("revoke", "inline policy of the permission set deleted",
                                                         _permission_set),
    (STORE, "CreateUser"): Change("grant", "Identity Center user created", _person),
    (STORE, "DeleteUser"): Change("revoke", "Identity Center user deleted", _person),
    (STORE, "CreateGroupMembership"): Change("grant", "added to Identity Center group {groupId}", _person),
    (STORE, "DeleteGroupMembership"): Change("revoke", "Identity Center membership {membershipId} deleted", _person),
    # The console of Identity Center writes under another name than its API.
    (DIRECTORY, "CreateUser"): Change("grant", "Identity Center user created", _person),
    (DIRECTORY, "DeleteUser"): Change("revoke", "Identity Center user deleted", _person),
    (DIRECTORY, "EnableUser"): Change("grant", "Identity Center user enabled", _person),
    (DIRECTORY, "DisableUser"): Change("revoke", "Identity Center user disabled", _person),
    (DIRECTORY, "AddMemberToGroup"): Change("grant", "added to Identity Center group {groupId}", _person),
    (DIRECTORY, "RemoveMemberFromGroup"): Change("revoke", "removed from Identity Center group {groupId}", _person),
}
# A key can be switched on and off.
_KEY_SWITCHED = {
    "Active": Change("grant", "access key {accessKeyId} activated", _USER),
    "Inactive": Change("revoke", "access key {accessKeyId} deactivated", _USER),
}
# fmt: on


def _events(pages: Pages) -> Iterator[dict[str, Any]]:
    for page in pages:
        for shown in page["answer"]["Events"]:
            yield json.loads(shown["CloudTrailEvent"])


def access_events(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Every grant and revocation, and every attempt at one: those that failed have `succeeded` false."""
    for event in _events(pages):
        change = _change(event)
        if change is None:
            continue
        key, name = change.whom(event)
        made_by, session = actor(event)
        yield {
            "event_id": event["eventID"],
            "occurred_at": event["eventTime"],
            "account_key": key,
            "account_name": name,
            "kind": change.kind,
            "what": _in_words(change.what, event),
            "made_by": made_by,
            "session_name": session,
            "event_name": event["eventName"],
            "succeeded": event.get("errorCode") is None,
        }


def _change(event: Event) -> Change | None:
    if (event["eventSource"], event["eventName"]) == (IAM, "UpdateAccessKey"):
        return _KEY_SWITCHED.get(_asked(event, "status"))
    return CHANGES.get((event["eventSource"], event["eventName"]))


def _in_words(what: str, event: Event) -> str:
    """Names of the request's parameters replaced by the last part of their values."""

    def value(match: re.Match[str]) -> str:
        text = _asked(event, match[1])
        return "that was not named" if text is None else str(text).rpartition("/")[2]

    return re.sub(r"\{(\w+)\}", value, what)


def actor(event: Event) -> tuple[str | None, str | None]:
    """Who did it, and under which session name: a session stands for the role that it is of.

    Of Identity Center's roles the session name is the name of the person.
    """
    identity = event.get("userIdentity") or {}
    arn, kind = identity.get("arn"), identity.get("type")
    issuer = (identity.get("sessionContext") or {}).get("sessionIssuer") or {}
    if kind in ("AssumedRole", "FederatedUser"):
        session = str(arn).rpartition("/")[2] if arn else None
        return issuer.get("arn") or _role_of(arn), session
    if kind == "Root":
        return f"arn:aws:iam::{identity.get('accountId') or event.get('recipientAccountId')}:root", None
    if kind == "IdentityCenterUser":
        user = (identity.get("onBehalfOf") or {}).get("userId")
        return (f"arn:aws:identitystore:::user/{user}" if user else None), None
    return arn or identity.get("invokedBy") or identity.get("principalId") or identity.get("accountId"), None


def _role_of(arn: str | None) -> str | None:
    """The role of a session whose event names no issuer; a role's path is not in it."""
    match = _SESSION.fullmatch(arn or "")
    return f"arn:{match[1]}:iam::{match[2]}:role/{match[3]}" if match else arn


def root_events(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """What root did itself: neither what AWS's own services did in its name, nor sign-ins that were refused."""
    for event in _events(pages):
        identity = event.get("userIdentity") or {}
        by_service = identity.get("invokedBy") or event.get("eventType") == "AwsServiceEvent"
        if identity.get("type") != "Root" or by_service:
            continue
        if (event.get("responseElements") or {}).get("ConsoleLogin") == "Failure":
            continue
        yield {
            "event_id": event["eventID"],
            "occurred_at": event["eventTime"],
            "account": event.get("recipientAccountId") or identity.get("accountId"),
            "event_name": event["eventName"],
            "mfa_used": _second_factor(event),
        }


def _second_factor(event: Event) -> bool | None:
    signed_in = (event.get("additionalEventData") or {}).get("MFAUsed")
    attributes = (event["userIdentity"].get("sessionContext") or {}).get("attributes") or {}
    return {"Yes": True, "No": False, "true": True, "false": False}.get(
        signed_in or attributes.get("mfaAuthenticated") or ""
    )
