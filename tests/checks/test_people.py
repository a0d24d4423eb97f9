"""Owners of accounts and what leavers keep, judged row by row."""

import pytest
from text_tables import Scenario, judge

OWNERS = """
    account_key  system    email    ambiguous  name  kind      left_at              snapshot_at          expect
    owned        aws       ana@x.y  no         Ana   employee  NA                   2026-03-31           ok
    nobodys      aws       NA       no         NA    NA        NA                   2026-03-31           to nobody
    stranger     github    zoe@x.y  no         NA    NA        NA                   2026-03-31           in the roster
    contested    postgres  NA       yes        NA    NA        NA                   2026-03-31           two different
    going        github    ben@x.y  no         Ben   employee  2026-04-01           2026-03-31           ok
    that-second  aws       cleo@x.y  no        Cleo  employee  2026-03-31T12:00:00  2026-03-31T12:00:00  ok
    one-later    aws       cleo@x.y  no        Cleo  employee  2026-03-31T12:00:00  2026-03-31T12:00:01  left on 2026-03
"""

# Snapshots, as the account of somebody who stays shows them: at the limit of those who leave on 10 March, a second
# later, and on 31 March. The period is the first quarter.
LEAVERS = """
    account_key     system  source_account  left_at              snapshot_at          expect
    stays           {0}     x               NA                   2026-01-01T00:00:00  out
    stays           {0}     x               NA                   2026-03-11T12:00:00  out
    stays           {0}     x               NA                   2026-03-11T12:00:01  out
    stays           {0}     x               NA                   2026-03-31T18:00:00  out
    gone-in-time    {0}     x               2026-03-10T12:00:00  2026-03-11T12:00:00  ok
    gone-late       {0}     x               2026-03-10T12:00:00  2026-03-11T12:00:01  still there 24 hours later
    seen-again      {0}     x               2026-03-10T12:00:00  2026-03-31T18:00:00  not removed yet
    kept            {0}     x               2026-03-10T12:00:00  2026-03-11T12:00:01  not removed yet
    kept            {0}     x               2026-03-10T12:00:00  2026-03-31T18:00:00  not removed yet
    unshown         {0}     x               2026-03-30T18:00:00  2026-03-11T12:00:00  no snapshot since shows
    a-second-more   {0}     x               2026-03-30T17:59:59  2026-03-11T12:00:00  ok
    a-second-kept   {0}     x               2026-03-30T17:59:59  2026-03-31T18:00:00  still there 24 hours
    last-second     {0}     x               2026-03-31T23:59:59  2026-03-11T12:00:00  no snapshot since shows
    next-period     {0}     x               2026-04-01T00:00:00  2026-03-31T18:00:00  out
    first-second    {0}     x               2026-01-01T00:00:00  2026-01-01T00:00:00  ok
    second-before   {0}     x               2025-12-31T23:59:59  2026-01-01T00:00:00  out
    elsewhere       {1}     x               2026-03-10T12:00:00  2026-03-31T18:00:00  out
    of-another      {0}     y               2026-03-10T12:00:00  2026-01-01T00:00:00  no snapshot since shows
"""

# Snapshots in which every account list was read: of the second account only in January.
READS = """
    system  source_account  snapshot_at
    {0}     x               2026-01-01T00:00:00
    {0}     y               2026-01-01T00:00:00
    {0}     x               2026-03-11T12:00:00
    {0}     x               2026-03-11T12:00:01
    {0}     x               2026-03-31T18:00:00
    {1}     x               2026-03-31T23:00:00
"""

SCENARIOS = (
    Scenario("ACC-ORP-01", "accounts", "{account_key}", "snapshot_at", {"accounts": OWNERS}),
    *(
        Scenario(
            check, "accounts", "{account_key}", "left_at",
            {"accounts": LEAVERS.format(system, other), "account_reads": READS.format(system, other)},
        )
        for check, system, other in (
            ("ACC-OFF-01", "aws", "github"),
            ("ACC-OFF-02", "github", "postgres"),
            ("ACC-OFF-03", "postgres", "aws"),
        )
    ),
    # A leaver's account that comes to light only after the limit: the first snapshot past it decides.
    Scenario("ACC-OFF-01", "accounts", "{account_key}", "left_at", {"accounts": """
        account_key  system  source_account  left_at     snapshot_at  expect
        only         aws     x               2026-02-01  2026-02-02   no snapshot since shows
    """, "account_reads": """
        system  source_account  snapshot_at
        aws     x               2026-02-02
    """}),
    # In March only one of the two lists of GitHub was read: that the member is not in it shows nothing.
    Scenario("ACC-OFF-02", "accounts", "{account_key}", "left_at", {"accounts": """
        account_key  system  source_account  left_at     snapshot_at  expect
        member       github  x               2026-02-10  2026-02-01   no snapshot since shows
        outsider     github  x               NA          2026-03-01   out
    """, "account_reads": """
        system  source_account  snapshot_at
        github  x               2026-02-01
    """}),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
