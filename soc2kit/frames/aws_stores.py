"""Everything of AWS that keeps data in one frame, each with what it is encrypted with; and all that was not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

Frames = Mapping[str, pd.DataFrame]
_COLUMNS = ["arn", "kind", "account", "region", "encrypted", "algorithm", "kms_key", "key_manager", "snapshot_at"]
UNREAD = ("aws_s3_unread", "aws_ec2_unread", "aws_rds_unread", "aws_kms_unread", "aws_elbv2_unread", "aws_acm_unread",
          "aws_dynamodb_unread", "aws_secrets_unread", "aws_messaging_unread", "aws_lambda_unread",
          "aws_cloudfront_unread", "aws_ecr_unread")  # fmt: skip
#: Frames that say themselves how each is encrypted, and what one row of them is called.
SIMPLE = {"dynamodb_tables": "table", "secrets": "secret", "sns_topics": "topic", "sqs_queues": "queue"}
USES = (
    "s3_buckets", "ebs_volumes", "ebs_snapshots", "rds_databases", "rds_snapshots", "kms_keys", "ecr_repositories",
    *SIMPLE,
)  # fmt: skip


def stores(frames: Frames) -> pd.DataFrame:
    """Buckets, volumes, databases, tables, secrets, topics, queues, image repositories, and snapshots.

    Members of a cluster are left out: the storage is the cluster's.
    `key_manager` is CUSTOMER where a key of the company encrypts, AWS where a key of a service of AWS does, missing
    where no key of KMS does, or one that was not read.
    """
    buckets, databases, images = frames["s3_buckets"], frames["rds_databases"], frames["ecr_repositories"]
    made = [
        buckets.assign(kind="bucket", encrypted=buckets["algorithm"] != "none"),
        frames["ebs_volumes"].assign(kind="volume", algorithm=pd.NA),
        frames["ebs_snapshots"].assign(kind="volume snapshot", algorithm=pd.NA),
        databases[databases["cluster"].isna()].assign(kind="database", algorithm=pd.NA),
        frames["rds_snapshots"].assign(kind="database snapshot", algorithm=pd.NA),
        *(frames[name].assign(kind=kind) for name, kind in SIMPLE.items()),
        # ECR stores nothing unencrypted; by which key is what there is to say.
        images.assign(kind="image repository", encrypted=images["algorithm"].notna().replace(False, pd.NA)),
    ]
    managers = _managers(frames["kms_keys"])
    rows = [_row(row, managers) for part in made for row in part.to_dict("records")]
    types = {
        "encrypted": "boolean",
        "snapshot_at": "datetime64[us, UTC]",
        **dict.fromkeys(set(_COLUMNS) - {"encrypted", "snapshot_at"}, "string"),
    }
    return pd.DataFrame(rows, columns=_COLUMNS).astype(types)


def _row(row: Mapping[str, Any], managers: Mapping[tuple[Any, ...], str]) -> dict[str, Any]:
    by_kms = str(row["algorithm"]).startswith("aws:kms")
    key = row["kms_key"]
    manager: Any = pd.NA
    if pd.notna(key):
        place = (row["snapshot_at"], row["account"], row["region"])
        # Names that begin so only AWS can give, whether or not the key itself was read.
        unread = "AWS" if key.rpartition(":")[2].startswith("alias/aws/") else pd.NA
        manager = managers.get((row["snapshot_at"], key), managers.get((*place, key), unread))
    elif by_kms:
        # Without a key S3, Secrets Manager and DynamoDB take their own of KMS, which AWS manages.
        manager = "AWS"
    return {name: row[name] for name in _COLUMNS if name != "key_manager"} | {"key_manager": manager}


def _managers(keys: pd.DataFrame) -> dict[tuple[Any, ...], str]:
    """Who manages a key, by every name that it can be called."""
    found: dict[tuple[Any, ...], str] = {}
    for row in keys[keys["manager"].notna()].itertuples():
        moment, place = row.snapshot_at, (row.snapshot_at, row.account, row.region)
        found[(moment, row.arn)] = found[(*place, row.key_id)] = row.manager
        for alias in row.aliases:
            found[(*place, alias)] = row.manager
            found[(moment, row.arn.rpartition(":")[0] + f":{alias}")] = row.manager
    return found


def unread(frames: Frames) -> pd.DataFrame:
    """Every call that was refused or not supported, of all services."""
    return pd.concat([frames[name] for name in UNREAD], ignore_index=True)


def inventory(frames: Frames) -> pd.DataFrame:
    """What there is in the accounts: one row for each thing that was listed, whatever it keeps or lets in."""
    columns = ["arn", "kind", "account", "region", "snapshot_at"]
    parts = [frames["aws_stores"][columns], *_others(frames, columns)]
    return pd.concat(parts, ignore_index=True)


def _others(frames: Frames, columns: list[str]) -> Iterator[pd.DataFrame]:
    kinds = {
        "ec2_security_groups": "security group", "elbv2_listeners": "listener", "acm_certificates": "certificate",
        "kms_keys": "key", "lambda_functions": "function", "cloudfront_distributions": "distribution",
    }  # fmt: skip
    for name, kind in kinds.items():
        yield frames[name].assign(kind=pd.Series(kind, index=frames[name].index, dtype="string"))[columns]
