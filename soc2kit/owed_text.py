"""The evidence calendar for a terminal, as JSON and as CSV."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .model import Assessment
from .obligations import OWED, Status
from .period import stamp
from .safe_text import csv_text, text_table
from .window_view import KINDS, calendar_rows, lacks

SCHEMA = "soc2kit-owed/1"
COLUMNS = ("control", "period", "evidence", "status", "due", "in time until", "lacking or why")
ANSWERS = ("control", "title", "frequency", "missing", "late", "next")
_NEXT = (Status.OPEN, Status.UPCOMING)


def owed_as_text(assessment: Assessment, format: str, every: bool) -> str:
    """What is owed now, what comes next, and what vanishes; with `every`, each period of the whole window."""
    chosen = [item for item in assessment.owed if every or item["status"] in OWED]
    if format == "json":
        document = {
            "schema": SCHEMA,
            "as_of": stamp(assessment.as_of),
            "owed": [dict(item) for item in chosen],
            "next": [dict(item) for item in coming(assessment)],
            "vanishing": [dict(item) for item in assessment.vanishing],
        }
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    if format == "csv":
        return csv_text(COLUMNS, [_row(item) for item in chosen])
    return "\n".join(_sections(assessment, chosen, every))


def coming(assessment: Assessment) -> list[Mapping[str, Any]]:
    """For each control and kind, the first thing that is still to come; by date."""
    first: dict[tuple[str, str], Mapping[str, Any]] = {}
    for item in assessment.owed:
        if item["status"] in _NEXT:
            first.setdefault((item["control"], item["kind"]), item)
    return sorted(first.values(), key=lambda item: (item["due"], item["control"], item["kind"]))


def _sections(assessment: Assessment, chosen: Sequence[Mapping[str, Any]], every: bool) -> list[str]:
    systems = [item for item in chosen if item["kind"] != "answer"]
    ahead = [] if every else [item for item in coming(assessment) if item["kind"] != "answer"]
    return [
        f"Evidence calendar as of {stamp(assessment.as_of)}\n",
        _table("Owed by systems. Run: soc2kit collect", systems, "everything that is due is there"),
        *([] if every else [_table("Next", ahead, "the window has ended; nothing is to come")]),
        _answers(assessment),
        _vanishing(assessment),
    ]


def _answers(assessment: Assessment) -> str:
    """One row a control: what people owe is long, and is the same for months."""
    rows = [row for row in calendar_rows(assessment) if row["kind"] == KINDS["answer"] and lacks(row)]
    if not rows:
        return "Owed by people: nothing that is due\n"
    lines = [tuple(row[name] for name in ANSWERS) for row in rows]
    return f"Owed by people, for controls that no system can answer\n{text_table(ANSWERS, lines)}"


def _table(title: str, items: Sequence[Mapping[str, Any]], nothing: str) -> str:
    return f"{title}\n{text_table(COLUMNS, [_row(item) for item in items])}" if items else f"{title}: {nothing}\n"


def _row(item: Mapping[str, Any]) -> tuple[str, ...]:
    why = "" if item["status"] == Status.UPCOMING else item["reason"] or ", ".join(item["lacking"])
    dates = (item["due_day"], item["in_time_until"])
    return (item["control"], item["period"], KINDS[item["kind"]], item["status"], *dates, why)


def _vanishing(assessment: Assessment) -> str:
    columns = ("source", "what it forgets", "kept", "gone already", "first day there", "goes on", "what to do")
    rows = [
        (
            item["source"],
            item["what"],
            f"{item['kept_days']} days",
            item["lost"] or "none",
            item["next"] or "none",
            item["by"] or "none",
            item["how"],
        )
        for item in assessment.vanishing
    ]
    return f"What vanishes at its source\n{text_table(columns, rows)}" if rows else ""
