"""Frames of what looks for weaknesses in AWS, and of what is found there."""

from __future__ import annotations

from .. import aws_images, aws_inspector, aws_scanning, vulnerabilities
from ..schema import FrameSpec, columns

_ECR, _INSPECTOR = ("aws.ecr",), ("aws.inspector",)
SPECS = (
    FrameSpec(
        "ecr_repositories",
        columns(
            "arn text, name text, target text, account text, region text, created_at time?, scan_on_push flag?,"
            " scan_type text?, tags text?, algorithm text?, kms_key text?, images_read flag"
        ),
        _ECR,
        aws_images.repositories,
    ),
    FrameSpec(
        "ecr_images",
        columns(
            "arn text, target text, account text, region text, tags list, pushed_at time?, pulled_at time?, state text,"
            " scanned flag?, scanned_at time?"
        ),
        _ECR,
        aws_images.images,
    ),
    FrameSpec(
        "ecr_findings",
        columns(
            "image text, target text, account text, region text, tool text, ids list, package text?, severity text,"
            " severity_given text?, status text, first_seen time?, scanned_at time?"
        ),
        _ECR,
        aws_images.findings,
    ),
    FrameSpec(
        "inspector_accounts",
        columns(
            "place text, account text, region text, status text?, ec2 text?, ecr text?, functions text?,"
            " findings_read flag, coverage_read flag"
        ),
        _INSPECTOR,
        aws_inspector.accounts,
    ),
    FrameSpec(
        "inspector_coverage",
        columns(
            "resource text, type text, target text, target_kind text, account text, region text, scan_type text,"
            " active flag?, reason text?, scanned_at time?"
        ),
        _INSPECTOR,
        aws_inspector.coverage,
    ),
    FrameSpec(
        "inspector_findings",
        columns(
            "finding text, resource text, type text, target text, target_kind text, account text, region text,"
            " scan_type text, kind text, ids list, package text?, location text?, severity text, severity_given text,"
            " status text, first_seen time, last_seen time, updated_at time?, filter text?, filter_reason text?,"
            " filter_from time?, filter_changed time?"
        ),
        _INSPECTOR,
        aws_inspector.findings,
    ),
    FrameSpec(
        "aws_scan_targets",
        columns(
            "target text, target_kind text, tool text, account text, region text, since time?, scanned_at time?,"
            " why text?"
        ),
        uses=("ecr_images", "inspector_coverage"),
        derive=aws_scanning.scan_targets,
    ),
    FrameSpec(
        "aws_vulnerabilities",
        columns(vulnerabilities.VULNERABILITIES),
        uses=(
            "scans", "scan_results", "scan_listings", "ecr_repositories", "ecr_images", "ecr_findings",
            "inspector_accounts", "inspector_coverage", "inspector_findings",
        ),
        derive=vulnerabilities.aws_vulnerabilities,
    ),
    FrameSpec(
        "leaked_secrets",
        columns(vulnerabilities.VULNERABILITIES),
        uses=("secret_alerts", "secret_alert_lists"),
        derive=vulnerabilities.leaked_secrets,
    ),
)  # fmt: skip
