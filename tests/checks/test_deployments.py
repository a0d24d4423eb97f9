"""Tests of deployments to production, row by row."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from text_tables import Scenario, as_frame, judge, verdicts

from soc2kit.checks.deployments import rollbacks
from soc2kit.parameters import Parameters

D, E, C = "2026-01-03T10:00", "2026-01-03T10:05", "2026-01-02T08:00"
DEPLOYED = f"""
    deployment  repository  environment  sha    created_at  succeeded_at  committed_at  state  expect
    before      a/shop      production   good   2025-12-31T23:50  2025-12-31T23:59  {C}  SUCCESS  out
    first       a/shop      production   good   {D}  {E}  {C}  SUCCESS  ok
    edge        a/shop      production   good   2026-03-31T23:50  2026-04-01T00:00  {C}  SUCCESS  out
    capital     a/shop      Production   bad    {D}  {E}  {C}  SUCCESS  a/shop#2: no approval
    gap         a/shop      production   gap    {D}  {E}  2026-02-10  SUCCESS  untold: the default branch was not read
    trial       a/shop      staging      bad    {D}  {E}  {C}  SUCCESS  out
    failed      a/shop      production   bad    {D}  NA  {C}  FAILURE  out
    unreviewed  a/shop      production   bad    {D}  {E}  {C}  SUCCESS  a/shop#2: no approval
    red         a/shop      production   red    {D}  {E}  {C}  SUCCESS  a/shop#3: required check
    robot       a/shop      production   bot    {D}  {E}  {C}  SUCCESS  bot evil is not on the list
    direct      a/shop      production   push   {D}  {E}  {C}  SUCCESS  commit push came through no merged
    foreign     a/shop      production   other  {D}  {E}  {C}  SUCCESS  untold: a/shop#99, which was not collected
    head        a/shop      production   w1     {D}  {E}  {C}  SUCCESS  is of a pull request
    side        a/shop      production   side   {D}  {E}  {C}  SUCCESS  is not on the default branch
    lost        a/shop      production   lost   {D}  {E}  NA  SUCCESS  GitHub no longer has commit lost
    old         a/shop      production   old    {D}  {E}  2025-12-31T23:59  SUCCESS  untold: branch was not read
    twin        a/site      production   good   {D}  {E}  {C}  SUCCESS  is not on the default branch
    broken      a/shop      production   brk    {D}  {E}  {C}  SUCCESS  CI had ended with failure
    mended      a/shop      production   mend   {D}  {E}  {C}  SUCCESS  ok
    late        a/shop      production   late   {D}  {E}  {C}  SUCCESS  ok
    again       a/shop      production   rerun  {D}  {E}  {C}  SUCCESS  untold: CI ran again after
"""
COMMITS = """
    commit           repository  sha    committed_at      changes
    a/shop@good   a/shop   good   2026-01-02T08:00  a/shop#1
    a/shop@bad    a/shop   bad    2026-01-02T08:00  a/shop#2
    a/shop@red    a/shop   red    2026-01-02T08:00  a/shop#3
    a/shop@bot    a/shop   bot    2026-01-02T08:00  a/shop#4
    a/shop@push   a/shop   push   2026-01-02T08:00  []
    a/shop@other  a/shop   other  2026-01-02T08:00  a/shop#99
    a/shop@brk    a/shop   brk    2026-01-02T08:00  a/shop#1
    a/shop@mend   a/shop   mend   2026-01-02T08:00  a/shop#1
    a/shop@late   a/shop   late   2026-01-02T08:00  a/shop#1
    a/shop@rerun  a/shop   rerun  2026-01-02T08:00  a/shop#1
"""
CHANGES = """
    change       repository  author  author_is_bot  created_at        merged_at         base  merge_commit
    a/shop#1  a/shop   ann     no             2026-01-01T08:00  2026-01-02T08:00  main  good
    a/shop#2  a/shop   ann     no             2026-01-01T08:00  2026-01-02T08:00  main  bad
    a/shop#3  a/shop   ann     no             2026-01-01T08:00  2026-01-02T08:00  main  red
    a/shop#4  a/shop   evil    yes            2026-01-01T08:00  2026-01-02T08:00  main  bot
