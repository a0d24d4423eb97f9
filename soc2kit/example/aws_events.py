"""CloudTrail events of the example, made from the difference between two states of an account."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from .state import AwsState, IamRole, IamUser

Event = dict[str, Any]
#: name, request parameters, response elements, and who is concerned
Change = tuple[str, str, dict[str, Any], dict[str, Any] | None]
GLOBAL_REGION = "us-east-1"
ADMINISTRATOR, DEPUTY = "deniz.aksoy", "mara.lindqvist"
_IAM, _STORE, _SSO = "iam.amazonaws.com", "identitystore.amazonaws.com", "sso.amazonaws.com"


def identifier(*parts: object) -> str:
    """The same UUID for the same thing in every build of the example."""
    return str(uuid.UUID(bytes=hashlib.sha256("/".join(map(str, parts)).encode()).digest()[:16], version=4))


def instance_arn(account: str) -> str:
    return f"arn:aws:sso:::instance/ssoins-{identifier('instance', account).replace('-', '')[:16]}"


def permission_set_arn(account: str, name: str) -> str:
    digest = identifier("permission set", account, name).replace("-", "")[:16]
    return f"{instance_arn(account).replace(':instance', ':permissionSet')}/ps-{digest}"


def store_id(account: str) -> str:
    return f"d-{identifier('store', account).replace('-', '')[:10]}"


def changes_between(before: AwsState, after: AwsState, at: datetime) -> Iterator[Event]:
    """One event for each change, some seconds apart, made by an administrator who is not the one concerned."""
    found = [*_iam_changes(before, after), *_center_changes(before, after)]
    for number, (source, name, asked, given) in enumerate(found):
        concerned = str(asked.get("userName", ""))
        own = name == "EnableMFADevice"
        actor = concerned if own else DEPUTY if concerned == ADMINISTRATOR else ADMINISTRATOR
        # Once there is Identity Center, it is what administrators act through.
        identity = _session(before, actor) if _administrator_role(before) and not own else _user(after, actor)
        region = GLOBAL_REGION if source == _IAM else after.identity_center.region if after.identity_center else ""
        moment = at + timedelta(seconds=3 * number)
        yield cloudtrail_event(after.account, moment, identity, source, name, region, asked, given)


def _iam_changes(before: AwsState, after: AwsState) -> Iterator[Change]:
    old, new = {user.name: user for user in before.users}, {user.name: user for user in after.users}
    for name in sorted(new.keys() - old.keys()):
        arn = f"arn:aws:iam::{after.account}:user/{name}"
        yield _IAM, "CreateUser", {"userName": name}, {"user": {"userName": name, "arn": arn, "path": "/"}}
    for name in sorted(new):
        yield from _user_changes(old.get(name, IamUser(name, new[name].created_at)), new[name])
    for name in sorted(old.keys() - new.keys()):
        yield from _user_changes(old[name], IamUser(name, old[name].created_at))
        yield _IAM, "DeleteUser", {"userName": name}, None
    roles = ({role.name: role for role in state.roles} for state in (before, after))
    had, has = roles
    for name in sorted(has.keys() - had.keys()):
        arn = f"arn:aws:iam::{after.account}:role{has[name].path}{name}"
        trust = json.dumps(has[name].trust)
        yield _IAM, "CreateRole", {"roleName": name, "assumeRolePolicyDocument": trust}, {"role": {"arn": arn}}
        for policy in has[name].attached_policies:
            yield _IAM, "AttachRolePolicy", {"roleName": name, "policyArn": _managed(policy)}, None
    for name in sorted(had.keys() - has.keys()):
        for policy in had[name].attached_policies:
            yield _IAM, "DetachRolePolicy", {"roleName": name, "policyArn": _managed(policy)}, None
        yield _IAM, "DeleteRole", {"roleName": name}, None
    for name in sorted(has.keys() & had.keys()):
        if has[name].trust != had[name].trust:
            asked = {"roleName": name, "policyDocument": json.dumps(has[name].trust)}
            yield _IAM, "UpdateAssumeRolePolicy", asked, None
    old_texts, new_texts = dict(before.policies), dict(after.policies)
    for name in sorted(old_texts.keys() & new_texts.keys()):
        if old_texts[name] != new_texts[name]:
            arn = f"arn:aws:iam::{after.account}:policy/{name}"
            yield _IAM, "CreatePolicyVersion", {"policyArn": arn, "setAsDefault": True}, None
    for name in sorted(dict(before.policies).keys() - dict(after.policies).keys()):
        yield _IAM, "DeletePolicy", {"policyArn": f"arn:aws:iam::{after.account}:policy/{name}"}, None


def _user_changes(old: IamUser, new: IamUser) -> Iterator[Change]:
    who = {"userName": new.name}
    if old.console and not new.console:
        yield _IAM, "DeleteLoginProfile", who, None
    if new.console and not old.console:
        yield _IAM, "CreateLoginProfile", {**who, "passwordResetRequired": True}, {"loginProfile": who}
    if new.mfa and not old.mfa:
        yield _IAM, "EnableMFADevice", {**who, "serialNumber": f"mfa/{new.name}"}, None
    if old.mfa and not new.mfa:
        yield _IAM, "DeactivateMFADevice", {**who, "serialNumber": f"mfa/{new.name}"}, None
    for key in old.keys:
        if key.created_at not in [other.created_at for other in new.keys]:
            yield _IAM, "DeleteAccessKey", {**who, "accessKeyId": _key_id(new.name, key.created_at)}, None
    for key in new.keys:
        if key.created_at not in [other.created_at for other in old.keys]:
            made = {**who, "accessKeyId": _key_id(new.name, key.created_at), "status": "Active"}
            yield _IAM, "CreateAccessKey", who, {"accessKey": made}
    for group in sorted(set(old.groups) - set(new.groups)):
        yield _IAM, "RemoveUserFromGroup", {**who, "groupName": group}, None
    for group in sorted(set(new.groups) - set(old.groups)):
        yield _IAM, "AddUserToGroup", {**who, "groupName": group}, None
    for policy in sorted({name for name, _ in old.inline_policies} - {name for name, _ in new.inline_policies}):
        yield _IAM, "DeleteUserPolicy", {**who, "policyName": policy}, None
    for policy in sorted(set(old.attached_policies) - set(new.attached_policies)):
        yield _IAM, "DetachUserPolicy", {**who, "policyArn": _managed(policy)}, None
    for policy in sorted(set(new.attached_policies) - set(old.attached_policies)):
        yield _IAM, "AttachUserPolicy", {**who, "policyArn": _managed(policy)}, None


def _center_changes(before: AwsState, after: AwsState) -> Iterator[Change]:
    new, old = after.identity_center, before.identity_center
    if new is None:
        return
    store = {"identityStoreId": store_id(new.owner)}
    had = {user.name for user in old.users} if old else set()
    for user in new.users:
        if user.name not in had:
            # AWS hides what identifies a person here; the id is in the answer.
            asked = {**store, "userName": "HIDDEN_DUE_TO_SECURITY_REASONS"}
            yield _STORE, "CreateUser", asked, {**store, "userId": identifier("user", user.name)}
    for name in sorted(had - {user.name for user in new.users}):
        yield _STORE, "DeleteUser", {**store, "userId": identifier("user", name)}, None
    were = {(group.name, name) for group in old.groups for name in group.members} if old else set()
    are = {(group.name, name) for group in new.groups for name in group.members}
    for joined, name in sorted(are - were):
        member = {"groupId": identifier("group", joined), "memberId": {"userId": identifier("user", name)}}
        yield _STORE, "CreateGroupMembership", {**store, **member}, {"membershipId": identifier("member", joined, name)}
    for item in () if old else new.assignments:
        asked = {
            "instanceArn": instance_arn(new.owner), "targetId": item.account, "targetType": "AWS_ACCOUNT",
            "permissionSetArn": permission_set_arn(new.owner, item.permission_set), "principalType": item.kind,
            "principalId": identifier(item.kind.lower(), item.principal),
        }  # fmt: skip
        yield _SSO, "CreateAccountAssignment", asked, {"accountAssignmentCreationStatus": {"status": "IN_PROGRESS"}}


def root_event(account: str, act: Mapping[str, Any]) -> Event:
    """What root did; `mfa` says whether the sign-in had a second factor."""
    identity: dict[str, Any] = {
        "type": "Root",
        "principalId": account,
        "arn": f"arn:aws:iam::{account}:root",
        "accountId": account,
    }
    name, mfa = act["event"], act.get("mfa", False)
    if name == "ConsoleLogin":
        more = {"LoginTo": "https://console.aws.amazon.com/", "MobileVersion": "No", "MFAUsed": "Yes" if mfa else "No"}
        made = cloudtrail_event(
            account, act["at"], identity, "signin.amazonaws.com", name, GLOBAL_REGION, None, {"ConsoleLogin": "Success"}
        )
        return {**made, "eventType": "AwsConsoleSignIn", "additionalEventData": more}
    attributes = {"creationDate": f"{act['at']:%Y-%m-%dT%H:%M:%SZ}", "mfaAuthenticated": str(mfa).lower()}
    identity |= {"sessionContext": {"attributes": attributes}}
    return cloudtrail_event(account, act["at"], identity, _IAM, name, GLOBAL_REGION, None, None)


def attempt_event(account: str, attempt: Mapping[str, Any]) -> Event:
    """Something that was refused: CloudTrail keeps it beside what was done."""
    name, asked = attempt["event"], {"userName": attempt["user"], "policyArn": _managed(attempt["policy"])}
    identity = {"type": "IAMUser", "arn": f"arn:aws:iam::{account}:user/{attempt['by']}", "userName": attempt["by"]}
    made = cloudtrail_event(account, attempt["at"], identity, _IAM, name, GLOBAL_REGION, asked, None)
    words = f"User: {identity['arn']} is not authorized to perform: iam:{name}"
    return {**made, "errorCode": "AccessDenied", "errorMessage": words}


def cloudtrail_event(
    account: str, at: datetime, identity: dict[str, Any], source: str, name: str, region: str,
    asked: dict[str, Any] | None, given: dict[str, Any] | None,
) -> Event:  # fmt: skip
    """An event in CloudTrail's own shape."""
    written = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    return {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": written,
        "eventSource": source,
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": "203.0.113.17",
        "userAgent": "Mozilla/5.0",
        "requestParameters": asked,
        "responseElements": given,
        "requestID": identifier("request", account, written, name, json.dumps(asked)),
        "eventID": identifier("event", account, written, name, json.dumps(asked)),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
    }


