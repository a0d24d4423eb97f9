"""Frames of how AWS's services are configured."""

from __future__ import annotations

from .. import aws_ec2, aws_edge, aws_rds, aws_s3, aws_stores
from ..schema import FrameSpec, columns

SPECS = (
    FrameSpec(
        "s3_buckets",
        columns(
            "arn text, name text, account text, region text, created_at time?, unread list, algorithm text?,"
            " kms_key text?, bucket_key flag?, block_acls flag?, ignore_acls flag?, block_policy flag?, restrict flag?,"
            " public_policy flag?, public_acl flag?, plain_http_denied flag?, versioning text?, logs_to text?,"
            " object_lock flag?, uploads_past_key list?, listed text?"
        ),
        ("aws.s3",),
        aws_s3.buckets,
    ),
    FrameSpec(
        "ec2_security_groups",
        columns(
            "arn text, group_id text, name text, account text, region text, vpc text?, in_use flag?, rules_known flag"
        ),
        ("aws.ec2",),
        aws_ec2.security_groups,
    ),
    FrameSpec(
        "ec2_ingress",
        columns(
            "rule text, group text, account text, region text, protocol text, from_port number?, to_port number?,"
            " source text?, internet flag?"
        ),
        ("aws.ec2",),
        aws_ec2.ingress,
    ),
    FrameSpec(
        "ec2_interfaces",
        columns("interface text, account text, region text, group text, attached_to text"),
        ("aws.ec2",),
        aws_ec2.interfaces,
    ),
    FrameSpec(
        "ebs_volumes",
        columns("arn text, account text, region text, created_at time?, attached flag, encrypted flag?, kms_key text?"),
        ("aws.ec2",),
        aws_ec2.volumes,
    ),
    FrameSpec(
        "ebs_snapshots",
        columns(
            "arn text, account text, region text, created_at time?, of text?, encrypted flag?, kms_key text?,"
            " public flag?, shared_with list?"
        ),
        ("aws.ec2",),
        aws_ec2.snapshots,
    ),
    FrameSpec(
        "ebs_defaults",
        columns("place text, account text, region text, used flag, by_default flag?"),
        ("aws.ec2",),
        aws_ec2.defaults,
    ),
    FrameSpec(
        "rds_databases",
        columns(
            "arn text, name text, kind text, account text, region text, created_at time?, engine text, version text?,"
            " cluster text?, public flag?, replica_of text?, encrypted flag?, kms_key text?, multi_az flag?,"
            " retention_days number?, deletion_protection flag?, force_ssl text?, force_ssl_source text?,"
            " minimum_protocol text?, parameter_group text?, waits flag, endpoints list,"
            " restorable_from time?, restorable_until time?, copied_to list"
        ),
        ("aws.rds",),
        aws_rds.databases,
    ),
    FrameSpec(
        "rds_snapshots",
        columns(
            "arn text, name text, type text, account text, region text, of text?, created_at time?, status text?,"
            " encrypted flag?, kms_key text?, shared_with list?, taken_at time?, copied_from text?"
        ),
        ("aws.rds",),
        aws_rds.snapshots,
    ),
    FrameSpec(
        "kms_keys",
        columns(
            "arn text, key_id text, account text, region text, manager text?, state text?, rotation flag?, aliases"
            " list, open_statements list?, administer_and_use list?"
        ),
        ("aws.kms",),
        aws_edge.keys,
    ),
    FrameSpec(
        "elbv2_listeners",
        columns(
            "arn text, account text, region text, balancer text, scheme text?, type text?, protocol text, port number?,"
            " policy text?, protocols list?, ciphers list, only_redirects flag?"
        ),
        ("aws.elbv2",),
        aws_edge.listeners,
    ),
    FrameSpec(
        "acm_certificates",
        columns(
            "arn text, account text, region text, domain text?, status text?, type text?, key_algorithm text?,"
            " not_after time?, in_use flag?"
        ),
        ("aws.acm",),
        aws_edge.certificates,
    ),
    FrameSpec(
        "aws_stores",
        columns(
            "arn text, kind text, account text, region text, encrypted flag?, algorithm text?, kms_key text?,"
            " key_manager text?"
        ),
        uses=aws_stores.USES,
        derive=aws_stores.stores,
    ),
    FrameSpec(
        "aws_inventory",
        columns("arn text, kind text, account text, region text"),
        uses=(
            "aws_stores",
            "ec2_security_groups",
            "elbv2_listeners",
            "acm_certificates",
            "kms_keys",
            "lambda_functions",
            "cloudfront_distributions",
        ),
        derive=aws_stores.inventory,
    ),
)
