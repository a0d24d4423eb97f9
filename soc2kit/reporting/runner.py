"""Runs the notebooks of a period and writes one dated folder of reports.

The folder is made under a temporary name beside its place and renamed when it is whole; a folder that exists is never
written to. A notebook that fails is rendered up to its error, and the others go on.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import nbformat

from .. import __version__
from ..assessment import assess
from ..config import Config
from ..errors import ReportFailed, UsageError
from ..model import Assessment, ReportType
from ..period import Period, stamp
from ..rows import title_facts
from . import parameters
from .execute import Executed, Status, execute
from .overview import overview_html
from .page import notebook_html, title_of
from .scrub import Scrubber

NOTEBOOK_SECONDS = 600.0
WORDS: Mapping[Status, str] = {
    "ok": "ran to its end",
    "failed": "stopped by an error",
    "timeout": "stopped at the time limit",
}


@dataclass(frozen=True)
class NotebookRun:
    name: str
    status: Status
    seconds: float
    error: str = ""


@dataclass(frozen=True)
class RunResult:
    folder: Path
    index: Path
    notebooks: tuple[NotebookRun, ...]

    @property
    def ok(self) -> bool:
        return all(run.status == "ok" for run in self.notebooks)


def render_reports(
    config: Config,
    *,
    period: Period,
    as_of: datetime,
    notebooks: Path,
    report_type: ReportType = "II",
    only: str | None = None,
    jobs: int = 2,
    progress: Callable[[str], None] = lambda line: None,
    results_json: str | None = None,
    assessment: Assessment | None = None,
    timeout_seconds: float = NOTEBOOK_SECONDS,
) -> RunResult:
    """Run and render every `NN_*.ipynb` in `notebooks`, or the one that `only` names.

    Raises `UnknownParameter` or `UsageError` before anything runs, `ReportFailed` when the folder cannot be written.
    """
    chosen = _choose(notebooks, only)
    given = {
        "workspace": str(config.workspace.resolve()),
        # A type I report is of one date and has no period.
        "period": config.calendar.span(period) if report_type == "II" else "",
        "as_of": stamp(as_of),
        "report_type": report_type,
    }
    for name, notebook in chosen.items():
        parameters.check(name, notebook, given)
    assessed = assessment or assess(
        config, period=period if report_type == "II" else None, as_of=as_of, report_type=report_type
    )
    scrubber = Scrubber([(config.workspace, config.workspace.resolve().name), (notebooks, notebooks.name)])
    folder = _temporary_folder(config.reports)
    try:
        executed = _execute_all(chosen, given, jobs, timeout_seconds, progress)
        runs = tuple(_write_page(folder, name, run, assessed, scrubber) for name, run in executed.items())
        titles = {name: title_of(notebook, name) for name, notebook in chosen.items()}
        _write_overview(folder, assessed, runs, titles, results_json)
        _write_run(folder, runs, {**given, "workspace": config.workspace.resolve().name}, assessed)
        final = _publish(folder, config.reports, str(config.calendar.day_at(as_of)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return RunResult(final, final / "index.html", runs)


def _choose(notebooks: Path, only: str | None) -> dict[str, Any]:
    found = {path.stem: path for path in sorted(notebooks.glob("[0-9][0-9]_*.ipynb"))}
    if not found:
        raise UsageError(f"no notebook such as 00_readiness.ipynb in {notebooks}; name the folder that holds them")
    if only is not None:
        wanted = Path(only).stem
        if wanted not in found:
            raise UsageError(f"{only!r} is not a notebook; known are {', '.join(found)}")
        found = {wanted: found[wanted]}
    return {name: _read(path) for name, path in found.items()}


def _read(path: Path) -> Any:
    try:
        return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except (ValueError, KeyError, AttributeError, nbformat.ValidationError) as error:
        raise UsageError(f"{path.name} is not a notebook: {error}. Restore it from version control") from error


def _execute_all(
    chosen: Mapping[str, Any], given: Mapping[str, Any], jobs: int, timeout: float, progress: Callable[[str], None]
) -> dict[str, Executed]:
    with ThreadPoolExecutor(max_workers=max(jobs, 1)) as pool:
        futures = {name: pool.submit(execute, notebook, given, timeout) for name, notebook in chosen.items()}
        finished = {}
        for name, future in futures.items():
            finished[name] = future.result()
            progress(f"{name}: {WORDS[finished[name].status]} ({finished[name].seconds:.1f} s)")
    return finished


def _write_page(folder: Path, name: str, run: Executed, assessment: Assessment, scrubber: Scrubber) -> NotebookRun:
    scrubber.notebook(run.notebook)
    error = scrubber.text(run.error)
    html = notebook_html(run.notebook, name, assessment.company, title_facts(assessment), error)
    (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return NotebookRun(name, run.status, round(run.seconds, 2), error)


def _write_overview(
    folder: Path,
    assessment: Assessment,
    runs: Sequence[NotebookRun],
    titles: Mapping[str, str],
    results_json: str | None,
) -> None:
    rows = [
        {**vars(run), "title": titles[run.name], "file": f"{run.name}.html", "words": WORDS[run.status]} for run in runs
    ]
    if results_json is not None:
        (folder / "results.json").write_text(results_json, encoding="utf-8")
    html = overview_html(assessment, rows, results_json is not None)
    (folder / "index.html").write_text(html, encoding="utf-8")


def _write_run(folder: Path, runs: Sequence[NotebookRun], given: Mapping[str, Any], assessment: Assessment) -> None:
    pages = sorted(folder.glob("*.html"))
    document = {
        "schema": "soc2kit-run/1",
        "status": "ok" if all(run.status == "ok" for run in runs) else "failed",
        "tool": {"name": "soc2kit", "version": __version__},
        "ledger_head": assessment.ledger_head,
        "parameters": given,
        "notebooks": [vars(run) for run in runs],
        "sha256": {page.name: sha256(page.read_bytes()).hexdigest() for page in pages},
    }
    (folder / "run.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _temporary_folder(reports: Path) -> Path:
    try:
        reports.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=reports))
        # mkdtemp is private to its owner; reports are read by whoever may read the workspace.
        folder.chmod(0o755)
    except OSError as error:
        remedy = "Free space or correct its rights"
        raise ReportFailed(f"{reports} cannot be written: {error.strerror}. {remedy}") from error
    return folder


def _publish(folder: Path, reports: Path, date: str) -> Path:
    """Rename to `<date>`, or the next free `<date>-2`, `<date>-3`, …"""
    for number in count(1):
        target = reports / (date if number == 1 else f"{date}-{number}")
        if os.path.lexists(target):
            continue
        try:
            # A rename onto a folder with content is refused, so a run at the same moment cannot be overwritten.
            folder.rename(target)
        except OSError as error:
            if error.errno in (errno.EEXIST, errno.ENOTEMPTY):
                continue
            raise ReportFailed(f"{target} cannot be written: {error.strerror}") from error
        return target
    raise AssertionError("unreachable")
