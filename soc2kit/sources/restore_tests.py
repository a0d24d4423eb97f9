"""The company's register of restore tests, as evidence."""

from __future__ import annotations

from datetime import date

from ..errors import MalformedInput
from ..period import Period
from .base import Completeness, Page, Pages
from .company_files import CompanyFiles, numbered_rows, read_text

RESTORE_TEST_COLUMNS = ("date", "store", "minutes", "rows_checked", "tested_by", "evidence")


def restore_tests(files: CompanyFiles, period: Period) -> Pages:
    """Backups that were restored to see that they can be: when, of what, how long it took, what was checked, by whom.

    A company that tested none needs no file: an absent one is a register without entries. The page says by which
    calendar its days are meant. Raises `MalformedInput` that names the line of an entry without a store, with a day or
    a number that is none, or that stands there twice.
    """
    name = files.settings.restore_tests
    calendar = {"zone": files.time_zone, "fiscal_year_start": files.fiscal_year_start}
    if not (files.workspace / name).exists():
        yield Page(f"file {name}", calendar, "", 0)
        return Completeness(f"there is no {name}: no restore test is on record", 0)
    text = read_text(files.workspace / name, "register of restore tests")
    rows = numbered_rows(text, RESTORE_TEST_COLUMNS, name, {})
    seen: dict[tuple[str, str], int] = {}
    for line, row in rows:
        _refuse(name, line, row)
        key = (row["date"], row["store"])
        if key in seen:
            raise MalformedInput(
                f"{name} line {line}: {row['store']} on {row['date']} stands on line {seen[key]} already; keep one"
            )
        seen[key] = line
    yield Page(f"file {name}", calendar, text, len(rows))
    return Completeness("the whole file was read; each store stands once for each day", len(rows))


def _refuse(name: str, line: int, row: dict[str, str]) -> None:
    if not row["store"]:
        raise MalformedInput(f"{name} line {line}: no store; write the ARN or the name of what was restored")
    try:
        clear = len(row["date"]) == len("2026-01-31") and bool(date.fromisoformat(row["date"]))
    except ValueError:
        clear = False
    if not clear:
        raise MalformedInput(f"{name} line {line}: date is {row['date']!r}; write the day, as in 2026-01-31")
    for column in ("minutes", "rows_checked"):
        if row[column] and not (row[column].isascii() and row[column].isdigit()):
            raise MalformedInput(
                f"{name} line {line}: {column} is {row[column]!r}; write a whole number, or nothing where nobody knows"
            )
