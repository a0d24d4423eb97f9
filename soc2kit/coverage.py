"""What evidence there is for which part of the window.

A control is owed evidence for each of its periods: a quarterly one for each quarter, one that must hold all the time
for each month. Snapshots cover a period when at least one was taken in it; events cover it when all of it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache

from .evidence import Record
from .frames import FrameSet
from .frames.load import UNKNOWN, kind_of, systems_of
from .model import Check, Control
from .period import Calendar, Period, Unit

#: How long the periods of a control are. What happens at any time is read month by month, and what must hold all the
#: time is looked at once a month, because some sources forget after one.
UNITS: Mapping[str, Unit] = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "annual": "year",
    "continuous": "month",
    "per-occurrence": "month",
}


class Coverage:
    """Coverage of one assessment's period by the evidence that its frames rest on."""

    def __init__(self, frames: FrameSet, calendar: Calendar, controls: Iterable[Control]) -> None:
        self.frames, self.calendar = frames, calendar
        self.controls = {control.id: control for control in controls}
        self.parts = cache(self._parts)

    def period_of(self, control_id: str) -> Period | None:
        """The part of the assessment's period in which a control is in force; None when it is in none of it."""
        since = self._in_force_since(control_id)
        period = self.frames.period
        if since is None or since <= period.start:
            return period
        return Period(since, period.end, period.name) if since < period.end else None

    def _in_force_since(self, control_id: str) -> datetime | None:
        control = self.controls.get(control_id)
        day: date | None = control.effective_from if control else None
        return self.calendar.midnight(day) if day else None

    def _parts(self, control_id: str) -> tuple[Period, ...]:
        """A control's periods, cut to the window and to when the control is in force."""
        window = self.period_of(control_id)
        if window is None:
            return ()
        control = self.controls.get(control_id)
        whole = self.calendar.parts(window, UNITS[control.frequency] if control else "month")
        return tuple(part for part in (unit.overlap(window) for unit in whole) if part is not None)

    def due_parts(self, control_id: str) -> tuple[Period, ...]:
        """Those that have ended: of a period that still runs, evidence can still come."""
        return tuple(part for part in self.parts(control_id) if part.closed(self.frames.as_of))

    def datasets(self, check: Check) -> tuple[str, ...]:
        """Every dataset that a test rests on; one over several systems rests on those that the company has."""
        frames = [name for name in check.reads if not (check.speaks_of and self.frames.foreign(name))]
        names = [dataset for frame in frames for dataset in self.frames.datasets(frame)]
        return tuple(dict.fromkeys(names))

    def speaks_of_nothing(self, check: Check) -> bool:
        """Whether a test of systems has no dataset of any left, or none of the one that it speaks of."""
        systems = {dataset.split(".")[0] for dataset in self.datasets(check)} - {"company"}
        of_systems = {system for name in check.reads for system in systems_of(name)} - {"company"}
        return bool(of_systems) and not (check.speaks_of in systems if check.speaks_of in of_systems else systems)

    def covering(self, dataset: str, part: Period) -> list[Record]:
        """The records that cover a period, oldest first; none when it is not wholly covered, for every account."""
        if self.lacking_accounts(dataset, part):
            return []
        snapshot = kind_of(dataset) == "snapshot"
        records = self.frames.records(dataset)
        return [record for record in records if (part.contains(record.run_at) if snapshot else _touches(record, part))]

    def lacking_accounts(self, dataset: str, part: Period) -> tuple[str, ...]:
        """Accounts whose evidence of a dataset does not cover a period."""
        expected = self.frames.expected_accounts(dataset, part)
        if kind_of(dataset) == "snapshot":
            there = {record.account for record in self.frames.records(dataset) if part.contains(record.run_at)}
            return tuple(account for account in expected if account not in there) or _none_at_all(expected)
        reached = {account: self._read_until(dataset, part, account) for account in expected}
        return tuple(account for account in expected if not _to_its_end(reached[account], part)) or _none_at_all(
            expected
        )

    def read_until(self, dataset: str, part: Period) -> datetime | None:
        """How far the events of a period have been read without a gap, for every account; None when its beginning is
        not read."""
        accounts = self.frames.expected_accounts(dataset, part)
        reached = [self._read_until(dataset, part, account) for account in accounts]
        known = [moment for moment in reached if moment is not None]
        return min(known) if known and len(known) == len(reached) else None

    def _read_until(self, dataset: str, part: Period, account: str) -> datetime | None:
        reached = part.start
        mine = [record for record in self.frames.records(dataset) if record.account == account]
        for record in sorted(mine, key=lambda record: record.effective[0]):
            start, end = record.effective
            reached = max(reached, end) if start <= reached else reached
        return reached if reached > part.start else None

    def whole_snapshots(self, dataset: str) -> list[datetime]:
        """Moments of collections in which every account that was in scope then answered; oldest first."""
        answered: dict[datetime, set[str]] = {}
        for record in self.frames.records(dataset):
            answered.setdefault(record.run_at, set()).add(record.account)
        return [
            moment
            for moment, accounts in sorted(answered.items())
            if accounts >= set(self.frames.expected_accounts(dataset, moment))
        ]

    def missing(self, check: Check) -> Iterator[tuple[str, Period]]:
        """Dataset and period for everything that is due and that a test lacks."""
        for dataset in self.datasets(check):
            for part in self.due_parts(check.control):
                if not self.covering(dataset, part):
                    yield dataset, part

    def covered_parts(self, check: Check) -> tuple[str, ...]:
        lacking = {part.name for _, part in self.missing(check)}
        return tuple(part.name for part in self.due_parts(check.control) if part.name not in lacking)

    def last_failure(self, dataset: str) -> str | None:
        """Why the latest attempt at a dataset failed; None when it succeeded or was never made."""
        attempts = [record for record in self.frames.attempts if record.dataset == dataset]
        return str(attempts[-1].fields["reason"]) if attempts and not attempts[-1].complete else None


def _none_at_all(expected: tuple[str, ...]) -> tuple[str, ...]:
    """Where no account is known, nothing was ever collected: that is lacking, too."""
    return () if expected else (UNKNOWN,)


def _to_its_end(reached: datetime | None, part: Period) -> bool:
    return reached is not None and reached >= part.end


def _touches(record: Record, part: Period) -> bool:
    start, end = record.effective
    return start < part.end and end > part.start


def datasets_of(coverage: Coverage, control: Control, checks: Iterable[Check]) -> tuple[str, ...]:
    """Every dataset that the tests of a control rest on."""
    names = [name for check in checks if control.id in check.controls for name in coverage.datasets(check)]
    return tuple(dict.fromkeys(names))
