"""The four counts that stand side by side. There is no single percentage: each has its own denominator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .coverage import Coverage
from .model import ControlResult, Count, CriterionResult, CriterionStatus, Design, TestResult


def four_counts(
    tests: tuple[TestResult, ...],
    controls: tuple[ControlResult, ...],
    criteria: tuple[CriterionResult, ...],
    coverage: Coverage,
) -> tuple[Count, ...]:
    """Criteria with a suitable control; control-quarters with evidence; without deviation; the window elapsed."""
    in_scope = [result for result in criteria if result.status is not CriterionStatus.OUT_OF_SCOPE]
    applicable = [result for result in controls if result.design is not Design.NOT_APPLICABLE]
    suitable = {result.control.id for result in applicable if result.design is Design.SUITABLE}
    tested = list(_tested_quarters(applicable, tests, coverage))
    period, as_of = coverage.frames.period, coverage.frames.as_of
    elapsed = period.until(as_of).days if as_of > period.start else 0.0
    return (
        Count(
            "criteria with a suitable control",
            sum(bool(suitable & set(result.controls)) for result in in_scope),
            len(in_scope),
            "criteria in scope that at least one control of suitable design serves",
        ),
        Count(
            "control-quarters with complete evidence",
            len(tested),
            len(applicable) * len(coverage.quarters),
            "applicable controls × quarters begun, with complete evidence for every test of the control",
        ),
        Count(
            "control-quarters without deviation",
            sum(not _has_exception(control, quarter, tests, coverage) for control, quarter in tested),
            len(tested),
            "of the control-quarters with complete evidence, those in which no test found an exception",
        ),
        Count(
            "days of the window elapsed",
            round(elapsed, 1),
            round(period.days, 1),
            "days from the start of the period to the as-of date",
        ),
    )


def _tests_of(control: ControlResult, tests: Iterable[TestResult]) -> list[TestResult]:
    return [result for result in tests if control.control.id in result.check.controls]


def _tested_quarters(
    controls: Iterable[ControlResult], tests: tuple[TestResult, ...], coverage: Coverage
) -> Iterator[tuple[ControlResult, str]]:
    for control in controls:
        mine = _tests_of(control, tests)
        for quarter in coverage.quarters:
            if mine and all(quarter.name in result.periods_covered for result in mine):
                yield control, quarter.name


def _has_exception(
    control: ControlResult, quarter_name: str, tests: tuple[TestResult, ...], coverage: Coverage
) -> bool:
    quarter = next(part for part in coverage.quarters if part.name == quarter_name)
    return any(
        bool(quarter.contains(result.exceptions["at"]).fillna(False).any())
        for result in _tests_of(control, tests)
        if len(result.exceptions)
    )
