"""Tests of weaknesses and their limits, judged row by row. The period is the first quarter of 2026."""

# ruff: noqa: E501

import re
from dataclasses import replace

import pytest
from text_tables import Scenario, as_frame, judge

from soc2kit.checks.table import CHECKS
from soc2kit.parameters import ParameterHistory, Parameters
from soc2kit.period import CIVIL
from soc2kit.testing import performed

#: A moment of the year without it.
_DAY = re.compile(r"^(?=\d\d-\d\dT)")
#: What is not told: limits are 7, 30 and 90 days; everything was last looked at on 31 March at noon.
_COLUMNS = (
    "vulnerability  severity  first_seen  last_seen  fixed_after  fixed_at  dismissed_after  dismissed_at"
    "  dismissed_reason  dismissed_comment  by_rule  named  counted_at  known_until  target_kind  expect"
)


def table(rows: str, kind: str = "repository") -> str:
    """Short rows with what is the same in all: a weakness counts from when it was first seen."""
    lines = [_COLUMNS]
    for row in rows.strip().splitlines():
        name, severity, first, last, after, fixed, dismissed_after, dismissed, reason, comment, *rest, expect = [
            _DAY.sub("2026-", cell) for cell in row.strip().split("  ") if cell
        ]
        by_rule = "yes" if "rule" in rest else "no"
        named = "no" if "unnamed" in rest else "yes"
        cells = [name, severity, first, last, after, fixed, dismissed_after, dismissed, reason, comment, by_rule, named,
                 first, "2026-03-31T12:00", kind, expect]  # fmt: skip
        lines.append("  ".join(cell.strip() for cell in cells))
    return "\n".join(lines)


FIXED = """
    in-time  critical  03-01T08:00  03-08T08:00  03-08T08:00  03-08T08:00  NA  NA  NA  NA  ok
    late  critical  03-01T08:00  03-08T08:00:01  03-08T08:00:01  03-08T08:00:01  NA  NA  NA  NA  fixed 8 days after it was first seen, limit 7
    high-30  high  01-01T00:00  01-31T00:00  01-31T00:00  01-31T00:00  NA  NA  NA  NA  ok
    high-31  high  01-01T00:00  01-31T00:01  01-31T00:01  01-31T00:01  NA  NA  NA  NA  fixed 31 days
    medium-90  medium  01-01T00:00  03-31T12:00  04-01T00:00  04-01T00:00  NA  NA  NA  NA  ok
    medium-91  medium  01-01T00:00  04-01T00:00:01  04-01T00:00:01  04-01T00:00:01  NA  NA  NA  NA  fixed 91 days
    low  low  01-01T00:00  03-30T00:00  03-30T00:00  03-30T00:00  NA  NA  NA  NA  ok
    unrated  unknown  03-01T08:00  03-08T08:00  03-08T08:00  03-08T08:00  NA  NA  NA  NA  ok
    unrated-8  unknown  03-01T08:00  03-08T08:01  03-08T08:01  03-08T08:01  NA  NA  NA  NA  untold: no tool says how severe
    between  critical  03-01T08:00  03-08T08:00  03-08T08:00  03-08T08:01  NA  NA  NA  NA  untold: was there 7 and gone 8 days after
    unnamed  high  03-01T08:00  03-08T08:00  03-08T08:00  03-08T08:00  NA  NA  NA  NA  unnamed  untold: does not say what was scanned
    before  high  2025-12-31T23:59  01-08T08:00  01-08T08:00  01-08T08:00  NA  NA  NA  NA  out
    after  high  04-01T00:00  04-08T08:00  04-08T08:00  04-08T08:00  NA  NA  NA  NA  out
"""
OPEN = """
    young  critical  03-24T12:00  03-31T12:00  NA  NA  NA  NA  NA  NA  ok
    overdue  critical  03-24T11:59  03-31T12:00  NA  NA  NA  NA  NA  NA  still there 8 days after it was first seen, limit 7
    lost  critical  03-01T08:00  03-08T08:00  NA  NA  NA  NA  NA  NA  untold: not looked for again since day 7
    lost-late  critical  03-01T08:00  03-08T08:01  NA  NA  NA  NA  NA  NA  still there 8 days
    low  low  01-01T08:00  03-31T12:00  NA  NA  NA  NA  NA  NA  ok
    unrated  unknown  03-01T08:00  03-31T12:00  NA  NA  NA  NA  NA  NA  untold: no tool says how severe
    unnamed  high  01-01T08:00  03-31T12:00  NA  NA  NA  NA  NA  NA  unnamed  still there
"""
DISMISSED = """
    told  high  03-01T08:00  03-02T08:00  NA  NA  03-31T08:00  03-31T08:00  not_used  unused  ok
    late  high  03-01T08:00  03-02T08:00  NA  NA  03-31T08:00:01  03-31T08:00:01  not_used  unused  dismissed 31 days after it was first seen
    mute  high  03-01T08:00  03-02T08:00  NA  NA  03-02T08:00  03-02T08:00  tolerable_risk  NA  without a word on why: tolerable_risk
    hidden  high  03-01T08:00  03-02T08:00  NA  NA  03-02T08:00  03-02T08:00  suppressed  NA  suppressed by the tool
    rule  high  03-01T08:00  03-02T08:00  NA  NA  03-02T08:00  03-02T08:00  NA  NA  rule  untold: dismissed by a rule
    between  high  03-01T08:00  03-02T08:00  NA  NA  03-31T08:00  03-31T08:01  suppressed  told  untold: dismissed between two scans
    fixed  high  03-01T08:00  03-02T08:00  03-05T08:00  03-05T08:00  03-02T08:00  03-02T08:00  tolerable_risk  NA  ok
    too-late  high  01-01T08:00  03-02T08:00  03-05T08:00  03-05T08:00  03-01T08:00  03-01T08:00  tolerable_risk  told  dismissed 59 days
    accepted  high  01-01T08:00  03-02T08:00  03-05T08:00  03-05T08:00  01-05T08:00  01-05T08:00  tolerable_risk  told  ok
    low  low  01-01T08:00  03-02T08:00  NA  NA  03-02T08:00  03-02T08:00  tolerable_risk  NA  without a word
    unrated  unknown  01-01T08:00  03-02T08:00  NA  NA  03-02T08:00  03-02T08:00  tolerable_risk  told  untold: no tool says
"""


