"""Faults of AWS where it says what is weak: a scan that is not there is never one that found nothing."""

from __future__ import annotations

from faults.aws_configuration_rows import told
from faults.aws_rows import RETRIED, json_error, row
from faults.proxy import EVERY, FIRST, rewritten
from faults.rows import Row, malformed, unreachable

ECR, INSPECTOR = "aws.ecr", "aws.inspector"
SCANS, IMAGES = "DescribeImageScanFindings", "DescribeImages"
FOUND, SECOND = r"POST /findings/list(?!.*nextToken)", r'POST /findings/list.*"nextToken": "10"'
STATUS = "POST /status/batch/get"

WEAKNESSES: tuple[Row, ...] = (
    row("a 403 on the scans of one image", ECR, SCANS, json_error(400, "AccessDeniedException"),
        told(ECR, "ecr.DescribeImageScanFindings", "AccessDeniedException"), FIRST),
    row("a 403 on the images of a repository", ECR, IMAGES + "$|" + IMAGES + "[^c]",
        json_error(400, "AccessDeniedException"), told(ECR, "ecr.DescribeImages", "AccessDeniedException"), FIRST),
    row("a scan that says nothing of itself", ECR, SCANS, rewritten("imageScanStatus", "imageScanState"),
        malformed("'imageScanStatus'"), FIRST),
    row("an image without its digest", ECR, IMAGES, rewritten("imageDigest", "imageDigits"),
        malformed("'imageDigest'"), FIRST),
    row("a repository that answers ServerException, once", ECR, SCANS, json_error(500, "ServerException"), RETRIED,
        FIRST, 13),
    row("a 403 on what Inspector found", INSPECTOR, FOUND, json_error(403, "AccessDeniedException"),
        told(INSPECTOR, "inspector2.ListFindings", "AccessDeniedException"), FIRST),
    row("a 403 on the second page of what Inspector found", INSPECTOR, SECOND, json_error(403, "AccessDeniedException"),
        told(INSPECTOR, "inspector2.ListFindings", "AccessDeniedException")),
    row("an account without a state of Inspector", INSPECTOR, STATUS, rewritten('"state"', '"condition"'),
        malformed("'state'"), EVERY),
    row("a throttle of Inspector, always", INSPECTOR, SECOND, json_error(429, "ThrottlingException"),
        unreachable("ThrottlingException after all retries"), EVERY, 2),
)  # fmt: skip
