"""What notebook cells call: escaped, in the tool's words, without the libraries of any source."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from soc2kit.errors import UsageError

_spec = importlib.util.spec_from_file_location("example_book", Path(__file__).parent / "reporting" / "example_book.py")
example_book = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(example_book)
BOOK = example_book.book()
PARTS = {
    "title": BOOK.title,
    "counts": BOOK.counts,
    "criteria": BOOK.criteria,
    "gaps": BOOK.gaps,
    "owed": BOOK.owed,
    "calendar": BOOK.calendar,
    "window": BOOK.window,
    "standings": BOOK.standings,
    "vanishing": BOOK.vanishing,
    "reconciliations": BOOK.reconciliations,
    "not_tested": BOOK.not_tested,
    "controls": BOOK.controls,
    "summary": BOOK.summary,
    "control": lambda: BOOK.control("AC-01"),
    "tests_of": lambda: BOOK.tests_of("AC"),
    "population": lambda: BOOK.population("T-AC-02"),
    "exceptions": lambda: BOOK.exceptions("T-AC-02"),
    "evidence": lambda: BOOK.evidence("T-AC-02"),
    "none": lambda: BOOK.tests_of("ZZ"),
}


@pytest.mark.parametrize("part", PARTS)
def test_parts_are_escaped_and_have_a_text_form(part: str) -> None:
    bundle = PARTS[part]()._repr_mimebundle_()
    assert "<script" not in bundle["text/html"]
    assert bundle["text/plain"]
    assert not re.search(r"\b(compliant|met|fail|failed|finding|score)\b", bundle["text/html"], re.IGNORECASE)


@pytest.mark.parametrize(
    ("control", "words"),
    [("AC-01", "No exceptions"), ("AC-02", "Exceptions"), ("AC-03", "No occurrences"), ("AC-04", "Not tested")],
)
def test_a_workpaper_states_its_verdict_in_words(control: str, words: str) -> None:
    assert f">{words}</strong>" in BOOK.tests_of(control).html


@pytest.mark.parametrize("call", [lambda: BOOK.test("AWS-NO-99"), lambda: BOOK.control("ZZ-01")])
def test_a_name_that_is_not_there_is_an_error(call) -> None:
    with pytest.raises(UsageError, match="Run: soc2kit"):
        call()


def test_the_workbook_loads_no_library_of_a_source() -> None:
    code = "import sys, soc2kit.workbook; assert not {'boto3', 'moto', 'github', 'psycopg'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
