"""Test of buckets for the company's key: what can be stored in them past it, and what was stored before it."""

from __future__ import annotations

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import words
from .unread import lost, matching, outcome_with, texts


def key_not_passed_by(s3_buckets: Frame, aws_s3_unread: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Nothing is stored in a bucket past the company's key, and it is known what older objects are encrypted with.

    Population: buckets that `stores_with_own_key` names and that encrypt with a key of KMS by themselves (those that do
    not are exceptions of AWS-ENC-01), at each snapshot, and the list of buckets where it could not be read. Of others
    no such policy is asked: S3 encrypts whatever comes in, and whichever way is in order.
    Exception: no statement of the policy denies everybody to store an object that asks for S3's own encryption, for
    another key, or for KMS without naming a key, for which S3 takes AWS's own. An upload that asks for nothing gets the
    bucket's key, so a policy need not deny it (`Null`, the older form), but may.
    Untestable: the policy could not be read; or nothing tells of older objects, which keep what they were stored with:
    no inventory of S3 lists all of the bucket with its encryption. Where one does, the company can know; its reports
    are not read here. Encryption with a key that the sender brings (SSE-C) is not looked at.
    Source: s3.GetBucketPolicy, evaluated statement by statement; GetBucketEncryption,
    ListBucketInventoryConfigurations.
    """
    named = matching(s3_buckets["arn"], parameters.stores_with_own_key)
    buckets = s3_buckets[named & s3_buckets["algorithm"].str.startswith("aws:kms").fillna(True)]
    asking = buckets["uploads_past_key"]
    passed = texts(buckets.index, [", ".join(one) if isinstance(one, list) else "" for one in asking])
    unread = texts(buckets.index, ["" if isinstance(one, list) else "yes" for one in asking]) != ""
    reasons = words(buckets.index, (passed != "", "an upload may ask for " + passed))
    unknown = words(
        buckets.index,
        (unread, "its policy could not be read"),
        (buckets["algorithm"].isna(), "what it encrypts with could not be read"),
        (buckets["listed"].isna(), "whether its objects are listed with their encryption could not be read"),
        (buckets["listed"] == "never", "what older objects are encrypted with is not known: no inventory lists it"),
    )
    shown = buckets[["arn", "account", "region", "algorithm", "kms_key", "bucket_key", "listed", "snapshot_at"]]
    gone = lost([aws_s3_unread], "ListBuckets")
    return outcome_with(shown, gone, key="arn", reasons=reasons, unknown=unknown)
