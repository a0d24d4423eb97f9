"""Tables, secrets, topics, queues, functions and distributions of the example, answered from the state."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from .aws_cloud_network import here
from .aws_wire import AwsError, Request
from .state import AwsState

Entry = Mapping[str, Any]
Answer = dict[str, Any]


def _tables(state: AwsState, request: Request) -> Answer:
    return {"TableNames": [entry["name"] for entry in here(state, request, "tables")]}


def _named(state: AwsState, request: Request, kind: str, asked: str, gone: str, status: int = 400) -> Entry:
    for entry in here(state, request, kind):
        if entry["name"] == asked:
            return entry
    raise AwsError(gone, status)


def _table(state: AwsState, request: Request) -> Answer:
    entry = _named(state, request, "tables", request.asked["TableName"], "ResourceNotFoundException")
    said = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": entry["key"]} if "key" in entry else None
    return {
        "Table": {
            "TableName": entry["name"], "TableStatus": "ACTIVE", "CreationDateTime": entry["created"],
            "TableArn": f"arn:aws:dynamodb:{request.region}:{state.account}:table/{entry['name']}",
            "DeletionProtectionEnabled": entry.get("deletion_protection", True),
            **({"SSEDescription": said} if said else {}),
        }
    }  # fmt: skip


def _backups(state: AwsState, request: Request) -> Answer:
    entry = _named(state, request, "tables", request.asked["TableName"], "TableNotFoundException")
    on = "ENABLED" if entry.get("recovery", True) else "DISABLED"
    recovery = {"PointInTimeRecoveryStatus": on}
    described = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}
    return {"ContinuousBackupsDescription": described}


def _secrets(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "ARN": f"arn:aws:secretsmanager:{request.region}:{state.account}:secret:{entry['name']}-{entry['id']}",
            "Name": entry["name"], "CreatedDate": entry["created"], "RotationEnabled": "rotated" in entry,
            **({"LastRotatedDate": entry["rotated"]} if "rotated" in entry else {}),
            **({"KmsKeyId": entry["key"]} if "key" in entry else {}),
            **({"OwningService": entry["owner"]} if "owner" in entry else {}),
        }
        for entry in here(state, request, "secrets")
    ]  # fmt: skip
    return {"SecretList": listed}


def _arn(state: AwsState, request: Request, service: str, name: str) -> str:
    return f"arn:aws:{service}:{request.region}:{state.account}:{name}"


def _topics(state: AwsState, request: Request) -> Answer:
    listed = [{"TopicArn": _arn(state, request, "sns", entry["name"])} for entry in here(state, request, "topics")]
    return {"Topics": listed}


def _topic(state: AwsState, request: Request) -> Answer:
    arn = str(request.asked["TopicArn"])
    entry = _named(state, request, "topics", arn.rpartition(":")[2], "NotFound", 404)
    statement = {
        "Sid": "__default_statement_ID", "Effect": "Allow", "Principal": {"AWS": "*"}, "Resource": arn,
        "Action": ["SNS:Publish", "SNS:Subscribe", "SNS:SetTopicAttributes"],
        "Condition": {"StringEquals": {"AWS:SourceOwner": state.account}},
    }  # fmt: skip
    policy = entry.get("policy", {"Version": "2008-10-17", "Statement": [statement]})
    own = entry.get("key", "alias/aws/sns")
    key = {"KmsMasterKeyId": own} if own else {}
    return {"Attributes": {"TopicArn": arn, "Owner": state.account, "Policy": json.dumps(policy), **key}}


def _queues(state: AwsState, request: Request) -> Answer:
    start = f"https://sqs.{request.region}.amazonaws.com/{state.account}"
    return {"QueueUrls": [f"{start}/{entry['name']}" for entry in here(state, request, "queues")]}


def _queue(state: AwsState, request: Request) -> Answer:
    name = str(request.asked["QueueUrl"]).rpartition("/")[2]
    entry = _named(state, request, "queues", name, "QueueDoesNotExist")
    key = {"KmsMasterKeyId": entry["key"]} if "key" in entry else {}
    policy = {"Policy": json.dumps(entry["policy"])} if "policy" in entry else {}
    by_itself = "false" if key else str(entry.get("sse", True)).lower()
    return {
        "Attributes": {
            "QueueArn": _arn(state, request, "sqs", name), "SqsManagedSseEnabled": by_itself, **key, **policy,
        }
    }  # fmt: skip


def _functions(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "FunctionName": entry["name"], "FunctionArn": _arn(state, request, "lambda", f"function:{entry['name']}"),
            "Runtime": "python3.12", "Version": "$LATEST", "PackageType": "Zip",
            "Role": f"arn:aws:iam::{state.account}:role/tasks/{entry['name']}",
            **({"Environment": {"Variables": dict(entry["variables"])}} if "variables" in entry else {}),
            **({"KMSKeyArn": entry["key"]} if "key" in entry else {}),
        }
        for entry in here(state, request, "functions")
    ]  # fmt: skip
    return {"Functions": listed}


def _asked_function(state: AwsState, request: Request) -> Entry:
    return _named(state, request, "functions", request.asked["FunctionName"], "ResourceNotFoundException", 404)


def _addresses(state: AwsState, request: Request) -> Answer:
    entry = _asked_function(state, request)
    made = "2025-01-15T09:00:00Z"
    listed = [
        {
            "FunctionUrl": f"https://{entry['name']}.lambda-url.{request.region}.on.aws/", "AuthType": entry["address"],
            "FunctionArn": _arn(state, request, "lambda", f"function:{entry['name']}"), "CreationTime": made,
            "LastModifiedTime": made, "InvokeMode": "BUFFERED",
        }
    ] if "address" in entry else []  # fmt: skip
    return {"FunctionUrlConfigs": listed}


def _function_policy(state: AwsState, request: Request) -> Answer:
    entry = _asked_function(state, request)
    if "policy" not in entry:
        raise AwsError("ResourceNotFoundException", 404)
    return {"Policy": json.dumps(entry["policy"]), "RevisionId": "1"}


def _counted(items: list[Any]) -> Answer:
    """A list as CloudFront writes it: with its length, and not at all where it is empty."""
    return {"Quantity": len(items), **({"Items": items} if items else {})}


def _origin(entry: Entry) -> Answer:
    whole = {"Id": entry["domain"], "DomainName": entry["domain"]}
    sent = [{"HeaderName": name, "HeaderValue": value} for name, value in entry.get("headers", {}).items()]
    whole["CustomHeaders"] = _counted(sent)
    if "protocol" not in entry:
        return {**whole, "S3OriginConfig": {"OriginAccessIdentity": ""}}
    custom = {
        "HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": entry["protocol"],
        "OriginSslProtocols": _counted(list(entry.get("tls", ["TLSv1.2"]))),
    }  # fmt: skip
    return {**whole, "CustomOriginConfig": custom}


def _path(entry: Entry, path: Entry) -> Answer:
    target = path.get("origin", entry["origins"][0]["domain"])
    return {"TargetOriginId": target, "ViewerProtocolPolicy": path.get("http", "redirect-to-https")}


def _distributions(state: AwsState, request: Request) -> Answer:
    """What it leaves out is as for a company's own name with a current certificate: HTTPS alone, from TLS 1.2 on."""
    listed = []
    for entry in state.cloud.get("distributions", ()):
        own = {"ACMCertificateArn": entry.get("certificate"), "SSLSupportMethod": "sni-only",
               "MinimumProtocolVersion": entry.get("policy", "TLSv1.2_2021")}  # fmt: skip
        default = {"CloudFrontDefaultCertificate": True, "MinimumProtocolVersion": "TLSv1"}
        paths = [{"PathPattern": path["path"], **_path(entry, path)} for path in entry.get("paths", ())]
        listed.append({
            "Id": entry["id"], "ARN": f"arn:aws:cloudfront::{state.account}:distribution/{entry['id']}",
            "Status": "Deployed", "LastModifiedTime": entry["created"], "Comment": "", "PriceClass": "PriceClass_100",
            "DomainName": f"{entry['id'].lower()}.cloudfront.net", "Aliases": _counted(list(entry.get("names", ()))),
            "Origins": _counted([_origin(one) for one in entry["origins"]]), "OriginGroups": _counted([]),
            "DefaultCacheBehavior": _path(entry, entry), "CacheBehaviors": _counted(paths),
            "CustomErrorResponses": _counted([]), "Enabled": entry.get("on", True), "Staging": False, "WebACLId": "",
            "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}}, "HttpVersion": "http2",
            "IsIPV6Enabled": True, "ViewerCertificate": own if "certificate" in entry else default,
        })  # fmt: skip
    return {"DistributionList": {"Marker": str(request.asked.get("Marker") or ""), "MaxItems": 100, "Items": listed}}


def distributions_page(found: Answer, page: int) -> Answer:
    """CloudFront marks and counts within its list."""
    whole = found["DistributionList"]
    start = int(whole["Marker"] or 0)
    rows, left = whole["Items"][start : start + page], len(whole["Items"]) > start + page
    more = {"NextMarker": str(start + page)} if left else {}
    kept = {"Marker": whole["Marker"], "MaxItems": page, "IsTruncated": left, **_counted(rows), **more}
    return {"DistributionList": kept}


#: By the name of the operation.
OPERATIONS: dict[str, Callable[[AwsState, Request], Answer]] = {
    "ListTables": _tables,
    "DescribeTable": _table,
    "DescribeContinuousBackups": _backups,
    "ListSecrets": _secrets,
    "ListTopics": _topics,
    "GetTopicAttributes": _topic,
    "ListQueues": _queues,
    "GetQueueAttributes": _queue,
    "ListFunctions": _functions,
    "ListFunctionUrlConfigs": _addresses,
    "GetPolicy": _function_policy,
    "ListDistributions": _distributions,
}
