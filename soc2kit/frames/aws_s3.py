"""Frames of S3: how each bucket is encrypted, who may reach it, and by which connection."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..iam_policy.transport import plain_http_denied
from .aws_config import Pages, Row, account_of, answers, of_each, rows
from .aws_uploads import inventories, uploads

_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
#: Everybody, and everybody who has an AWS account of their own.
_EVERYBODY = ("/global/AllUsers", "/global/AuthenticatedUsers")
_CALLS = (
    "GetBucketEncryption", "GetBucketPolicy", "GetBucketPolicyStatus", "GetPublicAccessBlock", "GetBucketAcl",
    "GetBucketOwnershipControls", "GetBucketVersioning", "GetBucketLogging", "GetObjectLockConfiguration",
)  # fmt: skip
Told = Mapping[str, Any] | None


def buckets(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row a bucket. What could not be read is missing, and its call stands in `unread`.

    The four blocks hold where the account or the bucket has them; `plain_http_denied` is whether the policy denies
    everybody everything without TLS, and `uploads_past_key` which uploads it lets ask for another encryption.
    """
    account, listed = account_of(record), inventories(pages)
    of_account = next((one.told for one in answers(pages, "s3control.GetPublicAccessBlock")), None)
    told = {call: _by_bucket(pages, f"s3.{call}") for call in _CALLS}
    for region, bucket in rows(pages, "s3.ListBuckets", "Buckets"):
        name, there = bucket["Name"], bucket.get("BucketRegion", region)
        said = {call: told[call].get(name) for call in _CALLS}
        arn = f"arn:{partition_of(record)}:s3:::{name}"
        yield {
            "arn": arn, "name": name, "account": account, "region": there,
            "created_at": bucket.get("CreationDate"),
            "unread": sorted(call for call, one in said.items() if one is None),
            **_encryption(said["GetBucketEncryption"]),
            **_blocks(of_account, said["GetPublicAccessBlock"]),
            "public_policy": _public_policy(said["GetBucketPolicyStatus"]),
            "public_acl": _public_acl(said["GetBucketAcl"], said["GetBucketOwnershipControls"]),
            "plain_http_denied": _plain_http_denied(said["GetBucketPolicy"], arn),
            "uploads_past_key": uploads(
                said["GetBucketPolicy"], arn, f"arn:{partition_of(record)}:kms:{there}:{account}"
            ),
            "listed": listed.get(name),
            "versioning": _versioning(said["GetBucketVersioning"]),
            "logs_to": _member(said["GetBucketLogging"], "LoggingEnabled", "TargetBucket"),
            "object_lock": _there(said["GetObjectLockConfiguration"], "ObjectLockConfiguration"),
        }  # fmt: skip


def partition_of(record: Mapping[str, Any]) -> str:
    return str(record.get("identity") or "arn:aws").split(":")[1]


def _by_bucket(pages: Pages, call: str) -> dict[str, Told]:
    return {name: told for (_, name), told in of_each(pages, call, "Bucket").items()}


def _encryption(told: Told) -> Row:
    """None of S3's own accord cannot be since January 2023, but a bucket that AWS says has none has none."""
    if told is None:
        return {}
    entries = told.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    # A rule may speak of other things alone, as of the bucket's key.
    defaults = [
        one["ApplyServerSideEncryptionByDefault"] for one in entries if "ApplyServerSideEncryptionByDefault" in one
    ]
    default: Mapping[str, Any] = defaults[0] if defaults else {}
    return {
        "algorithm": default.get("SSEAlgorithm", "none"),
        "kms_key": default.get("KMSMasterKeyID"),
        "bucket_key": bool(entries and entries[0].get("BucketKeyEnabled")),
    }


def _blocks(of_account: Told, of_bucket: Told) -> Row:
    def one(name: str) -> bool | None:
        both = [
            None if told is None else bool(told.get("PublicAccessBlockConfiguration", {}).get(name))
            for told in (of_account, of_bucket)
        ]
        return True if True in both else None if None in both else False

    columns = ("block_acls", "ignore_acls", "block_policy", "restrict")
    return {column: one(name) for column, name in zip(columns, _BLOCKS, strict=True)}


def _public_policy(told: Told) -> bool | None:
    return None if told is None else bool(told.get("PolicyStatus", {}).get("IsPublic"))


def _public_acl(acl: Told, ownership: Told) -> bool | None:
    """Where the owner of the bucket owns everything in it, access-control lists have no say."""
    owners = [rule["ObjectOwnership"] for rule in (ownership or {}).get("OwnershipControls", {}).get("Rules", [])]
    if owners == ["BucketOwnerEnforced"]:
        return False
    if acl is None:
        return None
    granted = any(str(one["Grantee"].get("URI")).endswith(_EVERYBODY) for one in acl["Grants"])
    return None if granted and ownership is None else granted


def _versioning(told: Told) -> str | None:
    return None if told is None else told.get("Status", "Never")


def _member(told: Told, *names: str) -> str | None:
    value: Any = told or {}
    for name in names:
        value = value.get(name, {})
    return value or None


def _there(told: Told, name: str) -> bool | None:
    return None if told is None else name in told


def _plain_http_denied(told: Told, arn: str) -> bool | None:
    if told is None:
        return None
    if "Policy" not in told:
        return False
    return plain_http_denied(json.loads(told["Policy"]), arn)
