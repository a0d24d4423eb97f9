"""Merged pull requests with all that belongs to them, over HTTP, from a local GitHub that has every trap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import graphql
import pandas as pd
import pytest
from sources.test_github import (
    AT,
    DATASETS,
    HOUR,
    MARCH,
    TOKEN,
    Workspace,
    change,
    exhaust,
    hourly,
    organization,
    repository,
    settings,
)

from soc2kit.errors import CollectionError, IncompleteCollection, Unreachable
from soc2kit.example.github_change_state import CheckRun, Commit, Repository, Review, TimelineEvent
from soc2kit.example.github_contracts import query_texts
from soc2kit.example.github_server import Fault, GithubServer
from soc2kit.frames.schema import typed
from soc2kit.frames.table import FRAMES
from soc2kit.sources.base import Completeness, Page
from soc2kit.sources.github import SOURCE

PULLS = "github.merged_pull_requests"
MERGED = MARCH.start + 24 * HOUR
SHA = "a" * 40


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that would have been waited."""
    waited: list[float] = []
    monkeypatch.setattr("soc2kit.sources.github.limits.pause", waited.append)
    return waited


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> Iterator[Workspace]:
    monkeypatch.setenv("EXAMPLE_GITHUB_TOKEN", TOKEN)
    with GithubServer() as server:
        server.token = TOKEN
        yield Workspace(server, settings(server))


@dataclass(frozen=True)
class Evidence:
    pages: list[Page]
    completeness: Completeness

    @property
    def calls(self) -> list[str]:
        """Queries, without those that list pull requests."""
        names = [page.call.removeprefix("GraphQL ") for page in self.pages]
        return [name for name in names if name != "merged_pull_requests"]

    def frame(self, name: str) -> pd.DataFrame:
        spec = FRAMES[name]
        assert spec.prepare is not None
        assert spec.rows is not None
        record = {"effective": {"start": "2026-03-01T00:00:00Z", "end": "2026-04-01T00:00:00Z"}}
        pages = [{"answer": page.answer} for page in self.pages]
        return typed(spec, spec.rows(spec.prepare(pages, record), record), "test").drop_duplicates(list(spec.unique))


def commits(count: int, **different: Any) -> tuple[Commit, ...]:
    start = MERGED - 20 * HOUR
    made = (Commit(f"{number:040x}", ("ann",), start + timedelta(minutes=number), f"Step {number}",
                   (f"{number - 1:040x}",), "ann") for number in range(1, count + 1))  # fmt: skip
    return tuple(replace(commit, **different) for commit in made)


def comments(count: int) -> tuple[Review, ...]:
    return tuple(
        Review("bob", "COMMENTED", MERGED - 2 * HOUR + timedelta(seconds=number), SHA) for number in range(count)
    )


def runs(count: int) -> tuple[CheckRun, ...]:
    return tuple(CheckRun(f"check {number:03}", "SUCCESS", MERGED - HOUR) for number in range(count))


def labelled(count: int) -> tuple[TimelineEvent, ...]:
    return tuple(
        TimelineEvent("LabeledEvent", MERGED - HOUR + timedelta(seconds=number), "ann", after=f"label {number}")
        for number in range(count)
    )


def one(landed: dict[str, Any] | None = None, /, **different: Any) -> Repository:
    pull, commit = change(7, MERGED, **different)
    return repository("shop", [], pull_requests=(pull,), commits=(replace(commit, **(landed or {})),))


def read(workspace: Workspace, *repositories: Repository) -> Evidence:
    workspace.serve(organization(*repositories))
    return Evidence(*workspace.collect(PULLS))


