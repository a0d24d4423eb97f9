"""The counts that stand side by side. There is no single percentage: each has its own denominator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .coverage import Coverage
from .model import ControlResult, Count, CriterionResult, CriterionStatus, Design, ReportType, TestResult, Verdict
from .obligations import Obligation, Status
from .period import Period

_THERE = {Status.COLLECTED, Status.COLLECTED_LATE}
ControlPeriod = tuple[str, Period]


def counts(
    report_type: ReportType,
    tests: tuple[TestResult, ...],
    controls: tuple[ControlResult, ...],
    criteria: tuple[CriterionResult, ...],
    coverage: Coverage,
    owed: Sequence[Obligation],
) -> tuple[Count, ...]:
    """Four for type II; for type I, which says nothing of a stretch of time, design and evidence alone."""
    applicable = [result for result in controls if result.design is not Design.NOT_APPLICABLE]
    design = _design_count(criteria, applicable)
    if report_type == "I":
        return (design, _answered(tests))
    return (design, *_period_counts(applicable, tests, owed), _elapsed(coverage))


def _design_count(criteria: Iterable[CriterionResult], applicable: Iterable[ControlResult]) -> Count:
    in_scope = [result for result in criteria if result.status is not CriterionStatus.OUT_OF_SCOPE]
    suitable = {result.control.id for result in applicable if result.design is Design.SUITABLE}
    return Count(
        "criteria with a suitable control",
        sum(bool(suitable & set(result.controls)) for result in in_scope),
        len(in_scope),
        "criteria in scope that at least one control of suitable design serves",
    )


def _answered(tests: Iterable[TestResult]) -> Count:
    settings = [result for result in tests if result.check.kind == "point_in_time"]
    answered = [result for result in settings if result.verdict is not Verdict.NOT_TESTED]
    return Count("tests of settings answered", len(answered), len(settings), "by the snapshots of the as-of date")


def _period_counts(
    applicable: Sequence[ControlResult], tests: tuple[TestResult, ...], owed: Sequence[Obligation]
) -> Iterator[Count]:
    names = {result.control.id for result in applicable}
    due = list(dict.fromkeys((item.control, item.part) for item in owed if item.control in names and _is_due(item)))
    lacking = {(item.control, item.part) for item in owed if item.status not in _THERE}
    # Evidence that is there but damaged lets no test be performed, and a test not performed finds no deviation.
    unread = {control for result in tests if not result.evidence for control in result.check.controls}
    complete = [one for one in due if one not in lacking and one[0] not in unread]
    yield Count(
        "control-periods with complete evidence",
        len(complete),
        len(due),
        "applicable controls × their periods that are due (quarters of a quarterly control, months of one that must"
        " always hold), with all evidence that is owed for them",
    )
    yield Count(
        "control-periods without deviation",
        sum(_is_clear(one, tests) for one in complete),
        len(complete),
        "of the control-periods with complete evidence, those in which every row could be tested and none is an"
        " exception",
    )


def _is_due(item: Obligation) -> bool:
    return item.status not in (Status.OPEN, Status.UPCOMING)


def _is_clear(one: ControlPeriod, tests: Iterable[TestResult]) -> bool:
    control, part = one
    return not any(
        bool(part.contains(rows["at"]).fillna(False).any())
        for result in tests
        if control in result.check.controls
        for rows in (result.exceptions, result.not_testable)
        if len(rows)
    )


def _elapsed(coverage: Coverage) -> Count:
    period, as_of = coverage.frames.period, coverage.frames.as_of
    elapsed = period.until(as_of).days if as_of > period.start else 0.0
    return Count(
        "days of the window elapsed",
        round(elapsed, 1),
        round(period.days, 1),
        "days from the start of the period to the as-of date",
    )
