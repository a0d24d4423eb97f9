"""Who becomes administrator through a role or user that is one, trust by trust and statement by statement."""

from __future__ import annotations

from typing import Any

import pytest

from soc2kit.iam_policy.account import Account

ACCOUNT = "123456789012"
OWN = f"arn:aws:iam::{ACCOUNT}"
DEV, ADMIN = f"{OWN}:user/dev", f"{OWN}:role/BreakGlass"
ALL = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def trust(action: str = "sts:AssumeRole", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, **more}


def by(*names: str, **condition: Any) -> dict[str, Any]:
    return trust(Principal={"AWS": list(names)}, **({"Condition": condition} if condition else {}))


def role(name: str, statements: list[Any], *policies: dict[str, Any], **more: Any) -> dict[str, Any]:
    inline = [{"PolicyName": "p", "PolicyDocument": document} for document in policies]
    arn = f"{OWN}:role/{name}"
    return {
        "Arn": arn, "Path": "/", "RolePolicyList": inline, "AssumeRolePolicyDocument": {"Statement": statements}, **more
    }  # fmt: skip


def ways(users: list[dict[str, Any]], roles: list[dict[str, Any]], of: str = DEV) -> list[str]:
    pages = [{"answer": {"UserDetailList": users, "RoleDetailList": roles, "Policies": LIMITS}}]
    account = Account(pages, ACCOUNT)
    (principal,) = (one for one in account.principals() if one.arn == of)
    found = []
    for right in account.ways_through_others(principal):
        words = right.right.removeprefix("becomes administrator through ")
        found += [f"{words} {path.words}{'?' if path.narrowed else ''}" for path in right.paths]
        found += [f"{words} held back" for _ in right.held_back]
    return found


def user(*statements: Any, **more: Any) -> dict[str, Any]:
    inline = [{"PolicyName": "p", "PolicyDocument": {"Statement": list(statements)}}]
    return {"Arn": DEV, "UserPolicyList": inline, **more}


def _limit(name: str, *statements: Any) -> dict[str, Any]:
    version = {"IsDefaultVersion": True, "Document": {"Statement": list(statements)}}
    return {"Arn": f"{OWN}:policy/{name}", "PolicyVersionList": [version]}


LIMITS = [_limit("storage", allow("s3:*")), _limit("assuming", allow(["s3:*", "sts:AssumeRole"]))]
STORAGE = {"PermissionsBoundary": {"PermissionsBoundaryArn": f"{OWN}:policy/storage"}}
ASSUMING = {"PermissionsBoundary": {"PermissionsBoundaryArn": f"{OWN}:policy/assuming"}}
ROOT = by(f"{OWN}:root")
ASSUME = allow("sts:AssumeRole", ADMIN)
WAY = "role BreakGlass (sts:AssumeRole) inline p"
NAMED = "role BreakGlass (sts:AssumeRole) the trust of role BreakGlass"
MACHINES = "role BreakGlass by virtual machines (iam:PassRole, ec2:RunInstances) inline p"


