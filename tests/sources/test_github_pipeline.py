"""Workflow files, runs, deployments and environments are read whole, over HTTP, or the reading raises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from soc2kit.config import Config
from soc2kit.errors import CollectionError, IncompleteCollection, MalformedInput, Refused, Unreachable
from soc2kit.example.github_change_state import (
    Commit,
    Deployment,
    DeploymentStatus,
    Environment,
    Repository,
    WorkflowFile,
    WorkflowRun,
)
from soc2kit.example.github_server import Fault, GithubServer
from soc2kit.example.state import GithubAccount, GithubState, Member
from soc2kit.frames import pipeline, workflows
from soc2kit.period import CIVIL
from soc2kit.source_settings import GithubSettings
from soc2kit.sources.base import Completeness, Page
from soc2kit.sources.github import SOURCE

MARCH = CIVIL.month(2026, 3)
AT = datetime(2026, 4, 1, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
DATASETS = {dataset.id: dataset for dataset in SOURCE.datasets}
FILES, RUNS, DEPLOYMENTS, ENVIRONMENTS = (
    f"github.{name}" for name in ("workflow_files", "workflow_runs", "deployments", "environments")
)
CI = WorkflowFile(".github/workflows/ci.yml", "on: pull_request\njobs: {test: {steps: [{run: pytest}]}}\n")
FIRST = Commit("a" * 40, ("ann",), MARCH.start - HOUR, "Start", ())
RECORD = {"effective": {"start": "2026-03-01T00:00:00Z", "end": "2026-04-01T00:00:00Z"}}


@dataclass
class Workspace:
    server: GithubServer
    config: Config

    def serve(self, *different: dict[str, Any], at: datetime = AT) -> None:
        made = datetime(2025, 1, 1, tzinfo=UTC)
        listed = tuple(
            replace(Repository(f"r{number}", "main", made, None, (), (FIRST,)), **fields)
            for number, fields in enumerate(different)
        )
        accounts = (GithubAccount("github-actions", "Bot"),)
        self.server.serve(GithubState("acme", True, "read", accounts, (Member("ann", "admin"),), (), listed), at)

    def collect(self, dataset: str) -> tuple[list[Page], Completeness]:
        read: list[Page] = []
        with SOURCE.connect(self.config) as connection:
            pages = DATASETS[dataset].pages(connection, MARCH)
            while True:
                try:
                    read.append(next(pages))
                except StopIteration as end:
                    return read, end.value

    def rows(self, dataset: str, make: Callable[..., Any]) -> list[dict[str, Any]]:
        pages = [{"call": p.call, "parameters": p.parameters, "answer": p.answer} for p in self.collect(dataset)[0]]
        return list(make(pages, RECORD))


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("EXAMPLE_GITHUB_TOKEN", "example")
    with GithubServer() as server:
        github = GithubSettings("acme", server.url, token_variable="EXAMPLE_GITHUB_TOKEN")
        yield Workspace(server, Config(Path("example"), "Acme", MARCH, ("security",), github=github))


def run(number: int, at: datetime, **different: Any) -> WorkflowRun:
    whole = WorkflowRun(number, CI.path, "CI", "push", "main", "a" * 40, "ann", at, at + SECOND, "success")
    return replace(whole, **different)


def deployment(number: int, at: datetime, statuses: int = 1, **different: Any) -> Deployment:
    states = [DeploymentStatus("in_progress", at + step * SECOND) for step in range(max(0, statuses - 1))]
    ended = [DeploymentStatus("success", at + HOUR)] if statuses else []
    whole = Deployment(number, "production", FIRST.sha, "main", at, "github-actions", (*states, *ended))
    return replace(whole, **different)


def counted(pages: list[Page]) -> int:
    return sum(page.rows for page in pages)


def test_files_are_read_with_their_commit_and_their_absence_is_stated(workspace: Workspace) -> None:
    readme = WorkflowFile(".github/workflows/README.md", "Not a workflow")
    broken = WorkflowFile(".github/workflows/broken.yaml", "on: [push")
    workspace.serve({"workflows": (CI, readme, broken)}, {}, {"commits": ()}, {"archived": True, "workflows": (CI,)})
    pages, complete = workspace.collect(FILES)
    assert [page.rows for page in pages] == [2, 0, 0]
    assert "3 repositories in scope answered with all of its workflow files, 2 of them without any; 1 archived" in (
        complete.reason
    )
    listed = workspace.rows(FILES, workflows.workflow_repositories)
    assert listed[0]["commit"] == FIRST.sha
    assert listed[0]["unreadable"] == [".github/workflows/broken.yaml (not YAML, line 1)"]
    assert (listed[1]["files"], listed[2]["branch"]) == (0, None)
    (job,) = workspace.rows(FILES, workflows.workflow_jobs)
    assert (job["kinds"], job["check_names"], job["on_pull_request"]) == (["test"], ["test"], True)


def blob(**different: Any) -> Callable[[Any], Any]:
    def edit(answer: Any) -> Any:
        folder = answer["data"]["repository"]["object"]
        folder["entries"][0]["object"] |= different
        return answer

    return edit


def folder(value: Any) -> Callable[[Any], Any]:
    def edit(answer: Any) -> Any:
        answer["data"]["repository"]["object"]["entries"] = value
        return answer

    return edit


@pytest.mark.parametrize(
    ("edit", "error", "says"),
    [
        (blob(isTruncated=True), IncompleteCollection, "acme/r0/.github/workflows/ci.yml: GitHub gives only a part"),
        (blob(isBinary=True, text=None), IncompleteCollection, "GitHub gives no text"),
        (blob(text=None), IncompleteCollection, "GitHub gives no text"),
        (folder(None), IncompleteCollection, "names the folder but not what is in it"),
        (folder([{"name": "a"}]), MalformedInput, "'type'"),
        (lambda _: {"data": {"repository": None}}, Refused, "not visible"),
        (lambda _: {"data": {"repository": {}}}, MalformedInput, "'object'"),
        (lambda _: {"data": None, "errors": [{"type": "FORBIDDEN", "message": "no"}]}, Refused, "Contents: read"),
    ],
)
def test_a_file_is_never_half_read(
    workspace: Workspace, edit: Callable[[Any], Any], error: type[CollectionError], says: str
) -> None:
    workspace.serve({"workflows": (CI,)})
    workspace.server.faults.append(Fault("/graphql", edit=edit))
    with pytest.raises(error, match=says):
        workspace.collect(FILES)


@pytest.mark.parametrize(
    ("moments", "expect"),
    [
        ([], 0),
        ([MARCH.start - SECOND], 0),
        ([MARCH.start], 1),
        ([MARCH.end - SECOND], 1),
        ([MARCH.end], 0),
        ([MARCH.start + number * HOUR for number in range(101)], 101),
    ],
)
def test_runs_of_the_period_are_read(workspace: Workspace, moments: list[datetime], expect: int) -> None:
    workspace.serve({"runs": tuple(run(number, at) for number, at in enumerate(moments, 1))}, at=AT + HOUR)
    pages, complete = workspace.collect(RUNS)
    assert (counted(pages), complete.source_total) == (expect, expect)


@pytest.mark.parametrize(("count", "questions"), [(999, 1), (1000, 2), (2500, 4)])
def test_more_runs_than_github_answers_are_read_in_several_questions(
    workspace: Workspace, count: int, questions: int
) -> None:
    step = (MARCH.end - MARCH.start) / count
    made = tuple(run(number, (MARCH.start + number * step).replace(microsecond=0)) for number in range(count))
    workspace.serve({"runs": made})
    pages, complete = workspace.collect(RUNS)
    read = Counter(one["id"] for page in pages for one in page.answer["workflow_runs"])
    assert (len(read), set(read.values())) == (count, {1})
    assert f"in {questions} questions" in complete.reason


def test_too_many_runs_in_one_second_are_told(workspace: Workspace) -> None:
    workspace.serve({"runs": tuple(run(number, MARCH.start + HOUR) for number in range(1000))})
    with pytest.raises(IncompleteCollection, match="1000 or more in one second \\(2026-03-01T01:00:00Z\\)"):
        workspace.collect(RUNS)


def without_a_run(answer: Any) -> Any:
    return {**answer, "workflow_runs": answer["workflow_runs"][1:]}


def twice(answer: Any) -> Any:
    return {**answer, "workflow_runs": [answer["workflow_runs"][0]] * 2}


def of_april(answer: Any) -> Any:
    return {
        **answer,
        "workflow_runs": [{**one, "created_at": "2026-04-02T00:00:00Z"} for one in answer["workflow_runs"]],
    }


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        (Fault("/repos/acme/r0/actions", edit=without_a_run), IncompleteCollection, "1 read, but GitHub counts 2"),
        (Fault("/repos/acme/r0/actions", edit=twice), IncompleteCollection, "1 read, but GitHub counts 2"),
        (Fault("/repos/acme/r0/actions", edit=of_april), IncompleteCollection, "was created outside"),
        (Fault("/repos/acme/r0/actions", edit=lambda _: {"workflow_runs": []}), MalformedInput, "'total_count'"),
        (Fault("/repos/acme/r0/actions", edit=lambda _: []), MalformedInput, "not what this API gives"),
        (Fault("/repos/acme/r0/actions", 403, "Resource not accessible"), Refused, "Actions: read"),
        (Fault("/repos/acme/r0/actions", 404, "Not Found"), Refused, "Actions: read"),
        (Fault("/repos/acme/r0/actions", 502), Unreachable, "502"),
    ],
)  # fmt: skip
def test_runs_that_are_not_whole_are_no_answer(
    workspace: Workspace, fault: Fault, error: type[CollectionError], says: str
) -> None:
    workspace.serve({"runs": (run(1, MARCH.start), run(2, MARCH.start + HOUR))})
    workspace.server.faults.append(fault)
    with pytest.raises(error, match=says):
        workspace.collect(RUNS)


def test_a_run_that_goes_on_has_no_conclusion(workspace: Workspace) -> None:
    going_on = run(1, MARCH.end - SECOND, completed_at=MARCH.end + HOUR, attempt=3)
    workspace.serve({"runs": (going_on, run(2, MARCH.start, actor=None, conclusion="failure"))})
    failed, running = sorted(workspace.rows(RUNS, pipeline.ci_runs), key=lambda row: row["created_at"])
    assert (running["conclusion"], running["completed_at"], running["attempt"]) == (None, None, 3)
    assert (failed["conclusion"], failed["run"]) == ("failure", "acme/r0/actions/runs/2")


@pytest.mark.parametrize(
    ("moments", "expect"),
    [
        ([], 0),
        ([MARCH.start - SECOND], 0),
        ([MARCH.start], 1),
        ([MARCH.end - SECOND], 1),
        ([MARCH.end], 0),
        ([MARCH.start + number * HOUR for number in range(25)], 25),
        ([MARCH.start + number * HOUR for number in range(26)], 26),
        ([MARCH.start + number * HOUR for number in range(60)], 60),
    ],
)
def test_deployments_of_the_period_are_read(workspace: Workspace, moments: list[datetime], expect: int) -> None:
    made = tuple(deployment(number, at) for number, at in enumerate(moments, 1))
    workspace.serve({"deployments": made}, {}, at=AT + HOUR)
    pages, complete = workspace.collect(DEPLOYMENTS)
    assert counted(pages) == expect
    assert "2 repositories were read" in complete.reason
    rows = workspace.rows(DEPLOYMENTS, pipeline.deployments)
    assert len({row["deployment"] for row in rows}) == expect


def test_reading_ends_with_the_first_page_that_reaches_before_the_period(workspace: Workspace) -> None:
    old = [deployment(number, MARCH.start - number * HOUR) for number in range(1, 100)]
    workspace.serve({"deployments": (*old, deployment(100, MARCH.start))})
    assert len(workspace.collect(DEPLOYMENTS)[0]) == 1


@pytest.mark.parametrize(("statuses", "pages"), [(0, 1), (1, 1), (25, 1), (26, 2), (125, 2), (126, 3)])
def test_every_status_of_a_deployment_is_read(workspace: Workspace, statuses: int, pages: int) -> None:
    workspace.serve({"deployments": (deployment(1, MARCH.start, statuses),)})
    read, _ = workspace.collect(DEPLOYMENTS)
    assert len(read) == pages
    assert sum("statuses" in page.call for page in read) == pages - 1
    (row,) = workspace.rows(DEPLOYMENTS, pipeline.deployments)
    # The success is the last in time, and so on the first page of statuses: the rest must not hide it.
    assert (row["state"], row["succeeded_at"]) == (
        ("SUCCESS", "2026-03-01T01:00:00Z") if statuses else (None, None)
    )  # fmt: skip
    assert (row["creator"], row["creator_is_bot"], row["committed_at"]) == (
        "github-actions", True, "2026-02-28T23:00:00Z",
    )  # fmt: skip


def test_what_became_of_a_deployment_is_told_in_order(workspace: Workspace) -> None:
    states = ("queued", "failure", "success", "inactive")
    statuses = tuple(DeploymentStatus(state, MARCH.start + step * HOUR) for step, state in enumerate(states))  # type: ignore[arg-type]
    one = deployment(1, MARCH.start, statuses=0, creator="ann", sha="f" * 40)
    workspace.serve({"deployments": (replace(one, statuses=statuses),)})
    (row,) = workspace.rows(DEPLOYMENTS, pipeline.deployments)
    assert (row["state"], row["failed_at"], row["succeeded_at"]) == (
        "INACTIVE", "2026-03-01T01:00:00Z", "2026-03-01T02:00:00Z",
    )  # fmt: skip
    assert (row["creator"], row["creator_is_bot"], row["committed_at"]) == ("ann", False, None)


def listing(change: Callable[[Any], None]) -> Callable[[Any], Any]:
    def edit(answer: Any) -> Any:
        if "repository" in answer["data"]:
            change(answer["data"]["repository"]["deployments"])
        return answer

    return edit


def of_statuses(change: Callable[[Any], None]) -> Callable[[Any], Any]:
    def edit(answer: Any) -> Any:
        if "node" in answer["data"]:
            change(answer["data"])
        return answer

    return edit


@pytest.mark.parametrize(
    ("edit", "error", "says"),
    [
        (listing(lambda listed: listed.update(totalCount=9)), IncompleteCollection, "1 read, but GitHub counts 9"),
        (listing(lambda listed: listed["nodes"].insert(0, None)), IncompleteCollection, "null nodes"),
        (listing(lambda listed: listed["pageInfo"].update(hasNextPage=True, endCursor=None)), IncompleteCollection,
         "none follows None"),
        (listing(lambda listed: listed["nodes"][0].pop("createdAt")), MalformedInput, "'createdAt'"),
        (of_statuses(lambda data: data.update(node=None)), Refused, "gone while it was read"),
        (of_statuses(lambda data: data["node"]["statuses"].update(totalCount=99)), IncompleteCollection,
         "acme/r0/deployments/1: 30 of 99 statuses"),
        (lambda _: {"data": {"repository": None}}, Refused, "Deployments: read"),
        (lambda _: {"data": {"repository": {}}}, MalformedInput, "'deployments'"),
    ],
)  # fmt: skip
def test_deployments_that_are_not_whole_are_no_answer(
    workspace: Workspace, edit: Callable[[Any], Any], error: type[CollectionError], says: str
) -> None:
    workspace.serve({"deployments": (deployment(1, MARCH.start, statuses=30),)})
    workspace.server.faults.append(Fault("/graphql", edit=edit))
    with pytest.raises(error, match=says):
        workspace.collect(DEPLOYMENTS)


def test_a_page_that_is_too_much_is_asked_for_in_smaller_ones(workspace: Workspace) -> None:
    workspace.serve({"deployments": tuple(deployment(n, MARCH.start + n * HOUR) for n in range(20))})
    workspace.server.faults.append(Fault("/graphql", larger_than=10))
    pages, _ = workspace.collect(DEPLOYMENTS)
    assert [page.parameters["pageSize"] for page in pages] == [6, 6, 6, 6]
    assert counted(pages) == 20


def of_seven(answer: Any) -> Any:
    return {**answer, "total_count": 7}


def test_environments_are_read_with_their_protection(workspace: Workspace) -> None:
    patterns = tuple(f"release/{number}" for number in range(101))
    weak = Environment("staging", MARCH.start)
    strong = Environment("production (eu)", MARCH.start, ("ann",), True, 30, "custom", (*patterns, "tag v*"), False)
    workspace.serve({"environments": (weak, strong)}, {}, {"archived": True, "environments": (weak,)})
    pages, complete = workspace.collect(ENVIRONMENTS)
    assert (counted(pages), complete.source_total) == (2, 2)
    open_to_all, kept = workspace.rows(ENVIRONMENTS, pipeline.environments)
    assert kept == {
        "repository": "acme/r0", "environment": "production (eu)", "reviewers": ["User:ann"],
        "prevents_self_review": True, "wait_minutes": 30, "branches": "custom",
        "branch_patterns": sorted([*patterns, "tag v*"]), "administrators_bypass": False,
    }  # fmt: skip
    assert (open_to_all["branches"], open_to_all["reviewers"], open_to_all["wait_minutes"]) == ("any", [], 0)
    assert (open_to_all["administrators_bypass"], open_to_all["prevents_self_review"]) == (True, None)
    assert workspace.rows(ENVIRONMENTS, pipeline.environment_lists) == [
        {"repository": "acme/r0", "listed": 2}, {"repository": "acme/r1", "listed": 0},
    ]  # fmt: skip


def test_a_setting_that_github_leaves_out_is_unknown(workspace: Workspace) -> None:
    def edit(answer: Any) -> Any:
        del answer["environments"][0]["can_admins_bypass"]
        return answer

    workspace.serve({"environments": (Environment("production", MARCH.start, branches="protected"),)})
    workspace.server.faults.append(Fault("/repos/acme/r0/environments", edit=edit))
    (row,) = workspace.rows(ENVIRONMENTS, pipeline.environments)
    assert (row["administrators_bypass"], row["branches"]) == (None, "protected")


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        (Fault("/repos/acme/r0/environments", 403, "Resource not accessible"), Refused, "Actions: read"),
        (Fault("/repos/acme/r0/environments", 404, "Not Found"), Refused, "Actions: read"),
        (Fault("/repos/acme/r0/environments/production", 404, "Not Found"), Refused, "deployment-branch-policies"),
        (Fault("/repos/acme/r0/environments", edit=of_seven), IncompleteCollection, "counts 7"),
        (Fault("/repos/acme/r0/environments/", edit=of_seven), IncompleteCollection,
         "1 branch_policies read, but GitHub counts 7"),
        (Fault("/repos/acme/r0/environments", edit=lambda _: {"environments": []}), MalformedInput, "'total_count'"),
        (Fault("/repos/acme/r0/environments", edit=lambda _: {"total_count": 0}), MalformedInput, "expected a list"),
    ],
)  # fmt: skip
def test_environments_that_are_not_whole_are_no_answer(
    workspace: Workspace, fault: Fault, error: type[CollectionError], says: str
) -> None:
    workspace.serve(
        {"environments": (Environment("production", MARCH.start, branches="custom", branch_patterns=("main",)),)}
    )
    workspace.server.faults.append(fault)
    with pytest.raises(error, match=says):
        workspace.collect(ENVIRONMENTS)
