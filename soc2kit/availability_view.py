"""Backups, restores and alarms as a notebook shows them: each from the population of its test, with its evidence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pandas as pd

from . import availability_charts
from .charts import Chart
from .config import Config
from .errors import EvidenceDamaged, MalformedInput
from .frames import FrameSet
from .model import Assessment, Frame, TestResult
from .tables import Column, Shown, paragraph, table

Made = TypeVar("Made", bound=Shown | Chart)
_DATABASES = (
    Column("name", "Database"), Column("kind", "Kind"), Column("place", "Account and region", "code"),
    Column("retention_days", "Kept, days", "number"),
    Column("deletion_protection", "Protected"), Column("multi_az", "Several zones"),
    Column("days", "Days", "number"), Column("without", "Without a backup", "number"),
    Column("unknown", "Not known", "number"),
)  # fmt: skip
_MISSING = (
    Column("day", "Day"), Column("database", "Database"), Column("state", "State"), Column("reason", "Why", "words"),
)  # fmt: skip
_FAILED = (
    Column("created_at", "Begun (UTC)"), Column("database", "Database"), Column("state", "State"),
    Column("message", "What AWS says", "words"), Column("shown_by", "What shows a backup of that day"),
    Column("job", "Job", "code"),
)  # fmt: skip
_PLANS = (
    Column("name", "Plan"), Column("rule", "Rule"), Column("schedule", "When", "code"), Column("vault", "Vault"),
    Column("retention_days", "Kept, days", "number"), Column("copies", "Copied to", "code"),
)  # fmt: skip
_VAULTS = (
    Column("name", "Vault"), Column("place", "Account and region", "code"), Column("locked", "Locked"),
    Column("points", "Recovery points", "number"), Column("copies", "Of which copies", "number"),
    Column("newest", "Newest (UTC)"),
)  # fmt: skip
_RESTORES = (
    Column("database", "Database"), Column("quarter", "Quarter"), Column("tested_on", "Tested on", "short"),
    Column("minutes", "Minutes", "number"), Column("rows_checked", "Rows checked", "number"),
    Column("shown_by", "Known from"), Column("state", "Result", "words"),
)  # fmt: skip
_REGISTER = (
    Column("day", "Day"), Column("store", "Store"), Column("minutes", "Minutes", "number"),
    Column("rows_checked", "Rows checked", "number"), Column("tested_by", "By"), Column("evidence", "Evidence", "code"),
)  # fmt: skip
_ALARMS = (
    Column("name", "Alarm"), Column("watches", "Watches", "code"), Column("enabled", "Actions on"),
    Column("tells", "Tells"), Column("receivers", "Receives it", "words"),
)  # fmt: skip
_WATCHED = (
    Column("arn", "What", "code"), Column("kind", "Kind"), Column("alarms", "Alarms"),
    Column("state", "At the latest look", "words"),
)  # fmt: skip
_JOB = re.compile(r"job (\S+) \(")


@dataclass(frozen=True)
class AvailabilityView:
    """Tables and charts over the frames and tests of one assessment; where evidence is lacking, a sentence says so."""

    config: Config
    frames: FrameSet
    assessment: Assessment

    def population(self) -> Shown:
        """Databases in scope as they were seen last, and how many days of the window each has to have a backup of."""
        return self._shown(
            "rds_databases", lambda found: _table(self._databases(found), _DATABASES, "Databases in scope")
        )

    def _databases(self, found: Frame) -> list[dict[str, Any]]:
        days = self._result("AWS-BKP-02")
        own = found[found["cluster"].isna() & found["replica_of"].isna()].sort_values("snapshot_at", kind="stable")
        rows = []
        numbers = {name: {} if days is None else dict(Counter(frame["key"])) for name, frame in _parts(days).items()}
        for row in own.drop_duplicates("arn", keep="last").sort_values("arn").to_dict("records"):
            counted = {name: known.get(row["arn"], 0) if days else "" for name, known in numbers.items()}
            rows.append({**row, "place": f"{row['account']}/{row['region']}", **counted})
        return rows

    def calendar(self) -> Chart | Shown:
        """A cell for each database and day of the window."""
        rows = self._days()
        if not rows:
            return paragraph("Nothing to show: no day is in the population of AWS-BKP-02, or it was not tested.")
        return availability_charts.calendar(rows, sorted({row["day"][:7] for row in rows}))

    def missing(self, limit: int = 100) -> Shown:
        """Days without a backup, and those of which nobody can tell."""
        rows = [row for row in self._days() if row["state"] in ("no backup", "not known")]
        return _table(sorted(rows, key=lambda row: row["day"]), _MISSING, "Days without a backup, or not known", limit)

    def _days(self) -> list[dict[str, Any]]:
        result = self._result("AWS-BKP-02")
        if result is None:
            return []
        told = {
            (row["key"], row["at"]): (state, row["reason"])
            for state, frame in (("no backup", result.exceptions), ("not known", result.not_testable))
            for row in frame.to_dict("records")
        }
        rows = []
        # Two of one name, in two regions or accounts, are told apart by the whole ARN.
        called = Counter(map(_short, result.population["key"].unique()))
        for row in result.population.dropna(subset=["day"]).to_dict("records"):
            name = _short(row["key"]) if called[_short(row["key"])] == 1 else row["key"]
            good = "backed up" if pd.isna(row["failed_jobs"]) else "backed up after a job failed"
            state, reason = told.get((row["key"], row["at"]), (good, ""))
            rows.append({"database": name, "day": row["day"], "state": state, "reason": reason})
        return rows

    def failed(self, limit: int = 100) -> Shown:
        """Jobs that did not complete; that somebody followed them up is for the company to show."""
        return self._shown("backup_jobs", lambda found: _table(self._failed(found), _FAILED, "Failed jobs", limit))

    def _failed(self, found: Frame) -> list[dict[str, Any]]:
        result = self._result("AWS-BKP-02")
        listed: Mapping[str, Any] = {}
        if result is not None:
            listed = {
                name: row["shown_by"]
                for row in result.population.dropna(subset=["failed_jobs"]).to_dict("records")
                for name in _JOB.findall(row["failed_jobs"])
            }
        mine = found[found["state"].isin(["FAILED", "ABORTED", "EXPIRED", "PARTIAL"])]
        mine = mine[self.frames.period.contains(mine["created_at"]).astype(bool)].sort_values(["created_at", "job"])
        return [
            {**row, "database": _short(row["resource"]), "shown_by": _or_nothing(listed.get(row["job"]))}
            for row in mine.to_dict("records")
        ]

    def retention_chart(self) -> Chart | Shown:
        limit = self.config.parameters.at(self.frames.as_of).backup_retention_days
        return self._shown("rds_databases", lambda found: availability_charts.retention(self._retention(found), limit))

    def _retention(self, found: Frame) -> list[dict[str, Any]]:
        """Days as stated last, and the fewest that were stated inside the period."""
        inside = found[self.frames.period.contains(found["snapshot_at"]).astype(bool)]
        least = inside.groupby("arn")["retention_days"].min().to_dict()
        rows = []
        for row in self._databases(found):
            days, fewest = (
                None if pd.isna(one) else int(one) for one in (row["retention_days"], least.get(row["arn"]))
            )
            rows.append({"name": row["name"], "retention_days": days, "least_days": days if fewest is None else fewest})
        return rows

    def plans(self) -> Shown:
        """Plans of AWS Backup as they were seen last."""
        return self._shown("backup_plans", lambda found: _table(_last(found), _PLANS, "Backup plans"))

    def vaults(self) -> Shown:
        return self._shown("backup_vaults", lambda found: _table(self._vaults(found), _VAULTS, "Vaults"))

    def _vaults(self, found: Frame) -> list[dict[str, Any]]:
        points = self.frames.frame("recovery_points")
        rows = []
        for row in _last(found):
            mine = points[(points["snapshot_at"] == row["snapshot_at"]) & (points["vault"] == row["name"])]
            mine = mine[(mine["account"] == row["account"]) & (mine["region"] == row["region"])]
            newest = mine["created_at"].max()
            place, copies = f"{row['account']}/{row['region']}", int(mine["copied_from"].notna().sum())
            rows.append({**row, "place": place, "copies": copies, "newest": newest if len(mine) else "none"})
        return rows

    def restores(self) -> Shown:
        """The best restore test of each database and quarter."""
        rows = [{**row, "tested_on": row["tested_on"] or "not", "minutes": _or_nothing(row["minutes"]),
                 "rows_checked": _or_nothing(row["rows_checked"]), "shown_by": row["shown_by"] or "nothing"}
                for row in self._restores()]  # fmt: skip
        return _table(rows, _RESTORES, "Restore tests")

    def restores_chart(self) -> Chart | Shown:
        rows = self._restores()
        if not rows:
            return paragraph("Nothing to show: no quarter is in the population of AWS-BKP-03, or it was not tested.")
        limit = self.config.parameters.at(self.frames.as_of).restore_minutes
        return availability_charts.restores(rows, limit)

    def _restores(self) -> list[dict[str, Any]]:
        result = self._result("AWS-BKP-03")
        if result is None or "quarter" not in result.population:
            return []
        told = _reasons(result)
        return [
            {
                **{name: None if pd.isna(row[name]) else row[name] for name in row},
                "state": told.get((row["key"], row["at"]), "in order"),
            }
            for row in result.population.to_dict("records")
        ]

    def register(self) -> Shown:
        """The company's own register of restore tests, as it was read last."""
        return self._shown("restore_tests", lambda found: _table(_last(found), _REGISTER, "Register of restore tests"))

    def watched(self) -> Shown:
        """Databases and load balancers with their alarms, as they were seen last."""
        result = self._result("AWS-MON-01")
        if result is None or result.population.empty:
            return paragraph("Nothing to show: AWS-MON-01 has no population, or was not tested.")
        told = _reasons(result)
        latest = result.population[result.population["at"] == result.population["at"].max()]
        rows = [
            {
                **row,
                "alarms": _or_nothing(row["alarms"]),
                "state": told.get((row["key"], row["at"]), "somebody is told"),
            }
            for row in latest.to_dict("records")
        ]
        return _table(rows, _WATCHED, "What is watched")

    def alarms(self) -> Shown:
        """Alarms as they were seen last, and who receives them: kinds and numbers, no addresses."""
        return self._shown("aws_alarms", lambda found: _table(self._alarms(found), _ALARMS, "Alarms"))

    def _alarms(self, found: Frame) -> list[dict[str, Any]]:
        topics = {
            (row["snapshot_at"], row["account"], row["topic"]): row
            for row in self.frames.frame("alarm_topics").to_dict("records")
        }
        rows = []
        for row in _last(found):
            known = [(action, topics.get((row["snapshot_at"], row["account"], action))) for action in row["actions"]]
            receivers = [_receivers(topic) if ":sns:" in action else "not a topic" for action, topic in known]
            any_of = row["any_of"] if isinstance(row["any_of"], list) else ["a rule of several parts"]
            rows.append({
                "name": row["name"], "watches": any_of if row["composite"] else row["dimensions"],
                "enabled": row["actions_enabled"], "tells": [_short(action) for action in row["actions"]] or "nobody",
                "receivers": receivers or "nobody",
            })  # fmt: skip
        return rows

    def _result(self, check_id: str) -> TestResult | None:
        return next((one for one in self.assessment.tests if one.check.id == check_id and "at" in one.population), None)

    def _shown(self, name: str, make: Callable[[Frame], Made]) -> Made | Shown:
        """What `make` makes of the frame, or a sentence that says what is lacking."""
        absent = [dataset for dataset in self.frames.datasets(name) if not self.frames.records(dataset)]
        if absent:
            return paragraph(f"Nothing to show: there is no {', '.join(dict.fromkeys(absent))}. Run: soc2kit collect")
        try:
            return make(self.frames.frame(name))
        except (EvidenceDamaged, MalformedInput) as error:
            return paragraph(f"Nothing to show: {error}")


