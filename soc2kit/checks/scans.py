"""Test of whether scans were made as often as they are due."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import CIVIL, Period
from .aws_scans import AwsScans
from .outcome import outcome
from .unread import unread_rows

_INSTANT = pd.Timedelta(microseconds=1)
_COLUMNS = ["item", "counted_at", "target", "due", "scans", "tools", "why", "why_not"]
_LISTS = "DescribeRepositories DescribeImages DescribeImageScanFindings BatchGetAccountStatus ListCoverage"


def scanned_in_every_period(
    scan_periods: Frame, scans: Frame, alerts_enabled: Frame, aws_scan_targets: Frame, inspector_accounts: Frame,
    aws_ecr_unread: Frame, aws_inspector_unread: Frame, *, period: Period, parameters: Parameters,
) -> Outcome:  # fmt: skip
    """Every target was scanned in every month, or week, of the period.

    Population: one row for each target and each month (with `weekly_scans` each week) of the company that ends in the
    period; `at` is its last instant. Targets are the repositories in scope that were not archived then, without
    `repositories_without_code`, and whatever `scan_targets` names, as images; images in use of ECR, by repository, and
    what Inspector knows and runs. A unit counts once it has a scan, or once a look after its end shows none. Besides,
    one row for each report that cannot be used, `at` when it was collected, and for each list that was refused.
    Without a folder of reports repositories are not looked for, and months are those of UTC.
    Exception: no scan that can be read has its time in the unit.
    Not testable: all scans that are said to be of that unit are broken; AWS, which tells only of the last scan, names
    one after the unit; a report cannot be read, or neither it nor the register says what was scanned or when; there is
    nothing that scans.
    Source: reports of scanners as collected; a scan's time is its own, else the register's, else its name's.
    ecr.DescribeImageScanFindings, imageScanCompletedAt; inspector2.ListCoverage, lastScannedAt.
    """
    scans = scans[~scans["document"]]
    aws = AwsScans(aws_scan_targets, inspector_accounts)
    units = _units(scan_periods, period, "week" if parameters.weekly_scans else "month")
    latest = scan_periods["snapshot_at"].max()
    rows: list[dict[str, Any]] = list(_unusable(scans, period))
    for unit in units:
        names = _targets(alerts_enabled, unit, parameters) if len(scan_periods) else []
        for target in sorted({*names, *aws.targets(unit)}):
            rows += _due(target, unit, scans, latest, aws)
    rows += [
        {"item": one.place, "counted_at": one.snapshot_at, "scans": 0, "why_not": f"could not be read: {one.why}"}
        for one in unread_rows([aws_ecr_unread, aws_inspector_unread], _LISTS, period)
    ]
    if not len(scan_periods) and not len(aws_scan_targets):
        rows += _nothing_scans([alerts_enabled, inspector_accounts], period)
    population = pd.DataFrame(rows, columns=_COLUMNS)
    population["counted_at"] = pd.to_datetime(population["counted_at"], utc=True).astype("datetime64[us, UTC]")
    return outcome(
        population.drop(columns=["why", "why_not"]), key="item", at="counted_at",
        reasons=population["why"].astype("string"), unknown=population["why_not"].astype("string"),
    )  # fmt: skip


def _units(scan_periods: Frame, period: Period, name: Any) -> list[Any]:
    """Months or weeks of the company that end in the period, in order."""
    known = scan_periods[scan_periods["unit"] == name].drop_duplicates("name", keep="last").sort_values("start")
    parts = list(known.itertuples()) if len(scan_periods) else CIVIL.parts(period, name)
    return [unit for unit in parts if period.start <= unit.end - _INSTANT < period.end]


def _targets(repositories: Frame, unit: Any, parameters: Parameters) -> list[str]:
    """Those of the last list by the unit's end; before the first list, those of the first."""
    before = repositories[repositories["snapshot_at"] < unit.end]
    moment = before["snapshot_at"].max() if len(before) else repositories["snapshot_at"].min()
    shown = repositories[repositories["snapshot_at"] == moment]
    without = {name.lower() for name in parameters.repositories_without_code}
    listed = [name.lower() for name in shown["repository"] if name.lower() not in without]
    return [*listed, *(name.lower() for name in parameters.scan_targets)]


def _due(target: str, unit: Any, scans: Frame, latest: Any, aws: AwsScans) -> Iterator[dict[str, Any]]:
    inside = (scans["scanned_at"] >= unit.start) & (scans["scanned_at"] < unit.end) & (scans["target"] == target)
    mine = scans[inside.fillna(False).astype(bool)]
    whole = mine[mine["problem"].isna()]
    by_aws = aws.inside(target, unit)
    looks = [at for at in (latest, aws.latest(target)) if pd.notna(at)]
    if not len(mine) and not by_aws and not all(at >= unit.end for at in looks):
        return
    broken = ", ".join(sorted(set(mine["file"])))
    why, why_not = None, None
    if not len(whole) and not by_aws:
        why_not = f"no scan of {unit.name} can be read whole: {broken}" if len(mine) else aws.untold(target, unit)
        why = None if why_not else f"no scan of {target} in {unit.name}{aws.because(target, unit)}"
    yield {
        "item": f"{target}/{unit.name}", "counted_at": unit.end - _INSTANT, "target": target, "due": unit.name,
        "scans": len(whole) + len(by_aws), "tools": ", ".join(sorted({*whole["tool"], *by_aws})) or None,
        "why": why, "why_not": why_not,
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


def _nothing_scans(looks: list[Frame], period: Period) -> Iterator[dict[str, Any]]:
    moments = {at for look in looks for at in look["snapshot_at"][period.contains(look["snapshot_at"])]}
    for at in sorted(moments):
        yield {
            "item": "scanners", "counted_at": at, "scans": 0,
            "why_not": "there is no folder of reports, no image in use in ECR, and nothing that Inspector looks at",
        }  # fmt: skip
