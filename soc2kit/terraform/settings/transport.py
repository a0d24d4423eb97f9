"""By which connections declared listeners, distributions, buckets and databases can be reached."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...iam_policy.transport import plain_http_denied
from ..parse import Unresolved
from ..resources import Resource, open_parts, records, reference
from .model import NO, YES, Setting, Told, World, called, told
from .storage import BUCKET, BUCKET_NAMES

REDIRECT = "HTTP to HTTPS"
_WITH_TLS = ("HTTPS", "TLS")
_FORCE_SSL = "rds.force_ssl"
#: From which version on it is on by itself, of RDS for PostgreSQL and of Aurora.
_FAMILY = re.compile(r"(?P<aurora>aurora-)?postgres(?:ql)?(?P<version>\d+)(?:\.\d+)?")
_FORCED_SINCE = {False: 15, True: 17}
_BALANCERS = ("aws_lb", "aws_alb")
#: Policies of load balancers say in their names from which protocol on; the older ones do not.
_NAMED = re.compile(r"ELBSecurityPolicy-(?:TLS13|TLS|FS)-1-(?P<minor>\d)-")
_OLD = {"ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-FS-2018-06", "ELBSecurityPolicy-2015-05"}
_DISTRIBUTION = re.compile(r"TLSv1(?:\.(?P<minor>\d))?(?:_\d{4})?")


def settings(world: World) -> Iterator[Setting]:
    for listener in world.of_type("aws_lb_listener", "aws_alb_listener"):
        yield from _listener(world, listener)
    for distribution in world.of_type("aws_cloudfront_distribution"):
        yield from _distribution(distribution)
    for bucket in world.of_type("aws_s3_bucket"):
        yield _denied(world, bucket)
    for group in world.of_type("aws_db_parameter_group", "aws_rds_cluster_parameter_group"):
        yield from _forced(group)


def _listener(world: World, listener: Resource) -> Iterator[Setting]:
    """Those of load balancers that are declared internal are left out. It is called by its balancer and port."""
    balancer = _balancer(world, listener)
    if balancer is not None and told("aws_lb", balancer.values, "internal").value is True:
        return
    of, port = called(balancer, "name") if balancer else None, listener.values.get("port")
    name = f"{of}:{port}" if of and isinstance(port, int | str) else None
    protocol = told("aws_lb_listener", listener.values, "protocol")
    found = Told(REDIRECT) if protocol.value == "HTTP" and _redirects(listener) else protocol
    yield Setting(listener, listener, "listener", name, "protocol", found.values, found.why, found.by_default)
    if protocol.value in _WITH_TLS:
        policy = told("aws_lb_listener", listener.values, "ssl_policy")
        found = policy if policy.why else _oldest_of(str(policy.value))
        yield Setting(listener, listener, "listener", name, "oldest protocol", found.values, found.why,
                      policy.by_default)  # fmt: skip


def _balancer(world: World, listener: Resource) -> Resource | None:
    value = listener.values.get("load_balancer_arn")
    if isinstance(value, str):
        return next((one for one in world.of_type(*_BALANCERS) if value in (one.values.get("arn"), one.values.get("id"))
                     and one.root == listener.root), None)  # fmt: skip
    return world.at(listener, reference(listener, value))


def _redirects(listener: Resource) -> bool:
    actions = list(records(listener.values, "default_action"))
    return bool(actions) and all(isinstance(one, Mapping) and _sends_on(one) for one in actions)


def _sends_on(action: Mapping[str, Any]) -> bool:
    to = [one.get("protocol") for one in records(action, "redirect") if isinstance(one, Mapping)]
    return action.get("type") == "fixed-response" or (action.get("type") == "redirect" and to == ["HTTPS"])


def _oldest_of(policy: str) -> Told:
    if policy in _OLD:
        return Told("TLSv1")
    found = _NAMED.match(policy)
    if found is None:
        return Told(None, (f"what the policy {policy} allows",))
    return Told("TLSv1" if found["minor"] == "0" else f"TLSv1.{found['minor']}")


def _distribution(distribution: Resource) -> Iterator[Setting]:
    behaviours: list[Any] = [
        one
        for name in ("default_cache_behavior", "ordered_cache_behavior")
        for one in records(distribution.values, name)
    ]
    said = [told(distribution.type, one, "viewer_protocol_policy") for one in behaviours]
    plain = any(one.value == "allow-all" for one in said)
    why = () if plain else tuple(part for one in said for part in one.why)
    protocol = "HTTP" if plain else "HTTPS"
    kind = "distribution"
    yield Setting(distribution, distribution, kind, None, "protocol", () if why else (protocol,), why)
    for one in records(distribution.values, "viewer_certificate"):
        found = told(f"{distribution.type}.viewer_certificate", one, "minimum_protocol_version")
        own = told(f"{distribution.type}.viewer_certificate", one, "cloudfront_default_certificate")
        if own.value is True:
            # With CloudFront's own certificate its minimum is this one, whatever is written beside it.
            found = Told("TLSv1", by_default=found.by_default)
        elif isinstance(one, Mapping) and "cloudfront_default_certificate" in one and own.why and not found.by_default:
            found = Told(None, own.why)
        name = _DISTRIBUTION.fullmatch(str(found.value))
        if name:
            found = Told(f"TLSv1.{name['minor']}" if name["minor"] else "TLSv1", by_default=found.by_default)
        yield Setting(distribution, distribution, kind, None, "oldest protocol", found.values, found.why,
                      found.by_default)  # fmt: skip


def _denied(world: World, bucket: Resource) -> Setting:
    """Whether the bucket's policy denies everybody everything without TLS; without a policy nothing does."""
    sure, perhaps = world.about(bucket, ("aws_s3_bucket_policy",), "bucket", BUCKET_NAMES)
    why: list[str] = [] if sure else perhaps
    denied = False
    for one in sure:
        for document in records(one.values, "policy"):
            if isinstance(document, Unresolved):
                why += open_parts(document)
            else:
                denied = denied or _denies(bucket, document)
    values = (YES,) if denied else () if why else (NO,)
    return Setting(bucket, (sure or [bucket])[0], BUCKET, called(bucket, *BUCKET_NAMES), "plain HTTP denied", values,
                   () if denied else tuple(why), not sure)  # fmt: skip


