"""Days covered, gaps and drift, on their boundaries."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from test_obligations import EVENTS, SETTINGS, taken

from soc2kit.coverage import Coverage
from soc2kit.errors import MalformedInput
from soc2kit.model import Assessment, DatasetHistory
from soc2kit.parameters import ParameterHistory, Parameters
from soc2kit.period import CIVIL, parse_moment
from soc2kit.window_history import frame_drifts, window_history

WINDOW = CIVIL.parse("2026-01-01..2026-03-31")


def unreadable(name: str) -> None:
    """Days are counted from records alone."""
    raise MalformedInput(name)


def history(dataset: str, records: str, as_of: str, max_age_days: int = 35) -> DatasetHistory:
    listed: list[Any] = [taken(text.strip()) for text in records.split(",") if text.strip()]
    frames = SimpleNamespace(
        period=WINDOW,
        as_of=parse_moment(as_of),
        records=lambda name: [record for record in listed if record.dataset == name],
        frame=unreadable,
    )
    parameters = ParameterHistory(Parameters(snapshot_max_age_days=max_age_days))
    (found,) = window_history(Coverage(frames, CIVIL, []), [dataset], parameters)  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    ("dataset", "records", "as_of", "covered", "gaps"),
    [
        (SETTINGS, "", "2026-04-01", "0 of 90", "2026-01-01..2026-03-31"),
        (SETTINGS, "2026-01-01T18:00:00Z, 2026-02-04, 2026-03-10", "2026-04-01", "90 of 90", ""),
        (SETTINGS, "2026-01-15, 2026-02-15, 2026-03-15", "2026-04-01", "76 of 90", "2026-01-01..2026-01-14"),
        # 35 days after the first of January begins the fifth of February.
        (SETTINGS, "2026-01-01, 2026-02-05, 2026-03-12", "2026-04-01", "90 of 90", ""),
        (SETTINGS, "2026-01-01, 2026-02-06, 2026-03-13", "2026-04-01", "89 of 90", "2026-02-05..2026-02-05"),
        (SETTINGS, "2026-01-01", "2026-01-11", "10 of 10", ""),
        (SETTINGS, "2025-12-20", "2026-04-01", "23 of 90", "2026-01-24..2026-03-31"),
        (EVENTS, "2026-01 2026-02-01, 2026-03 2026-04-01", "2026-04-01", "62 of 90", "2026-02-01..2026-02-28"),
        (EVENTS, "2026-01 2026-02-01, 2026-01-20..2026-02-10 2026-02-11", "2026-02-20", "41 of 50",
         "2026-02-11..2026-02-19"),
    ],
)  # fmt: skip
def test_days_covered_and_gaps(dataset: str, records: str, as_of: str, covered: str, gaps: str) -> None:
    found = history(dataset, records, as_of)
    assert f"{found.days_covered} of {found.days}" == covered
    assert ", ".join(CIVIL.span(gap) for gap in found.gaps) == gaps


@pytest.mark.parametrize(
    ("before", "after", "expect"),
    [
        ("a 1, b 1", "a 1, b 1", (0, 0, 0)),
        ("a 1", "a 2", (0, 0, 1)),
        ("a 1", "b 1", (1, 1, 0)),
        ("a 1, a 2", "a 2, a 1", (0, 0, 0)),
        ("a 1, a 2", "a 1", (0, 0, 1)),
        ("", "a 1", (1, 0, 0)),
    ],
)
def test_drift_counts_things_and_not_their_mere_use(before: str, after: str, expect: tuple[int, int, int]) -> None:
    earlier, later = pd.Timestamp("2026-01-01", tz="UTC"), pd.Timestamp("2026-02-01", tz="UTC")
    rows = [
        {"arn": item.split()[0], "state": item.split()[1], "last_used_at": moment, "snapshot_at": moment}
        for text, moment in ((before, earlier), (after, later))
        for item in text.split(", ")
        if item
    ]
    rows += [{"arn": "z", "state": "", "last_used_at": moment, "snapshot_at": moment} for moment in (earlier, later)]
    (drift,) = frame_drifts("users", "arn", pd.DataFrame(rows))
    assert (drift.added, drift.removed, drift.changed) == expect


def test_the_examples_window(assessed: Assessment) -> None:
    window = {item.dataset: item for item in assessed.window}
    rules = window["github.branch_rules"]
    assert (rules.days_covered, rules.days) == (147, 181)
    assert ", ".join(CIVIL.span(gap) for gap in rules.gaps) == (
        "2026-01-01..2026-01-14, 2026-03-22..2026-03-30, 2026-06-19..2026-06-29"
    )
    assert window["github.merged_pull_requests"].days_covered == 181
    drifted = [drift for drift in rules.drift if drift.added or drift.removed or drift.changed]
    assert [(f"{drift.earlier:%m-%d}", drift.changed) for drift in drifted]
