"""Tests of who enters AWS, judged row by row."""

import pytest
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters

RECORDS = """
    system  account  starts_at             ends_at               approved_by
    aws     1        2026-02-10T10:30:00Z  2026-02-10T11:30:00Z  ana@x.example
    aws     1        2026-02-12T10:00:00Z  2026-02-12T11:00:00Z  NA
    github  1        2026-02-13T10:00:00Z  2026-02-13T11:00:00Z  ana@x.example
"""
SCENARIOS = (
    Scenario("AWS-IAM-02", "aws_root_events", "{event_id}", "occurred_at", {"aws_root_events": """
        event_id        account  occurred_at           event_name       mfa_used  expect
        at-the-start    1        2026-02-10T10:30:00Z  ConsoleLogin     no        ok
        within          1        2026-02-10T11:00:00Z  EnableMFADevice  no        ok
        last-second     1        2026-02-10T11:29:59Z  ConsoleLogin     yes       ok
        at-the-end      1        2026-02-10T11:30:00Z  ConsoleLogin     yes       root: ConsoleLogin, without a break
        other-account   2        2026-02-10T11:00:00Z  ConsoleLogin     no        record, without a second factor
        unapproved      1        2026-02-12T10:30:00Z  ConsoleLogin     yes       without a break-glass record
        other-system    1        2026-02-13T10:30:00Z  ConsoleLogin     yes       without a break-glass record
        unsaid          1        2026-02-14T10:30:00Z  CreateUser       NA        root: CreateUser, without a break
        first-moment    1        2026-01-01T00:00:00Z  ConsoleLogin     yes       without a break-glass record
        before          1        2025-12-31T23:59:59Z  ConsoleLogin     no        out
        after           1        2026-04-01T00:00:00Z  ConsoleLogin     no        out
    """, "break_glass_records": RECORDS}),
    # A report gives only the last use: where its event is of the period before, nothing was used in this one.
    Scenario("AWS-IAM-02", "aws_root_last_use", "{credential}", "last_used_at", {"aws_root_last_use": """
        credential         account  last_used_at          expect
        shown/password     1        2026-01-01T00:30:00Z  out
        later/password     1        2026-01-01T00:30:01Z  root was used, says the credential report
        other/password     2        2026-01-01T00:30:00Z  root was used, says the credential report
        on-record/key      1        2026-02-10T11:00:00Z  ok
        never/key          1        NA                    out
        before/key         1        2025-12-20T00:00:00Z  out
    """, "aws_root_events": """
        event_id  account  occurred_at           event_name    mfa_used
        e         1        2025-12-31T23:30:00Z  ConsoleLogin  no
    """, "break_glass_records": RECORDS}),
    Scenario("AWS-IAM-06", "aws_users", "{arn}", "snapshot_at", {"aws_users": """
        arn         user     console  snapshot_at  expect
        arn:ana     ana      yes      2026-03-31   a password of IAM's, and is no break-glass user
        arn:glass   glass    yes      2026-03-31   ok
        arn:robot   robot    yes      2026-03-31   ok
        arn:robot   robot    yes      2026-02-28   a password of IAM's
        arn:nobody  nobody   yes      2026-03-31   a password of IAM's
        arn:unsaid  unsaid   NA       2026-03-31   the report does not say
        arn:key     key      no       2026-03-31   an IAM user that belongs to no service account and is no break
        arn:mine    mine     no       2026-03-31   an IAM user that belongs to no service account and is no break
        arn:glass   glass    no       2026-02-28   ok
        arn:deploy  deploy   no       2026-03-31   ok
        arn:Glass   Glass    yes      2026-03-31   a password of IAM's
    """, "accounts": """
        account_key  system  account_name  kind      snapshot_at
        arn:ana      aws     ana           employee  2026-03-31
        arn:robot    aws     robot         service   2026-03-31
        arn:robot    aws     robot         employee  2026-02-28
        arn:nobody   aws     nobody        NA        2026-03-31
        arn:mine     aws     mine          employee  2026-03-31
        arn:deploy   aws     deploy        service   2026-03-31
        arn:ana      github  ana           service   2026-03-31
    """}, Parameters(break_glass_aws_users=("glass",))),
    Scenario("ACC-EXT-01", "access_analyzer_findings", "{finding}", "snapshot_at", {"access_analyzer_findings": """
        finding  resource    public  principal  snapshot_at  expect
        a        arn:assets  yes     *          2026-03-31   ok
        b        arn:export  yes     *          2026-03-31   arn:export can be reached by everybody
        c        arn:export  no      arn:other  2026-03-31   arn:export can be reached by arn:other
        d        arn:export  no      NA         2026-03-31   reached by somebody outside
        e        NA          NA      NA         2026-03-31   a resource that AWS does not name
        f        arn:Assets  yes     *          2026-03-31   reached by everybody
    """}, Parameters(approved_external_resources=("arn:assets",))),
    Scenario("ACC-EXT-01", "access_analyzers", "{place}", "snapshot_at", {"access_analyzers": """
        place        account  region     analyzers  snapshot_at  expect
        1/us-east-1  1        us-east-1  1          2026-03-31   ok
        1/eu-west-1  1        eu-west-1  0          2026-03-31   no analyzer looks at 1/eu-west-1
        1/eu-west-1  1        eu-west-1  2          2026-02-28   ok
    """}),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
