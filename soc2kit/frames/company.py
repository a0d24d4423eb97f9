"""Frames from the company's own files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from ..period import DAY, Calendar, parse_moment, stamp
from ..roster import RosterMapping, RosterRow, roster_rows, spells_by_email
from ..sources.company import REQUEST_COLUMNS


def people(text: str, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """One row per person or service account of the roster. Leaving is a moment: a bare date means its end.

    Of somebody who left and came back, the row is the employment at the time of the collection, or the last one before
    it: `left_earlier_at` names the ends of those before. The day ends where the company is: the time zone stands in the
    record, and so does how the file is read.
    """
    parameters = record["calls"][0]["parameters"]
    calendar = Calendar(parameters.get("time_zone", "UTC"))
    rows = roster_rows(text, RosterMapping.from_parameters(parameters), "roster")
    for email, spells in spells_by_email(rows).items():
        *earlier, current = _until_now(spells, record, calendar)
        yield {
            "email": email,
            "name": current["name"],
            "kind": current["kind"],
            "team": current["team"] or None,
            "manager": current["manager"] or None,
            "started_on": current["started_on"] or None,
            "left_at": _end_of_day(current["left_at"], calendar),
            "contract_ends_on": _end_of_day(current["contract_ends_on"], calendar),
            "left_earlier_at": [_end_of_day(spell["left_at"], calendar) for spell in earlier],
            "rejoined_at": current["started_on"] if earlier else None,
            "owner": current["owner"] or None,
        }


def _until_now(spells: list[RosterRow], record: Mapping[str, Any], calendar: Calendar) -> list[RosterRow]:
    """The employments that had begun when the roster was collected: a return that is planned undoes no leaving."""
    if len(spells) == 1:
        return spells
    today = calendar.day_at(parse_moment(record["run_at"])).isoformat()
    return [spell for spell in spells if spell["started_on"][: len(today)] <= today] or spells[:1]


def identities(text: str, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield {
            "system": row["system"].strip(),
            "account_name": row["account"].strip(),
            "email": row["email"].strip().lower(),
            "confirmed_by": row["confirmed_by"].strip() or None,
        }


def access_requests(text: str, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """One row per request of the ticket system's export. A bare date of approval means that day from its start: the
    file says no more, and a grant on the day of its approval was approved."""
    parameters = record["calls"][0]["parameters"]
    renamed, calendar = parameters.get("columns", {}), Calendar(parameters.get("time_zone", "UTC"))
    for row in csv.DictReader(io.StringIO(text, newline="")):
        value = {ours: row[renamed.get(ours, ours)].strip() for ours in REQUEST_COLUMNS}
        yield {
            **{name: value[name] or None for name in ("access", "requested_by", "approved_by")},
            "ticket": value["ticket"],
            "system": value["system"].lower(),
            "account_name": value["account"] or None,
            "email": value["email"].lower() or None,
            "requested_at": _start_of_day(value["requested_at"], calendar),
            "approved_at": _start_of_day(value["approved_at"], calendar),
        }


def _start_of_day(text: str, calendar: Calendar) -> str | None:
    if len(text) != len("2026-01-31"):
        return text or None
    try:
        return stamp(calendar.midnight(date.fromisoformat(text)))
    except ValueError:
        return text  # no date: the frame refuses it by name


def outside_register(text: str, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """People from outside, who answers for each, and the last day of their access: it ends with that day."""
    calendar = Calendar(record["calls"][0]["parameters"].get("time_zone", "UTC"))
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield {
            "login": row["login"].strip(),
            "sponsor": row["sponsor"].strip().lower() or None,
            "until": _end_of_day(row["until"].strip(), calendar),
        }


def break_glass(text: str, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """One row per emergency; a register without a file is an empty one."""
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield {
            "system": row["system"].strip().lower(),
            "account": row["account"].strip(),
            "starts_at": row["from"].strip(),
            "ends_at": row["until"].strip(),
            "approved_by": row["approved_by"].strip().lower() or None,
            "reason": row["reason"].strip() or None,
            "ticket": row["ticket"].strip() or None,
        }


def _end_of_day(text: str, calendar: Calendar) -> str | None:
    """A leaving date without a time grants the day: access may end with it."""
    if not text:
        return None
    if len(text) != len("2026-01-31"):
        return text
    try:
        return stamp(calendar.midnight(date.fromisoformat(text) + DAY) - timedelta(seconds=1))
    except ValueError:
        return text  # no date: the frame refuses it by name
