"""Deployments created in a period, each with everything that became of it."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...errors import IncompleteCollection, Refused
from ...period import Period, parse_moment, stamp
from ..base import Completeness, Page, Pages
from .client import GithubConnection, RepositoryName
from .failures import readable
from .paging import Cursors, in_scope, passed, repository_of, shrinking

QUERY, STATUSES_QUERY = "deployments", "deployment_statuses"
DEPLOYMENTS_NEEDS = "Repository permissions Metadata: read, Contents: read and Deployments: read (all repositories)"
PAGE_SIZE = 25
STATUSES_PAGE_SIZE = 100


@dataclass
class _Crawl:
    """The deployments of one repository, the latest first, down to before the period."""

    connection: GithubConnection
    repository: RepositoryName
    period: Period
    seen: set[str] = field(default_factory=set)
    pages: int = 0

    def run(self) -> Generator[Page, None, None]:
        variables: dict[str, Any] = {**self.repository.variables, "pageSize": PAGE_SIZE, "after": None}
        everything, cursors = 0, Cursors(f"deployments of {self.repository.full_name}")
        while True:
            reply, variables = shrinking(self.connection, QUERY, variables, needs=DEPLOYMENTS_NEEDS)
            listed = repository_of(reply, self.repository, DEPLOYMENTS_NEEDS)["deployments"]
            everything += len(listed["nodes"])
            mine = [node for node in listed["nodes"] if self.period.contains(parse_moment(node["createdAt"]))]
            fresh = [node for node in mine if node["id"] not in self.seen]
            self.seen |= {node["id"] for node in mine}
            parameters = {"repository": self.repository.full_name, **variables}
            self.pages += 1
            yield Page(f"GraphQL {QUERY}", parameters, reply.answer, len(fresh), reply.request_id)
            for node in fresh:
                yield from self._more_statuses(node)
            times = [node["createdAt"] for node in listed["nodes"]]
            if passed(times, stamp(self.period.start)):
                return
            if not listed["pageInfo"]["hasNextPage"]:
                self._refuse_fewer(everything, listed["totalCount"])
                return
            variables["after"] = cursors.next(listed["pageInfo"])

    def _more_statuses(self, node: Mapping[str, Any]) -> Generator[Page, None, None]:
        """The rest of a deployment's statuses, when they do not fit beside it."""
        statuses, read = node["statuses"], len(node["statuses"]["nodes"])
        variables: dict[str, Any] = {"deployment": node["id"], "pageSize": STATUSES_PAGE_SIZE, "after": None}
        cursors = Cursors(f"deployment {self._name(node)}, statuses")
        while statuses["pageInfo"]["hasNextPage"]:
            variables["after"] = cursors.next(statuses["pageInfo"])
            reply, variables = shrinking(self.connection, STATUSES_QUERY, variables, needs=DEPLOYMENTS_NEEDS)
            again = reply.answer["node"]
            if not isinstance(again, Mapping):
                raise Refused(
                    f"github deployment {self._name(node)}: gone while it was read. Run the same command again"
                )
            statuses = again["statuses"]
            read += len(statuses["nodes"])
            self.pages += 1
            parameters = {"repository": self.repository.full_name, **variables}
            yield Page(f"GraphQL {STATUSES_QUERY}", parameters, reply.answer, 0, reply.request_id)
        if read != statuses["totalCount"]:
            raise IncompleteCollection(
                f"github deployment {self._name(node)}: {read} of {statuses['totalCount']} statuses were read. Run the"
                " same command again"
            )

    def _name(self, node: Mapping[str, Any]) -> str:
        return f"{self.repository.full_name}/deployments/{node['databaseId']}"

    def _refuse_fewer(self, read: int, total: int) -> None:
        # One that was made while the list was read moves the others on; that is one more, never one less.
        if read < total:
            raise IncompleteCollection(
                f"github deployments of {self.repository.full_name}: {read} read, but GitHub counts {total}. Run the"
                " same command again"
            )


def deployments(connection: GithubConnection, period: Period) -> Pages:
    """Pages as received, so they also hold deployments outside the period. `rows` counts those created inside it."""
    repositories, left_out = in_scope(connection, period, needs=DEPLOYMENTS_NEEDS)
    pages = 0
    for repository in repositories:
        crawl = _Crawl(connection, repository, period)
        with readable(f"deployments of {repository.full_name}"):
            yield from crawl.run()
        pages += crawl.pages
    archived = f"; {left_out} archived and not pushed to since {stamp(period.start)} are left out" if left_out else ""
    return Completeness(
        f"{len(repositories)} repositories were read in {pages} pages, by time of creation from the latest to before"
        f" {stamp(period.start)}, each deployment with as many statuses as GitHub counts{archived}"
    )