def scenario(rows: str, **more: object) -> Scenario:
    found = Scenario("GH-VUL-02", "vulnerabilities", "{vulnerability}", "counted_at", {"vulnerabilities": table(rows)})
    return replace(found, **more)  # type: ignore[arg-type]


IMAGES = """
    in-time  critical  03-01T08:00  03-08T08:00  03-08T08:00  03-08T08:00  NA  NA  NA  NA  ok
    late  critical  03-01T08:00  03-08T08:01  03-08T08:01  03-08T08:01  NA  NA  NA  NA  fixed 8 days
    between  critical  03-01T08:00  03-01T08:00  03-01T08:00  03-31T08:00  NA  NA  NA  NA  untold: was there 0 and gone 30
"""
#: A report of before the look, and one of after it; a host without a date; an image that ECR scanned.
UNSCANNED = """
    target  tool              account  scanned_at        why                             snapshot_at
    r/api   Amazon ECR        1        NA                ECR:-ScanNotFoundException      2026-03-31
    r/web   Amazon ECR        1        NA                ECR:-ScanNotFoundException      2026-03-31
    r/old   Amazon ECR        1        NA                ECR:-FAILED                     2026-03-31
    r/job   Amazon ECR        1        NA                ECR:-SCAN_ELIGIBILITY_EXPIRED   2026-03-31
    r/job   Amazon Inspector  1        2026-01-02        NA                              2026-03-31
    i-1     Amazon Inspector  1        2026-01-02        Inspector:-EXCLUDED_BY_TAG      2026-03-31
    i-2     Amazon Inspector  1        NA                NA                              2026-03-31
    i-3     Amazon Inspector  1        2026-01-02        NA                              2026-03-31
    late    Amazon Inspector  1        NA                NA                              2026-04-01
"""
REPORTS = """
    scan  file  target  target_kind  scanned_at        document  snapshot_at
    a     a     r/web   image        2026-03-31        no        2026-03-31
    b     b     r/old   image        2026-03-31T00:01  no        2026-03-31
"""
ACCOUNTS = """
    place  account  region  status    snapshot_at
    1/x    1        x       ENABLED   2026-03-31
    1/y    1        y       DISABLED  2026-03-31
    2/x    2        x       DISABLED  2026-02-15
    2/x    2        x       NA        2026-03-31
"""
UNREAD = """
    place  account  region  service     operation     what  why                    snapshot_at
    1/x f  1        x       inspector2  ListFindings  NA    AccessDeniedException  2026-03-31
    1/y f  1        y       inspector2  ListFindings  NA    NoEndpoint             2026-03-31
    1/x o  1        x       inspector2  Other         NA    AccessDeniedException  2026-03-31
"""
NOT_CLEAN = """
    key    at          expect
    r/api  2026-03-31  untold: nothing has scanned it (ECR:-ScanNotFoundException)
    r/old  2026-03-31  untold: nothing has scanned it (ECR:-FAILED)
    i-1    2026-03-31  untold: EXCLUDED_BY_TAG
    i-2    2026-03-31  untold: AWS names no scan
    2      2026-02-15  untold: nothing scans
    1/x f  2026-03-31  untold: could not be read: AccessDeniedException
"""


