"""How every commit reached its default branch, judged row by row."""

import pytest
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters

LANDINGS = """
    commit         landed_at            kind          change  actor     why               expect
    merged         2026-03-10T12:00:00  pull_request  o/r#1   bob       NA                ok
    queued         2026-03-10T12:00:00  merge_queue   o/r#1   queue     NA                ok
    pushed         2026-03-10T12:00:00  direct_push   NA      ana       NA                pushed directly by ana
    by-nobody      2026-03-10T12:00:00  direct_push   NA      NA        NA                by a deleted account
    marked         2026-03-10T12:00:00  direct_push   NA      ana       marked as merged  ana; marked as merged
    person-listed  2026-03-10T12:00:00  direct_push   NA      cleo      NA                pushed directly by cleo
    bot            2026-03-10T12:00:00  bot_push      NA      renamer   NA                bot renamer, which is not in
    bot-approved   2026-03-10T12:00:00  bot_push      NA      releaser  NA                ok
    bot-any-case   2026-03-10T12:00:00  bot_push      NA      Releaser  NA                ok
    bot-unnamed    2026-03-10T12:00:00  bot_push      NA      NA        NA                bot a deleted account
    removed        2026-03-10T12:00:00  removed       NA      ana       taken by force    taken by force
    unknown        2026-03-10T12:00:00  unknown       NA      NA        no feed           untold: no feed
    unknown-bot    2026-03-10T12:00:00  unknown       o/r#9   releaser  not collected     untold: not collected
    first-second   2026-01-01T00:00:00  direct_push   NA      ana       NA                pushed directly by ana
    second-before  2025-12-31T23:59:59  direct_push   NA      ana       NA                out
    last-second    2026-03-31T23:59:59  direct_push   NA      ana       NA                pushed directly by ana
    next-period    2026-04-01T00:00:00  direct_push   NA      ana       NA                out
"""

SCENARIOS = (
    Scenario(
        "GH-PR-02", "branch_landings", "{commit}", "landed_at", {"branch_landings": LANDINGS},
        Parameters(approved_pushers=("releaser[bot]", "cleo")),
    ),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
