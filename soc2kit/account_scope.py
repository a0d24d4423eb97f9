"""Which accounts of a system are in scope, and on which days: what evidence must have, and what it must not mix in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from .period import Calendar, Period

_ENTRY = re.compile(r"(?P<account>\S+)(?: from (?P<since>\S+))?(?: until (?P<last>\S+))?")


@dataclass(frozen=True)
class AccountSpan:
    """An account in scope from `since` (included) until `until` (excluded), both in UTC; None is without end."""

    account: str
    since: datetime | None = None
    until: datetime | None = None

    def touches(self, start: datetime, end: datetime) -> bool:
        return (self.since is None or self.since < end) and (self.until is None or start < self.until)

    def holds(self, moment: datetime) -> bool:
        return (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)


@dataclass(frozen=True)
class AccountScope:
    """The accounts of one system that the company declares; with none declared, every account seen is in scope."""

    spans: tuple[AccountSpan, ...] = ()

    def admits(self, account: str) -> bool:
        return not self.spans or any(span.account == account for span in self.spans)

    def expected(self, seen: Iterable[str], part: Period) -> tuple[str, ...]:
        """Accounts of which evidence is owed for a part of the window.

        A declared account is owed for the days on which it is in scope; where nothing is declared, an account that was
        ever asked is owed for all of them, as nothing says that it did not exist.
        """
        if not self.spans:
            return tuple(sorted(set(seen)))
        return tuple(span.account for span in self.spans if span.touches(part.start, part.end))

    def expected_at(self, seen: Iterable[str], moment: datetime) -> tuple[str, ...]:
        if not self.spans:
            return tuple(sorted(set(seen)))
        return tuple(span.account for span in self.spans if span.holds(moment))


def parse_scope(entries: Iterable[str], calendar: Calendar) -> AccountScope:
    """`"402613907581"` or `"402613907581 from 2026-04-01 until 2026-05-31"`, both days included.

    Raises `ValueError` that names an entry that cannot be read.
    """
    return AccountScope(tuple(_span(entry, calendar) for entry in entries))


def _span(entry: str, calendar: Calendar) -> AccountSpan:
    found = _ENTRY.fullmatch(entry.strip())
    if found is None:
        raise ValueError(f'{entry!r}; write "account", or "account from 2026-04-01 until 2026-05-31"')
    since, last = found["since"], found["last"]
    return AccountSpan(
        found["account"],
        calendar.midnight(date.fromisoformat(since)) if since else None,
        calendar.days(date.fromisoformat(last), date.fromisoformat(last)).end if last else None,
    )
