"""Tests of the environments that production runs in, row by row."""

from __future__ import annotations

import pytest
from text_tables import Scenario, judge

from soc2kit.parameters import Parameters

AT = "2026-02-01T09:00"
LISTS = f"""
    repository    listed  snapshot_at
    acme/good     2       {AT}
    acme/custom   2       {AT}
    acme/tags     2       {AT}
    acme/any      2       {AT}
    acme/wide     2       {AT}
    acme/alone    1       {AT}
    acme/bypass   2       {AT}
    acme/hidden   2       {AT}
    acme/few      2       {AT}
    acme/hasty    2       {AT}
    acme/absent   1       {AT}
    acme/gone     0       {AT}
    acme/later    0       {AT}
    acme/pages    1       {AT}
    acme/quiet    0       {AT}
    acme/branch   2       {AT}
    acme/live     2       {AT}
"""
HELD = f"""
    repository    environment   reviewers   wait_minutes  branches   branch_patterns  administrators_bypass  snapshot_at
    acme/good     production    Team:core   10            protected  []               no                     {AT}
    acme/good     staging       []          0             any        []               yes                    {AT}
    acme/custom   production    User:ann    10            custom     main             no                     {AT}
    acme/custom   staging       []          0             any        []               yes                    {AT}
    acme/tags     production    Team:core   10            custom     main,tag v*      no                     {AT}
    acme/tags     staging       []          0             any        []               yes                    {AT}
    acme/any      production    Team:core   10            any        []               no                     {AT}
    acme/any      staging       []          0             any        []               yes                    {AT}
    acme/wide     production    Team:core   10            custom     main,hotfix/*    no                     {AT}
    acme/wide     staging       []          0             any        []               yes                    {AT}
    acme/alone    production    Team:core   10            protected  []               no                     {AT}
    acme/bypass   production    Team:core   10            protected  []               yes                    {AT}
    acme/bypass   staging       []          0             any        []               yes                    {AT}
    acme/hidden   production    Team:core   10            protected  []               NA                     {AT}
    acme/hidden   staging       []          0             any        []               yes                    {AT}
    acme/few      production    []          10            protected  []               no                     {AT}
    acme/few      staging       []          0             any        []               yes                    {AT}
    acme/hasty    production    Team:core   9             protected  []               no                     {AT}
    acme/hasty    staging       []          0             any        []               yes                    {AT}
    acme/absent   staging       []          0             any        []               yes                    {AT}
    acme/pages    github-pages  []          0             any        []               yes                    {AT}
    acme/branch   production    Team:core   10            custom     main             no                     {AT}
    acme/branch   staging       []          0             any        []               yes                    {AT}
    acme/live     live          Team:core   10            protected  []               no                     {AT}
    acme/live     staging       []          0             any        []               yes                    {AT}
"""
DEPLOYED = """
    deployment          repository  environment   created_at
    acme/gone/1         acme/gone   production    2026-01-31T00:00
    acme/later/1        acme/later  production    2026-02-01T09:01
    acme/pages/1        acme/pages  github-pages  2026-01-31T00:00
"""
BRANCHES = "repository  branch  snapshot_at\n" + "\n".join(
    f"acme/{name}  {'NA' if name == 'branch' else 'main'}  {AT}"
    for name in ("good", "custom", "tags", "any", "wide", "alone", "bypass", "hidden", "few", "hasty", "branch", "live")
)
EXPECTED = f"""
    key                                   at     expect
    acme/good/environments/production    {AT}  ok
    acme/custom/environments/production  {AT}  ok
    acme/tags/environments/production    {AT}  ok
    acme/any/environments/production     {AT}  any branch may be deployed
    acme/wide/environments/production    {AT}  hotfix/* may be deployed
    acme/alone/environments/production   {AT}  no environment besides production
    acme/bypass/environments/production  {AT}  administrators may pass its protection by
    acme/hidden/environments/production  {AT}  untold: does not say whether administrators
    acme/few/environments/production     {AT}  0 reviewers, at least 1 are due
    acme/hasty/environments/production   {AT}  a wait of 9 minutes, at least 10 are due
    acme/absent/environments/production  {AT}  acme/absent, which deploys, has only staging
    acme/gone/environments/production    {AT}  acme/gone, which deploys, has no environment
    acme/branch/environments/production  {AT}  untold: the default branch of this moment is not known
    acme/live/environments/live          {AT}  ok
"""
SCENARIO = Scenario(
    "GH-DEP-01", "expected", "{key}", "at",
    {"environment_lists": LISTS, "environments": HELD, "deployments": DEPLOYED, "workflow_repositories": BRANCHES,
     "expected": EXPECTED},
    Parameters(minimum_deployment_reviewers=1, minimum_deployment_wait_minutes=10,
               approved_production_branches=("tag v*",), production_environments=("production", "live")),
)  # fmt: skip
SCENARIOS = [SCENARIO]


def test_production_environments() -> None:
    judge(SCENARIO)


@pytest.mark.parametrize("parameters", [Parameters(), Parameters(production_environments=())])
def test_nothing_deploys_anywhere(parameters: Parameters) -> None:
    tables = {**dict.fromkeys(SCENARIO.tables, ""), "environment_lists": "repository  listed  snapshot_at",
              "environments": "repository  environment  snapshot_at",
              "workflow_repositories": "repository  branch  snapshot_at"}  # fmt: skip
    outcome = Scenario("GH-DEP-01", "expected", "", "", tables, parameters).run()
    assert (len(outcome.population), len(outcome.exceptions)) == (0, 0)
