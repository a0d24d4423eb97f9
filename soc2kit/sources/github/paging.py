"""One page of a GraphQL list, asked for in smaller pieces until GitHub can give it whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...errors import IncompleteCollection, Refused
from ...period import Period, stamp
from ..base import Answered
from .client import GithubConnection, Reply, RepositoryName, query_text
from .failures import NullNodes, Overloaded

# More than two parents only say that a merge had several sides; the first two are all that is asked.
_COUNTED_NOT_LISTED = {"parents"}
#: Lists that the schema lets be null, and that every record has: without one, GitHub ran out of time.
_NEVER_NULL = {"authors", "commits", "contexts", "labels", "parents", "pullRequests", "reviews", "timelineItems"}


def shrinking(
    connection: GithubConnection, name: str, variables: Mapping[str, Any], *, needs: str, fresh: bool = False
) -> tuple[Reply, dict[str, Any]]:
    """The answer and the variables that got it: `pageSize` is halved, down to 1, while it is too much for GitHub.

    The limit is ten seconds of execution: GitHub then answers 502, a resource limit, or a list with nulls in it.
    An interrupted reading is answered from what it was answered before; never where the answer must be `fresh`.
    """
    if fresh:
        return _asked(connection, name, variables, needs)
    question = _question(name, variables)
    known = connection.answers.recall(f"GraphQL {name}", question)
    if known is not None:
        return Reply(known.answer, known.request_id), dict(known.parameters)
    reply, asked = _asked(connection, name, variables, needs)
    connection.answers.keep(f"GraphQL {name}", question, Answered(asked, reply.answer, reply.request_id))
    return reply, asked


def _question(name: str, variables: Mapping[str, Any]) -> str:
    """The query and where its page begins; how large a page GitHub could give is a part of the answer."""
    digest = hashlib.sha256(query_text(name).encode()).hexdigest()
    place = {key: value for key, value in variables.items() if key != "pageSize"}
    return f"{digest} {json.dumps(place, sort_keys=True)}"


def _asked(
    connection: GithubConnection, name: str, variables: Mapping[str, Any], needs: str
) -> tuple[Reply, dict[str, Any]]:
    asked = dict(variables)
    while True:
        try:
            reply = connection.graphql(name, asked, needs=needs)
            refuse_nulls(f"GraphQL {name}", reply.answer)
        except (Overloaded, NullNodes):
            if asked["pageSize"] == 1:
                raise
            asked["pageSize"] //= 2
        else:
            return reply, asked


def repository_of(reply: Reply, repository: RepositoryName, needs: str) -> Mapping[str, Any]:
    found = reply.answer.get("repository")
    if not isinstance(found, Mapping):
        raise Refused(f"github repository {repository.full_name}: not visible to the token, which needs {needs}")
    refuse_renamed(repository.full_name, found)
    return found


def refuse_renamed(name: str, found: Mapping[str, Any]) -> None:
    """Raise when GitHub answers for a repository of another name: records of one would stand under both."""
    answered = found.get("nameWithOwner", name)
    if str(answered).casefold() != name.casefold():
        raise IncompleteCollection(
            f"github repository {name}: GitHub answers as {answered}, as it does once a repository was renamed or"
            " transferred. Run the same command again; if it stays so, write the present name in [sources.github]"
        )


def in_scope(connection: GithubConnection, period: Period, *, needs: str) -> tuple[list[RepositoryName], int]:
    """Repositories that can hold events of the period, and how many archived before it are left out."""
    listed = connection.repositories(needs=needs)
    start = stamp(period.start)
    kept = [r for r in listed if not r.archived or r.pushed_at is None or r.pushed_at >= start]
    return kept, len(listed) - len(kept)


def passed(moments: Sequence[str], floor: str) -> bool:
    """Whether a list, latest first, has come to before `floor`: not by one record that stands out of its order."""
    return bool(moments) and moments[-1] < floor and list(moments) == sorted(moments, reverse=True)


@dataclass
class Cursors:
    """Where the pages of one list began. `what` names the list."""

    what: str
    _begun: dict[str | None, None] = field(default_factory=lambda: {None: None})

    def next(self, page_info: Mapping[str, Any]) -> str:
        """Where the next page begins, which is where none has begun: a list that leads back would never end."""
        cursor: str | None = page_info["endCursor"]
        if not cursor or cursor in self._begun:
            previous = next(reversed(self._begun))
            raise IncompleteCollection(
                f"github {self.what}: more pages are announced, but none follows {previous!r}. Run the same command"
                " again"
            )
        self._begun[cursor] = None
        return cursor


def refuse_nulls(call: str, answer: Any) -> None:
    for path, connection in _connections(answer, ""):
        nodes = connection["nodes"]
        if nodes is None or any(node is None for node in nodes):
            raise NullNodes(
                f"github {call}: {path} came back with null nodes, so records are missing. Run the same command again"
            )


def refuse_overflow(what: str, node: Mapping[str, Any]) -> None:
    """Raise when a list inside one record is longer than what was read of it."""
    for path, connection in _connections(node, ""):
        if path.rpartition(".")[2] in _COUNTED_NOT_LISTED:
            continue
        total, read = connection.get("totalCount"), len(connection["nodes"])
        more = (connection.get("pageInfo") or {}).get("hasNextPage", False)
        if more or (total is not None and total != read):
            raise IncompleteCollection(
                f"github {what}: {read} of {total} {path} were read. This version reads no further pages inside one"
                " record; review this one by hand and report it"
            )


def _connections(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object with `nodes` inside a value, with the names of the fields that lead to it."""
    if isinstance(value, Mapping):
        if "nodes" in value:
            yield path, value
        for key, inner in value.items():
            deeper = path if key == "nodes" else f"{path}.{key}".lstrip(".")
            if inner is None and key in _NEVER_NULL:
                yield deeper, {"nodes": None}
            yield from _connections(inner, deeper)
    elif isinstance(value, list):
        for inner in value:
            yield from _connections(inner, path)
