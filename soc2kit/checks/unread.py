"""Tests over what was listed; lists that could not be had are in the population, too, and cannot be tested."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..period import Period
from .outcome import outcome


def lost(unread: Sequence[Frame], operations: str, *, of_things: str = "") -> Frame:
    """Lists and settings of whole regions that could not be read, of the operations named: one row each.

    Besides, lists of what single things have, as listeners of a load balancer: `of_things` names their operations.
    """
    wanted, inner = operations.split(), of_things.split()
    return stacked(
        *(one[(one["what"].isna() & one["operation"].isin(wanted)) | one["operation"].isin(inner)] for one in unread)
    )


def stacked(*parts: Frame) -> Frame:
    """The rows of several frames, each with the columns of all; what a frame does not have is missing in its rows."""
    types = {column: part[column].dtype for part in reversed(parts) for column in part.columns}
    names = list(dict.fromkeys(column for part in parts for column in part.columns))
    filled = [
        pd.DataFrame(
            {
                name: part[name] if name in part else pd.Series(pd.NA, index=part.index).astype(types[name])
                for name in names
            }
        )
        for part in parts
    ]
    return pd.concat(filled, ignore_index=True)


def outcome_with(
    population: Frame, gone: Frame, *, key: str, reasons: pd.Series, unknown: pd.Series | None = None
) -> Outcome:
    """As `outcome`, with a row that cannot be tested for each list in `gone`."""
    unknown = pd.Series(pd.NA, index=population.index, dtype="string") if unknown is None else unknown
    if gone.empty:
        return outcome(population, key=key, at="snapshot_at", reasons=reasons, unknown=unknown)
    rows = gone[["place", "account", "region", "snapshot_at"]].rename(columns={"place": key})
    rows = rows[[column for column in rows.columns if column in population.columns]]
    why = (gone["service"] + "." + gone["operation"] + " could not be read: " + gone["why"]).astype("string")
    return outcome(
        stacked(population, rows), key=key, at="snapshot_at",
        reasons=[*reasons, *[pd.NA] * len(rows)], unknown=[*unknown, *why],
    )  # fmt: skip


class Groups:
    """The rows of a frame by what a column names, cut once."""

    def __init__(self, frame: Frame, column: str) -> None:
        self._none = frame.iloc[:0]
        self._found = {str(name): rows for name, rows in frame.groupby(column)}

    def of(self, name: object) -> Frame:
        return self._found.get(str(name), self._none)


def matching(names: pd.Series, patterns: Sequence[str]) -> pd.Series:
    """Whether each name matches one of the patterns, in which `*` is any text."""
    hits = [any(fnmatchcase(str(name), pattern) for pattern in patterns) for name in names]
    return pd.Series(hits, index=names.index, dtype="boolean")


def texts(index: pd.Index, values: Sequence[object]) -> pd.Series:
    return pd.Series(list(values), index=index, dtype="string")


def unread_rows(unread: Sequence[Frame], operations: str, period: Period) -> list[Any]:
    """Calls of the operations named that were refused in the period. A region without the service lacks nothing."""
    wanted = operations.split()
    return [
        row
        for one in unread
        for row in one[period.contains(one["snapshot_at"])].itertuples()
        if row.operation in wanted and row.why != "NoEndpoint"
    ]
