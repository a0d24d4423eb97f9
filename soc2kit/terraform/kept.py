"""Which attributes of which resources are kept of a plan or a state: those that tests read, and no other.

None keeps a value, a record goes into blocks, a function makes of a value what may be kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_FORCE_SSL = "rds.force_ssl"
_WITHOUT_TLS = "aws:securetransport"


def _denials(value: Any) -> Any:
    """Of a bucket's policy the statements that deny and speak of TLS alone: conditions of others can be secrets."""
    try:
        document = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return None if value is None else {"unknown": "the policy is no JSON"}
    statements = document.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    return [{"Statement": [one for one in listed if isinstance(one, dict) and _is_denial(one)]}]


def _is_denial(statement: Mapping[str, Any]) -> bool:
    conditions = statement.get("Condition")
    if statement.get("Effect") != "Deny" or not isinstance(conditions, dict):
        return False
    names = {str(key).lower() for keys in conditions.values() if isinstance(keys, dict) for key in keys}
    return names == {_WITHOUT_TLS}


def _force_ssl(value: Any) -> Any:
    """Other parameters of a database may be anything."""
    listed = value if isinstance(value, list) else []
    return [
        {"name": _FORCE_SSL, "value": str(one.get("value"))}
        for one in listed
        if isinstance(one, dict) and one.get("name") == _FORCE_SSL
    ]


def _flat(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names)


_BLOCKS = _flat("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")
_RULE = {"apply_server_side_encryption_by_default": _flat("sse_algorithm", "kms_master_key_id")}
_OPEN = _flat("from_port", "to_port", "protocol", "cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids")
_REDIRECT = {"type": None, "redirect": _flat("protocol")}
_VIEWER = _flat("viewer_protocol_policy")
_DATABASE = _flat(
    "arn", "id", "identifier", "cluster_identifier", "storage_encrypted", "kms_key_id", "publicly_accessible",
    "backup_retention_period", "deletion_protection", "replicate_source_db", "engine", "engine_mode",
    "replication_source_identifier", "snapshot_identifier",
)  # fmt: skip

KEPT: Mapping[str, Mapping[str, Any]] = {
    "aws_s3_bucket": {
        **_flat("arn", "id", "bucket"), "server_side_encryption_configuration": {"rule": _RULE},
    },
    "aws_s3_bucket_server_side_encryption_configuration": {**_flat("bucket"), "rule": _RULE},
    "aws_s3_bucket_public_access_block": {**_flat("bucket"), **_BLOCKS},
    "aws_s3_account_public_access_block": _BLOCKS,
    "aws_s3_bucket_policy": {**_flat("bucket"), "policy": _denials},
    "aws_db_instance": _DATABASE,
    "aws_rds_cluster": _DATABASE,
    "aws_rds_cluster_instance": _DATABASE,
    "aws_db_parameter_group": {**_flat("arn", "id", "name", "family"), "parameter": _force_ssl},
    "aws_rds_cluster_parameter_group": {**_flat("arn", "id", "name", "family"), "parameter": _force_ssl},
    "aws_ebs_volume": _flat("arn", "id", "encrypted", "kms_key_id"),
    "aws_ebs_encryption_by_default": _flat("enabled"),
    "aws_dynamodb_table": {**_flat("arn", "id", "name"), "server_side_encryption": _flat("enabled", "kms_key_arn")},
    "aws_sqs_queue": _flat("arn", "name", "sqs_managed_sse_enabled", "kms_master_key_id"),
    "aws_sns_topic": _flat("arn", "name", "kms_master_key_id"),
    "aws_kms_key": _flat("arn", "id", "key_id", "enable_key_rotation", "customer_master_key_spec", "key_usage"),
    "aws_kms_alias": _flat("name", "target_key_id"),
    "aws_security_group": {**_flat("arn", "id", "name"), "ingress": _OPEN},
    "aws_security_group_rule": {**_OPEN, **_flat("type", "security_group_id")},
    "aws_vpc_security_group_ingress_rule": _flat(
        "security_group_id", "cidr_ipv4", "cidr_ipv6", "from_port", "to_port", "ip_protocol", "prefix_list_id"
    ),
    "aws_lb": _flat("arn", "id", "name", "internal"),
    "aws_alb": _flat("arn", "id", "name", "internal"),
    "aws_lb_listener": {
        **_flat("arn", "load_balancer_arn", "port", "protocol", "ssl_policy"), "default_action": _REDIRECT,
    },
    "aws_alb_listener": {
        **_flat("arn", "load_balancer_arn", "port", "protocol", "ssl_policy"), "default_action": _REDIRECT,
    },
    "aws_cloudfront_distribution": {
        **_flat("arn", "id"), "default_cache_behavior": _VIEWER, "ordered_cache_behavior": _VIEWER,
        "viewer_certificate": _flat("minimum_protocol_version", "cloudfront_default_certificate"),
    },
}  # fmt: skip
#: Attributes by which one resource speaks of another.
LINKS = ("bucket", "security_group_id", "load_balancer_arn", "target_key_id")
