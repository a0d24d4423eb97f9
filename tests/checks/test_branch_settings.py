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
        repository       requires_pull_request  required_approvals  dismisses_stale  last_push_approval  snapshot_at  expect
        nothing          no                     0                   no               no                  2026-03-31   no pull request is required; 0 approvals required, at least 1
        only-a-request   yes                    0                   no               no                  2026-03-31   0 approvals required, at least 1
        at-limit         yes                    1                   yes              no                  2026-03-31   ok
        more             yes                    2                   yes              yes                 2026-03-31   ok
        last-push        yes                    1                   no               yes                 2026-03-31   ok
        stale-stays      yes                    1                   no               no                  2026-03-31   stays valid whatever is pushed
        unread           NA                     NA                  NA               NA                  2026-03-31   untold: could not be read
        partly-unread    yes                    1                   NA               no                  2026-03-31   untold: could not be read
        unread-but-weak  no                     NA                  NA               no                  2026-03-31   no pull request is required
    """),
    _rules("GH-BR-01", """
        repository  requires_pull_request  required_approvals  dismisses_stale  last_push_approval  snapshot_at  expect
        one-short   yes                    1                   yes              no                  2026-03-31   1 approvals required, at least 2
        at-limit    yes                    2                   yes              no                  2026-03-31   ok
    """, Parameters(minimum_approvals=2)),
    _rules("GH-BR-02", """
        repository       classic  ruled_by_ruleset  bypass_actors          bypass_hidden  bypass_together  snapshot_at  expect
        classic-all      yes      no                []                     []             []               2026-03-31   ok
        classic-exempt   yes      no                administrators         []             []               2026-03-31   exempt from branch
        classic-unknown  yes      no                []                     classic        []               2026-03-31   untold: who may bypass classic
        classic-allowed  yes      no                User:eve               []             []               2026-03-31   User:eve may bypass
        ruleset-nobody   no       yes               []                     []             []               2026-03-31   ok
        ruleset-listed   no       yes               Team:7                 []             []               2026-03-31   ok
        ruleset-extra    no       yes               Team:7,Team:8          []             []               2026-03-31   Team:8 may bypass
        ruleset-hidden   no       yes               []                     ruleset a      []               2026-03-31   untold: does not show who may bypass ruleset a
        hidden-and-seen  no       yes               Team:8                 ruleset a      []               2026-03-31   Team:8 may bypass
        never-read       no       yes               NA                     []             []               2026-03-31   untold: does not show the bypass actors
        both-approved    no       yes               []                     []             Team:7           2026-03-31   ok
        both-unapproved  no       yes               []                     []             Team:7,Team:8    2026-03-31   untold: several of Team:8
        owners           no       yes               OrganizationAdmin      []             []               2026-03-31   ok
        unprotected      no       no                []                     []             []               2026-03-31   no ruleset
        unread           NA       NA                []                     []             []               2026-03-31   untold: could not be read
    """, Parameters(approved_bypass_actors=("Team:7", "OrganizationAdmin:1"))),
    # Nobody can approve that administrators are exempt.
    _rules("GH-BR-02", """
        repository  classic  ruled_by_ruleset  bypass_actors   snapshot_at  expect
        exempt      yes      no                administrators  2026-03-31   exempt from branch
    """, Parameters(approved_bypass_actors=("administrators",))),
    _rules("GH-BR-03", """
        repository  force_push_blocked  deletion_blocked  snapshot_at  expect
        protected   yes                 yes               2026-03-31   ok
        pushable    no                  yes               2026-03-31   force pushes are possible
        deletable   yes                 no                2026-03-31   the branch can be deleted
        open        no                  no                2026-03-31   possible; the branch can be deleted
        unread      NA                  yes               2026-03-31   untold: could not be read
    """),
    _rules("GH-BR-04", """
        repository     required_checks  required_workflows  up_to_date_required  snapshot_at  expect
        two            lint,tests       []                  yes                  2026-03-31   ok
        one            tests            []                  yes                  2026-03-31   ok
        workflow       []               ci.yml              yes                  2026-03-31   ok
        not-strict     tests            []                  no                   2026-03-31   need not be up to date
        none           []               []                  no                   2026-03-31   no status check is required
        queue-no-test  []               []                  yes                  2026-03-31   no status check is required
        unread         tests            []                  NA                   2026-03-31   untold: could not be read
    """),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
