"""One test of control as a workpaper: promise, owner, procedure, population, verdict, exceptions, evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .model import ControlResult, EvidenceUse, Frame, Reconciliation, TestResult
from .tables import MISSING, Column, Shown, facts, folded, heading, paragraph, shown_value, table, verdict_line
from .wording import DESIGNS, OPERATIONS, VERDICTS

KINDS = {"point_in_time": "state in the snapshots taken", "window": "everything that happened in the window"}
FILE_COLUMNS = (
    Column("collected_at", "Collected at (UTC)"),
    Column("phase", "Reading"),
    Column("effective", "Covers"),
    Column("pages", "Pages", "number"),
    Column("rows", "Rows", "number"),
    Column("source_total", "Source's own total", "number"),
    Column("completeness", "Completeness and why"),
    Column("requests", "Request ids, first and last", "code"),
    Column("sha256", "SHA-256", "code"),
    Column("path", "File", "code"),
)
CALLS_SHOWN = 8
# They stand first, and `at` and `reason` have titles of their own.
_ITEM, _AT = Column("key", "Item", "code"), Column("at", "At (UTC)")


def workpaper(result: TestResult, control: ControlResult) -> Shown:
    check = result.check
    return (
        heading(f"{check.id}: {check.title}")
        + verdict(result)
        + facts(_facts(result, control), f"{check.id}: what was tested")
        + exceptions(result)
        + not_testable(result)
        + evidence(result)
    )


def verdict(result: TestResult) -> Shown:
    wording = VERDICTS[result.verdict]
    line = verdict_line(wording.words, _sentence(result), wording.tone)
    for note in result.notes:
        line = line + paragraph(note, "note")
    return line


def exceptions(result: TestResult) -> Shown:
    return _listed(result, result.exceptions, "Why it is an exception", "exceptions")


def not_testable(result: TestResult) -> Shown:
    return _listed(result, result.not_testable, "Why it cannot be tested", "not testable")


def _listed(result: TestResult, rows: Frame, why: str, what: str) -> Shown:
    if rows.empty:
        return Shown("", "")
    names = [name for name in result.check.shows if name in rows] or _further(rows)
    further = (Column(name, name.replace("_", " ").capitalize()) for name in names)
    # Where the source gives an address of its own, the item leads to it.
    item = Column("key", "Item", "web") if "url" in rows else _ITEM
    records = rows.assign(key_url=rows.get("url")).to_dict("records")
    return table(records, [item, _AT, Column("reason", why), *further], f"{result.check.id}: {what}")


def _further(rows: Frame) -> list[str]:
    """Columns beyond the leading ones that say something new: most tests are keyed by one of their own columns."""
    leading = {_ITEM.name, _AT.name, "reason"}
    listed = rows.astype("string")
    return [
        name
        for name in listed.columns
        if name not in leading and not listed[name].equals(listed["key"]) and not listed[name].equals(listed["at"])
    ]


def evidence(result: TestResult) -> Shown:
    """Where the numbers come from: for each dataset the calls, as whom, and every file; then the second sources."""
    if not result.evidence:
        return paragraph(f"{result.check.id} rests on no evidence: nothing was collected for it.", "note")
    files: dict[str, list[EvidenceUse]] = {}
    for use in result.evidence:
        files.setdefault(use.dataset, []).append(use)
    blocks = [_dataset_block(result.check.id, dataset, uses) for dataset, uses in files.items()]
    blocks += [_reconciliation(item) for item in result.reconciliations]
    first, *rest = blocks
    noun = "file" if len(result.evidence) == 1 else "files"
    datasets = ", ".join(files)
    return folded(f"Evidence: {len(result.evidence)} {noun} of {datasets}", sum(rest, start=first))


def _dataset_block(check_id: str, dataset: str, uses: Sequence[EvidenceUse]) -> Shown:
    records = [use.record for use in uses]
    pairs = [
        ("Source and account", _distinct(_source(record) for record in records)),
        ("Calls and parameters", _calls(records[-1])),
        ("Collected as", _distinct(shown_value(record.get("identity")) for record in records)),
        ("Collected by", _distinct(_tool(record) for record in records)),
    ]
    caption = f"{check_id}: {dataset}"
    return facts(pairs, caption) + table([_file_row(use) for use in uses], FILE_COLUMNS, f"{caption}, files")


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _source(record: Mapping[str, Any]) -> str:
    source = record.get("source") or {}
    return " ".join(shown_value(source.get(name)) for name in ("system", "account", "endpoint"))


def _tool(record: Mapping[str, Any]) -> str:
    tool = record.get("tool") or {}
    return (
        f"{shown_value(tool.get('name'))} {shown_value(tool.get('version'))}, code {shown_value(tool.get('code'))[:16]}"
    )


def _calls(record: Mapping[str, Any]) -> str:
    """The latest collection's calls; the file has the parameters of every page."""
    calls = list(record.get("calls") or ())
    shown = [_call(call) for call in calls[:CALLS_SHOWN]]
    if len(calls) > CALLS_SHOWN:
        shown.append(f"and {len(calls) - CALLS_SHOWN} more, which stand in the file")
    return "; ".join(shown) or MISSING


