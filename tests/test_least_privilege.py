"""The policy that soc2kit asks for allows the calls that a whole collection makes, and nothing besides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aws_actions import Calls
from example_workspace import Example, asked_of_aws

import soc2kit

SHIPPED = Path(soc2kit.__file__).parent / "library" / "aws-permissions.json"
#: What gives out what the company keeps, and not how it is kept.
READING_DATA = {
    "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "secretsmanager:GetSecretValue", "dynamodb:GetItem",
    "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan", "kms:Decrypt", "ssm:GetParameter", "ssm:GetParameters",
    "ssm:GetParametersByPath", "logs:GetLogEvents", "logs:FilterLogEvents", "sqs:ReceiveMessage", "lambda:GetFunction",
    "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ebs:GetSnapshotBlock", "rds:DownloadDBLogFilePortion",
}  # fmt: skip


def statements() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(SHIPPED.read_text(encoding="utf-8"))["Statement"]
    return found


def granted() -> set[str]:
    actions = [one["Action"] for one in statements()]
    return {name for one in actions for name in ([one] if isinstance(one, str) else one)}


def test_what_is_granted_is_what_the_example_was_asked(example: Example, shared_folder: Path) -> None:
    made = asked_of_aws(shared_folder / "example")
    assert sorted(made - granted()) == [], "made, and not granted"
    assert sorted(granted() - made) == [], "granted, and never made: the example has nothing that it would be asked for"


def test_no_action_is_a_pattern_and_none_reads_data() -> None:
    assert [action for action in granted() if "*" in action or "?" in action] == []
    assert granted() & READING_DATA == set()


def test_every_action_is_one_that_a_policy_of_aws_names() -> None:
    """A name that IAM does not know would grant nothing, and no test against the example could tell."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    theirs: set[str] = set()
    for policy in json.loads(aws_managed_policies_data).values():
        listed = policy["Document"]["Statement"]
        for statement in listed if isinstance(listed, list) else [listed]:
            actions = statement.get("Action", [])
            theirs.update([actions] if isinstance(actions, str) else actions)
    assert sorted(granted() - theirs) == []


@pytest.mark.parametrize(
    ("service", "method", "path", "query", "target", "body", "action"),
    [
        ("ec2", "POST", "/", "", "", b"Action=DescribeVolumes&Version=1", "ec2:DescribeVolumes"),
        ("organizations", "POST", "/", "", "AWSOrganizationsV20161128.ListAccounts", b"{}",
         "organizations:ListAccounts"),
        ("s3", "GET", "/", "max-buckets=1000", "", b"", "s3:ListAllMyBuckets"),
        ("s3", "GET", "/lake", "encryption", "", b"", "s3:GetEncryptionConfiguration"),
        ("s3", "GET", "/lake", "policyStatus", "", b"", "s3:GetBucketPolicyStatus"),
        ("s3", "GET", "/lake/a/b", "", "", b"", "s3:GetObject"),
        ("s3", "GET", "/v20180820/configuration/publicAccessBlock", "", "", b"", "s3:GetAccountPublicAccessBlock"),
        ("access-analyzer", "POST", "/finding", "", "", b"{}", "access-analyzer:ListFindings"),
        ("lambda", "GET", "/2015-03-31/functions/", "", "", b"", "lambda:ListFunctions"),
        ("monitoring", "POST", "/", "", "", b"Action=DescribeAlarms", "cloudwatch:DescribeAlarms"),
    ],
)  # fmt: skip
def test_an_operation_is_known_by_its_request(
    service: str, method: str, path: str, query: str, target: str, body: bytes, action: str
) -> None:
    calls = Calls()
    signed = f"AWS4-HMAC-SHA256 Credential=AKIA/20260331/eu-central-1/{service}/aws4_request"
    calls(
        {"HTTP_AUTHORIZATION": signed, "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query,
         "HTTP_X_AMZ_TARGET": target}, body,
    )  # fmt: skip
    assert calls.actions == {action}
