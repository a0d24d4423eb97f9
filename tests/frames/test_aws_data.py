"""Frames of tables, secrets, topics, queues, functions and distributions, from answers as the services give them."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from frames.test_aws_config import ACCOUNT, REGION, page, refused, rows

from soc2kit.frames import FRAMES
from soc2kit.frames.schema import typed

Answer = dict[str, Any]
SEEN = pd.Timestamp("2026-03-31", tz="UTC")
OWN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k1"


@pytest.mark.parametrize(
    ("said", "algorithm", "key"),
    [
        ({}, "AWS-owned", None),
        ({"SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": OWN}}, "aws:kms", OWN),
        ({"SSEDescription": {"Status": "UPDATING", "SSEType": "KMS", "KMSMasterKeyArn": OWN}}, "aws:kms", OWN),
        ({"SSEDescription": {"Status": "DISABLED", "SSEType": "KMS", "KMSMasterKeyArn": OWN}}, "AWS-owned", None),
        ({"SSEDescription": {"Status": "ENABLED", "SSEType": "AES256"}}, "AWS-owned", None),
    ],
)
def test_every_table_is_encrypted_and_only_its_key_differs(said: Answer, algorithm: str, key: str | None) -> None:
    names = page("dynamodb.ListTables", {"TableNames": ["t", "gone"]})
    pages = (
        names,
        page("dynamodb.DescribeTable", {"Table": {"TableName": "t", **said}}, TableName="t"),
        refused("dynamodb.DescribeTable", TableName="gone"),
    )
    table, gone = rows("dynamodb_tables", *pages)
    assert (table["encrypted"], table["algorithm"], table["kms_key"]) == (True, algorithm, key)
    assert table["arn"] == f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t"
    assert (gone.get("encrypted"), gone["recovers_to_any_point"]) == (None, None)


@pytest.mark.parametrize(
    ("said", "encrypted", "algorithm", "key"),
    [
        ({"SqsManagedSseEnabled": "true"}, True, "SSE-SQS", None),
        ({"SqsManagedSseEnabled": "false"}, False, "none", None),
        ({"SqsManagedSseEnabled": "false", "KmsMasterKeyId": "alias/data"}, True, "aws:kms", "alias/data"),
        ({}, None, None, None),
    ],
)
def test_a_queue_is_encrypted_by_itself_or_with_a_key(
    said: Answer, encrypted: bool | None, algorithm: str | None, key: str | None
) -> None:
    url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/jobs"
    nothing = page("sqs.ListQueues", {})
    listed = page("sqs.ListQueues", {"QueueUrls": [url]})
    (queue,) = rows("sqs_queues", nothing, listed, page("sqs.GetQueueAttributes", {"Attributes": said}, QueueUrl=url))
    assert (queue["encrypted"], queue["algorithm"], queue["kms_key"]) == (encrypted, algorithm, key)
    assert (queue["arn"], queue["open_statements"]) == (f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs", [])
    (lost,) = rows("sqs_queues", listed, refused("sqs.GetQueueAttributes", QueueUrl=url))
    assert (lost.get("encrypted"), lost["open_statements"]) == (None, None)


CALLED = {
    "Sid": "All", "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl",
    "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
}  # fmt: skip
SIGNED = {**CALLED, "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}}
ABSENT = {"absent": {"Code": "ResourceNotFoundException", "Message": ""}}
OPENED = ["All allows lambda:invokefunctionurl"]


@pytest.mark.parametrize(
    ("auth", "policy", "asks_nobody", "opened"),
    [
        ("NONE", [CALLED], True, OPENED),
        ("AWS_IAM", [CALLED], False, []),
        (None, [CALLED], False, []),
        ("refused", [CALLED], None, OPENED),
        ("NONE", [], True, []),
        ("NONE", None, True, []),
        ("NONE", "refused", True, None),
        ("AWS_IAM", [SIGNED], False, OPENED),
    ],
)  # fmt: skip
def test_a_function_is_open_where_its_policy_and_its_address_are(
    auth: str | None, policy: Any, asks_nobody: bool | None, opened: list[str] | None
) -> None:
    name = {"FunctionName": "hook"}
    listed = {"FunctionUrl": "https://x/", "FunctionArn": "arn:f", "AuthType": auth}
    addresses = page("lambda.ListFunctionUrlConfigs", {"FunctionUrlConfigs": [listed] if auth else []}, **name)
    held = ABSENT if policy is None else {"Policy": json.dumps({"Statement": policy})}
    pages = (
        page("lambda.ListFunctions", {"Functions": [{"FunctionArn": "arn:f", **name}]}),
        refused("lambda.ListFunctionUrlConfigs", **name) if auth == "refused" else addresses,
        refused("lambda.GetPolicy", **name) if policy == "refused" else page("lambda.GetPolicy", held, **name),
    )
    (function,) = rows("lambda_functions", *pages)
    assert (function["asks_nobody"], function["open_statements"]) == (asks_nobody, opened)


@pytest.mark.parametrize(("auth", "opened"), [("NONE", None), ("AWS_IAM", [])])
def test_whom_an_alias_lets_in_is_not_known_where_its_address_asks_nobody(auth: str, opened: list[str] | None) -> None:
    name = {"FunctionName": "hook"}
    listed = {"FunctionUrl": "https://x/", "FunctionArn": "arn:f:live", "AuthType": auth}
    (function,) = rows(
        "lambda_functions",
        page("lambda.ListFunctions", {"Functions": [{"FunctionArn": "arn:f", **name}]}),
        page("lambda.ListFunctionUrlConfigs", {"FunctionUrlConfigs": [listed]}, **name),
        page("lambda.GetPolicy", ABSENT, **name),
    )
    assert function["open_statements"] == opened


def distribution(**changed: Any) -> Answer:
    whole = {
        "ARN": "arn:d", "Id": "E1", "DomainName": "d.cloudfront.net", "Enabled": True, "Aliases": {"Quantity": 0},
        "ViewerCertificate": {"CloudFrontDefaultCertificate": False, "MinimumProtocolVersion": "TLSv1.2_2021"},
        "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "redirect-to-https"},
        "CacheBehaviors": {"Quantity": 0},
        "Origins": {"Quantity": 1, "Items": [origin("o", "https-only")]},
    }  # fmt: skip
    return {**whole, **changed}


def origin(name: str, protocol: str, *tls: str) -> Answer:
    custom = {"OriginProtocolPolicy": protocol, "OriginSslProtocols": {"Items": list(tls or ("TLSv1.2",))}}
    return {"Id": name, "DomainName": f"{name}.example", "CustomOriginConfig": custom}


def made(item: Answer) -> Answer:
    (row,) = rows(
        "cloudfront_distributions",
        page("cloudfront.ListDistributions", {"DistributionList": {"Quantity": 1, "Items": [item]}}),
        page("cloudfront.ListDistributions", {"DistributionList": {"Quantity": 0}}),
    )
    found: Answer = row
    return found


@pytest.mark.parametrize(
    ("certificate", "policy", "oldest"),
    [
        ({"MinimumProtocolVersion": "TLSv1.2_2021"}, "TLSv1.2_2021", "TLSv1.2"),
        ({"MinimumProtocolVersion": "TLSv1.3_2025"}, "TLSv1.3_2025", "TLSv1.3"),
        ({"MinimumProtocolVersion": "TLSv1_2016"}, "TLSv1_2016", "TLSv1"),
        ({"MinimumProtocolVersion": "SSLv3"}, "SSLv3", "SSLv3"),
        ({"MinimumProtocolVersion": "TLSv1.4_2031"}, "TLSv1.4_2031", None),
        ({}, None, None),
        ({"CloudFrontDefaultCertificate": True, "MinimumProtocolVersion": "TLSv1.2_2021"},
         "the default certificate", "TLSv1"),
    ],
)  # fmt: skip
def test_a_distribution_takes_what_its_policy_begins_with(
    certificate: Answer, policy: str | None, oldest: str | None
) -> None:
    row = made(distribution(ViewerCertificate=certificate))
    assert (row["policy"], row["protocols"][0] if row["protocols"] else None) == (policy, oldest)
    assert row["protocols"] is None or row["protocols"][-1] == "TLSv1.3"


def path(pattern: str, origin_id: str, http: str) -> Answer:
    return {"PathPattern": pattern, "TargetOriginId": origin_id, "ViewerProtocolPolicy": http}


@pytest.mark.parametrize(
    ("origins", "paths", "plain_paths", "plain_origins", "protocols"),
    [
        ([origin("o", "https-only")], [], [], [], ["TLSv1.2"]),
        ([origin("o", "https-only", "SSLv3", "TLSv1.2")], [], [], [], ["SSLv3", "TLSv1.2"]),
        ([origin("o", "http-only", "SSLv3")], [], [], ["o.example"], []),
        ([origin("o", "match-viewer")], [], [], [], ["TLSv1.2"]),
        ([origin("o", "match-viewer")], [path("/a", "o", "https-only")], [], [], ["TLSv1.2"]),
        ([origin("o", "match-viewer")], [path("/a", "o", "allow-all")], ["/a"], ["o.example"], ["TLSv1.2"]),
        ([origin("o", "https-only"), origin("p", "http-only")], [], [], [], ["TLSv1.2"]),
        ([origin("o", "https-only"), origin("p", "http-only")], [path("/a", "g", "https-only")], [], ["p.example"],
         ["TLSv1.2"]),
        ([{"Id": "o", "DomainName": "b.s3", "S3OriginConfig": {}}], [path("/a", "o", "allow-all")], ["/a"], [], []),
    ],
)  # fmt: skip
def test_an_origin_counts_where_a_path_leads_to_it(
    origins: list[Answer], paths: list[Answer], plain_paths: list[str], plain_origins: list[str], protocols: list[str]
) -> None:
    group = {"Id": "g", "Members": {"Quantity": 2, "Items": [{"OriginId": "o"}, {"OriginId": "p"}]}}
    row = made(
        distribution(
            Origins={"Items": origins}, CacheBehaviors={"Items": paths}, OriginGroups={"Items": [group]},
        )
    )  # fmt: skip
    assert (row["plain_paths"], row["plain_origins"], row["origin_protocols"]) == (
        plain_paths,
        plain_origins,
        protocols,
    )


def inventory(**changed: Any) -> Answer:
    whole = {
        "Id": "all", "IsEnabled": True, "Schedule": {"Frequency": "Weekly"}, "OptionalFields": ["EncryptionStatus"],
    }  # fmt: skip
    return {**whole, **changed}


@pytest.mark.parametrize(
    ("inventories", "listed"),
    [
        ([], "never"),
        ([inventory()], "Weekly"),
        ([inventory(), inventory(Schedule={"Frequency": "Daily"})], "Daily"),
        ([inventory(IsEnabled=False)], "never"),
        ([inventory(OptionalFields=["Size"])], "never"),
        ([inventory(Filter={"Prefix": "in/"})], "never"),
        (None, None),
    ],
)
def test_a_bucket_is_listed_where_a_list_has_all_of_it_with_its_encryption(
    inventories: list[Answer] | None, listed: str | None
) -> None:
    call = "s3.ListBucketInventoryConfigurations"
    buckets = page("s3.ListBuckets", {"Buckets": [{"Name": "b"}]})
    told = {"IsTruncated": False, **({"InventoryConfigurationList": inventories} if inventories else {})}
    lists = refused(call, Bucket="b") if inventories is None else page(call, told, Bucket="b")
    assert rows("s3_buckets", buckets, lists)[0]["listed"] == listed


def empty(name: str) -> pd.DataFrame:
    return stamped(name, [])


def stamped(name: str, listed: list[Answer]) -> pd.DataFrame:
    frame = typed(FRAMES[name], listed, "a test")
    return frame.assign(
        snapshot_at=pd.Series([pd.Timestamp("2026-03-31", tz="UTC")] * len(frame), dtype="datetime64[us, UTC]")
    )


@pytest.mark.parametrize(
    ("key", "manager"),
    [("alias/data", "CUSTOMER"), (OWN, "CUSTOMER"), ("k1", "CUSTOMER"), ("alias/aws/sqs", "AWS"), ("alias/gone", None)],
)
def test_who_manages_the_key_of_a_queue(key: str, manager: str | None) -> None:
    place = {"account": ACCOUNT, "region": REGION}
    spec = FRAMES["aws_stores"]
    assert spec.derive is not None
    frames = {name: empty(name) for name in spec.uses}
    frames["kms_keys"] = stamped("kms_keys", [
        {"arn": OWN, "key_id": "k1", **place, "manager": "CUSTOMER", "aliases": ["alias/data"]},
    ])  # fmt: skip
    frames["sqs_queues"] = stamped("sqs_queues", [
        {"arn": "arn:q", "name": "q", **place, "encrypted": True, "algorithm": "aws:kms", "kms_key": key},
    ])  # fmt: skip
    (row,) = spec.derive(frames).to_dict("records")
    assert (row["kind"], None if pd.isna(row["key_manager"]) else row["key_manager"]) == ("queue", manager)
