"""The index of a run: what was tested, what was not, and whether every notebook ran."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ..model import Assessment, Verdict
from ..rows import SUMMARY_COLUMNS, summary_row
from ..tables import Column, Shown, paragraph, table
from ..wording import VERDICTS
from ..workbook import Book
from .plain_page import rendered


def overview_html(assessment: Assessment, runs: Sequence[Mapping[str, Any]], has_results: bool) -> str:
    book = Book(assessment)
    return rendered(
        "overview.html.j2",
        assessment,
        f"SOC 2 readiness of {assessment.company}",
        runs=runs,
        failed=[run for run in runs if run["error"]],
        results=has_results,
        counts=book.counts().html,
        verdicts=_verdicts(assessment).html,
        exceptions=_exceptions(assessment).html,
        missing=(book.not_tested() + book.owed()).html,
    )


def _verdicts(assessment: Assessment) -> Shown:
    tally = Counter(result.verdict for result in assessment.tests)
    rows = [{"verdict": VERDICTS[verdict].words, "tests": tally[verdict]} for verdict in Verdict]
    columns = (Column("verdict", "Verdict"), Column("tests", "Tests", "number"))
    return table(rows, columns, f"Verdicts of {len(assessment.tests)} tests")


def _exceptions(assessment: Assessment) -> Shown:
    flagged = [result for result in assessment.tests if result.verdict is Verdict.EXCEPTIONS]
    flagged.sort(key=lambda result: (-len(result.open_exceptions), -len(result.exceptions), result.check.id))
    if not flagged:
        return paragraph("No test has an exception. Look below for what was not tested.")
    return table([summary_row(result) for result in flagged], SUMMARY_COLUMNS, "Tests with exceptions, most open first")
