"""What was asked of AWS, from requests as they come over the wire: operations, and the IAM actions that they need.

Operations are found in AWS's own description of its services, whichever are asked; nothing here names the collectors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

_SIGNED = re.compile(r"Credential=[^/]+/\d+/[\w-]+/([\w-]+)/")
#: Services whose description lies under another name than the one that requests are signed with.
_DESCRIBED = {
    "s3": ("s3control", "s3"), "sso": ("sso-admin",), "access-analyzer": ("accessanalyzer",),
    "elasticloadbalancing": ("elbv2",), "monitoring": ("cloudwatch",), "email": ("ses",), "elasticfilesystem": ("efs",),
}  # fmt: skip
#: What IAM calls a service where requests are signed with another name.
_IN_POLICIES = {"monitoring": "cloudwatch"}
#: What IAM calls an operation of S3 where the API has another name for it, by service.
_S3 = {
    "ListBuckets": "ListAllMyBuckets", "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "ListBucketMetricsConfigurations": "GetMetricsConfiguration",
}  # fmt: skip
_S3_CONTROL = {"GetPublicAccessBlock": "GetAccountPublicAccessBlock"}
#: A version at the end of an operation's name, which its action does not have.
_VERSION = re.compile(r"_?\d{4}_?\d{2}_?\d{2}$")


class Calls:
    """Gathers what a server was asked."""

    def __init__(self) -> None:
        self._seen: set[tuple[Any, ...]] = set()

    def __call__(self, environ: Mapping[str, Any], body: bytes) -> None:
        """Notes what tells one operation from another, and nothing of what was asked about."""
        signed = _SIGNED.search(environ.get("HTTP_AUTHORIZATION", ""))
        action = dict(parse_qsl(body.decode("latin-1"))).get("Action", "")
        target = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        path = "" if action or target else environ["PATH_INFO"]
        keys = () if action or target else tuple(sorted(dict(parse_qsl(environ["QUERY_STRING"], True))))
        service = signed[1] if signed else ""
        self._seen.add((service, action or target, environ["REQUEST_METHOD"], path, keys))

    @property
    def actions(self) -> set[str]:
        """The IAM actions of all that was asked; raises `ValueError` for what AWS does not describe."""
        return {_action(*one) for one in self._seen}


def _action(signed: str, named: str, method: str, path: str, keys: tuple[str, ...]) -> str:
    if named:
        return f"{_IN_POLICIES.get(signed, signed)}:{_VERSION.sub('', named)}"
    for service in _DESCRIBED.get(signed, (signed,)):
        found = [
            (one.fixed, -len(one.name), one.name)
            for one in _templates(service)
            if one.method == method and one.path.fullmatch(path) and one.asks <= set(keys) <= one.may_ask
        ]
        if found:
            name = _VERSION.sub("", max(found)[2])
            renamed = {"s3": _S3, "s3control": _S3_CONTROL}.get(service, {})
            return f"{_IN_POLICIES.get(signed, signed)}:{renamed.get(name, name)}"
    raise ValueError(f"AWS describes no operation of {signed or 'a service'} for {method} {path} {keys}")


@dataclass(frozen=True)
class _Template:
    """An operation: its method, its path, what its query must and may have, and how much of both is fixed text."""

    name: str
    method: str
    path: re.Pattern[str]
    asks: set[str]
    may_ask: set[str]
    fixed: int


@cache
def _templates(service: str) -> list[_Template]:
    return list(_described(service))


def _described(service: str) -> Iterator[_Template]:
    import botocore.session

    model = botocore.session.get_session().get_service_model(service)
    for name in model.operation_names:
        http = model.operation_model(name).http
        path, _, query = str(http["requestUri"]).partition("?")
        parts = re.split(r"(\{[^}]+\})", path)
        pattern = "".join(
            re.escape(part) if not part.startswith("{") else ".+" if part.endswith("+}") else "[^/]+" for part in parts
        )
        literal = "".join(part for part in parts if not part.startswith("{")) + query
        members = model.operation_model(name).input_shape
        named = {
            member: shape.serialization["name"]
            for member, shape in (members.members.items() if members else ())
            if shape.serialization.get("location") == "querystring"
        }
        fixed = {one.partition("=")[0] for one in query.split("&") if one}
        asks = fixed | {text for member, text in named.items() if member in members.required_members}
        may_ask = {*fixed, *named.values(), "x-id"}
        yield _Template(name, str(http["method"]), re.compile(pattern + "/?"), asks, may_ask, len(literal))
