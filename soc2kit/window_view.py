"""The evidence calendar and the history of the window as tables: what is owed, what is covered, what sources forget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from .model import Assessment, ControlResult, DatasetHistory
from .obligations import OWED, Status
from .period import Calendar, stamp
from .results import reconciled
from .tables import Column, Shown, paragraph, table
from .wording import DESIGNS

KINDS = {"capture": "capture while open", "close": "read after the close", "answer": "an answer"}
STANDINGS = {
    "type_ii": "Type II: no period that is due lacks evidence",
    "type_i_only": "Type I only: history is missing",
}
_DUE_NEXT = (Status.OPEN, Status.UPCOMING)


def calendar_rows(assessment: Assessment) -> list[Mapping[str, Any]]:
    """One row for each control and kind of evidence: which periods stand where, and what is due next."""
    titles = {result.control.id: result.control for result in assessment.controls}
    rows: list[Mapping[str, Any]] = []
    # The same control's periods follow on each other in the calendar.
    for (control, kind), group in groupby(assessment.owed, key=lambda item: (item["control"], item["kind"])):
        items = list(group)
        coming = [item for item in items if item["status"] in _DUE_NEXT]
        rows.append(
            {
                "control": control,
                "title": titles[control].title,
                "frequency": titles[control].frequency,
                "kind": KINDS[kind],
                "collected": _periods(items, Status.COLLECTED, Status.COLLECTED_LATE),
                **{status.value: _periods(items, status) for status in OWED},
                "next": f"{coming[0]['period']} by {coming[0]['due_day']}" if coming else "none",
                "why": "; ".join(dict.fromkeys(item["reason"] for item in items if _counts(item))),
            }
        )
    return rows


def _counts(item: Mapping[str, Any]) -> bool:
    return bool(item["status"] in OWED and item["reason"])


def _periods(items: Iterable[Mapping[str, Any]], *statuses: Status) -> str:
    return ", ".join(item["period"] for item in items if item["status"] in statuses) or "none"


CALENDAR_COLUMNS = (
    Column("control", "Control"),
    Column("title", "Title"),
    Column("frequency", "Frequency"),
    Column("kind", "Evidence"),
    Column("collected", "Collected"),
    Column("missing", "Missing"),
    Column("late", "Late"),
    Column("lost", "Lost"),
    Column("next", "Next"),
    Column("why", "Why"),
)


def owed(assessment: Assessment) -> Shown:
    """What systems owe first; then, shorter, the answers that people owe."""
    rows = calendar_rows(assessment)
    collected = [row for row in rows if row["kind"] != KINDS["answer"]]
    answers = [row for row in rows if row["kind"] == KINDS["answer"] and lacks(row)]
    lacking = [row for row in collected if lacks(row)]
    if lacking:
        shown = table(lacking, CALENDAR_COLUMNS, "Evidence that is owed")
    else:
        periods = sum(item["kind"] != "answer" and item["status"] in _THERE for item in assessment.owed)
        shown = paragraph(
            f"All evidence that tests are owed so far is there: {periods} periods of {len(collected)} rows of the"
            " calendar."
        )
    if answers:
        columns = [column for column in CALENDAR_COLUMNS if column.name not in ("kind", "collected", "lost", "why")]
        shown = shown + table(answers, columns, "Answers that people owe, for controls that no system can answer")
    return shown


_THERE = (Status.COLLECTED, Status.COLLECTED_LATE)


def lacks(row: Mapping[str, Any]) -> bool:
    return any(row[status.value] != "none" for status in OWED)


def calendar(assessment: Assessment) -> Shown:
    rows = [row for row in calendar_rows(assessment) if row["kind"] != KINDS["answer"]]
    if not rows:
        return paragraph("A type I report is of one date: nothing is owed over time.")
    return table(rows, CALENDAR_COLUMNS, "Evidence calendar of the tested controls")


def window(assessment: Assessment) -> Shown:
    """Each dataset over the window: days covered and gaps; then what changed between its snapshots."""
    if not assessment.window:
        return paragraph("A type I report is of one date: it has no history.")
    rows = [_window_row(history, assessment.calendar) for history in assessment.window]
    columns = (
        Column("dataset", "Dataset"),
        Column("kind", "Kind"),
        Column("covered", "Days covered", "number"),
        Column("taken", "Times collected", "number"),
        Column("gaps", "Days that no evidence speaks of"),
    )
    return table(rows, columns, "The window as evidence shows it") + drift(assessment)


def _window_row(history: DatasetHistory, calendar: Calendar) -> Mapping[str, Any]:
    return {
        "dataset": history.dataset,
        "kind": "snapshots" if history.kind == "snapshot" else "events",
        "covered": f"{history.days_covered} of {history.days}",
        "taken": len(history.taken),
        "gaps": [calendar.span(gap) for gap in history.gaps],
    }


def drift(assessment: Assessment) -> Shown:
    """What was added, removed and changed since the snapshot before: one row a dataset, one column a snapshot."""
    found: dict[str, dict[datetime, list[int]]] = {}
    for history in assessment.window:
        for step in history.drift:
            total = found.setdefault(history.dataset, {}).setdefault(step.later, [0, 0, 0])
            for place, number in enumerate((step.added, step.removed, step.changed)):
                total[place] += number
    moments = sorted({moment for steps in found.values() for moment in steps})
    if not moments:
        return paragraph("There are no two snapshots to compare yet.")
    rows = [
        {"dataset": dataset, **{stamp(moment): _drift_words(steps.get(moment)) for moment in moments}}
        for dataset, steps in found.items()
    ]
    days = [Column(stamp(moment), str(assessment.calendar.day_at(moment))) for moment in moments]
    caption = "Drift since the snapshot before: + added, − removed, ~ changed"
    return table(rows, (Column("dataset", "Dataset"), *days), caption)


def _drift_words(total: Sequence[int] | None) -> str:
    if total is None:
        return "not taken"
    return " ".join(f"{sign}{number}" for sign, number in zip("+−~", total, strict=True) if number) or "none"


def standings(assessment: Assessment) -> Shown:
    """For each tested control, the two reports that the same evidence can carry."""
    rows = [_standing_row(result, assessment) for result in assessment.controls if result.standing]
    columns = (
        Column("control", "Control"),
        Column("design", "Type I: design on the as-of date"),
        Column("standing", "Type II: the window so far"),
        Column("lacking", "Periods without complete evidence"),
    )
    if not rows:
        return paragraph("No tested control is in scope of this report.")
    return table(rows, columns, "One body of evidence, two reports")


def _standing_row(result: ControlResult, assessment: Assessment) -> Mapping[str, Any]:
    lacking = [
        item["period"] for item in assessment.owed if item["control"] == result.control.id and item["status"] in OWED
    ]
    return {
        "control": f"{result.control.id} {result.control.title}",
        "design": DESIGNS[result.design],
        "standing": STANDINGS[result.standing],
        "lacking": list(dict.fromkeys(lacking)),
    }


def vanishing(assessment: Assessment) -> Shown:
    """What the connected sources forget, by date."""
    columns = (
        Column("source", "Source"),
        Column("what", "What it forgets"),
        Column("kept_days", "Kept, days", "number"),
        Column("lost", "Of the window already gone"),
        Column("next", "First day still there"),
        Column("by", "Goes on"),
        Column("controls", "Controls"),
        Column("how", "What to do"),
    )
    rows = [
        {
            **item,
            **{name: item[name] or "none" for name in ("lost", "next", "by")},
        }
        for item in assessment.vanishing
    ]
    if not rows:
        return paragraph("No connected source forgets anything of this window.")
    return table(rows, columns, "Evidence that vanishes at its source")


def reconciliations(assessment: Assessment) -> Shown:
    rows = [
        {
            "id": item.id,
            "title": item.title,
            "first": item.first,
            "second": item.second,
            "only_first": _named(item.only_first),
            "only_second": _named(item.only_second),
            "explained": item.explained,
        }
        for item in reconciled(assessment)
    ]
    columns = (
        Column("id", "Name"),
        Column("title", "List ↔ second source"),
        Column("first", "In the list", "number"),
        Column("second", "In the second", "number"),
        Column("only_first", "Only in the list", "code"),
        Column("only_second", "Only in the second", "code"),
        Column("explained", "What to know"),
    )
    return (
        table(rows, columns, "Lists held against a second source") if rows else paragraph("Nothing to reconcile yet.")
    )


def _named(keys: Sequence[str], limit: int = 8) -> str:
    more = f" and {len(keys) - limit} more" if len(keys) > limit else ""
    return (", ".join(keys[:limit]) + more) or "none"