"""
REVIEWS = """
    change       reviewer  reviewer_is_bot  state     submitted_at      can_push
    a/shop#1  bob       no               APPROVED  2026-01-02T07:00  yes
    a/shop#3  bob       no               APPROVED  2026-01-02T07:00  yes
"""
WORK = """
    change       sha  committed_at      people  unlinked  parents
    a/shop#1  w1   2026-01-01T09:00  ann     no        base
    a/shop#2  w2   2026-01-01T09:00  ann     no        base
    a/shop#3  w3   2026-01-01T09:00  ann     no        base
    a/shop#4  w4   2026-01-01T09:00  evil    no        base
"""
CHECKS = """
    change       check_name  conclusion  completed_at
    a/shop#1  test        SUCCESS     2026-01-02T07:00
    a/shop#2  test        SUCCESS     2026-01-02T07:00
    a/shop#3  test        FAILURE     2026-01-02T07:00
    a/shop#4  test        SUCCESS     2026-01-02T07:00
"""
RUNS = """
    run  repository  workflow  sha    event  attempt  conclusion  created_at        started_at        completed_at
    1    a/shop   CI        brk    push   1        failure     2026-01-02T08:00  2026-01-02T08:00  2026-01-03T10:00
    2    a/shop   CI        mend   push   1        failure     2026-01-02T08:00  2026-01-02T08:00  2026-01-02T08:10
    3    a/shop   CI        mend   push   1        success     2026-01-02T08:00  2026-01-02T08:00  2026-01-02T08:20
    4    a/shop   CI        late   push   1        failure     2026-01-02T08:00  2026-01-02T08:00  2026-01-03T10:01
    5    a/shop   CI        rerun  push   2        success     2026-01-02T08:00  2026-01-03T11:00  2026-01-03T11:10
    6    a/site   CI        good   push   1        failure     2026-01-02T08:00  2026-01-02T08:00  2026-01-02T08:10
    7    a/shop   Deploy    good   push   1        NA          2026-01-03T10:00  2026-01-03T10:00  NA
"""
READS = """
    repository  branch  read_from   read_until  read_at
    a/shop      main    2026-01-01  2026-02-01  2026-02-01
    a/shop      main    2026-03-01  2026-04-01  2026-04-01
    a/site      main    2026-01-01  2026-04-01  2026-04-01
"""
RULES = "repository  required_checks  snapshot_at\na/shop  test  2026-01-02T00:00"
TRACED = Scenario(
    "GH-DEP-02", "deployments", "{deployment}", "succeeded_at",
    {"deployments": DEPLOYED, "commits": COMMITS, "changes": CHANGES, "reviews": REVIEWS, "change_commits": WORK,
     "change_checks": CHECKS, "branch_rules": RULES, "ci_runs": RUNS, "branch_reads": READS,
     "github_people": "login  email  kind\nbob  bob@x.example  employee"},
)  # fmt: skip
BY = """
    deployment  environment  created_at        creator         creator_is_bot  expect
    robot       production   2026-01-01T00:00  github-actions  yes             ok
    person      production   2026-01-03T10:00  ann             no              deployed by ann, not by the pipeline
    allowed     production   2026-01-03T10:00  ops             no              ok
    ghost       production   2026-03-31T23:59  NA              NA              untold: whoever deployed it was deleted
    trial       staging      2026-01-03T10:00  ann             no              out
    early       production   2025-12-31T23:59  ann             no              out
    after       production   2026-04-01T00:00  ann             no              out
