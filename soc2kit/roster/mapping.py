"""Which column of an export is which of ours: found once, when the roster is collected, and recorded with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import MalformedInput
from .formats import FORMATS, MAY_BE_ABSENT, NAME_PARTS, OUR_COLUMNS, REQUIRED, Format, plain

_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class RosterMapping:
    """How a roster is read: `columns` gives the export's name of each of ours, `kinds` what its words for kinds mean.

    `dates` None is a record from before dates were looked at: they are passed on as they are.
    """

    columns: Mapping[str, str]
    kinds: Mapping[str, str] = field(default_factory=dict)
    dates: tuple[str, ...] | None = ("YYYY-MM-DD",)
    delimiter: str = ","
    format: str = "generic"

    def as_parameters(self) -> dict[str, Any]:
        """What stands in the record, so that the file is read the same way without the settings.

        `found` are those of our columns that the file has, `columns` the ones of them with another name there.
        """
        return {
            "format": self.format,
            "found": list(self.columns),
            "columns": {ours: theirs for ours, theirs in self.columns.items() if theirs != ours},
            "kinds": dict(self.kinds),
            "dates": list(self.dates or ()),
            "delimiter": self.delimiter,
        }

    @staticmethod
    def from_parameters(parameters: Mapping[str, Any]) -> RosterMapping:
        """The mapping of a record. Early records name only the columns that had other names than ours."""
        columns = parameters.get("columns", {})
        if "format" not in parameters:
            return RosterMapping({ours: columns.get(ours, ours) for ours in REQUIRED}, dates=None)
        found = {ours: columns.get(ours, ours) for ours in parameters["found"]}
        return RosterMapping(
            found, parameters["kinds"], tuple(parameters["dates"]), parameters["delimiter"], parameters["format"]
        )


def mapping_for(
    text: str,
    file: str,
    *,
    format: str = "generic",
    columns: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
    date_format: str = "",
) -> RosterMapping:
    """The mapping that a file's header gives with a format and what the settings say differently.

    `columns` names the export's header for ours, or an empty text for one that the export does not have. Raises
    `MalformedInput` that names the column and those that are there.
    """
    delimiter = _delimiter(text)
    header = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise MalformedInput(f"{file} has two columns {twice[0]!r}; which one counts cannot be known. Remove one")
    known = FORMATS[format]
    found = _columns(header, file, known, columns or {})
    dates = (date_format, "YYYY-MM-DD") if date_format else known.dates
    own = {plain(word): kind for word, kind in (kinds or {}).items()}
    words = {word: own.get(plain(word)) or known.kind(word) for word in _words(text, delimiter, header, found["kind"])}
    return RosterMapping(found, {word: kind for word, kind in words.items() if kind}, dates, delimiter, format)


def _delimiter(text: str) -> str:
    """The separator that makes the most columns of the first line; Excel writes semicolons where commas are decimal."""
    line = text.lstrip("\ufeff").split("\n", 1)[0]
    return max(_DELIMITERS, key=lambda mark: len(next(csv.reader([line], delimiter=mark), [])))


def _columns(header: list[str], file: str, known: Format, own: Mapping[str, str]) -> dict[str, str]:
    places: dict[str, list[str]] = {}
    for column in header:
        places.setdefault(plain(column), []).append(column)
    found = {}
    for ours in OUR_COLUMNS:
        if ours in own:
            theirs = _own(ours, own[ours], header, file)
        else:
            theirs = _candidate(ours, known.columns.get(ours, ()), places, file)
        if theirs is not None:
            found[ours] = theirs
    # "Moreau, Ines" in one column is less than two columns, unless the company says that it wants it.
    apart = set(NAME_PARTS) <= set(found) and "name" not in own
    for ours in ("name",) if apart else NAME_PARTS:
        found.pop(ours, None)
    _refuse_missing(found, header, file, known, own)
    return found


def _own(ours: str, theirs: str, header: list[str], file: str) -> str | None:
    if theirs == "" and ours in MAY_BE_ABSENT:
        return None
    if theirs not in header:
        raise MalformedInput(
            f"{file} has no column {theirs!r} (it has: {', '.join(header) or 'none'}). Correct soc2kit.toml:"
            f' [sources.roster.columns] {ours} = "…"'
        )
    return theirs


def _candidate(ours: str, candidates: tuple[str, ...], places: Mapping[str, list[str]], file: str) -> str | None:
    for candidate in candidates:
        columns = places.get(plain(candidate), [])
        if len(columns) > 1:
            raise MalformedInput(
                f"{file} has the columns {' and '.join(map(repr, columns))}, which both may be {ours}. Say which in"
                f' soc2kit.toml: [sources.roster.columns] {ours} = "{columns[0]}"'
            )
        if columns:
            return columns[0]
    return None


def _refuse_missing(
    found: Mapping[str, str], header: list[str], file: str, known: Format, own: Mapping[str, str]
) -> None:
    for ours in REQUIRED:
        if ours in found or (ours == "name" and NAME_PARTS[0] in found) or own.get(ours) == "":
            continue
        candidates = " or ".join(map(repr, known.columns[ours]))
        absent = f' (or = "", if the export has none: {ours} is then unknown)' if ours in MAY_BE_ABSENT else ""
        raise MalformedInput(
            f"{file} has no column {candidates} (it has: {', '.join(header) or 'none'}). Add it, or map it in"
            f' soc2kit.toml: [sources.roster.columns] {ours} = "…"{absent}'
        )


def _words(text: str, delimiter: str, header: list[str], column: str) -> list[str]:
    """The words for kinds that the file uses, each once."""
    place = header.index(column)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    next(rows, None)
    return list(dict.fromkeys(row[place].strip() for row in rows if len(row) > place and row[place].strip()))
