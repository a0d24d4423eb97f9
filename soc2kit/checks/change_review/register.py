"""The company's register of exceptional changes: which of its entries count, and who stands behind them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from ...model import Frame

Row = Mapping[str, Any]
EMERGENCY = "emergency"
_PEOPLE = ("employee", "contractor")
#: A file may be some hours old when it is read: a reading shows what was entered a day before it.
_SHOWN_AFTER = pd.Timedelta(days=1)


class Register:
    """Entries in every reading of the file; of each change and kind the latest is in force."""

    def __init__(self, exceptions: Frame, readings: Frame, people: Frame) -> None:
        if "snapshot_at" in exceptions:
            exceptions = exceptions.sort_values("snapshot_at", kind="stable")
        self._entries: dict[str, list[Row]] = {}
        for row in exceptions.drop_duplicates(["reference", "kind"], keep="last").to_dict("records"):
            self._entries.setdefault(row["reference"].casefold(), []).append(row)
        self._readings = sorted(readings["snapshot_at"].dropna().unique()) if "snapshot_at" in readings else []
        rows = exceptions.to_dict("records") if "snapshot_at" in exceptions else []
        self._shown = {_said(row, act, row["snapshot_at"]) for row in rows for act in ("approved", "reviewed")}
        self._people = {row["email"].casefold(): row for row in people.to_dict("records")}
        self._called = _called(people)

    @property
    def last_read(self) -> pd.Timestamp | None:
        """When the file was last read; None where the company keeps none."""
        return self._readings[-1] if self._readings else None

    def references(self) -> set[str]:
        return set(self._entries)

    def entries(self, *references: Any) -> list[Row]:
        """What stands on a change, under its own name or its commit's."""
        names = dict.fromkeys(str(name).casefold() for name in references if not pd.isna(name))
        return [entry for name in names for entry in self._entries.get(name, ())]

    def objection(self, entry: Row, act: str, authors: Collection[str]) -> str | None:
        """Why an approval or a review ("approved", "reviewed") does not count; None when it does.

        `authors` are the logins and addresses, folded, of everybody who had a hand in the change.
        """
        name, moment = entry[f"{act}_by"], entry[f"{act}_at"]
        if pd.isna(name) or pd.isna(moment):
            return f"the register does not say who {act} it, and when"
        emails = self._called.get(str(name).casefold(), set())
        if str(name).casefold() in authors or emails & set(authors):
            return f"{act} by {name}, who wrote part of it"
        person = self._people[next(iter(emails))] if len(emails) == 1 else None
        if person is None or person["kind"] not in _PEOPLE:
            return f"{act} by {name}, who is no person of the roster"
        if person["started_on"] > moment or person["ended_at"] <= moment:
            return f"{act} by {name}, who did not work here at that time"
        shown_by = next((reading for reading in self._readings if reading >= moment + _SHOWN_AFTER), None)
        if shown_by is not None and _said(entry, act, shown_by) not in self._shown:
            return f"{act} {moment:%Y-%m-%d}, which the register of {shown_by:%Y-%m-%d} does not show"
        return None


def _said(entry: Row, act: str, reading: Any) -> tuple[Any, ...]:
    """What a reading of the file says of an entry's approval or review."""
    return entry["reference"].casefold(), entry["kind"], act, reading, entry[f"{act}_by"], entry[f"{act}_at"]


def _called(people: Frame) -> dict[str, set[str]]:
    """Addresses by everything that somebody may be called: the address, the name, a GitHub login."""
    found: dict[str, set[str]] = {}
    for column in ("email", "name", "login"):
        named = people[people[column].notna()]
        for name, email in zip(named[column], named["email"], strict=True):
            found.setdefault(str(name).casefold(), set()).add(str(email).casefold())
    return found
