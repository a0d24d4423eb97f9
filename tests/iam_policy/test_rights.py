"""What a single policy allows, statement by statement.

Rights are written short: `admin` is everything on everything, `s3` all of a service, `iam:X` a way to administration by
its first action, a `?` behind it says that a condition limits what can be done.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from soc2kit.iam_policy import Held, rights_of, statements_of
from soc2kit.iam_policy.rights import Holder, Right

ACCOUNT = "123456789012"
ANA = f"arn:aws:iam::{ACCOUNT}:user/team/ana"
PASSED = f"arn:aws:iam::{ACCOUNT}:role/app"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
TAG = {"StringEquals": {"aws:ResourceTag/team": "web"}}


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def without(statement: dict[str, Any], *, action: Any = None, resource: Any = None) -> dict[str, Any]:
    """The same with exceptions in place of names."""
    turned = dict(statement)
    if action is not None:
        turned.pop("Action")
        turned["NotAction"] = action
    if resource is not None:
        turned.pop("Resource")
        turned["NotResource"] = resource
    return turned


def holder(*statements: Any, boundary: list[Any] | None = None, arn: str = ANA) -> Holder:
    limit = None if boundary is None else Held("limit", statements_of({"Statement": boundary}))
    return Holder((Held("inline p", statements_of({"Statement": list(statements)})),), limit, ACCOUNT, arn)


def short(right: Right, *, held_back: bool = False) -> str:
    paths = right.held_back if held_back else right.paths
    mark = "?" if all(path.narrowed for path in paths) else ""
    if right.kind == "administrator":
        return f"admin{mark}"
    if right.service:
        return right.service + mark
    action = re.search(r"\((.*)\)", right.right)
    assert action is not None
    return action[1].replace("iam:PassRole, ", "pass+") + mark


def rights(*statements: Any, **more: Any) -> str:
    return " ".join(sorted(short(right) for right in rights_of(holder(*statements, **more)) if right.paths))


OWN = f"arn:aws:iam::{ACCOUNT}"
VARIANTS: list[tuple[str, list[Any], str]] = [
    # name, statements, rights
    ("everything", [allow()], "admin"),
    ("every service's every action", [allow("*:*")], "admin"),
    ("two stars", [allow("**")], "admin"),
    ("a list with a star", [allow(["s3:GetObject", "*"])], "admin"),
    ("a list of resources with a star", [allow("*", ["arn:aws:s3:::one", "*"])], "admin"),
    ("stars of an ARN", [allow("*", "arn:aws:*")], "admin"),
    ("all parts of an ARN", [allow("*", "arn:aws:*:*:*:*")], "admin"),
    ("everything on one bucket", [allow("*", "arn:aws:s3:::one")], ""),
    ("everything on all of S3 is all of S3 only when asked for", [allow("*", "arn:aws:s3:::*")], ""),
    ("no resource", [{"Effect": "Allow", "Action": "*"}], ""),
    ("no action", [{"Effect": "Allow", "Resource": "*"}], ""),
    ("no statement", [], ""),
    ("an effect that IAM does not know", [{**allow(), "Effect": "allow"}], ""),
    ("all of one service", [allow("s3:*")], "s3"),
    ("its name in capitals", [allow("S3:*")], "s3"),
    ("all of one service on an ARN of it", [allow("s3:*", "arn:aws:s3:::*")], "s3"),
    ("all of one service on an ARN of another", [allow("s3:*", "arn:aws:sqs:::*")], ""),
    ("all of one service in one bucket", [allow("s3:*", ["arn:aws:s3:::one", "arn:aws:s3:::one/*"])], ""),
    ("all of one service in one region", [allow("ec2:*", "arn:aws:ec2:eu-central-1:*:*")], ""),
    ("all of one service in its own account", [allow("sqs:*", f"arn:aws:sqs:*:{ACCOUNT}:*")], "sqs"),
    ("all of one service in another account", [allow("sqs:*", "arn:aws:sqs:*:999999999999:*")], ""),
    ("two services", [allow(["s3:*", "sqs:*"])], "s3 sqs"),
    ("reading", [allow(["s3:Get*", "s3:List*", "iam:Get*", "iam:List*"])], ""),
    ("a service with an exception", [without(allow(), action=["s3:DeleteBucket"])], "admin"),
    ("all but IAM", [without(allow(), action="iam:*")], "admin"),
    ("all but everything", [without(allow(), action="*")], ""),
    ("everything but on one bucket", [without(allow(), resource="arn:aws:s3:::one")], "admin"),
    ("everything but on everything", [without(allow(), resource="*")], ""),
    ("all of S3 but on one bucket", [without(allow("s3:*"), resource="arn:aws:s3:::one")], "s3"),
    # Deny
    ("everything is denied", [allow(), deny()], ""),
    ("everything is denied, first", [deny(), allow()], ""),
    ("all but a few is denied", [allow(), without(deny(), action=["sts:Get*", "s3:Get*"])], ""),
    ("all but S3 is denied", [allow(), without(deny(), action="s3:*")], "s3"),
    ("one service is denied", [allow(), deny("iam:*")], "admin"),
    ("the one service is denied", [allow("s3:*"), deny("s3:*")], ""),
    ("the one service is denied among all", [allow("s3:*"), deny("*")], ""),
    ("part of the service is denied", [allow("s3:*"), deny("s3:Delete*")], "s3"),
    ("it is denied on one bucket", [allow("s3:*"), deny("s3:*", "arn:aws:s3:::one")], "s3"),
    ("it is denied on all but one bucket", [allow("s3:*"), without(deny("s3:*"), resource="arn:aws:s3:::one")], ""),
    ("it is denied on all of the service", [allow("s3:*"), deny("s3:*", "arn:aws:s3:::*")], ""),
    ("of roles it is denied on all but some", [allow("iam:AttachRolePolicy"),
     without(deny("iam:*"), resource=f"{OWN}:role/app-*")], "iam:AttachRolePolicy"),
    ("of users it is denied on all but some roles", [allow("iam:AttachUserPolicy"),
     without(deny("iam:*"), resource=f"{OWN}:role/app-*")], ""),
    ("it is denied on all but a role of another account", [allow("iam:AttachRolePolicy"),
     without(deny("iam:*"), resource="arn:aws:iam::999999999999:role/app")], ""),
    ("it is denied on all but some, whatever their kind", [allow("iam:AttachRolePolicy"),
     without(deny("iam:*"), resource="*/app-?")], "iam:AttachRolePolicy"),
    ("it is denied on all but one of three", [allow("iam:AttachRolePolicy"),
     without(deny("iam:*"), resource=[f"{OWN}:group/a", PASSED, f"{OWN}:policy/b"])], "iam:AttachRolePolicy"),
    ("starting is denied on all but one", [allow(["iam:PassRole", "ec2:RunInstances"]),
     without(deny("ec2:*"), resource="arn:aws:ec2:x:1:instance/i")], "pass+ec2:RunInstances"),
    ("starting is denied on all but a bucket", [allow(["iam:PassRole", "ec2:RunInstances"]),
     without(deny("ec2:*"), resource="arn:aws:s3:::one")], ""),
    ("everything is denied but on oneself", [allow(), without(deny(), resource=ANA)],
     "iam:AttachUserPolicy iam:CreateAccessKey iam:CreateLoginProfile iam:CreateServiceSpecificCredential"
     " iam:DeleteUserPermissionsBoundary iam:PutUserPermissionsBoundary iam:PutUserPolicy iam:UpdateLoginProfile"),
    ("everything is denied but on a bucket", [allow(), without(deny(), resource="arn:aws:s3:::one")], ""),
    ("denied without MFA", [allow(), deny(Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})],
     "admin"),
    ("denied where a tag is not right", [allow("s3:*"), deny("s3:*", Condition={
        "StringNotEquals": {"aws:ResourceTag/team": "web"}})], "s3?"),
    ("denied where a tag is wrong", [allow("s3:*"), deny("s3:*", Condition=TAG)], "s3"),
    # Conditions
    ("everything, with MFA", [allow(Condition=MFA)], "admin"),
    ("everything, from one address", [allow(Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})], "admin"),
    ("everything, on tagged things", [allow(Condition=TAG)], "admin?"),
    ("everything, with an empty condition", [allow(Condition={})], "admin"),
    ("everything, with any tag", [allow(Condition={"StringLike": {"aws:ResourceTag/team": "*"}})], "admin"),
    ("everything, but not on tagged things", [allow(Condition={"StringNotEquals": {"aws:ResourceTag/x": "y"}})],
     "admin"),
    ("once with and once without a condition", [allow("s3:*", Condition=TAG), allow("s3:*")], "s3"),
    # Conditions that limit nothing
    ("a key that is never there may be absent", [allow("iam:*", Condition={
        "StringEqualsIfExists": {"ec2:InstanceType": "t3.micro"}})], "iam"),
    ("and must not be absent", [allow("s3:*", Condition={
        "StringEqualsIfExists": {"aws:ResourceTag/team": "web"}, "Null": {"aws:ResourceTag/team": "false"}})], "s3?"),
    ("another key must not be absent", [allow("s3:*", Condition={
        "StringEqualsIfExists": {"aws:ResourceTag/team": "web"}, "Null": {"aws:ResourceTag/x": "false"}})], "s3"),
    ("all values of a key that may be absent", [allow("s3:*", Condition={
        "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}})], "s3"),
    ("all values of a key that is there", [allow("s3:*", Condition={
        "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}, "Null": {"aws:TagKeys": False}})], "s3?"),
    ("any value of a key", [allow("s3:*", Condition={"ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]}})], "s3?"),
    ("only that a key is there", [allow("s3:*", Condition={"Null": {"s3:prefix": "false"}})], "s3"),
    ("in one's own account", [allow("iam:*", Condition={"StringEquals": {"aws:ResourceAccount": ACCOUNT}})], "iam"),
    ("in one's own organisation", [allow("iam:*", Condition={"StringEquals": {"aws:ResourceOrgID": "o-1"}})], "iam"),
    ("of one's own organisation", [allow("iam:*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})], "iam"),
    ("by the name of who it is", [allow("iam:*", Condition={"StringEquals": {"aws:username": "ana"}})], "iam"),
    ("by a tag of who it is", [allow("iam:*", Condition={"StringEquals": {"aws:PrincipalTag/admin": "yes"}})], "iam"),
    ("denied to others", [allow("iam:*"), deny("iam:*", Condition={"StringNotEquals": {"aws:username": "ana"}})],
     "iam"),
    ("denied elsewhere", [allow("iam:*"), deny("iam:*", Condition={
        "StringNotEquals": {"aws:ResourceAccount": ACCOUNT}})], "iam"),
    ("denied where a tag is absent or not right", [allow("s3:*"), deny("s3:*", Condition={
        "StringNotEqualsIfExists": {"aws:ResourceTag/team": "web"}})], "s3?"),
    ("denied where any of absent tags is not right", [allow("s3:*"), deny("s3:*", Condition={
        "ForAnyValue:StringNotEquals": {"aws:TagKeys": "web"}})], "s3"),
    ("attaching any policy of AWS's", [allow("iam:AttachRolePolicy", Condition={
        "ArnLike": {"iam:PolicyARN": ["arn:aws:iam::aws:policy/*", f"{OWN}:policy/app"]}})], "iam:AttachRolePolicy"),
    ("attaching AdministratorAccess", [allow("iam:AttachRolePolicy", Condition={
        "ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}})], "iam:AttachRolePolicy"),
    # Ways to administration
    ("all of IAM", [allow("iam:*")], "iam"),
    ("all of IAM by its ARN", [allow("iam:*", f"{OWN}:*")], "iam"),
    ("all of IAM and machines", [allow(["iam:*", "ec2:RunInstances"])], "iam"),
    ("new versions of policies", [allow("iam:CreatePolicyVersion")], "iam:CreatePolicyVersion"),
    ("new versions of own policies", [allow("iam:CreatePolicyVersion", f"{OWN}:policy/*")], "iam:CreatePolicyVersion"),
    ("new versions of one policy", [allow("iam:CreatePolicyVersion", f"{OWN}:policy/app")], ""),
    ("attaching to users", [allow("iam:AttachUserPolicy")], "iam:AttachUserPolicy"),
    ("attaching to roles", [allow("iam:AttachRolePolicy", f"{OWN}:role/*")], "iam:AttachRolePolicy"),
    ("attaching to roles, a letter short", [allow("iam:AttachRolePolicy", f"{OWN}:rol*")], "iam:AttachRolePolicy"),
    ("attaching to roles, any name", [allow("iam:AttachRolePolicy", f"{OWN}:role/?*")], "iam:AttachRolePolicy"),
    ("attaching to roles of any account", [allow("iam:AttachRolePolicy", "arn:*:iam::*:role*")],
     "iam:AttachRolePolicy"),
    ("attaching to roles of a path", [allow("iam:AttachRolePolicy", f"{OWN}:role/app/*")], ""),
    ("attaching to roles of another account", [allow("iam:AttachRolePolicy", "arn:aws:iam::999999999999:role*")], ""),
    ("what runs with roles", [allow(["lambda:UpdateFunctionConfiguration", "cloudformation:UpdateStack",
        "ssm:StartAutomationExecution", "ecs:ExecuteCommand", "ec2-instance-connect:SendSSHPublicKey"])],
     "cloudformation:UpdateStack ec2-instance-connect:SendSSHPublicKey ecs:ExecuteCommand"
     " lambda:UpdateFunctionConfiguration ssm:StartAutomationExecution"),
    ("whom others vouch for", [allow(["iam:UpdateSAMLProvider", "iam:CreateServiceSpecificCredential",
        "identitystore:CreateGroupMembership"])],
     "iam:CreateServiceSpecificCredential iam:UpdateSAMLProvider identitystore:CreateGroupMembership"),
    ("attaching one policy", [allow("iam:AttachRolePolicy", Condition={
        "ArnEquals": {"iam:PolicyARN": f"{OWN}:policy/app"}})], "iam:AttachRolePolicy?"),
    ("every attaching", [allow("iam:Attach*")], "iam:AttachGroupPolicy iam:AttachRolePolicy iam:AttachUserPolicy"),
    ("one letter unknown", [allow("iam:AttachUserPolic?")], "iam:AttachUserPolicy"),
    ("inline policies of users", [allow("iam:PutUserPolicy")], "iam:PutUserPolicy"),
    ("inline policies of oneself", [allow("iam:PutUserPolicy", f"{OWN}:user/team/${{aws:username}}")],
     "iam:PutUserPolicy"),
    ("inline policies of another user", [allow("iam:PutUserPolicy", f"{OWN}:user/team/ben")], ""),
    ("keys of all users", [allow("iam:CreateAccessKey")], "iam:CreateAccessKey"),
    ("keys of oneself", [allow("iam:CreateAccessKey", f"{OWN}:user/team/${{aws:username}}")], ""),
    ("passwords of all users", [allow(["iam:CreateLoginProfile", "iam:UpdateLoginProfile"])],
     "iam:CreateLoginProfile iam:UpdateLoginProfile"),
    ("adding to groups", [allow("iam:AddUserToGroup")], "iam:AddUserToGroup"),
    ("who may assume roles", [allow("iam:UpdateAssumeRolePolicy")], "iam:UpdateAssumeRolePolicy"),
    ("assuming all roles", [allow("sts:AssumeRole")], "sts:AssumeRole"),
    ("assuming all roles of the account", [allow("sts:AssumeRole", f"{OWN}:role/*")], "sts:AssumeRole"),
    ("assuming all roles of another account", [allow("sts:AssumeRole", "arn:aws:iam::999999999999:role/*")], ""),
    ("assuming one role", [allow("sts:AssumeRole", PASSED)], ""),
    ("passing roles to nothing", [allow("iam:PassRole")], ""),
    ("passing roles to machines", [allow(["iam:PassRole", "ec2:RunInstances"])], "pass+ec2:RunInstances"),
    ("passing roles to one function", [allow("iam:PassRole"), allow("lambda:CreateFunction", "arn:aws:lambda:x:1:f")],
     "pass+lambda:CreateFunction"),
    ("passing one role to machines", [allow("iam:PassRole", PASSED), allow("ec2:RunInstances")], ""),
    ("passing roles to one service", [allow("ec2:RunInstances"), allow("iam:PassRole", Condition={
        "StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}})], "pass+ec2:RunInstances"),
    ("passing roles to a pattern of services", [allow("ec2:RunInstances"), allow("iam:PassRole", Condition={
        "StringLike": {"iam:PassedToService": ["ecs*", "EC2.*"]}})], "pass+ec2:RunInstances"),
    ("passing roles to another service", [allow("ec2:RunInstances"), allow("iam:PassRole", Condition={
        "StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}})], "pass+ec2:RunInstances?"),
    ("passing roles of one tag", [allow("ec2:RunInstances"), allow("iam:PassRole", Condition={
        "StringEquals": {"iam:PassedToService": "ec2.amazonaws.com", "iam:ResourceTag/team": "web"}})],
     "pass+ec2:RunInstances?"),
    ("half of the way to containers", [allow(["iam:PassRole", "ecs:RunTask"])], ""),
    ("passing is denied", [allow(["iam:PassRole", "ec2:*"]), deny("iam:PassRole")], "ec2"),
    ("starting is denied", [allow(["iam:PassRole", "ec2:RunInstances"]), deny("ec2:Run*")], ""),
    ("starting is denied for one machine", [allow(["iam:PassRole", "ec2:RunInstances"]),
     deny("ec2:Run*", "arn:aws:ec2:x:1:instance/i")], "pass+ec2:RunInstances"),
    ("shells on machines", [allow("ssm:StartSession")], "ssm:StartSession"),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), [row[1:] for row in VARIANTS], ids=[row[0] for row in VARIANTS])
def test_one_policy(statements: list[Any], expected: str) -> None:
    assert rights(*statements) == expected


BOUNDARIES: list[tuple[str, list[Any], list[Any], str, str]] = [
    # name, policy, boundary, rights, rights that the boundary takes away
    ("a boundary of everything", [allow()], [allow()], "admin", ""),
    ("a narrow boundary", [allow()], [allow("s3:Get*")], "", "admin"),
    ("an empty boundary", [allow()], [], "", "admin"),
    ("a boundary of one service", [allow()], [allow("s3:*")], "s3", "admin"),
    ("a boundary of the other service", [allow("s3:*")], [allow("sqs:*")], "", "s3"),
    ("a boundary of one bucket", [allow("s3:*")], [allow("s3:*", "arn:aws:s3:::one")], "", "s3"),
    ("a boundary gives nothing", [allow("s3:Get*")], [allow()], "", ""),
    ("a boundary of all but IAM", [allow()], [without(allow(), action="iam:*")], "admin", ""),
    ("a boundary that denies", [allow("iam:*")], [allow(), deny("iam:*")], "", ""),
    ("a boundary under a condition", [allow("s3:*")], [allow("s3:*", Condition=TAG)], "s3?", ""),
    ("a boundary under one of two conditions", [allow("s3:*")], [allow("s3:*", Condition=TAG), allow("s3:*")], "s3",
     ""),
    ("half of a way", [allow(["iam:PassRole", "ec2:RunInstances"])], [allow("ec2:*")], "",
     "pass+ec2:RunInstances"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("statements", "boundary", "expected", "taken"), [row[1:] for row in BOUNDARIES], ids=[row[0] for row in BOUNDARIES]
)
def test_boundaries_only_take_away(statements: list[Any], boundary: list[Any], expected: str, taken: str) -> None:
    found = list(rights_of(holder(*statements, boundary=boundary)))
    assert " ".join(sorted(short(right) for right in found if right.paths)) == expected
    assert " ".join(short(right, held_back=True) for right in found if right.held_back) == taken


def test_words_of_a_path_say_what_limits_it() -> None:
    statements = [
        without(allow(Condition=MFA), action=["iam:*", "organizations:*"]),
        deny("s3:DeleteBucket"),
        deny(Condition={"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}}),
    ]
    (right,) = rights_of(holder(*statements))
    assert right.paths[0].words == (
        "inline p, all but iam:* organizations:* s3:deletebucket, only with MFA,"
        " denied aws:RequestedRegion is not eu-central-1 or eu-west-1"
    )


def test_words_of_a_path_say_where_it_is_not_denied() -> None:
    statements = [allow("iam:AttachRolePolicy"), without(deny("iam:*"), resource=[PASSED, f"{OWN}:user/x"])]
    (right,) = rights_of(holder(*statements))
    assert right.paths[0].words == f"inline p, on nothing but {PASSED}"


def test_a_policy_without_its_text_is_not_taken_for_harmless() -> None:
    (right,) = rights_of(Holder((Held("attached x", None),)))
    assert (right.kind, right.right) == ("administrator", "not known")
    assert right.paths[0].words == "attached x (its text is not in IAM's answer)"


def test_a_boundary_without_its_text_takes_nothing_away() -> None:
    wide = Held("attached x", statements_of({"Statement": allow()}))
    (right,) = rights_of(Holder((wide,), Held("limit", None)))
    assert right.paths
