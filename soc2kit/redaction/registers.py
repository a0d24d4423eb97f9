"""The company's CSV files rewritten with pseudonyms: roster, identity file, requests and registers.

Each column is of one sort, by the name that the tool has for it; of a column that no test reads nothing is left.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..evidence import Record
from ..roster import NOTHING, RosterMapping
from .answers import REDACTED_TEXT
from .replacer import Replacer

#: How a column is written: `plain` as it is; `text` searched; `account` in its system's own spelling; `person` with a
#: pseudonym, or left out where it is not known who that is; `blank` left out unless it is empty.
Columns = Mapping[str, str]
_REGISTERS: Mapping[str, Columns] = {
    "company.roster": {
        "email": "text", "name": "text", "kind": "plain", "team": "text", "manager": "person", "owner": "person",
        "started_on": "plain", "left_at": "plain", "contract_ends_on": "plain",
    },
    "company.identities": {
        "system": "plain", "account": "text", "email": "text", "confirmed_by": "person", "confirmed_on": "plain",
    },
    "company.access_requests": {
        "ticket": "text", "system": "plain", "account": "account", "email": "text", "access": "text",
        "requested_by": "person", "requested_at": "plain", "approved_by": "person", "approved_at": "plain",
    },
    "company.outside_collaborators": {"login": "account", "sponsor": "person", "until": "plain"},
    "company.break_glass": {
        "system": "plain", "account": "account", "from": "plain", "until": "plain", "approved_by": "person",
        "reason": "blank", "ticket": "text",
    },
    "company.restore_tests": {
        "date": "plain", "store": "text", "minutes": "plain", "rows_checked": "plain", "tested_by": "person",
        "evidence": "blank",
    },
    "company.change_exceptions": {
        "reference": "text", "kind": "plain", "reason": "blank", "incident": "text", "approved_by": "person",
        "approved_at": "plain", "reviewed_by": "person", "reviewed_at": "plain",
    },
    "company.assets": {
        "asset": "text", "owner": "person", "environment": "text", "data_class": "text", "in_scope": "plain",
    },
    "company.environment_exceptions": {
        "resource": "text", "account": "plain", "approved_by": "person", "approved_at": "plain", "until": "plain",
        "reason": "blank",
    },
}  # fmt: skip
_Row = dict[str, str]


def redact_register(text: str, record: Record, replacer: Replacer) -> str | None:
    """A CSV file of the company; None for a dataset that is none."""
    columns = _REGISTERS.get(record.dataset)
    if columns is None:
        return None
    parameters: Mapping[str, Any] = record.fields["calls"][0]["parameters"]
    if record.dataset == "company.roster":
        mapping = RosterMapping.from_parameters(parameters)
        names = [mapping.columns[part] for part in ("first_name", "last_name") if part in mapping.columns]

        def named(row: _Row) -> _Row:
            return _name_in_parts(row, names, replacer)

        return _rewritten(text, _theirs(columns, mapping.columns), replacer, mapping.delimiter, named)
    renamed = parameters.get("columns", {})
    return _rewritten(text, _theirs(columns, {ours: renamed.get(ours, ours) for ours in columns}), replacer)


def _theirs(columns: Columns, names: Mapping[str, str]) -> Columns:
    """Sorts by the file's own headers: an export's column `name` is not ours where ours has another name there."""
    return {names[ours]: sort for ours, sort in columns.items() if ours in names}


def _rewritten(
    text: str,
    columns: Columns,
    replacer: Replacer,
    delimiter: str = ",",
    more: Callable[[_Row], _Row] = lambda row: {},
) -> str:
    """The file with every cell written anew; `more` gives cells that one column alone does not tell."""
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    header: list[str] = next(lines, [])
    if header:
        writer.writerow(header)
    for values in lines:
        row = dict(zip(header, values, strict=False))
        written = {**dict(_cells(row, columns, replacer)), **more(row)}
        writer.writerow(written[column] for column in header if column in written)
    return stream.getvalue()


def _cells(row: _Row, columns: Columns, replacer: Replacer) -> Iterator[tuple[str, str]]:
    for column, value in row.items():
        yield column, _cell(columns.get(column, "blank"), value, replacer)


def _cell(sort: str, value: str, replacer: Replacer) -> str:
    if sort == "plain" or value.strip().casefold() in NOTHING:
        return value
    if sort == "text":
        return replacer.text(value)
    if sort == "account":
        return replacer.of_system(value)
    shown = replacer.text(value) if sort == "person" else value
    # Whoever is named without an address or a name that is known can only be left out.
    return shown if shown != value or (sort == "person" and "@" in value) else REDACTED_TEXT


def _name_in_parts(row: _Row, columns: list[str], replacer: Replacer) -> _Row:
    """First and last name make one name, so its pseudonym is parted as well."""
    if not columns:
        return {}
    whole = " ".join(filter(None, (row.get(column, "").strip() for column in columns)))
    shown = replacer.text(whole)
    if shown == whole:
        return {column: row.get(column, "") for column in columns}
    first, _, rest = shown.partition(" ")
    return dict(zip(columns, (first, rest) if len(columns) > 1 else (shown,), strict=True))
