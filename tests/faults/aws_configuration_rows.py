"""Faults of AWS where it says how services are configured: in several regions, and of many things one by one."""

from __future__ import annotations

from collections.abc import Iterator

from faults.aws_rows import RETRIED, error, json_error, row
from faults.proxy import EVERY, FIRST, Edit, closed, corrupted, emptied, halved, instead, rewritten
from faults.rows import Collected, Row, Told, cut_short, malformed, refused, unreachable

from soc2kit.sources.aws import SOURCE

ORGANIZATION, LISTED = "aws.organization", r"OrganizationsV20161128\.ListAccounts"
S3, EC2, RDS, KMS, ELB, ACM = "aws.s3", "aws.ec2", "aws.rds", "aws.kms", "aws.elbv2", "aws.acm"
DYNAMODB, SECRETS, MESSAGING = "aws.dynamodb", "aws.secrets", "aws.messaging"
FUNCTIONS, DISTRIBUTIONS = "aws.lambda", "aws.cloudfront"
JOBS, ALARMS = "aws.backup_jobs", "aws.alarms"
#: Whatever begins with the regions of the account.
EVERYTHING = tuple(one.id for one in SOURCE.datasets if "ec2:DescribeRegions" in one.permissions)
REGIONS, VOLUMES = "Action=DescribeRegions", r"Action=DescribeVolumes(?!.*NextToken=)"
SECOND_VOLUMES, ENCRYPTION = r"Action=DescribeVolumes.*NextToken=10", r"GET /lake\?encryption"


def s3_error(status: int, code: str) -> Edit:
    return instead(status, f"<Error><Code>{code}</Code><Message>words.</Message></Error>", Content_Type="text/xml")


def ec2_error(status: int, code: str) -> Edit:
    said = f"<Response><Errors><Error><Code>{code}</Code><Message>words.</Message></Error></Errors></Response>"
    return instead(status, said, Content_Type="text/xml")


def told(dataset: str, call: str, code: str, times: int = 1) -> Told:
    """Exactly so many pages of the dataset say that the call was refused, and no other does."""

    def shown(evidence: Collected) -> Iterator[str]:
        unread = [
            (page["call"], page["answer"]["unread"]["Code"])
            for page in evidence.pages(dataset)
            if "unread" in page["answer"]
        ]
        if unread:
            assert unread == [(call, code)] * times
            yield call

    return Told(shown)


