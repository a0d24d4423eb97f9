"""Periods, and the company's calendar that cuts time into them.

A `Period` is a half-open UTC interval with a name. A `Calendar` knows in which time zone a day of the company begins
and in which month its fiscal year does: the 31st of March ends when it ends there. A type I report is as of an instant,
a type II report covers an interval; an instant is never stored as a period.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .errors import UsageError

Unit = Literal["day", "week", "month", "quarter", "year"]
DAY = timedelta(days=1)


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
        return (self.end - self.start) / DAY


@dataclass(frozen=True)
class Calendar:
    """How a company counts: the IANA time zone of its days, and the month (1 to 12) in which its fiscal year starts.

    Raises `UsageError` for a zone that does not exist.
    """

    zone: str = "UTC"
    fiscal_year_start: int = 1

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise UsageError(f"{self.zone!r} is not a time zone; write one such as Europe/Berlin or UTC") from None

    def midnight(self, day: date) -> datetime:
        """When a day begins, in UTC. Where clocks skip midnight, the first moment after it."""
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)

    def day_at(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def days(self, first: date, last: date, name: str | None = None) -> Period:
        """Both days included."""
        return Period(self.midnight(first), self.midnight(last + DAY), name or f"{first}..{last}")

    def span(self, period: Period) -> str:
        """A period by its first and last day, as `parse` reads it, whatever its name."""
        return f"{self.day_at(period.start)}..{self.day_at(period.end - timedelta(microseconds=1))}"

    def month(self, year: int, month: int) -> Period:
        return Period(
            self.midnight(date(year, month, 1)), self.midnight(_months_on(year, month, 1)), f"{year:04d}-{month:02d}"
        )

    def quarter(self, year: int, number: int) -> Period:
        """A fiscal quarter, named after the year in which its fiscal year starts."""
        return self._months(_months_on(year, self.fiscal_year_start, (number - 1) * 3), 3, f"{year:04d}-Q{number}")

    def year(self, year: int) -> Period:
        return self._months(date(year, self.fiscal_year_start, 1), 12, f"{year:04d}")

    def _months(self, first: date, count: int, name: str) -> Period:
        return Period(self.midnight(first), self.midnight(_months_on(first.year, first.month, count)), name)

    def week(self, day: date) -> Period:
        """The ISO week, from Monday, that holds a day."""
        year, number, weekday = day.isocalendar()
        monday = day - (weekday - 1) * DAY
        return self.days(monday, monday + 6 * DAY, f"{year:04d}-W{number:02d}")

    def month_of(self, moment: datetime) -> Period:
        return self.holding(moment, "month")

    def quarter_of(self, moment: datetime) -> Period:
        return self.holding(moment, "quarter")

    def holding(self, moment: datetime, unit: Unit) -> Period:
        """The whole day, week, month, fiscal quarter or fiscal year that holds a moment."""
        day = self.day_at(moment)
        fiscal_year = day.year if day.month >= self.fiscal_year_start else day.year - 1
        made: dict[Unit, Callable[[], Period]] = {
            "day": lambda: self.days(day, day, f"{day}"),
            "week": lambda: self.week(day),
            "month": lambda: self.month(day.year, day.month),
            "quarter": lambda: self.quarter(fiscal_year, (day.month - self.fiscal_year_start) % 12 // 3 + 1),
            "year": lambda: self.year(fiscal_year),
        }
        return made[unit]()

    def parts(self, period: Period, unit: Unit) -> Iterator[Period]:
        """The whole units that touch a period, in order."""
        current = self.holding(period.start, unit)
        while current.start < period.end:
            yield current
            current = self.holding(current.end, unit)

    def parse(self, text: str) -> Period:
        """`2026-01`, `2026-Q1`, `2026-W05`, `2026`, `2026-01-15` or `2026-01-01..2026-06-30` (last day included)."""
        first, dots, last = text.partition("..")
        try:
            if found := _PARTS.match(text):
                year = int(found[1])
                if found["quarter"]:
                    return self.quarter(year, int(found["quarter"]))
                if found["week"]:
                    return self.week(date.fromisocalendar(year, int(found["week"]), 1))
                return self.month(year, int(found["month"])) if found["month"] else self.year(year)
            if dots or len(text) == 10:
                return self.days(date.fromisoformat(first), date.fromisoformat(last or first), text)
        except ValueError:
            pass
        raise UsageError(f"{text!r} is not a period; write 2026-01, 2026-Q1, 2026 or 2026-01-01..2026-06-30")


_PARTS = re.compile(r"^(\d{4})(?:-Q(?P<quarter>[1-4])|-W(?P<week>\d{2})|-(?P<month>\d{2}))?$")
#: Days from midnight UTC, years from January: for what belongs to no company.
CIVIL = Calendar()


def _months_on(year: int, month: int, step: int) -> date:
    """The first day of the month that is `step` months after another."""
    index = year * 12 + (month - 1) + step
    return date(index // 12, index % 12 + 1, 1)


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