def _last(found: Frame) -> list[dict[str, Any]]:
    """What the latest snapshot shows."""
    rows: list[dict[str, Any]] = found[found["snapshot_at"] == found["snapshot_at"].max()].to_dict("records")
    return rows


def _parts(result: TestResult | None) -> Mapping[str, Any]:
    if result is None:
        return dict.fromkeys(("days", "without", "unknown"))
    return {"days": result.population, "without": result.exceptions, "unknown": result.not_testable}


def _reasons(result: TestResult) -> dict[tuple[Any, Any], str]:
    rows = [*result.exceptions.to_dict("records"), *result.not_testable.to_dict("records")]
    return {(row["key"], row["at"]): row["reason"] for row in rows}


def _receivers(topic: Any) -> str:
    if topic is None or pd.isna(topic["exists"]):
        return "could not be read"
    if not topic["exists"]:
        return "the topic is gone"
    by = f" by {', '.join(topic['protocols'])}" if topic["confirmed"] else ""
    waiting = f", {topic['pending']} not confirmed" if topic["pending"] else ""
    return f"{topic['confirmed']} confirmed{by}{waiting}"


def _short(arn: Any) -> str:
    return str(arn).rpartition(":")[2]


def _or_nothing(value: Any) -> Any:
    return "none" if value is None or pd.isna(value) else value


def _table(rows: list[dict[str, Any]], columns: tuple[Column, ...], caption: str, limit: int = 100) -> Shown:
    return table(rows, columns, caption, limit) if rows else paragraph(f"{caption}: there are none.")
