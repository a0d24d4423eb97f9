"""Changes made up for tests of views: frames as evidence would give them, and results as tests would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from soc2kit.change_view import Changes
from soc2kit.charts import Chart
from soc2kit.checks.outcome import outcome
from soc2kit.model import Assessment, Check, Outcome, Reconciliation, TestResult, Verdict
from soc2kit.period import CIVIL
from soc2kit.tables import Shown

PERIOD = CIVIL.days(date(2026, 1, 1), date(2026, 3, 31))
AS_OF = datetime(2026, 4, 2, tzinfo=UTC)
TITLES = {
    "GH-PR-01": ("Approved by another", "CH-01"),
    "GH-PR-02": ("Came through a pull request", "CH-01"),
    "GH-PR-03": ("Checks had passed", "CH-02"),
    "GH-PR-05": ("Emergencies reviewed afterwards", "CH-04"),
    "GH-PR-06": ("Bots follow their rule", "CH-01"),
}


@dataclass
class Made:
    """A source of frames that a test fills; what it has not, it says so."""

    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    lost: Sequence[Mapping[str, Any]] = ()

    def read(self, name: str) -> pd.DataFrame | str:
        return self.frames.get(name, f"{name}: not collected")

    def unread(self, system: str) -> list[Mapping[str, Any]]:
        return list(self.lost)


def changes(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Pull requests; what a row does not say is ordinary."""
    texts = ["change", "repository", "title", "url", "author", "merge_commit", "base"]
    made = pd.DataFrame([_change(row) for row in rows], columns=[*texts, "created_at", "merged_at"], dtype="object")
    for name in ("created_at", "merged_at"):
        made[name] = pd.to_datetime(made[name], utc=True).astype("datetime64[us, UTC]")
    return made.astype(dict.fromkeys(texts, "string"))


def _change(row: Mapping[str, Any]) -> dict[str, Any]:
    merged = pd.Timestamp(row["merged_at"])
    repository, _, number = row["change"].partition("#")
    return {
        "repository": repository, "title": "A change", "url": f"https://github.example/{repository}/pull/{number}",
        "author": "ada", "created_at": merged - pd.Timedelta(hours=10), "merge_commit": f"m{number}", "base": "main",
        **row, "merged_at": merged,
    }  # fmt: skip


def commits(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["commit", "committed_at", "parents"])
    parts = made["commit"].astype("string").str.split("@", expand=True).reindex(columns=[0, 1]).astype("string")
    made["repository"], made["sha"] = parts[0], parts[1]
    made["committed_at"] = pd.to_datetime(made["committed_at"], utc=True).astype("datetime64[us, UTC]")
    return made


def result(
    check_id: str,
    population: pd.DataFrame,
    reasons: Mapping[str, str] | None = None,
    unknown: Mapping[str, str] | None = None,
    *,
    key: str = "change",
    at: str = "merged_at",
    notes: tuple[str, ...] = (),
    reconciliations: tuple[Reconciliation, ...] = (),
) -> TestResult:
    """What a test would say that finds these reasons, by key."""
    title, control = TITLES.get(check_id, (check_id, "CH-05"))
    check = Check(check_id, title, (control,), ("CC8.1",), "window", (), _procedure)
    said = [population[key].map(one or {}).astype("string") for one in (reasons, unknown)]
    made = outcome(population, key=key, at=at, reasons=said[0], unknown=said[1])
    verdict = Verdict.EXCEPTIONS if len(made.exceptions) else Verdict.NOT_TESTED if notes else Verdict.NO_EXCEPTIONS
    return TestResult(
        check, verdict, made.population, made.exceptions, (), notes, made.exceptions, (), reconciliations,
        not_testable=made.not_testable,
    )  # fmt: skip


def _procedure() -> Outcome:
    """Population: changes. Exception: none. Source: none."""
    raise NotImplementedError


def views(results: Sequence[TestResult], source: Made, period: Any = PERIOD) -> Changes:
    tool = {"name": "soc2kit", "version": "0"}
    assessment = Assessment("Example", AS_OF, period, tuple(results), (), (), (), (), "", tool)
    return Changes(replace(assessment, calendar=CIVIL), source)


def drawn(chart: Chart | Shown) -> Chart:
    """A chart, where a view might also say in words that there is none."""
    assert isinstance(chart, Chart)
    return chart
