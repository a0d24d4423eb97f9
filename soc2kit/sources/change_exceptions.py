"""The company's register of changes that went another way than the rule, as evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..errors import MalformedInput, UsageError
from ..period import Period, parse_moment
from .base import Completeness, Page, Pages
from .company_files import CompanyFiles, numbered_rows, read_text

CHANGE_EXCEPTION_COLUMNS = (
    "reference",
    "kind",
    "reason",
    "incident",
    "approved_by",
    "approved_at",
    "reviewed_by",
    "reviewed_at",
)
KINDS = ("emergency", "direct_push", "bypass")
_REFERENCE = re.compile(r"[\w.-]+/[\w.-]+(#[1-9]\d*|@[0-9a-f]{40})")


def change_exceptions(files: CompanyFiles, period: Period) -> Pages:
    """Emergencies, direct pushes and bypassed rules: why, who approved each and when, who reviewed it afterwards.

    A company that had none needs no file: an absent one is a register without entries. Raises `MalformedInput` that
    names the line of an entry which refers to nothing, has another kind, an unclear time, or stands there twice.
    """
    name = files.settings.change_exceptions
    if not (files.workspace / name).exists():
        yield Page(f"file {name}", {}, "", 0)
        return Completeness(f"there is no {name}: no exceptional change is on record", 0)
    text = read_text(files.workspace / name, "register of exceptional changes")
    rows = numbered_rows(text, CHANGE_EXCEPTION_COLUMNS, name, {})
    seen: dict[tuple[str, str], int] = {}
    for line, row in rows:
        _refuse(name, line, row)
        key = (row["reference"].casefold(), row["kind"].casefold())
        if key in seen:
            raise MalformedInput(
                f"{name} line {line}: {row['reference']} stands on line {seen[key]} already as {row['kind']}; keep one"
            )
        seen[key] = line
    yield Page(f"file {name}", {}, text, len(rows))
    return Completeness("the whole file was read; each change stands once for each kind", len(rows))


def _refuse(name: str, line: int, row: Mapping[str, str]) -> None:
    if not _REFERENCE.fullmatch(row["reference"]):
        raise MalformedInput(
            f"{name} line {line}: reference is {row['reference']!r}; write owner/repository#number of a pull request,"
            " or owner/repository@ and all 40 digits of a commit"
        )
    if row["kind"].casefold() not in KINDS:
        raise MalformedInput(f"{name} line {line}: kind is {row['kind']!r}; write one of {', '.join(KINDS)}")
    for column in ("approved_at", "reviewed_at"):
        try:
            # A time without an offset would move a review over its limit, or before it.
            clear = not row[column] or ("T" in row[column] and parse_moment(row[column]))
        except UsageError:
            clear = False
        if not clear:
            raise MalformedInput(
                f"{name} line {line}: {column} is {row[column]!r}; write a time with its offset, as in"
                " 2026-02-10T10:30:00Z"
            )
