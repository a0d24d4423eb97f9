"""Faults of GitHub's answers on workflow files, runs, deployments and environments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from faults.github_rows import FIRST, NO_PAGE, NO_RIGHT, PAGE_2, RETRIED, SMALLER, graphql_error, row
from faults.proxy import Edit, halved, in_json, instead, without_header
from faults.rows import Row, cut_short, malformed, refused

FILES, RUNS = "github.workflow_files", "github.workflow_runs"
DEPLOYMENTS, ENVIRONMENTS = "github.deployments", "github.environments"
RUN_PAGE, ENVIRONMENT_PAGE = r"GET /repos/acme/shop/actions/runs\?", r"GET /repos/acme/shop/environments\?"
PATTERN_PAGE = r"GET /repos/acme/shop/environments/production/deployment-branch-policies"
FILE_PAGE = r"POST /graphql.*WorkflowFiles.*shop"
DEPLOYMENT_PAGE, STATUS_PAGE = r"POST /graphql.*query Deployments\(.*shop", r"POST /graphql.*DeploymentStatuses"


def blob(**values: Any) -> Edit:
    return in_json(lambda answer: answer["data"]["repository"]["object"]["entries"][0]["object"].update(values))


def deployments(change: Callable[[Any], None]) -> Edit:
    return in_json(lambda answer: change(answer["data"]["repository"]["deployments"]))


def statuses(**values: Any) -> Edit:
    return in_json(lambda answer: answer["data"]["node"]["statuses"].update(values))


def shorter(name: str) -> Edit:
    return in_json(lambda answer: {**answer, name: answer[name][1:]})


def first_is_null(listed: Any) -> None:
    listed["nodes"][0] = None


def without_its_time(listed: Any) -> None:
    del listed["nodes"][0]["createdAt"]


PIPELINE: tuple[Row, ...] = (
    row("a 403 on the runs", RUNS, RUN_PAGE, instead(403, NO_RIGHT), refused("Actions: read"), asked=1),
    row("no Link on the first page of runs", RUNS, RUN_PAGE + NO_PAGE, without_header("link"),
        cut_short("page 1 names no next")),
    row("no Link on a middle page of runs", RUNS, RUN_PAGE + PAGE_2, without_header("link"),
        cut_short("the last is 3")),
    row("a run left out of a page", RUNS, RUN_PAGE + PAGE_2, shorter("workflow_runs"),
        cut_short("9 read, but GitHub counts 10")),
    row("a connection cut in the body, once", RUNS, RUN_PAGE + PAGE_2, halved, RETRIED, FIRST, 2),
    row("an answer without the list of runs", RUNS, RUN_PAGE, in_json(lambda _: {"total_count": 0}),
        malformed("expected a list")),
    row("a 403 on the environments", ENVIRONMENTS, ENVIRONMENT_PAGE, instead(403, NO_RIGHT), refused("Actions: read"),
        asked=1),
    row("an environment left out of a page", ENVIRONMENTS, ENVIRONMENT_PAGE, shorter("environments"),
        cut_short("1 environments read, but GitHub counts 2")),
    row("a pattern left out of a page", ENVIRONMENTS, PATTERN_PAGE, shorter("branch_policies"),
        cut_short("counts 2")),
    row("FORBIDDEN in the answer", FILES, FILE_PAGE, graphql_error("FORBIDDEN", "no"), refused("Contents: read")),
    row("a workflow file that is cut", FILES, FILE_PAGE, blob(isTruncated=True), cut_short("only a part of this file")),
    row("a workflow file without its text", FILES, FILE_PAGE, blob(text=None), cut_short("no text of this file")),
    row("FORBIDDEN in the answer", DEPLOYMENTS, DEPLOYMENT_PAGE, graphql_error("FORBIDDEN", "no"),
        refused("Deployments: read")),
    row("hasNextPage false on the first page of deployments", DEPLOYMENTS, DEPLOYMENT_PAGE,
        deployments(lambda listed: listed["pageInfo"].update(hasNextPage=False)),
        cut_short("4 read, but GitHub counts 10"), FIRST),
    row("hasNextPage true without a cursor, deployments", DEPLOYMENTS, DEPLOYMENT_PAGE,
        deployments(lambda listed: listed["pageInfo"].update(endCursor=None)), cut_short("none follows")),
    row("a null among the deployments, once", DEPLOYMENTS, DEPLOYMENT_PAGE, deployments(first_is_null), SMALLER, FIRST),
    row("a null among the deployments, always", DEPLOYMENTS, DEPLOYMENT_PAGE, deployments(first_is_null),
        cut_short("null nodes")),
    row("hasNextPage false on the second page of statuses", DEPLOYMENTS, STATUS_PAGE,
        statuses(pageInfo={"hasNextPage": False, "endCursor": None}, nodes=[]), cut_short("25 of 30 statuses")),
    row("a deployment that is gone", DEPLOYMENTS, STATUS_PAGE, in_json(lambda _: {"data": {"node": None}}),
        refused("gone while it was read")),
    row("a deployment without its time", DEPLOYMENTS, DEPLOYMENT_PAGE,
        deployments(without_its_time), malformed("'createdAt'")),
)  # fmt: skip
