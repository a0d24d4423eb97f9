"""What an earlier run said, from the results it left beside its reports."""

from __future__ import annotations

import json
from pathlib import Path

from .errors import MalformedInput, UsageError
from .model import Assessment
from .results import as_document

RESULTS = "results.json"
Key = tuple[str, str, str]


def new_exceptions(reports: Path, assessment: Assessment) -> set[Key]:
    """Exceptions (test, key, time) that the previous run of the same window did not have; none on a first run."""
    previous = latest_results(reports)
    if previous is None:
        return set()
    return keys_of(as_document(assessment)) - keys_of(previous)


def keys_of(document: dict[str, object]) -> set[Key]:
    tests = document["tests"]
    assert isinstance(tests, list)
    return {(test["id"], item["key"], item["at"]) for test in tests for item in test["exceptions"]}


def latest_results(reports: Path) -> dict[str, object] | None:
    """The newest results.json; None before the first run. Raises `MalformedInput` when it cannot be read."""
    folder = latest_run(reports)
    if folder is None:
        return None
    return _read(folder / RESULTS)


def _read(path: Path) -> dict[str, object]:
    try:
        document: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise MalformedInput(f"{path} is not JSON ({error}). Move the folder away to start a new comparison") from error
    return document


def run_of(reports: Path, assessment: Assessment) -> Path:
    """The newest folder of reports made for this period and as-of date; others must not travel with this assessment.

    Raises `UsageError` that names the as-of date when there is none.
    """
    wanted = as_document(assessment)
    for path in sorted(reports.glob(f"*/{RESULTS}"), key=lambda path: path.stat().st_mtime, reverse=True):
        document = _read(path)
        if all(document.get(part) == wanted[part] for part in ("as_of", "period")):
            return path.parent
    raise UsageError(
        f"no reports as of {wanted['as_of']} for this period in {reports}. Run: soc2kit report --workspace"
        f" {reports.parent} --as-of {wanted['as_of']}"
    )


def latest_run(reports: Path) -> Path | None:
    """The newest folder of reports with results; None before the first run."""
    folders = sorted(reports.glob(f"*/{RESULTS}"), key=lambda path: path.stat().st_mtime)
    return folders[-1].parent if folders else None
