"""Who may decide and sign: people of the roster, at the moment at which they did."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..model import Frame


class Roster:
    """The people of every roster collected. Service accounts are not among them: nobody signs as one."""

    def __init__(self, people: Frame) -> None:
        persons = people[people["kind"].isin(["employee", "contractor"])].sort_values("snapshot_at", kind="stable")
        self._lines = {email: list(lines.itertuples()) for email, lines in persons.groupby("email")}

    def objection(self, email: Any, at: pd.Timestamp) -> str | None:
        """Why a person's word at a moment does not count; None when it does.

        The latest roster says when the present employment began and ended, and when earlier ones did; whoever came
        back since was there before by the rosters of that time.
        """
        lines = self._lines.get(email)
        if not lines:
            return f"{email}, who is not a person of the roster"
        now = lines[-1]
        if not now.started_on > at:
            return _left(email, _end(now), at)
        before = [line for line in lines if not line.started_on > at]
        ends = sorted(pd.to_datetime(end, utc=True) for end in _listed(now.left_earlier_at))
        if not before and not ends:
            return f"{email}, who started only on {now.started_on:%Y-%m-%d}"
        since = [end for end in ends if not before or not end < before[-1].started_on]
        told = [_end(before[-1]), *since[:1]] if before else ends[-1:]
        return _left(email, min((end for end in told if pd.notna(end)), default=pd.NaT), at)


def _left(email: str, end: Any, at: pd.Timestamp) -> str | None:
    return f"{email}, who had left on {end:%Y-%m-%d}" if end <= at else None


def _end(line: Any) -> Any:
    """When the work ends, by leaving or with the contract; NaT while nothing ends it."""
    return min((end for end in (line.left_at, line.contract_ends_on) if pd.notna(end)), default=pd.NaT)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
