"""Frames from the company's own files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any


def people(text: str, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """One row per person or service account of the roster. Leaving is a moment: a bare date means its end (UTC)."""
    renamed = record["calls"][0]["parameters"].get("columns", {})
    for row in csv.DictReader(io.StringIO(text, newline="")):
        value = {ours: row[renamed.get(ours, ours)].strip() for ours in _ROSTER}
        yield {
            "email": value["email"].lower(),
            "name": value["name"],
            "kind": value["kind"],
            "team": value["team"] or None,
            "manager": value["manager"].lower() or None,
            "started_on": value["started_on"] or None,
            "left_at": _end_of_day(value["left_at"]),
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


def _end_of_day(text: str) -> str | None:
    """A leaving date without a time grants the day: access may end with it."""
    if not text:
        return None
    return f"{text}T23:59:59Z" if len(text) == 10 else text
