"""What a file of evidence speaks about: a state at one moment, or what happened in a stretch of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ..period import CIVIL, Calendar, Period
from ..sources.base import Dataset

Phase = Literal["capture", "close", "interim"]


@dataclass(frozen=True)
class Effective:
    """What a file speaks about, the part of its name that says so, and what kind of reading it is.

    `capture`: a state, as it was at one moment; `close`: what happened, after the period has closed; `interim`: what
    happened so far, to be read again then.
    """

    start: datetime
    end: datetime
    label: str
    phase: Phase

    @property
    def final(self) -> bool:
        return self.phase != "interim"


def effective_of(dataset: Dataset, period: Period, now: datetime, calendar: Calendar = CIVIL) -> Effective:
    """A snapshot speaks of its instant; events speak of their part of the month, and finally once it has closed."""
    today = str(calendar.day_at(now))
    if dataset.kind == "snapshot":
        return Effective(now, now, today, "capture")
    known = period.until(now)
    if period.closed(now):
        return Effective(known.start, known.end, period.name, "close")
    return Effective(known.start, known.end, today, "interim")
