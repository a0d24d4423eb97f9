"""The nouns that the rest is written in: outcomes of tests, controls, criteria, the assessment.

Vocabulary is the auditor's. A verdict is never a bool, a missing answer never a pass, and the tool never concludes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, TypeAlias

import pandas as pd

from .period import CIVIL, Calendar, Period

Frame: TypeAlias = pd.DataFrame
ReportType: TypeAlias = Literal["I", "II"]


class Verdict(StrEnum):
    """What a test of control says of its population."""

    NO_EXCEPTIONS = "no_exceptions"
    EXCEPTIONS = "exceptions"
    NO_OCCURRENCES = "no_occurrences"  # the population is proved empty
    NOT_TESTED = "not_tested"  # evidence missing, stale, truncated or refused


class Design(StrEnum):
    SUITABLE = "suitable"
    GAP = "gap"
    NOT_ASSESSED = "not_assessed"
    NOT_APPLICABLE = "not_applicable"


class Operation(StrEnum):
    OPERATING = "operating"
    DEVIATION = "deviation"
    NOT_OPERATING = "not_operating"
    NOT_OCCURRED = "not_occurred"
    NOT_TESTED = "not_tested"
    NOT_DUE = "not_due"
    RELIED_ON = "relied_on"
    NOT_APPLICABLE = "not_applicable"


class CriterionStatus(StrEnum):
    """As good as the worst of the criterion's controls. Only a CPA concludes that a criterion is met."""

    SUPPORTED = "supported_by_evidence"
    DEVIATION = "deviation"
    GAP = "gap"
    NOT_TESTED = "not_tested"
    NOT_ASSESSED = "not_assessed"
    NO_CONTROL = "no_control"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True)
class Criterion:
    id: str
    category: str
    series: str
    title: str


@dataclass(frozen=True)
class Control:
    id: str
    title: str
    statement: str
    owner: str
    criteria: tuple[str, ...]
    frequency: str
    nature: Literal["automated", "manual", "hybrid"]
    category: str
    test: Mapping[str, str]
    remediation: str
    effort_days: float
    applies_if: str | None = None
    #: First day on which the control is in force; None when it was before the window.
    effective_from: date | None = None


def _no_rows() -> Frame:
    return pd.DataFrame(
        {
            "key": pd.Series(dtype="string"),
            "at": pd.Series(dtype="datetime64[us, UTC]"),
            "reason": pd.Series(dtype="string"),
        }
    )


@dataclass(frozen=True)
class Outcome:
    """Facts of one test: what was looked at, and what was flagged.

    `population` and `exceptions` both have the columns `key` (the thing as its system names it) and `at` (UTC: when it
    happened, or when the snapshot that shows it was taken); `exceptions` is a subset of `population` by (`key`, `at`)
    and adds `reason`, in words. `not_testable` has the same form: rows of which the evidence cannot tell, and why. A
    row is in one of the two at most; in neither, it is in order.
    """

    population: Frame
    exceptions: Frame
    not_testable: Frame


@dataclass(frozen=True)
class Check:
    """One test of control: `function(frames…, period=…, parameters=…)` over the frames named in `reads`.

    `point_in_time` checks look at snapshots, `window` checks at what happened. `controls[0]` is the control it tests;
    further ones rest on the same evidence.
    """

    id: str
    title: str
    controls: tuple[str, ...]
    criteria: tuple[str, ...]
    kind: Literal["point_in_time", "window"]
    reads: tuple[str, ...]
    function: Callable[..., Outcome]
    procedure: Literal["inspection", "re-performance", "observation"] = "inspection"
    #: A source that a company may do without: where soc2kit.toml has no table for it, and nothing of it was collected,
    #: the test is not run. Its control does not wait for it, and the assessment says so.
    only_with: str = ""
    #: For a test whose frames hold several systems: the one that it speaks of, or `any`. It does not wait for systems
    #: that the company does not have, and says nothing of one that it speaks of and has no evidence of.
    speaks_of: str = ""
    #: Columns of the population that a workpaper shows of its exceptions; none named: all. Lists have all of them.
    shows: tuple[str, ...] = ()

    @property
    def control(self) -> str:
        return self.controls[0]