LONG: dict[str, tuple[dict[str, Any], dict[str, Any], str, str, int]] = {
    "over 100 reviews": ({"reviews": comments(251)}, {}, "reviews", "pull_request_reviews", 251),
    "over 100 commits": ({"commits": commits(230)}, {}, "change_commits", "pull_request_commits", 230),
    "over 50 events": ({"timeline": labelled(151)}, {}, "change_events", "pull_request_timeline", 151),
    "over 50 checks": ({"commits": commits(1, checks=runs(151))}, {}, "change_checks", "pull_request_checks", 151),
    "over 50 checks in a merge queue": ({"commits": commits(1)}, {"checks": runs(101)}, "change_checks",
                                        "merge_commit_checks", 101),
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_long_lists_are_read_to_their_ends(workspace: Workspace, name: str) -> None:
    different, landed, frame, query, rows = LONG[name]
    evidence = read(workspace, one(landed, **different))
    assert set(evidence.calls) == {query}
    assert len(evidence.frame(frame)) == rows
    assert evidence.pages[0].rows == sum(page.rows for page in evidence.pages) == 1
    assert {page.parameters["number"] for page in evidence.pages if page.call.endswith(query)} == {7}


def test_labels_beyond_the_first_page(workspace: Workspace) -> None:
    names = tuple(f"label {number}" for number in range(131))
    evidence = read(workspace, one(labels=names))
    (row,) = evidence.frame("changes").itertuples()
    assert tuple(row.labels) == names
    assert evidence.calls.count("pull_request_labels") == 4  # two pages, at each of two looks at the top


def test_what_fits_into_its_page_is_asked_for_once(workspace: Workspace) -> None:
    evidence = read(workspace, one(reviews=comments(50), commits=commits(100), timeline=labelled(50)))
    assert evidence.calls == []
    assert evidence.frame("changes")["commits_total"].tolist() == [100]


@pytest.mark.parametrize(("listed", "count", "held"), [(250, 300, 250), (250, 250, 250), (None, 300, 300)])
def test_commits_that_github_counts_but_does_not_list(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, listed: int | None, count: int, held: int
) -> None:
    """The month goes on; how many there are stands beside how many were listed."""
    monkeypatch.setattr("soc2kit.example.github_pulls.COMMITS_LISTED", listed)
    evidence = read(workspace, one(commits=commits(count)))
    assert evidence.frame("changes")["commits_total"].tolist() == [count]
    assert len(evidence.frame("change_commits")) == held
    assert ("250 of 300 commits of acme/shop#7" in evidence.completeness.reason) is (held < count)


def test_commits_that_end_early_elsewhere_are_not_whole(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("soc2kit.example.github_pulls.COMMITS_LISTED", 249)
    with pytest.raises(IncompleteCollection, match=r"acme/shop#7: 249 commits were read, but GitHub counts 300"):
        read(workspace, one(commits=commits(300)))


def test_lists_of_pull_requests_outside_the_month_are_left(workspace: Workspace) -> None:
    pull, commit = change(7, MARCH.start - HOUR, reviews=comments(51))
    shop = repository("shop", [], pull_requests=(pull,), commits=(commit,))
    assert read(workspace, shop).calls == []


def test_a_pull_request_touched_during_the_crawl_has_the_later_lists(workspace: Workspace) -> None:
    workspace.serve(organization(one(reviews=comments(60))))

    def touch(pages: int) -> None:
        if pages == 1:
            later = Review("bob", "APPROVED", AT, SHA)
            workspace.serve(organization(one(reviews=(*comments(61), later), labels=("emergency",))))

    with SOURCE.connect(workspace.config) as connection:
        evidence = Evidence(*exhaust(DATASETS[PULLS].pages(connection, MARCH), touch))
    assert len(evidence.frame("reviews")) == 62
    assert evidence.frame("changes")["labels"].tolist() == [["emergency"]]


# Who made the commits, and what became of the pull request -----------------------------------------------------------


def test_co_authors_by_trailer_are_people_of_a_commit(workspace: Workspace) -> None:
    together = commits(1, authors=("ann", "bob", *(f"p{number}" for number in range(30)), "guest@home.example"))
    evidence = read(workspace, one(commits=together, reviews=()))
    assert evidence.calls == ["commit_details", "commit_authors"]
    (row,) = evidence.frame("change_commits").itertuples()
    assert len(row.people) == 32
    assert (row.unlinked, row.unlinked_emails) == (True, ["guest@home.example"])


@pytest.mark.parametrize(
    ("made", "asked"),
    [
        ({}, False),
        ({"headline": "Merge branch 'main' into change-7"}, True),
        ({"committed_at": MERGED - 2 * HOUR}, False),
        ({"committed_at": MERGED - 2 * HOUR + timedelta(seconds=1)}, True),
    ],
    ids=["ordinary", "merge by its message", "at the approval", "after the approval"],
)
@pytest.mark.parametrize("state", ["APPROVED", "DISMISSED"])
def test_parents_are_asked_for_where_they_matter(
    workspace: Workspace, made: dict[str, Any], asked: bool, state: Any
) -> None:
    """A commit after the first approval makes it stale, unless it merges the base in."""
    approval = Review("bob", state, MERGED - 2 * HOUR, SHA)
    work = commits(1, parents=(SHA, "b" * 40), **made)
    evidence = read(workspace, one(commits=work, reviews=(approval,)))
    assert evidence.calls == (["commit_details"] if asked else [])
    assert evidence.frame("change_commits")["parents"].tolist() == [[SHA, "b" * 40] if asked else []]


def test_a_merge_with_more_parents_than_a_page(workspace: Workspace) -> None:
    parents = tuple(f"{number:040x}" for number in range(25))
    work = commits(1, parents=parents, headline="Merge everything")
    evidence = read(workspace, one(commits=work))
    assert evidence.calls == ["commit_details", "commit_parents"]
    assert evidence.frame("change_commits")["parents"].tolist() == [list(parents)]


def test_details_of_many_commits_come_a_hundred_at_a_time(workspace: Workspace) -> None:
    made = [change(number, moment, commits=(
        Commit(f"{number:039x}c", ("ann", "bob"), moment - 2 * HOUR, "Together", (SHA,)),))
        for number, moment in enumerate(hourly(130, MARCH.start + 3 * HOUR), 1)]  # fmt: skip
    shop = repository("shop", [], pull_requests=tuple(p for p, _ in made), commits=tuple(c for _, c in made))
    evidence = read(workspace, shop)
    asked = [len(page.parameters["ids"]) for page in evidence.pages if page.call.endswith("commit_details")]
    assert asked == [100, 30]
    assert {tuple(people) for people in evidence.frame("change_commits")["people"]} == {("ann", "bob")}


def test_githubs_own_committer_is_nobody(workspace: Workspace) -> None:
    (row,) = read(workspace, one(commits=commits(1, committer="web-flow"))).frame("change_commits").itertuples()
    assert (row.people, row.committer, row.unlinked) == (["ann"], "web-flow", False)


def test_a_deleted_account_is_nobody(workspace: Workspace) -> None:
    """Author, merger, reviewer and whoever did something to it: all ghosts."""
    event = TimelineEvent("LabeledEvent", MERGED, None, after="x")
    review = Review(None, "APPROVED", MERGED - HOUR, "")
    evidence = read(workspace, one(author=None, merged_by=None, reviews=(review,), timeline=(event,),
                                   commits=commits(1, authors=(None,), committer=None)))  # fmt: skip
    (row,) = evidence.frame("changes").itertuples()
    assert [pd.isna(value) for value in (row.author, row.author_is_bot, row.merged_by, row.merged_by_is_bot)] == [
        True
    ] * 4
    assert evidence.frame("reviews")["reviewer"].isna().all()
    assert evidence.frame("change_events")["actor"].isna().all()
    assert evidence.frame("change_commits")["unlinked"].all()


@pytest.mark.parametrize(
    ("head", "from_fork", "shown"), [("", False, "acme/shop"), ("zoe/shop", True, "zoe/shop"), (None, True, None)]
)
def test_a_fork_is_told_also_when_its_repository_is_gone(
    workspace: Workspace, head: str | None, from_fork: bool, shown: str | None
) -> None:
    (row,) = read(workspace, one(head_repository=head)).frame("changes").itertuples()
    assert bool(row.from_fork) is from_fork
    assert (None if pd.isna(row.head_repository) else row.head_repository) == shown


@pytest.mark.parametrize("kind", ["BaseRefChangedEvent", "AutomaticBaseChangeSucceededEvent"])
def test_a_retargeted_pull_request_says_where_it_was(workspace: Workspace, kind: Any) -> None:
    event = TimelineEvent(kind, MERGED - HOUR, "ann", before="feature", after="main")
    (row,) = read(workspace, one(timeline=(event,))).frame("change_events").itertuples()
    assert (row.kind, row.before, row.after, row.actor) == (kind, "feature", "main", "ann")


@pytest.mark.parametrize(
    ("event", "before", "after"),
    [
        (TimelineEvent("HeadRefForcePushedEvent", MERGED, "ann", "1" * 40, "2" * 40), "1" * 40, "2" * 40),
        (TimelineEvent("BaseRefForcePushedEvent", MERGED, "ann", None, "2" * 40), None, "2" * 40),
        (TimelineEvent("ReviewDismissedEvent", MERGED, "ann", "APPROVED", "bob"), "APPROVED", "bob"),
        (TimelineEvent("UnlabeledEvent", MERGED, "ann", before="emergency"), "emergency", None),
        (TimelineEvent("RemovedFromMergeQueueEvent", MERGED, "ann", after="manual"), None, "manual"),
        (TimelineEvent("AddedToMergeQueueEvent", MERGED, "ann"), None, None),
    ],
    ids=lambda value: value.kind if isinstance(value, TimelineEvent) else None,
)
def test_what_happened_is_told_with_its_before_and_after(
    workspace: Workspace, event: TimelineEvent, before: str | None, after: str | None
) -> None:
    (row,) = read(workspace, one(timeline=(event,))).frame("change_events").itertuples()
    assert [None if pd.isna(value) else value for value in (row.before, row.after)] == [before, after]


def test_a_merge_queue_is_told_with_the_checks_of_its_commit(workspace: Workspace) -> None:
    head, queue = CheckRun("test", "FAILURE", MERGED - 2 * HOUR), CheckRun("test", "SUCCESS", MERGED, app="CI")
    evidence = read(workspace, one({"checks": (queue,)}, merged_by="github-merge-queue[bot]",
                                   commits=commits(1, checks=(head,))))  # fmt: skip
    (row,) = evidence.frame("changes").itertuples()
    assert (row.queued, row.merged_by, row.merged_by_is_bot) == (True, "github-merge-queue", True)
    found = evidence.frame("change_checks")[["place", "app", "conclusion"]].to_records(index=False).tolist()
    assert found == [("head", "GitHub Actions", "FAILURE"), ("merge", "CI", "SUCCESS")]


@pytest.mark.parametrize("merge_commit", [None, "e" * 40])
def test_a_merge_commit_may_be_missing_or_on_no_branch(workspace: Workspace, merge_commit: str | None) -> None:
    (row,) = read(workspace, one(merge_commit=merge_commit)).frame("changes").itertuples()
    assert (None if pd.isna(row.merge_commit) else row.merge_commit) == merge_commit


def test_a_rebase_lands_several_commits_of_which_the_last_is_named(workspace: Workspace) -> None:
    work = commits(2)
    landed = tuple(
        Commit(f"{number}" * 40, ("ann",), MERGED, "Step", (parent,)) for number, parent in ((1, SHA), (2, "1" * 40))
    )
    pull, _ = change(7, MERGED, commits=work, merge_commit="2" * 40, method="rebase")
    shop = repository("shop", [], pull_requests=(pull,), commits=landed)
    (row,) = read(workspace, shop).frame("changes").itertuples()
    assert (row.merge_commit, row.merge_parents, row.commits_total) == ("2" * 40, ["1" * 40], 2)


def test_statuses_and_unfinished_checks_are_told_as_they_are(workspace: Workspace) -> None:
    checks = (CheckRun("old-ci", "SUCCESS", MERGED - HOUR, app=None), CheckRun("skipped", "SKIPPED", MERGED - HOUR),
              CheckRun("running", None, None), CheckRun("again", "SUCCESS", AT, AT - HOUR))  # fmt: skip
    frame = read(workspace, one(commits=commits(1, checks=checks))).frame("change_checks").set_index("check_name")
    assert frame["app"].isna().tolist() == [True, False, False, False]
    assert frame["conclusion"].fillna("none").tolist() == ["SUCCESS", "SKIPPED", "none", "SUCCESS"]
    assert frame.loc["again", "started_at"] == pd.Timestamp(AT - HOUR)
    assert pd.isna(frame.loc["running", "completed_at"])


@pytest.mark.parametrize("can_push", [True, False])
def test_whether_a_reviewer_may_push_is_kept(workspace: Workspace, can_push: bool) -> None:
    review = Review("bob", "APPROVED", MERGED - HOUR, SHA, can_push)
    frame = read(workspace, one(reviews=(review,))).frame("reviews")
    assert (frame["can_push"].tolist(), frame["commit"].tolist()) == ([can_push], [SHA])


# What GitHub cannot give at once, or not yet -------------------------------------------------------------------------

OVERFLOWS = {
    "PullRequestReviews": one(reviews=comments(260)),
    "PullRequestCommits": one(commits=commits(230)),
    "PullRequestTimeline": one(timeline=labelled(260)),
    "PullRequestChecks": one(commits=commits(1, checks=runs(260))),
    "MergeCommitChecks": one({"checks": runs(260)}),
    "PullRequestLabels": one(labels=tuple(f"label {number}" for number in range(230))),
    "CommitDetails": one(commits=commits(60, authors=("ann", "bob"))),
    "CommitAuthors": one(commits=commits(1, authors=("ann", *(f"p{number}" for number in range(200))))),
}


def resource_limits(spelling: str) -> Callable[[Any], Any]:
    error = {
        "type": {"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits for this query exceeded."},
        "words": {"message": "Resource limits for this query exceeded."},
        "time": {"message": "Something went wrong while executing your query. This may be the result of a timeout"},
    }[spelling]
    return lambda answer: {**answer, "errors": [error]}


@pytest.mark.parametrize("query", ["MergedPullRequests", *OVERFLOWS])
@pytest.mark.parametrize("fault", ["502", "504", "type", "words", "time"])
def test_too_much_at_once_is_asked_for_in_smaller_pieces(workspace: Workspace, query: str, fault: str) -> None:
    shop = OVERFLOWS.get(query, repository("shop", hourly(30)))
    whole = read(workspace, shop)
    edit = None if fault.isdigit() else resource_limits(fault)
    status = int(fault) if fault.isdigit() else 200
    workspace.server.faults.append(Fault("/graphql", status, larger_than=7, query=query, edit=edit))
    pieces = read(workspace, shop)
    assert len(pieces.pages) > len(whole.pages)
    for name in ("changes", "reviews", "change_commits", "change_checks", "change_events"):
        assert pieces.frame(name).equals(whole.frame(name)), name


def holes(answer: Any) -> Any:
    """The first record of every list is null, as when GitHub ran out of time."""
    if isinstance(answer, dict):
        made = {key: holes(value) for key, value in answer.items()}
        return {**made, "nodes": [None, *made["nodes"][1:]]} if made.get("nodes") else made
    return [holes(value) for value in answer] if isinstance(answer, list) else answer


def without(name: str) -> Callable[[Any], Any]:
    """A list is null instead of empty."""

    def edit(answer: Any) -> Any:
        if isinstance(answer, dict):
            return {key: None if key == name else edit(value) for key, value in answer.items()}
        return [edit(value) for value in answer] if isinstance(answer, list) else answer

    return edit


@pytest.mark.parametrize("query", OVERFLOWS)
def test_null_nodes_are_never_accepted(workspace: Workspace, query: str) -> None:
    workspace.server.faults.append(Fault("/graphql", query=query, edit=holes))
    with pytest.raises(IncompleteCollection, match="null nodes"):
        read(workspace, OVERFLOWS[query])


@pytest.mark.parametrize("name", ["labels", "reviews", "commits", "timelineItems", "parents", "contexts", "nodes"])
def test_a_list_that_is_null_is_not_an_empty_one(workspace: Workspace, name: str) -> None:
    workspace.server.faults.append(Fault("/graphql", query="MergedPullRequests", edit=without(name)))
    with pytest.raises(IncompleteCollection, match="null nodes"):
        read(workspace, one({"checks": runs(1)}))


def test_a_null_that_comes_once_is_asked_for_again(workspace: Workspace) -> None:
    workspace.server.faults.append(Fault("/graphql", query="PullRequestReviews", edit=holes, times=1))
    assert len(read(workspace, one(reviews=comments(120))).frame("reviews")) == 120


def miscounted(answer: Any) -> Any:
    listed = answer["data"]["repository"]["pullRequest"]["reviews"]
    listed["totalCount"] += 1
    return answer


def endless(answer: Any) -> Any:
    answer["data"]["repository"]["pullRequest"]["reviews"]["pageInfo"] = {"hasNextPage": True, "endCursor": None}
    return answer


def vanished(answer: Any) -> Any:
    answer["data"]["repository"]["pullRequest"] = None
    return answer


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        (Fault(edit=miscounted), IncompleteCollection, "60 reviews were read, but GitHub counts 61"),
        (Fault(edit=endless), IncompleteCollection, "acme/shop#7, reviews: more pages are announced"),
        (Fault(edit=vanished), IncompleteCollection, "reviews: gone after 50 were read"),
        (Fault(status=502), Unreachable, "502"),
    ],
)
def test_a_long_list_is_whole_or_nothing_is(
    workspace: Workspace, fault: Fault, error: type[CollectionError], says: str
) -> None:
    workspace.server.faults.append(replace(fault, path="/graphql", query="PullRequestReviews"))
    with pytest.raises(error, match=says):
        read(workspace, one(reviews=comments(60)))


