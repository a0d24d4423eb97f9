"""Tests of deploy keys and apps, judged row by row."""

import pytest
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters

# 90 days before 2026-03-31 is 2025-12-31.
SCENARIOS = (
    Scenario("GH-KEY-01", "github_deploy_keys", "{deploy_key}", "snapshot_at", {"github_deploy_keys": """
        deploy_key  repository  title    read_only  enabled  created_at  last_used_at  snapshot_at  expect
        1           o/web       reader   yes        yes      2024-01-01  2026-03-30    2026-03-31   ok
        2           o/web       release  no         yes      2024-01-01  2026-03-30    2026-03-31   ok
        3           o/api       release  no         yes      2024-01-01  2026-03-30    2026-03-31   may write, not
        4           o/web       unsaid   NA         yes      2024-01-01  2026-03-30    2026-03-31   is unknown
        5           o/web       limit    yes        yes      2024-01-01  2025-12-31    2026-03-31   ok
        6           o/web       idle     yes        yes      2024-01-01  2025-12-30    2026-03-31   used 91 days ago
        7           o/web       new      yes        yes      2025-12-31  NA            2026-03-31   ok
        8           o/web       never    yes        yes      2025-12-30  NA            2026-03-31   never used
        9           o/web       nothing  yes        yes      NA          NA            2026-03-31   neither last
        10          o/web       off      no         no       2020-01-01  NA            2026-03-31   out
        11          o/web       release  no         NA       2024-01-01  2025-12-30    2026-03-31   last used 91
        12          o/api       both     no         yes      2024-01-01  2025-12-30    2026-03-31   list; last used 91
    """}, Parameters(approved_deploy_keys=("2", "11"))),
    Scenario("GH-APP-01", "github_apps", "{app}", "snapshot_at", {"github_apps": """
        app      writes           repositories  suspended  snapshot_at  expect
        known    contents         all           no         2026-03-31   ok
        unknown  checks,contents  all           no         2026-03-31   may write checks, contents on all repositories
        chosen   contents         selected      no         2026-03-31   may write contents on selected repositories
        reader   []               all           no         2026-03-31   may only read on all repositories
        gone     contents         all           yes        2026-03-31   out
    """}, Parameters(approved_github_apps=("known",))),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