CONFIGURATION: tuple[Row, ...] = (
    row("a 403 on the list of regions", EC2, REGIONS, ec2_error(403, "UnauthorizedOperation"),
        refused("ec2:DescribeRegions"), struck=tuple(name for name in EVERYTHING if name != EC2)),
    row("no region that is enabled", EC2, REGIONS, rewritten("<regionInfo>.*</regionInfo>", "<regionInfo/>"),
        cut_short("no enabled region"), struck=tuple(name for name in EVERYTHING if name != EC2)),
    row("a 403 on volumes in one region", EC2, VOLUMES, ec2_error(403, "UnauthorizedOperation"),
        told(EC2, "ec2.DescribeVolumes", "UnauthorizedOperation"), FIRST),
    row("a region that is not opted in", EC2, VOLUMES, ec2_error(401, "OptInRequired"),
        told(EC2, "ec2.DescribeVolumes", "OptInRequired"), FIRST),
    row("a call that a region does not know", KMS, "TrentService.ListAliases",
        json_error(400, "UnsupportedOperationException"),
        told(KMS, "kms.ListAliases", "UnsupportedOperationException"), FIRST),
    row("a 403 on the second page of volumes", EC2, SECOND_VOLUMES, ec2_error(403, "UnauthorizedOperation"),
        told(EC2, "ec2.DescribeVolumes", "UnauthorizedOperation")),
    row("a 403 on one bucket", S3, ENCRYPTION, s3_error(403, "AccessDenied"),
        told(S3, "s3.GetBucketEncryption", "AccessDenied")),
    row("a bucket that is gone meanwhile", S3, ENCRYPTION, s3_error(404, "NoSuchBucket"),
        told(S3, "s3.GetBucketEncryption", "NoSuchBucket")),
    row("a 403 on the list of buckets alone", S3, "GET /\\?max-buckets", s3_error(403, "AccessDenied"),
        told(S3, "s3.ListBuckets", "AccessDenied")),
    row("a 403 on certificates everywhere", ACM, "ListCertificates", json_error(400, "AccessDeniedException"),
        refused("acm:ListCertificates")),
    row("a 403 on one key", KMS, "DescribeKey", json_error(400, "AccessDeniedException"),
        told(KMS, "kms.DescribeKey", "AccessDeniedException"), FIRST),
    row("credentials that expire on the way", EC2, SECOND_VOLUMES, ec2_error(400, "RequestExpired"),
        refused("check this machine's clock")),
    row("a token that expires on the way", RDS, "Action=DescribeDBInstances", error(403, "ExpiredToken"),
        refused("renew its credentials")),
    row("a throttle of volumes, once", EC2, SECOND_VOLUMES, ec2_error(503, "RequestLimitExceeded"), RETRIED, FIRST, 2),
    row("a throttle of volumes, always", EC2, SECOND_VOLUMES, ec2_error(503, "RequestLimitExceeded"),
        unreachable("RequestLimitExceeded after all retries"), EVERY, 2),
    row("a bucket that asks to slow down, always", S3, ENCRYPTION, s3_error(503, "SlowDown"),
        unreachable("HTTP 503"), EVERY, 2),
    row("a dropped connection, once", S3, ENCRYPTION, closed, RETRIED, FIRST, 2),
    row("a token that leads nowhere new", EC2, SECOND_VOLUMES, rewritten("<nextToken>20", "<nextToken>10"),
        cut_short("a marker that it gave before")),
    row("a body cut off", RDS, "Action=DescribeDBInstances", halved, malformed("not what this API gives")),
    row("an empty body", ELB, "Action=DescribeLoadBalancers", emptied, malformed("not what this API gives")),
    row("broken markup", EC2, SECOND_VOLUMES, corrupted("</volumeId>", b"<&volumeI"),
        malformed("not what this API gives")),
    row("a 403 on jobs in one region", JOBS, "GET /backup-jobs/", json_error(403, "AccessDeniedException"),
        told(JOBS, "backup.ListBackupJobs", "AccessDeniedException"), FIRST),
    row("a 403 on alarms in one region", ALARMS, "DescribeAlarms", json_error(400, "AccessDeniedException"),
        told(ALARMS, "cloudwatch.DescribeAlarms", "AccessDeniedException"), FIRST),
    row("jobs without their list", JOBS, "GET /backup-jobs/", rewritten("BackupJobs", "Jobs"),
        malformed("'BackupJobs'")),
    row("an answer without its list", ACM, "ListCertificates", rewritten("CertificateSummaryList", "Certificates"),
        malformed("'CertificateSummaryList'")),
    row("a 403 on the accounts of the organisation", ORGANIZATION, LISTED,
        json_error(400, "AccessDeniedException"),
        told(ORGANIZATION, "organizations.ListAccounts", "AccessDeniedException")),
    row("an organisation without the account itself", ORGANIZATION, LISTED,
        rewritten("402613907581", "402613907580"), cut_short("the list has no account 402613907581")),
    row("a throttle of the organisation, always", ORGANIZATION, LISTED,
        json_error(400, "TooManyRequestsException"), unreachable("TooManyRequestsException after all retries"),
        EVERY, 2),
    row("a 403 on whom one snapshot is shared with", EC2, "Action=DescribeSnapshotAttribute",
        ec2_error(403, "UnauthorizedOperation"),
        told(EC2, "ec2.DescribeSnapshotAttribute", "UnauthorizedOperation"), FIRST),
    row("a table that is gone meanwhile", DYNAMODB, "DescribeTable", json_error(400, "ResourceNotFoundException"),
        told(DYNAMODB, "dynamodb.DescribeTable", "ResourceNotFoundException"), FIRST),
    row("queues without their list, but with a token", MESSAGING, "AmazonSQS.ListQueues",
        rewritten("\\{.*\\}", '{"NextToken": "2"}'), malformed("'QueueUrls'"), FIRST),
    row("distributions that are counted and not there", DISTRIBUTIONS, "GET /2020-05-31/distribution",
        rewritten("</Quantity><Items><DistributionSummary>.*</DistributionSummary></Items>", "</Quantity>"),
        malformed("'Items'"), FIRST),
    row("distributions of which more is said to come", DISTRIBUTIONS, "GET /2020-05-31/distribution",
        rewritten("<IsTruncated>false", "<IsTruncated>true"), cut_short("without a marker"), FIRST),
)  # fmt: skip