"""
BY_WHOM = Scenario("GH-DEP-04", "deployments", "{deployment}", "created_at", {"deployments": BY},
                   Parameters(approved_deployers=("ops",)))  # fmt: skip
M = "2026-01"
BACK = f"""
    deployment  repository  environment  sha  created_at  succeeded_at  failed_at  committed_at  expect
    one         a/shop      production   a    {M}-03T10:00  {M}-03T10:05  NA  {M}-02T08:00  out
    two         a/shop      production   b    {M}-04T10:00  {M}-04T10:05  NA  {M}-03T08:00  out
    back        a/shop      production   a    {M}-04T10:35  {M}-04T10:40  NA  {M}-02T08:00  ok
    again       a/shop      production   b    {M}-05T10:00  NA  {M}-05T10:05  {M}-03T08:00  out
    lower       a/shop      production   a    {M}-05T10:20  NA  {M}-05T10:25  {M}-02T08:00  was not brought back
    same        a/shop      production   a    {M}-05T11:00  {M}-05T11:05  NA  {M}-02T08:00  out
    open        a/shop      production   z    {M}-05T12:00  NA  NA  {M}-01T08:00  untold: had not ended
    trial1      a/shop      staging      b    {M}-06T10:00  {M}-06T10:05  NA  {M}-03T08:00  out
    trial2      a/shop      staging      a    {M}-06T11:00  {M}-06T11:05  NA  {M}-02T08:00  out
    site1       a/site      production   n    {M}-06T10:00  {M}-06T10:05  NA  NA  out
    site2       a/site      production   m    {M}-06T11:00  {M}-06T11:05  NA  NA  out
    far1        a/far       production   y    2025-12-31T10:00  2025-12-31T10:05  NA  2025-12-30T00:00  out
    far2        a/far       production   x    {M}-01T00:00  {M}-01T00:05  NA  2025-12-29T00:00  ok
"""
BRANCH = """
    commit    repository  sha  committed_at      changes
    a/shop@b  a/shop      b    2026-01-02T08:00  []
    a/shop@a  a/shop      a    2026-01-02T07:00  []
"""
BROUGHT_BACK = Scenario("GH-DEP-03", "deployments", "{deployment}", "created_at",
                        {"deployments": BACK, "commits": BRANCH})  # fmt: skip
SCENARIOS = [TRACED, BY_WHOM, BROUGHT_BACK]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_deployments(scenario: Scenario) -> None:
    judge(scenario)


def test_rollbacks_say_what_they_replaced_and_how_long_after() -> None:
    found = rollbacks(as_frame("deployments", BACK), as_frame("commits", BRANCH)).set_index("deployment")
    assert list(found.index) == ["far2", "back", "lower", "open", "trial2"]
    columns = ["replaced", "replaced_state", "minutes_after", "minutes_taken"]
    assert list(found.loc["back", columns]) == ["two", "succeeded", 30, 5]
    assert list(found.loc["lower", columns]) == ["again", "did not succeed", 15, 5]
    assert pd.isna(found.loc["open", "minutes_taken"])


def test_no_deployment_is_no_rollback() -> None:
    empty = rollbacks(as_frame("deployments", ""), as_frame("commits", ""))
    assert empty.empty
    assert str(empty["created_at"].dtype) == "datetime64[us, UTC]"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_without_rows_nothing_occurred(scenario: Scenario) -> None:
    tables = dict.fromkeys(scenario.tables, "")
    tables["branch_rules"] = "repository  required_checks  snapshot_at"
    outcome = Scenario(scenario.check, "deployments", "", "", tables).run()
    assert (len(outcome.population), len(outcome.exceptions), len(outcome.not_testable)) == (0, 0, 0)


def test_a_deployment_that_may_have_succeeded_since_it_was_read_is_not_left_out() -> None:
    open_ended = """
        deployment  repository  environment  sha  created_at        failed_at         state
        running     a/shop      production   bad  2026-01-31T23:59  NA                IN_PROGRESS
        waiting     a/shop      production   bad  2026-01-31T23:59  NA                WAITING
        silent      a/shop      production   bad  2026-01-31T23:59  NA                NA
        failed      a/shop      production   bad  2026-01-31T23:59  2026-01-31T23:59  IN_PROGRESS
        stopped     a/shop      production   bad  2026-01-31T23:59  NA                ERROR
        before      a/shop      production   bad  2025-12-31T23:59  NA                NA
    """
    found = verdicts(replace(TRACED, tables={**TRACED.tables, "deployments": open_ended}).run())
    assert {key for key, _ in found} == {"running", "waiting", "silent"}
    assert all(text.startswith("untold: whether it succeeded is not known") for text in found.values())
