"""Assessments and the table of tests as text for a terminal, as JSON and as CSV."""

from __future__ import annotations

import inspect
import json
from typing import Any

from .checks.table import CHECKS
from .model import Assessment, Check
from .period import stamp
from .results import as_document, as_json
from .safe_text import csv_text, plain, text_table


def as_text(assessment: Assessment, format: str) -> str:
    if format == "json":
        return as_json(assessment)
    rows = _test_rows(assessment)
    columns = ("test", "control", "verdict", "population", "exceptions", "title")
    if format == "csv":
        return csv_text(columns, rows)
    counts = "".join(f"{count.value:g} of {count.of:g} {count.label}\n" for count in assessment.counts)
    notes = "".join(f"{plain(note)}\n" for note in assessment.notes)
    notes += "".join(f"{result.check.id}: {plain(note)}\n" for result in assessment.tests for note in result.notes)
    head = f"{plain(assessment.company)}, type {assessment.report_type}, {_span(assessment)}\n\n"
    return head + text_table(columns, rows) + "\n" + counts + (f"\n{notes}" if notes else "")


def _span(assessment: Assessment) -> str:
    period, as_of = assessment.period, f"as of {stamp(assessment.as_of)}"
    return as_of if assessment.report_type == "I" else f"{stamp(period.start)} to {stamp(period.end)}, {as_of}"


def _test_rows(assessment: Assessment) -> list[list[Any]]:
    return [
        [test["id"], test["control"], test["verdict"], test["population"], len(test["exceptions"]), test["title"]]
        for test in as_document(assessment)["tests"]
    ]


def checks_as_text(format: str) -> str:
    documents = [_check_document(check) for check in CHECKS]
    if format == "json":
        return json.dumps({"schema": "soc2kit-checks/1", "checks": documents}, indent=1) + "\n"
    columns = ("id", "control", "kind", "title")
    rows = [[document[column] for column in columns] for document in documents]
    return csv_text(columns, rows) if format == "csv" else text_table(columns, rows)


def _check_document(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "title": check.title,
        "control": check.control,
        "controls": list(check.controls),
        "criteria": list(check.criteria),
        "kind": check.kind,
        "procedure": check.procedure,
        "reads": list(check.reads),
        "test": inspect.getdoc(check.function),
    }
