"""Frames of access reviews: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import review_files, review_reads, reviews, reviews_aws
from ..schema import FrameSpec, columns

SPECS = (
    FrameSpec(
        "aws_user_policies",
        columns("arn text, holds list"),
        ("aws.authorization_details",),
        reviews_aws.user_policies,
    ),
    FrameSpec(
        "review_rows",
        columns(
            "system text, source_account text?, account_key text, account_name text, email text?, held_by list,"
            " name text?, kind text?, team text?, manager text?, privileges text, privileged flag,"
            " privileged_rights list, enabled flag?, last_used_at time?, created_at time?, mfa flag?, flags list,"
            " row_digest text"
        ),
        uses=reviews.USES,
        optional=reviews.OPTIONAL,
        derive=reviews.review_rows,
    ),
    FrameSpec(
        "review_reads",
        columns("system text, source_account text, whole flag"),
        uses=review_reads.USES,
        optional=review_reads.OPTIONAL,
        derive=review_reads.review_reads,
    ),
    FrameSpec(
        "review_populations",
        columns("system text, rows number, sha256 text"),
        uses=("review_rows", "review_reads"),
        derive=reviews.review_populations,
    ),
    FrameSpec(
        "review_quarters",
        columns("quarter text, start time, end time"),
        ("company.reviews",),
        review_files.quarters,
    ),
    FrameSpec(
        "review_files",
        columns(
            "period text, system text, population_at time?, population_sha256 text?, rows number?, signed_by text?,"
            " signed_at time?, signature text?, signature_valid flag, problem text?"
        ),
        ("company.reviews",),
        review_files.files,
    ),
    FrameSpec(
        "review_decisions",
        columns(
            "period text, system text, account_key text, access text?, decision text, reason text?, change_to text?,"
            " decided_by text, decided_at time, row_digest text"
        ),
        ("company.reviews",),
        review_files.decisions,
    ),
)
