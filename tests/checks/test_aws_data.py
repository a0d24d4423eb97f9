"""Tests of tables, secrets, messages, functions, distributions and of policies of keys and buckets, row by row."""

import pytest
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters

DISTRIBUTIONS = "arn  enabled  snapshot_at"
LISTENERS, CERTIFICATES = "arn  scheme  protocol  snapshot_at", "arn  in_use  snapshot_at"
ADDRESSES, CALLED = "arn  snapshot_at", "arn  open_statements  snapshot_at"
NOTHING = "place  account  region  service  operation  what  why  snapshot_at"
NO_LISTS = dict.fromkeys(
    ("aws_elbv2_unread", "aws_acm_unread", "aws_cloudfront_unread", "aws_lambda_unread", "aws_messaging_unread"),
    NOTHING,
)
NO_STORES = dict.fromkeys(
    (
        "aws_s3_unread", "aws_ec2_unread", "aws_rds_unread", "aws_secrets_unread", "aws_messaging_unread",
        "aws_ecr_unread",
    ),
    NOTHING,
)  # fmt: skip

SCENARIOS = (
    Scenario("AWS-ENC-01", "aws_stores", "{arn}", "snapshot_at", {"aws_stores": """
        arn           kind    encrypted  algorithm  kms_key        key_manager  snapshot_at  expect
        t:owned       table   yes        AWS-owned  NA             NA           2026-03-31   ok
        own:t:owned   table   yes        AWS-owned  NA             NA           2026-03-31   a key that AWS owns, not
        own:t:aws     table   yes        aws:kms    k-aws          AWS          2026-03-31   with a key that AWS manages
        own:t:mine    table   yes        aws:kms    k              CUSTOMER     2026-03-31   ok
        own:t:unread  table   NA         NA         NA             NA           2026-03-31   untold: how the table is
        own:s:aws     secret  yes        aws:kms    NA             AWS          2026-03-31   with a key that AWS manages
        s:aws         secret  yes        aws:kms    NA             AWS          2026-03-31   ok
        q:sse         queue   yes        SSE-SQS    NA             NA           2026-03-31   ok
        own:q:sse     queue   yes        SSE-SQS    NA             NA           2026-03-31   by SSE-SQS, not with a key
        q:plain       queue   no         none       NA             NA           2026-03-31   queue is not encrypted
        q:unsaid      queue   NA         NA         NA             NA           2026-03-31   untold: how the queue is
        n:plain       topic   no         none       NA             NA           2026-03-31   topic is not encrypted
        n:aws         topic   yes        aws:kms    alias/aws/sns  AWS          2026-03-31   ok
    """, "ebs_defaults": "place  used  by_default  snapshot_at", "aws_dynamodb_unread": NOTHING, **NO_STORES},
        Parameters(stores_with_own_key=("own:*",))),
    Scenario("AWS-ENC-01", "aws_dynamodb_unread", "{place}", "snapshot_at", {"aws_dynamodb_unread": """
        place  account  region  service   operation      what  why  snapshot_at  expect
        list   1        r       dynamodb  ListTables     NA    No   2026-03-31   untold: dynamodb.ListTables could not
        one    1        r       dynamodb  DescribeTable  t     No   2026-03-31   out
    """, "ebs_defaults": "place  used  by_default  snapshot_at", "aws_stores": "arn  kind  encrypted  snapshot_at",
        **NO_STORES}),
    Scenario("AWS-ENC-02", "s3_buckets", "{arn}", "snapshot_at", {"s3_buckets": """
        arn         algorithm     uploads_past_key  listed  snapshot_at  expect
        own:shut    aws:kms       []                Daily   2026-03-31   ok
        own:weekly  aws:kms:dsse  []                Weekly  2026-03-31   ok
        own:open    aws:kms       another key       Daily   2026-03-31   an upload may ask for another key
        own:both    aws:kms       S3,another key    never   2026-03-31   an upload may ask for S3, another key
        own:old     aws:kms       []                never   2026-03-31   untold: what older objects are encrypted with
        own:asked   aws:kms       []                NA      2026-03-31   untold: whether its objects are listed
        own:policy  aws:kms       NA                Daily   2026-03-31   untold: its policy could not be read
        own:sse     AES256        S3,another key    never   2026-03-31   out
        own:unread  NA            []                Daily   2026-03-31   untold: what it encrypts with could not be read
        other       aws:kms       S3,another key    never   2026-03-31   out
    """, "aws_s3_unread": NOTHING}, Parameters(stores_with_own_key=("own:*",))),
    Scenario("AWS-ENC-02", "aws_s3_unread", "{place}", "snapshot_at", {"aws_s3_unread": """
        place  account  region  service  operation        what  why  snapshot_at  expect
        list   1        r       s3       ListBuckets      NA    No   2026-03-31   untold: s3.ListBuckets could not
        one    1        r       s3       GetBucketPolicy  b     No   2026-03-31   out
    """, "s3_buckets": "arn  algorithm  uploads_past_key  listed  snapshot_at"}),
    Scenario("AWS-KMS-02", "kms_keys", "{arn}", "snapshot_at", {"kms_keys": """
        arn          manager   open_statements    administer_and_use  snapshot_at  expect
        arn:apart    CUSTOMER  []                 []                  2026-03-31   ok
        arn:open     CUSTOMER  All allows kms:*   []                  2026-03-31   lets everybody in: All allows kms:*
        arn:both     CUSTOMER  []                 role/a,role/b       2026-03-31   role/a; role/b may administer the key
        arn:aws      AWS       NA                 NA                  2026-03-31   out
        arn:refused  CUSTOMER  NA                 NA                  2026-03-31   untold: its policy could not be read
        arn:unknown  NA        NA                 NA                  2026-03-31   untold: its policy could not be read
    """, "aws_kms_unread": NOTHING}),
    Scenario("AWS-NET-03", "sqs_queues", "{arn}", "snapshot_at", {"sqs_queues": """
        arn       open_statements        snapshot_at  expect
        shut      []                     2026-03-31   ok
        open      s allows sqs:*         2026-03-31   lets everybody in: s allows sqs:*
        approved  s allows sqs:*         2026-03-31   ok
        refused   NA                     2026-03-31   untold: its policy could not be read
    """, "sns_topics": CALLED, "lambda_functions": CALLED, **NO_LISTS},
        Parameters(approved_external_resources=("approved",))),
    Scenario("AWS-NET-03", "lambda_functions", "{arn}", "snapshot_at", {"lambda_functions": """
        arn      open_statements  snapshot_at  expect
        shut     []               2026-03-31   ok
        open     u allows x       2026-03-31   lets everybody in: u allows x
    """, "sns_topics": CALLED, "sqs_queues": CALLED, **NO_LISTS}),
    Scenario("AWS-NET-03", "sns_topics", "{arn}", "snapshot_at", {"sns_topics": """
        arn      open_statements  snapshot_at  expect
        open     u allows x       2026-03-31   lets everybody in: u allows x
    """, "lambda_functions": CALLED, "sqs_queues": CALLED, **NO_LISTS}),
    Scenario("AWS-NET-03", "aws_messaging_unread", "{place}", "snapshot_at", {**NO_LISTS, "aws_messaging_unread": """
        place   account  region  service  operation           what  why  snapshot_at  expect
        topics  1        r       sns      ListTopics          NA    No   2026-03-31   untold: sns.ListTopics could not
        queues  1        r       sqs      ListQueues          NA    No   2026-03-31   untold: sqs.ListQueues could not
        one     1        r       sqs      GetQueueAttributes  q     No   2026-03-31   out
    """, "lambda_functions": CALLED, "sqs_queues": CALLED, "sns_topics": CALLED}),
    Scenario("AWS-TLS-01", "cloudfront_distributions", "{arn}", "snapshot_at", {"cloudfront_distributions": """
        arn      enabled  policy  protocols        plain_paths  plain_origins  origin_protocols  snapshot_at  expect
        good     yes      2021    TLSv1.2,TLSv1.3  []           []             TLSv1.2           2026-03-31   ok
        newest   yes      2025    TLSv1.3          []           []             []                2026-03-31   ok
        default  yes      own     TLSv1,TLSv1.1    []           []             []                2026-03-31   own allows
        old      yes      1_2016  TLSv1.1,TLSv1.2  []           []             []                2026-03-31   s TLSv1.1
        unknown  yes      new     NA               []           []             []                2026-03-31   untold: wh
        plain    yes      2021    TLSv1.2          root,/a/*    []             []                2026-03-31   root, /a
        behind   yes      2021    TLSv1.2          []           o.example      []                2026-03-31   o.example
        weak     yes      2021    TLSv1.2          []           []             SSLv3,TLSv1.2     2026-03-31   SSLv3 with
        off      no       own     TLSv1,TLSv1.1    root         o.example      SSLv3             2026-03-31   out
    """, "elbv2_listeners": LISTENERS, "acm_certificates": CERTIFICATES, "lambda_addresses": ADDRESSES, **NO_LISTS}),
    Scenario("AWS-TLS-01", "cloudfront_distributions", "{arn}", "snapshot_at", {"cloudfront_distributions": """
        arn      enabled  policy  protocols        plain_paths  plain_origins  origin_protocols  snapshot_at  expect
        good     yes      2021    TLSv1.2,TLSv1.3  []           []             []                2026-03-31   s TLSv1.2
        newest   yes      2025    TLSv1.3          []           []             []                2026-03-31   ok
    """, "elbv2_listeners": LISTENERS, "acm_certificates": CERTIFICATES, "lambda_addresses": ADDRESSES, **NO_LISTS},
        Parameters(minimum_tls_version="TLSv1.3")),
    Scenario("AWS-TLS-01", "lambda_addresses", "{arn}", "snapshot_at", {"lambda_addresses": """
        arn      auth  snapshot_at  expect
        hook     NONE  2026-03-31   ok
    """, "elbv2_listeners": LISTENERS, "acm_certificates": CERTIFICATES, "cloudfront_distributions": DISTRIBUTIONS,
        **NO_LISTS}),
    Scenario("AWS-TLS-01", "lambda_addresses", "{arn}", "snapshot_at", {"lambda_addresses": """
        arn      auth  snapshot_at  expect
        hook     NONE  2026-03-31   untold: AWS does not say whether it takes less than TLSv1.3
    """, "elbv2_listeners": LISTENERS, "acm_certificates": CERTIFICATES, "cloudfront_distributions": DISTRIBUTIONS,
        **NO_LISTS}, Parameters(minimum_tls_version="TLSv1.3")),
    Scenario("AWS-TLS-01", "aws_cloudfront_unread", "{place}", "snapshot_at", {**NO_LISTS, "aws_cloudfront_unread": """
        place  account  region  service     operation          what  why  snapshot_at  expect
        list   1        r       cloudfront  ListDistributions  NA    No   2026-03-31   untold: ListDistributions
    """, "elbv2_listeners": LISTENERS, "acm_certificates": CERTIFICATES, "cloudfront_distributions": DISTRIBUTIONS,
        "lambda_addresses": ADDRESSES}),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: f"{scenario.check} {scenario.judged}")
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
