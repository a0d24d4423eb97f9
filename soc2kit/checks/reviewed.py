"""What the tests of changes say of single changes, for tests of what became of them: one place that calls them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from . import changes as tests


@dataclass(frozen=True)
class Judged:
    """Per change: why it is an exception, and why it cannot be tested."""

    exceptions: dict[str, str]
    not_testable: dict[str, str]


def judged(
    chosen: set[str], changes: Frame, reviews: Frame, change_commits: Frame, change_checks: Frame, commits: Frame,
    branch_rules: Frame, parameters: Parameters,
) -> Judged:  # fmt: skip
    """Review by another and green checks at the merge, for these changes alone, whenever they were merged."""
    mine = changes[changes["change"].isin(chosen)]
    if mine.empty:
        return Judged({}, {})
    ever = Period(mine["merged_at"].min(), mine["merged_at"].max() + pd.Timedelta(seconds=1), "merged")
    given = {"period": ever, "parameters": parameters}
    outcomes = [
        tests.approved_by_another(mine, reviews, change_commits, commits, **given),  # type: ignore[arg-type]
        tests.bots_follow_rule(mine, reviews, change_commits, commits, **given),  # type: ignore[arg-type]
        tests.checks_green_at_merge(mine, change_checks, branch_rules, **given),  # type: ignore[arg-type]
    ]
    return Judged(_texts(outcomes, "exceptions"), _texts(outcomes, "not_testable"))


def _texts(outcomes: list[Outcome], part: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for outcome in outcomes:
        for row in getattr(outcome, part).itertuples():
            found.setdefault(str(row.key), []).append(str(row.reason))
    return {change: "; ".join(reasons) for change, reasons in found.items()}