@dataclass(frozen=True)
class EvidenceUse:
    """A ledger record that a test rests on, as a report shows it."""

    path: str
    dataset: str
    record: Mapping[str, Any]


@dataclass(frozen=True)
class Reconciliation:
    """A list that tests rest on, beside a second source of the same things.

    `datasets[0]` is the list, `datasets[1]` the second source; `first` and `second` are their counts. `only_second`
    names what the list lacks: where there is any, the population is not complete. `explained` says in words which
    differences are expected, and why.
    """

    id: str
    title: str
    datasets: tuple[str, str]
    first: int
    second: int
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    explained: str
    #: Whether something that only the second source has makes the tests of the first list incomplete.
    proves: bool = True

    @property
    def agrees(self) -> bool:
        return not self.only_first and not self.only_second


@dataclass(frozen=True)
class TestResult:
    """A check and what came of it in one assessment."""

    __test__ = False  # not a pytest class

    check: Check
    verdict: Verdict
    population: Frame
    exceptions: Frame
    evidence: tuple[EvidenceUse, ...]
    #: Why the verdict is `not_tested`, or what part of the window an otherwise good verdict does not cover.
    notes: tuple[str, ...] = ()
    #: Exceptions that the latest snapshot still shows (point-in-time tests), or all (window tests).
    open_exceptions: Frame = field(default_factory=pd.DataFrame)
    #: Names of the control's periods (months, quarters, …) for which the evidence is complete.
    periods_covered: tuple[str, ...] = ()
    #: How the lists that the test rests on compare with second sources.
    reconciliations: tuple[Reconciliation, ...] = ()
    #: Rows of the population of which the evidence cannot tell, each with the reason.
    not_testable: Frame = field(default_factory=_no_rows)


@dataclass(frozen=True)
class ControlResult:
    control: Control
    design: Design
    operation: Operation
    tests: tuple[str, ...]
    exceptions: int
    open_exceptions: int
    notes: tuple[str, ...] = ()
    #: Which report its evidence can carry: `type_ii` when no period that is due lacks any, else `type_i_only`; empty
    #: for a control that no test reads evidence for.
    standing: str = ""


@dataclass(frozen=True)
class CriterionResult:
    criterion: Criterion
    status: CriterionStatus
    controls: tuple[str, ...]


@dataclass(frozen=True)
class Count:
    """A number that never stands without its denominator."""

    label: str
    value: float
    of: float
    meaning: str


@dataclass(frozen=True)
class Drift:
    """What changed between two snapshots that follow on each other: numbers of rows, and of changed rows which."""

    frame: str
    earlier: datetime
    later: datetime
    added: int
    removed: int
    changed: int


@dataclass(frozen=True)
class DatasetHistory:
    """One dataset over the part of the window that has passed. `gaps` are the days that no evidence speaks of."""

    dataset: str
    kind: Literal["snapshot", "events"]
    days_covered: int
    days: int
    taken: tuple[datetime, ...]
    gaps: tuple[Period, ...]
    drift: tuple[Drift, ...]


@dataclass(frozen=True)
class Assessment:
    company: str
    as_of: datetime
    period: Period
    tests: tuple[TestResult, ...]
    controls: tuple[ControlResult, ...]
    criteria: tuple[CriterionResult, ...]
    counts: tuple[Count, ...]
    owed: tuple[Mapping[str, Any], ...]
    ledger_head: str
    tool: Mapping[str, str]
    #: What a reader must know of the whole: settings that are not the collected ones, say.
    notes: tuple[str, ...] = ()
    #: I: does each control exist on the as-of date; II: did it operate through the period.
    report_type: ReportType = "II"
    #: Days covered, gaps and drift for each dataset.
    window: tuple[DatasetHistory, ...] = ()
    #: What sources forget, and when.
    vanishing: tuple[Mapping[str, Any], ...] = ()
    calendar: Calendar = CIVIL

    def test(self, check_id: str) -> TestResult:
        return next(result for result in self.tests if result.check.id == check_id)

    def control(self, control_id: str) -> ControlResult:
        return next(result for result in self.controls if result.control.id == control_id)
