"""Pushes past the rules, judged by what the register says of them."""

# ruff: noqa: E501

import pytest
from text_tables import Scenario, judge

SHA = {name: f"{name * 40}" for name in "0123456789abcdef"}
PEOPLE = """
    login    email        name      kind        started_on  ended_at
    ann      ann@x.y      Ann Lee   employee    2020-01-01  NA
    bob      bob@x.y      Bob Ray   contractor  NA          2026-03-01
    ci       svc@x.y      Service   service     NA          NA
    NA       eve@x.y      Eve Low   employee    2020-01-01  NA
    gus      gus@x.y      Gus Gray  employee    2020-01-01  2026-02-10T12:00:00Z
    new      new@x.y      Nia New   employee    2026-02-11  NA
"""
READINGS = """
    source_account  rows  snapshot_at
    company         1     2026-01-15
    company         1     2026-02-15
    company         1     2026-03-31
"""
SUITES = f"""
    suite          repository  branch   occurred_at           actor     after      result   expect
    recorded       o/r         main     2026-02-10T10:00:00Z  ann       {SHA["0"]}  bypass   ok
    before         o/r         main     2026-02-10T10:00:00Z  ann       {SHA["1"]}  bypass   ok
    at-limit       o/r         main     2026-02-10T10:00:00Z  ann       {SHA["2"]}  bypass   ok
    late           o/r         main     2026-02-10T10:00:00Z  ann       {SHA["3"]}  bypass   limit 24 hours after the push
    nobody         o/r         main     2026-02-10T10:00:00Z  ann       {SHA["4"]}  bypass   nobody approved it
    no-time        o/r         main     2026-02-10T10:00:00Z  ann       {SHA["5"]}  bypass   does not say when
    own            o/r         main     2026-02-10T10:00:00Z  ann       {SHA["6"]}  bypass   approved by ann@x.y, who made the push
    own-by-login   o/r         main     2026-02-10T10:00:00Z  Ann       {SHA["7"]}  bypass   approved by ann, who made the push
    stranger       o/r         main     2026-02-10T10:00:00Z  ann       {SHA["8"]}  bypass   zoe@x.y, who is no person of the roster
    by-a-service   o/r         main     2026-02-10T10:00:00Z  ann       {SHA["9"]}  bypass   svc@x.y, who is no person of the roster
    unrecorded     o/r         main     2026-02-10T10:00:00Z  ann       {SHA["a"]}  bypass   no entry in the register
    pull-request   o/r         main     2026-02-10T10:00:00Z  ann       {SHA["b"]}  bypass   ok
    whose          o/r         main     2026-02-10T10:00:00Z  who       {SHA["0"]}  bypass   untold: whose account who is
    deleted        o/r         main     2026-02-10T10:00:00Z  NA        {SHA["0"]}  bypass   untold: a deleted account
    app            o/r         main     2026-02-10T10:00:00Z  up[bot]   {SHA["0"]}  bypass   ok
    whose-late     o/r         main     2026-02-10T10:00:00Z  who       {SHA["3"]}  bypass   limit 24 hours
    backdated      o/r         main     2026-02-10T10:00:00Z  ann       {SHA["c"]}  bypass   which the register of 2026-02-15 does not show
    second-entry   o/r         main     2026-02-10T10:00:00Z  ann       {SHA["d"]}  bypass   ok
    had-left       o/r         main     2026-02-10T10:00:00Z  ann       {SHA["e"]}  bypass   gus@x.y, who did not work here at that time
    not-yet        o/r         main     2026-02-10T10:00:00Z  ann       {SHA["f"]}  bypass   new, who did not work here at that time
    other-fork     p/r         main     2026-02-10T10:00:00Z  ann       {SHA["0"]}  bypass   no entry in the register
    no-commit      o/r         main     2026-02-10T10:00:00Z  ann       NA         bypass   no entry in the register
    old-name       o/r         master   2026-01-01T00:00:00Z  ann       {SHA["a"]}  bypass   no entry in the register
    feature        o/r         topic    2026-02-10T10:00:00Z  ann       {SHA["a"]}  bypass   out
    refused        o/r         main     2026-02-10T10:00:00Z  ann       {SHA["a"]}  fail     out
    passed         o/r         main     2026-02-10T10:00:00Z  ann       {SHA["a"]}  pass     out
    too-early      o/r         main     2025-12-31T23:59:59Z  ann       {SHA["a"]}  bypass   out
    too-late       o/r         main     2026-04-01T00:00:00Z  ann       {SHA["a"]}  bypass   out
"""
ENTRIES = f"""
    reference        kind       approved_by  approved_at           snapshot_at
    o/r@{SHA["0"]}  bypass     bob@x.y      2026-02-10T12:00:00Z  2026-02-15
    O/R@{SHA["1"]}  bypass     Bob Ray      2026-02-09T12:00:00Z  2026-02-15
    o/r@{SHA["2"]}  emergency  bob          2026-02-11T10:00:00Z  2026-02-15
    o/r@{SHA["3"]}  bypass     bob@x.y      2026-02-11T10:00:01Z  2026-02-15
    o/r@{SHA["4"]}  bypass     NA           2026-02-10T12:00:00Z  2026-02-15
    o/r@{SHA["5"]}  bypass     bob@x.y      NA                    2026-02-15
    o/r@{SHA["6"]}  bypass     ann@x.y      2026-02-10T12:00:00Z  2026-02-15
    o/r@{SHA["7"]}  bypass     ann          2026-02-10T12:00:00Z  2026-02-15
    o/r@{SHA["8"]}  bypass     zoe@x.y      2026-02-10T12:00:00Z  2026-02-15
    o/r@{SHA["9"]}  bypass     svc@x.y      2026-02-10T12:00:00Z  2026-02-15
    o/r#7            bypass     eve@x.y      2026-02-10T12:00:00Z  2026-02-15
    o/r@{SHA["c"]}  bypass     bob@x.y      2026-02-10T12:00:00Z  2026-03-31
    o/r@{SHA["e"]}  bypass     gus@x.y      2026-02-10T12:00:00Z  2026-02-15
    o/r@{SHA["f"]}  bypass     new          2026-02-10T12:00:00Z  2026-02-15
    o/r@{SHA["d"]}  bypass     ann@x.y      2026-02-10T12:00:00Z  2026-02-15
    o/r@{SHA["d"]}  emergency  bob@x.y      2026-02-10T12:00:00Z  2026-02-15
"""
SCENARIOS = (
    Scenario("GH-PR-04", "rule_suites", "{suite}", "occurred_at", {
        "rule_suites": SUITES,
        "default_branches": """
            repository  branch
            o/r         main
            o/r         master
            p/r         main
        """,
        "change_exceptions": ENTRIES,
        "change_exception_readings": READINGS,
        "changes": f"""
            change  repository  merge_commit
            o/r#7   o/r         {SHA["b"]}
            o/r#8   o/r         NA
        """,
        "github_people": PEOPLE,
    }),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_rows(scenario: Scenario) -> None:
    judge(scenario)
