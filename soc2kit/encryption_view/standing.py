"""What tests of snapshots said: how each thing stands at the last snapshot, and how long each exception was there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd

from ..model import Frame, TestResult
from ..period import Period

IN_ORDER, NOT_TESTABLE, EXCEPTION = "in order", "not testable", "exception"
STATES = (IN_ORDER, NOT_TESTABLE, EXCEPTION)
Row = Mapping[str, Any]
Day = Callable[[datetime], date]


def last(frame: Frame, moment: str = "snapshot_at") -> Frame:
    """The rows of the last snapshot of each account, or of each server: they need not be read at the same time."""
    if frame.empty:
        return frame
    return frame[frame[moment] == frame.groupby(places(frame))[moment].transform("max")]


def places(frame: Frame) -> pd.Series:
    """Where each row was read, which is what has snapshots of its own."""
    name = next((name for name in ("account", "server") if name in frame), None)
    nowhere = pd.Series("", index=frame.index, dtype="string")
    return nowhere if name is None else frame[name].astype("string").fillna("")


def standing(result: TestResult) -> Frame:
    """Every row of the population with `state` and `why`."""
    marks = [
        rows[["key", "at", "reason"]].assign(state=state)
        for state, rows in ((EXCEPTION, result.exceptions), (NOT_TESTABLE, result.not_testable))
        if len(rows)
    ]
    whole = result.population.drop(columns=["state", "why"], errors="ignore")
    if not marks:
        return whole.assign(state=IN_ORDER, why="")
    said = pd.concat(marks).drop_duplicates(["key", "at"]).rename(columns={"reason": "why"})
    joined = whole.merge(said, on=["key", "at"], how="left", validate="many_to_one")
    return joined.assign(state=joined["state"].fillna(IN_ORDER), why=joined["why"].astype("string").fillna(""))


def by_month(rows: Frame, months: Sequence[Period]) -> dict[str, dict[str, int]]:
    """For each month with a snapshot, the states at its last one; `rows` are those of `standing`."""
    found: dict[str, dict[str, int]] = {}
    for month in months:
        mine = last(rows[month.contains(rows["at"])], "at") if len(rows) else rows
        if len(mine):
            counted = mine["state"].value_counts()
            found[month.name] = {state: int(counted.get(state, 0)) for state in STATES}
    return found


def spans(check: str, rows: Frame, day: Day) -> list[Row]:
    """One row for each stretch of snapshots in which a thing was an exception, and what the next snapshot says of it.

    `rows` are those of `standing`. `days` are between the first and the last of a stretch: it was there at least as
    long. What the next one does not list may be gone, or not have been read.
    """
    flagged = set(rows.loc[rows["state"] == EXCEPTION, "key"])
    if not flagged:
        return []
    rows = rows.assign(place=places(rows))
    taken = {place: sorted(mine.unique()) for place, mine in rows.groupby("place")["at"]}
    told: dict[tuple[str, str], dict[Any, tuple[str, str]]] = {}
    for row in rows[rows["key"].isin(flagged)][["place", "key", "at", "state", "why"]].itertuples():
        told.setdefault((row.place, row.key), {})[row.at] = (row.state, row.why)
    return [
        {"test": check, "item": short(key), "key": key, **_span(run, taken[place], said, day)}
        for (place, key), said in told.items()
        for run in _runs(taken[place], said)
    ]


def _runs(moments: Sequence[Any], said: Mapping[Any, tuple[str, str]]) -> Iterable[list[Any]]:
    run: list[Any] = []
    for moment in moments:
        if said.get(moment, ("", ""))[0] == EXCEPTION:
            run.append(moment)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _span(run: list[Any], moments: list[Any], said: Mapping[Any, tuple[str, str]], day: Day) -> Row:
    first, end = run[0], run[-1]
    later = next((moment for moment in moments if moment > end), None)
    then = "still there"
    if later is not None:
        then = f"{said[later][0] if later in said else 'not in the population'} on {day(later)}"
    return {
        "why": said[end][1], "first": day(first), "last": day(end), "days": int((end - first) // pd.Timedelta(days=1)),
        "then": then, "open": later is None, "from": first, "to": end, "by": later,
    }  # fmt: skip


def said(state: str, why: str) -> str:
    return f"{state}: {why}" if why else state


def short(arn: str) -> str:
    """An ARN without what account and region say of it; anything else as it is."""
    parts = arn.split(":", 5)
    return parts[-1] if parts[0] == "arn" and len(parts) == 6 else arn
