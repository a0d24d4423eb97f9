"""Frames of AWS's configuration, from answers as the services give them."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from soc2kit.frames import FRAMES
from soc2kit.frames.schema import typed

REGION, ACCOUNT = "eu-central-1", "402613907581"
RECORD = {"source": {"account": ACCOUNT}, "identity": f"arn:aws:sts::{ACCOUNT}:assumed-role/Auditor/x"}
Answer = dict[str, Any]


def page(call: str, answer: Answer, **asked: Any) -> Answer:
    return {"call": call, "parameters": {"region": REGION, **asked}, "answer": answer}


def refused(call: str, **asked: Any) -> Answer:
    return page(call, {"unread": {"Code": "AccessDenied", "Message": "somebody may not"}}, **asked)


def rows(name: str, *pages: Answer) -> list[Any]:
    spec = FRAMES[name]
    assert spec.rows is not None
    found = list(spec.rows(list(pages), RECORD))
    typed(spec, found, "a test")
    return found


def statement(**changed: Any) -> Answer:
    whole = {
        "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }  # fmt: skip
    return {key: value for key, value in {**whole, **changed}.items() if value is not None}


@pytest.mark.parametrize(
    ("statements", "denied"),
    [
        ([statement()], True),
        ([statement(Principal={"AWS": "*"})], True),
        ([statement(Principal={"AWS": ["*"]}, Action=["s3:*"])], True),
        ([statement(Action="*")], True),
        ([statement(Resource="*")], True),
        ([statement(Resource="arn:aws:s3:::b*")], True),
        ([statement(Condition={"BoolIfExists": {"AWS:SECURETRANSPORT": ["false"]}})], True),
        ([statement(Condition={"Bool": {"aws:SecureTransport": False}})], True),
        ([statement(Resource="arn:aws:s3:::b"), statement(Resource="arn:aws:s3:::b/*")], True),
        ([statement(Resource="arn:aws:s3:::b/*")], False),
        ([statement(Resource="arn:aws:s3:::b")], False),
        ([statement(Resource=["arn:aws:s3:::other", "arn:aws:s3:::other/*"])], False),
        ([statement(Action="s3:GetObject")], False),
        ([statement(Effect="Allow", Condition={"Bool": {"aws:SecureTransport": "true"}})], False),
        ([statement(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})], False),
        ([statement(Principal=None, NotPrincipal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/x"})], False),
        ([statement(Condition={"Bool": {"aws:SecureTransport": "true"}})], False),
        ([statement(Condition={"Bool": {"aws:SecureTransport": "false"},
                               "StringEquals": {"aws:SourceVpc": "vpc-1"}})], False),
        ([statement(Condition={"Null": {"aws:SecureTransport": "false"}})], False),
        ([statement(Condition=None)], False),
        ([statement(Action=None, NotAction="iam:*")], True),
        ([statement(Action=None, NotAction="s3:GetObject")], False),
        ([statement(Action=None, NotAction=["s3:*"])], False),
        ([statement(Resource=None, NotResource="arn:aws:s3:::other/*")], True),
        ([statement(Resource=None, NotResource="arn:aws:s3:::b/public/*")], False),
        ([], False),
    ],
)  # fmt: skip
def test_a_policy_denies_plain_http_only_to_everybody_for_everything(statements: list[Answer], denied: bool) -> None:
    policy = page("s3.GetBucketPolicy", {"Policy": json.dumps({"Statement": statements})}, Bucket="b")
    (bucket,) = rows("s3_buckets", page("s3.ListBuckets", {"Buckets": [{"Name": "b"}]}), policy)
    assert bucket["plain_http_denied"] is denied


ON, OFF = (dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), value)
           for value in (True, False))  # fmt: skip
ABSENT = {"absent": {"Code": "NoSuchPublicAccessBlockConfiguration", "Message": ""}}
UNREAD = {"unread": {"Code": "AccessDenied", "Message": ""}}


def block(on: Answer) -> Answer:
    return {"PublicAccessBlockConfiguration": on}


@pytest.mark.parametrize(
    ("of_account", "of_bucket", "effective"),
    [
        (block(ON), block(OFF), True),
        (block(OFF), block(ON), True),
        (block(OFF), ABSENT, False),
        (ABSENT, ABSENT, False),
        (ABSENT, block({**OFF, "RestrictPublicBuckets": True}), True),
        (UNREAD, block(ON), True),
        (block(ON), UNREAD, True),
        (UNREAD, block(OFF), None),
        (ABSENT, UNREAD, None),
    ],
)
def test_a_block_is_on_where_the_account_or_the_bucket_has_it(
    of_account: Answer, of_bucket: Answer, effective: bool | None
) -> None:
    pages = (
        page("s3control.GetPublicAccessBlock", of_account, AccountId=ACCOUNT),
        page("s3.ListBuckets", {"Buckets": [{"Name": "b"}]}),
        page("s3.GetPublicAccessBlock", of_bucket, Bucket="b"),
    )
    assert rows("s3_buckets", *pages)[0]["restrict"] is effective


def acl(group: str | None) -> Answer:
    grantee = {"Type": "CanonicalUser", "ID": "x"} if group is None else {"Type": "Group", "URI": f"http://a/{group}"}
    return {"Owner": {"ID": "x"}, "Grants": [{"Grantee": grantee, "Permission": "READ"}]}


@pytest.mark.parametrize(
    ("granted", "ownership", "public"),
    [
        (acl("global/AllUsers"), "ObjectWriter", True),
        (acl("global/AuthenticatedUsers"), "BucketOwnerPreferred", True),
        (acl("global/AllUsers"), "BucketOwnerEnforced", False),
        (acl("s3/LogDelivery"), "ObjectWriter", False),
        (acl(None), "ObjectWriter", False),
        (UNREAD, "BucketOwnerEnforced", False),
        (UNREAD, "ObjectWriter", None),
    ],
)
def test_lists_let_everybody_in_only_where_they_have_a_say(
    granted: Answer, ownership: str, public: bool | None
) -> None:
    pages = (
        page("s3.ListBuckets", {"Buckets": [{"Name": "b"}]}),
        page("s3.GetBucketAcl", granted, Bucket="b"),
        page("s3.GetBucketOwnershipControls", {"OwnershipControls": {"Rules": [{"ObjectOwnership": ownership}]}},
             Bucket="b"),
    )  # fmt: skip
    assert rows("s3_buckets", *pages)[0]["public_acl"] is public


@pytest.mark.parametrize(
    ("source", "entries", "internet"),
    [
        ({"CidrIpv4": "0.0.0.0/0"}, None, True),
        ({"CidrIpv6": "::/0"}, None, True),
        ({"CidrIpv4": "128.0.0.0/1"}, None, True),
        ({"CidrIpv6": "2000::/3"}, None, True),
        ({"CidrIpv6": "2a00::/12"}, None, True),
        ({"CidrIpv6": "2a01::/16"}, None, False),
        ({"CidrIpv6": "fc00::/7"}, None, False),
        ({"CidrIpv4": "64.0.0.0/7"}, None, True),
        ({"CidrIpv4": "10.0.0.0/8"}, None, False),
        ({"CidrIpv4": "198.51.100.7/32"}, None, False),
        ({"CidrIpv4": "address-001.redacted.invalid/24"}, None, False),
        ({"ReferencedGroupInfo": {"GroupId": "sg-2"}}, None, False),
        ({"PrefixListId": "pl-1"}, {"Entries": [{"Cidr": "10.0.0.0/16"}]}, False),
        ({"PrefixListId": "pl-1"}, {"Entries": [{"Cidr": "10.0.0.0/16"}, {"Cidr": "0.0.0.0/0"}]}, True),
        ({"PrefixListId": "pl-1"}, {"Entries": []}, False),
        ({"PrefixListId": "pl-1"}, UNREAD, None),
        ({"PrefixListId": "pl-1"}, None, None),
    ],
)
def test_the_internet_is_everybody_and_what_is_too_wide_to_be_anybodys(
    source: Answer, entries: Answer | None, internet: bool | None
) -> None:
    rule = {"SecurityGroupRuleId": "r", "GroupId": "sg-1", "IsEgress": False, "IpProtocol": "tcp", **source}
    out = {**rule, "IsEgress": True}
    pages = [page("ec2.DescribeSecurityGroupRules", {"SecurityGroupRules": [rule, out]})]
    pages += [page("ec2.GetManagedPrefixListEntries", entries, PrefixListId="pl-1")] if entries is not None else []
    (found,) = rows("ec2_ingress", *pages)
    assert found["internet"] is internet


def test_whether_a_group_is_in_use_is_unknown_where_interfaces_could_not_be_listed() -> None:
    group = {"GroupId": "sg-1", "GroupName": "web"}
    groups = page("ec2.DescribeSecurityGroups", {"SecurityGroups": [group]})
    used = page("ec2.DescribeNetworkInterfaces", {"NetworkInterfaces": [{"Groups": [{"GroupId": "sg-1"}]}]})
    unused = page("ec2.DescribeNetworkInterfaces", {"NetworkInterfaces": []})
    for interfaces, in_use in ((used, True), (unused, False), (refused("ec2.DescribeNetworkInterfaces"), None)):
        assert rows("ec2_security_groups", groups, interfaces)[0]["in_use"] is in_use
    assert not rows("ec2_security_groups", groups, refused("ec2.DescribeSecurityGroupRules"))[0]["rules_known"]


def test_a_rule_of_encryption_may_speak_of_the_buckets_key_alone() -> None:
    rules = [{"BucketKeyEnabled": True}]
    told = page("s3.GetBucketEncryption", {"ServerSideEncryptionConfiguration": {"Rules": rules}}, Bucket="b")
    (bucket,) = rows("s3_buckets", page("s3.ListBuckets", {"Buckets": [{"Name": "b"}]}), told)
    assert (bucket["algorithm"], bucket["bucket_key"]) == ("none", True)


def test_an_interface_is_named_by_what_it_is_for_once_for_each_group() -> None:
    both = {"Groups": [{"GroupId": "sg-1"}, {"GroupId": "sg-2"}]}
    told = (
        {"Description": "ELB app/web", "InterfaceType": "interface", **both}, {"InterfaceType": "lambda"},
        {"Description": "", "Attachment": {"InstanceId": "i-1"}, "Groups": [{"GroupId": "sg-1"}]},
        {"InterfaceType": "lambda", "Groups": [{"GroupId": "sg-3"}]}, {"Groups": [{"GroupId": "sg-4"}]},
    )  # fmt: skip
    listed = [{"NetworkInterfaceId": f"eni-{number}", **one} for number, one in enumerate(told)]
    found = rows("ec2_interfaces", page("ec2.DescribeNetworkInterfaces", {"NetworkInterfaces": listed}))
    assert [(row["group"].rpartition("/")[2], row["attached_to"]) for row in found] == [
        ("sg-1", "ELB app/web"), ("sg-2", "ELB app/web"), ("sg-1", "i-1"), ("sg-3", "lambda"), ("sg-4", "an interface"),
    ]  # fmt: skip
    assert rows("ec2_interfaces", refused("ec2.DescribeNetworkInterfaces")) == []


def test_who_may_restore_a_snapshot_of_a_volume_is_asked_once_for_all() -> None:
    both = {"Snapshots": [{"SnapshotId": "a"}, {"SnapshotId": "b"}]}
    mine = page("ec2.DescribeSnapshots", both, OwnerIds=["self"])
    asked = {"OwnerIds": ["self"], "RestorableByUserIds": ["all"]}
    public = page("ec2.DescribeSnapshots", {"Snapshots": [{"SnapshotId": "b"}]}, **asked)
    assert [row["public"] for row in rows("ebs_snapshots", mine, public)] == [False, True]
    lost = refused("ec2.DescribeSnapshots", **asked)
    assert [row["public"] for row in rows("ebs_snapshots", mine, lost)] == [None, None]
    (row,) = rows("aws_ec2_unread", mine, lost)
    assert (row["operation"], row["what"]) == ("DescribeSnapshots that all may restore", None)


@pytest.mark.parametrize(
    ("parameters", "forced"),
    [
        ({"Parameters": [{"ParameterName": "rds.force_ssl", "ParameterValue": "1"}]}, "1"),
        ({"Parameters": [{"ParameterName": "rds.force_ssl"}]}, None),
        ({"Parameters": [{"ParameterName": "ssl", "ParameterValue": "1"}]}, None),
        (UNREAD, None),
    ],
)
def test_the_value_of_force_ssl_is_that_of_the_databases_group(parameters: Answer, forced: str | None) -> None:
    database = {
        "DBInstanceArn": "arn:db", "DBInstanceIdentifier": "app", "Engine": "postgres",
        "DBParameterGroups": [{"DBParameterGroupName": "pg", "ParameterApplyStatus": "pending-reboot"}],
    }  # fmt: skip
    pages = (
        page("rds.DescribeDBInstances", {"DBInstances": [database]}),
        page("rds.DescribeDBParameters", parameters, DBParameterGroupName="pg"),
        page("rds.DescribeDBParameters", {"Parameters": [{"ParameterName": "rds.force_ssl", "ParameterValue": "0"}]},
             DBParameterGroupName="other"),
    )  # fmt: skip
    (found,) = rows("rds_databases", *pages)
    assert (found["force_ssl"], found["waits"]) == (forced, True)


def test_the_value_of_force_ssl_may_stand_on_any_page() -> None:
    database = {"DBInstanceArn": "arn:db", "DBInstanceIdentifier": "app", "Engine": "postgres",
                "DBParameterGroups": [{"DBParameterGroupName": "pg", "ParameterApplyStatus": "in-sync"}]}  # fmt: skip
    first = {"Parameters": [{"ParameterName": "rds.force_ssl", "ParameterValue": "0"}]}
    pages = [page("rds.DescribeDBParameters", one, DBParameterGroupName="pg") for one in (first, {"Parameters": []})]
    (found,) = rows("rds_databases", page("rds.DescribeDBInstances", {"DBInstances": [database]}), *pages)
    assert found["force_ssl"] == "0"


@pytest.mark.parametrize(
    ("source", "replica"),
    [
        ({}, None),
        ({"ReadReplicaSourceDBInstanceIdentifier": ""}, None),
        ({"ReadReplicaSourceDBInstanceIdentifier": "first"}, "first"),
        ({"ReadReplicaSourceDBClusterIdentifier": "cluster"}, "cluster"),
    ],
)
def test_a_replica_names_the_database_or_cluster_that_it_is_of(source: Answer, replica: str | None) -> None:
    database = {"DBInstanceArn": "arn:db", "DBInstanceIdentifier": "app", "Engine": "postgres", **source}
    (found,) = rows("rds_databases", page("rds.DescribeDBInstances", {"DBInstances": [database]}))
    assert found["replica_of"] == replica


def test_a_classic_balancers_listener_speaks_what_its_policy_of_tls_allows() -> None:
    """It has policies of stickiness, too; without one of TLS, AWS's own default is in force, which is not shown."""
    listeners = [
        {"Listener": {"Protocol": "https", "LoadBalancerPort": 443}, "PolicyNames": ["tls", "sticky"]},
        {"Listener": {"Protocol": "SSL", "LoadBalancerPort": 993}, "PolicyNames": ["sticky"]},
        {"Listener": {"Protocol": "HTTP", "LoadBalancerPort": 80}, "PolicyNames": []},
    ]
    on = {
        "Protocol-TLSv1": "true",
        "Protocol-TLSv1.1": "false",
        "AES128-SHA": "true",
        "Server-Defined-Cipher-Order": "true",
    }
    tls = {"PolicyName": "tls", "PolicyTypeName": "SSLNegotiationPolicyType", "PolicyAttributeDescriptions": [
        {"AttributeName": name, "AttributeValue": value} for name, value in on.items()]}  # fmt: skip
    sticky = {"PolicyName": "sticky", "PolicyTypeName": "LBCookieStickinessPolicyType"}
    balancer = {"LoadBalancerName": "b", "Scheme": "internet-facing", "ListenerDescriptions": listeners}
    found = rows(
        "elbv2_listeners",
        page("elb.DescribeLoadBalancers", {"LoadBalancerDescriptions": [balancer]}),
        page("elb.DescribeLoadBalancerPolicies", {"PolicyDescriptions": [tls, sticky]}, LoadBalancerName="b"),
    )
    assert [(one["protocol"], one["protocols"], one["ciphers"], one["policy"]) for one in found] == [
        ("HTTPS", ["TLSv1"], ["AES128-SHA"], "tls"), ("SSL", None, [], None), ("HTTP", None, [], None),
    ]  # fmt: skip
    assert found[0]["arn"] == f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/b/443"
    refusal = refused("elb.DescribeLoadBalancerPolicies", LoadBalancerName="b")
    alone = page("elb.DescribeLoadBalancers", {"LoadBalancerDescriptions": [balancer]})
    assert rows("elbv2_listeners", alone, refusal)[0]["protocols"] is None


