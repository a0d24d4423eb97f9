"""An assessment as the documented JSON contract, `soc2kit-assessment/1`."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from .model import Assessment, DatasetHistory, Frame, Reconciliation, TestResult
from .obligations import OWED
from .period import Calendar, stamp

SCHEMA = "soc2kit-assessment/1"


def as_document(assessment: Assessment) -> dict[str, Any]:
    """Plain lists and texts, in an order that does not change from run to run."""
    return {
        "schema": SCHEMA,
        "company": assessment.company,
        "type": assessment.report_type,
        "as_of": stamp(assessment.as_of),
        "period": {
            "name": assessment.period.name,
            "start": stamp(assessment.period.start),
            "end": stamp(assessment.period.end),
        },
        "tool": dict(assessment.tool),
        "tests": [_test(result) for result in assessment.tests],
        "controls": [
            {
                "id": result.control.id,
                "title": result.control.title,
                "owner": result.control.owner,
                "design": result.design.value,
                "operation": result.operation.value,
                "standing": result.standing,
                "tests": list(result.tests),
                "exceptions": result.exceptions,
                "open_exceptions": result.open_exceptions,
                "notes": list(result.notes),
            }
            for result in assessment.controls
        ],
        "criteria": [
            {"id": result.criterion.id, "status": result.status.value, "controls": list(result.controls)}
            for result in assessment.criteria
        ],
        "counts": [
            {"label": count.label, "value": count.value, "of": count.of, "meaning": count.meaning}
            for count in assessment.counts
        ],
        "notes": list(assessment.notes),
        "owed": [dict(item) for item in assessment.owed if item["status"] in OWED],
        "window": [_history(history, assessment.calendar) for history in assessment.window],
        "reconciliations": [_reconciliation(item) for item in reconciled(assessment)],
        "vanishing": [dict(item) for item in assessment.vanishing],
    }


def reconciled(assessment: Assessment) -> list[Reconciliation]:
    """Every reconciliation of the assessment once, in the order of its tests."""
    return list({item.id: item for result in assessment.tests for item in result.reconciliations}.values())


def _reconciliation(item: Reconciliation) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "datasets": list(item.datasets),
        "first": item.first,
        "second": item.second,
        "only_first": list(item.only_first),
        "only_second": list(item.only_second),
        "explained": item.explained,
    }


def _history(history: DatasetHistory, calendar: Calendar) -> dict[str, Any]:
    return {
        "dataset": history.dataset,
        "kind": history.kind,
        "days_covered": history.days_covered,
        "days": history.days,
        "taken": [stamp(moment) for moment in history.taken],
        "gaps": [calendar.span(gap) for gap in history.gaps],
        "drift": [
            {**vars(drift), "earlier": stamp(drift.earlier), "later": stamp(drift.later)} for drift in history.drift
        ],
    }


def as_json(assessment: Assessment) -> str:
    return json.dumps(as_document(assessment), indent=1, ensure_ascii=False) + "\n"


def _test(result: TestResult) -> dict[str, Any]:
    check = result.check
    return {
        "id": check.id,
        "title": check.title,
        "control": check.control,
        "controls": list(check.controls),
        "criteria": list(check.criteria),
        "kind": check.kind,
        "procedure": check.procedure,
        "verdict": result.verdict.value,
        "population": len(result.population),
        "exceptions": [_exception(row) for row in ordered(result.exceptions).to_dict("records")],
        "open_exceptions": len(result.open_exceptions),
        "not_testable": [_exception(row) for row in ordered(result.not_testable).to_dict("records")],
        "periods_covered": list(result.periods_covered),
        "evidence": [use.path for use in result.evidence],
        "reconciliations": [item.id for item in result.reconciliations],
        "notes": list(result.notes),
    }


def ordered(exceptions: Frame) -> Frame:
    return exceptions.sort_values(["at", "key"], kind="stable")


def _exception(row: dict[Any, Any]) -> dict[str, Any]:
    return {"key": str(row["key"]), "at": _when(row["at"]), "reason": str(row["reason"])}


def _when(moment: pd.Timestamp) -> str | None:
    return None if pd.isna(moment) else stamp(moment.to_pydatetime())
