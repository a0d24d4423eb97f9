"""The rows of a roster in our own columns and words."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ..errors import MalformedInput, UsageError
from ..period import parse_moment
from .formats import DATE_FORMATS, DATES, KINDS, NAME_PARTS, OPTIONAL, REQUIRED
from .mapping import RosterMapping

#: What exports write for no value.
NOTHING = {"", "-", "–", "n/a", "none", "null", "0000-00-00"}


@dataclass(frozen=True)
class RosterRow:
    """One row: its line in the file, and its values under our names; empty where it has none.

    A date is `YYYY-MM-DD`, or a moment where the file gives one.
    """

    line: int
    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values[name]


def roster_rows(text: str, mapping: RosterMapping, file: str) -> list[RosterRow]:
    """Every row, in the file's order. Raises `MalformedInput` that names the line and the value."""
    rows = [_row(line, theirs, mapping, file) for line, theirs in _raw_rows(text, mapping, file)]
    return _managers_by_address(rows)


def _raw_rows(text: str, mapping: RosterMapping, file: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with the line that each ends on; a quoted value may have several lines."""
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mapping.delimiter)
    for row in reader:
        if None in row or None in row.values():
            raise MalformedInput(
                f"{file} line {reader.line_num}: not as many values as the header has; correct the line"
            )
        if any(value.strip() for value in row.values()):
            yield reader.line_num, row


def _row(line: int, theirs: Mapping[str, str], mapping: RosterMapping, file: str) -> RosterRow:
    ours = {name: theirs[column].strip() for name, column in mapping.columns.items()}
    values = {name: ours.get(name, "") for name in (*REQUIRED, *OPTIONAL)}
    if "name" not in ours:
        values["name"] = " ".join(filter(None, (ours.get(part, "") for part in NAME_PARTS)))
    values["email"] = values["email"].lower()
    if not values["email"]:
        raise MalformedInput(f"{file} line {line}: no e-mail address; every person and service account needs one")
    values["kind"] = _kind(values["kind"], mapping, f"{file} line {line}")
    for name in DATES:
        values[name] = _date(values[name], mapping, f"{file} line {line}: {mapping.columns.get(name, name)}")
    for name in ("team", "manager", "owner"):
        values[name] = "" if values[name].casefold() in NOTHING else values[name]
        # Addresses are joined on; a name stays as it is written.
        values[name] = values[name].lower() if "@" in values[name] else values[name]
    return RosterRow(line, values)


def _kind(word: str, mapping: RosterMapping, place: str) -> str:
    kind = mapping.kinds.get(word, word)
    if kind not in KINDS:
        raise MalformedInput(
            f"{place}: kind is {word!r}; known are {', '.join(KINDS)}. Say what it means in soc2kit.toml:"
            f' [sources.roster.kinds] "{word}" = "contractor"'
        )
    return kind


def _date(text: str, mapping: RosterMapping, place: str) -> str:
    if mapping.dates is None:
        return text
    if text.casefold() in NOTHING:
        return ""
    if "T" in text:
        return _moment(text, place)
    for form in mapping.dates:
        match = re.fullmatch(DATE_FORMATS[form], text)
        if match:
            try:
                return date(int(match["year"]), int(match["month"]), int(match["day"])).isoformat()
            except ValueError as error:
                raise MalformedInput(f"{place} is {text!r}, which is no day as {form} ({error})") from error
    shapes = [form for form, shape in DATE_FORMATS.items() if re.fullmatch(shape, text)]
    hint = ""
    if shapes:
        hint = (
            f". It has the form of {' or '.join(shapes)}: say which in soc2kit.toml:"
            f' [sources.roster] date_format = "{shapes[0]}"'
        )
    raise MalformedInput(f"{place} is {text!r}; dates are read as {' or '.join(mapping.dates)}{hint}")


def _moment(text: str, place: str) -> str:
    try:
        parse_moment(text)
    except UsageError as error:
        raise MalformedInput(f"{place} is {text!r}, which is no moment; write 2026-03-13T17:00:00Z") from error
    return text


def _managers_by_address(rows: list[RosterRow]) -> list[RosterRow]:
    """A manager given by name gets the address of the one person who has it; with none or several, the name stays."""
    addresses: dict[str, set[str]] = {}
    for row in rows:
        if row["kind"] != "service":
            addresses.setdefault(row["name"].casefold(), set()).add(row["email"])
    return [RosterRow(row.line, {**row.values, "manager": _address(row["manager"], addresses)}) for row in rows]


def _address(manager: str, addresses: Mapping[str, set[str]]) -> str:
    if not manager or "@" in manager:
        return manager
    found = addresses.get(manager.casefold(), set())
    return next(iter(found)) if len(found) == 1 else manager
