"""When people stopped working for the company, as the rosters tell it: leaving, the end of a contract, a first spell.

A roster holds one line a person, of the latest employment; that somebody left and came back stands in the rosters that
were collected in between, or in the roster's own history.
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


def with_contracts(people: pd.DataFrame) -> pd.DataFrame:
    """The roster with the leaving date that access must follow: a contract that has ended ends it, too."""
    if "contract_ends_on" not in people:
        return people
    return people.assign(left_at=people[["left_at", "contract_ends_on"]].min(axis=1).astype("datetime64[us, UTC]"))


def departures(frames: Frames) -> pd.DataFrame:
    """One row for each time that somebody's work ended, with when the person came back.

    A date later than the latest roster is announced and has not happened. Somebody who is no longer in the roster left
    when the last roster that had the person says so.
    """
    people = frames["people"].sort_values("snapshot_at", kind="stable")
    rows: list[dict[str, Any]] = []
    ended = _ends(people).notna()
    if "left_earlier_at" in people:
        ended |= people["left_earlier_at"].map(bool, na_action="ignore").fillna(False).astype(bool)
    for _, lines in people[people["email"].isin(people.loc[ended, "email"])].groupby("email", sort=True):
        rows += _spells(lines.to_dict("records"), people["snapshot_at"].max())
    return typed(_SPEC, rows, "the rosters")


def _ends(people: pd.DataFrame) -> pd.Series:
    return with_contracts(people)["left_at"]


def _spells(lines: list[Mapping[str, Any]], last: pd.Timestamp) -> Iterator[dict[str, Any]]:
    """The ends of one person's spells; `lines` are the person's in every roster, oldest first."""
    now = lines[-1]
    started = now["started_on"]
    about = {key: now[key] for key in ("email", "name", "kind")}
    earlier = {end for line in lines for end in [_end(line)[0]] if not pd.isna(end) and end <= line["snapshot_at"]}
    earlier |= {pd.Timestamp(end) for end in now.get("left_earlier_at") or []}
    # With no later start the date was corrected, and the latest roster says what is true.
    ends = sorted(end for end in earlier if not pd.isna(started) and end < started)
    for end, back in pairwise([*ends, started]):
        # Between two earlier ends there was a return whose day no roster has any more; the next end bounds it.
        yield {**about, "left_at": end, "rejoined_at": back, "because": LEFT}
    end, because = _end(now)
    if not pd.isna(end) and end <= last:
        yield {**about, "left_at": end, "rejoined_at": pd.NaT, "because": because}


def _end(line: Mapping[str, Any]) -> tuple[Any, str]:
    """When the work that a line speaks of ends, and why; NaT while nothing ends it."""
    left, contract = line["left_at"], line.get("contract_ends_on", pd.NaT)
    if not pd.isna(contract) and (pd.isna(left) or contract < left):
        return contract, CONTRACT
    return left, LEFT
