"""The summary of CI runs that an auditor opens as a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from statistics import median
from typing import Any

from ..period import parse_moment
from ..safe_text import csv_text
from .ledger import Record
from .store import EvidenceStore

COLUMNS = (
    "repository", "workflow", "event", "month", "runs", "success", "failure", "cancelled", "skipped", "other",
    "not_ended", "ran_again", "median_minutes", "longest_minutes",
)  # fmt: skip
_FAILURES = {"failure", "timed_out", "startup_failure"}
_PURPOSE = "readable copy made from the raw file named by derived_from"
Run = Mapping[str, Any]


def ci_runs_summary(store: EvidenceStore, record: Record, label: str) -> Iterator[tuple[str, str, str, str]]:
    """One row per repository, workflow, event and month (UTC, of the creation); minutes are of runs that ended."""
    groups: dict[tuple[str, str, str, str], dict[int, Run]] = defaultdict(dict)
    for page in store.read_pages(record):
        for run in page["answer"]["workflow_runs"]:
            workflow = run.get("name") or run["path"]
            key = (run["repository"]["full_name"], workflow, run["event"], run["created_at"][:7])
            groups[key][run["id"]] = run
    rows = [[*key, *_numbers(list(runs.values()))] for key, runs in sorted(groups.items())]
    yield f"ci-pipeline-runs-summary-{label}.csv", "change-management", csv_text(COLUMNS, rows), _PURPOSE


def _numbers(runs: list[Run]) -> list[object]:
    ended = [run for run in runs if run["status"] == "completed"]
    counted = {"success": 0, "failure": 0, "cancelled": 0, "skipped": 0, "other": 0}
    for run in ended:
        conclusion = "failure" if run["conclusion"] in _FAILURES else run["conclusion"]
        counted[conclusion if conclusion in counted else "other"] += 1
    minutes = sorted(map(_minutes, ended))
    again = sum(run.get("run_attempt", 1) > 1 for run in runs)
    times = [f"{median(minutes):.1f}", f"{minutes[-1]:.1f}"] if minutes else ["", ""]
    return [len(runs), *counted.values(), len(runs) - len(ended), again, *times]


def _minutes(run: Run) -> float:
    started = parse_moment(run.get("run_started_at") or run["created_at"])
    return (parse_moment(run["updated_at"]) - started).total_seconds() / 60
