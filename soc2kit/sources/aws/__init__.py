"""AWS: read with boto3, each call with the one IAM action that it needs."""

from __future__ import annotations

from ..base import Dataset, Source
from . import access_analyzer, access_events, alarms, backup_jobs, iam, identity_center, organization, weakness_calls
from . import availability_calls as availability
from . import configuration_calls as calls
from . import configuration_calls_stores as stores
from .configuration import configuration, permissions
from .roles import account_of, accounts
from .session import connect

_CONFIGURATION = (
    ("aws.s3", "Buckets", "encryption", "aws-s3", calls.S3),
    ("aws.ec2", "Security groups, volumes and snapshots", "network-security", "aws-ec2", calls.EC2),
    ("aws.rds", "Databases and their snapshots", "encryption", "aws-rds", calls.RDS),
    ("aws.kms", "Keys", "encryption", "aws-kms", calls.KMS),
    ("aws.elbv2", "Load balancers and listeners", "encryption", "aws-elbv2", calls.ELB),
    ("aws.acm", "Certificates", "encryption", "aws-acm", calls.ACM),
    ("aws.ecr", "Images and what ECR found in them", "vulnerability-scans", "aws-ecr", weakness_calls.ECR),
    (
        "aws.inspector",
        "What Inspector looked at and found",
        "vulnerability-scans",
        "aws-inspector",
        weakness_calls.INSPECTOR,
    ),
    ("aws.dynamodb", "Tables of DynamoDB", "encryption", "aws-dynamodb", stores.DYNAMODB),
    ("aws.secrets", "Secrets, without what they hold", "encryption", "aws-secrets", stores.SECRETS),
    ("aws.messaging", "Topics and queues", "encryption", "aws-messaging", stores.MESSAGING),
    ("aws.lambda", "Functions, without what they are started with", "network-security", "aws-lambda", stores.LAMBDA),
    ("aws.cloudfront", "Distributions", "encryption", "aws-cloudfront", stores.CLOUDFRONT),
    ("aws.backup", "Backup plans, vaults and recovery points", "availability", "aws-backup", availability.BACKUP),
    (
        "aws.detection",
        "Threat detection and recording of changes",
        "monitoring",
        "aws-detection",
        availability.DETECTION,
    ),
)

#: Those that are asked for in every region.
REGIONAL = tuple(
    id for id, _, _, _, table in _CONFIGURATION if any(not call.globally and call.of is None for call in table)
)

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
        Dataset("aws.identity_center", "Identity Center: users, groups, permission sets, assignments",
                "access-reviews", "aws-identity-center", "snapshot", identity_center.PERMISSIONS,
                identity_center.identity_center),
        Dataset("aws.access_analyzer", "What somebody outside can reach", "access-reviews", "aws-access-analyzer",
                "snapshot", access_analyzer.PERMISSIONS, access_analyzer.access_analyzer),
        Dataset("aws.access_events", "Changes of access, and root's acts", "access-reviews", "aws-access-events",
                "events", ("cloudtrail:LookupEvents",), access_events.access_events),
        Dataset("aws.organization", "Accounts of the organisation", "asset-inventory", "aws-organization", "snapshot",
                organization.PERMISSIONS, organization.organization),
        Dataset("aws.backup_jobs", "Backup, restore and copy jobs", "availability", "aws-backup-jobs", "events",
                permissions(backup_jobs.JOBS), backup_jobs.backup_jobs),
        Dataset("aws.alarms", "Alarms and who receives them", "availability", "aws-alarms", "snapshot",
                permissions(availability.ALARMS), alarms.alarms),
        *(Dataset(id, title, category, stem, "snapshot", permissions(table), configuration(table))
          for id, title, category, stem, table in _CONFIGURATION),
    ),
    accounts,
    account_of,
)  # fmt: skip
