"""When people stopped working for the company, as the rosters tell it: leaving, the end of a contract, a first spell.

A roster holds one line a person, of the latest employment; that somebody left and came back stands in the rosters that
were collected in between, or in the roster's own history. An export of those who work there now drops the line of
everybody who leaves: who vanishes between two rosters left between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import pandas as pd

from .schema import FrameSpec, columns, typed

Frames = Mapping[str, pd.DataFrame]
COLUMNS = "email text, name text, kind text, left_at time, rejoined_at time?, because text"
_SPEC = FrameSpec("departures", columns(COLUMNS))
LEFT, CONTRACT = "left", "contract ended"
#: Kinds of lines in the roster that are no people: they end without anybody leaving.
_SERVICE = "service"


def with_contracts(people: pd.DataFrame) -> pd.DataFrame:
    """The roster with the leaving date that access must follow: a contract that has ended ends it, too."""
    if "contract_ends_on" not in people:
        return people
    return people.assign(left_at=people[["left_at", "contract_ends_on"]].min(axis=1).astype("datetime64[us, UTC]"))


def departures(frames: Frames) -> pd.DataFrame:
    """One row for each time that somebody's work ended, with when the person came back.

    A date later than the latest roster is announced and has not happened. Somebody who is no longer in the roster left
    when the last roster that had the person says so. Where none does, or where a later roster took a date back that had
    passed, `because` says so, and the earlier bound stands for the time: of somebody who vanished the last roster with
    the person, of a date that was taken back that date.
    """
    people = frames["people"].sort_values("snapshot_at", kind="stable")
    readings = sorted(people["snapshot_at"].unique())
    rows: list[dict[str, Any]] = []
    last_seen = people.groupby("email")["snapshot_at"].transform("max")
    ended = _ends(people).notna() | ((last_seen < people["snapshot_at"].max()) & (people["kind"] != _SERVICE))
    if "left_earlier_at" in people:
        ended |= people["left_earlier_at"].map(bool, na_action="ignore").fillna(False).astype(bool)
    for _, lines in people[people["email"].isin(people.loc[ended, "email"])].groupby("email", sort=True):
        rows += _spells(lines.to_dict("records"), readings)
    return typed(_SPEC, rows, "the rosters")


def _ends(people: pd.DataFrame) -> pd.Series:
    return with_contracts(people)["left_at"]


def _spells(lines: list[Mapping[str, Any]], readings: list[pd.Timestamp]) -> Iterator[dict[str, Any]]:
    """The ends of one person's spells; `lines` are the person's in every roster, oldest first."""
    now = lines[-1]
    started = now["started_on"]
    about = {key: now[key] for key in ("email", "name", "kind")}
    earlier = {end for line in lines for end in [_end(line)[0]] if not pd.isna(end) and end <= line["snapshot_at"]}
    known = earlier | {pd.Timestamp(end) for end in now.get("left_earlier_at") or []}
    ends = sorted(end for end in known if not pd.isna(started) and end < started)
    for end, back in pairwise([*ends, started]):
        # Between two earlier ends there was a return whose day no roster has any more; the next end bounds it.
        yield {**about, "left_at": end, "rejoined_at": back, "because": LEFT}
    end, because = _end(now)
    vanished = next((moment for moment in readings if moment > now["snapshot_at"]), None)
    if not pd.isna(end) and end <= readings[-1]:
        yield {**about, "left_at": end, "rejoined_at": pd.NaT, "because": because}
    elif vanished is not None and now["kind"] != _SERVICE:
        words = f"{LEFT} between {_day(now['snapshot_at'])} and {_day(vanished)}, by rosters with and without the line;"
        yield {**about, "left_at": now["snapshot_at"], "rejoined_at": pd.NaT, "because": f"{words} counted from"}
    # With a later end the date was corrected, and the latest roster says what is true. Without any, nothing tells
    # whether the person left then, so the date that was taken back stands until somebody looks into it.
    taken_back = earlier - set(ends)
    if pd.isna(end) and taken_back:
        words = f"{LEFT} by an earlier roster, in a later one not;"
        yield {**about, "left_at": max(taken_back), "rejoined_at": pd.NaT, "because": f"{words} counted from"}


def _day(moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%d}"


def _end(line: Mapping[str, Any]) -> tuple[Any, str]:
    """When the work that a line speaks of ends, and why; NaT while nothing ends it."""
    left, contract = line["left_at"], line.get("contract_ends_on", pd.NaT)
    if not pd.isna(contract) and (pd.isna(left) or contract < left):
        return contract, CONTRACT
    return left, LEFT
