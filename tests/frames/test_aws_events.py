"""CloudTrail's events as grants and revocations, their actors, and root's acts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from soc2kit.aws_event_names import ACCESS_EVENTS, DIRECTORY, IAM, SSO, STORE
from soc2kit.frames import aws_events

ACCOUNT = "123456789012"
RECORD = {"source": {"account": ACCOUNT}}
ANA = {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/ana", "userName": "ana"}
ROOT = {"type": "Root", "arn": f"arn:aws:iam::{ACCOUNT}:root", "accountId": ACCOUNT}
USER, PERSON = f"arn:aws:iam::{ACCOUNT}:user/ben", "arn:aws:identitystore:::user/u-1"


def pages(*events: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"answer": {"Events": [{"CloudTrailEvent": json.dumps(event)} for event in events]}}]


def event(source: str, name: str, asked: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "eventID": "e", "eventTime": "2026-03-01T10:00:00Z", "eventSource": source, "eventName": name,
        "userIdentity": ANA, "requestParameters": asked, "responseElements": None, "recipientAccountId": ACCOUNT,
        **more,
    }  # fmt: skip


BEN = {"userName": "ben"}
ADMIN = {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
KEY = {**BEN, "accessKeyId": "AKIAX"}


@pytest.mark.parametrize(
    ("source", "name", "asked", "kind", "what", "key"),
    [
        (IAM, "CreateUser", BEN, "grant", "user created", USER),
        (IAM, "DeleteUser", BEN, "revoke", "user deleted", USER),
        (IAM, "CreateLoginProfile", BEN, "grant", "console password created", USER),
        (IAM, "DeleteLoginProfile", BEN, "revoke", "console password deleted", USER),
        (IAM, "CreateAccessKey", BEN, "grant", "access key created", USER),
        (IAM, "CreateAccessKey", None, "grant", "access key created", ANA["arn"]),
        (IAM, "DeleteAccessKey", KEY, "revoke", "access key AKIAX deleted", USER),
        (IAM, "UpdateAccessKey", {**KEY, "status": "Inactive"}, "revoke", "access key AKIAX deactivated", USER),
        (IAM, "UpdateAccessKey", {**KEY, "status": "Active"}, "grant", "access key AKIAX activated", USER),
        (IAM, "AttachUserPolicy", {**BEN, **ADMIN}, "grant", "policy AdministratorAccess attached", USER),
        (IAM, "DetachUserPolicy", {**BEN, **ADMIN}, "revoke", "policy AdministratorAccess detached", USER),
        (IAM, "PutUserPolicy", {**BEN, "policyName": "p"}, "grant", "inline policy p written", USER),
        (IAM, "AddUserToGroup", {**BEN, "groupName": "g"}, "grant", "added to group g", USER),
        (IAM, "RemoveUserFromGroup", {**BEN, "groupName": "g"}, "revoke", "removed from group g", USER),
        (IAM, "CreateRole", {"roleName": "r"}, "grant", "role created", f"arn:aws:iam::{ACCOUNT}:role/r"),
        (IAM, "UpdateAssumeRolePolicy", {"roleName": "r"}, "grant", "who may assume the role was changed",
         f"arn:aws:iam::{ACCOUNT}:role/r"),
        (IAM, "AttachGroupPolicy", {"groupName": "g", **ADMIN}, "grant",
         "policy AdministratorAccess attached to the group", f"arn:aws:iam::{ACCOUNT}:group/g"),
        (IAM, "CreatePolicyVersion", {"policyArn": "arn:p/q"}, "grant", "policy written anew", "arn:p/q"),
        (IAM, "AttachUserPolicy", BEN, "grant", "policy that was not named attached", USER),
        (SSO, "CreateAccountAssignment",
         {"principalType": "USER", "principalId": "u-1", "permissionSetArn": "arn:i/ps-1", "targetId": "1"}, "grant",
         "ps-1 assigned in account 1", PERSON),
        (SSO, "DeleteAccountAssignment",
         {"principalType": "GROUP", "principalId": "g-1", "permissionSetArn": "arn:i/ps-1", "targetId": "1"}, "revoke",
         "ps-1 taken away in account 1", "arn:aws:identitystore:::group/g-1"),
        (STORE, "DeleteUser", {"userId": "u-1"}, "revoke", "Identity Center user deleted", PERSON),
        (STORE, "CreateGroupMembership", {"groupId": "g-1", "memberId": {"userId": "u-1"}}, "grant",
         "added to Identity Center group g-1", PERSON),
        (STORE, "DeleteGroupMembership", {"membershipId": "m-1"}, "revoke",
         "Identity Center membership m-1 deleted", None),
        (DIRECTORY, "AddMemberToGroup", {"groupId": "g-1", "member": {"memberId": "u-1"}}, "grant",
         "added to Identity Center group g-1", PERSON),
    ],
)  # fmt: skip
def test_what_an_event_means_and_for_whom(
    source: str, name: str, asked: Mapping[str, Any] | None, kind: str, what: str, key: str | None
) -> None:
    (row,) = aws_events.access_events(pages(event(source, name, asked)), RECORD)
    assert (row["kind"], row["what"], row["account_key"]) == (kind, what, key)
    assert (row["made_by"], row["succeeded"]) == (ANA["arn"], True)


def test_every_change_that_has_a_meaning_keeps_its_parameters_and_no_other() -> None:
    """A name that only frames knew would lose its parameters; one that only sources knew would be kept for nothing."""
    assert {*aws_events.CHANGES, (IAM, "UpdateAccessKey")} == ACCESS_EVENTS


def test_an_answer_names_the_user_better_than_the_request() -> None:
    given = {"user": {"arn": f"arn:aws:iam::{ACCOUNT}:user/team/ben"}}
    (row,) = aws_events.access_events(pages(event(IAM, "CreateUser", BEN, responseElements=given)), RECORD)
    assert row["account_key"] == f"arn:aws:iam::{ACCOUNT}:user/team/ben"
    created = event(STORE, "CreateUser", {"userName": "HIDDEN"}, responseElements={"userId": "u-1"})
    (row,) = aws_events.access_events(pages(created), RECORD)
    assert (row["account_key"], row["account_name"]) == (PERSON, None)


def test_what_was_refused_is_kept_apart_and_other_events_are_not_access() -> None:
    refused = event(IAM, "AttachUserPolicy", {**BEN, **ADMIN}, errorCode="AccessDenied")
    others = [event("ec2.amazonaws.com", "RunInstances"), event(IAM, "TagUser", BEN), event(IAM, "UpdateAccessKey", {})]
    assert [row["succeeded"] for row in aws_events.access_events(pages(refused, *others), RECORD)] == [False]


SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/run-7"
ISSUER = {"sessionContext": {"sessionIssuer": {"arn": f"arn:aws:iam::{ACCOUNT}:role/ci/Deploy"}}}


@pytest.mark.parametrize(
    ("identity", "actor"),
    [
        (ANA, (ANA["arn"], None)),
        (ROOT, (ROOT["arn"], None)),
        ({"type": "AssumedRole", "arn": SESSION, **ISSUER}, (f"arn:aws:iam::{ACCOUNT}:role/ci/Deploy", "run-7")),
        ({"type": "AssumedRole", "arn": SESSION}, (f"arn:aws:iam::{ACCOUNT}:role/Deploy", "run-7")),
        ({"type": "AWSService", "invokedBy": "sso.amazonaws.com"}, ("sso.amazonaws.com", None)),
        ({"type": "IdentityCenterUser", "onBehalfOf": {"userId": "u-1"}}, (PERSON, None)),
        ({"type": "AWSAccount", "accountId": "210987654321"}, ("210987654321", None)),
        ({}, (None, None)),
    ],
)
def test_a_session_stands_for_its_role(identity: Mapping[str, Any], actor: tuple[str | None, str | None]) -> None:
    assert aws_events.actor({"userIdentity": identity, "recipientAccountId": ACCOUNT}) == actor


@pytest.mark.parametrize(
    ("more", "mfa"),
    [
        ({"additionalEventData": {"MFAUsed": "Yes"}, "responseElements": {"ConsoleLogin": "Success"}}, [True]),
        ({"additionalEventData": {"MFAUsed": "No"}}, [False]),
        ({"userIdentity": {**ROOT, "sessionContext": {"attributes": {"mfaAuthenticated": "true"}}}}, [True]),
        ({}, [None]),
        ({"responseElements": {"ConsoleLogin": "Failure"}}, []),
        ({"userIdentity": {**ROOT, "invokedBy": "AWS Internal"}}, []),
        ({"eventType": "AwsServiceEvent"}, []),
        ({"userIdentity": ANA}, []),
        ({"errorCode": "AccessDenied"}, [None]),
    ],
)
def test_root_events_are_what_root_did_itself(more: Mapping[str, Any], mfa: list[bool | None]) -> None:
    made = {**event("signin.amazonaws.com", "ConsoleLogin"), "userIdentity": ROOT, **more}
    rows = list(aws_events.root_events(pages(made), RECORD))
    assert [row["mfa_used"] for row in rows] == mfa
    assert {row["account"] for row in rows} <= {ACCOUNT}