def test_a_listener_of_a_gateway_balancer_has_neither_protocol_nor_port() -> None:
    balancer = {"LoadBalancerArn": "arn:b", "LoadBalancerName": "b", "Type": "gateway"}
    pages = (
        page("elbv2.DescribeLoadBalancers", {"LoadBalancers": [balancer]}),
        page("elbv2.DescribeListeners", {"Listeners": [{"ListenerArn": "arn:l", "LoadBalancerArn": "arn:b"}]},
             LoadBalancerArn="arn:b"),
    )  # fmt: skip
    (listener,) = rows("elbv2_listeners", *pages)
    assert (listener["protocol"], listener["port"]) == ("GENEVE", None)


@pytest.mark.parametrize(
    ("actions", "only"),
    [
        ([{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS"}}], True),
        ([{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTP"}}], False),
        ([{"Type": "redirect", "RedirectConfig": {"Protocol": "#{protocol}"}}], False),
        ([{"Type": "fixed-response"}], True),
        ([{"Type": "forward"}], False),
        ([{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS"}}, {"Type": "forward"}], False),
    ],
)
def test_every_rule_of_a_listener_counts(actions: list[Answer], only: bool) -> None:
    listener = {"ListenerArn": "arn:l", "LoadBalancerArn": "arn:b", "Protocol": "HTTP", "Port": 80}
    pages = (
        page("elbv2.DescribeLoadBalancers", {"LoadBalancers": [{"LoadBalancerArn": "arn:b", "LoadBalancerName": "b"}]}),
        page("elbv2.DescribeListeners", {"Listeners": [listener]}, LoadBalancerArn="arn:b"),
        page("elbv2.DescribeRules", {"Rules": [{"Actions": [one]} for one in actions]}, ListenerArn="arn:l"),
    )
    assert rows("elbv2_listeners", *pages)[0]["only_redirects"] is only


@pytest.mark.parametrize(
    ("key", "manager"),
    [
        ("arn:aws:kms:r:1:key/k", "CUSTOMER"),
        ("k", "CUSTOMER"),
        ("alias/data", "CUSTOMER"),
        ("arn:aws:kms:r:1:alias/data", "CUSTOMER"),
        ("arn:aws:kms:r:1:key/aws", "AWS"),
        ("arn:aws:kms:r:9:key/k9", None),
        ("arn:aws:kms:r:1:alias/aws/rds", "AWS"),
        ("alias/aws/s3", "AWS"),
        (None, "AWS"),
    ],
)
def test_a_key_is_found_by_every_name_that_it_has(key: str | None, manager: str | None) -> None:
    at = pd.Timestamp("2026-03-31", tz="UTC")
    one = {"account": "1", "region": "r", "snapshot_at": at}
    keys = pd.DataFrame([
        {"arn": "arn:aws:kms:r:1:key/k", "key_id": "k", "manager": "CUSTOMER", "aliases": ["alias/data"], **one},
        {"arn": "arn:aws:kms:r:1:key/aws", "key_id": "aws", "manager": "AWS", "aliases": [], **one},
    ])  # fmt: skip
    spec = FRAMES["aws_stores"]
    frames = {
        name: typed(FRAMES[name], [], "nothing").assign(snapshot_at=pd.Series(dtype="datetime64[us, UTC]"))
        for name in spec.uses
    }
    bucket = pd.DataFrame([{"arn": "b", "algorithm": "aws:kms", "kms_key": key, **one}])
    assert spec.derive is not None
    (row,) = spec.derive({**frames, "kms_keys": keys, "s3_buckets": bucket}).to_dict("records")
    assert row["key_manager"] == manager if manager else pd.isna(row["key_manager"])
