"""The steps that commands are made of: each loads what it needs when it runs, so that --help answers at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from .errors import ReportFailed, UsageError
from .progress import Say, reporting, say

if TYPE_CHECKING:
    from .collect import CollectionSummary
    from .config import Config
    from .model import Assessment, ReportType
    from .period import Period
    from .reporting import RunResult
    from .sealing.package import Sealed

NOTEBOOKS = "notebooks"


def notebooks() -> Path:
    """The notebooks of the checkout, or those that came with the installed package."""
    package = Path(__file__).resolve().parent
    for folder in (package.parent / NOTEBOOKS, package / NOTEBOOKS):
        if folder.is_dir():
            return folder
    raise UsageError("the notebooks are not beside the package. Reinstall soc2kit")


def period_of(config: Config, text: str | None) -> Period | None:
    return config.calendar.parse(text) if text else None


def refuse_example(config: Config) -> None:
    if config.example:
        raise UsageError(
            f"the systems of the example in {config.workspace} ran only while `soc2kit demo` did; there is nothing to"
            " collect from now. Run: soc2kit demo"
        )


def collect(
    config: Config,
    source: str | None,
    period: Period | None,
    clock: Callable[[], datetime],
    dataset: str | None = None,
) -> CollectionSummary:
    from .collect import collect as collect_all
    from .collect import configured, only_dataset
    from .sources.table import SOURCES

    with reporting("collecting") as progress:
        sources = only_dataset(configured(config, SOURCES, source), dataset)
        summary = collect_all(
            config, sources, clock=clock, period=period, progress=progress, standing=progress.standing
        )
    say(f"collected {len(summary.collected)}, failed {len(summary.failed)}, already final {summary.already}")
    return summary


def assess(
    config: Config,
    period: str | None,
    as_of: str | None,
    clock: Callable[[], datetime],
    report_type: ReportType = "II",
) -> Assessment:
    from .assessment import assess as assess_all
    from .period import parse_moment

    moment = parse_moment(as_of) if as_of else default_as_of(config, clock)
    return assess_all(config, period=period_of(config, period), as_of=moment, report_type=report_type)


def default_as_of(config: Config, clock: Callable[[], datetime]) -> datetime:
    """Now; of the example the last collection, as its systems are gone since."""
    from .history import latest_collection

    return latest_collection(config) if config.example else clock()


def report(config: Config, assessment: Assessment, only: str | None, jobs: int) -> RunResult:
    with reporting("rendering") as progress:
        result = render(config, assessment, only=only, jobs=jobs, progress=progress)
    typer.echo(str(result.index))
    return result


def render(
    config: Config, assessment: Assessment, *, progress: Say, only: str | None = None, jobs: int = 2
) -> RunResult:
    from .reporting import render_reports
    from .results import as_json

    return render_reports(
        config,
        period=assessment.period,
        as_of=assessment.as_of,
        report_type=assessment.report_type,
        notebooks=notebooks(),
        only=only,
        jobs=jobs,
        progress=progress,
        results_json=as_json(assessment),
        assessment=assessment,
    )


def package(config: Config, assessment: Assessment, now: datetime, key: Path | None) -> Sealed:
    from .history import run_of
    from .sealing.package import seal

    return seal(config, assessment, reports=run_of(config.reports, assessment), now=now, key=key)


def package_redacted(config: Config, assessment: Assessment, now: datetime, key: Path | None) -> Sealed:
    """Assess and render again on a redacted copy; what comes of it is sealed only when nothing but names differs."""
    from .redaction import redacted
    from .sealing.package import FOLDER, seal

    with redacted(config, period=assessment.period, as_of=assessment.as_of) as copy, reporting("redacting") as progress:
        again = assess_like(copy.config, assessment)
        copy.refuse_differences(assessment, again)
        result = render(copy.config, again, progress=progress)
        if not result.ok:
            raise ReportFailed("a notebook stopped on the redacted copy; nothing was sealed. Run: soc2kit report")
        return seal(
            copy.config,
            again,
            reports=result.folder,
            now=now,
            key=key,
            packages=config.workspace / FOLDER,
            inspect=copy.refuse_leftovers,
        )


def assess_like(config: Config, other: Assessment) -> Assessment:
    """The same assessment of another workspace."""
    from .assessment import assess as assess_all

    period = other.period if other.report_type == "II" else None
    return assess_all(config, period=period, as_of=other.as_of, report_type=other.report_type)
