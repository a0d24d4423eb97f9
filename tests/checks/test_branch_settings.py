"""Tests of what protects default branches, judged row by row."""

# ruff: noqa: E501

import pytest
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters


def _rules(check: str, table: str, parameters: Parameters | None = None) -> Scenario:
    tables = {"branch_rules": table}
    return Scenario(check, "branch_rules", "{repository}", "snapshot_at", tables, parameters or Parameters())


SCENARIOS = (
    _rules("GH-BR-01", """
        repository  required_approvals  snapshot_at  expect
        none        0                   2026-03-31   0 approvals required, at least 1
        at-limit    1                   2026-03-31   ok
        more        2                   2026-03-31   ok
    """),
    _rules("GH-BR-01", """
        repository  required_approvals  snapshot_at  expect
        one-short   1                   2026-03-31   1 approvals required, at least 2
        at-limit    2                   2026-03-31   ok
    """, Parameters(minimum_approvals=2)),
    _rules("GH-BR-02", """
        repository       classic  ruled_by_ruleset  ruleset_suffices  enforced_for_admins  bypass_actors  snapshot_at  expect
        classic-all      yes      no                no                yes                  []             2026-03-31   ok
        classic-exempt   yes      no                no                no                   []             2026-03-31   exempt from branch
        classic-unknown  yes      no                no                NA                   []             2026-03-31   exempt from branch
        classic-allowed  yes      no                no                yes                  User:eve       2026-03-31   User:eve may bypass
        ruleset-nobody   no       yes               yes               NA                   []             2026-03-31   ok
        ruleset-listed   no       yes               yes               NA                   Team:7         2026-03-31   ok
        ruleset-extra    no       yes               yes               NA                   Team:7,Team:8  2026-03-31   Team:8 may bypass
        ruleset-hidden   no       yes               yes               NA                   NA             2026-03-31   does not show
        both             yes      yes               yes               no                   []             2026-03-31   ok
        weaker-ruleset   yes      yes               no                no                   []             2026-03-31   exempt from branch
        unprotected      no       no                no                NA                   []             2026-03-31   no ruleset
        hidden-nothing   no       no                no                NA                   NA             2026-03-31   no ruleset
    """, Parameters(approved_bypass_actors=("Team:7",))),
    _rules("GH-BR-03", """
        repository  force_push_blocked  deletion_blocked  snapshot_at  expect
        protected   yes                 yes               2026-03-31   ok
        pushable    no                  yes               2026-03-31   force pushes are possible
        deletable   yes                 no                2026-03-31   the branch can be deleted
        open        no                  no                2026-03-31   possible; the branch can be deleted
    """),
    _rules("GH-BR-04", """
        repository  required_checks  snapshot_at  expect
        two         lint,tests       2026-03-31   ok
        one         tests            2026-03-31   ok
        none        []               2026-03-31   no status check is required
    """),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