SECONDARY = "You have exceeded a secondary rate limit."


def limited(kind: str) -> Callable[[Any], Any]:
    return lambda answer: {"data": None, "errors": [{"type": kind, "message": "API rate limit exceeded"}]}


def renewed(seconds: int) -> dict[str, str]:
    return {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(AT.timestamp()) + seconds)}


@pytest.mark.parametrize("path", ["/graphql", "/orgs"])
@pytest.mark.parametrize(
    ("fault", "waited"),
    [
        (Fault(status=403, message=SECONDARY), [60]),
        (Fault(status=403, message=SECONDARY, times=3), [60, 120, 120]),
        (Fault(status=403, message=SECONDARY, headers={"Retry-After": "30"}), [30]),
        (Fault(status=429, message="Too many requests"), [60]),
        (Fault(status=429, message="Too many requests", headers={"Retry-After": "30"}, times=2), [30, 30]),
        (Fault(status=403, message="API rate limit exceeded", headers=renewed(200)), [201]),
        (Fault(status=429, message="API rate limit exceeded", headers=renewed(299)), [300]),
    ],
)
def test_limits_are_waited_for_within_the_bound(
    workspace: Workspace, waits: list[float], path: str, fault: Fault, waited: list[float]
) -> None:
    workspace.server.faults.append(replace(fault, path=path, times=fault.times or 1))
    evidence = read(workspace, repository("shop", hourly(3)))
    assert len(evidence.frame("changes")) == 3
    assert waits == waited


