"""Test of whether every database was backed up on every day of the window."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome
from .unread import Groups, lost

_INSTANT = pd.Timedelta(microseconds=1)
_DAY = pd.Timedelta(days=1)
#: States in which a recovery point is there, or was there for as long as it was to be kept.
_POINTS = ("COMPLETED", "AVAILABLE", "EXPIRED")
_FAILED, _RUNNING = ("FAILED", "ABORTED", "EXPIRED", "PARTIAL"), ("CREATED", "PENDING", "RUNNING", "ABORTING")
_LISTS = "DescribeDBInstances DescribeDBClusters"
_TEXTS = ["database", "day", "shown_by", "failed_jobs"]
_COLUMNS = [*_TEXTS, "ended_at", "why", "why_not"]


def backed_up_daily(
    rds_databases: Frame, rds_snapshots: Frame, read_aws_rds: Frame, recovery_points: Frame, backup_jobs: Frame,
    backup_job_readings: Frame, company_periods: Frame, aws_rds_unread: Frame,
    *, period: Period, parameters: Parameters,
) -> Outcome:  # fmt: skip
    """Every database had a backup on every day of the window.

    Population: one row for each database (cluster, instance of no cluster, no replica) and each day of the company in
    the period that lies wholly between its creation and the last look that shows it; of one that is still there, up to
    the last look or reading of jobs. `at` is the day's last instant. Besides, lists of databases that could not be
    read, `at` the snapshot.
    Exception: nothing was made on that day: no completed job of AWS Backup, no recovery point in the database's own
    region and account, no snapshot; nor can the database be brought back to a moment of that day (of an instance RDS
    says only until when, of a cluster also from when on). Failed jobs are listed, whatever else there is.
    Not testable: nothing shows a backup, but one could have been made that no evidence speaks of: jobs of the day were
    forgotten or refused, or snapshots were not listed while an automated one of that day would still have been kept; or
    a job still ran when it was read.
    Source: rds.DescribeDBInstances, …Clusters, …Snapshots; backup.ListRecoveryPointsByBackupVault, ListBackupJobs. A
    database that was created and deleted between two looks is in no list.
    """
    known = company_periods[company_periods["snapshot_at"] == company_periods["snapshot_at"].max()]
    days = known[known["unit"] == "day"].sort_values("start")
    days = days[period.contains(days["end"] - _INSTANT).astype(bool)].reset_index(drop=True)
    jobs = backup_jobs[backup_jobs["kind"] == "backup"]
    readings = backup_job_readings[(backup_job_readings["kind"] == "backup") & backup_job_readings["read"]]
    evidence = _Evidence(days, rds_snapshots, recovery_points, jobs, readings, read_aws_rds, aws_rds_unread)
    own = rds_databases[rds_databases["cluster"].isna() & rds_databases["replica_of"].isna()]
    rows = [
        row for _, looks in own.groupby("arn") for before, life in _lives(looks) for row in evidence.of(life, before)
    ]
    gone = lost([aws_rds_unread], _LISTS)
    for one in gone[period.contains(gone["snapshot_at"]).astype(bool)].itertuples():
        why = f"{one.service}.{one.operation} could not be read: {one.why}"
        rows.append({"database": one.place, "ended_at": one.snapshot_at, "why_not": why})
    population = pd.DataFrame(rows, columns=_COLUMNS)
    population["ended_at"] = pd.to_datetime(population["ended_at"], utc=True).astype("datetime64[us, UTC]")
    shown = population.drop(columns=["why", "why_not"]).astype(dict.fromkeys(_TEXTS, "string"))
    return outcome(
        shown, key="database", at="ended_at",
        reasons=population["why"].astype("string"), unknown=population["why_not"].astype("string"),
    )  # fmt: skip


class _Evidence:
    """What tells of backups; `days` are those of the period, in order."""

    def __init__(
        self, days: Frame, snapshots: Frame, points: Frame, jobs: Frame, job_readings: Frame, looks: Frame,
        unread: Frame,
    ) -> None:  # fmt: skip
        self._days = list(days.itertuples())
        self._starts, self._ends = [day.start for day in self._days], [day.end for day in self._days]
        self._spans = pd.IntervalIndex.from_arrays(days["start"], days["end"], closed="left")
        whole = snapshots[(snapshots["status"] == "available") & snapshots["copied_from"].isna()]
        self._snapshots = Groups(whole, "of")
        self._points = Groups(points[points["status"].isin(_POINTS) & points["copied_from"].isna()], "resource")
        self._jobs = Groups(jobs.sort_values(["created_at", "job"]), "resource")
        self._read = {place: _joined(mine) for place, mine in job_readings.groupby(["account", "region"])}
        self._looks = {name: set(mine["snapshot_at"]) for name, mine in looks.groupby("source_account")}
        self._lost = {
            operations: _places(lost([unread], operations))
            for operations in (_LISTS, "DescribeDBSnapshots", "DescribeDBClusterSnapshots")
        }

    def of(self, seen: list[Any], before: Any) -> Iterator[dict[str, Any]]:
        """The days of one database, of which `seen` has a row for each snapshot that shows it, after `before`."""
        now = seen[-1]
        jobs = self._jobs.of(now.arn)
        shown = self._shown(seen, now, jobs[jobs["state"] == "COMPLETED"])
        failed = self._by_day(jobs[jobs["state"].isin(_FAILED)])
        running = self._by_day(jobs[jobs["state"].isin(_RUNNING)])
        read = self._read.get((now.account, now.region), [])
        listed = self._listed(seen, now)
        first, last = self._life(seen, now, read)
        first = first if before is None else max(first, before)
        for number, day in enumerate(self._days):
            if day.start < first or day.end > last:
                continue
            row = {
                "database": now.arn, "ended_at": day.end - _INSTANT, "day": day.name,
                "shown_by": ", ".join(shown.get(number, ())) or None,
                "failed_jobs": ", ".join(_told(failed.get(number, ()))) or None,
            }  # fmt: skip
            if number not in shown:
                row |= _missing(day, row["failed_jobs"], running.get(number, ()), _covers(read, day), listed)
            yield row

    def _life(self, seen: list[Any], now: Any, read: list[tuple[Any, Any]]) -> tuple[Any, Any]:
        """From when on it was there, and until when it is known to have been."""
        refused = self._lost[_LISTS].get((now.account, now.region), set())
        later = {one for one in self._looks.get(now.account, ()) if one > now.snapshot_at} - refused
        created = [look.created_at for look in seen if pd.notna(look.created_at)]
        first = created[-1] if created else seen[0].snapshot_at
        return first, now.snapshot_at if later else max([now.snapshot_at, *(end for _, end in read)])

    def _shown(self, seen: list[Any], now: Any, jobs: Frame) -> dict[int, list[str]]:
        """By number of the day, what shows a backup."""
        points = self._points.of(now.arn)
        points = points[(points["account"] == now.account) & (points["region"] == now.region)]
        until = pd.Series([look.restorable_until for look in seen], dtype="datetime64[us, UTC]")
        shown: dict[int, list[str]] = {}
        for word, moments in (
            ("job", jobs["created_at"]), ("recovery point", points["created_at"]),
            ("snapshot", self._own_snapshots(now)["taken_at"]), ("point in time", until),
        ):  # fmt: skip
            for number in sorted(set(self._numbers(moments)) - {-1}):
                shown.setdefault(number, []).append(word)
        spans: list[tuple[int, int]] = []
        for look in seen:
            if pd.notna(look.restorable_from) and pd.notna(look.restorable_until):
                begun, over = self._days_between(look.restorable_from, look.restorable_until)
                spans.append((begun, over))
        for number in {number for begun, over in _joined_spans(spans) for number in range(begun, over)}:
            if "point in time" not in shown.setdefault(number, []):
                shown[number].append("point in time")
        return shown

    def _days_between(self, start: Any, end: Any) -> tuple[int, int]:
        """The days that touch a stretch of time, as a range of numbers."""
        return bisect_right(self._ends, start), bisect_right(self._starts, end)

    def _own_snapshots(self, now: Any) -> Frame:
        """Snapshots have only the name of their database; those of an earlier one of that name are not its own."""
        found = self._snapshots.of(now.name)
        mine = found["arn"].str.contains(":cluster-snapshot:", regex=False) == (now.kind == "cluster")
        mine &= (found["account"] == now.account) & (found["region"] == now.region)
        if pd.notna(now.created_at):
            mine &= found["taken_at"] >= now.created_at
        return found[mine.fillna(False).astype(bool)]

    def _numbers(self, moments: pd.Series) -> list[int]:
        """The day that each moment lies in, by its number; -1 for none."""
        return [int(number) for number in self._spans.get_indexer(moments.dropna())] if len(self._days) else []

    def _by_day(self, jobs: Frame) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = {}
        for number, job in zip(self._numbers(jobs["created_at"]), jobs.itertuples(), strict=len(self._days) > 0):
            found.setdefault(number, []).append(job)
        return found

    def _listed(self, seen: list[Any], now: Any) -> list[tuple[Any, Any]]:
        """Stretches of which a list of snapshots still had every automated one, or in which there were none."""
        operation = "DescribeDBClusterSnapshots" if now.kind == "cluster" else "DescribeDBSnapshots"
        lacking = self._lost[operation].get((now.account, now.region), set())
        found, before = [], None
        for look in seen:
            if look.snapshot_at in lacking or pd.isna(look.retention_days):
                continue
            kept = int(look.retention_days) * _DAY
            if kept:
                found.append((look.snapshot_at - kept, look.snapshot_at))
            elif before is not None and not before.retention_days:
                found.append((before.snapshot_at, look.snapshot_at))
            before = look
        return _joined_spans(found)


def _lives(looks: Frame) -> Iterator[tuple[Any, list[Any]]]:
    """Looks at one ARN, cut where another database took it, each with the last look at the one before.

    Who restores to a new database and gives it the old name has two of one ARN; the days of both count.
    """
    before, life, created = None, list[Any](), pd.NaT
    for look in looks.sort_values("snapshot_at", kind="stable").itertuples():
        if pd.notna(look.created_at) and pd.notna(created) and look.created_at != created:
            yield before, life
            before, life = life[-1].snapshot_at, []
        created = look.created_at if pd.notna(look.created_at) else created
        life.append(look)
    yield before, life


def _joined(readings: Frame) -> list[tuple[Any, Any]]:
    """Stretches of time of which all jobs of a region were read, in order."""
    return _joined_spans(zip(readings["starts_at"], readings["ends_at"], strict=True))


def _joined_spans(spans: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    joined: list[tuple[Any, Any]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _places(unread: Frame) -> dict[tuple[Any, ...], set[Any]]:
    return {place: set(mine["snapshot_at"]) for place, mine in unread.groupby(["account", "region"])}


def _missing(
    day: Any, failed: str | None, running: Iterable[Any], jobs_read: bool, listed: list[tuple[Any, Any]]
) -> dict[str, str]:
    ended = f"; failed: {failed}" if failed else ""
    lacking = [
        *(f"job {job.job} still ran when it was read" for job in running),
        *([] if jobs_read else ["jobs of AWS Backup were not read"]),
        *(
            []
            if _covers(listed, day)
            else ["snapshots were not listed while an automated one would still have been kept"]
        ),
    ]
    if lacking:
        return {"why_not": f"nothing shows a backup of {day.name}, and {' and '.join(lacking)}{ended}"}
    return {"why": f"no backup on {day.name}{ended}"}


def _covers(spans: list[tuple[Any, Any]], day: Any) -> bool:
    return any(start <= day.start and day.end <= end for start, end in spans)


def _told(jobs: Iterable[Any]) -> Iterator[str]:
    for job in jobs:
        yield f"job {job.job} ({job.state})"
