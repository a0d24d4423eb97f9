"""Policies of resources: whom they let in, what they let an upload ask for, who administers a key and uses it."""

from __future__ import annotations

from typing import Any

import pytest

from soc2kit.iam_policy.key_policies import administer_and_use
from soc2kit.iam_policy.openness import open_to_all
from soc2kit.iam_policy.uploads import not_refused

ACCOUNT, KMS = "123456789012", "arn:aws:kms:eu-central-1:123456789012"
ANA, BO = f"arn:aws:iam::{ACCOUNT}:role/ana", f"arn:aws:iam::{ACCOUNT}:role/bo"
Statement = dict[str, Any]


def allow(principal: Any = "*", action: Any = "sqs:SendMessage", **more: Any) -> Statement:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*", **more}


def deny(action: Any = "sqs:*", **more: Any) -> Statement:
    return {**allow(action=action, **more), "Effect": "Deny"}


def when(operator: str, key: str, *values: str) -> Statement:
    return {"Condition": {operator: {key: list(values)}}}


ORG = when("StringNotEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5")


@pytest.mark.parametrize(
    ("statements", "opened"),
    [
        ([allow()], True),
        ([allow({"AWS": "*"})], True),
        ([allow({"AWS": [ANA, "*"]})], True),
        ([allow({"AWS": ANA})], False),
        ([allow({"Service": "s3.amazonaws.com"})], False),
        ([{**allow(), "Principal": None, "NotPrincipal": {"AWS": ANA}}], True),
        ([deny()], False),
        ([], False),
        ([allow(**when("StringEquals", "AWS:SourceOwner", ACCOUNT))], False),
        ([allow(**when("StringEquals", "aws:SourceAccount", ACCOUNT, "210987654321"))], False),
        ([allow(**when("StringLike", "aws:SourceAccount", "1234*"))], True),
        ([allow(**when("StringEquals", "aws:SourceAccount"))], True),
        ([allow(**when("StringNotEquals", "aws:SourceAccount", ACCOUNT))], True),
        ([allow(**when("StringEqualsIfExists", "aws:SourceAccount", ACCOUNT))], True),
        ([allow(**when("ForAllValues:StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"))], True),
        ([allow(**when("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"))], False),
        ([allow(**when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*"))], False),
        ([allow(**when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "*/ou-1/*"))], True),
        ([allow(**when("StringEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}"))], False),
        ([allow(**when("StringEquals", "aws:PrincipalAccount", "${aws:PrincipalAccount}"))], True),
        ([allow(**when("ArnLike", "aws:SourceArn", f"arn:aws:sns:*:{ACCOUNT}:*"))], False),
        ([allow(**when("ArnLike", "aws:SourceArn", "arn:aws:s3:::lake"))], False),
        ([allow(**when("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:lake"))], False),
        ([allow(**when("ArnLike", "aws:SourceArn", "arn:aws:s3:::lake*"))], True),
        ([allow(**when("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:*"))], True),
        ([allow(**when("ArnLike", "aws:SourceArn", f"arn:aws:sns:*:{ACCOUNT}:*", "*"))], True),
        ([allow(**when("IpAddress", "aws:SourceIp", "198.51.100.0/24"))], False),
        ([allow(**when("IpAddress", "aws:SourceIp", "10.0.0.0/8"))], False),
        ([allow(**when("IpAddress", "aws:SourceIp", "128.0.0.0/7"))], True),
        ([allow(**when("StringLike", "aws:SourceIp", "*"))], True),
        ([allow(**when("StringEquals", "aws:SourceVpce", "vpce-1"))], False),
        ([allow(**when("Bool", "aws:SecureTransport", "true"))], True),
        ([allow(**when("StringEquals", "kms:ViaService", "s3.eu-central-1.amazonaws.com"))], True),
        ([allow(**when("StringEquals", "kms:CallerAccount", ACCOUNT))], False),
        ([allow(), deny()], False),
        ([allow(), deny("sqs:SendMessage")], False),
        ([allow(), deny("sqs:ReceiveMessage")], True),
        ([allow(Resource="arn:aws:sqs:x:1:q"), deny(Resource="arn:aws:sqs:x:1:other")], True),
        ([allow(Resource="arn:aws:sqs:x:1:q"), deny(Resource=["arn:aws:sqs:x:1:o", "arn:aws:sqs:x:1:*"])], False),
        ([allow(), {**deny(), "Resource": None, "NotResource": "arn:aws:sqs:x:1:q"}], True),
        ([allow(action=["sqs:SendMessage", "sqs:ReceiveMessage"]), deny("sqs:SendMessage")], True),
        ([allow(), deny(**ORG)], False),
        ([allow(), deny(**when("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"))], True),
        ([allow(), deny(**when("Bool", "aws:SecureTransport", "false"))], True),
        ([allow(), deny(Condition={**ORG["Condition"], "Bool": {"aws:PrincipalIsAWSService": "false"}})], True),
        ([allow(), {**deny(), "Principal": {"AWS": ANA}}], True),
        ([allow(), {**deny(), "Principal": None, "NotPrincipal": {"AWS": ANA}}], True),
    ],
)
def test_everybody_is_let_in_where_nothing_says_who(statements: list[Statement], opened: bool) -> None:
    assert bool(open_to_all({"Statement": statements})) is opened


def test_a_statement_is_named_with_what_it_allows() -> None:
    named = allow(action=["sns:Publish", "sns:Subscribe"], Sid="Partners")
    assert open_to_all({"Statement": [named]}) == ["Partners allows sns:publish, sns:subscribe"]
    many = {"Statement": [allow(action=[f"sns:A{number}" for number in range(5)])]}
    assert open_to_all(many) == ["statement 1 allows sns:a0, sns:a1, sns:a2 and 2 more"]


SSE, KEY = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"
OWN = f"{KMS}:key/5f0c2a71-3d1b-4f6e-9a8c-7b2e4d6f8a10"
S3S, OTHER, KEYLESS = "S3's own encryption", "another key", "KMS without a key"


def upload(condition: Statement, **more: Any) -> Statement:
    whole = {
        "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b/*",
        "Condition": condition,
    }  # fmt: skip
    return {**whole, **more}


ALGORITHM, THIS_KEY = {"StringNotEquals": {SSE: "aws:kms"}}, {"StringNotEquals": {KEY: OWN}}
ASKED = {"Null": {SSE: "false"}}


@pytest.mark.parametrize(
    ("statements", "left"),
    [
        ([], [S3S, OTHER, KEYLESS]),
        ([upload(ALGORITHM)], [OTHER, KEYLESS]),
        ([upload({"StringNotEqualsIfExists": {SSE: "aws:kms"}})], [OTHER, KEYLESS]),
        # A key that nobody names is none of the one that is wanted, so that one statement is enough.
        ([upload(THIS_KEY)], []),
        ([upload({**THIS_KEY, **ASKED})], []),
        ([upload({"ArnNotLike": {KEY: OWN}})], []),
        ([upload({"StringNotLike": {KEY: f"{KMS}:key/*"}})], [OTHER]),
        ([upload({"StringNotEquals": {KEY: OWN}, "Null": {KEY: "false"}})], [S3S, KEYLESS]),
        ([upload(ALGORITHM), upload({**THIS_KEY, "Null": {KEY: "false"}})], [KEYLESS]),
        ([upload({"Null": {SSE: "true"}})], [S3S, OTHER, KEYLESS]),
        ([upload({"Null": {KEY: "true"}})], [OTHER]),
        ([upload({"Null": {KEY: True}}), upload(THIS_KEY)], []),
        ([upload({"StringEquals": {SSE: "AES256"}})], [OTHER, KEYLESS]),
        ([upload({"StringEqualsIgnoreCase": {SSE: "aes256"}})], [OTHER, KEYLESS]),
        ([upload(THIS_KEY, Action="s3:*")], []),
        ([upload(THIS_KEY, Action="s3:Put*", Resource="*")], []),
        ([upload(THIS_KEY, Principal={"AWS": "*"})], []),
        ([upload(THIS_KEY, Principal={"AWS": ANA})], [S3S, OTHER, KEYLESS]),
        ([upload(THIS_KEY, Effect="Allow")], [S3S, OTHER, KEYLESS]),
        ([upload(THIS_KEY, Action="s3:GetObject")], [S3S, OTHER, KEYLESS]),
        ([upload(THIS_KEY, Resource="arn:aws:s3:::b")], [S3S, OTHER, KEYLESS]),
        ([upload(THIS_KEY, Resource="arn:aws:s3:::b/in/*")], [S3S, OTHER, KEYLESS]),
        ([upload({**THIS_KEY, "ArnNotEquals": {"aws:PrincipalArn": ANA}})], [S3S, OTHER, KEYLESS]),
        # Everything but a folder is not everything; two layers of KMS are KMS, too.
        ([{**upload(THIS_KEY, NotResource="arn:aws:s3:::b/in/*"), "Resource": None}], [S3S, OTHER, KEYLESS]),
        ([{**upload(THIS_KEY, NotResource="arn:aws:s3:::c/*"), "Resource": None}], []),
        (
            [upload({"StringEquals": {SSE: "AES256"}}), upload({"StringEquals": {SSE: "aws:kms"}, **THIS_KEY})],
            [OTHER, KEYLESS],
        ),
    ],
)
def test_an_upload_past_the_key_is_refused_by_what_denies_everybody(
    statements: list[Statement], left: list[str]
) -> None:
    assert not_refused({"Statement": statements}, "arn:aws:s3:::b", KMS) == left


@pytest.mark.parametrize(
    ("statements", "both"),
    [
        ([allow({"AWS": ANA}, "kms:*")], [ANA]),
        ([allow({"AWS": [BO, ANA]}, "kms:*")], [ANA, BO]),
        ([allow({"AWS": ANA}, ["kms:PutKeyPolicy", "kms:Decrypt"])], [ANA]),
        ([allow({"AWS": ANA}, ["kms:Schedule*", "kms:Enc*"])], [ANA]),
        ([allow({"AWS": ANA}, "kms:Put*"), allow({"AWS": ANA}, "kms:Decrypt")], [ANA]),
        ([allow({"AWS": ANA}, "kms:Put*"), allow({"AWS": BO}, "kms:Decrypt")], []),
        ([allow({"AWS": ANA}, ["kms:Describe*", "kms:Decrypt", "kms:Encrypt"])], []),
        ([allow({"AWS": ANA}, ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"])], []),
        ([allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "kms:*")], []),
        ([allow({"AWS": ACCOUNT}, "kms:*")], []),
        ([allow("*", "kms:*", **when("StringEquals", "kms:CallerAccount", ACCOUNT))], []),
        ([allow({"Service": "logs.amazonaws.com"}, "kms:*")], []),
        ([allow({"AWS": ANA}, "kms:*"), deny(["kms:Decrypt", "kms:Encrypt"])], []),
        ([allow({"AWS": ANA}, "kms:*"), deny("kms:Decrypt")], [ANA]),
        ([allow({"AWS": ANA}, "kms:*"), {**deny("kms:*"), "Principal": {"AWS": BO}}], [ANA]),
        ([allow({"AWS": ANA}, "kms:*"), deny("kms:*", **when("Bool", "aws:SecureTransport", "false"))], [ANA]),
        ([{**allow({"AWS": ANA}, None), "NotAction": ["kms:Decrypt", "kms:Encrypt"]}], []),
        ([{**allow({"AWS": ANA}, None), "NotAction": "kms:Decrypt"}], [ANA]),
    ],
)
def test_who_administers_a_key_and_uses_it(statements: list[Statement], both: list[str]) -> None:
    cleaned = [{key: value for key, value in one.items() if value is not None} for one in statements]
    assert administer_and_use({"Statement": cleaned}) == both