@pytest.mark.parametrize("kind", ["RATE_LIMIT", "RATE_LIMITED"])
def test_a_limit_inside_a_200_is_waited_for(workspace: Workspace, waits: list[float], kind: str) -> None:
    workspace.server.faults.append(Fault("/graphql", edit=limited(kind), times=2))
    assert len(read(workspace, repository("shop", hourly(3))).frame("changes")) == 3
    assert waits == [60, 120]


@pytest.mark.parametrize(
    ("fault", "waited", "says"),
    [
        (Fault(status=403, message="API rate limit exceeded", headers=renewed(3600)), [], "in 60 minutes"),
        (Fault(status=429, message="Too many", headers={"Retry-After": "301"}), [], "in 5 minutes"),
        (Fault(status=429, message="Too many"), [60, 120, 120], "within the hour:"),
        (Fault(status=429, message="Too many", headers={"Retry-After": "1"}), [1] * 5, "within the hour"),
        (Fault(edit=limited("RATE_LIMITED")), [60, 120, 120], "within the hour:"),
    ],
)
def test_a_limit_beyond_the_bound_ends_in_words(
    workspace: Workspace, waits: list[float], fault: Fault, waited: list[float], says: str
) -> None:
    workspace.server.faults.append(replace(fault, path="/graphql"))
    with pytest.raises(IncompleteCollection, match=f"rate limit is used up.*{says}"):
        read(workspace, repository("shop", hourly(3)))
    assert waits == waited


