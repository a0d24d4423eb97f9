"""What is deployed, in the words in which declared settings are told: one entry a thing, at one snapshot."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ..terraform.settings.model import AWS_KEY, NO, NO_KEY, OWN_KEY, YES
from ..terraform.settings.transport import REDIRECT

Frames = Mapping[str, pd.DataFrame]
LIVE = (
    "s3_buckets", "aws_stores", "rds_databases", "kms_keys", "ec2_security_groups", "ec2_ingress", "elbv2_listeners",
)  # fmt: skip
_BLOCKS = {
    "block_acls": "block_public_acls", "ignore_acls": "ignore_public_acls", "block_policy": "block_public_policy",
    "restrict": "restrict_public_buckets",
}  # fmt: skip
_VERSIONS = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")


@dataclass(frozen=True)
class Thing:
    """`settings` by name; one that is missing could not be read. `counts` is whether somebody has to have declared it:
    not what AWS made by itself, or what nothing uses."""

    kind: str
    arn: str
    names: tuple[str, ...] = ()
    settings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counts: bool = True
    account: str | None = None
    region: str | None = None


class Known:
    """Things of one kind, found again by ARN or name."""

    def __init__(self, there: Iterable[Thing]) -> None:
        self._arns: dict[str, list[Thing]] = defaultdict(list)
        self._names: dict[str, list[Thing]] = defaultdict(list)
        for thing in there:
            self._arns[thing.arn].append(thing)
            for name in dict.fromkeys(thing.names):
                self._names[name].append(thing)

    def by_arn(self, arns: Iterable[str]) -> list[Thing]:
        return [thing for arn in dict.fromkeys(arns) for thing in self._arns.get(arn, ())]

    def called(self, name: str) -> list[Thing]:
        """Those of a name of which parts may be open."""
        if "${" not in name:
            return list(self._names.get(name, ()))
        whole = pattern(name)
        hits = [thing for own, things in self._names.items() if whole.fullmatch(own) for thing in things]
        return list({id(thing): thing for thing in hits}.values())


def pattern(name: str) -> re.Pattern[str]:
    """A declared name, with anything in place of what only a run of Terraform knows."""
    return re.compile(".*".join(re.escape(part) for part in re.split(r"\$\{[^}]*\}", name)))


def things(frames: Frames) -> Iterator[Thing]:
    """Everything of the kinds that declared settings are compared with."""
    encryption = {row.arn: _encryption(row) for row in frames["aws_stores"].itertuples()}
    yield from _buckets(frames["s3_buckets"], encryption)
    yield from _databases(frames["rds_databases"], encryption)
    for row in frames["aws_stores"].itertuples():
        if row.kind == "volume":
            yield Thing("volume", row.arn, (), encryption[row.arn], True, *_place(row))
    for row in frames["kms_keys"].itertuples():
        said = _told(("rotation", _flag(row.rotation)))
        yield Thing("key", row.arn, tuple(row.aliases), said, row.manager == "CUSTOMER", *_place(row))
    yield from _groups(frames["ec2_security_groups"], frames["ec2_ingress"])
    for row in frames["elbv2_listeners"].itertuples():
        yield Thing("listener", row.arn, (f"{row.balancer}:{row.port}",), _told(*_of_listener(row)), True, *_place(row))


def _place(row: Any) -> tuple[str | None, str | None]:
    return row.account, row.region


def _told(*found: tuple[str, tuple[str, ...] | None]) -> dict[str, tuple[str, ...]]:
    return {name: values for name, values in found if values is not None}


def _flag(value: Any) -> tuple[str, ...] | None:
    return None if pd.isna(value) else (YES if value else NO,)


def _text(value: Any) -> tuple[str, ...] | None:
    return None if pd.isna(value) else (str(value),)


def _encryption(row: Any) -> dict[str, tuple[str, ...]]:
    manager = {"CUSTOMER": OWN_KEY, "AWS": AWS_KEY}.get(row.key_manager if pd.notna(row.key_manager) else "")
    without = pd.isna(row.kms_key) and pd.notna(row.encrypted)
    key = (manager,) if manager else (NO_KEY,) if without else None
    return _told(("encrypted", _flag(row.encrypted)), ("key", key))


def _buckets(buckets: pd.DataFrame, encryption: Mapping[str, Any]) -> Iterator[Thing]:
    for row in buckets.itertuples():
        flags = {name: getattr(row, column) for column, name in _BLOCKS.items()}
        known = not any(pd.isna(flag) for flag in flags.values())
        off = tuple(name for name, flag in flags.items() if not flag) if known else None
        said = _told(("blocks off", off), ("plain HTTP denied", _flag(row.plain_http_denied)))
        yield Thing("bucket", row.arn, (row.name,), {**encryption.get(row.arn, {}), **said}, True, *_place(row))


def _databases(databases: pd.DataFrame, encryption: Mapping[str, Any]) -> Iterator[Thing]:
    """Databases, and the parameter groups that they have, each once for every database."""
    for row in databases.rename(columns={"name": "called"}).itertuples():
        said = _told(
            ("public", _flag(row.public)), ("retention days", _text(row.retention_days)),
            ("deletion protection", _flag(row.deletion_protection)),
        )  # fmt: skip
        yield Thing("database", row.arn, (row.called,), {**encryption.get(row.arn, {}), **said}, True, *_place(row))
        if pd.notna(row.parameter_group) and pd.notna(row.force_ssl):
            said = _told(("rds.force_ssl", _text(row.force_ssl)))
            yield Thing("parameter group", row.arn, (row.parameter_group,), said, False, *_place(row))


def _groups(groups: pd.DataFrame, rules: pd.DataFrame) -> Iterator[Thing]:
    wide: dict[str, set[str]] = {}
    for rule in rules[rules["internet"].fillna(False)].itertuples():
        ports = "- -" if rule.protocol == "-1" or pd.isna(rule.from_port) else f"{rule.from_port} {rule.to_port}"
        wide.setdefault(rule.group, set()).add(f"{rule.protocol} {ports} {rule.source}")
    for row in groups.rename(columns={"name": "called"}).itertuples():
        said = _told(("ingress", tuple(sorted(wide.get(row.arn, ()))) if row.rules_known else None))
        # What nothing uses, and what comes with every network, is noise.
        counts = row.called != "default" and pd.notna(row.in_use) and bool(row.in_use)
        yield Thing("security group", row.arn, (row.called, row.group_id), said, counts, *_place(row))


def _of_listener(row: Any) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    plain = row.protocol == "HTTP"
    known = not plain or pd.notna(row.only_redirects)
    yield "protocol", ((REDIRECT if plain and row.only_redirects else row.protocol,) if known else None)
    if isinstance(row.protocols, list) and row.protocols and set(row.protocols) <= set(_VERSIONS):
        yield "oldest protocol", (min(row.protocols, key=_VERSIONS.index),)
