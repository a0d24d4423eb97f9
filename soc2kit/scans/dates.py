"""When a scan was made, and how precisely that is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..errors import UsageError
from ..period import CIVIL, Calendar, Period, parse_moment

_IN_NAME = re.compile(r"(?<!\d)(\d{4}-\d{2}(?:-\d{2})?)(?!\d)")
# More digits than a microsecond has are no time that Python reads.
_FRACTION = re.compile(r"(\.\d{6})\d+")
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Dated:
    """A scan lies from `start` to `until`: one moment, a day, or a month. `by` is file, register, name or nothing."""

    start: datetime | None
    until: datetime | None
    by: str


def dated(in_file: str | None, register: str | None, name: str, calendar: Calendar = CIVIL) -> Dated:
    """What the file says itself counts before the register, and the register before the name.

    A day or a month that somebody wrote is one of the company's.
    """
    moment = of_file(in_file)
    if moment is not None:
        return Dated(moment, moment, "file")
    for text, by in ((register, "register"), (in_name(name), "name")):
        period = _period(text, calendar)
        if period is not None:
            return Dated(period.start, period.end - _INSTANT, by)
    return Dated(None, None, "nothing")


def of_file(text: str | None) -> datetime | None:
    """A moment as a tool writes it; one without a zone is taken for UTC. None for what is none."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(_FRACTION.sub(r"\1", text))
        # The tool that was run on no date writes the first one there is.
        if moment.year < 2000:
            return None
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def in_name(name: str) -> str | None:
    """The last date or month in a file's name."""
    found = [text for text in _IN_NAME.findall(name) if _period(text) is not None]
    return found[-1] if found else None


def _period(text: str | None, calendar: Calendar = CIVIL) -> Period | None:
    if not text:
        return None
    try:
        if len(text) > len("2026-01-31"):
            moment = parse_moment(text)
            return Period(moment, moment + _INSTANT, text)
        return calendar.parse(text)
    except (UsageError, OverflowError):
        return None


def is_date(text: str) -> bool:
    return _period(text) is not None
