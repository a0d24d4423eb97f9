"""AWS: read with boto3, each call with the one IAM action that it needs."""

from __future__ import annotations

from ..base import Dataset, Source
from . import iam
from .session import connect

_COUNTS = "iam:GetAccountSummary"
_REPORT = ("iam:GenerateCredentialReport", "iam:GetCredentialReport")

SOURCE = Source(
    "aws",
    "AWS",
    connect,
    (
        Dataset("aws.credential_report", "IAM credential report", "access-reviews", "aws-iam-credential-report",
                "snapshot", _REPORT, iam.credential_report),
        Dataset("aws.users", "IAM users", "access-reviews", "aws-iam-users", "snapshot", ("iam:ListUsers", _COUNTS),
                iam.users),
        Dataset("aws.mfa_devices", "Virtual MFA devices", "access-reviews", "aws-mfa-devices", "snapshot",
                ("iam:ListVirtualMFADevices",), iam.mfa_devices),
        Dataset("aws.account_summary", "Account summary", "access-reviews", "aws-account-summary", "snapshot",
                (_COUNTS,), iam.account_summary),
        Dataset("aws.authorization_details", "Users, groups, roles and policies", "access-reviews",
                "aws-iam-authorization-details", "snapshot", ("iam:GetAccountAuthorizationDetails", _COUNTS),
                iam.authorization_details),
    ),
)  # fmt: skip
