"""Frames of what AWS would not answer: one for each dataset whose pages say so, and all that the inventory rests on."""

from __future__ import annotations

from .. import aws_config, aws_stores
from ..schema import FrameSpec, columns

#: Datasets that the table of calls reads; a further one is named here.
_DATASETS = (
    "s3", "ec2", "rds", "kms", "elbv2", "acm", "dynamodb", "secrets", "messaging", "lambda", "cloudfront", "ecr",
    "inspector", "backup", "alarms", "detection",
)  # fmt: skip
_COLUMNS = columns("place text, account text, region text, service text, operation text, what text?, why text")

SPECS = (
    *(FrameSpec(f"aws_{name}_unread", _COLUMNS, (f"aws.{name}",), aws_config.unread) for name in _DATASETS),
    FrameSpec("aws_unread", _COLUMNS, uses=aws_stores.UNREAD, derive=aws_stores.unread),
)
