"""What is asked of each service about how it is configured: one table a service, a line a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .configuration import Asking, Call, Found, Paging, named

_MARKER, _NEXT_MARKER = Paging("Marker", "Marker"), Paging("NextMarker", "Marker")
_NEXT_TOKEN = Paging("NextToken", "NextToken")
# EC2 sends the mark with some of its last pages, too, without any text in it.
_EC2 = Paging("NextToken", "NextToken", empty_ends=True)
# What answers in pages gives few rows where nothing is said: EC2 a thousand, the others as many as they ever do.
_MANY, _HUNDRED = {"MaxResults": 1000}, {"MaxRecords": 100}


def _in_its_region(found: Found) -> Asking:
    """Of the bucket, where it is; which region that is AWS tells with the list."""
    return found.row.get("BucketRegion", found.region), {"Bucket": found.row["Name"]}


def _not_truncated(answer: Mapping[str, Any]) -> bool:
    """S3 has no list of inventories where there is none, and says that this is all."""
    return answer.get("IsTruncated") is False


def _bucket(operation: str, permission: str, absent: str = "") -> Call:
    return Call(
        "s3", operation, f"s3:{permission}", absent=(absent,) if absent else (), of=BUCKETS, each=_in_its_region
    )


BUCKETS = Call(
    "s3", "list_buckets", "s3:ListAllMyBuckets", "Buckets", Paging("ContinuationToken", "ContinuationToken"),
    parameters={"MaxBuckets": 1000},
    globally=True,
)  # fmt: skip
S3 = (
    Call("s3control", "get_public_access_block", "s3:GetAccountPublicAccessBlock", "PublicAccessBlockConfiguration",
         absent=("NoSuchPublicAccessBlockConfiguration",), globally=True,
         each=lambda found: (found.region, {"AccountId": found.account})),
    BUCKETS,
    _bucket("get_bucket_encryption", "GetEncryptionConfiguration", "ServerSideEncryptionConfigurationNotFoundError"),
    _bucket("get_bucket_policy", "GetBucketPolicy", "NoSuchBucketPolicy"),
    _bucket("get_bucket_policy_status", "GetBucketPolicyStatus", "NoSuchBucketPolicy"),
    _bucket("get_public_access_block", "GetBucketPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration"),
    _bucket("get_bucket_acl", "GetBucketAcl"),
    _bucket("get_bucket_ownership_controls", "GetBucketOwnershipControls", "OwnershipControlsNotFoundError"),
    _bucket("get_bucket_versioning", "GetBucketVersioning"),
    _bucket("get_bucket_logging", "GetBucketLogging"),
    _bucket("get_object_lock_configuration", "GetBucketObjectLockConfiguration",
            "ObjectLockConfigurationNotFoundError"),
    Call("s3", "list_bucket_inventory_configurations", "s3:GetInventoryConfiguration", "InventoryConfigurationList",
         Paging("NextContinuationToken", "ContinuationToken", empty=_not_truncated), of=BUCKETS, each=_in_its_region),
)  # fmt: skip


def _prefix_list(found: Found) -> Asking:
    name = found.row.get("PrefixListId")
    return None if name is None or found.row.get("IsEgress") else (found.region, {"PrefixListId": name})


RULES = Call("ec2", "describe_security_group_rules", "ec2:DescribeSecurityGroupRules", "SecurityGroupRules",
             parameters=_MANY, pages=_EC2)  # fmt: skip
SNAPSHOTS = Call("ec2", "describe_snapshots", "ec2:DescribeSnapshots", "Snapshots",
                 parameters={**_MANY, "OwnerIds": ["self"]}, pages=_EC2)  # fmt: skip
EC2 = (
    Call("ec2", "describe_security_groups", "ec2:DescribeSecurityGroups", "SecurityGroups", parameters=_MANY,
         pages=_EC2),
    RULES,
    Call("ec2", "describe_network_interfaces", "ec2:DescribeNetworkInterfaces", "NetworkInterfaces", parameters=_MANY,
         pages=_EC2),
    Call("ec2", "describe_volumes", "ec2:DescribeVolumes", "Volumes", parameters=_MANY, pages=_EC2),
    SNAPSHOTS,
    # With which accounts each is shared: no list tells, so it is asked of one after another.
    Call("ec2", "describe_snapshot_attribute", "ec2:DescribeSnapshotAttribute", "CreateVolumePermissions", of=SNAPSHOTS,
         each=named("SnapshotId"), parameters={"Attribute": "createVolumePermission"}),
    # Which of them everybody may use: one question a region.
    Call("ec2", "describe_snapshots", "ec2:DescribeSnapshots", "Snapshots",
         parameters={**_MANY, "OwnerIds": ["self"], "RestorableByUserIds": ["all"]}, pages=_EC2),
    Call("ec2", "get_ebs_encryption_by_default", "ec2:GetEbsEncryptionByDefault", "EbsEncryptionByDefault"),
    Call("ec2", "get_managed_prefix_list_entries", "ec2:GetManagedPrefixListEntries", "Entries",
         parameters={"MaxResults": 100}, of=RULES, each=_prefix_list, pages=_EC2),
)  # fmt: skip


def _shared(found: Found, name: str) -> Asking:
    """Snapshots that RDS makes by itself can be shared with nobody."""
    row = found.row
    return (found.region, {name: row[name]}) if row["SnapshotType"] == "manual" else None


#: The parameters that say which connections a database takes, by a word in the name of its engine's families.
_OF_CONNECTIONS = {
    "postgres": ["rds.force_ssl", "ssl_min_protocol_version"],
    "mysql": ["require_secure_transport", "tls_version"],
    "mariadb": ["require_secure_transport", "tls_version"],
}


def _connections(found: Found, name: str) -> Asking:
    """These parameters alone, of the groups of engines that have them."""
    row = found.row
    values = next((names for word, names in _OF_CONNECTIONS.items() if word in row["DBParameterGroupFamily"]), None)
    if values is None:
        return None
    return found.region, {name: row[name], "Filters": [{"Name": "parameter-name", "Values": values}]}


DB_SNAPSHOTS = Call("rds", "describe_db_snapshots", "rds:DescribeDBSnapshots", "DBSnapshots", parameters=_HUNDRED,
                    pages=_MARKER)  # fmt: skip
CLUSTER_SNAPSHOTS = Call("rds", "describe_db_cluster_snapshots", "rds:DescribeDBClusterSnapshots", "DBClusterSnapshots",
                         parameters=_HUNDRED, pages=_MARKER)  # fmt: skip
PARAMETER_GROUPS = Call("rds", "describe_db_parameter_groups", "rds:DescribeDBParameterGroups", "DBParameterGroups",
                        parameters=_HUNDRED, pages=_MARKER)  # fmt: skip
CLUSTER_GROUPS = Call("rds", "describe_db_cluster_parameter_groups", "rds:DescribeDBClusterParameterGroups",
                      "DBClusterParameterGroups", parameters=_HUNDRED, pages=_MARKER)  # fmt: skip
RDS = (
    Call("rds", "describe_db_instances", "rds:DescribeDBInstances", "DBInstances", parameters=_HUNDRED, pages=_MARKER),
    Call("rds", "describe_db_clusters", "rds:DescribeDBClusters", "DBClusters", parameters=_HUNDRED, pages=_MARKER),
    DB_SNAPSHOTS,
    CLUSTER_SNAPSHOTS,
    PARAMETER_GROUPS,
    CLUSTER_GROUPS,
    Call("rds", "describe_db_snapshot_attributes", "rds:DescribeDBSnapshotAttributes", "DBSnapshotAttributesResult",
         of=DB_SNAPSHOTS, each=lambda found: _shared(found, "DBSnapshotIdentifier")),
    Call("rds", "describe_db_cluster_snapshot_attributes", "rds:DescribeDBClusterSnapshotAttributes",
         "DBClusterSnapshotAttributesResult", of=CLUSTER_SNAPSHOTS,
         each=lambda found: _shared(found, "DBClusterSnapshotIdentifier")),
    Call("rds", "describe_db_parameters", "rds:DescribeDBParameters", "Parameters", of=PARAMETER_GROUPS,
         each=lambda found: _connections(found, "DBParameterGroupName"), parameters=_HUNDRED, pages=_MARKER),
    Call("rds", "describe_db_cluster_parameters", "rds:DescribeDBClusterParameters", "Parameters", of=CLUSTER_GROUPS,
         each=lambda found: _connections(found, "DBClusterParameterGroupName"), parameters=_HUNDRED, pages=_MARKER),
)  # fmt: skip


def _rotating(found: Found) -> Asking:
    """Only keys of the company rotate when it says so, and only symmetric ones whose material AWS made."""
    key = found.row["KeyMetadata"]
    rotates = (key.get("KeyManager"), key.get("KeySpec"), key.get("Origin")) == (
        "CUSTOMER", "SYMMETRIC_DEFAULT", "AWS_KMS",
    )  # fmt: skip
    return (found.region, {"KeyId": key["KeyId"]}) if rotates else None


def _of_the_company(found: Found) -> Asking:
    key = found.row["KeyMetadata"]
    return (found.region, {"KeyId": key["KeyId"]}) if key.get("KeyManager") == "CUSTOMER" else None


KEYS = Call("kms", "list_keys", "kms:ListKeys", "Keys", parameters={"Limit": 1000}, pages=_NEXT_MARKER)
KEY = Call("kms", "describe_key", "kms:DescribeKey", "KeyMetadata", of=KEYS, each=named("KeyId"))
KMS = (
    KEYS,
    Call("kms", "list_aliases", "kms:ListAliases", "Aliases", parameters={"Limit": 100}, pages=_NEXT_MARKER),
    KEY,
    Call("kms", "get_key_rotation_status", "kms:GetKeyRotationStatus", "KeyRotationEnabled", of=KEY, each=_rotating),
    Call("kms", "get_key_policy", "kms:GetKeyPolicy", "Policy", of=KEY, each=_of_the_company),
)  # fmt: skip


def _without_tls(found: Found) -> Asking:
    return (found.region, {"ListenerArn": found.row["ListenerArn"]}) if found.row.get("Protocol") == "HTTP" else None


BALANCERS = Call("elbv2", "describe_load_balancers", "elasticloadbalancing:DescribeLoadBalancers", "LoadBalancers",
                 parameters={"PageSize": 400}, pages=_NEXT_MARKER)  # fmt: skip
LISTENERS = Call("elbv2", "describe_listeners", "elasticloadbalancing:DescribeListeners", "Listeners", of=BALANCERS,
                 each=named("LoadBalancerArn"), parameters={"PageSize": 400}, pages=_NEXT_MARKER)  # fmt: skip
# The first generation of load balancers has an API of its own.
CLASSIC = Call("elb", "describe_load_balancers", "elasticloadbalancing:DescribeLoadBalancers",
               "LoadBalancerDescriptions", parameters={"PageSize": 400}, pages=_NEXT_MARKER)  # fmt: skip
ELB = (
    BALANCERS,
    CLASSIC,
    Call("elb", "describe_load_balancer_policies", "elasticloadbalancing:DescribeLoadBalancerPolicies",
         "PolicyDescriptions", of=CLASSIC, each=named("LoadBalancerName")),
    Call("elbv2", "describe_ssl_policies", "elasticloadbalancing:DescribeSSLPolicies", "SslPolicies",
         parameters={"PageSize": 400}, pages=_NEXT_MARKER),
    LISTENERS,
    # A listener without TLS may still forward by one of its rules, whatever its default action is.
    Call("elbv2", "describe_rules", "elasticloadbalancing:DescribeRules", "Rules", of=LISTENERS, each=_without_tls,
         parameters={"PageSize": 400}, pages=_NEXT_MARKER),
)  # fmt: skip

CERTIFICATES = Call(
    "acm", "list_certificates", "acm:ListCertificates", "CertificateSummaryList",
    # Where nothing is said, only keys of 1024 and 2048 bits are listed.
    parameters={"MaxItems": 1000, "Includes": {"keyTypes": [
        "RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1",
    ]}}, pages=_NEXT_TOKEN,
)  # fmt: skip
ACM = (
    CERTIFICATES,
    Call("acm", "describe_certificate", "acm:DescribeCertificate", "Certificate", of=CERTIFICATES,
         each=named("CertificateArn")),
)  # fmt: skip