@pytest.mark.parametrize(
    ("statements", "trusted", "expected"),
    [
        # policies of the user, trust of the administrator role, ways to administration
        ([ASSUME], [ROOT], [WAY]),
        ([ASSUME], [by(ACCOUNT)], [WAY]),
        ([ASSUME], [by("*")], [WAY]),
        ([ASSUME], [by(DEV)], [WAY]),
        ([ASSUME], [by(f"{OWN}:user/ben")], []),
        ([ASSUME], [by("999999999999")], []),
        ([ASSUME], [trust(Principal={"Service": "ec2.amazonaws.com"})], []),
        ([ASSUME], [trust("sts:AssumeRoleWithSAML", Principal={"AWS": ACCOUNT})], []),
        ([allow("sts:*", ADMIN)], [ROOT], [WAY]),
        ([allow("*", ADMIN)], [ROOT], ["role BreakGlass (sts:AssumeRole) inline p",
                                       "role BreakGlass (iam:UpdateAssumeRolePolicy) inline p"]),
        ([allow("sts:AssumeRole", f"{OWN}:role/Break*")], [ROOT], [WAY]),
        ([allow("sts:AssumeRole", f"{OWN}:role/app")], [ROOT], []),
        ([], [ROOT], []),
        ([], [by(DEV)], [NAMED]),
        ([], [by("*")], [NAMED]),
        ([deny("sts:*")], [by(DEV)], []),
        ([deny("sts:*", ADMIN)], [by(DEV)], []),
        ([deny("sts:*", f"{OWN}:role/app")], [by(DEV)], [NAMED]),
        ([ASSUME, deny("sts:*")], [ROOT], []),
        ([allow("sts:AssumeRole", ADMIN, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})], [ROOT],
         [f"{WAY}, only with MFA"]),
        ([ASSUME], [by(ACCOUNT, Bool={"aws:MultiFactorAuthPresent": "true"})], [f"{WAY}, the role only with MFA"]),
        ([ASSUME], [by(ACCOUNT, ArnLike={"aws:PrincipalArn": f"{OWN}:user/d*"})],
         [f"{WAY}, the role only aws:PrincipalArn is like {OWN}:user/d*"]),
        ([ASSUME], [by(ACCOUNT, ArnLike={"aws:PrincipalArn": f"{OWN}:user/ben"})], []),
        ([ASSUME], [by(ACCOUNT, ArnNotLike={"aws:PrincipalArn": f"{OWN}:user/d*"})], []),
        ([ASSUME], [ROOT, trust(effect="Deny", Principal="*")], []),
        ([ASSUME], [ROOT, trust(effect="Deny", Principal={"AWS": DEV})], []),
        ([ASSUME], [ROOT, trust(effect="Deny", Principal={"AWS": f"{OWN}:user/ben"})], [WAY]),
        ([ASSUME], [ROOT, trust(effect="Deny", NotPrincipal={"AWS": f"{OWN}:user/ben"})], []),
        ([ASSUME], [ROOT, trust(effect="Deny", Principal="*",
                                Condition={"ArnNotEquals": {"aws:PrincipalArn": f"{OWN}:user/ben"}})], []),
        ([ASSUME], [ROOT, trust(effect="Deny", Principal="*",
                                Condition={"ArnNotEquals": {"aws:PrincipalArn": DEV}})], [WAY]),
        # everything of its kind says it already
        ([allow("sts:AssumeRole")], [ROOT], []),
        ([allow("iam:*")], [ROOT], []),
        ([allow("sts:AssumeRole", Condition={"StringEquals": {"aws:ResourceTag/x": "y"}}), ASSUME], [ROOT],
         [f"{WAY}, only aws:ResourceTag/x is y?", WAY]),
        # passing it on
        ([allow("iam:PassRole", ADMIN), allow("ec2:RunInstances")], [ROOT], []),
        ([allow("iam:PassRole", ADMIN), allow("ec2:RunInstances")],
         [trust(Principal={"Service": "ec2.amazonaws.com"})], [MACHINES]),
        ([allow("iam:PassRole", ADMIN), allow("ec2:RunInstances")],
         [trust(Principal={"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"]})], [MACHINES]),
        ([allow("iam:PassRole", ADMIN)], [trust(Principal={"Service": "ec2.amazonaws.com"})], []),
        ([allow("iam:PassRole", f"{OWN}:role/app"), allow("ec2:RunInstances")],
         [trust(Principal={"Service": "ec2.amazonaws.com"})], []),
        ([allow(["iam:PassRole", "ec2:RunInstances"])], [trust(Principal={"Service": "ec2.amazonaws.com"})], []),
        # changing who may assume it
        ([allow("iam:UpdateAssumeRolePolicy", ADMIN)], [],
         ["role BreakGlass (iam:UpdateAssumeRolePolicy) inline p"]),
        ([allow("iam:UpdateAssumeRolePolicy", f"{OWN}:role/app")], [], []),
    ],
)  # fmt: skip
def test_through_an_administrator_role(statements: list[Any], trusted: list[Any], expected: list[str]) -> None:
    assert ways([user(*statements)], [role("BreakGlass", trusted, ALL)]) == expected


@pytest.mark.parametrize(
    ("limit", "trusted", "statements", "expected"),
    [
        (STORAGE, ROOT, [ASSUME], ["role BreakGlass (sts:AssumeRole) held back"]),
        (ASSUMING, ROOT, [ASSUME], [WAY]),
        # By its own name a user gets past its boundary.
        (STORAGE, by(DEV), [], [NAMED]),
    ],
)
def test_a_boundary_of_who_assumes(
    limit: dict[str, Any], trusted: dict[str, Any], statements: list[Any], expected: list[str]
) -> None:
    assert ways([user(*statements, **limit)], [role("BreakGlass", [trusted], ALL)]) == expected


def test_a_role_does_not_get_past_its_boundary_by_its_name() -> None:
    roles = [role("BreakGlass", [by(f"{OWN}:role/ci")], ALL), role("ci", [], **STORAGE)]
    assert ways([], roles, of=f"{OWN}:role/ci") == ["role BreakGlass (sts:AssumeRole) held back"]


def test_through_an_administrator_who_is_a_user() -> None:
    root = {"Arn": f"{OWN}:user/ana", "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": ALL}]}
    asked = [allow("iam:CreateAccessKey", f"{OWN}:user/ana"), allow("iam:UpdateLoginProfile", f"{OWN}:user/ben")]
    assert ways([user(*asked), root], []) == ["user ana (iam:CreateAccessKey) inline p"]
    own = [allow("iam:CreateAccessKey", f"{OWN}:user/${{aws:username}}")]
    assert ways([user(*own), root], []) == []


def test_through_a_role_that_becomes_administrator_itself() -> None:
    hop, further = f"{OWN}:role/hop", f"{OWN}:role/further"
    roles = [
        role("BreakGlass", [by(hop)], ALL),
        role("hop", [ROOT]),
        role("further", [ROOT], {"Statement": [allow("sts:AssumeRole", hop)]}),
    ]
    assert ways([user(allow("sts:AssumeRole", further))], roles) == ["role further (sts:AssumeRole) inline p"]
    assert ways([user(allow("sts:AssumeRole", further))], roles[1:]) == []


def test_administrators_need_no_further_way() -> None:
    everything = user(allow("*"))
    assert ways([everything], [role("BreakGlass", [ROOT], ALL)]) == []
    assert ways([], [role("BreakGlass", [by(ADMIN)], ALL)], of=ADMIN) == []
