"""Employment in spells: somebody who left and came back has a row for each."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from ..errors import MalformedInput
from .rows import RosterRow


def spells_by_email(rows: Iterable[RosterRow]) -> dict[str, list[RosterRow]]:
    """Each person's rows, the earliest employment first; people in the order in which the file names them."""
    grouped: dict[str, list[RosterRow]] = {}
    for row in rows:
        grouped.setdefault(row["email"], []).append(row)
    return {email: sorted(spells, key=lambda row: row["started_on"]) for email, spells in grouped.items()}


def refuse_overlaps(rows: Iterable[RosterRow], file: str) -> None:
    """Raise `MalformedInput` for two rows of one address that cannot be two employments, one after the other."""
    for email, spells in spells_by_email(rows).items():
        for earlier, later in pairwise(spells):
            if not (earlier["started_on"] and earlier["left_at"] and earlier["left_at"] < later["started_on"]):
                first, second = sorted((earlier, later), key=lambda row: row.line)
                raise MalformedInput(
                    f"{file} line {second.line}: e-mail {email!r} stands on line {first.line} already"
                    f" ({_span(first)}, and here {_span(second)}); accounts would be joined with the wrong person. Two"
                    " employments of one person need started_on and left_at, and must not overlap; else keep one line"
                )


def _span(row: RosterRow) -> str:
    return f"{row['started_on'] or 'no start'} to {row['left_at'] or 'no end'}"
