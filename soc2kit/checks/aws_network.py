"""Tests of what the internet can reach in AWS: ports, databases and snapshots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import words
from .unread import lost, outcome_with, stacked, texts

#: Protocols, as AWS writes them, that have ports: TCP and UDP. `-1` is every protocol.
_WITH_PORTS, _EVERY = {"tcp", "udp", "6", "17"}, "-1"
_SHOWN = 5


def ports_closed(
    ec2_security_groups: Frame, ec2_ingress: Frame, aws_ec2_unread: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """Ports of administration and of databases cannot be reached from the internet.

    Population: security groups that a network interface has, one row each; of those nobody uses, the default ones of
    networks that came with the account among them, none is in it. Lists that could not be read; at each snapshot.
    Exception: a rule lets in everybody, by IPv4 or IPv6, directly or by a prefix list, on one of `closed_ports`, on a
    range that holds one, or on every protocol; as everybody counts a range of addresses too wide to be anybody's.
    Not: groups in `approved_external_resources`. A prefix list that could not be read, whether a group is in use where
    interfaces could not be listed, and rules that could not be listed make a group untestable.
    Source: ec2.DescribeSecurityGroups, DescribeSecurityGroupRules, GetManagedPrefixListEntries,
    DescribeNetworkInterfaces. Routes and network access lists, which can only narrow this, are not looked at.
    """
    groups = ec2_security_groups[ec2_security_groups["in_use"].fillna(True)]
    reached = _by_group(ec2_ingress, ec2_ingress["internet"].fillna(False), parameters.closed_ports)
    perhaps = _by_group(ec2_ingress, ec2_ingress["internet"].isna(), parameters.closed_ports)
    places = list(zip(groups["arn"], groups["snapshot_at"], strict=True))
    open_to, open_by_list = ([found.get(place, "") for place in places] for found in (reached, perhaps))
    opened, listed = texts(groups.index, open_to), texts(groups.index, open_by_list)
    approved = groups["arn"].isin(parameters.approved_external_resources)
    exposed = (opened != "") & ~approved
    used = groups["in_use"]
    reasons = words(groups.index, (exposed & used, "the internet can reach " + opened))
    unknown = words(
        groups.index,
        (~groups["rules_known"], "its rules could not be listed"),
        (exposed & used.isna(), "whether it is in use could not be read; the internet could reach " + opened),
        (~approved & (listed != ""), "the prefix list could not be read: " + listed),
    )
    gone = lost([aws_ec2_unread], "DescribeSecurityGroups")
    return outcome_with(groups, gone, key="arn", reasons=reasons, unknown=unknown)


def _by_group(rules: Frame, wanted: pd.Series, closed: Sequence[str]) -> dict[tuple[Any, Any], str]:
    """By group and snapshot, in words what the wanted rules open of the closed ports."""
    found: dict[tuple[Any, Any], set[str]] = {}
    for rule in rules[wanted].itertuples():
        ports = opened(rule.protocol, rule.from_port, rule.to_port, closed)
        if ports:
            found.setdefault((rule.group, rule.snapshot_at), set()).add(f"{ports} from {rule.source}")
    return {place: "; ".join(sorted(words)) for place, words in found.items()}


def opened(protocol: str, low: Any, high: Any, closed: Iterable[str]) -> str:
    """In words which closed ports a rule opens; nothing where it opens none."""
    if protocol == _EVERY:
        return "every port of every protocol"
    if protocol not in _WITH_PORTS:
        return ""
    if pd.isna(low) or low < 0 or (low == 0 and high == 65535):
        return "every port"
    hit = [port for port in closed if low <= int(port) <= high]
    more = f" and {len(hit) - _SHOWN} more" if len(hit) > _SHOWN else ""
    return f"port {', '.join(hit[:_SHOWN])}{more}" if hit else ""


def databases_not_public(
    rds_databases: Frame, rds_snapshots: Frame, ebs_snapshots: Frame, aws_rds_unread: Frame, aws_ec2_unread: Frame,
    *, period: Period, parameters: Parameters,
) -> Outcome:  # fmt: skip
    """No database has an address of the internet, and no snapshot is given to strangers.

    Population: database instances and clusters, their snapshots, and snapshots of volumes; lists that could not be
    read; at each snapshot.
    Exception: PubliclyAccessible; a snapshot that everybody may restore, or another account may that is neither read
    here nor in `approved_aws_accounts`. Not: what `approved_external_resources` names. Snapshots of volumes are looked
    at for everybody alone. Whom a snapshot is shared with that could not be read makes it untestable.
    Source: rds.DescribeDBInstances, …Clusters, …SnapshotAttributes; ec2.DescribeSnapshots restorable by all.
    """
    read = (rds_databases, rds_snapshots, ebs_snapshots, aws_rds_unread)
    known = {*parameters.approved_aws_accounts}.union(*(one["account"] for one in read))
    columns = ["arn", "account", "region", "public", "shared_with", "snapshot_at"]
    parts = (
        rds_databases.assign(shared_with=[[] for _ in rds_databases.index]),
        rds_snapshots.assign(public=pd.Series(pd.NA, index=rds_snapshots.index, dtype="boolean")),
        ebs_snapshots.assign(shared_with=[["all"] if public is True else [] for public in _plain(ebs_snapshots)]),
    )
    things = stacked(*(part[columns].assign(of=name) for name, part in zip(_KINDS, parts, strict=True)))
    strangers = texts(
        things.index, [", ".join(sorted({*_listed(one)} - known - {"all"})) for one in things["shared_with"]]
    )
    everybody = texts(things.index, ["all" if "all" in _listed(one) else "" for one in things["shared_with"]])
    approved = things["arn"].isin(parameters.approved_external_resources)
    database = things["of"] == "database"
    reasons = words(
        things.index,
        (~approved & database & things["public"], "the database has an address of the internet"),
        (~approved & (everybody != ""), "everybody may restore the snapshot"),
        (~approved & (strangers != ""), "account " + strangers + " may restore the snapshot"),
    )
    untold = texts(things.index, ["yes" if one is None else "" for one in things["shared_with"]]) != ""
    unknown = words(
        things.index,
        (database & things["public"].isna(), "AWS did not say whether the database has an address of the internet"),
        (~approved & untold, "whom the snapshot is shared with could not be read"),
        (~approved & (things["of"] == "volume") & things["public"].isna(), "who may restore it could not be read"),
    )
    gone = lost([aws_rds_unread, aws_ec2_unread], "DescribeDBInstances DescribeDBClusters DescribeDBSnapshots"
                " DescribeDBClusterSnapshots DescribeSnapshots")  # fmt: skip
    shown = things.drop(columns=["of", "shared_with"])
    return outcome_with(shown, gone, key="arn", reasons=reasons, unknown=unknown)


_KINDS = ("database", "snapshot", "volume")


def _listed(accounts: list[str] | None) -> list[str]:
    return accounts if isinstance(accounts, list) else []


def _plain(snapshots: Frame) -> list[bool | None]:
    return [None if pd.isna(public) else bool(public) for public in snapshots["public"]]
