"""Reading the company's own files: their text as it is, and the rows of a CSV export."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import MalformedInput
from ..roster import ENCODINGS
from ..source_settings import RosterSettings
from .base import Origin

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class CompanyFiles:
    origin: Origin
    workspace: Path
    settings: RosterSettings
    #: In which a date without a time is meant.
    time_zone: str = "UTC"
    #: The month in which the company's quarters begin to count.
    fiscal_year_start: int = 1


def read_text(path: Path, what: str, encoding: str = "utf-8") -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise MalformedInput(f"{what} {path.name} does not exist. Run: soc2kit init, then fill it in") from None
    except OSError as error:
        # The system's own words would name a folder of this machine.
        raise MalformedInput(f"{what} {path.name} cannot be read: {error.strerror}") from error
    # A byte order mark says more than the setting.
    used = "utf-16" if data.startswith(_UTF_16) else "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        return data.decode(used)
    except UnicodeDecodeError as error:
        shown = used.removesuffix("-sig").upper()
        hint = (
            f". Say which it is: [sources.roster] encoding = one of {', '.join(ENCODINGS)}" if what == "roster" else ""
        )
        raise MalformedInput(f"{what} {path.name} cannot be read as {shown} text: {error}{hint}") from error


def rows_of(text: str, wanted: tuple[str, ...], name: str, columns: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows of a CSV export, with `columns` mapping our names to the export's.

    Raises `MalformedInput` that names the missing column or the row of the wrong width.
    """
    return [row for _, row in numbered_rows(text, wanted, name, columns)]


def numbered_rows(
    text: str, wanted: tuple[str, ...], name: str, columns: Mapping[str, str], mapping: str = "columns"
) -> list[tuple[int, dict[str, str]]]:
    """The rows, each with the line that it ends on; a quoted value may have several lines."""
    reader = csv.DictReader(io.StringIO(text, newline=""))
    header = list(reader.fieldnames or [])
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise MalformedInput(f"{name} has two columns {twice[0]!r}; which one counts cannot be known. Remove one")
    for column in wanted:
        theirs = columns.get(column, column)
        if theirs not in header:
            raise MalformedInput(
                f"{name} has no column {theirs!r} (it has: {', '.join(header) or 'none'}). Add it, or map it in"
                f' soc2kit.toml: [sources.roster.{mapping}] {column} = "…"'
            )
    rows = []
    for row in reader:
        if None in row or None in row.values():
            raise MalformedInput(
                f"{name} line {reader.line_num}: not as many values as the header has; correct the line"
            )
        values = {column: row[columns.get(column, column)].strip() for column in wanted}
        rows.append((reader.line_num, values))
    return rows
