"""Text from sources is harmless in spreadsheets and terminals."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from soc2kit.safe_text import cell, csv_text, plain, text_table

CELLS = st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), max_size=5)


@given(st.text())
def test_no_cell_begins_with_what_a_spreadsheet_runs(text: str) -> None:
    assert not cell(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(CELLS)
def test_a_csv_gives_back_its_cells(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(csv_text(["a", "b"], rows), newline="")))
    assert [[value.removeprefix("'") for value in row] for row in read[1:]] == [
        [cell(value).removeprefix("'") for value in row] for row in rows
    ]


@given(st.text())
def test_plain_text_has_no_control_characters(text: str) -> None:
    assert all(character.isprintable() for character in plain(text))


@given(CELLS)
def test_a_text_table_has_one_line_for_each_row(rows: list[list[str]]) -> None:
    assert len(text_table(["a", "b"], rows).splitlines()) == len(rows) + 2


def test_a_cell_holds_no_control_character() -> None:
    assert csv_text(("a",), [("x\x1b[31m\x00y\n\tz",)]) == '"a"\n"x\ufffd[31m\ufffdy\n\tz"\n'