def _call(call: Mapping[str, Any]) -> str:
    given = ", ".join(f"{name} = {shown_value(value)}" for name, value in (call.get("parameters") or {}).items())
    pages = call.get("pages")
    return f"{shown_value(call.get('call'))} ({given or 'no parameters'}; pages: {shown_value(pages)})"


def _reconciliation(item: Reconciliation) -> Shown:
    if item.agrees:
        words = "nothing is in one and not in the other"
    else:
        words = f"only in the list: {len(item.only_first)}; only in the second source: {len(item.only_second)}"
    return paragraph(f"Reconciled. {item.title}: {item.first} ↔ {item.second} rows; {words}. Note: {item.explained}.")


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
        ("Not testable", len(result.not_testable)),
        ("Complete evidence for", ", ".join(result.periods_covered) or "no period"),
    ]


def _steps(result: TestResult) -> list[tuple[str, str]]:
    """The docstring of the check, which is its procedure, part by part."""
    text = " ".join((result.check.function.__doc__ or result.check.title).split())
    first, *rest = re.split(r"\b(Population|Exception|Source): ", text)
    return [("Test", first), *zip((f"{name} is" for name in rest[::2]), rest[1::2], strict=True)]


def _sentence(result: TestResult) -> str:
    total, flagged, untold = len(result.population), len(result.exceptions), len(result.not_testable)
    no_answer = (
        f"{untold} of the {total} in the population cannot be tested, and none of the others is an exception."
        if untold
        else "There is no answer, which is not a good answer."
    )
    return {
        "no_exceptions": f"None of the {total} in the population is an exception.",
        "exceptions": f"{flagged} of the {total} in the population; {len(result.open_exceptions)} still open.",
        "no_occurrences": "The population is empty, and the evidence shows that it is.",
        "not_tested": no_answer,
    }[result.verdict.value]


def _file_row(use: EvidenceUse) -> Mapping[str, Any]:
    record = use.record
    span, requests = record.get("effective") or {}, record.get("request_ids") or {}
    edges = list(dict.fromkeys(shown_value(span.get(edge)) for edge in ("start", "end")))
    ids = dict.fromkeys([*requests.get("first", ()), *requests.get("last", ())])
    return {
        **{name: record.get(name) for name in ("collected_at", "phase", "pages", "rows", "source_total", "sha256")},
        "path": use.path,
        "effective": " to ".join(edges) if len(edges) > 1 else "that moment",
        "completeness": f"{shown_value(record.get('completeness'))}: {shown_value(record.get('reason'))}",
        "requests": list(ids) or "the source gives none",
    }
