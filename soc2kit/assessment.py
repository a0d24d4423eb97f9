"""The assessment: outcomes of tests → controls → criteria. Offline, and the same on every machine.

Nothing here asks a system or the clock. Whoever has the evidence, the settings and this code gets the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from . import __version__, library
from .checks.table import CHECKS
from .config import FILE_NAME, Config
from .consistency import consistency_notes
from .coverage import Coverage
from .errors import UsageError
from .evidence import EvidenceStore
from .frames import FrameSet
from .model import (
    Assessment,
    Check,
    Control,
    ControlResult,
    CriterionResult,
    CriterionStatus,
    Design,
    Operation,
    ReportType,
    TestResult,
    Verdict,
)
from .obligations import Obligation, Status, obligations
from .period import Period
from .reconciliation import reconciliations
from .retention import vanishing
from .scoring import counts
from .testing import run_check
from .window_history import window_history


def frames_of(
    config: Config, *, period: Period | None = None, as_of: datetime, report_type: ReportType = "II"
) -> FrameSet:
    """The frames that an assessment rests on; they read evidence when first asked.

    Type II covers `period` (the window). Type I is of the as-of date alone, with snapshots that are no older than
    `snapshot_max_age_days`; giving it a period is a `UsageError`.
    """
    if report_type == "I":
        period = _instant(config, period, as_of)
    store = EvidenceStore(config.evidence, config.calendar)
    systems = config.sources | {"company"}
    return FrameSet(store, period=period or config.window, as_of=as_of, scope=config.account_scope, systems=systems)


def assess(
    config: Config,
    *,
    period: Period | None = None,
    as_of: datetime,
    report_type: ReportType = "II",
    frames: FrameSet | None = None,
) -> Assessment:
    """Every test, control and criterion, with what was collected by `as_of`; `frames` are those of `frames_of`."""
    frames = frames or frames_of(config, period=period, as_of=as_of, report_type=report_type)
    period, store = frames.period, EvidenceStore(config.evidence, config.calendar)
    library_controls = library.controls(config.workspace)
    coverage = Coverage(frames, config.calendar, library_controls)
    reconciled = tuple(reconciliations(frames))
    checks = tuple(check for check in CHECKS if _has_source(check, config, coverage))
    tests = tuple(
        run_check(check, coverage, config.parameters, report_type=report_type, reconciled=reconciled)
        for check in checks
    )
    applicable = [control for control in library_controls if library.applies(control, config.categories)]
    owed = () if report_type == "I" else tuple(obligations(coverage, applicable, checks, config.parameters))
    results = tuple(_result(control, tests, owed, config, coverage, report_type) for control in library_controls)
    criteria = tuple(criterion_results(results, config.categories))
    datasets = dict.fromkeys(name for check in checks for name in coverage.datasets(check))
    return Assessment(
        company=config.company,
        as_of=as_of,
        period=period,
        tests=tests,
        controls=results,
        criteria=criteria,
        counts=counts(report_type, tests, results, criteria, coverage, owed),
        owed=tuple(item.document(config.calendar) for item in owed),
        ledger_head=store.ledger.head(),
        tool={"name": "soc2kit", "version": __version__},
        notes=(
            *_period_notes(config, period, report_type),
            *_not_run(checks),
            *_absent_systems(config),
            *consistency_notes(config, frames, store),
        ),
        report_type=report_type,
        window=tuple(window_history(coverage, datasets, config.parameters)) if report_type == "II" else (),
        vanishing=tuple(vanishing(period, as_of, config.calendar, config.sources)) if report_type == "II" else (),
        calendar=config.calendar,
    )


def _has_source(check: Check, config: Config, coverage: Coverage) -> bool:
    """Whether a test that needs a source of its own has it. Evidence of a source that was taken out still counts."""
    if not check.only_with or check.only_with in config.sources:
        return True
    return any(record.system == check.only_with for record in coverage.frames.attempts)


def _not_run(checks: Iterable[Check]) -> tuple[str, ...]:
    done = {check.id for check in checks}
    return tuple(
        f"{check.id} was not run: {FILE_NAME} has no table [sources.{check.only_with}]"
        for check in CHECKS
        if check.id not in done
    )


def _absent_systems(config: Config) -> tuple[str, ...]:
    """Systems that hold accounts and that the company says it does not have."""
    absent = sorted({"aws", "github", "postgres"} - config.sources)
    return tuple(
        f"{FILE_NAME} has no table [sources.{system}]: tests over all systems speak of the others alone"
        for system in absent
    )


def _period_notes(config: Config, period: Period, report_type: ReportType) -> tuple[str, ...]:
    """A type II assessment beyond the window says so: nothing of it is in the report that the window is for."""
    if report_type == "I" or config.window.covers(period):
        return ()
    days = config.calendar.span(config.window)
    return (f"the period {config.calendar.span(period)} is not inside the window of {FILE_NAME}, {days}",)


def _instant(config: Config, period: Period | None, as_of: datetime) -> Period:
    """The stretch before an as-of date whose latest snapshots speak for it."""
    if period is not None:
        raise UsageError("a type I report is of one date and has no period; leave out --period, or give --type II")
    age = timedelta(days=config.parameters.at(as_of).snapshot_max_age_days)
    return Period(as_of - age, as_of + timedelta(seconds=1), f"as of {config.calendar.day_at(as_of)}")


def _result(
    control: Control,
    tests: tuple[TestResult, ...],
    owed: tuple[Obligation, ...],
    config: Config,
    coverage: Coverage,
    report_type: ReportType,
) -> ControlResult:
    applicable = library.applies(control, config.categories)
    period = coverage.period_of(control.id)
    in_force = period is not None and coverage.frames.as_of >= period.start
    result = control_result(control, tests, applicable=applicable, in_force=in_force, report_type=report_type)
    return replace(result, standing=_standing(result, owed))


def _standing(result: ControlResult, owed: Iterable[Obligation]) -> str:
    """A type II report needs the history: every period that is due, with its evidence."""
    if not result.tests or result.design is Design.NOT_APPLICABLE:
        return ""
    mine = [item for item in owed if item.control == result.control.id]
    due = [item for item in mine if item.status not in (Status.OPEN, Status.UPCOMING)]
    there = all(item.status in (Status.COLLECTED, Status.COLLECTED_LATE) for item in due)
    return "type_ii" if due and there else "type_i_only"


def control_result(
    control: Control,
    tests: Iterable[TestResult],
    *,
    applicable: bool = True,
    in_force: bool = True,
    report_type: ReportType = "II",
) -> ControlResult:
    """Design and operation of one control, apart.

    Design rests on what the latest snapshots still show, operation on the whole period: a gap that was closed leaves
    the design suitable and the deviation standing. Only an automated control is judged by tests alone; of others a test
    can show a gap but not that the whole of it is suitable. Of a control that is not in force yet, and in a type I
    report, operation is not due.
    """
    mine = [result for result in tests if control.id in result.check.controls]
    names = tuple(result.check.id for result in mine)
    if not applicable:
        return ControlResult(
            control, Design.NOT_APPLICABLE, Operation.NOT_APPLICABLE, names, 0, 0, ("no criterion of it is in scope",)
        )
    due = in_force and report_type == "II"
    return ControlResult(
        control,
        _design(control, mine),
        _operation(mine) if due else Operation.NOT_DUE,
        names,
        exceptions=sum(len(result.exceptions) for result in mine),
        open_exceptions=sum(len(result.open_exceptions) for result in mine),
        notes=tuple(note for result in mine for note in result.notes) or _untested(mine),
    )


def _untested(mine: list[TestResult]) -> tuple[str, ...]:
    return () if mine else ("no system can answer this control; it waits for an answer and its evidence",)


def _design(control: Control, mine: list[TestResult]) -> Design:
    settings = [result for result in mine if result.check.kind == "point_in_time"]
    if any(len(result.open_exceptions) for result in settings):
        return Design.GAP
    tested = settings and all(result.verdict is not Verdict.NOT_TESTED for result in settings)
    return Design.SUITABLE if tested and control.nature == "automated" else Design.NOT_ASSESSED


def _operation(mine: list[TestResult]) -> Operation:
    verdicts = {result.verdict for result in mine}
    if Verdict.EXCEPTIONS in verdicts:
        return Operation.DEVIATION
    if not verdicts or Verdict.NOT_TESTED in verdicts:
        return Operation.NOT_TESTED
    return Operation.OPERATING if Verdict.NO_EXCEPTIONS in verdicts else Operation.NOT_OCCURRED


_WORST_FIRST = (
    CriterionStatus.GAP,
    CriterionStatus.DEVIATION,
    CriterionStatus.NOT_TESTED,
    CriterionStatus.NOT_ASSESSED,
    CriterionStatus.SUPPORTED,
)


def criterion_results(controls: Iterable[ControlResult], categories: tuple[str, ...]) -> Iterable[CriterionResult]:
    """A criterion is as good as the worst of its controls; without one it has no support at all."""
    results = [result for result in controls if result.design is not Design.NOT_APPLICABLE]
    for criterion in library.criteria():
        mine = [result for result in results if criterion.id in result.control.criteria]
        names = tuple(result.control.id for result in mine)
        if not library.in_scope(criterion, categories):
            yield CriterionResult(criterion, CriterionStatus.OUT_OF_SCOPE, names)
            continue
        statuses = {status_of(result) for result in mine}
        worst = next((status for status in _WORST_FIRST if status in statuses), CriterionStatus.NO_CONTROL)
        yield CriterionResult(criterion, worst, names)


def status_of(result: ControlResult) -> CriterionStatus:
    """What one control contributes to its criteria."""
    if result.design is Design.GAP or result.operation is Operation.NOT_OPERATING:
        return CriterionStatus.GAP
    if result.operation is Operation.DEVIATION:
        return CriterionStatus.DEVIATION
    if result.operation is Operation.NOT_TESTED:
        return CriterionStatus.NOT_TESTED
    if result.design is Design.NOT_ASSESSED:
        return CriterionStatus.NOT_ASSESSED
    return CriterionStatus.SUPPORTED
