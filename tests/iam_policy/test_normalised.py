"""Two ways of writing one policy have one form, and two policies have two."""

from __future__ import annotations

from typing import Any

import pytest

from soc2kit.iam_policy.normalised import normalised

GET = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:x"}
PUT = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:x"}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        # statements of two documents, and whether they have one form
        (GET, [GET], True),
        (GET, {**GET, "Sid": "Get"}, True),
        (GET, {**GET, "Action": ["S3:getobject"]}, True),
        ([GET, PUT], [PUT, GET], True),
        ([GET, PUT], {**GET, "Action": ["s3:PutObject", "s3:GetObject"]}, True),
        ({**GET, "Resource": ["arn:x", "arn:y"]}, [{**GET, "Resource": "arn:y"}, GET], True),
        ({**GET, "Condition": MFA}, {**GET, "Condition": {"Bool": {"AWS:multifactorauthpresent": True}}}, True),
        (GET, PUT, False),
        (GET, [GET, PUT], False),
        (GET, {**GET, "Effect": "Deny"}, False),
        (GET, {**GET, "Resource": "arn:X"}, False),
        (GET, {**GET, "Condition": MFA}, False),
        ({**GET, "Condition": MFA}, {**GET, "Condition": {"BoolIfExists": MFA["Bool"]}}, False),
        (GET, {"Effect": "Allow", "NotAction": "s3:GetObject", "Resource": "arn:x"}, False),
        (GET, {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:x"}, False),
    ],
)
def test_one_form(one: Any, other: Any, same: bool) -> None:
    assert (normalised({"Statement": one}) == normalised({"Statement": other})) is same


def test_form_in_words() -> None:
    statement = {"Effect": "Deny", "NotAction": ["s3:Get*", "iam:*"], "Resource": "*", "Condition": MFA}
    assert normalised({"Statement": statement}) == [
        "deny all but iam:* s3:get* on * if bool aws:multifactorauthpresent true"
    ]
