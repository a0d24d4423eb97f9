"""Entries of the timeline: how long each exists, and what has changed about it by a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

Entry = Mapping[str, Any]
ALWAYS = datetime(2021, 1, 1, tzinfo=UTC)
# What `used: daily` means: the last use lies this long before the moment looked at.
_DAILY = timedelta(hours=5)


def moment(value: date | datetime | None) -> datetime | None:
    """YAML's dates and times as aware UTC times; a date is its midnight."""
    if value is None or isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value
    return datetime.combine(value, time(), UTC)


def exists(entry: Entry, at: datetime) -> bool:
    start, end = moment(entry.get("from")), moment(entry.get("until"))
    return (start is None or start <= at) and (end is None or at < end)


def changed(entry: Entry, at: datetime) -> dict[str, Any]:
    """The entry with the changes that have taken effect by `at`."""
    result = {key: value for key, value in entry.items() if key != "changes"}
    for change in entry.get("changes", []):
        start = moment(change["from"])
        if start is not None and start <= at:
            result.update({key: value for key, value in change.items() if key != "from"})
    return result


def living(entries: Iterable[Entry], at: datetime) -> list[dict[str, Any]]:
    return [changed(entry, at) for entry in entries if exists(entry, at)]


def last_use(used: Any, at: datetime) -> datetime | None:
    return at - _DAILY if used == "daily" else moment(used)
