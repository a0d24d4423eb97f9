"""IAM's answers as rows: the credential report in its widths, policies, and paths to administrator rights."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soc2kit.frames import aws

_HEADER_LINE = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,"
    "access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,"
    "cert_2_last_rotated"
)
HEADER = _HEADER_LINE.split(",")
RECORD = {"source": {"account": "123456789012"}}


def _report(*rows: dict[str, str], more: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    header = [*HEADER, *more]
    lines = [",".join(row.get(name, "N/A") for name in header) for row in rows]
    return [{"answer": {"Content": "\n".join([",".join(header), *lines]) + "\n"}}]


ANA = {
    "user": "ana", "arn": "arn:ana", "user_creation_time": "2025-01-01T00:00:00+00:00", "password_enabled": "true",
    "password_last_changed": "2025-06-01T00:00:00+00:00", "password_last_used": "2026-03-01T00:00:00+00:00",
    "mfa_active": "false", "access_key_1_active": "true", "access_key_1_last_rotated": "2025-02-01T00:00:00+00:00",
    "access_key_2_active": "false",
}  # fmt: skip
ROOT = {
    "user": "<root_account>", "arn": "arn:root", "user_creation_time": "2024-01-01T00:00:00+00:00",
    "password_enabled": "not_supported", "mfa_active": "true", "access_key_1_active": "false",
    "access_key_2_active": "false",
}  # fmt: skip


@pytest.mark.parametrize("more", [(), ("additional_credentials_info",), ("additional_credentials_info", "new_column")])
def test_the_report_may_grow(more: tuple[str, ...]) -> None:
    """22 columns, the 23 of today, and one that nobody knows yet read alike."""
    assert len(HEADER) == 22
    pages = _report(ANA, ROOT, more=more)
    assert [row["user"] for row in aws.users(pages, RECORD)] == ["ana"]
    assert [row["credential"] for row in aws.credentials(pages, RECORD)] == ["arn:ana/password", "arn:ana/access-key-1"]


@pytest.mark.parametrize(
    ("column", "text", "name", "value"),
    [
        ("password_enabled", "true", "console", True),
        ("password_enabled", "false", "console", False),
        ("password_enabled", "not_supported", "console", None),
        ("password_enabled", "TRUE", "console", None),
        ("mfa_active", "true", "mfa", True),
        ("mfa_active", "false", "mfa", False),
        ("mfa_active", "", "mfa", None),
        ("password_last_used", "N/A", "password_last_used_at", None),
        ("password_last_used", "no_information", "password_last_used_at", None),
        ("password_last_used", "2026-03-01T00:00:00+00:00", "password_last_used_at", "2026-03-01T00:00:00+00:00"),
    ],
)
def test_words_of_the_report(column: str, text: str, name: str, value: object) -> None:
    (row,) = aws.users(_report({**ANA, column: text}), RECORD)
    assert row[name] is value or row[name] == value


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("N/A", "N/A"),
        ("no_information", "no_information"),
        ("not_supported", "not_supported"),
        ("2026-03-01T00:00:00+00:00", "used"),
    ],
)
def test_words_for_a_use_that_has_no_time_are_kept_apart(text: str, state: str) -> None:
    pages = _report({**ANA, "password_last_used": text, "access_key_1_last_used_date": text})
    (user,) = aws.users(pages, RECORD)
    assert user["password_last_used_state"] == state
    assert [row["last_used_state"] for row in aws.credentials(pages, RECORD)] == [state, state]


def test_every_row_knows_when_aws_made_the_report() -> None:
    pages = _report(ANA)
    pages[0]["answer"]["GeneratedTime"] = "2026-03-01T00:00:00Z"
    rows = [*aws.users(pages, RECORD), *aws.credentials(pages, RECORD)]
    assert {row["report_generated_at"] for row in rows} == {"2026-03-01T00:00:00Z"}


def test_root_has_a_row_for_each_credential_that_it_may_have() -> None:
    used = {**ROOT, "password_last_used": "2026-02-01T00:00:00+00:00", "access_key_2_last_used_date": "N/A"}
    rows = {row["credential"]: row["last_used_at"] for row in aws.root_last_use(_report(ANA, used), RECORD)}
    assert rows == {
        "arn:root/password": "2026-02-01T00:00:00+00:00", "arn:root/access-key-1": None, "arn:root/access-key-2": None,
    }  # fmt: skip


@pytest.mark.parametrize("used", ["N/A", "no_information"])
def test_a_key_without_a_last_use_keeps_its_creation(used: str) -> None:
    key = list(aws.credentials(_report({**ANA, "access_key_1_last_used_date": used}), RECORD))[1]
    assert (key["last_used_at"], key["created_at"]) == (None, ANA["access_key_1_last_rotated"])


@pytest.mark.parametrize(
    ("summary", "mfa", "keys"),
    [
        ({"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0}, True, 0),
        ({"AccountMFAEnabled": 0, "AccountAccessKeysPresent": 1}, False, 1),
        ({}, None, None),
    ],
)
def test_root(summary: dict[str, int], mfa: bool | None, keys: int | None) -> None:
    (row,) = aws.root([{"answer": {"SummaryMap": summary}}], RECORD)
    assert row == {"arn": "arn:aws:iam::123456789012:root", "mfa": mfa, "access_keys": keys}


def _allow(**parts: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", **parts}]}


WIDE = _allow()


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (WIDE, ["statement 1"]),
        (_allow(Sid="All"), ["All"]),
        ({"Statement": WIDE["Statement"][0]}, ["statement 1"]),
        (_allow(Action=["s3:Get*", "*"]), ["statement 1"]),
        (_allow(Action="*:*"), ["statement 1"]),
        (_allow(Resource=["arn:x", "*"]), ["statement 1"]),
        ({"Statement": [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]}, ["statement 1"]),
        (_allow(Effect="Deny"), []),
        (_allow(Action="s3:*"), []),
        (_allow(Resource="arn:aws:s3:::one/*"), []),
        ({"Statement": [{"Effect": "Allow", "Action": "*", "NotResource": "arn:x"}]}, ["statement 1"]),
        (_allow(Action="**"), ["statement 1"]),
        ({"Statement": [_allow(Action="s3:*")["Statement"][0], WIDE["Statement"][0]]}, ["statement 2"]),
        ({}, []),
    ],
)
def test_full_wildcards(document: dict[str, Any], found: list[str]) -> None:
    assert aws.full_wildcards(document) == found


NARROW = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": st.lists(st.sampled_from(["s3:*", "iam:Get*", "ec2:RunInstances"]), min_size=1, max_size=3),
        "Resource": st.sampled_from(["*", "arn:aws:s3:::one", ["arn:x", "*"]]),
    }
)


@given(statements=st.lists(NARROW, max_size=5), position=st.integers(0, 5))
def test_one_wide_statement_is_found_wherever_it_stands(statements: list[dict[str, Any]], position: int) -> None:
    assert aws.full_wildcards({"Statement": statements}) == []
    position = min(position, len(statements))
    mixed = [*statements[:position], WIDE["Statement"][0], *statements[position:]]
    assert aws.full_wildcards({"Statement": mixed}) == [f"statement {position + 1}"]


MANAGED = {"PolicyName": "everything", "PolicyArn": "arn:own"}
POLICIES = [
    {
        "Arn": "arn:own",
        "PolicyVersionList": [
            {"IsDefaultVersion": False, "Document": _allow(Action="s3:*")},
            {"IsDefaultVersion": True, "Document": WIDE},
        ],
    }
]
AWS_OWN = {"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
INLINE = {"PolicyName": "all", "PolicyDocument": WIDE}


@pytest.mark.parametrize(
    ("user", "group", "via"),
    [
        ({}, {}, None),
        ({"AttachedManagedPolicies": [AWS_OWN]}, {}, "attached AdministratorAccess"),
        ({"AttachedManagedPolicies": [MANAGED]}, {}, "attached everything"),
        ({"UserPolicyList": [INLINE]}, {}, "inline all"),
        ({"GroupList": ["g"]}, {"GroupPolicyList": [INLINE]}, "group g: inline all"),
        ({"GroupList": ["g"]}, {"AttachedManagedPolicies": [AWS_OWN]}, "group g: attached AdministratorAccess"),
        ({}, {"AttachedManagedPolicies": [AWS_OWN]}, None),
        ({"UserPolicyList": [INLINE], "GroupList": ["g"]}, {"GroupPolicyList": [INLINE]},
         "inline all; group g: inline all"),
    ],
)  # fmt: skip
def test_every_way_to_administrator_rights(user: dict[str, Any], group: dict[str, Any], via: str | None) -> None:
    """Users, groups and policies may come on different pages."""
    pages = [
        {"answer": {"UserDetailList": [{"Arn": "arn:u", "Tags": [{"Key": "Email", "Value": "u@x.y"}], **user}]}},
        {"answer": {"GroupDetailList": [{"GroupName": "g", **group}]}},
        {"answer": {"Policies": POLICIES}},
    ]
    (row,) = aws.principals(pages, RECORD)
    assert row == {"arn": "arn:u", "type": "user", "administrator_via": via, "email": "u@x.y"}


def test_service_linked_roles_are_left_out() -> None:
    roles = [{"Arn": f"arn:{path}", "Path": path} for path in ("/", "/aws-service-role/support.amazonaws.com/")]
    assert [row["arn"] for row in aws.principals([{"answer": {"RoleDetailList": roles}}], RECORD)] == ["arn:/"]
