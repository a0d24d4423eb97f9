"""One test of control as a workpaper: promise, owner, procedure, population, verdict, exceptions, evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .model import ControlResult, EvidenceUse, TestResult
from .tables import Column, Shown, facts, folded, heading, paragraph, shown_value, table, verdict_line
from .wording import DESIGNS, OPERATIONS, VERDICTS

KINDS = {"point_in_time": "state in the snapshots taken", "window": "everything that happened in the window"}
EVIDENCE_COLUMNS = (
    Column("dataset", "Dataset"),
    Column("source", "Source and account"),
    Column("calls", "Calls"),
    Column("identity", "Collected as"),
    Column("collected_at", "Collected at (UTC)"),
    Column("effective", "Covers"),
    Column("pages", "Pages", "number"),
    Column("rows", "Rows", "number"),
    Column("source_total", "Source's own total", "number"),
    Column("completeness", "Completeness and why"),
    Column("sha256", "SHA-256", "code"),
    Column("path", "File", "code"),
)
# They stand first, and `at` and `reason` have titles of their own.
_LEADING = (Column("key", "Item", "code"), Column("at", "At (UTC)"), Column("reason", "Why it is an exception"))


def workpaper(result: TestResult, control: ControlResult) -> Shown:
    check = result.check
    return (
        heading(f"{check.id}: {check.title}")
        + verdict(result)
        + facts(_facts(result, control), f"{check.id}: what was tested")
        + exceptions(result)
        + evidence(result)
    )


def verdict(result: TestResult) -> Shown:
    wording = VERDICTS[result.verdict]
    line = verdict_line(wording.words, _sentence(result), wording.tone)
    for note in result.notes:
        line = line + paragraph(note, "note")
    return line


def exceptions(result: TestResult) -> Shown:
    if result.exceptions.empty:
        return Shown("", "")
    columns = [*_LEADING, *(Column(name, name.replace("_", " ").capitalize()) for name in _further(result))]
    return table(result.exceptions.to_dict("records"), columns, f"{result.check.id}: exceptions")


def _further(result: TestResult) -> list[str]:
    """Columns beyond the leading ones that say something new: most tests are keyed by one of their own columns."""
    leading = {column.name for column in _LEADING}
    listed = result.exceptions.astype("string")
    return [
        name
        for name in listed.columns
        if name not in leading and not listed[name].equals(listed["key"]) and not listed[name].equals(listed["at"])
    ]


def evidence(result: TestResult) -> Shown:
    if not result.evidence:
        return paragraph(f"{result.check.id} rests on no evidence: nothing was collected for it.", "note")
    caption = f"{result.check.id}: evidence"
    files = table([_evidence_row(use) for use in result.evidence], EVIDENCE_COLUMNS, caption)
    noun = "file" if len(result.evidence) == 1 else "files"
    return folded(f"Evidence: {len(result.evidence)} {noun}", files)


def _facts(result: TestResult, control: ControlResult) -> list[tuple[str, Any]]:
    check = result.check
    return [
        ("Control", f"{control.control.id} {control.control.title}"),
        ("Promise", control.control.statement),
        ("Owner", control.control.owner),
        ("Criteria", check.criteria),
        ("Control design", DESIGNS[control.design]),
        ("Control operation", OPERATIONS[control.operation]),
        ("Procedure", f"{check.procedure}, {KINDS[check.kind]}"),
        *_steps(result),
        ("Population size", len(result.population)),
        ("Exceptions", len(result.exceptions)),
        ("Still open", len(result.open_exceptions)),
        ("Complete evidence for", ", ".join(result.periods_covered) or "no period"),
    ]


def _steps(result: TestResult) -> list[tuple[str, str]]:
    """The docstring of the check, which is its procedure, part by part."""
    text = " ".join((result.check.function.__doc__ or result.check.title).split())
    first, *rest = re.split(r"\b(Population|Exception|Source): ", text)
    return [("Test", first), *zip((f"{name} is" for name in rest[::2]), rest[1::2], strict=True)]


def _sentence(result: TestResult) -> str:
    total, flagged = len(result.population), len(result.exceptions)
    return {
        "no_exceptions": f"None of the {total} in the population is an exception.",
        "exceptions": f"{flagged} of the {total} in the population; {len(result.open_exceptions)} still open.",
        "no_occurrences": "The population is empty, and the evidence shows that it is.",
        "not_tested": "There is no answer, which is not a good answer.",
    }[result.verdict.value]


def _evidence_row(use: EvidenceUse) -> Mapping[str, Any]:
    record = use.record
    source = record.get("source") or {}
    span = record.get("effective") or {}
    calls = dict.fromkeys(shown_value(call.get("call")) for call in record.get("calls") or ())
    return {
        **{name: record.get(name) for name in ("identity", "collected_at", "pages", "rows", "source_total", "sha256")},
        "dataset": use.dataset,
        "path": use.path,
        "source": " ".join(shown_value(source.get(name)) for name in ("system", "account")),
        "calls": list(calls),
        "effective": f"{shown_value(span.get('start'))} to {shown_value(span.get('end'))}",
        "completeness": f"{shown_value(record.get('completeness'))}: {shown_value(record.get('reason'))}",
    }
