"""The review in a notebook: a table of what was collected, a form beside it, and nothing written by looking."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from example_workspace import Example

from soc2kit import workbook
from soc2kit.errors import UsageError
from soc2kit.forms import ReviewForm
from soc2kit.reporting.page import notebook_html
from soc2kit.workbook import Book

# What the file prepares is prepared by one worker.
pytestmark = pytest.mark.xdist_group("review_view")

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def workspace(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as it is collected, but with the files of the second quarter gone since."""
    folder = tmp_path_factory.mktemp("review") / "demo"
    shutil.copytree(example.config.workspace, folder)
    for path in (folder / "reviews").glob("2026-Q2-*"):
        path.unlink()
    return folder


@pytest.fixture(scope="module")
def book(workspace: Path) -> Book:
    return workbook.open(str(workspace))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_one_output_is_a_form_and_a_table(book: Book, workspace: Path) -> None:
    before = contents(workspace)
    form = book.review("github", "2026-Q1")
    assert isinstance(form, ReviewForm)
    data, _ = form._repr_mimebundle_()
    assert set(data) == {"text/html", "text/plain", WIDGET}
    opened = form.session.handle({"type": "open"}, form.clock())
    assert (opened["accounts"], opened["decided"], opened["signature_holds"]) == (17, 17, True)
    assert contents(workspace) == before


def test_the_table_shows_what_was_collected(book: Book) -> None:
    shown = book.review("github", "2026-Q1").text
    assert "Signed by lucia.santos@tidewater.example at 2026-04-08T15:00:00Z" in shown
    assert "17 of 17 accounts decided" in shown
    assert "The contract ended on 27 February." in shown
    # The file of this quarter is gone from the workspace; what was collected of it is not.
    assert "Signed by deniz.aksoy@tidewater.example" in book.review("postgres").text


def test_the_form_shows_the_file_and_last_quarter(book: Book) -> None:
    session = book.review("postgres", "2026-Q2").session  # type: ignore[attr-defined]
    opened = session.handle({"type": "open"}, book.review("aws").clock())  # type: ignore[attr-defined]
    assert (opened["decided"], opened["signed"]) == (0, False)
    before = {row["name"]: row["before"] for row in opened["rows"]}
    assert before["analytics_etl"] == "change (without the right to create roles): The loader never creates roles."


def test_reviews_stand_side_by_side(book: Book) -> None:
    shown = book.reviews().text
    assert [line.split("  ")[0] for line in shown.splitlines() if line.startswith("2026-Q")] == [
        f"2026-Q{quarter} {system}" for quarter in (1, 2) for system in ("AWS", "GitHub", "PostgreSQL")
    ]


def test_a_report_has_the_table_and_no_widget(book: Book) -> None:
    data, metadata = book.review("aws")._repr_mimebundle_()
    output = nbformat.v4.new_output("execute_result", data=data, metadata=metadata)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=[output])])
    html = notebook_html(notebook, "x", "X", ())
    assert "Access review 2026-Q2 AWS" in html
    assert "widget" not in html.lower()
    assert "<script" not in html


@pytest.mark.parametrize(
    ("system", "quarter", "words"),
    [("aws", "2025-Q4", "No accounts of AWS were collected in 2025-Q4"), ("okta", "", None), ("aws", "spring", None)],
)
def test_what_is_not_there_is_said(book: Book, system: str, quarter: str, words: str | None) -> None:
    if words is None:
        with pytest.raises(UsageError):
            book.review(system, quarter)
    else:
        assert words in book.review(system, quarter).text


def test_a_book_without_evidence_has_no_reviews(book: Book) -> None:
    with pytest.raises(UsageError, match=r"workbook\.open"):
        Book(book.assessment).reviews()
