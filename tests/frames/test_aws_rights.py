"""Rights of principals and policies from IAM's answer, by every path, and who may assume which role."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soc2kit.frames import aws_rights
from soc2kit.iam_policy.normalised import normalised

ACCOUNT = "123456789012"
RECORD = {"source": {"account": ACCOUNT}}


def _allow(**parts: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", **parts}]}


WIDE = _allow()


@pytest.mark.parametrize(
    ("document", "found", "whole"),
    [
        (WIDE, "statement 1", []),
        (_allow(Sid="All"), "All", []),
        ({"Statement": WIDE["Statement"][0]}, "statement 1", []),
        (_allow(Action=["s3:Get*", "*"]), "statement 1", []),
        (_allow(Resource=["arn:x", "*"]), "statement 1", []),
        ({"Statement": [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]}, "statement 1, all but iam:*", []),
        (_allow(Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}), "statement 1, only with MFA", []),
        (_allow(Effect="Deny"), None, []),
        (_allow(Action="s3:*"), None, ["s3"]),
        (_allow(Action=["s3:*", "iam:*"]), None, ["iam", "s3"]),
        (_allow(Action="s3:*", Condition={"StringEquals": {"aws:ResourceTag/team": "web"}}), None, []),
        (_allow(Action="s3:*", Condition={"Bool": {"aws:SecureTransport": "true"}}), None, ["s3"]),
        (_allow(Resource="arn:aws:s3:::one/*"), None, []),
        ({"Statement": [{"Effect": "Allow", "Action": "*", "NotResource": "arn:x"}]}, "statement 1", []),
        ({"Statement": [_allow(Action="s3:*")["Statement"][0], WIDE["Statement"][0]]}, "statement 2", []),
        ({"Statement": [WIDE["Statement"][0], _allow(Effect="Deny")["Statement"][0]]}, None, []),
        ({}, None, []),
    ],
)
def test_what_a_policy_allows(document: dict[str, Any], found: str | None, whole: list[str]) -> None:
    row = dict(aws_rights.policy_row("p", "inline", document, ACCOUNT))
    assert row.pop("statements") == normalised(document)
    assert row == {
        "policy": "p", "type": "inline", "full_wildcard": found is not None, "statement": found,
        "whole_services": whole,
    }  # fmt: skip


NARROW = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": st.lists(st.sampled_from(["s3:*", "iam:Get*", "ec2:RunInstances"]), min_size=1, max_size=3),
        "Resource": st.sampled_from(["*", "arn:aws:s3:::one", ["arn:x", "*"]]),
    }
)


@given(statements=st.lists(NARROW, max_size=5), position=st.integers(0, 5))
def test_one_wide_statement_is_found_wherever_it_stands(statements: list[dict[str, Any]], position: int) -> None:
    def wide(listed: list[dict[str, Any]]) -> str:
        return str(aws_rights.policy_row("p", "inline", {"Statement": listed}, ACCOUNT)["statement"])

    assert wide(statements) == "None"
    position = min(position, len(statements))
    mixed = [*statements[:position], WIDE["Statement"][0], *statements[position:]]
    assert wide(mixed).startswith(f"statement {position + 1}")


MANAGED = {"PolicyName": "everything", "PolicyArn": "arn:own"}
UNKNOWN = {"PolicyName": "lost", "PolicyArn": "arn:lost"}


def _policy(arn: str, document: dict[str, Any]) -> dict[str, Any]:
    old = {"IsDefaultVersion": False, "Document": _allow(Action="s3:*")}
    return {"Arn": arn, "PolicyVersionList": [old, {"IsDefaultVersion": True, "Document": document}]}


POLICIES = [_policy("arn:own", WIDE), _policy("arn:limit/narrow", _allow(Action="s3:Get*"))]
AWS_OWN = {"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
NAMESAKE = {"PolicyName": "AdministratorAccess", "PolicyArn": "arn:limit/narrow"}
INLINE = {"PolicyName": "all", "PolicyDocument": WIDE}
NO_ONE = {"PolicyName": "none", "PolicyDocument": _allow(Effect="Deny")}
BOUNDED = {"PermissionsBoundary": {"PermissionsBoundaryArn": "arn:limit/narrow"}}
OPEN = {"PermissionsBoundary": {"PermissionsBoundaryArn": "arn:lost/gone"}}


@pytest.mark.parametrize(
    ("user", "group", "via", "held_back"),
    [
        ({}, {}, None, None),
        ({"AttachedManagedPolicies": [AWS_OWN]}, {}, "attached AdministratorAccess", None),
        ({"AttachedManagedPolicies": [NAMESAKE]}, {}, None, None),
        ({"AttachedManagedPolicies": [MANAGED]}, {}, "attached everything", None),
        ({"AttachedManagedPolicies": [UNKNOWN]}, {}, "attached lost (its text is not in IAM's answer)", None),
        ({"UserPolicyList": [INLINE]}, {}, "inline all", None),
        ({"UserPolicyList": [INLINE, NO_ONE]}, {}, None, None),
        ({"GroupList": ["g"]}, {"GroupPolicyList": [INLINE]}, "group g: inline all", None),
        ({"GroupList": ["g"]}, {"AttachedManagedPolicies": [AWS_OWN]}, "group g: attached AdministratorAccess", None),
        ({"GroupList": ["g"], "UserPolicyList": [INLINE]}, {"GroupPolicyList": [NO_ONE]}, None, None),
        ({}, {"AttachedManagedPolicies": [AWS_OWN]}, None, None),
        ({"UserPolicyList": [INLINE], "GroupList": ["g"]}, {"GroupPolicyList": [INLINE]},
         "inline all; group g: inline all", None),
        ({"UserPolicyList": [INLINE], **BOUNDED}, {}, None, "inline all"),
        ({"GroupList": ["g"], **BOUNDED}, {"AttachedManagedPolicies": [AWS_OWN]}, None,
         "group g: attached AdministratorAccess"),
        ({"UserPolicyList": [INLINE], **OPEN}, {}, "inline all", None),
    ],
)  # fmt: skip
def test_every_way_to_administrator_rights(
    user: dict[str, Any], group: dict[str, Any], via: str | None, held_back: str | None
) -> None:
    """Users, groups and policies may come on different pages."""
    pages = [
        {"answer": {"UserDetailList": [{"Arn": "arn:u", "Tags": [{"Key": "Email", "Value": "u@x.y"}], **user}]}},
        {"answer": {"GroupDetailList": [{"GroupName": "g", **group}]}},
        {"answer": {"Policies": POLICIES}},
    ]
    (row,) = aws_rights.principals(pages, RECORD)
    expected = {"arn": "arn:u", "type": "user", "administrator_via": via, "email": "u@x.y", "held_back": held_back}
    assert {key: value for key, value in row.items() if key != "boundary"} == expected
    boundary = user.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", "")
    assert (row["boundary"] or "").split(" ")[0] == boundary.rpartition("/")[2]


def test_service_linked_roles_are_left_out() -> None:
    trust = {"AssumeRolePolicyDocument": _trusting(AWS="*")}
    roles = [
        {"Arn": f"arn:{path}", "Path": path, **trust} for path in ("/", "/aws-service-role/support.amazonaws.com/")
    ]
    pages = [{"answer": {"RoleDetailList": roles}}]
    assert [row["arn"] for row in aws_rights.principals(pages, RECORD)] == ["arn:/"]
    assert [row["role"] for row in aws_rights.role_trusts(pages, RECORD)] == ["arn:/"]


def test_each_right_and_path_is_a_row() -> None:
    user = {
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/u", "GroupList": ["g"], **BOUNDED,
        "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": _allow(Action="s3:*")}],
    }  # fmt: skip
    other = {**user, "Arn": f"arn:aws:iam::{ACCOUNT}:user/v", "PermissionsBoundary": None}
    policy = {"PolicyName": "pass", "PolicyDocument": _allow(Action=["iam:PassRole", "ec2:RunInstances", "s3:*"])}
    answer = {
        "UserDetailList": [user, other], "Policies": POLICIES,
        "GroupDetailList": [{"GroupName": "g", "GroupPolicyList": [policy]}],
    }  # fmt: skip
    rows = list(aws_rights.effective_rights([{"answer": answer}], RECORD))
    wanted = [(row["arn"][-1], row["kind"], row["right"], row["via"], row["limited_by_boundary"]) for row in rows]
    machines = "uses any role through virtual machines (iam:PassRole, ec2:RunInstances)"
    assert wanted == [
        ("u", "service", "s3:*", "inline own", True),
        ("u", "service", "s3:*", "group g: inline pass", True),
        ("u", "escalation", machines, "group g: inline pass", True),
        ("v", "service", "s3:*", "inline own", False),
        ("v", "service", "s3:*", "group g: inline pass", False),
        ("v", "escalation", machines, "group g: inline pass", False),
    ]


def _trusting(*, condition: Any = None, effect: str = "Allow", **principal: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Statement": [statement | ({"Condition": condition} if condition else {})]}


HERE, OTHER = f"arn:aws:iam::{ACCOUNT}", "arn:aws:iam::999999999999"
GITHUB = f"{HERE}:oidc-provider/token.actions.githubusercontent.com"
SUB = "token.actions.githubusercontent.com:sub"


@pytest.mark.parametrize(
    ("document", "kind", "external", "flags"),
    [
        (_trusting(AWS="*"), "anyone", True, ""),
        ({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:*"}}, "anyone", True, ""),
        ({"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": f"{HERE}:root"}, "Action": "sts:AssumeRole"}},
         "anyone", True, ""),
        (_trusting(AWS="*", condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), "anyone", True, "who"),
        (_trusting(AWS="*", condition={"StringLike": {"aws:PrincipalArn": "*"}}), "anyone", True, ""),
        (_trusting(AWS="*", condition={"StringNotEquals": {"aws:PrincipalAccount": "1"}}), "anyone", True, ""),
        (_trusting(AWS="*", condition={"StringEquals": {"sts:ExternalId": "x"}}), "anyone", True, "id"),
        (_trusting(AWS=ACCOUNT), "account", False, ""),
        (_trusting(AWS=f"{HERE}:root"), "account", False, ""),
        (_trusting(AWS=f"{OTHER}:root"), "account", True, ""),
        (_trusting(AWS="999999999999", condition={"StringEquals": {"sts:ExternalId": "x"}}), "account", True, "id"),
        (_trusting(AWS=f"{HERE}:user/team/ana"), "user", False, ""),
        (_trusting(AWS=f"{OTHER}:role/ci"), "role", True, ""),
        (_trusting(AWS="arn:aws:sts::999999999999:assumed-role/ci/run"), "session", True, ""),
        (_trusting(AWS="AIDACKCEVSQ6C2EXAMPLE"), "deleted", None, ""),
        (_trusting(Service="ec2.amazonaws.com"), "service", False, ""),
        (_trusting(CanonicalUser="79a5"), "other", None, ""),
        (_trusting(Federated=f"{HERE}:saml-provider/idp"), "federated", False, ""),
        (_trusting(Federated=GITHUB), "federated", False, ""),
        (_trusting(Federated=GITHUB, condition={"StringLike": {SUB: "*"}}), "federated", False, ""),
        (_trusting(Federated=GITHUB, condition={"StringLike": {SUB: "repo:*"}}), "federated", False, ""),
        (_trusting(Federated=GITHUB, condition={"StringLike": {SUB: "repo:x/y:*"}}), "federated", False, "who owner"),
        (_trusting(AWS=ACCOUNT, condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}), "account", False, "mfa"),
        (_trusting(AWS=ACCOUNT, condition={"Bool": {"aws:MultiFactorAuthPresent": True}}), "account", False, "mfa"),
        (_trusting(AWS=ACCOUNT, condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}), "account", False,
         ""),
        (_trusting(AWS=ACCOUNT, condition={"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}), "account", False,
         "mfa"),
    ],
)  # fmt: skip
def test_who_may_assume_a_role(document: dict[str, Any], kind: str, external: bool | None, flags: str) -> None:
    role = {"Arn": "arn:r", "Path": "/", "AssumeRolePolicyDocument": document}
    (row,) = aws_rights.role_trusts([{"answer": {"RoleDetailList": [role]}}], RECORD)
    assert (row["principal_kind"], row["external"]) == (kind, external)
    short = {"who": "names_who", "id": "external_id", "mfa": "mfa_required", "owner": "github_owners"}
    assert [flag for flag, name in short.items() if row[name]] == flags.split()


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        # condition on everybody, and who may assume the role by it
        ({"StringEquals": {"aws:PrincipalAccount": "999999999999"}}, "999999999999"),
        ({"StringEquals": {"aws:PrincipalAccount": [ACCOUNT, "999999999999"]}}, f"{ACCOUNT} 999999999999"),
        ({"StringLike": {"aws:PrincipalAccount": "9999*"}}, None),
        ({"ArnLike": {"aws:PrincipalArn": f"{HERE}:role/deploy*"}}, ACCOUNT),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy"}}, None),
        ({"ArnLike": {"aws:PrincipalArn": [f"{HERE}:role/deploy", "arn:aws:iam::*:role/deploy"]}}, None),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy"},
          "StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, ACCOUNT),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-mine"}}, ""),
        ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, None),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-mine"}}, None),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-mine"}, "Null": {"aws:PrincipalOrgID": "false"}}, ""),
        ({"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-mine/*"}}, None),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-mine/*"}}, ""),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "*/ou-1/*"}}, None),
        ({"StringEquals": {"aws:username": "ana"}}, None),
        ({"StringEquals": {"aws:PrincipalTag/team": "web"}}, None),
        ({"StringEquals": {"aws:ResourceAccount": ACCOUNT}}, None),
        ({"StringEquals": {"aws:SourceAccount": "999999999999"}}, "999999999999"),
    ],
)  # fmt: skip
def test_who_of_everybody_a_condition_names(condition: dict[str, Any], named: str | None) -> None:
    role = {"Arn": "arn:r", "Path": "/", "AssumeRolePolicyDocument": _trusting(AWS="*", condition=condition)}
    (row,) = aws_rights.role_trusts([{"answer": {"RoleDetailList": [role]}}], RECORD)
    assert (" ".join(row["named_accounts"]) if row["names_who"] else None) == named


OWNER = "token.actions.githubusercontent.com:repository_owner"


@pytest.mark.parametrize(
    ("condition", "owners"),
    [
        ({"StringLike": {SUB: "repo:*:*"}}, None),
        ({"StringLike": {SUB: "repo:*/*:ref:refs/heads/main"}}, None),
        ({"StringLike": {SUB: "repo:*/web:*"}}, None),
        ({"StringLike": {SUB: "repo:*/*"}}, None),
        ({"StringLike": {SUB: "repo:acme*"}}, None),
        ({"StringLike": {SUB: "repo:acme?/web"}}, None),
        ({"StringLike": {SUB: "*:ref:refs/heads/main"}}, None),
        ({"StringLike": {SUB: "*acme/web:*"}}, None),
        ({"StringLike": {SUB: ["repo:acme/web:*", "repo:*/web:*"]}}, None),
        ({"StringLike": {SUB: "repo:acme/*"}}, "acme"),
        ({"StringLike": {SUB: ["repo:acme/web:*", "repo:Beta@71/web@2:ref:x"]}}, "acme beta"),
        ({"StringEquals": {SUB: "repo:acme/web:environment:production"}}, "acme"),
        ({"StringEqualsIfExists": {SUB: "repo:acme/web:x"}}, None),
        ({"ForAllValues:StringEquals": {OWNER: "acme"}}, None),
        ({"StringEquals": {OWNER: "acme"}}, "acme"),
        ({"StringLike": {OWNER: "acme*"}}, None),
        ({"StringEquals": {OWNER: "acme"}, "StringLike": {SUB: "*:ref:refs/heads/main"}}, "acme"),
        ({"StringNotLike": {SUB: "repo:evil/*"}}, None),
    ],
)  # fmt: skip
def test_which_owners_of_github_a_subject_names(condition: dict[str, Any], owners: str | None) -> None:
    document = _trusting(Federated=GITHUB, condition=condition)
    role = {"Arn": "arn:r", "Path": "/", "AssumeRolePolicyDocument": document}
    (row,) = aws_rights.role_trusts([{"answer": {"RoleDetailList": [role]}}], RECORD)
    assert (" ".join(row["github_owners"]) if row["names_who"] else None) == owners


@pytest.mark.parametrize(
    ("provider", "subject", "names_who"),
    [
        ("gitlab.com", "project_path:acme/web:ref_type:branch:ref:main", True),
        ("gitlab.com", "project_path:*/web:ref_type:branch:ref:main", False),
        ("app.terraform.io", "organization:acme:project:*:workspace:*:run_phase:*", True),
        ("app.terraform.io", "organization:*:project:web:workspace:*:run_phase:*", False),
        ("oidc.eks.eu-central-1.amazonaws.com/id/1", "system:serviceaccount:*:web", True),
        ("accounts.google.com", "1034", True),
        ("api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc", "{1-2}:*", True),
        ("idp.example", "*", False),
        ("idp.example", "user-?", False),
    ],
)
def test_which_subjects_of_other_providers_name_somebody(provider: str, subject: str, names_who: bool) -> None:
    condition = {"StringLike": {f"{provider}:sub": subject}}
    document = _trusting(Federated=f"{HERE}:oidc-provider/{provider}", condition=condition)
    role = {"Arn": "arn:r", "Path": "/", "AssumeRolePolicyDocument": document}
    (row,) = aws_rights.role_trusts([{"answer": {"RoleDetailList": [role]}}], RECORD)
    assert row["names_who"] is names_who


def _deny(principal: Any, **condition: Any) -> dict[str, Any]:
    denied = {"Effect": "Deny", "Principal": principal, "Action": "sts:AssumeRole"}
    return denied | ({"Condition": condition} if condition else {})


@pytest.mark.parametrize(
    ("denied", "expected"),
    [
        (_deny("*"), []),
        (_deny({"AWS": ACCOUNT}), []),
        (_deny({"AWS": "999999999999"}), [(None, False)]),
        (_deny("*", BoolIfExists={"aws:MultiFactorAuthPresent": "false"}),
         [("denied without MFA where the sign-in says so", True)]),
        (_deny("*", Bool={"aws:MultiFactorAuthPresent": "false"}), [("denied without MFA", False)]),
    ],
)  # fmt: skip
def test_a_deny_in_a_trust_policy(denied: dict[str, Any], expected: list[tuple[str | None, bool]]) -> None:
    document = {"Statement": [*_trusting(AWS=ACCOUNT)["Statement"], denied]}
    role = {"Arn": "arn:r", "Path": "/", "AssumeRolePolicyDocument": document}
    rows = aws_rights.role_trusts([{"answer": {"RoleDetailList": [role]}}], RECORD)
    assert [(row["condition"], row["mfa_required"]) for row in rows] == expected


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        ({"StringNotEquals": {"aws:PrincipalAccount": [ACCOUNT, "999999999999"]}}, f"{ACCOUNT} 999999999999"),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-mine"}}, ""),
        ({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-mine"}}, ""),
        ({"ForAnyValue:StringNotLike": {"aws:PrincipalOrgPaths": "o-mine/*"}}, None),
        ({"ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": "o-mine/*"}}, ""),
        ({"StringEquals": {"aws:PrincipalAccount": "999999999999"}}, None),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-mine", "aws:PrincipalAccount": ACCOUNT}}, None),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-mine"}, "Bool": {"aws:PrincipalIsAWSService": "false"}}, None),
    ],
)
def test_who_of_everybody_a_deny_leaves(condition: dict[str, Any], named: str | None) -> None:
    document = {"Statement": [*_trusting(AWS="*")["Statement"], _deny("*", **condition)]}
    role = {"Arn": "arn:r", "Path": "/", "AssumeRolePolicyDocument": document}
    (row,) = aws_rights.role_trusts([{"answer": {"RoleDetailList": [role]}}], RECORD)
    assert (" ".join(row["named_accounts"]) if row["names_who"] else None) == named


def test_a_principal_named_twice_has_two_rows() -> None:
    document = {"Statement": [*_trusting(AWS=ACCOUNT)["Statement"] * 2, *_trusting(Service="x")["Statement"]]}
    role = {"Arn": "arn:r", "Path": "/", "AssumeRolePolicyDocument": document}
    rows = aws_rights.role_trusts([{"answer": {"RoleDetailList": [role]}}], RECORD)
    assert [row["trust"] for row in rows] == [
        f"arn:r by {ACCOUNT}, statement 1", f"arn:r by {ACCOUNT}, statement 2", "arn:r by x",
    ]  # fmt: skip
