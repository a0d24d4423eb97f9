"""Requests to AWS taken apart, and answers put into each service's own form, by AWS's description of its services."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

_SIGNED = re.compile(r"Credential=[^/]+/\d+/([\w-]+)/([\w-]+)/")
#: Services by the name that they are signed with.
_SERVICES = {
    "ec2": "ec2", "rds": "rds", "kms": "kms", "acm": "acm", "elasticloadbalancing": "elbv2", "s3": "s3", "ecr": "ecr",
    "dynamodb": "dynamodb", "secretsmanager": "secretsmanager", "sns": "sns", "sqs": "sqs", "lambda": "lambda",
    "cloudfront": "cloudfront", "inspector2": "inspector2", "organizations": "organizations", "backup": "backup",
    "monitoring": "cloudwatch", "guardduty": "guardduty", "config": "config",
}  # fmt: skip
_BY_TARGET = ("kms", "acm", "dynamodb", "secretsmanager", "sqs", "ecr", "organizations", "cloudwatch", "config")
#: Of Inspector, which has an address for each operation.
_OF_INSPECTOR = {
    "/status/batch/get": "BatchGetAccountStatus", "/findings/list": "ListFindings", "/coverage/list": "ListCoverage",
    "/filters/list": "ListFilters",
}  # fmt: skip
_CLASSIC = "2012-06-01"
#: What a request to a bucket asks about, by the part of its address that says so.
_OF_BUCKET = {
    "encryption": "GetBucketEncryption", "policy": "GetBucketPolicy", "policyStatus": "GetBucketPolicyStatus",
    "publicAccessBlock": "GetPublicAccessBlock", "acl": "GetBucketAcl", "versioning": "GetBucketVersioning",
    "ownershipControls": "GetBucketOwnershipControls", "logging": "GetBucketLogging",
    "object-lock": "GetObjectLockConfiguration", "inventory": "ListBucketInventoryConfigurations",
}  # fmt: skip
Reply = tuple[str, list[tuple[str, str]], bytes]


@dataclass(frozen=True)
class Request:
    service: str
    operation: str
    region: str
    asked: Mapping[str, Any]


class AwsError(Exception):
    """An answer that is an error: its code, and the status it comes with."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.status = code, status


def request_of(environ: Mapping[str, Any], body: bytes) -> Request | None:
    """What is asked of a service whose configuration the example keeps; None for any other."""
    signed = _SIGNED.search(environ.get("HTTP_AUTHORIZATION", ""))
    if signed is None or signed[2] not in _SERVICES:
        return None
    region, service = signed[1], _SERVICES[signed[2]]
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    if service == "s3":
        return _of_s3(environ, region, query)
    if service in ("backup", "guardduty", "lambda", "cloudfront"):
        return _of_rest(service, environ, region, query)
    if service == "inspector2":
        operation = _OF_INSPECTOR.get(str(environ["PATH_INFO"]), "")
        return Request(service, operation, region, _parsed(service, operation, {"body": body}))
    if service in _BY_TARGET:
        operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        return Request(service, operation, region, _parsed(service, operation, {"body": body}))
    values = dict(parse_qsl(body.decode("latin-1")))
    operation = values.get("Action", "")
    # Both generations of load balancers are signed with one name.
    service = "elb" if service == "elbv2" and values.get("Version") == _CLASSIC else service
    return Request(service, operation, region, _parsed(service, operation, {"values": values}))


def _of_s3(environ: Mapping[str, Any], region: str, query: Mapping[str, str]) -> Request | None:
    path = str(environ["PATH_INFO"])
    if environ["REQUEST_METHOD"] != "GET":
        return None
    if path.startswith("/v20180820/configuration/publicAccessBlock"):
        return Request("s3control", "GetPublicAccessBlock", region, {})
    if path == "/":
        return Request("s3", "ListBuckets", region, {"ContinuationToken": query.get("continuation-token")})
    asked = next((_OF_BUCKET[name] for name in query if name in _OF_BUCKET), None)
    token = {"ContinuationToken": query.get("continuation-token")}
    return Request("s3", asked, region, {"Bucket": path.strip("/"), **token}) if asked else None


def _of_rest(service: str, environ: Mapping[str, Any], region: str, query: Mapping[str, str]) -> Request | None:
    """The operation by method and path, with what stands in both of them."""
    from moto.core.utils import get_service_model

    model = get_service_model(service)
    for name in model.operation_names:
        operation = model.operation_model(name)
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(operation.http["requestUri"].partition("?")[0]))
        found = re.fullmatch(pattern, str(environ["PATH_INFO"]))
        if found and operation.http["method"] == environ["REQUEST_METHOD"]:
            members = operation.input_shape.members.items() if operation.input_shape else ()
            given = {**query, **found.groupdict()}
            sent = {member: given.get(shape.serialization.get("name", member)) for member, shape in members}
            return Request(service, name, region, {key: value for key, value in sent.items() if value is not None})
    return None


def _parsed(service: str, operation: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
    from moto.core.parse import PROTOCOL_PARSERS
    from moto.core.utils import get_service_model

    model = get_service_model(service)
    if operation not in model.operation_names:
        return {}
    parser = PROTOCOL_PARSERS[str(model.resolved_protocol)](model.operation_model(operation))
    whole: Any = {"method": "POST", "values": {}, "headers": {}, "body": b"", "url_path": "/", "url_params": {}}
    whole.update(request)
    parsed: Mapping[str, Any] = parser.parse(whole) or {}
    return parsed


def reply(request: Request, answer: Mapping[str, Any] | AwsError) -> Reply:
    """An answer as the service would send it."""
    from moto.core.serialize import get_serializer_class
    from moto.core.utils import get_service_model

    model = get_service_model(request.service)
    if isinstance(answer, AwsError):
        return _error(request, answer, str(model.resolved_protocol))
    serializer = get_serializer_class(request.service, str(model.resolved_protocol))(
        model.operation_model(request.operation)
    )
    made = serializer.serialize(answer)
    body = made["body"].encode() if isinstance(made["body"], str) else made["body"]
    headers = {"x-amzn-RequestId": "answered-by-the-example", **made["headers"]}
    return f"{made['status_code']} OK", [(name, str(value)) for name, value in headers.items()], body


def _error(request: Request, error: AwsError, protocol: str) -> Reply:
    said = f"<Code>{error.code}</Code><Message>The example says so to {request.operation}.</Message>"
    if protocol in ("json", "rest-json"):
        text = f'{{"__type": "{error.code}", "message": "The example says so to {request.operation}."}}'
        kind = "application/x-amz-json-1.1"
    elif protocol == "ec2":
        kind, text = "text/xml", f"<Response><Errors><Error>{said}</Error></Errors><RequestID>e</RequestID></Response>"
    elif protocol == "query" or request.service == "cloudfront":
        kind = "text/xml"
        text = f"<ErrorResponse><Error><Type>Sender</Type>{said}</Error><RequestId>e</RequestId></ErrorResponse>"
    else:
        kind, text = "application/xml", f"<Error>{said}<RequestId>e</RequestId></Error>"
    return f"{error.status} Refused", [("Content-Type", kind), ("x-amzn-RequestId", "e")], text.encode()
