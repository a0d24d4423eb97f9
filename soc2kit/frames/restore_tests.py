"""Frames of the company's register of restore tests, and of the days and quarters that it counts by."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ..period import DAY, Calendar, Unit, parse_moment, stamp

Row = Mapping[str, Any]
#: How far back each reading names days and quarters.
_BACK: Mapping[Unit, int] = {"day": 430, "quarter": 5}


def _calendar(record: Mapping[str, Any]) -> Calendar:
    asked = record["calls"][0]["parameters"]
    return Calendar(asked["zone"], asked["fiscal_year_start"])


def company_periods(text: str, record: Mapping[str, Any]) -> Iterator[Row]:
    """The company's days and quarters up to a reading, by the calendar it had then."""
    calendar = _calendar(record)
    for unit, back in _BACK.items():
        part = calendar.holding(parse_moment(record["run_at"]), unit)
        for _ in range(back):
            yield {"unit": unit, "name": part.name, "start": stamp(part.start), "end": stamp(part.end)}
            part = calendar.holding(part.start - DAY / 2, unit)


def restore_tests(text: str, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row an entry: the day of the test and when that day begins and ends, and what was measured and checked."""
    calendar = _calendar(record)
    for row in csv.DictReader(io.StringIO(text, newline="")):
        value = {name: given.strip() or None for name, given in row.items()}
        day = date.fromisoformat(str(value["date"]))
        yield {
            "store": value["store"], "day": str(day), "starts_at": stamp(calendar.midnight(day)),
            "ends_at": stamp(calendar.midnight(day + DAY)),
            "minutes": None if value["minutes"] is None else int(value["minutes"]),
            "rows_checked": None if value["rows_checked"] is None else int(value["rows_checked"]),
            "tested_by": value["tested_by"], "evidence": value["evidence"],
        }  # fmt: skip
