"""What evidence there is for which quarter, and what is owed.

Snapshots cover a quarter when at least one was taken in it; events cover it when every month of it up to the as-of
date was read whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from .evidence import Record
from .frames import FrameSet
from .frames.load import kind_of
from .model import Check
from .period import Period


class Coverage:
    """Coverage of one assessment's period by the evidence that its frames rest on."""

    def __init__(self, frames: FrameSet, fiscal_year_start: int) -> None:
        self.frames = frames
        self._fiscal_year_start = fiscal_year_start

    @cached_property
    def quarters(self) -> tuple[Period, ...]:
        """Quarters of the period that have begun by the as-of date, cut to both."""
        if self.frames.as_of <= self.frames.period.start:
            return ()
        known = self.frames.period.until(self.frames.as_of)
        parts = (quarter.overlap(known) for quarter in known.quarters(self._fiscal_year_start))
        return tuple(part for part in parts if part is not None)

    def datasets(self, check: Check) -> tuple[str, ...]:
        names = [dataset for frame in check.reads for dataset in self.frames.datasets(frame)]
        return tuple(dict.fromkeys(names))

    def covered(self, dataset: str, quarter: Period) -> bool:
        records = self.frames.records(dataset)
        if kind_of(dataset) == "snapshot":
            return any(quarter.start <= record.run_at < quarter.end for record in records)
        return all(self._month_read(records, month) for month in _parts(quarter))

    def _month_read(self, records: list[Record], month: Period) -> bool:
        """Whether a file reads the month whole, as far as it has passed."""
        as_of = self.frames.as_of
        for record in records:
            start, end = record.effective
            if start <= month.start and (end >= month.end or (not record.final and month.closed(as_of) is False)):
                return True
        return False

    def missing(self, check: Check) -> Iterator[tuple[str, Period]]:
        """Dataset and quarter for everything that a test lacks."""
        for dataset in self.datasets(check):
            for quarter in self.quarters:
                if not self.covered(dataset, quarter):
                    yield dataset, quarter

    def covered_quarters(self, check: Check) -> tuple[str, ...]:
        lacking = {quarter.name for _, quarter in self.missing(check)}
        return tuple(quarter.name for quarter in self.quarters if quarter.name not in lacking)

    def last_failure(self, dataset: str) -> str | None:
        """Why the latest attempt at a dataset failed; None when it succeeded or was never made."""
        attempts = [record for record in self.frames.attempts if record.dataset == dataset]
        return str(attempts[-1].fields["reason"]) if attempts and not attempts[-1].complete else None

    def owed(self, checks: Iterable[Check]) -> Iterator[Mapping[str, Any]]:
        """Every dataset and quarter that some test needs and that is not there."""
        needed: dict[tuple[str, str], set[str]] = {}
        for check in checks:
            for dataset, quarter in self.missing(check):
                needed.setdefault((dataset, quarter.name), set()).add(check.control)
        for (dataset, quarter_name), controls in sorted(needed.items()):
            yield {
                "dataset": dataset,
                "period": quarter_name,
                "controls": sorted(controls),
                "status": "missing",
                "reason": self.last_failure(dataset) or "never collected in this period",
            }


def _parts(quarter: Period) -> Iterator[Period]:
    for month in quarter.months():
        part = month.overlap(quarter)
        if part is not None:
            yield part
