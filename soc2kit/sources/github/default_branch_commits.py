"""Commits on the default branches in a period: the list that pull requests are reconciled with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import IncompleteCollection
from ...period import Period, parse_moment, stamp
from ..base import Completeness, Page, Pages
from .client import GithubConnection, Reply, RepositoryName
from .failures import readable
from .merged_pull_requests import CHANGES_NEEDS
from .paging import in_scope, refuse_overflow, repository_of, shrinking

QUERY = "default_branch_commits"
PAGE_SIZE = 100
STARTS = 5


class _BranchMoved(Exception):
    """Somebody pushed while the history was read."""


def default_branch_commits(connection: GithubConnection, period: Period) -> Pages:
    """Every commit reachable from the head and not older than the period, one repository after another.

    Later commits are read as well: only from the head can first parents be followed, and a list that began inside a
    side branch would take that for the branch itself. `rows` counts the commits of the period. A commit made earlier
    and pushed later bears its earlier date.
    """
    repositories, left_out = in_scope(connection, period, needs=CHANGES_NEEDS)
    total = 0
    for repository in repositories:
        with readable(f"commits of {repository.full_name}"):
            pages, counted = _whole_history(connection, repository, period)
        total += counted
        yield from pages
    archived = f"; {left_out} archived and not pushed to since {stamp(period.start)} are left out" if left_out else ""
    return Completeness(
        f"the history of {len(repositories)} default branches, each from one head commit, has as many commits as"
        f" GitHub counts since then{archived}",
        source_total=total,
    )


def _whole_history(connection: GithubConnection, repository: RepositoryName, period: Period) -> tuple[list[Page], int]:
    for _ in range(STARTS):
        try:
            return _history(connection, repository, period)
        except _BranchMoved:
            continue
    raise IncompleteCollection(
        f"github commits of {repository.full_name}: the branch moved during each of {STARTS} readings. Run the same"
        " command again at a quieter time"
    )


def _history(connection: GithubConnection, repository: RepositoryName, period: Period) -> tuple[list[Page], int]:
    variables: dict[str, Any] = {
        **repository.variables,
        "pageSize": PAGE_SIZE,
        "after": None,
        "since": stamp(period.start),
    }
    pages: list[Page] = []
    read = 0
    head: str | None = None
    while True:
        reply, variables = shrinking(connection, QUERY, variables, needs=CHANGES_NEEDS)
        target = _head(reply, repository)
        if pages and target.get("oid") != head:
            raise _BranchMoved
        head = target.get("oid")
        listed = target.get("history") or {"nodes": [], "totalCount": 0, "pageInfo": {"hasNextPage": False}}
        for commit in listed["nodes"]:
            refuse_overflow(f"commit {repository.full_name}@{commit['oid']}", commit)
        parameters = {"repository": repository.full_name, **variables}
        rows = sum(bool(period.contains(parse_moment(commit["committedDate"]))) for commit in listed["nodes"])
        pages.append(Page(f"GraphQL {QUERY}", parameters, reply.answer, rows, reply.request_id))
        read += len(listed["nodes"])
        if not listed["pageInfo"]["hasNextPage"]:
            return pages, _counted(repository, read, listed["totalCount"])
        cursor = listed["pageInfo"]["endCursor"]
        if not listed["nodes"] or not cursor or cursor == variables["after"]:
            raise IncompleteCollection(
                f"github commits of {repository.full_name}: more pages are announced, but none follows"
                f" {variables['after']!r}. Run the same command again"
            )
        variables["after"] = cursor


def _head(reply: Reply, repository: RepositoryName) -> Mapping[str, Any]:
    """The head commit with its history; empty for a repository without a first commit."""
    branch = repository_of(reply, repository, CHANGES_NEEDS).get("defaultBranchRef")
    return (branch or {}).get("target") or {}


def _counted(repository: RepositoryName, read: int, total: int) -> int:
    if read != total:
        raise IncompleteCollection(
            f"github commits of {repository.full_name}: {read} read, but GitHub counts {total}. Run the same command"
            " again"
        )
    return total
