"""Frames from the company's own files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from ..period import DAY, Calendar, stamp


def people(text: str, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """One row per person or service account of the roster. Leaving is a moment: a bare date means its end.

    The day ends where the company is: the time zone stands in the record, as it was when the roster was collected.
    """
    parameters = record["calls"][0]["parameters"]
    renamed, calendar = parameters.get("columns", {}), Calendar(parameters.get("time_zone", "UTC"))
    for row in csv.DictReader(io.StringIO(text, newline="")):
        value = {ours: row[renamed.get(ours, ours)].strip() for ours in _ROSTER}
        yield {
            "email": value["email"].lower(),
            "name": value["name"],
            "kind": value["kind"],
            "team": value["team"] or None,
            "manager": value["manager"].lower() or None,
            "started_on": value["started_on"] or None,
            "left_at": _end_of_day(value["left_at"], calendar),
        }


_ROSTER = ("email", "name", "kind", "team", "manager", "started_on", "left_at")


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
        value = {ours: row[renamed.get(ours, ours)].strip() for ours in _REQUESTS}
        yield {
            **{name: value[name] or None for name in ("access", "requested_by", "approved_by")},
            "ticket": value["ticket"],
            "system": value["system"].lower(),
            "account_name": value["account"] or None,
            "email": value["email"].lower() or None,
            "requested_at": _start_of_day(value["requested_at"], calendar),
            "approved_at": _start_of_day(value["approved_at"], calendar),
        }


_REQUESTS = (
    "ticket",
    "system",
    "account",
    "email",
    "access",
    "requested_by",
    "requested_at",
    "approved_by",
    "approved_at",
)


def _start_of_day(text: str, calendar: Calendar) -> str | None:
    if len(text) != len("2026-01-31"):
        return text or None
    try:
        return stamp(calendar.midnight(date.fromisoformat(text)))
    except ValueError:
        return text  # no date: the frame refuses it by name


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
