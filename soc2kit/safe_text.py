"""Text from sources made harmless where it is shown: spreadsheets, plain text, file names."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_UNSEEN = re.compile(f"{_CONTROLS.pattern}|[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
# What a spreadsheet reads as the start of a formula; tab and return hide one behind white space.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: Any) -> str:
    """A value as a spreadsheet cell that is never run: a leading formula sign gets an apostrophe.

    Control characters besides tabs and ends of lines, which a terminal would obey, are shown as such.
    """
    text = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", "" if value is None else str(value))
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def visible(text: str) -> str:
    """Without characters that a page does not show but that change how others look, as those that turn their order."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    stream = io.StringIO(newline="")
    # Every cell in quotes: where a semicolon parts cells, an unquoted one inside a text would start a new one.
    writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(value) for value in row])
    return stream.getvalue()


def plain(value: Any) -> str:
    """One line without control characters, which a terminal would obey."""
    text = "" if value is None else str(value)
    return "".join(character if character.isprintable() else "�" for character in text)


def text_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Aligned columns for people who read the folder without this tool."""
    lines = [[plain(value) for value in row] for row in rows]
    widths = [max(len(line[index]) for line in [list(columns), *lines]) for index in range(len(columns))]
    shown = [list(columns), ["-" * width for width in widths], *lines]
    return "".join(
        "  ".join(value.ljust(width) for value, width in zip(line, widths, strict=True)).rstrip() + "\n"
        for line in shown
    )
