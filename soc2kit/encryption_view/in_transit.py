"""Connections: what each endpoint speaks, how long certificates last, and which rule lets a plain connection in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ..model import Frame
from ..tables import Shown, folded, paragraph, table
from .columns import RULES
from .standing import EXCEPTION, NOT_TESTABLE, STATES, Day, Row, last, said, short

_WORST_FIRST = {EXCEPTION: 0, NOT_TESTABLE: 1}
_SERVICES = {"s3": "buckets", "rds": "databases", "sns": "topics", "sqs": "queues"}


def endpoints(told: Frame, protocols: Mapping[str, Any]) -> list[Row]:
    """What the internet reaches, the exceptions first; `protocols` by ARN, where a policy says which it allows."""
    rows = [_endpoint(row, protocols) for row in told.to_dict("records") if not _certificate(row)]
    return sorted(rows, key=_worst_first)


def _endpoint(row: Row, protocols: Mapping[str, Any]) -> dict[str, Any]:
    allowed = protocols.get(row["key"])
    return {
        **_place(row), "name": _name(row), "protocol": _or(row.get("protocol"), "unknown"),
        "policy": _or(row.get("policy"), "none"),
        "protocols": sorted(allowed) if isinstance(allowed, list) else _no_version(row),
        "only_redirects": row.get("only_redirects"), "state": row["state"], "said": said(row["state"], row["why"]),
    }  # fmt: skip


def _no_version(row: Row) -> list[str] | None:
    return [] if _or(row.get("protocol"), "unknown") == "HTTP" else None


def certificates(told: Frame) -> list[Row]:
    """Those in use, the one that ends first before all others."""
    rows = [
        {
            **_place(row), "name": _or(row.get("domain"), short(row["key"])), "status": row.get("status"),
            "not_after": row.get("not_after"), "days": row.get("days_left"),
            "state": row["state"], "said": said(row["state"], row["why"]),
        }
        for row in told.to_dict("records") if _certificate(row)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-1 if pd.isna(row["days"]) else row["days"], row["key"]))


def _certificate(row: Row) -> bool:
    return ":certificate/" in str(row["key"]) or "ListCertificates" in str(row["key"])


def _place(row: Row) -> dict[str, Any]:
    return {"key": row["key"], "account": row.get("account"), "region": row.get("region")}


def _name(row: Row) -> str:
    balancer: Any = row.get("balancer")
    port: Any = row.get("port")
    if pd.isna(balancer) or pd.isna(port):
        return str(_or(row.get("domain"), short(row["key"])))
    return f"{balancer}:{int(port)}"


def _or(value: Any, other: str) -> Any:
    return other if pd.isna(value) else value


def _worst_first(row: Row) -> tuple[int, str, str]:
    return _WORST_FIRST.get(row["state"], 2), row["name"], row["key"]


def refusing(told: Frame) -> list[Row]:
    """By kind of thing, how many refuse a connection without TLS; what is no ARN is a list that could not be read."""
    services = [str(key).split(":")[2] if str(key).startswith("arn:") else "lists" for key in told["key"]]
    kinds = pd.Series([_SERVICES.get(name, name) for name in services], index=told.index)
    return [
        {"kind": kind, "all": len(mine), **{state: int((mine["state"] == state).sum()) for state in STATES}}
        for kind, mine in told.groupby(kinds)
    ]


def accepting(told: Frame) -> list[Row]:
    """What does not refuse one, or of which that is not known."""
    odd = told[told["state"].isin([EXCEPTION, NOT_TESTABLE])]
    rows = [
        {**_place(row), "name": short(row["key"]), "said": said(row["state"], row["why"]), **row}
        for row in odd.to_dict("records")
    ]
    return sorted(rows, key=_worst_first)


def servers(transport: Frame, told: Frame | None) -> list[Row]:
    """Servers of PostgreSQL as last read. The state is that of the test of encrypted connections."""
    states = {} if told is None else {row.key: said(row.state, row.why) for row in told.itertuples()}
    rows: list[Row] = []
    for row in last(transport).to_dict("records"):
        rows.append({
            **row, "minimum_protocol": "any" if row["minimum_protocol"] == "" else row["minimum_protocol"],
            "plain_sessions": _or(row["plain_sessions"], "not read" if pd.isna(row["sessions"]) else "none"),
            "rules": _or(row["rules"], "not read"), "sessions": _or(row["sessions"], "not read"),
            "said": states.get(row["server"], "not tested"),
        })  # fmt: skip
    return rows


def rule_lists(rules: Frame, transport: Frame) -> Iterator[tuple[str, Any, Any, list[Row]]]:
    """Each list of rules that a server had, the latest of each first: server, first and last seen, and its rules.

    A list stands for the snapshots on end that show the same. `mark` says which rule is the first to let a connection
    without TLS in.
    """
    known = transport[transport["digest"].notna()].sort_values("snapshot_at", kind="stable")
    for server, mine in known.groupby("server"):
        numbers = mine["digest"].ne(mine["digest"].shift()).fillna(True).cumsum()
        for _, same in sorted(mine.groupby(numbers), key=lambda item: -item[0]):
            about = same.iloc[-1]
            listed = rules[(rules["server"] == server) & (rules["snapshot_at"] == about["snapshot_at"])]
            shown: list[Row] = [_rule(row, about) for row in listed.to_dict("records") if not row["unread"]]
            yield str(server), same["snapshot_at"].min(), about["snapshot_at"], shown


def rules_shown(rules: Frame, transport: Frame, day: Day) -> Shown | None:
    """Every list of rules as a table, those that were replaced folded; None where there is no list."""
    shown, seen = (
        paragraph("The first rule that matches a connection decides; those after it are not looked at."),
        set(),
    )
    for server, first, end, rows in rule_lists(rules, transport):
        caption = f"{server}: rules from {day(first)} to {day(end)}"
        marks = [row["mark"] for row in rows if row["mark"]]
        listed = table(rows, RULES if marks else RULES[:-1], caption) if rows else paragraph(f"{caption}: none.")
        opens = any(mark.startswith("◀") for mark in marks)
        words = "a rule lets plain connections in" if opens else "none lets a plain connection in"
        listed = folded(f"{caption}: {words}", listed) if server in seen else listed + paragraph(f"Of these, {words}.")
        shown = shown + listed
        seen.add(server)
    return shown if seen else None


def _rule(row: Row, about: Any) -> dict[str, Any]:
    start = f"{row['place']} ("
    mark = ""
    if pd.notna(about["plain"]) and about["plain"].startswith(start):
        mark = "◀ the first that lets a plain connection in"
    elif pd.notna(about["plain_perhaps"]) and about["plain_perhaps"].startswith(start):
        mark = "◀ may let a plain connection in"
    elif pd.notna(row["error"]):
        mark = f"matches nothing: {row['error']}"
    return {**row, "mark": mark, "remote": _remote(row)}


def _remote(row: Row) -> str:
    if not row["remote"]:
        return "no"
    return "yes" if row["certain"] else "perhaps: an earlier rule may take them"
