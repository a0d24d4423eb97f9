"""Test of whether backups were restored to see that they can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome

_INSTANT = pd.Timedelta(microseconds=1)
_ENDED = {"SUCCESSFUL": "was successful", "FAILED": "failed", "TIMED_OUT": "did not end"}
_MINUTE = pd.Timedelta(minutes=1)
_TEXTS = ["item", "database", "quarter", "tested_on", "shown_by"]
_COLUMNS = [*_TEXTS, "ended_at", "minutes", "rows_checked", "why", "why_not"]


def restore_tested(
    rds_databases: Frame, backup_jobs: Frame, backup_job_readings: Frame, restore_tests: Frame,
    read_restore_tests: Frame, company_periods: Frame, *, period: Period, parameters: Parameters,
) -> Outcome:  # fmt: skip
    """Every database was restored from a backup in every quarter, in time, and what came back was checked.

    Population: one row for each database (cluster, instance of no cluster, no replica) and each fiscal quarter that
    ends in the period, and in which a look shows it; `at` is the quarter's last instant. Unit: minutes.
    Exception: no restore job of AWS Backup that completed in the quarter, and no entry for a day of it in the company's
    register; or of the best of them: it took longer than `restore_minutes`, or nobody knows how long; no row of what
    came back was counted, and no test after the restore says that it was right, or one says that it was not; an entry
    without who tested, or without a file of evidence; an entry that the first reading of the register
    `restore_record_days` after the test does not show or, before that, the last one. What stood there before its day
    counts for nothing. A job and an entry of one day are one test, and the longer time counts.
    Not testable: nothing shows a restore, and restore jobs of the quarter were not all read, or the register was not
    read after it.
    Source: backup.ListRestoreJobs; the register, as it was at each reading; the files that it names are not read.
    Restores that were made with RDS itself are in no list that is collected: they count by the register.
    """
    known = company_periods[company_periods["unit"] == "quarter"].sort_values("snapshot_at", kind="stable")
    known = known.drop_duplicates("name", keep="last")
    quarters = known[period.contains(known["end"] - _INSTANT).astype(bool)].sort_values("start")
    completed = backup_jobs[(backup_jobs["kind"] == "restore") & (backup_jobs["state"] == "COMPLETED")]
    readings = backup_job_readings[(backup_job_readings["kind"] == "restore") & backup_job_readings["read"]]
    own = rds_databases[rds_databases["cluster"].isna() & rds_databases["replica_of"].isna()]
    own = own.sort_values("snapshot_at", kind="stable")
    names = own.drop_duplicates("arn")["name"].value_counts().to_dict()
    read = sorted(read_restore_tests["snapshot_at"].unique())
    evidence = _Evidence(completed, readings, restore_tests, read, names)
    latest = max(read, default=pd.NaT)
    # A quarter is over once any of the evidence is of after it.
    over = max([*own["snapshot_at"], *readings["ends_at"]], default=pd.NaT)
    rows = []
    for quarter in quarters.itertuples():
        shown = own[(own["snapshot_at"] >= quarter.start) & (own["snapshot_at"] < quarter.end)]
        for database in shown.drop_duplicates("arn", keep="last").sort_values("arn").itertuples():
            tests = list(evidence.tests(database, quarter, parameters))
            if tests or latest >= quarter.end:
                rows.append(_row(database, quarter, tests, evidence))
            elif over >= quarter.end:
                rows.append(_row(database, quarter, None, evidence))
    population = pd.DataFrame(rows, columns=_COLUMNS)
    population["ended_at"] = pd.to_datetime(population["ended_at"], utc=True).astype("datetime64[us, UTC]")
    types = {"minutes": "Int64", "rows_checked": "Int64", **dict.fromkeys(_TEXTS, "string")}
    return outcome(
        population.drop(columns=["why", "why_not"]).astype(types), key="item", at="ended_at",
        reasons=population["why"].astype("string"), unknown=population["why_not"].astype("string"),
    )  # fmt: skip


@dataclass(frozen=True)
class _Test:
    """One restore: when, how long, what was checked, by what it is known, and what is wrong with it."""

    day: str
    minutes: int | None
    rows: int | None
    by: str
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class _Evidence:
    jobs: Frame
    job_readings: Frame
    entries: Frame
    read: list[Any]
    names: Mapping[str, int]

    def tests(self, database: Any, quarter: Any, parameters: Parameters) -> Iterator[_Test]:
        """Every restore of a database in a quarter."""
        jobs = _inside(self.jobs[self.jobs["resource"] == database.arn], "completed_at", quarter)
        jobs = list(jobs.sort_values(["completed_at", "job"]).itertuples())
        # A name that several databases have is none's.
        called = [database.arn, *([database.name] if self.names.get(database.name) == 1 else [])]
        mine = _inside(self.entries[self.entries["store"].isin(called)], "starts_at", quarter)
        joined = set()
        for _, versions in mine.groupby(["store", "day"]):
            # What stood in the register before its day was a plan.
            versions = versions[versions["snapshot_at"] >= versions["starts_at"]]
            if versions.empty:
                continue
            entry, later = self._version(versions, parameters)
            same = [job for job in jobs if entry.starts_at <= job.completed_at < entry.ends_at]
            joined |= {job.job for job in same}
            yield self._entered(entry, same, later, parameters)
        for job in jobs:
            if job.job not in joined:
                minutes, checked = _minutes(job), str(job.validation) == "SUCCESSFUL"
                unchecked = () if checked or _refuted([job]) else ("nobody checked what came back",)
                wrong = (*_late(minutes, parameters), *unchecked, *_refuted([job]))
                yield _Test(f"{job.completed_at:%Y-%m-%d}", minutes, None, f"job {job.job}", wrong)

    def _entered(self, entry: Any, jobs: list[Any], later: tuple[str, ...], parameters: Parameters) -> _Test:
        measured = [_minutes(job) for job in jobs] + ([] if pd.isna(entry.minutes) else [int(entry.minutes)])
        minutes = max(measured, default=None)
        rows = None if pd.isna(entry.rows_checked) else int(entry.rows_checked)
        checked = bool(rows) or any(pd.notna(job.validation) and str(job.validation) in _ENDED for job in jobs)
        wrong = (
            *_late(minutes, parameters),
            *(() if checked else ("nobody checked what came back",)),
            *(("the register does not say who tested",) if pd.isna(entry.tested_by) else ()),
            *(("the register names no evidence",) if pd.isna(entry.evidence) else ()),
            *later,
            *_refuted(jobs),
        )
        return _Test(entry.day, minutes, rows, ", ".join(["register", *(f"job {job.job}" for job in jobs)]), wrong)

    def _version(self, versions: Frame, parameters: Parameters) -> tuple[Any, tuple[str, ...]]:
        """An entry as it stood when it had to, or as it stands now, with what is wrong with that."""
        ordered = list(versions.sort_values("snapshot_at", kind="stable").itertuples())
        due = ordered[0].ends_at + pd.Timedelta(days=parameters.restore_record_days)
        reading = next((moment for moment in self.read if moment >= due), self.read[-1])
        there = [entry for entry in ordered if entry.snapshot_at == reading]
        return (there[0], ()) if there else (ordered[-1], (f"the register of {reading:%Y-%m-%d} does not show it",))

    def whole(self, database: Any, quarter: Any) -> bool:
        rows = self.job_readings
        mine = rows[(rows["account"] == database.account) & (rows["region"] == database.region)]
        reached = quarter.start
        for start, end in sorted(zip(mine["starts_at"], mine["ends_at"], strict=True)):
            reached = max(reached, end) if start <= reached else reached
        return bool(reached >= quarter.end)


def _row(database: Any, quarter: Any, tests: list[_Test] | None, evidence: _Evidence) -> dict[str, Any]:
    row = {
        "item": f"{database.arn}/{quarter.name}", "ended_at": quarter.end - _INSTANT, "database": database.name,
        "quarter": quarter.name,
    }  # fmt: skip
    if tests is None:
        why_not = f"nothing shows a restore in {quarter.name}, and the register was not read since it ended"
        return {**row, "why_not": why_not}
    if not tests:
        nothing = f"no restore of {database.name} in {quarter.name}"
        if evidence.whole(database, quarter):
            return {**row, "why": nothing}
        return {**row, "why_not": f"nothing shows a restore in {quarter.name}, and restore jobs were not all read"}
    best = min(tests, key=lambda test: (len(test.wrong), test.day, test.by))
    wrong = f"restored on {best.day}: {'; '.join(best.wrong)}" if best.wrong else None
    told = {"tested_on": best.day, "minutes": best.minutes, "rows_checked": best.rows, "shown_by": best.by}
    return {**row, **told, "why": wrong}


def _inside(rows: Frame, column: str, quarter: Any) -> Frame:
    return rows[((rows[column] >= quarter.start) & (rows[column] < quarter.end)).fillna(False).astype(bool)]


def _minutes(job: Any) -> int:
    """Minutes begun."""
    return int(-((job.created_at - job.completed_at) // _MINUTE))


def _refuted(jobs: list[Any]) -> tuple[str, ...]:
    """What a test after the restore said against it."""
    said = [f"the test of what job {job.job} restored {_ENDED[str(job.validation)]}" for job in jobs
            if str(job.validation) in ("FAILED", "TIMED_OUT")]  # fmt: skip
    return tuple(said)


def _late(minutes: int | None, parameters: Parameters) -> tuple[str, ...]:
    limit = parameters.restore_minutes
    if minutes is None:
        return ("nobody knows how long it took",)
    return (f"it took {minutes} minutes, limit {limit}",) if minutes > limit else ()
