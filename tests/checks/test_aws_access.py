"""Tests of access to AWS, judged row by row."""

import pytest
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters

# 90 days before 2026-03-31 is 2025-12-31.
SCENARIOS = (
    Scenario("AWS-IAM-01", "aws_root", "{arn}", "snapshot_at", {"aws_root": """
        arn          mfa  access_keys  snapshot_at  expect
        protected    yes  0            2026-03-31   ok
        no-mfa       no   0            2026-03-31   no MFA device
        one-key      yes  1            2026-03-31   has an access key
        both         no   2            2026-03-31   root has no MFA device; root has an access key
        mfa-unknown  NA   0            2026-03-31   did not state MFA
        keys-unknown  yes  NA          2026-03-31   did not state MFA
        improved     no   0            2026-01-31   no MFA device
        improved     yes  0            2026-02-28   ok
    """}),
    Scenario("AWS-IAM-03", "aws_users", "{arn}", "snapshot_at", {"aws_users": """
        arn              console  mfa  snapshot_at  expect
        console-mfa      yes      yes  2026-03-31   ok
        console-none     yes      no   2026-03-31   console password without MFA
        console-unknown  yes      NA   2026-03-31   MFA state unknown
        programs-only    no       no   2026-03-31   out
        not-said         NA       yes  2026-03-31   console access unknown
        nothing-said     NA       NA   2026-03-31   MFA state unknown; console access unknown
    """}),
    Scenario("AWS-IAM-04", "aws_credentials", "{credential}", "snapshot_at", {"aws_credentials": """
        credential  type        active  created_at  snapshot_at  expect
        new         access key  yes     2026-03-31  2026-03-31   ok
        at-limit    access key  yes     2025-12-31  2026-03-31   ok
        one-more    access key  yes     2025-12-30  2026-03-31   key is 91 days old, limit 90
        inactive    access key  no      2020-01-01  2026-03-31   out
        unsaid      access key  NA      2025-12-30  2026-03-31   91 days old
        ageless     access key  yes     NA          2026-03-31   age of the key unknown
        password    password    yes     2020-01-01  2026-03-31   out
    """}),
    Scenario("AWS-IAM-04", "aws_credentials", "{credential}", "snapshot_at", {"aws_credentials": """
        credential  type        active  created_at  snapshot_at  expect
        at-limit    access key  yes     2026-03-01  2026-03-31   ok
        one-more    access key  yes     2026-02-28  2026-03-31   31 days old, limit 30
    """}, Parameters(key_max_age_days=30)),
    Scenario("AWS-IAM-05", "aws_credentials", "{credential}", "snapshot_at", {"aws_credentials": """
        credential      type        active  created_at  last_used_at  snapshot_at  expect
        used-lately     password    yes     2020-01-01  2026-03-30    2026-03-31   ok
        used-at-limit   password    yes     2020-01-01  2025-12-31    2026-03-31   ok
        used-one-more   password    yes     2020-01-01  2025-12-30    2026-03-31   last used 91 days ago, limit 90
        new-at-limit    access key  yes     2025-12-31  NA            2026-03-31   ok
        never-one-more  access key  yes     2025-12-30  NA            2026-03-31   never used, created 91 days ago
        nothing-known   access key  yes     NA          NA            2026-03-31   neither last use nor creation
        disabled        access key  no      2020-01-01  NA            2026-03-31   out
        unsaid          access key  NA      2020-01-01  2025-12-30    2026-03-31   last used 91 days ago
    """}),
    # What the report cannot know yet, because it is older than the snapshot, is not held against a credential.
    Scenario("AWS-IAM-05", "aws_credentials", "{credential}", "snapshot_at", {"aws_credentials": """
        credential  type      active  last_used_at  report_generated_at   snapshot_at           expect
        at-limit    password  yes     2025-12-31    2026-03-31T00:00:00Z  2026-03-31T04:00:00Z  ok
        one-more    password  yes     2025-12-31    2026-03-31T00:00:01Z  2026-03-31T04:00:00Z  used 91 days ago
        unsaid      password  yes     2025-12-31    NA                    2026-03-31T04:00:00Z  used 91 days ago
    """}),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
