"""Pull requests merged in a period, with what is needed to judge each."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...errors import IncompleteCollection, MalformedInput
from ...period import Period, parse_moment, stamp
from ..base import Completeness, Mention, Page, Pages
from .client import GithubConnection, RepositoryName
from .commit_details import CommitDetails, telling
from .failures import readable
from .nested_lists import NestedList, Rest
from .paging import Cursors, in_scope, passed, repository_of, shrinking

QUERY = "merged_pull_requests"
CHANGES_NEEDS = (
    "Repository permissions Metadata: read, Contents: read, Pull requests: read, Checks: read and Commit statuses:"
    " read (all repositories)"
)
FIRST_PAGE_SIZE = 25
SECOND_LOOK_SIZE = 5
SECOND_LOOKS = 10
#: REST lists no more commits of one pull request; where GraphQL ends there as well, its total says how many there are.
COMMITS_LISTED = 250
_HEAD = ("head", "nodes", 0, "commit", "statusCheckRollup", "contexts")
REVIEWS = NestedList("pull_request_reviews", ("reviews",))
COMMITS = NestedList("pull_request_commits", ("commits",), may_end_at=COMMITS_LISTED)
OTHERS = (
    NestedList("pull_request_labels", ("labels",)),
    NestedList("pull_request_timeline", ("timelineItems",), counted=False),
    NestedList("pull_request_checks", _HEAD),
    NestedList("merge_commit_checks", ("mergeCommit", "statusCheckRollup", "contexts")),
)


@dataclass
class _Crawl:
    """The merged pull requests of one repository, latest update first.

    A pull request is never merged after its last update, so those merged in the period come before the first one
    updated earlier than its start. One touched while the list is read jumps above the cursor: the list is read again
    from its top, down to where the top was, until the top stands still.
    """

    connection: GithubConnection
    repository: RepositoryName
    period: Period
    place: str = ""  # which repository of how many, for whoever waits
    seen: set[int] = field(default_factory=set)
    pages: int = 0
    #: Pull requests of which GitHub counts more commits than it lists.
    short: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.details = CommitDetails(self.connection, self.repository.full_name, CHANGES_NEEDS)

    def run(self) -> Generator[Page, None, None]:
        top, total = yield from self._down_to(stamp(self.period.start), FIRST_PAGE_SIZE)
        # These looks are never taken from an interrupted reading: they show what was touched since.
        for _ in range(SECOND_LOOKS):
            before = top
            top, _ = yield from self._down_to(before, SECOND_LOOK_SIZE, fresh=True)
            if top == before:
                break
        else:
            raise IncompleteCollection(
                f"github pull requests of {self.repository.full_name}: the list changed during each of {SECOND_LOOKS}"
                " looks. Run the same command again at a quieter time"
            )
        if total is not None and len(self.seen) < total:
            raise IncompleteCollection(
                f"github pull requests of {self.repository.full_name}: {len(self.seen)} read, but GitHub counts"
                f" {total}. Run the same command again"
            )
        yield from self.details.pages(least=1)

    def _down_to(self, floor: str, size: int, *, fresh: bool = False) -> Generator[Page, None, tuple[str, int | None]]:
        """Read until one was updated before `floor`; the latest update, and the total if the end was reached."""
        variables: dict[str, Any] = {**self.repository.variables, "pageSize": size, "after": None}
        top, cursors = None, Cursors(f"pull requests of {self.repository.full_name}")
        while True:
            reply, variables = shrinking(self.connection, QUERY, variables, needs=CHANGES_NEEDS, fresh=fresh)
            listed = repository_of(reply, self.repository, CHANGES_NEEDS)["pullRequests"]
            rows, merged = self._count(listed["nodes"])
            parameters = {"repository": self.repository.full_name, **variables}
            self.pages += 1
            standing = self._standing(reply.answer.get("rateLimit"), listed["totalCount"])
            yield Page(f"GraphQL {QUERY}", parameters, reply.answer, rows, reply.request_id, standing)
            for node in merged:
                yield from self._whole(node, fresh)
            yield from self.details.pages()
            updates = [node["updatedAt"] for node in listed["nodes"]]
            if top is None:
                top = updates[0] if updates else ""
            if passed(updates, floor):
                return top, None
            if not listed["pageInfo"]["hasNextPage"]:
                return top, listed["totalCount"]
            variables["after"] = cursors.next(listed["pageInfo"])

    def _standing(self, limit: Mapping[str, Any] | None, total: int) -> str:
        left = f"; {limit['remaining']} points left until {limit['resetAt']}" if limit else ""
        return (
            f"{self.place}, {self.repository.full_name}: {len(self.seen)} pull requests read, of {total} ever merged"
            f"{left}"
        )

    def _whole(self, node: Mapping[str, Any], fresh: bool) -> Generator[Page, None, None]:
        """What did not fit into the page of one pull request; what matters of its commits is asked for later."""
        number = {"number": node["number"]}
        name = f"{self.repository.full_name}#{node['number']}"
        rest = Rest(self.connection, f"pull request {name}", ("repository", "pullRequest"),
                    {**self.repository.variables, **number}, {"repository": self.repository.full_name, **number},
                    CHANGES_NEEDS)  # fmt: skip
        reviews, _ = yield from rest.pages(REVIEWS, node)
        commits, total = yield from rest.pages(COMMITS, node)
        for nested in OTHERS:
            yield from rest.pages(nested, node)
        self.details.want(telling((entry["commit"] for entry in commits), reviews))
        if len(commits) < total:
            self.short[name] = f"{len(commits)} of {total} commits of {name}"

    def _count(self, nodes: list[Mapping[str, Any]]) -> tuple[int, list[Mapping[str, Any]]]:
        """Pull requests of the period: how many no earlier page had, and all of this page."""
        rows, merged = 0, []
        for node in nodes:
            name = f"{self.repository.full_name}#{node['number']}"
            if not isinstance(node["mergedAt"], str):
                raise MalformedInput(f"github pull request {name}: listed as merged, but mergedAt is missing")
            if self.period.contains(parse_moment(node["mergedAt"])):
                merged.append(node)
                rows += node["number"] not in self.seen
            self.seen.add(node["number"])
        return rows, merged


def merged_pull_requests(connection: GithubConnection, period: Period) -> Pages:
    """Pages as received, so they also hold pull requests outside the period, and some twice: the later page counts.

    `rows` counts those merged inside the period, each once. A page of pull requests is followed by the rest of their
    long lists, one page for each part, and now and then by authors and parents of commits.
    """
    repositories, left_out = in_scope(connection, period, needs=CHANGES_NEEDS)
    pages, short = 0, list[str]()
    for number, repository in enumerate(repositories, start=1):
        crawl = _Crawl(connection, repository, period, f"repository {number} of {len(repositories)}")
        with readable(f"pull requests of {repository.full_name}"):
            yield from crawl.run()
        pages += crawl.pages
        short += crawl.short.values()
    unlisted = f"; GitHub lists only {', '.join(short)}" if short else ""
    archived = f"; {left_out} archived and not pushed to since {stamp(period.start)} are left out" if left_out else ""
    return Completeness(
        f"{len(repositories)} repositories were read in {pages} pages, by time of update from the latest to before"
        f" {stamp(period.start)}; the top was read again and had not moved; long lists inside a pull request were"
        f" followed to their ends{unlisted}{archived}"
    )


def merged_mentions(page: Page) -> Iterator[Mention]:
    """Each pull request of a page and when it was merged, and the commits that are asked about by themselves."""
    repository, answer = page.parameters["repository"], page.answer
    if "pullRequests" in (answer.get("repository") or {}):
        for node in answer["repository"]["pullRequests"]["nodes"]:
            name = f"{repository}#{node['number']}"
            yield Mention(name, at=node["mergedAt"])
            for commit in telling((entry["commit"] for entry in node["commits"]["nodes"]), node["reviews"]["nodes"]):
                yield Mention(f"{repository}@{commit}", of=name)
    elif "repository" in answer:
        yield Mention(f"{repository}#{page.parameters['number']}")
    else:
        for commit in answer.get("nodes") or [answer["node"]]:
            yield Mention(f"{repository}@{commit['oid']}")
