"""Rows of the tables that a workbook and an index both show."""

from __future__ import annotations

from .model import Assessment, ControlResult, Design, Operation, TestResult
from .period import stamp
from .tables import Column
from .wording import DESIGNS, OPERATIONS, VERDICTS

TYPES = {
    "I": "whether each control exists on the as-of date",
    "II": "whether each control operated through the window",
}
SOUND = {Operation.OPERATING, Operation.NOT_OCCURRED, Operation.NOT_DUE, Operation.RELIED_ON, Operation.NOT_APPLICABLE}
SUMMARY_COLUMNS = (
    Column("id", "Test"),
    Column("control", "Control"),
    Column("title", "Title"),
    Column("verdict", "Verdict"),
    Column("population", "Population", "number"),
    Column("exceptions", "Exceptions", "number"),
    Column("open", "Still open", "number"),
    Column("not_testable", "Not testable", "number"),
)


def title_facts(assessment: Assessment) -> list[tuple[str, str]]:
    """Whose report of which type, over which days, as of when, by which version, on which evidence."""
    calendar = assessment.calendar
    first, _, last = calendar.span(assessment.period).partition("..")
    window = [("Window", f"{first} to {last}, both days included ({calendar.zone})")]
    return [
        ("Company", assessment.company),
        ("Report", f"Type {assessment.report_type}: {TYPES[assessment.report_type]}"),
        *(window if assessment.report_type == "II" else ()),
        ("As of", stamp(assessment.as_of)),
        ("Tool", " ".join(assessment.tool.values())),
        ("Evidence ledger head", assessment.ledger_head or "no evidence yet"),
    ]


def needs_work(result: ControlResult) -> bool:
    return result.design in {Design.GAP, Design.NOT_ASSESSED} or result.operation not in SOUND


def summary_row(result: TestResult) -> dict[str, object]:
    return {
        "id": result.check.id,
        "control": result.check.control,
        "title": result.check.title,
        "verdict": VERDICTS[result.verdict].words,
        "population": len(result.population),
        "exceptions": len(result.exceptions),
        "open": len(result.open_exceptions),
        "not_testable": len(result.not_testable),
    }


def urgency(result: ControlResult) -> tuple[int, int, str]:
    return -result.open_exceptions, -result.exceptions, result.control.id


def gap_row(result: ControlResult) -> dict[str, object]:
    return {
        "control": f"{result.control.id} {result.control.title}",
        "owner": result.control.owner,
        "state": f"{DESIGNS[result.design]}, {OPERATIONS[result.operation]}",
        "exceptions": result.exceptions,
        "open": result.open_exceptions,
        "remediation": result.control.remediation,
        "effort": result.control.effort_days,
    }


def control_row(result: ControlResult) -> dict[str, object]:
    return {
        "id": result.control.id,
        "title": result.control.title,
        "owner": result.control.owner,
        "design": DESIGNS[result.design],
        "operation": OPERATIONS[result.operation],
        "tests": result.tests,
        "exceptions": result.exceptions,
    }
