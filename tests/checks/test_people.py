"""Owners of accounts, judged row by row."""

import pytest
from text_tables import Scenario, judge

OWNERS = """
    account_key  system    enabled  email    ambiguous  claims         shared_by        name  kind      left_at              snapshot_at          expect
    owned        aws       yes      ana@x.y  no         NA             NA               Ana   employee  NA                   2026-03-31           ok
    nobodys      aws       yes      NA       no         NA             NA               NA    NA        NA                   2026-03-31           to nobody
    nobody-now   aws       no       NA       no         NA             NA               NA    NA        NA                   2026-03-31           to nobody
    stranger     github    yes      zoe@x.y  no         NA             NA               NA    NA        NA                   2026-03-31           in the roster
    contested    postgres  yes      NA       yes        Ana by file    NA               NA    NA        NA                   2026-03-31           different owners: Ana by file
    two-people   postgres  yes      NA       no         NA             ana@x.y,ben@x.y  NA    employee  NA                   2026-03-31           shared by ana@x.y and ben@x.y
    going        github    yes      ben@x.y  no         NA             NA               Ben   employee  2026-04-01           2026-03-31           ok
    that-second  aws       yes      cleo@x   no         NA             NA               Cleo  employee  2026-03-31T12:00:00  2026-03-31T12:00:00  ok
    one-later    aws       yes      cleo@x   no         NA             NA               Cleo  employee  2026-03-31T12:00:00  2026-03-31T12:00:01  left on 2026-03
    not-told     aws       NA       cleo@x   no         NA             NA               Cleo  employee  2026-03-31T12:00:00  2026-03-31T12:00:01  left on 2026-03
    disabled     aws       no       cleo@x   no         NA             NA               Cleo  employee  2026-03-31T12:00:00  2026-03-31T12:00:01  ok
"""  # noqa: E501

SCENARIOS = (
    Scenario("ACC-ORP-01", "accounts", "{account_key}", "snapshot_at", {"accounts": OWNERS}),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
