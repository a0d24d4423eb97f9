"""Frames of what else keeps data in AWS, or moves it."""

from __future__ import annotations

from .. import aws_data, aws_distributions, aws_functions
from ..schema import FrameSpec, columns

_THING = "arn text, name text, account text, region text"
_ENCRYPTED = "encrypted flag?, algorithm text?, kms_key text?"

SPECS = (
    FrameSpec(
        "dynamodb_tables",
        columns(f"{_THING}, created_at time?, {_ENCRYPTED}, deletion_protection flag?, recovers_to_any_point flag?"),
        ("aws.dynamodb",),
        aws_data.tables,
    ),
    FrameSpec(
        "secrets",
        columns(
            f"{_THING}, created_at time?, owner text?, {_ENCRYPTED}, rotates flag, rotated_at time?, replica_of text?"
        ),
        ("aws.secrets",),
        aws_data.secrets,
    ),
    FrameSpec(
        "sns_topics",
        columns(f"{_THING}, {_ENCRYPTED}, open_statements list?"),
        ("aws.messaging",),
        aws_data.topics,
    ),
    FrameSpec(
        "sqs_queues",
        columns(f"{_THING}, {_ENCRYPTED}, open_statements list?"),
        ("aws.messaging",),
        aws_data.queues,
    ),
    FrameSpec(
        "lambda_functions",
        columns(f"{_THING}, runtime text?, kms_key text?, variables list, asks_nobody flag?, open_statements list?"),
        ("aws.lambda",),
        aws_functions.functions,
    ),
    FrameSpec(
        "lambda_addresses",
        columns("arn text, address text, account text, region text, auth text"),
        ("aws.lambda",),
        aws_functions.function_addresses,
    ),
    FrameSpec(
        "cloudfront_distributions",
        columns(
            f"{_THING}, domain text, aliases list, enabled flag, policy text?, protocols list?, plain_paths list,"
            " plain_origins list, origin_protocols list"
        ),
        ("aws.cloudfront",),
        aws_distributions.distributions,
    ),
)
