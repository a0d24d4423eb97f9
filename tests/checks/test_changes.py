"""What reached the default branch, row by row."""

import pytest
from text_tables import Scenario, judge

BRANCH_COMMITS = """
    commit         author  committed_at         changes    expect
    merged         ana     2026-03-10           o/r#1      ok
    second-named   ana     2026-03-10           o/r#9,o/r#1  ok
    pushed         ana     2026-03-10           []         pushed directly by ana
    by-nobody      NA      2026-03-10           []         pushed directly by an unknown author
    not-collected  ana     2026-03-10           o/r#9      GitHub names o/r#9, which is not among
    first-second   ana     2026-01-01T00:00:00  []         pushed directly by ana
    second-before  ana     2025-12-31T23:59:59  []         out
    last-second    ana     2026-03-31T23:59:59  []         pushed directly by ana
    next-period    ana     2026-04-01T00:00:00  []         out
"""

SCENARIOS = (
    Scenario(
        "GH-PR-02", "commits", "{commit}", "committed_at",
        {"commits": BRANCH_COMMITS, "changes": "change  repository\no/r#1  o/r\n"},
    ),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
