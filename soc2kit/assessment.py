"""The assessment: outcomes of tests → controls → criteria. Offline, and the same on every machine.

Nothing here asks a system or the clock. Whoever has the evidence, the settings and this code gets the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from . import __version__, library
from .checks.table import CHECKS
from .config import Config
from .consistency import consistency_notes
from .coverage import Coverage
from .evidence import EvidenceStore
from .frames import FrameSet
from .model import (
    Assessment,
    Control,
    ControlResult,
    CriterionResult,
    CriterionStatus,
    Design,
    Operation,
    TestResult,
    Verdict,
)
from .period import Period
from .scoring import four_counts
from .testing import run_check


def assess(config: Config, *, period: Period | None = None, as_of: datetime) -> Assessment:
    """Every test, control and criterion for `period` (the window) with what was collected by `as_of`."""
    period = period or config.window
    store = EvidenceStore(config.evidence, fiscal_year_start=config.fiscal_year_start)
    frames = FrameSet(store, period=period, as_of=as_of)
    coverage = Coverage(frames, config.fiscal_year_start)
    tests = tuple(run_check(check, frames, coverage, config.parameters) for check in CHECKS)
    controls = tuple(
        control_result(control, tests, applicable=library.applies(control, config.categories))
        for control in library.controls(config.workspace)
    )
    criteria = tuple(criterion_results(controls, config.categories))
    return Assessment(
        company=config.company,
        as_of=as_of,
        period=period,
        tests=tests,
        controls=controls,
        criteria=criteria,
        counts=four_counts(tests, controls, criteria, coverage),
        owed=tuple(coverage.owed(CHECKS)),
        ledger_head=store.ledger.head(),
        tool={"name": "soc2kit", "version": __version__},
        notes=tuple(consistency_notes(config, frames, store)),
    )


def control_result(control: Control, tests: Iterable[TestResult], *, applicable: bool = True) -> ControlResult:
    """Design and operation of one control, apart.

    Design rests on what the latest snapshots still show, operation on the whole period: a gap that was closed leaves
    the design suitable and the deviation standing. Only an automated control is judged by tests alone; of others a test
    can show a gap but not that the whole of it is suitable.
    """
    mine = [result for result in tests if control.id in result.check.controls]
    names = tuple(result.check.id for result in mine)
    if not applicable:
        return ControlResult(
            control, Design.NOT_APPLICABLE, Operation.NOT_APPLICABLE, names, 0, 0, ("no criterion of it is in scope",)
        )
    return ControlResult(
        control,
        _design(control, mine),
        _operation(mine),
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