def _denies(bucket: Resource, document: Mapping[str, Any]) -> bool:
    """Of the bucket by name or by reference: what it is called does not matter as long as it is the same one."""
    local = bucket.plain_address.removeprefix(bucket.scope)
    name = called(bucket, *BUCKET_NAMES)
    text = json.dumps(document, default=lambda one: f"${{{getattr(one, 'text', '')}}}")
    for part, stands_for in (("arn", "arn:aws:s3:::this"), ("id", "this"), ("bucket", "this")):
        # Where there are several of it, each has its own policy.
        text = re.sub(rf"\$\{{{re.escape(local)}(?:\[[^\]]*\])?\.{part}\}}", stands_for, text)
    if name:
        text = re.sub(rf":::{re.escape(name)}(?=[/\"*])", ":::this", text)
    return plain_http_denied(json.loads(text), "arn:aws:s3:::this")


def _forced(group: Resource) -> Iterator[Setting]:
    """Of families of PostgreSQL alone."""
    family = _FAMILY.fullmatch(str(group.values.get("family")))
    if family is None:
        return
    found = Told("1" if int(family["version"]) >= _FORCED_SINCE[bool(family["aurora"])] else "0", by_default=True)
    for one in records(group.values, "parameter"):
        name = told(group.type, one, "name")
        if name.value == _FORCE_SSL:
            found = told(group.type, one, "value")
        elif name.why and found.by_default:
            found = Told(None, name.why)
    yield Setting(group, group, "parameter group", called(group, "name"), "rds.force_ssl", found.values, found.why,
                  found.by_default)  # fmt: skip
