"""The test of scans in every month, of what runs in AWS, judged row by row. The period is the first quarter of 2026."""

from __future__ import annotations

from dataclasses import replace

from text_tables import Scenario, judge

from soc2kit.parameters import Parameters

#: Four looks, the last after the quarter. AWS tells of the last scan alone.
ACCOUNTS = """
    place  account  region  status   snapshot_at
    1/x    1        x       ENABLED  2026-01-15
    1/x    1        x       ENABLED  2026-02-15
    1/x    1        x       ENABLED  2026-03-15
    1/x    1        x       ENABLED  2026-04-01
    2/x    2        x       ENABLED  2026-01-15
"""
TARGETS = """
    target  tool              account  since       scanned_at                  why              snapshot_at
    daily   Amazon Inspector  1        NA          2026-01-15                  NA               2026-01-15
    daily   Amazon Inspector  1        NA          2026-02-15                  NA               2026-02-15
    daily   Amazon Inspector  1        NA          2026-03-15                  NA               2026-03-15
    daily   Amazon Inspector  1        NA          2026-04-01                  NA               2026-04-01
    push    Amazon ECR        1        2026-01-01  2026-01-01                  NA               2026-01-15
    push    Amazon ECR        1        2026-01-01  2026-01-01                  NA               2026-02-15
    push    Amazon ECR        1        2026-01-01  2026-01-31T23:59:59.999999  NA               2026-03-15
    push    Amazon ECR        1        2026-01-01  2026-01-31T23:59:59.999999  NA               2026-04-01
    gap     Amazon Inspector  1        NA          NA                          not-managed      2026-01-15
    gap     Amazon Inspector  1        NA          NA                          not-managed      2026-02-15
    gap     Amazon Inspector  1        NA          2026-03-10                  NA               2026-03-15
    gap     Amazon Inspector  1        NA          2026-03-10                  NA               2026-04-01
    gone    Amazon Inspector  1        NA          NA                          not-managed      2026-01-15
    new     Amazon ECR        1        2026-03-15  NA                          never-scanned    2026-03-15
    new     Amazon ECR        1        2026-03-15  NA                          never-scanned    2026-04-01
    edge    Amazon ECR        1        2026-02-01  2026-02-01                  NA               2026-02-15
    edge    Amazon ECR        1        2026-02-01  2026-02-01                  NA               2026-03-15
    edge    Amazon ECR        1        2026-02-01  2026-04-01                  NA               2026-04-01
    other   Amazon Inspector  2        NA          2026-01-10                  NA               2026-01-15
"""
#: `other` is of an account that was not looked at again, so only January's scan is known.
JUDGED = """
    key            at                          expect
    daily/2026-01  2026-01-31T23:59:59.999999  ok
    daily/2026-02  2026-02-28T23:59:59.999999  ok
    daily/2026-03  2026-03-31T23:59:59.999999  ok
    push/2026-01   2026-01-31T23:59:59.999999  ok
    push/2026-02   2026-02-28T23:59:59.999999  no scan of push in 2026-02
    push/2026-03   2026-03-31T23:59:59.999999  no scan of push in 2026-03
    gap/2026-01    2026-01-31T23:59:59.999999  no scan of gap in 2026-01 (not-managed)
    gap/2026-02    2026-02-28T23:59:59.999999  untold: tells only of the scan of 2026-03-10
    gap/2026-03    2026-03-31T23:59:59.999999  ok
    gone/2026-01   2026-01-31T23:59:59.999999  no scan of gone in 2026-01 (not-managed)
    new/2026-03    2026-03-31T23:59:59.999999  no scan of new in 2026-03 (never-scanned)
    edge/2026-02   2026-02-28T23:59:59.999999  ok
    edge/2026-03   2026-03-31T23:59:59.999999  untold: tells only of the scan of 2026-04-01
    other/2026-01  2026-01-31T23:59:59.999999  ok
"""
UNREAD = """
    place  account  region  service  operation        what  why                    snapshot_at
    1/x r  1        x       ecr      DescribeImages   r     AccessDeniedException  2026-03-31
    1/y r  1        y       ecr      DescribeImages   NA    NoEndpoint             2026-03-31
    1/x l  1        x       ecr      DescribeImages   r     AccessDeniedException  2026-04-01
"""
MONTHS = Scenario(
    "VM-SCAN-01", "judged", "{key}", "at",
    {"aws_scan_targets": TARGETS, "inspector_accounts": ACCOUNTS, "judged": JUDGED},
)  # fmt: skip
PERIODS = """
    unit   name      start       end         snapshot_at
    month  2026-01   2026-01-01  2026-02-01  2026-02-15
    month  2026-02   2026-02-01  2026-03-01  2026-02-15
"""
SCANS = """
    scan  file  tool   target  scanned_at  problem  document  snapshot_at
    a     a     Trivy  push    2026-02-10  NA       no        2026-02-15
"""
SCENARIOS = (MONTHS,)


def test_months() -> None:
    """Without a folder of reports the months are those of UTC, and repositories are not looked for."""
    judge(MONTHS)


def test_a_report_of_an_image_counts_too() -> None:
    """February of `gap` waits for a look at the folder after it, of `push` there is a report already."""
    judged = "\n".join(
        line for line in JUDGED.replace("no scan of push in 2026-02", "ok").splitlines()
        if "2026-03-31" not in line and "gap/2026-02" not in line
    )  # fmt: skip
    tables = {**MONTHS.tables, "scan_periods": PERIODS, "scans": SCANS, "judged": judged}
    judge(replace(MONTHS, tables=tables))


def test_weeks() -> None:
    """Of a week between two looks nothing is told."""
    lines = TARGETS.splitlines()
    targets = "\n".join(line for line in lines if line.split()[:1] and line.split()[0] in ("target", "daily"))
    accounts = "\n".join(ACCOUNTS.splitlines()[:4])
    outcome = replace(
        MONTHS, tables={"aws_scan_targets": targets, "inspector_accounts": accounts, "judged": JUDGED},
        parameters=Parameters(weekly_scans=True),
    ).run()  # fmt: skip
    assert len(outcome.exceptions) == 0
    assert {key[-3:] for key in outcome.population["key"]} - {key[-3:] for key in outcome.not_testable["key"]} == {
        "W03", "W07", "W11",
    }  # fmt: skip


def test_where_nothing_scans_nothing_is_tested() -> None:
    """Neither reports, nor Inspector, nor images; and a list that was refused."""
    judged = """
    key       at          expect
    scanners  2026-01-15  untold: there is no folder of reports
    scanners  2026-02-15  untold: there is no folder of reports
    scanners  2026-03-15  untold: there is no folder of reports
    1/x r     2026-03-31  untold: could not be read: AccessDeniedException
    """
    tables = {"inspector_accounts": ACCOUNTS, "aws_ecr_unread": UNREAD, "judged": judged}
    judge(replace(MONTHS, tables=tables))
