"""Pull requests merged in a period, with what is needed to judge each."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...errors import IncompleteCollection, MalformedInput
from ...period import Period, parse_moment, stamp
from ..base import Completeness, Page, Pages
from .client import GithubConnection, RepositoryName
from .failures import readable
from .paging import in_scope, refuse_overflow, repository_of, shrinking

QUERY = "merged_pull_requests"
CHANGES_NEEDS = (
    "Repository permissions Metadata: read, Contents: read, Pull requests: read, Checks: read and Commit statuses:"
    " read (all repositories)"
)
FIRST_PAGE_SIZE = 25
SECOND_LOOK_SIZE = 5
SECOND_LOOKS = 10


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

    def _down_to(self, floor: str, size: int, *, fresh: bool = False) -> Generator[Page, None, tuple[str, int | None]]:
        """Read until one was updated before `floor`; the latest update, and the total if the end was reached."""
        variables: dict[str, Any] = {**self.repository.variables, "pageSize": size, "after": None}
        top = None
        while True:
            reply, variables = shrinking(self.connection, QUERY, variables, needs=CHANGES_NEEDS, fresh=fresh)
            listed = repository_of(reply, self.repository, CHANGES_NEEDS)["pullRequests"]
            rows = self._count(listed["nodes"])
            parameters = {"repository": self.repository.full_name, **variables}
            self.pages += 1
            standing = self._standing(reply.answer.get("rateLimit"), listed["totalCount"])
            yield Page(f"GraphQL {QUERY}", parameters, reply.answer, rows, reply.request_id, standing)
            updates = [node["updatedAt"] for node in listed["nodes"]]
            if top is None:
                top = updates[0] if updates else ""
            if updates and updates[-1] < floor:
                return top, None
            if not listed["pageInfo"]["hasNextPage"]:
                return top, listed["totalCount"]
            variables["after"] = self._after(listed["pageInfo"]["endCursor"], variables["after"])

    def _standing(self, limit: Mapping[str, Any] | None, total: int) -> str:
        left = f"; {limit['remaining']} points left until {limit['resetAt']}" if limit else ""
        return (
            f"{self.place}, {self.repository.full_name}: {len(self.seen)} pull requests read, of {total} ever merged"
            f"{left}"
        )

    def _count(self, nodes: list[Mapping[str, Any]]) -> int:
        """Pull requests of the period that no earlier page had."""
        rows = 0
        for node in nodes:
            name = f"{self.repository.full_name}#{node['number']}"
            if not isinstance(node["mergedAt"], str):
                raise MalformedInput(f"github pull request {name}: listed as merged, but mergedAt is missing")
            if self.period.contains(parse_moment(node["mergedAt"])):
                refuse_overflow(f"pull request {name}", node)
                rows += node["number"] not in self.seen
            self.seen.add(node["number"])
        return rows

    def _after(self, cursor: str | None, previous: str | None) -> str:
        if not cursor or cursor == previous:
            raise IncompleteCollection(
                f"github pull requests of {self.repository.full_name}: more pages are announced, but none follows"
                f" {previous!r}. Run the same command again"
            )
        return cursor


def merged_pull_requests(connection: GithubConnection, period: Period) -> Pages:
    """Pages as received, so they also hold pull requests outside the period, and some twice: the later page counts.

    `rows` counts those merged inside the period, each once.
    """
    repositories, left_out = in_scope(connection, period, needs=CHANGES_NEEDS)
    pages = 0
    for number, repository in enumerate(repositories, start=1):
        crawl = _Crawl(connection, repository, period, f"repository {number} of {len(repositories)}")
        with readable(f"pull requests of {repository.full_name}"):
            yield from crawl.run()
        pages += crawl.pages
    archived = f"; {left_out} archived and not pushed to since {stamp(period.start)} are left out" if left_out else ""
    return Completeness(
        f"{len(repositories)} repositories were read in {pages} pages, by time of update from the latest to before"
        f" {stamp(period.start)}; the top was read again and had not moved{archived}"
    )


def merged_moments(page: Page) -> Iterator[tuple[str, str | None]]:
    """Each pull request of a page, and when it was merged."""
    repository = page.answer["repository"]
    for node in repository["pullRequests"]["nodes"]:
        yield f"{repository['nameWithOwner']}#{node['number']}", node["mergedAt"]