def _administrator_role(state: AwsState) -> IamRole | None:
    """The role that Identity Center made of the permission set Administrator."""
    return next((role for role in state.roles if role.name.startswith("AWSReservedSSO_Administrator")), None)


def _user(state: AwsState, name: str) -> dict[str, Any]:
    return {
        "type": "IAMUser", "principalId": f"AIDA{identifier(name)[:8].upper()}", "accountId": state.account,
        "arn": f"arn:aws:iam::{state.account}:user/{name}", "userName": name,
    }  # fmt: skip


def _session(state: AwsState, name: str) -> dict[str, Any]:
    """A session of the role that Identity Center made for the permission set; its name is the person's."""
    role = _administrator_role(state)
    assert role is not None
    issuer = f"arn:aws:iam::{state.account}:role{role.path}{role.name}"
    return {
        "type": "AssumedRole", "accountId": state.account,
        "principalId": f"AROA{identifier(role.name)[:8].upper()}:{name}",
        "arn": f"arn:aws:sts::{state.account}:assumed-role/{role.name}/{name}",
        "sessionContext": {
            "sessionIssuer": {"type": "Role", "arn": issuer, "accountId": state.account, "userName": role.name},
            "attributes": {"mfaAuthenticated": "true"},
        },
    }  # fmt: skip


def _key_id(name: str, created: datetime) -> str:
    return f"AKIA{identifier('key', name, created).replace('-', '')[:16].upper()}"


def _managed(name: str) -> str:
    return f"arn:aws:iam::aws:policy/{name}"
