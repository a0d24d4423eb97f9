"""The local GitHub's pull requests over GraphQL: pages of their lists, commits by id, faults for one query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests
from example.test_github_server import AT, DAY, HEADERS, ask, change, organization

from soc2kit.example.github_change_state import CheckRun, Repository, Review, TimelineEvent
from soc2kit.example.github_contracts import query_texts
from soc2kit.example.github_server import Fault, GithubServer
from soc2kit.example.state import GithubState


@pytest.fixture
def server() -> Iterator[GithubServer]:
    with GithubServer() as running:
        running.serve(organization(), AT)
        yield running


def long_pull_request() -> GithubState:
    """Three of everything, in a repository of one pull request."""
    pull, commit = change(1)
    events = tuple(TimelineEvent("LabeledEvent", AT, "ann", after=f"label {number}") for number in range(3))
    checks = tuple(CheckRun(f"check {number}", "SUCCESS", AT) for number in range(3))
    work = tuple(replace(pull.commits[0], sha=f"{number:040x}", checks=checks) for number in range(3))
    reviews = tuple(Review("bob", "COMMENTED", AT, work[0].sha) for _ in range(3))
    pull = replace(pull, commits=work, reviews=reviews, timeline=events, labels=("a", "b", "c"))
    shop = Repository("shop", "main", AT - 400 * DAY, None, (pull,), (replace(commit, checks=checks),))
    return replace(organization(), repositories=(shop,))


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("pull_request_labels", ("labels",)),
        ("pull_request_reviews", ("reviews",)),
        ("pull_request_commits", ("commits",)),
        ("pull_request_timeline", ("timelineItems",)),
        ("pull_request_checks", ("head", "nodes", 0, "commit", "statusCheckRollup", "contexts")),
        ("merge_commit_checks", ("mergeCommit", "statusCheckRollup", "contexts")),
    ],
)
def test_lists_inside_a_pull_request_have_pages(server: GithubServer, query: str, path: tuple[Any, ...]) -> None:
    server.serve(long_pull_request(), AT)
    after, sizes = None, []
    while True:
        listed = ask(server, query, number=1, pageSize=2, after=after)["data"]["repository"]["pullRequest"]
        for part in path:
            listed = listed[part]
        sizes.append((len(listed["nodes"]), listed["totalCount"]))
        if not listed["pageInfo"]["hasNextPage"]:
            break
        after = listed["pageInfo"]["endCursor"]
    assert sizes == [(2, 3), (1, 3)]


def test_a_commit_is_found_by_its_id(server: GithubServer) -> None:
    nodes = ask(server, "pull_request_commits", number=1, pageSize=1)["data"]["repository"]["pullRequest"]["commits"]
    commit = nodes["nodes"][0]["commit"]
    (found,) = ask(server, "commit_details", ids=[commit["id"]])["data"]["nodes"]
    assert (found["oid"], found["authors"]["totalCount"]) == (commit["oid"], 1)
    assert ask(server, "commit_authors", id=commit["id"], pageSize=1)["data"]["node"]["oid"] == commit["oid"]


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("commit_details", {"ids": ["WyJDb21taXQiLCAiYWNtZS9zaG9wIiwgIjAiXQ=="]}),
        ("commit_authors", {"id": "nonsense", "pageSize": 1}),
        ("pull_request_reviews", {"number": 404, "pageSize": 1}),
    ],
)
def test_what_is_not_there_is_an_error_in_githubs_form(
    server: GithubServer, query: str, variables: dict[str, Any]
) -> None:
    assert ask(server, query, **variables)["errors"][0]["type"] == "NOT_FOUND"


@pytest.mark.parametrize(("larger_than", "statuses"), [(None, [502, 200]), (5, [200, 200]), (4, [502, 200])])
def test_a_fault_can_be_for_one_query(server: GithubServer, larger_than: int | None, statuses: list[int]) -> None:
    server.faults.append(Fault("/graphql", 502, larger_than=larger_than, query="MergedPullRequests"))
    variables = {"owner": "acme", "name": "shop", "number": 1, "pageSize": 5}
    bodies = [
        {"query": query_texts()[name], "variables": variables}
        for name in ("merged_pull_requests", "pull_request_reviews")
    ]
    answers = [requests.post(f"{server.url}/graphql", json=body, headers=HEADERS, timeout=10) for body in bodies]
    assert [answer.status_code for answer in answers] == statuses
