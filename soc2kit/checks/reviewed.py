"""What the tests of changes say of single changes, for tests of what became of them: one place that calls them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .change_approval import approved_by_another, bots_follow_rule
from .change_checks import checks_green_at_merge


@dataclass(frozen=True)
class Judged:
    """Per change: why it is an exception, and why it cannot be tested."""

    exceptions: dict[str, str]
    not_testable: dict[str, str]


def judged(
    chosen: set[str], changes: Frame, reviews: Frame, change_commits: Frame, change_events: Frame, commits: Frame,
    default_branches: Frame, github_people: Frame, change_exceptions: Frame, change_exception_readings: Frame,
    change_checks: Frame, branch_rules: Frame, parameters: Parameters,
) -> Judged:  # fmt: skip
    """Review by another and green checks at the merge, for these changes alone, whenever they were merged.

    An emergency change has its own rule, which gives the review two days after the merge; only its checks count here.
    """
    mine = changes[changes["change"].isin(chosen)]
    if mine.empty:
        return Judged({}, {})
    ever = Period(mine["merged_at"].min(), mine["merged_at"].max() + pd.Timedelta(seconds=1), "merged")
    approvals = (
        mine, reviews, change_commits, change_events, commits, default_branches, github_people, change_exceptions,
        change_exception_readings,
    )  # fmt: skip
    outcomes = [
        approved_by_another(*approvals, period=ever, parameters=parameters),
        bots_follow_rule(*approvals, change_checks, branch_rules, period=ever, parameters=parameters),
        checks_green_at_merge(
            mine, change_checks, branch_rules, commits, default_branches, period=ever, parameters=parameters
        ),
    ]
    return Judged(_texts(outcomes, "exceptions"), _texts(outcomes, "not_testable"))


def _texts(outcomes: list[Outcome], part: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for outcome in outcomes:
        for row in getattr(outcome, part).itertuples():
            found.setdefault(str(row.key), []).append(str(row.reason))
    return {change: "; ".join(reasons) for change, reasons in found.items()}
