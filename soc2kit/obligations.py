"""The evidence calendar: what each control owes for each of its periods, what is there, what is late, what comes next.

Settings can only be captured while a period is open; once it has closed without them they are lost. What happened in a
period is final only after it has closed, and can still be read then, as long as the source keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from .coverage import UNITS, Coverage, datasets_of
from .frames.load import kind_of
from .model import Check, Control
from .parameters import ParameterHistory, Parameters
from .period import Calendar, Period, Unit, stamp

Kind = Literal["capture", "close", "answer"]


class Status(StrEnum):
    COLLECTED = "collected"
    COLLECTED_LATE = "collected_late"  # there, but after the grace
    UPCOMING = "upcoming"  # its period has not begun
    OPEN = "open"  # its period runs, and it is not there yet
    MISSING = "missing"  # its period has closed, the grace has not passed
    LATE = "late"  # the grace has passed; it can still be had
    LOST = "lost"  # a state that nobody can capture any more


_INSTANT = timedelta(microseconds=1)
#: Due, and not there; what still runs or lies ahead is not owed yet.
OWED = (Status.LOST, Status.LATE, Status.MISSING)


@dataclass(frozen=True)
class Obligation:
    """What one control owes for one of its periods. `lacking` names the datasets that are not there."""

    control: str
    part: Period
    kind: Kind
    due: datetime
    late_after: datetime
    status: Status
    datasets: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    collected_at: datetime | None = None
    reason: str = ""

    def document(self, calendar: Calendar) -> Mapping[str, Any]:
        """Plain values; the days are the last ones on which it is due and in time."""
        return {
            "control": self.control,
            "period": self.part.name,
            "kind": self.kind,
            "status": self.status.value,
            "due": stamp(self.due),
            "due_day": str(calendar.day_at(self.due - _INSTANT)),
            "late_after": stamp(self.late_after),
            "in_time_until": str(calendar.day_at(self.late_after - _INSTANT)),
            "lacking": list(self.lacking),
            "collected_at": stamp(self.collected_at) if self.collected_at else None,
            "reason": self.reason,
        }


def obligations(
    coverage: Coverage, controls: Iterable[Control], checks: Iterable[Check], parameters: ParameterHistory
) -> Iterator[Obligation]:
    """Everything that is owed over the whole window, by control and time."""
    checks = tuple(checks)
    for control in controls:
        datasets = datasets_of(coverage, control, checks)
        by_kind: dict[Kind, tuple[str, ...]] = {
            "capture": tuple(name for name in datasets if kind_of(name) == "snapshot"),
            "close": tuple(name for name in datasets if kind_of(name) == "events"),
        }
        for kind, names in by_kind.items():
            for part in coverage.parts(control.id) if names else ():
                yield _collected(coverage, control, part, kind, names, parameters)
        if not datasets:
            yield from _answers(coverage, control, parameters)


def _collected(
    coverage: Coverage,
    control: Control,
    part: Period,
    kind: Kind,
    datasets: tuple[str, ...],
    parameters: ParameterHistory,
) -> Obligation:
    as_of = coverage.frames.as_of
    # A state has no grace: after its period it is another state.
    late_after = part.end if kind == "capture" else part.end + grace(UNITS[control.frequency], parameters.at(part.end))
    found = {dataset: coverage.covering(dataset, part) for dataset in datasets}
    lacking = tuple(dataset for dataset, records in found.items() if not records)
    if lacking:
        status = _not_there(kind, part, as_of, late_after)
        reason = "; ".join(filter(None, (_why(coverage, dataset, part, kind) for dataset in lacking)))
        return Obligation(control.id, part, kind, part.end, late_after, status, datasets, lacking, reason=reason)
    # One snapshot is enough for a period; of events every part is needed, so the last one to be read counts.
    enough = min if kind == "capture" else max
    at = max(enough(record.run_at for record in records) for records in found.values())
    status = Status.COLLECTED if at <= late_after else Status.COLLECTED_LATE
    return Obligation(control.id, part, kind, part.end, late_after, status, datasets, (), at)


def _not_there(kind: Kind, part: Period, as_of: datetime, late_after: datetime) -> Status:
    if as_of < part.start:
        return Status.UPCOMING
    if not part.closed(as_of):
        return Status.OPEN
    if kind == "capture":
        return Status.LOST
    return Status.LATE if as_of > late_after else Status.MISSING


def _why(coverage: Coverage, dataset: str, part: Period, kind: Kind) -> str:
    failure = coverage.last_failure(dataset)
    if failure:
        return f"{dataset}: {failure}"
    reached = coverage.read_until(dataset, part) if kind == "close" else None
    if reached is not None and reached < part.end:
        return f"{dataset}: read until {stamp(reached)}; final only after {stamp(part.end)}"
    return ""


def _answers(coverage: Coverage, control: Control, parameters: ParameterHistory) -> Iterator[Obligation]:
    """What a person owes for a control that no test reads evidence for: one answer a period.

    A period counts in the window that holds its due date: an annual control may have none in a window of six months.
    """
    window, as_of = coverage.period_of(control.id), coverage.frames.as_of
    if window is None:
        return
    for part in coverage.calendar.parts(window, answer_unit(control)):
        if not window.start < part.end <= window.end:
            continue
        late_after = part.end + grace(answer_unit(control), parameters.at(part.end))
        status = _not_there("answer", part, as_of, late_after)
        yield Obligation(control.id, part, "answer", part.end, late_after, status, reason="no answer is recorded")


def answer_unit(control: Control) -> Unit:
    """What happens at any time is answered for once a quarter: the list of it, or that nothing happened."""
    return "quarter" if control.frequency in ("continuous", "per-occurrence") else UNITS[control.frequency]


def grace(unit: Unit, parameters: Parameters) -> timedelta:
    """How long after the end of a period its evidence is still in time."""
    days: dict[Unit, int] = {
        "day": parameters.daily_grace_days,
        "week": parameters.weekly_grace_days,
        "month": parameters.monthly_grace_days,
        "quarter": parameters.quarterly_grace_days,
        "year": parameters.annual_grace_days,
    }
    return timedelta(days=days[unit])
