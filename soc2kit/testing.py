"""Running one test of control over the frames of an assessment, and giving its verdict."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from .coverage import Coverage
from .errors import Soc2kitError
from .evidence import Record
from .frames import FrameSet
from .frames.load import kind_of
from .model import Check, EvidenceUse, Frame, Outcome, TestResult, Verdict
from .parameters import Parameters

_NOTHING = pd.DataFrame({"key": pd.Series(dtype="string"), "at": pd.Series(dtype="datetime64[us, UTC]")})


def run_check(check: Check, frames: FrameSet, coverage: Coverage, parameters: Parameters) -> TestResult:
    """A test's outcome and verdict.

    Evidence missing for a whole dataset, damaged, or older than `snapshot_max_age_days` makes a test `not_tested`; so
    does a quarter without evidence, unless exceptions were found in the others: those stand.
    """
    absent = [dataset for dataset in coverage.datasets(check) if not frames.records(dataset)]
    if absent:
        return _not_tested(check, tuple(_why_absent(dataset, coverage) for dataset in absent))
    try:
        inputs = [_input(check, frames, name) for name in check.reads]
    except Soc2kitError as error:
        return _not_tested(check, (f"{type(error).__name__}: {error}",))
    outcome = check.function(*inputs, period=frames.period, parameters=parameters)
    notes = (*_gaps(check, coverage), *_stale(check, frames, coverage, parameters))
    evidence = tuple(_use(record) for dataset in coverage.datasets(check) for record in frames.records(dataset))
    return TestResult(
        check,
        _verdict(outcome, notes),
        outcome.population,
        outcome.exceptions,
        evidence,
        notes=(*notes, *_failed_lately(check, coverage)),
        open_exceptions=_open(check, outcome, frames, coverage),
        periods_covered=coverage.covered_quarters(check),
    )


def _input(check: Check, frames: FrameSet, name: str) -> Frame:
    """A point-in-time test sees the snapshots inside the period; a window test also the later ones."""
    frame = frames.frame(name)
    if check.kind == "point_in_time" and "snapshot_at" in frame:
        return frame[frames.period.contains(frame["snapshot_at"])].reset_index(drop=True)
    return frame


def _verdict(outcome: Outcome, notes: tuple[str, ...]) -> Verdict:
    if len(outcome.exceptions):
        return Verdict.EXCEPTIONS
    if notes:
        return Verdict.NOT_TESTED
    return Verdict.NO_EXCEPTIONS if len(outcome.population) else Verdict.NO_OCCURRENCES


def _open(check: Check, outcome: Outcome, frames: FrameSet, coverage: Coverage) -> Frame:
    """Of a point-in-time test, what the latest snapshots still show; of a window test, everything."""
    if check.kind == "window" or outcome.exceptions.empty:
        return outcome.exceptions
    taken = [
        [record.run_at for record in frames.records(dataset) if frames.period.contains(record.run_at)]
        for dataset in coverage.datasets(check)
        if kind_of(dataset) == "snapshot"
    ]
    latest = min((max(moments) for moments in taken if moments), default=frames.period.start)
    return outcome.exceptions[outcome.exceptions["at"] >= pd.Timestamp(latest)]


def _gaps(check: Check, coverage: Coverage) -> tuple[str, ...]:
    return tuple(f"no complete {dataset} for {quarter.name}" for dataset, quarter in coverage.missing(check))


def _stale(check: Check, frames: FrameSet, coverage: Coverage, parameters: Parameters) -> tuple[str, ...]:
    if check.kind == "window":
        return ()
    end = min(frames.as_of, frames.period.end)
    limit = timedelta(days=parameters.snapshot_max_age_days)
    notes = []
    for dataset in coverage.datasets(check):
        latest = max(record.run_at for record in frames.records(dataset))
        if kind_of(dataset) == "snapshot" and end - latest > limit:
            days = (end - latest).days
            notes.append(f"the latest {dataset} is {days} days old, limit {limit.days}")
    return tuple(notes)


def _failed_lately(check: Check, coverage: Coverage) -> tuple[str, ...]:
    reasons = ((dataset, coverage.last_failure(dataset)) for dataset in coverage.datasets(check))
    return tuple(f"the latest attempt at {dataset} failed: {reason}" for dataset, reason in reasons if reason)


def _why_absent(dataset: str, coverage: Coverage) -> str:
    reason = coverage.last_failure(dataset)
    if reason:
        return f"{dataset} could not be collected: {reason}"
    return f"no {dataset}. Run: soc2kit collect --source {dataset.split('.')[0]}"


def _not_tested(check: Check, notes: tuple[str, ...]) -> TestResult:
    exceptions = _NOTHING.assign(reason=pd.Series(dtype="string"))
    return TestResult(check, Verdict.NOT_TESTED, _NOTHING, exceptions, (), notes, exceptions, ())


def _use(record: Record) -> EvidenceUse:
    return EvidenceUse(str(record.path), record.dataset, record.fields)
