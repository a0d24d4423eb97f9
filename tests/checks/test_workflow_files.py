"""Tests of workflow files, row by row."""

from __future__ import annotations

import pytest
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters

AT = "2026-02-01T09:00"
KINDS = f"""
    repository  branch  files  unreadable     snapshot_at       expect
    acme/whole   main    1      []             {AT}  ok
    acme/split  main    2      []             {AT}  ok
    acme/none   main    0      []             {AT}  recognised as test, lint, type-check, security-scan
    acme/push   main    1      []             {AT}  recognised as test, lint, type-check, security-scan
    acme/soft   main    1      []             {AT}  only where it need not pass: security-scan
    acme/weak   main    1      []             {AT}  only where it need not pass: test, lint, type-check, security-scan
    acme/some   main    1      []             {AT}  untold: check does not run for all, or need not pass (paths: src/**)
    acme/maybe  main    1      []             {AT}  untold: security-scan: check does not run for all
    acme/blank  main    1      []             {AT}  untold: does not run for all, or need not pass
    acme/calls  main    1      []             {AT}  untold: security-scan: may be in ./ci.sh
    acme/broken  main    1      ci.yml (not YAML)  {AT}  untold: may be in ci.yml (not YAML)
    acme/both   main    1      []             {AT}  recognised as lint
    acme/docs   main    0      []             {AT}  out
    acme/empty  NA      0      []             {AT}  out
"""
ALL = "test,lint,type-check,security-scan"
JOBS = f"""
    repository    name   on_pull_request  limits  kinds  sometimes  forgiven  unread  blocking  snapshot_at
    acme/whole    check  yes              []  {ALL}  []  []  []  yes  {AT}
    acme/split    test   yes              []  test,lint  []  []  []  yes  {AT}
    acme/split    more   yes              []  type-check,security-scan  []  []  []  yes  {AT}
    acme/push     check  no               []  {ALL}  []  []  []  yes  {AT}
    acme/soft     check  yes              []  test,lint,type-check  []  security-scan  []  yes  {AT}
    acme/weak     check  yes              []  {ALL}  []  []  []  no  {AT}
    acme/some     check  NA               paths: src/**  {ALL}  []  []  []  yes  {AT}
    acme/maybe    check  yes              []  test,lint,type-check  security-scan  []  []  yes  {AT}
    acme/blank    check  yes              []  {ALL}  []  []  []  NA  {AT}
    acme/calls    check  yes              []  test,lint,type-check  []  []  ./ci.sh  yes  {AT}
    acme/both     check  yes              []  test,type-check  security-scan  []  []  yes  {AT}
    acme/docs     check  yes              []  []  []  []  []  yes  {AT}
"""
RULES = f"""
    repository   required_checks   snapshot_at
    acme/all     test,lint         {AT}
    acme/one     test              {AT}
    acme/leg     test (1)          {AT}
    acme/called  all / unit        {AT}
    acme/caller  all               {AT}
    acme/named   test              {AT}
    acme/gate    gate              {AT}
    acme/later   gate              {AT}
    acme/free    []                {AT}
    acme/elses   test,lint         2026-02-02T09:00
    acme/push    []                {AT}
"""
REQUIRED = f"""
    repository   branch  snapshot_at  expect
    acme/all     main    {AT}  ok
    acme/one     main    {AT}  not among the required checks: lint (lint)
    acme/leg     main    {AT}  ok
    acme/called  main    {AT}  ok
    acme/caller  main    {AT}  not among the required checks: test (all / unit)
    acme/named   main    {AT}  untold: test: the names of its checks are not written out
    acme/gate    main    {AT}  untold: test: gate is required and waits for it
    acme/later   main    {AT}  untold: test: gate is required and waits for it
    acme/free    main    {AT}  not among the required checks: test (test)
    acme/elses   main    {AT}  untold: the branch rules of this moment were not collected
    acme/push    main    {AT}  out
    acme/none    main    {AT}  out
"""
CALLED = f"""
    repository   path  job         name        on_pull_request  kinds  needs  check_names        snapshot_at
    acme/all     a     test        test        yes              test   []     test               {AT}
    acme/all     a     lint        lint        yes              lint   []     lint               {AT}
    acme/one     a     test        test        yes              test   []     test               {AT}
    acme/one     a     lint        lint        yes              lint   []     lint               {AT}
    acme/leg     a     test        legs        yes              test   []     test (1),test (2)  {AT}
    acme/called  a     all / unit  all / unit  yes              test   []     all / unit         {AT}
    acme/caller  a     all / unit  all / unit  yes              test   []     all / unit         {AT}
    acme/named   a     test        test        yes              test   []     NA                 {AT}
    acme/gate    a     test        test        yes              test   []     test (x)           {AT}
    acme/gate    a     gate        gate        yes              []     test   gate               {AT}
    acme/later   a     all / unit  all / unit  yes              test   []     all / unit         {AT}
    acme/later   a     mid         mid         yes              []     all    mid                {AT}
    acme/later   a     gate        gate        yes              []     mid    gate               {AT}
    acme/free    a     test        test        yes              test   []     test               {AT}
    acme/elses   a     test        test        yes              test   []     test               {AT}
    acme/push    a     test        test        no               test   []     test               {AT}
"""
USES = f"""
    repository  path  job  uses                kind      owner    pinned  snapshot_at
    acme/shop   a     x    actions/checkout@4  action    actions  no      {AT}
    acme/shop   a     x    them/run@v1         action    them     no      {AT}
    acme/shop   a     y    them/run@v1         action    them     no      {AT}
    acme/shop   b     x    them/run@0123       action    them     yes     {AT}
    acme/shop   a     x    them/w.yml@v1       workflow  them     no      {AT}
    acme/shop   a     x    ./own               local     acme     yes     {AT}
    acme/shop   a     x    Acme/own@v1         action    Acme     no      {AT}
    acme/shop   a     x    docker://a:1        image     docker   no      {AT}
    acme/shop   a     x    docker://a@sha256:0  image    docker   yes     {AT}
    acme/shop   a     x    trusted/run@v1      action    trusted  no      {AT}
"""
PINNED = f"""
    key                             at     expect
    acme/shop/a actions/checkout@4  {AT}  ok
    acme/shop/a them/run@v1         {AT}  them/run@v1, used by x, y, is not pinned to a commit
    acme/shop/b them/run@0123       {AT}  ok
    acme/shop/a them/w.yml@v1       {AT}  is not pinned to a commit
    acme/shop/a ./own               {AT}  ok
    acme/shop/a Acme/own@v1         {AT}  ok
    acme/shop/a docker://a:1        {AT}  is not pinned to a digest
    acme/shop/a docker://a@sha256:0  {AT}  ok
    acme/shop/a trusted/run@v1      {AT}  ok
    acme/site/c (not YAML)          {AT}  untold: the file cannot be read
"""
FOREIGN = f"""
    key           at     expect
    acme/shop/a#x  {AT}  checks out the head of the pull request
    acme/shop/b#x  {AT}  ok
    acme/shop/c#x  {AT}  checks out the head of the pull request
    acme/shop/d#x  {AT}  untold: its steps are in a workflow that is not read
"""
EVENTS = f"""
    repository  path  job  events               foreign_code  unread                          snapshot_at
    acme/shop   a     x    pull_request_target  yes           []                              {AT}
    acme/shop   b     x    pull_request_target  no            ./own.sh                        {AT}
    acme/shop   c     x    push,workflow_run    yes           []                              {AT}
    acme/shop   d     x    pull_request_target  no            them/x/.github/workflows/a.yml  {AT}
    acme/shop   e     x    pull_request         no            []                              {AT}
"""
SCENARIOS = [
    Scenario("GH-CI-01", "workflow_repositories", "{repository}", "snapshot_at",
             {"workflow_repositories": KINDS, "workflow_jobs": JOBS},
             Parameters(repositories_without_code=("acme/docs",))),
    Scenario("GH-CI-02", "workflow_repositories", "{repository}", "snapshot_at",
             {"workflow_repositories": REQUIRED, "workflow_jobs": CALLED, "branch_rules": RULES}),
    Scenario("GH-CI-03", "expected", "{key}", "at",
             {"workflow_actions": USES, "expected": PINNED, "workflow_repositories": f"""
                 repository  branch  unreadable      snapshot_at
                 acme/site   main    c (not YAML)    {AT}
             """}, Parameters(trusted_action_owners=("actions", "Trusted"))),
    Scenario("GH-CI-04", "expected", "{key}", "at", {"workflow_jobs": EVENTS, "expected": FOREIGN}),
]  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
def test_workflow_files(scenario: Scenario) -> None:
    judge(scenario)


@pytest.mark.parametrize(("kinds", "expect"), [(("test",), 0), (("test", "lint"), 1), ((), 0)])
def test_a_company_says_which_kinds_it_asks_for(kinds: tuple[str, ...], expect: int) -> None:
    tables = {
        "workflow_repositories": f"repository  branch  unreadable  snapshot_at\nacme/a  main  []  {AT}",
        "workflow_jobs": "repository  name  on_pull_request  kinds  blocking  snapshot_at\n"
                         f"acme/a  check  yes  test  yes  {AT}",
    }  # fmt: skip
    parameters = Parameters(required_job_kinds=kinds)
    outcome = Scenario("GH-CI-01", "workflow_repositories", "", "", tables, parameters).run()
    assert len(outcome.exceptions) == expect