def budget(remaining: int, renewed_in: int) -> Callable[[Any], Any]:
    at = datetime.fromtimestamp(AT.timestamp() + renewed_in, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    left = {"cost": 2, "remaining": remaining, "resetAt": at}
    return lambda answer: {**answer, "data": {**answer["data"], "rateLimit": left}}


@pytest.mark.parametrize(("remaining", "waited"), [(20, []), (19, [121]), (0, [121])])
def test_points_that_run_out_are_waited_for_before_the_next_query(
    workspace: Workspace, waits: list[float], remaining: int, waited: list[float]
) -> None:
    workspace.server.faults.append(Fault("/graphql", edit=budget(remaining, 120), times=1))
    read(workspace, repository("shop", hourly(3)))
    assert waits == waited


def test_points_that_are_renewed_too_late_end_in_words(workspace: Workspace, waits: list[float]) -> None:
    workspace.server.faults.append(Fault("/graphql", edit=budget(3, 1800), times=1))
    with pytest.raises(IncompleteCollection, match=r"rate limit is used up.*in 30 minutes"):
        read(workspace, repository("shop", hourly(3)))
    assert waits == []


def test_a_title_that_speaks_of_limits_is_no_limit(workspace: Workspace, waits: list[float]) -> None:
    evidence = read(workspace, one(title="RATE_LIMITED answers are waited for"))
    assert (len(evidence.frame("changes")), waits) == (1, [])


# What it costs -------------------------------------------------------------------------------------------------------


class Requests(graphql.Visitor):
    """Counts as GitHub documents it: one request for each list, for each record of the lists around it."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size, self.around, self.total = size, [1], 0

    def enter_field(self, node: graphql.FieldNode, *_: Any) -> None:
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        asked = given.get("first") or given.get("last")
        count = 1
        if asked is not None:
            self.total += self.around[-1]
            count = int(asked.value) if isinstance(asked, graphql.IntValueNode) else self.size
        self.around.append(self.around[-1] * count)

    def leave_field(self, *_: Any) -> None:
        self.around.pop()


@pytest.mark.parametrize(
    ("query", "size", "points"),
    [("merged_pull_requests", 25, 2), ("commit_details", 100, 2), ("pull_request_reviews", 100, 1)],
)
def test_a_page_costs_few_points(query: str, size: int, points: int) -> None:
    """As many queries as GitHub gives points an hour would read more than 50,000 pull requests."""
    document = graphql.parse(query_texts()[query])
    counted = Requests(size)
    graphql.visit(document, counted)
    # `nodes(ids:)` is no list with a page, so its hundred commits are counted here.
    requests = counted.total * (size if query == "commit_details" else 1)
    assert round(requests / 100) <= points


def test_a_thousand_pull_requests_need_few_requests(workspace: Workspace) -> None:
    evidence = read(workspace, repository("shop", [MARCH.start + number * HOUR / 2 for number in range(1000)]))
    assert len(evidence.pages) <= 45
    assert len(evidence.frame("changes")) == 1000


def test_a_repository_renamed_before_the_rest_of_a_list_is_read(workspace: Workspace) -> None:
    def rename(answer: Any) -> Any:
        if "pullRequest" in answer["data"]["repository"]:
            answer["data"]["repository"]["nameWithOwner"] = "acme/store"
        return answer

    workspace.server.faults.append(Fault("/graphql", edit=rename))
    with pytest.raises(IncompleteCollection, match="acme/shop: GitHub answers as acme/store"):
        read(workspace, one(reviews=comments(60)))


def test_a_pull_request_that_stands_out_of_its_order_does_not_end_the_list(workspace: Workspace) -> None:
    def disorder(answer: Any) -> Any:
        nodes = answer["data"]["repository"]["pullRequests"]["nodes"]
        if len(nodes) == 25:
            nodes[-2]["updatedAt"], nodes[-1]["updatedAt"] = "2026-02-01T00:00:00Z", "2026-02-01T00:00:01Z"
        return answer

    workspace.server.faults.append(Fault("/graphql", edit=disorder, times=1))
    assert len(read(workspace, repository("shop", hourly(80))).frame("changes")) == 80
