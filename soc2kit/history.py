"""What an earlier run said, from the results it left beside its reports."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from .config import Config
from .errors import MalformedInput, MissingEvidence, UsageError
from .evidence import EvidenceStore
from .model import Assessment
from .results import as_document

RESULTS = "results.json"
Key = tuple[str, str, str]


def new_exceptions(reports: Path, assessment: Assessment) -> set[Key]:
    """Exceptions (test, key, time) that the previous run of the same window did not have; none on a first run."""
    wanted = as_document(assessment)
    previous = next(_runs(reports, wanted, ("type", "period")), None)
    return keys_of(wanted) - keys_of(previous[1]) if previous else set()


def keys_of(document: dict[str, object]) -> set[Key]:
    tests = document["tests"]
    assert isinstance(tests, list)
    return {(test["id"], item["key"], item["at"]) for test in tests for item in test["exceptions"]}


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
    found = next(_runs(reports, wanted, ("type", "as_of", "period")), None)
    if found is None:
        raise UsageError(
            f"no reports as of {wanted['as_of']} for this period in {reports}. Run: soc2kit report --workspace"
            f" {reports.parent} --as-of {wanted['as_of']}"
        )
    return found[0]


def _runs(
    reports: Path, wanted: Mapping[str, object], alike: tuple[str, ...]
) -> Iterator[tuple[Path, dict[str, object]]]:
    """Folders and results of the runs that are like an assessment in some parts of it, newest first."""
    for path in sorted(reports.glob(f"*/{RESULTS}"), key=lambda path: path.stat().st_mtime, reverse=True):
        document = _read(path)
        if all(document.get(part) == wanted[part] for part in alike):
            yield path.parent, document


def latest_run(reports: Path) -> Path | None:
    """The newest folder of reports with results; None before the first run."""
    folders = sorted(reports.glob(f"*/{RESULTS}"), key=lambda path: path.stat().st_mtime)
    return folders[-1].parent if folders else None


def latest_collection(config: Config) -> datetime:
    records = EvidenceStore(config.evidence, config.calendar).records()
    if not records:
        raise MissingEvidence(f"nothing was collected in {config.workspace} yet. Run: soc2kit collect")
    return max(record.run_at for record in records)
