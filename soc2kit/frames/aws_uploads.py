"""What S3 says of uploads that pass a bucket's key by, and of lists of what a bucket holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..iam_policy.uploads import not_refused
from .aws_config import Pages, answers

Told = Mapping[str, Any] | None


def uploads(policy: Told, arn: str, place: str) -> list[str] | None:
    """Which uploads that pass the key by the policy does not refuse; None where it could not be read."""
    if policy is None:
        return None
    return not_refused(json.loads(policy.get("Policy", '{"Statement": []}')), arn, place)


def inventories(pages: Pages) -> dict[str, str | None]:
    """Of each bucket how often all it holds is listed with how that is encrypted: `Daily`, `Weekly`, or `never`.

    Missing where that could not be read. A list of a part of the bucket, or one that is off, is none.
    """
    found: dict[str, str | None] = {}
    for one in answers(pages, "s3.ListBucketInventoryConfigurations"):
        name, earlier = one.asked["Bucket"], found.get(one.asked["Bucket"], "never")
        if one.told is None or earlier is None:
            found[name] = None
            continue
        often = [
            item["Schedule"]["Frequency"]
            for item in one.told.get("InventoryConfigurationList", [])
            if item["IsEnabled"] and not item.get("Filter", {}).get("Prefix")
            and "EncryptionStatus" in item.get("OptionalFields", [])
        ]  # fmt: skip
        found[name] = min([*often, *([earlier] if earlier != "never" else [])], default="never")
    return found
