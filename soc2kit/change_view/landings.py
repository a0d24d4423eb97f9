"""The population of changes, and how each commit came to its default branch, counted by repository and month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ..model import Frame
from ..period import Period
from ..tables import Column, Shown, folded, paragraph, table
from .states import with_months

#: Every commit of a default branch landed in exactly one of these ways.
KINDS = {
    "pull_request": "Pull request",
    "merge_queue": "Merge queue",
    "direct_push": "Direct push",
    "bot_push": "Bot push",
    "removed": "Removed",
    "unknown": "Cannot be told",
}
_UNTOLD = (
    Column("commit", "Commit", "code"),
    Column("landed_at", "Landed (UTC)"),
    Column("why", "Why it cannot be told", "words"),
)
UNTOLD_SHOWN = 200
_CAPTION = "pull requests merged, commits, and how each commit landed (removed: taken away by a force push)"


class Counts:
    """Pull requests, first-parent commits and landings of the window, each with its repository and month.

    `landings` is None where nothing tells how commits landed; then commits are counted by their own dates.
    """

    def __init__(
        self, changes: Frame, commits: Frame, landings: Frame | None, period: Period, months: Sequence[Period]
    ) -> None:
        self.months = months
        self.changes = _inside(changes, "merged_at", period, months)
        self.landings = None if landings is None else _inside(landings, "landed_at", period, months)
        self.commits = _inside(commits, "committed_at", period, months) if self.landings is None else self.landings

    def by(self, *names: str) -> Frame:
        """Numbers of pull requests, of commits and of each way of landing for each combination that has any."""
        counted = {
            "pull_requests": self.changes.groupby(list(names), observed=True).size(),
            "commits": self.commits.groupby(list(names), observed=True).size(),
        }
        if self.landings is not None:
            for kind in KINDS:
                rows = self.landings[self.landings["kind"] == kind]
                counted[kind] = rows.groupby(list(names), observed=True).size()
        return pd.DataFrame(counted).fillna(0).astype(int).sort_index().reset_index(names=list(names))

    def totals(self) -> dict[str, int]:
        counted = {"pull_requests": len(self.changes), "commits": len(self.commits)}
        if self.landings is not None:
            tally = self.landings["kind"].value_counts()
            counted |= {kind: int(tally.get(kind, 0)) for kind in KINDS}
        return counted


def _inside(frame: Frame, moments: str, period: Period, months: Sequence[Period]) -> Frame:
    kept = period.contains(frame[moments]).fillna(False).astype(bool)
    return with_months(frame[kept], months, moments)


def tables(counts: Counts) -> Shown:
    """How commits landed by repository and by month; both together where somebody unfolds them."""
    if not counts.totals()["pull_requests"] + counts.totals()["commits"]:
        return paragraph("Nothing was merged or pushed to a default branch in the window.")
    repository, month = Column("repository", "Repository"), Column("month", "Month")
    numbers = _number_columns(counts)
    total = {"repository": "all", "month": "all", **counts.totals()}
    by_repository = [*counts.by("repository").to_dict("records"), total]
    # A month without any change is told as well: its zero is a statement.
    named = {row["month"]: row for row in counts.by("month").to_dict("records")}
    nothing = dict.fromkeys(counts.totals(), 0)
    by_month = [named.get(one.name, {"month": one.name, **nothing}) for one in counts.months]
    both = counts.by("repository", "month").to_dict("records")
    return (
        _whole(by_repository, (repository, *numbers), f"By repository: {_CAPTION}")
        + _whole([*by_month, total], (month, *numbers), f"By month: {_CAPTION}")
        + folded(
            f"By repository and month: {len(both)} rows",
            _whole(both, (repository, month, *numbers), f"By repository and month: {_CAPTION}"),
        )
        + _untold(counts.landings)
    )


def _number_columns(counts: Counts) -> list[Column]:
    columns = [Column("pull_requests", "Merged", "number"), Column("commits", "Commits", "number")]
    if counts.landings is not None:
        columns += [Column(kind, words, "number") for kind, words in KINDS.items()]
    return columns


def _whole(rows: Sequence[Mapping[Any, Any]], columns: Sequence[Column], caption: str) -> Shown:
    """All rows: a repository that is left out of the count of a population is what nobody may miss."""
    return table([{str(name): value for name, value in row.items()} for row in rows], columns, caption, len(rows))


def _untold(landings: Frame | None) -> Shown:
    unknown = None if landings is None else landings[landings["kind"] == "unknown"].sort_values("commit")
    if unknown is None or unknown.empty:
        return Shown("", "")
    rest = "the frame branch_landings has all of them"
    rows = unknown.head(UNTOLD_SHOWN + 1).to_dict("records")
    caption = f"Commits of which nothing tells how they landed: {len(unknown)}"
    return table([{str(k): v for k, v in row.items()} for row in rows], _UNTOLD, caption, UNTOLD_SHOWN, rest)
