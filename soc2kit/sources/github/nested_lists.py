"""Lists inside one record that are longer than their first page: read on, each by a query of its own, to its end."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import IncompleteCollection
from ..base import Page
from .client import GithubConnection
from .paging import Cursors, refuse_renamed, shrinking

PAGE_SIZE = 100


@dataclass(frozen=True)
class NestedList:
    """A list in a record, at `path`, in the record itself and in the answer to `query`."""

    query: str
    path: tuple[str | int, ...]
    #: Whether GitHub's total counts just these: that of a timeline may count the kinds that were not asked for, too.
    counted: bool = True
    #: GitHub ends some lists early, however much it counts; from this length on, that is taken for such an end.
    may_end_at: int | None = None

    @property
    def name(self) -> str:
        return " ".join(part for part in self.path if isinstance(part, str) and part not in ("nodes", "commit"))


def listed_in(record: Any, path: tuple[str | int, ...]) -> Mapping[str, Any] | None:
    """The list at a path, or None where the record has none: a commit without checks, a merge without a commit."""
    found = record
    for part in path:
        if found is None or (isinstance(part, int) and len(found) <= part):
            return None
        found = found[part]
    listed: Mapping[str, Any] | None = found
    return listed


@dataclass(frozen=True)
class Rest:
    """Reads what is left of a record's lists.

    `holder` are the names that lead to the record in an answer, `variables` name it to GitHub.
    """

    connection: GithubConnection
    what: str
    holder: tuple[str, ...]
    variables: Mapping[str, Any]
    parameters: Mapping[str, Any]
    needs: str
    #: Whether nothing of it may be taken from an interrupted reading.
    fresh: bool = False

    def pages(self, nested: NestedList, record: Any) -> Generator[Page, None, tuple[list[Any], int]]:
        """Pages after the first; returns all records of the list, and how many GitHub counts.

        Raises `IncompleteCollection` where the list ends before GitHub's count of it.
        """
        listed = listed_in(record, nested.path)
        if listed is None:
            return [], 0
        nodes = list(listed["nodes"])
        variables: dict[str, Any] = {**self.variables, "pageSize": PAGE_SIZE, "after": None}
        words = f"{self.what}, {nested.name}"
        cursors = Cursors(words)
        while listed["pageInfo"]["hasNextPage"]:
            variables["after"] = cursors.next(listed["pageInfo"])
            reply, variables = shrinking(self.connection, nested.query, variables, needs=self.needs, fresh=self.fresh)
            refuse_renamed(str(self.parameters["repository"]), reply.answer.get("repository") or {})
            listed = listed_in(listed_in(reply.answer, self.holder), nested.path)
            if listed is None:
                raise IncompleteCollection(
                    f"github {words}: gone after {len(nodes)} were read. Run the same command again"
                )
            nodes += listed["nodes"]
            yield Page(f"GraphQL {nested.query}", {**self.parameters, **variables}, reply.answer, 0, reply.request_id)
        self._refuse_short(nested, len(nodes), listed["totalCount"])
        return nodes, listed["totalCount"]

    def _refuse_short(self, nested: NestedList, read: int, total: int) -> None:
        if not nested.counted or read == total or (nested.may_end_at is not None and nested.may_end_at <= read < total):
            return
        raise IncompleteCollection(
            f"github {self.what}: {read} {nested.name} were read, but GitHub counts {total}. Run the same command again"
        )
