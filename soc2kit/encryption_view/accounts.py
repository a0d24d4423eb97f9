"""Which accounts and regions were read, and how much there is in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..model import Frame
from ..period import Period
from ..tables import Column, Shown, paragraph, table
from .standing import Day, Row, last


def read(defaults: Frame, things: Frame, day: Day) -> list[Row]:
    """One row an account; every region that is read has a row of its default for new volumes."""
    rows: list[Row] = []
    for account, mine in defaults.groupby("account"):
        now, taken = last(mine), sorted(mine["snapshot_at"].unique())
        rows.append({
            "account": account, "regions": sorted(now["region"].unique()),
            "used": sorted(now.loc[now["used"], "region"].unique()),
            "things": len(last(things[things["account"] == account])), "taken": len(taken),
            "first": day(taken[0]), "last": day(taken[-1]),
        })  # fmt: skip
    return rows


def kinds(things: Frame, months: Sequence[Period]) -> Shown:
    """Resources of each kind, one column a month in which a snapshot was taken."""
    counted: dict[str, dict[str, Any]] = {}
    taken = []
    for month in months:
        mine = last(things[month.contains(things["snapshot_at"])])
        if len(mine):
            taken.append(month.name)
            for kind, number in mine["kind"].value_counts().items():
                counted.setdefault(str(kind), {"kind": kind})[month.name] = int(number)
    if not counted:
        return paragraph("There is no resource in any of them.")
    rows = [{**dict.fromkeys(taken, 0), **counted[kind]} for kind in sorted(counted)]
    shown = (Column("kind", "Kind"), *(Column(name, name, "number") for name in taken))
    return table(rows, shown, "Resources at the last snapshot of each month")
