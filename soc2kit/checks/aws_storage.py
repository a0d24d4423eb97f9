"""Tests of what keeps data in AWS: who may reach buckets, what everything is encrypted with, and the keys for it."""

from __future__ import annotations

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import words
from .unread import lost, matching, outcome_with, stacked, texts

_BLOCKS = {
    "block_acls": "BlockPublicAcls", "ignore_acls": "IgnorePublicAcls", "block_policy": "BlockPublicPolicy",
    "restrict": "RestrictPublicBuckets",
}  # fmt: skip
#: A key that others in further regions were made from waits for these to go first.
_LEAVING = ("PendingDeletion", "PendingReplicaDeletion")
_WITHOUT_KEY = {"AES256": "by SSE-S3", "SSE-SQS": "by SSE-SQS", "AWS-owned": "with a key that AWS owns"}


def no_bucket_public(s3_buckets: Frame, aws_s3_unread: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Nobody outside can read or write a bucket.

    Population: buckets, at each snapshot; and the list of buckets where it could not be read.
    Exception: one of the four blocks of public access is on neither for the account nor for the bucket, whether or not
    anything is public now; or its policy or its access-control list lets everybody in past a block that is off. Not:
    buckets that `approved_external_resources` names. A block that could not be read makes a bucket untestable, unless
    another one is known to be off.
    Source: s3control.GetPublicAccessBlock; s3.GetPublicAccessBlock, GetBucketPolicyStatus (AWS's own reading of the
    policy), GetBucketAcl, GetBucketOwnershipControls. Access points have policies of their own and are not looked at.
    """
    buckets = s3_buckets
    flags = buckets[list(_BLOCKS)].eq(False).fillna(False).to_numpy(dtype=bool)
    off = texts(
        buckets.index,
        [", ".join(name for name, hit in zip(_BLOCKS.values(), row, strict=True) if hit) for row in flags],
    )
    approved = buckets["arn"].isin(parameters.approved_external_resources)
    by_policy = buckets["public_policy"] & ~buckets["restrict"]
    by_list = buckets["public_acl"] & ~buckets["ignore_acls"]
    reasons = words(
        buckets.index,
        (~approved & by_policy, "its policy lets everybody in"),
        (~approved & by_list, "its access-control list lets everybody in"),
        (~approved & (off != ""), "public access is not blocked: " + off + " off"),
    )
    unsure = buckets[list(_BLOCKS)].isna().any(axis=1) & ~approved
    unknown = words(buckets.index, (unsure, "blocks of public access could not be read: " + _calls(buckets)))
    gone = lost([aws_s3_unread], "ListBuckets")
    return outcome_with(buckets.drop(columns="unread"), gone, key="arn", reasons=reasons, unknown=unknown)


def _calls(buckets: Frame) -> pd.Series:
    """Calls about each bucket that were refused; where none was, the one about the account."""
    return texts(buckets.index, [", ".join(names) or "those of the account" for names in buckets["unread"]])


def stored_data_encrypted(
    aws_stores: Frame, ebs_defaults: Frame, aws_s3_unread: Frame, aws_ec2_unread: Frame, aws_rds_unread: Frame,
    aws_dynamodb_unread: Frame, aws_secrets_unread: Frame, aws_messaging_unread: Frame, aws_ecr_unread: Frame,
    *, period: Period, parameters: Parameters,
) -> Outcome:  # fmt: skip
    """What keeps data is encrypted, and with the company's own key where its policy says so.

    Population: buckets, volumes, databases (a cluster once), their snapshots, tables, secrets, topics, queues, image
    repositories, each region in use with its default for new volumes, and lists that could not be read; at each
    snapshot.
    Exception: not encrypted; for what `stores_with_own_key` names, without a key of KMS that the company manages: S3's
    own encryption (SSE-S3), which every bucket has had since January 2023, that of SQS, and a key of AWS are not that;
    a region with volumes, snapshots or network interfaces whose new volumes are not encrypted by default. Objects that
    are older than a bucket's default keep what they were stored with; see AWS-ENC-02. A key that was not read makes
    what needs it untestable. Tables, secrets and images are always encrypted, and it is only asked with what.
    Source: s3.GetBucketEncryption; ec2.DescribeVolumes, DescribeSnapshots of the account's own,
    GetEbsEncryptionByDefault; rds.DescribeDBInstances, …Clusters, …Snapshots; dynamodb.DescribeTable;
    secretsmanager.ListSecrets; sns.GetTopicAttributes; sqs.GetQueueAttributes; ecr.DescribeRepositories;
    kms.DescribeKey.
    """
    regions = ebs_defaults[ebs_defaults["used"]].rename(columns={"place": "arn", "by_default": "encrypted"})
    regions = regions.assign(kind=texts(regions.index, ["default for new volumes"] * len(regions)))
    stores = stacked(aws_stores, regions.drop(columns="used"))
    own = matching(stores["arn"], parameters.stores_with_own_key)
    manager = stores["key_manager"]
    how = stores["algorithm"].map(_WITHOUT_KEY).fillna("without a key of KMS").astype("string")
    no_key = stores["kms_key"].isna() & manager.isna() & stores["encrypted"]
    reasons = words(
        stores.index,
        (~stores["encrypted"], stores["kind"] + " is not encrypted"),
        (own & no_key, stores["kind"] + " is encrypted " + how + ", not with a key of the company's"),
        (own & (manager == "AWS"), stores["kind"] + " is encrypted with a key that AWS manages"),
    )
    unknown = words(
        stores.index,
        (stores["encrypted"].isna(), "how the " + stores["kind"] + " is encrypted could not be read"),
        (own & stores["kms_key"].notna() & manager.isna(), "who manages " + stores["kms_key"] + " could not be read"),
    )
    unread = [
        aws_s3_unread, aws_ec2_unread, aws_rds_unread, aws_dynamodb_unread, aws_secrets_unread, aws_messaging_unread,
        aws_ecr_unread,
    ]  # fmt: skip
    # A setting of a region that could not be read has a row of its own already.
    gone = lost(unread, "ListBuckets DescribeVolumes DescribeSnapshots DescribeDBInstances DescribeDBClusters"
                        " DescribeDBSnapshots DescribeDBClusterSnapshots ListTables ListSecrets ListTopics"
                        " ListQueues DescribeRepositories")  # fmt: skip
    return outcome_with(stores, gone, key="arn", reasons=reasons, unknown=unknown)


def company_keys_rotate(kms_keys: Frame, aws_kms_unread: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Keys that the company manages are replaced by themselves, and none is about to be deleted.

    Population: keys of KMS that the company manages, or of which nobody could read who does; at each snapshot.
    Exception: rotation is off, or the key waits to be deleted. Keys that cannot rotate by themselves (asymmetric, of
    imported material) are untestable here: how they are replaced is for whoever keeps them to show.
    Source: kms.ListKeys, DescribeKey, GetKeyRotationStatus.
    """
    keys = kms_keys[(kms_keys["manager"] != "AWS").fillna(True)]
    leaving = keys["state"].isin(_LEAVING)
    reasons = words(
        keys.index,
        (leaving, "the key waits to be deleted"),
        (~keys["rotation"] & ~leaving, "the key does not rotate"),
    )
    unknown = words(
        keys.index,
        (keys["manager"].isna(), "who manages the key could not be read"),
        (keys["manager"].notna() & keys["rotation"].isna(), "whether it rotates could not be read, or it cannot"),
    )
    gone = lost([aws_kms_unread], "ListKeys")
    return outcome_with(keys.drop(columns="aliases"), gone, key="arn", reasons=reasons, unknown=unknown)
