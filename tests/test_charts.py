"""Charts: the same data gives the same bytes, and the description says what the picture shows."""

import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("example_book", Path(__file__).parent / "reporting" / "example_book.py")
example_book = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(example_book)


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda book: book.matrix(), ["61 criteria", "28 out of scope", "supported by evidence"]),
        (lambda book: book.counts_chart(), ["14 of 33", "181 of 181"]),
        (lambda book: book.exceptions_chart("AC-"), ["AC-02 2", "AC-01 0"]),
        (lambda book: book.by_month("T-AC-02"), ["2026-01 0", "2026-02 2, of which 2", "2026-06 0"]),
    ],
)
def test_a_chart_is_described_and_repeatable(draw, words: list[str]) -> None:
    first, second = draw(example_book.book()), draw(example_book.book())
    assert first.png() == second.png()
    assert [word for word in words if word not in first.alt] == []
