"""The nouns that the rest is written in: outcomes of tests, controls, criteria, the assessment.

Vocabulary is the auditor's. A verdict is never a bool, a missing answer never a pass, and the tool never concludes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, TypeAlias

import pandas as pd

from .period import Period

Frame: TypeAlias = pd.DataFrame


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


@dataclass(frozen=True)
class Outcome:
    """Facts of one test: what was looked at, and what was flagged.

    `population` and `exceptions` both have the columns `key` (the thing as its system names it) and `at` (UTC: when it
    happened, or when the snapshot that shows it was taken); `exceptions` is a subset of `population` by (`key`, `at`)
    and adds `reason`, in words.
    """

    population: Frame
    exceptions: Frame


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
    #: Names of the quarters of the window for which the evidence is complete.
    periods_covered: tuple[str, ...] = ()


@dataclass(frozen=True)
class ControlResult:
    control: Control
    design: Design
    operation: Operation
    tests: tuple[str, ...]
    exceptions: int
    open_exceptions: int
    notes: tuple[str, ...] = ()


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

    def test(self, check_id: str) -> TestResult:
        return next(result for result in self.tests if result.check.id == check_id)

    def control(self, control_id: str) -> ControlResult:
        return next(result for result in self.controls if result.control.id == control_id)
