"""What the internet reaches, what keys are like, and which calls were refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import pandas as pd

from ..model import Frame, TestResult
from .standing import EXCEPTION, NOT_TESTABLE, Row, said, short

_EVERY = "-1"


def reached(rules: Frame, groups: Frame, uses: Frame | None, told: Frame | None) -> list[Row]:
    """Rules by which everybody gets in, or may: group, ports, from where, and what has the group."""
    about = {row["arn"]: row for row in groups.to_dict("records")}
    states = {} if told is None else {row.key: row.state for row in told.itertuples()}
    rows: list[Row] = []
    for rule in rules[rules["internet"].fillna(True).astype(bool)].to_dict("records"):
        group = about.get(rule["group"], {})
        rows.append({
            **rule, "name": group.get("name", "unknown"), "group_id": short(rule["group"]).rpartition("/")[2],
            "ports": ports(rule), "family": _family(rule), "attached": _attached(rule, group, uses),
            "state": states.get(rule["group"], "not in use, so not tested"),
        })  # fmt: skip
    return sorted(rows, key=lambda row: (_order(row["state"]), row["name"], row["ports"], row["source"]))


def _order(state: str) -> int:
    return {EXCEPTION: 0, NOT_TESTABLE: 1, "in order": 2}.get(state, 3)


def ports(rule: Mapping[str, Any]) -> str:
    if rule["protocol"] == _EVERY:
        return "every port of every protocol"
    low, high = rule["from_port"], rule["to_port"]
    if rule["protocol"] in ("icmp", "icmpv6", "1", "58") or pd.isna(low):
        return str(rule["protocol"])
    # AWS writes -1 for every port, too.
    if low < 0 or (low == 0 and high == 65535):
        return f"every port of {rule['protocol']}"
    return f"{rule['protocol']} {int(low)}" + ("" if low == high else f"-{int(high)}")


def _family(rule: Mapping[str, Any]) -> str:
    source = str(rule["source"])
    if pd.isna(rule["internet"]):
        return "a prefix list that could not be read"
    return "prefix list" if source.startswith("pl-") else "IPv6" if ":" in source else "IPv4"


def _attached(rule: Mapping[str, Any], group: Mapping[str, Any], uses: Frame | None) -> Any:
    if group.get("in_use") is False:
        return "nothing"
    if uses is None or pd.isna(group.get("in_use", pd.NA)):
        return pd.NA
    return sorted(set(uses.loc[uses["group"] == rule["group"], "attached_to"]))


def keys(frame: Frame, told: Frame | None) -> list[Row]:
    """The company's keys, and those of which nobody knows whose they are."""
    states = {} if told is None else {row.key: (row.state, row.why) for row in told.itertuples()}
    rows: list[Row] = []
    for row in frame[(frame["manager"] != "AWS").fillna(True)].to_dict("records"):
        state, why = states.get(row["arn"], ("not tested", ""))
        managed = "the company" if row["manager"] == "CUSTOMER" else pd.NA
        rows.append({**row, "state_of_key": row["state"], "managed": managed, "state": state, "said": said(state, why)})
    return sorted(rows, key=lambda row: (_order(row["state"]), row["aliases"], row["arn"]))


def refused(unread: Frame, tests: Iterable[TestResult]) -> list[Row]:
    """Calls that were refused or not supported: where, about what, when, and which tests have rows that are dark there.

    Of a list or setting of a whole region these are the tests that rest on the service and have such rows in it.
    """
    by_name, by_region = _dark(tests)
    rows: list[Row] = []
    for place, mine in unread.groupby(["account", "region", "service", "operation", "why"]):
        account, region, service, operation, why = place
        hit: set[str] = set()
        for asked in mine.itertuples():
            if pd.notna(asked.what):
                hit |= by_name.get((asked.snapshot_at, asked.what), set())
            else:
                hit |= by_region.get((asked.snapshot_at, account, region, service.removesuffix("control")), set())
        rows.append({
            "account": account, "region": region, "call": f"{service}.{operation}", "why": why,
            "about": sorted(short(what) for what in mine["what"].dropna().unique()) or "the whole region",
            "first": mine["snapshot_at"].min(), "last": mine["snapshot_at"].max(),
            "tests": sorted(hit) or "none: what it tells was not needed",
        })  # fmt: skip
    return rows


_Tests: TypeAlias = dict[tuple[Any, ...], set[str]]


def _dark(tests: Iterable[TestResult]) -> tuple[_Tests, _Tests]:
    """Tests by moment and the names that their untestable rows speak of; and by moment, account, region and service."""
    by_name: _Tests = {}
    by_region: _Tests = {}
    for result in tests:
        services = [name.split("_")[1] for name in result.check.reads if name.endswith("_unread")]
        for row in result.not_testable.to_dict("records"):
            said = [str(row["key"]), *str(row["reason"]).split()]
            for word in {part for one in said for part in (one, one.rpartition(":")[2], one.rpartition("/")[2])}:
                by_name.setdefault((row["at"], word), set()).add(result.check.id)
            for service in services:
                place = (row["at"], row.get("account"), row.get("region"), service)
                by_region.setdefault(place, set()).add(result.check.id)
    return by_name, by_region
