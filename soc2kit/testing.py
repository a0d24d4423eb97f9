"""Running one test of control over the frames of an assessment, and giving its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import timedelta

import pandas as pd

from .coverage import Coverage
from .errors import Soc2kitError
from .evidence import Record
from .frames import FrameSet
from .frames.load import kind_of, systems_of
from .model import Check, EvidenceUse, Frame, Outcome, Reconciliation, ReportType, TestResult, Verdict
from .parameters import ParameterHistory
from .period import Period

_NOTHING = pd.DataFrame({"key": pd.Series(dtype="string"), "at": pd.Series(dtype="datetime64[us, UTC]")})


def run_check(
    check: Check,
    coverage: Coverage,
    parameters: ParameterHistory,
    *,
    report_type: ReportType = "II",
    reconciled: Iterable[Reconciliation] = (),
) -> TestResult:
    """A test's outcome and verdict, over the part of the period in which its control is in force.

    Evidence missing for a whole dataset, damaged, older than `snapshot_max_age_days`, or lacking what a second source
    has makes a test `not_tested`; so does a period of the control without evidence, unless exceptions were found in the
    others: those stand. Each row is tested against the parameters in force at its time. For type I only the latest
    snapshots count, and what happens over time is not tested.
    """
    frames = coverage.frames
    if report_type == "I" and check.kind == "window":
        return _not_tested(check, ("a type I report makes no statement on what happens over time",))
    period = coverage.period_of(check.control)
    if period is None or frames.as_of < period.start:
        return _not_tested(check, (_not_in_force(check, coverage),))
    absent = [dataset for dataset in coverage.datasets(check) if not frames.records(dataset)]
    if absent:
        return _not_tested(check, tuple(_why_absent(dataset, coverage) for dataset in absent))
    if coverage.speaks_of_nothing(check):
        return _not_tested(check, (_no_system(check),))
    if report_type == "I":
        period = _latest(check, coverage, period)
    try:
        inputs = [frames.frame(name) for name in check.reads]
    except Soc2kitError as error:
        return _not_tested(check, (f"{type(error).__name__}: {error}",))
    outcome = performed(check, inputs, period, parameters)
    mine = tuple(item for item in reconciled if set(item.datasets) & set(coverage.datasets(check)))
    notes = (
        *_not_testable(outcome),
        *(_gaps(check, coverage) if report_type == "II" else ()),
        *_stale(check, coverage, parameters),
        *_incomplete(check, coverage, mine),
    )
    return TestResult(
        check,
        _verdict(outcome, notes),
        outcome.population,
        outcome.exceptions,
        tuple(_use(record) for dataset in coverage.datasets(check) for record in frames.records(dataset)),
        notes=(
            *notes,
            *_failed_lately(check, coverage),
            *_absent_logs(check, coverage),
            *_starts_late(check, coverage),
        ),
        open_exceptions=_open(check, outcome, frames, coverage),
        periods_covered=coverage.covered_parts(check) if report_type == "II" else (),
        reconciliations=mine,
        not_testable=outcome.not_testable,
    )


def performed(check: Check, inputs: Sequence[Frame], period: Period, parameters: ParameterHistory) -> Outcome:
    """The test over each part of the period in which no parameter changed, put together.

    A row belongs to the part that holds its time, so cutting the period anywhere changes nothing but the limits used.
    """
    inputs = [_counted_from(frame, pd.Timestamp(period.start)) for frame in inputs]
    outcomes = [
        check.function(*(_input(check, frame, part) for frame in inputs), period=part, parameters=in_force)
        for part, in_force in parameters.segments(period)
    ]
    if len(outcomes) == 1:
        return outcomes[0]
    return Outcome(*(_joined([getattr(outcome, part.name) for outcome in outcomes]) for part in fields(Outcome)))


def _counted_from(frame: Frame, start: pd.Timestamp) -> Frame:
    """Weaknesses that count from before the period, as evidence may be older than the control, count from its start.

    Not those that ended before it.
    """
    if not {"counted_at", "fixed_at", "dismissed_at"} <= {*frame.columns}:
        return frame
    ended = (frame["fixed_at"] < start) | (frame["dismissed_at"] < start)
    return frame.assign(counted_at=frame["counted_at"].mask((frame["counted_at"] < start) & ~ended, start))


def _joined(frames: list[Frame]) -> Frame:
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]


def _input(check: Check, frame: Frame, period: Period) -> Frame:
    """A point-in-time test sees the snapshots inside the period; a window test also the later ones."""
    if check.kind == "point_in_time" and "snapshot_at" in frame:
        return frame[period.contains(frame["snapshot_at"])].reset_index(drop=True)
    return frame


def _latest(check: Check, coverage: Coverage, period: Period) -> Period:
    """The moment of the latest collection that holds all that the test reads."""
    runs = [
        {moment for moment in coverage.whole_snapshots(dataset) if period.contains(moment)}
        for dataset in coverage.datasets(check)
    ]
    common = set.intersection(*runs)
    latest = max(common) if common else period.start
    return Period(latest, latest + timedelta(seconds=1), period.name)


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
        [moment for moment in coverage.whole_snapshots(dataset) if frames.period.contains(moment)]
        for dataset in coverage.datasets(check)
        if kind_of(dataset) == "snapshot"
    ]
    latest = min((max(moments) for moments in taken if moments), default=frames.period.start)
    return outcome.exceptions[outcome.exceptions["at"] >= pd.Timestamp(latest)]


def _not_testable(outcome: Outcome) -> Iterable[str]:
    untold = len(outcome.not_testable)
    if untold:
        yield f"{untold} of the {len(outcome.population)} in the population cannot be tested; the list says why"


def _gaps(check: Check, coverage: Coverage) -> tuple[str, ...]:
    return tuple(_gap(coverage, dataset, part) for dataset, part in coverage.missing(check))


def _gap(coverage: Coverage, dataset: str, part: Period) -> str:
    lacking, expected = coverage.lacking_accounts(dataset, part), coverage.frames.expected_accounts(dataset, part)
    accounts = f" of {', '.join(lacking)}" if len(expected) > 1 else ""
    return f"no complete {dataset}{accounts} for {part.name}"


def _stale(check: Check, coverage: Coverage, parameters: ParameterHistory) -> tuple[str, ...]:
    if check.kind == "window":
        return ()
    frames = coverage.frames
    end = min(frames.as_of, frames.period.end)
    limit = timedelta(days=parameters.at(end).snapshot_max_age_days)
    notes = []
    for dataset in coverage.datasets(check):
        if kind_of(dataset) != "snapshot":
            continue
        taken = coverage.whole_snapshots(dataset) or [record.run_at for record in frames.records(dataset)][:1]
        latest = max(taken)
        if end - latest > limit:
            days = (end - latest).days
            notes.append(f"the latest {dataset} is {days} days old, limit {limit.days}")
    return tuple(notes)


def _incomplete(check: Check, coverage: Coverage, reconciled: Iterable[Reconciliation]) -> tuple[str, ...]:
    """What a second source has and the list that the test rests on has not."""
    lacking = [item for item in reconciled if item.proves and item.datasets[0] in coverage.datasets(check)]
    return tuple(
        f"{item.title}: the tested list lacks {len(item.only_second)}: {', '.join(item.only_second[:5])}"
        for item in lacking
        if item.only_second
    )


def _failed_lately(check: Check, coverage: Coverage) -> tuple[str, ...]:
    reasons = ((dataset, coverage.last_failure(dataset)) for dataset in coverage.datasets(check))
    return tuple(f"the latest attempt at {dataset} failed: {reason}" for dataset, reason in reasons if reason)


def _absent_logs(check: Check, coverage: Coverage) -> Iterable[str]:
    """Logs that a company may not have, or that nobody may read: the test stands, on what snapshots tell."""
    for dataset in dict.fromkeys(log for name in check.reads for log in coverage.frames.absent_logs(name)):
        reason = coverage.last_failure(dataset)
        why = f" (the latest attempt failed: {reason})" if reason else ""
        yield f"no {dataset}{why}: changes are taken from differences between snapshots"


def _starts_late(check: Check, coverage: Coverage) -> tuple[str, ...]:
    period, window = coverage.period_of(check.control), coverage.frames.period
    if period is None or period.start == window.start:
        return ()
    days = round((period.start - window.start) / timedelta(days=1))
    return (f"{_not_in_force(check, coverage)}; the {days} days of the window before it are not covered",)


def _not_in_force(check: Check, coverage: Coverage) -> str:
    control = coverage.controls.get(check.control)
    since = control.effective_from if control else None
    return f"control {check.control} is in force since {since}" if since else "the period has not begun"


def _no_system(check: Check) -> str:
    systems = {system for name in check.reads for system in systems_of(name)} - {"company"}
    named = [check.speaks_of] if check.speaks_of in systems else sorted(systems)
    tables = " or ".join(f"[sources.{system}]" for system in named)
    return f"soc2kit.toml has no table {tables}, and nothing of it was collected"


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
