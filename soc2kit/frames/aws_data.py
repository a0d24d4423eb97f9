"""Frames of tables, secrets, topics and queues: what each is encrypted with, and whom its policy lets in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..iam_policy.openness import open_to_all
from .aws_config import Pages, Row, account_of, answers, of_each, rows
from .aws_s3 import partition_of

Told = Mapping[str, Any] | None
_ON = ("ENABLED", "ENABLING", "UPDATING")


def tables(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row a table of DynamoDB. Every one is encrypted; without a word on how it is with a key that AWS owns.

    What could not be read is missing.
    """
    account = account_of(record)
    told = of_each(pages, "dynamodb.DescribeTable", "TableName")
    backups = of_each(pages, "dynamodb.DescribeContinuousBackups", "TableName")
    for region, name in rows(pages, "dynamodb.ListTables", "TableNames"):
        described, recovery = told.get((region, name)), backups.get((region, name))
        table = (described or {}).get("Table", {})
        yield {
            "arn": f"arn:{partition_of(record)}:dynamodb:{region}:{account}:table/{name}", "name": name,
            "account": account, "region": region, "created_at": table.get("CreationDateTime"),
            **(_of_table(table) if described is not None else {}),
            "recovers_to_any_point": _recovers(recovery),
        }  # fmt: skip


def _of_table(table: Mapping[str, Any]) -> Row:
    said = table.get("SSEDescription", {})
    own = said.get("Status") in _ON and said.get("SSEType") == "KMS"
    return {
        "encrypted": True,
        "algorithm": "aws:kms" if own else "AWS-owned",
        "kms_key": said.get("KMSMasterKeyArn") if own else None,
        "deletion_protection": table.get("DeletionProtectionEnabled"),
    }


def _recovers(told: Told) -> bool | None:
    if told is None:
        return None
    said = told["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    return bool(said.get("PointInTimeRecoveryStatus") == "ENABLED")


def secrets(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row a secret of Secrets Manager that is not about to be deleted; what it holds is never asked for.

    `kms_key` is missing where AWS's own key of the service encrypts. `owner` is the service that keeps the secret for
    itself, and rotates it.
    """
    for region, secret in rows(pages, "secretsmanager.ListSecrets", "SecretList"):
        yield {
            "arn": secret["ARN"], "name": secret["Name"], "account": account_of(record), "region": region,
            "created_at": secret.get("CreatedDate"), "owner": secret.get("OwningService"), "encrypted": True,
            "algorithm": "aws:kms", "kms_key": secret.get("KmsKeyId"), "rotates": secret.get("RotationEnabled", False),
            "rotated_at": secret.get("LastRotatedDate"), "replica_of": _elsewhere(secret.get("PrimaryRegion"), region),
        }  # fmt: skip


def _elsewhere(primary: str | None, region: str) -> str | None:
    return primary if primary != region else None


def topics(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row a topic of SNS. A topic that says nothing of a key is not encrypted where it is kept.

    `open_statements` are those of its policy that let everybody in, missing where the policy could not be read.
    """
    told = of_each(pages, "sns.GetTopicAttributes", "TopicArn")
    for region, topic in rows(pages, "sns.ListTopics", "Topics"):
        arn = topic["TopicArn"]
        said = told.get((region, arn))
        yield {
            "arn": arn, "name": arn.rpartition(":")[2], "account": account_of(record), "region": region,
            **({} if said is None else _encrypted(said["Attributes"].get("KmsMasterKeyId"), "none")),
            "open_statements": None if said is None else opened(said["Attributes"].get("Policy")),
        }  # fmt: skip


def queues(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row a queue of SQS; see `topics`. Its ARN is that of its address, which names region, account and queue.

    Whether SQS encrypts by itself is missing where neither it nor a key is named.
    """
    told = of_each(pages, "sqs.GetQueueAttributes", "QueueUrl")
    for one in answers(pages, "sqs.ListQueues"):
        for url in (one.told or {}).get("QueueUrls", []):
            said = told.get((one.region, url))
            account, name = url.rstrip("/").split("/")[-2:]
            yield {
                "arn": f"arn:{partition_of(record)}:sqs:{one.region}:{account}:{name}", "name": name,
                "account": account_of(record), "region": one.region,
                **({} if said is None else _of_queue(said.get("Attributes", {}))),
                "open_statements": None if said is None else opened(said.get("Attributes", {}).get("Policy")),
            }  # fmt: skip


def _of_queue(said: Mapping[str, str]) -> Row:
    by_itself = {"true": "SSE-SQS", "false": "none"}.get(said.get("SqsManagedSseEnabled", ""))
    return _encrypted(said.get("KmsMasterKeyId"), by_itself)


def _encrypted(key: str | None, otherwise: str | None) -> Row:
    algorithm = "aws:kms" if key else otherwise
    return {
        "encrypted": None if algorithm is None else algorithm != "none", "algorithm": algorithm, "kms_key": key or None,
    }  # fmt: skip


def opened(policy: str | None) -> list[str]:
    return open_to_all(json.loads(policy)) if policy else []
