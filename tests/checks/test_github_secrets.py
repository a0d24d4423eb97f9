"""Tests of secret scanning and of leaked secrets, judged row by row. The period is the first quarter of 2026."""

import pandas as pd
import pytest
from text_tables import Scenario, as_frame, judge

from soc2kit.checks.github_secrets import leaked_secrets_revoked
from soc2kit.parameters import Parameters
from soc2kit.period import Period, parse_moment

LISTS = """
    listed  snapshot_at
    9       2026-01-15
    9       2026-03-31
    9       2026-04-01
"""
ALERTS = """
    alert    created_at        state     resolution      resolved_at          comment  snapshot_at  expect
    in-time  2026-03-02T08:00  resolved  revoked         2026-03-03T08:00     NA       2026-03-31   ok
    late     2026-03-02T08:00  resolved  revoked         2026-03-03T08:00:01  NA       2026-03-31   revoked 24 hours
    when     2026-03-02T08:00  resolved  revoked         NA                   NA       2026-03-31   when is unknown
    open     2026-03-30T00:00  open      NA              NA                   NA       2026-03-31   ok
    ajar     2026-03-29T23:59  open      NA              NA                   NA       2026-03-31   open for 24 hours
    later    2026-03-31T23:00  resolved  revoked         2026-04-01T22:00     NA       2026-04-02   ok
    fake     2026-02-01T08:00  resolved  false_positive  2026-02-02T08:00     a-sum    2026-03-31   ok
    slept    2026-02-01T08:00  resolved  false_positive  2026-02-02T08:00:01  a-sum    2026-03-31   positive 24 hours
    whenever  2026-02-01T08:00  resolved  used_in_tests  NA                   a-sum    2026-03-31   but when is unknown
    silent   2026-02-01T08:00  resolved  false_positive  2026-02-01           NA       2026-03-31   without a comment
    test     2026-02-01T08:00  resolved  used_in_tests   2026-02-01           NA       2026-03-31   without a comment
    kept     2026-02-01T08:00  resolved  wont_fix        2026-02-01           NA       2026-03-31   no revocation
    told     2026-02-01T08:00  resolved  wont_fix        2026-02-01           dead     2026-03-31   no revocation
    ignored  2026-02-01T08:00  resolved  wont_fix        2026-03-29           dead     2026-03-31   no revocation
    odd      2026-02-01T08:00  resolved  hidden          2026-02-01           dead     2026-03-31   no revocation
    mute     2026-02-01T08:00  resolved  NA              2026-02-01           NA       2026-03-31   without saying how
    after    2026-04-01T00:00  resolved  revoked         2026-04-01T08:00     NA       2026-04-02   out
"""
# Made before the first snapshot: they count from it, or from their end if that came first.
OLDER = """
    alert   created_at        state     resolution  resolved_at          at                snapshot_at
    old     2025-11-01T08:00  open      NA          NA                   2026-01-15T00:00  2026-03-31
    closed  2025-12-31T20:00  resolved  revoked     2026-01-01T00:00     2026-01-01T00:00  2026-01-15
    slow    2025-11-01T08:00  resolved  revoked     2026-02-10T08:00     2026-01-15T00:00  2026-03-31
    before  2025-11-01T08:00  resolved  revoked     2025-12-31T23:59:59  2025-12-31T23:59  2026-03-31
"""
SCENARIOS = (
    Scenario("GH-SEC-01", "secret_scanning", "{repository}", "snapshot_at", {"secret_scanning": """
        repository  archived  scanning  push_protection  snapshot_at  expect
        o/on        no        yes       yes              2026-03-31   ok
        o/off       no        no        no               2026-03-31   secret scanning is off; push protection is off
        o/half      no        yes       no               2026-03-31   push protection is off
        o/hidden    no        NA        NA               2026-03-31   does not show the setting
        o/unsaid    no        yes       NA               2026-03-31   does not show the setting
        o/attic     yes       no        no               2026-03-31   out
        o/alive     NA        yes       yes              2026-03-31   ok
    """}),
    Scenario("GH-SEC-02", "secret_alerts", "{alert}", "created_at",
             {"secret_alerts": ALERTS, "secret_alert_lists": LISTS}),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)


def older() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    rows = [line.split() for line in OLDER.strip().splitlines()]
    expected = pd.DataFrame([(row[0], row[5]) for row in rows[1:]], columns=["alert", "at"])
    # The column `at` is what is expected, not what the frame has.
    text = "\n".join("  ".join([*row[:5], row[6]]) for row in rows)
    return as_frame("secret_alerts", text), as_frame("secret_alert_lists", LISTS), expected


@pytest.mark.parametrize("cut", ["2026-01-01T12:00:00Z", "2026-01-15T00:00:00Z", "2026-02-01T00:00:00Z"])
def test_an_older_alert_belongs_to_one_part_of_the_window(cut: str) -> None:
    alerts, lists, expected = older()
    start, end = parse_moment("2026-01-01T00:00:00Z"), parse_moment("2026-04-01T00:00:00Z")
    parts = [Period(start, parse_moment(cut), "one"), Period(parse_moment(cut), end, "two")]
    results = [leaked_secrets_revoked(alerts, lists, period=part, parameters=Parameters()) for part in parts]
    found = pd.concat([result.population for result in results], ignore_index=True)
    shown = dict(zip(found["key"], found["at"].dt.strftime("%Y-%m-%dT%H:%M"), strict=True))
    assert len(found) == 3
    assert shown == {row.alert: row.at for row in expected.itertuples() if row.alert != "before"}


def test_the_latest_snapshot_of_an_alert_counts() -> None:
    alerts = as_frame("secret_alerts", """
        alert  created_at  state     resolution  resolved_at  snapshot_at
        one    2026-02-01  resolved  revoked     2026-02-01   2026-02-15
        one    2026-02-01  open      NA          NA           2026-03-31
    """)  # fmt: skip
    quarter = Period(parse_moment("2026-01-01T00:00:00Z"), parse_moment("2026-04-01T00:00:00Z"), "Q1")
    result = leaked_secrets_revoked(
        alerts, as_frame("secret_alert_lists", LISTS), period=quarter, parameters=Parameters()
    )
    assert list(result.exceptions["reason"]) == ["open for 1392 hours when last seen, limit 24"]
