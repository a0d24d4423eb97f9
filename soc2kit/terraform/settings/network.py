"""Who can reach what is declared: blocks of public access, databases with an address, security groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..parse import Unresolved
from ..resources import Resource, open_parts, records
from .model import Setting, World, called, told
from .storage import BUCKET, BUCKET_NAMES, DATABASE

#: Nobody alone has as much; see `frames.aws_ec2`.
_WIDEST = 8
#: Stands before what a rule's source or ports depend on.
OPEN = "?"
_BLOCKS = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")
_BLOCK, _ACCOUNT = "aws_s3_bucket_public_access_block", "aws_s3_account_public_access_block"
_NOT_WRITTEN = "no public access block speaks of it, and what S3 does then depends on when it was made"
_PROTOCOLS = {"all": "-1", "6": "tcp", "17": "udp"}
_CIDRS = ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6", "prefix_list_ids", "prefix_list_id")


def settings(world: World) -> Iterator[Setting]:
    for bucket in world.of_type("aws_s3_bucket"):
        yield _blocks(world, bucket)
    for database in world.of_type("aws_db_instance", "aws_rds_cluster_instance"):
        found = told(database.type, database.values, "publicly_accessible")
        yield Setting(database, database, DATABASE, called(database, "identifier"), "public", found.values, found.why,
                      found.by_default)  # fmt: skip
    for group in world.of_type("aws_security_group"):
        yield _group(world, group)


def _blocks(world: World, bucket: Resource) -> Setting:
    """Which of the four are off. One of the account holds for each of its buckets."""
    sure, perhaps = world.about(bucket, (_BLOCK,), "bucket", BUCKET_NAMES)
    every = [one for one in world.of_type(_ACCOUNT) if one.root == bucket.root]
    accounts = [one for one in every if not one.optional]
    perhaps += [f"whether {one.address} is there" for one in every if one.optional]
    off, why = [], []
    for name in _BLOCKS:
        said = [told(one.type, one.values, name) for one in (*sure, *accounts)]
        if any(one.value is True for one in said):
            continue
        why += [part for one in said for part in one.why]
        why += perhaps if not sure else []
        if not any(one.why for one in said) and (sure or not perhaps):
            off.append(name) if sure else why.append(_NOT_WRITTEN)
    stands = (sure or accounts or [bucket])[0]
    return Setting(bucket, stands, BUCKET, called(bucket, *BUCKET_NAMES), "blocks off", tuple(off),
                   tuple(dict.fromkeys(why)))  # fmt: skip


def _group(world: World, group: Resource) -> Setting:
    """What lets in the internet, or perhaps does: `protocol from to source`."""
    ingress: list[Any] = list(records(group.values, "ingress"))
    types = ("aws_security_group_rule", "aws_vpc_security_group_ingress_rule")
    sure, perhaps = world.about(group, types, "security_group_id", ("id",), opening=True)
    others = [one for one in sure if one.type != types[0] or one.values.get("type") != "egress"]
    found = [rule for values in (*ingress, *(one.values for one in others)) for rule in _rules(values)]
    stands = others[0] if others and not ingress else group
    return Setting(group, stands, "security group", called(group, "name"), "ingress",
                   tuple(dict.fromkeys(found)), tuple(perhaps))  # fmt: skip


def _rules(values: Mapping[str, Any] | Unresolved) -> Iterator[str]:
    if isinstance(values, Unresolved):
        yield f"{OPEN} {OPEN} {OPEN} {OPEN}{values.text}"
        return
    low, high = (_port(values.get(name)) for name in ("from_port", "to_port"))
    protocol = _protocol(values.get("ip_protocol", values.get("protocol")))
    if protocol == "-1":
        low, high = "-", "-"
    for name in _CIDRS:
        value = values.get(name)
        for source in value if isinstance(value, list) else [] if value is None else [value]:
            unknown = open_parts(source) or ([str(source)] if name.startswith("prefix") else [])
            if unknown:
                yield f"{protocol} {low} {high} {OPEN}{', '.join(unknown)}"
            elif _as_good_as_all(str(source)):
                yield f"{protocol} {low} {high} {source}"


def _port(value: Any) -> str:
    return OPEN if value is None or open_parts(value) else str(value)


def _protocol(value: Any) -> str:
    return _PROTOCOLS.get(_port(value), _port(value).lower())


def _as_good_as_all(cidr: str) -> bool:
    _, slash, length = cidr.rpartition("/")
    return bool(slash) and length.isdigit() and int(length) < _WIDEST
