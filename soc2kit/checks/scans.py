"""Test of whether scans were made as often as they are due."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome

_INSTANT = pd.Timedelta(microseconds=1)
_COLUMNS = ["item", "counted_at", "target", "due", "scans", "tools", "why", "why_not"]


def scanned_in_every_period(
    scan_periods: Frame, scans: Frame, alerts_enabled: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """Every target was scanned in every month, or week, of the period.

    Population: one row for each target and each month (with `weekly_scans` each week) of the company that ends in the
    period; `at` is its last instant. Targets are the repositories in scope that were not archived then, without
    `repositories_without_code`, and whatever `scan_targets` names, as images. A unit counts once it has a scan, or once
    a look at the folder after its end shows none. Besides, one row for each report that cannot be
    used, `at` when it was collected.
    Exception: no scan that can be read has its time in the unit.
    Not testable: all scans that are said to be of that unit are broken; a report cannot be read, or neither it nor the
    register says what was scanned or when.
    Source: reports of scanners as collected; a scan's time is its own, else the register's, else its name's.
    """
    scans = scans[~scans["document"]]
    unit_name = "week" if parameters.weekly_scans else "month"
    known = scan_periods.drop_duplicates(["unit", "name"], keep="last")
    units = known[(known["unit"] == unit_name) & period.contains(known["end"] - _INSTANT)]
    latest = scan_periods["snapshot_at"].max()
    rows: list[dict[str, Any]] = list(_unusable(scans, period))
    for unit in units.sort_values("start").itertuples():
        for target in _targets(alerts_enabled, unit, parameters):
            rows += _due(target, unit, scans, latest)
    population = pd.DataFrame(rows, columns=_COLUMNS)
    population["counted_at"] = pd.to_datetime(population["counted_at"], utc=True).astype("datetime64[us, UTC]")
    return outcome(
        population.drop(columns=["why", "why_not"]), key="item", at="counted_at",
        reasons=population["why"].astype("string"), unknown=population["why_not"].astype("string"),
    )  # fmt: skip


def _targets(repositories: Frame, unit: Any, parameters: Parameters) -> list[str]:
    """Those of the last list by the unit's end; before the first list, those of the first."""
    before = repositories[repositories["snapshot_at"] < unit.end]
    moment = before["snapshot_at"].max() if len(before) else repositories["snapshot_at"].min()
    shown = repositories[repositories["snapshot_at"] == moment]
    without = {name.lower() for name in parameters.repositories_without_code}
    listed = [name.lower() for name in shown["repository"] if name.lower() not in without]
    return sorted({*listed, *(name.lower() for name in parameters.scan_targets)})


def _due(target: str, unit: Any, scans: Frame, latest: Any) -> Iterator[dict[str, Any]]:
    inside = (scans["scanned_at"] >= unit.start) & (scans["scanned_at"] < unit.end) & (scans["target"] == target)
    mine = scans[inside.fillna(False).astype(bool)]
    whole = mine[mine["problem"].isna()]
    if not len(mine) and not latest >= unit.end:
        return
    broken = ", ".join(sorted(set(mine["file"])))
    yield {
        "item": f"{target}/{unit.name}", "counted_at": unit.end - _INSTANT, "target": target, "due": unit.name,
        "scans": len(whole), "tools": ", ".join(sorted(set(whole["tool"]))) or None,
        "why": None if len(mine) else f"no scan of {target} in {unit.name}",
        "why_not": f"no scan of {unit.name} can be read whole: {broken}" if len(mine) and not len(whole) else None,
    }  # fmt: skip


def _unusable(scans: Frame, period: Period) -> Iterator[dict[str, Any]]:
    for scan in scans[period.contains(scans["snapshot_at"])].itertuples():
        lacking = [
            *([f"it cannot be used: {scan.problem}"] if pd.notna(scan.problem) else ()),
            *(["nothing says what was scanned"] if pd.isna(scan.target) and pd.isna(scan.problem) else ()),
            *(["nothing says when it was scanned"] if pd.isna(scan.scanned_at) and pd.isna(scan.problem) else ()),
        ]
        if lacking:
            yield {
                "item": scan.scan, "counted_at": scan.snapshot_at,
                "target": None if pd.isna(scan.target) else scan.target, "due": None, "scans": 0, "tools": scan.tool,
                "why": None, "why_not": "; ".join(lacking),
            }  # fmt: skip
