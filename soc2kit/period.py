"""Periods: half-open UTC intervals with a name, and the arithmetic of months and quarters.

A type I report is as of an instant, a type II report covers an interval. Both are a `Period`; an instant is never
stored as one. `2026-Q1` means the fiscal quarter when a fiscal year does not start in January.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from .errors import UsageError

_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_QUARTER = re.compile(r"^(\d{4})-Q([1-4])$")
_YEAR = re.compile(r"^(\d{4})$")


@dataclass(frozen=True, order=True)
class Period:
    """`start` (included) to `end` (excluded), both aware and in UTC."""

    start: datetime
    end: datetime
    name: str

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise UsageError(f"period {self.name!r} has a time without a zone; write it with +00:00 or Z")
        if not self.start < self.end:
            raise UsageError(f"period {self.name!r} ends ({self.end}) before it starts ({self.start})")

    def contains(self, moments: Any) -> Any:
        """Whether a moment, or each moment of a pandas column, lies in the period; missing stays missing."""
        inside = (moments >= self.start) & (moments < self.end)
        if hasattr(moments, "isna"):
            return inside.astype("boolean").mask(moments.isna())
        return inside

    def overlap(self, other: Period) -> Period | None:
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end, self.name) if start < end else None

    def covers(self, other: Period) -> bool:
        return self.start <= other.start and other.end <= self.end

    def until(self, moment: datetime) -> Period:
        """The part of the period before `moment`; the whole of it when it has closed by then."""
        return self if moment >= self.end else Period(self.start, moment, self.name)

    def closed(self, as_of: datetime) -> bool:
        return as_of >= self.end

    @property
    def days(self) -> float:
        return (self.end - self.start) / timedelta(days=1)

    def months(self) -> Iterator[Period]:
        """Calendar months that touch the period, whole."""
        year, month = self.start.year, self.start.month
        while True:
            current = month_period(year, month)
            if current.start >= self.end:
                return
            yield current
            year, month = _next_month(year, month)

    def quarters(self, fiscal_year_start: int = 1) -> Iterator[Period]:
        """Fiscal quarters that touch the period, whole."""
        current = quarter_of(self.start, fiscal_year_start)
        while current.start < self.end:
            yield current
            current = quarter_of(current.end, fiscal_year_start)


def _next_month(year: int, month: int, step: int = 1) -> tuple[int, int]:
    index = year * 12 + (month - 1) + step
    return index // 12, index % 12 + 1


def _first(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


def month_period(year: int, month: int) -> Period:
    return Period(_first(year, month), _first(*_next_month(year, month)), f"{year:04d}-{month:02d}")


def month_of(moment: datetime) -> Period:
    moment = moment.astimezone(UTC)
    return month_period(moment.year, moment.month)


def quarter_of(moment: datetime, fiscal_year_start: int = 1) -> Period:
    """The fiscal quarter that holds `moment`, named after the year in which its fiscal year starts."""
    moment = moment.astimezone(UTC)
    months_in = (moment.month - fiscal_year_start) % 12
    fiscal_year = moment.year if moment.month >= fiscal_year_start else moment.year - 1
    quarter = months_in // 3
    start = _first(*_next_month(fiscal_year, fiscal_year_start, quarter * 3))
    end = _first(*_next_month(fiscal_year, fiscal_year_start, quarter * 3 + 3))
    return Period(start, end, f"{fiscal_year:04d}-Q{quarter + 1}")


def parse_period(text: str, fiscal_year_start: int = 1) -> Period:
    """`2026-01`, `2026-Q1`, `2026` or `2026-01-01..2026-06-30` (last day included)."""
    if match := _MONTH.match(text):
        year, month = int(match[1]), int(match[2])
        if 1 <= month <= 12:
            return month_period(year, month)
    elif match := _QUARTER.match(text):
        year, quarter = int(match[1]), int(match[2])
        return quarter_of(_first(*_next_month(year, fiscal_year_start, (quarter - 1) * 3)), fiscal_year_start)
    elif match := _YEAR.match(text):
        start = _first(int(match[1]), fiscal_year_start)
        return Period(start, _first(start.year + 1, fiscal_year_start), text)
    elif ".." in text:
        first, _, last = text.partition("..")
        try:
            return days_period(date.fromisoformat(first), date.fromisoformat(last), text)
        except ValueError:
            pass
    raise UsageError(f"{text!r} is not a period; write 2026-01, 2026-Q1, 2026 or 2026-01-01..2026-06-30")


def days_period(first: date, last: date, name: str | None = None) -> Period:
    """Both days included."""
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    end = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1)
    return Period(start, end, name or f"{first}..{last}")


def parse_moment(text: str) -> datetime:
    """An ISO date (midnight UTC) or a date-time with a zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a time; write 2026-06-30 or 2026-06-30T18:00:00Z") from None
    if moment.tzinfo is None:
        if len(text) > 10:
            raise UsageError(f"{text!r} has no time zone; write {text}Z for UTC")
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def stamp(moment: datetime) -> str:
    """The one way a time is written: UTC, seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