def aws_scenario(rows: str, kind: str = "image") -> Scenario:
    return Scenario(
        "AWS-VUL-01", "aws_vulnerabilities", "{vulnerability}", "counted_at", {"aws_vulnerabilities": table(rows, kind)}
    )


SCENARIOS = (
    Scenario("GH-VUL-01", "alerts_enabled", "{repository}", "snapshot_at", {"alerts_enabled": """
        repository  enabled  refused          snapshot_at  expect
        o/on        yes      NA               2026-03-31   ok
        o/off       no       NA               2026-03-31   alerts on dependencies are off
        o/refused   NA       404: Not Found   2026-03-31   untold: 404: Not Found
        o/unsaid    NA       NA               2026-03-31   untold: no words
    """}),
    *(scenario(rows) for rows in (FIXED, OPEN, DISMISSED)),
    aws_scenario(IMAGES),
    Scenario("AWS-VUL-01", "judged", "{key}", "at", {
        "aws_scan_targets": UNSCANNED, "scans": REPORTS, "inspector_accounts": ACCOUNTS, "aws_inspector_unread": UNREAD,
        "judged": NOT_CLEAN,
    }),
)  # fmt: skip


@pytest.mark.parametrize("one", SCENARIOS, ids=lambda one: one.check)
def test_rows(one: Scenario) -> None:
    judge(one)


def test_the_companys_own_limits_count() -> None:
    rows = """
    low-5  low  03-01T08:00  03-06T08:01  03-06T08:01  03-06T08:01  NA  NA  NA  NA  limit 5
    high-99  high  01-01T08:00  03-30T08:01  03-30T08:01  03-30T08:01  NA  NA  NA  NA  ok
    """
    judge(scenario(rows, parameters=Parameters(low_vulnerability_days=5, high_vulnerability_days=99)))


def test_without_any_limit_nothing_is_late() -> None:
    none = Parameters(
        critical_vulnerability_days=0, high_vulnerability_days=0, medium_vulnerability_days=0, low_vulnerability_days=0
    )
    judge(scenario("open  critical  2026-01-01T08:00  2026-03-31T08:00  NA  NA  NA  NA  NA  NA  ok", parameters=none))


@pytest.mark.parametrize(("check", "kind", "inside"), [
    ("GH-VUL-02", "repository", True), ("GH-VUL-02", "image", False), ("GH-VUL-02", "other", False),
    ("AWS-VUL-01", "image", True), ("AWS-VUL-01", "other", True), ("AWS-VUL-01", "repository", False),
])  # fmt: skip
def test_each_target_is_in_one_test(check: str, kind: str, inside: bool) -> None:
    rows = "one  low  2026-01-01T08:00  2026-03-31T08:00  NA  NA  NA  NA  NA  NA  " + ("ok" if inside else "out")
    judge(
        aws_scenario(rows, kind)
        if check == "AWS-VUL-01"
        else scenario(rows, tables={"vulnerabilities": table(rows, kind)})
    )


def test_what_was_open_when_the_period_began_is_in_it_and_what_had_ended_is_not() -> None:
    """A control may come into force after the first look at the evidence."""
    rows = table("""
        open  high  01-05T00:00  03-31T12:00  NA  NA  NA  NA  NA  NA  -
        fixed  high  01-05T00:00  02-28T23:59  02-28T23:59  02-28T23:59  NA  NA  NA  NA  -
        edge  high  01-05T00:00  03-01T00:00  03-01T00:00  03-01T00:00  NA  NA  NA  NA  -
        accepted  high  01-05T00:00  03-31T12:00  NA  NA  02-01T00:00  02-01T00:00  tolerable_risk  told  -
        new  high  03-20T00:00  03-31T12:00  NA  NA  NA  NA  NA  NA  -
    """)
    check = next(check for check in CHECKS if check.id == "GH-VUL-02")
    given = [as_frame(name, rows) for name in check.reads]
    found = performed(check, given, CIVIL.parse("2026-03"), ParameterHistory(Parameters(), ()))
    assert list(found.population["key"]) == ["open", "edge", "new"]
    assert [str(at)[:10] for at in found.population["at"]] == ["2026-03-01", "2026-03-01", "2026-03-20"]
    assert list(found.exceptions["key"]) == ["open", "edge"]
