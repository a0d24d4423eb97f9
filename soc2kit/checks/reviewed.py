"""What the tests of changes say of single changes, for tests of what became of them: one place that calls them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .change_approval import approved_by_another, bots_follow_rule
from .change_checks import checks_green_at_merge
from .change_review.evidence import EVIDENCE


@dataclass(frozen=True)
class Judged:
    """Per change: why it is an exception, and why it cannot be tested."""

    exceptions: dict[str, str]
    not_testable: dict[str, str]


#: The tests that speak of review and of green checks, each with the frames that it reads.
_TESTS: tuple[tuple[Callable[..., Outcome], str], ...] = (
    (approved_by_another, EVIDENCE),
    (bots_follow_rule, f"{EVIDENCE} change_checks branch_rules"),
    (checks_green_at_merge, "changes change_checks branch_rules commits default_branches"),
)
#: What a test that asks about changes has to read.
READS = tuple(dict.fromkeys(name for _, names in _TESTS for name in names.split()))


def judged(chosen: set[str], frames: Mapping[str, Frame], parameters: Parameters) -> Judged:
    """Review by another and green checks at the merge, for these changes alone, whenever they were merged.

    An emergency change has its own rule, which gives the review two days after the merge; only its checks count here.
    """
    mine = frames["changes"][frames["changes"]["change"].isin(chosen)]
    if mine.empty:
        return Judged({}, {})
    ever = Period(mine["merged_at"].min(), mine["merged_at"].max() + pd.Timedelta(seconds=1), "merged")
    read = {**frames, "changes": mine}
    outcomes = [
        function(*(read[name] for name in names.split()), period=ever, parameters=parameters)
        for function, names in _TESTS
    ]
    return Judged(_texts(outcomes, "exceptions"), _texts(outcomes, "not_testable"))


def _texts(outcomes: list[Outcome], part: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for outcome in outcomes:
        for row in getattr(outcome, part).itertuples():
            found.setdefault(str(row.key), []).append(str(row.reason))
    return {change: "; ".join(reasons) for change, reasons in found.items()}
