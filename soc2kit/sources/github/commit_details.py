"""Authors and parents of those commits in which they can matter, a hundred commits at a time.

Asked for inside the list of pull requests they would cost more points than all the rest together: two lists for each
of up to a hundred commits of each pull request. Most commits have one author, whom the list names, and one parent.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...errors import IncompleteCollection
from ..base import Page
from .client import GithubConnection, Reply
from .failures import NullNodes, Overloaded
from .nested_lists import NestedList, Rest
from .paging import refuse_nulls

QUERY = "commit_details"
BATCH_SIZE = 100
_TRAILER, _MERGE = "co-authored-by", "merge"
# An approval that was dismissed later, after the merge perhaps, was one at its time.
_APPROVING = ("APPROVED", "DISMISSED")
_LISTS = (NestedList("commit_authors", ("authors",)), NestedList("commit_parents", ("parents",)))


def telling(commits: Iterable[Mapping[str, Any]], reviews: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Ids of the commits of a pull request that can have several authors, or of which it matters whether they merge.

    Several authors: the message names one in a trailer, which is where GitHub has them from. Merges: by the message,
    and everything made after the first approval, whatever its message.
    """
    given = [review["submittedAt"] for review in reviews if review["state"] in _APPROVING]
    approved = min(filter(None, given), default=None)
    found = {}
    for commit in commits:
        message = commit["message"].lower()
        later = approved is not None and commit["committedDate"] > approved
        if later or _TRAILER in message or message.startswith(_MERGE):
            found[commit["oid"]] = commit["id"]
    return found


@dataclass
class CommitDetails:
    """Collects ids, and asks when there are enough of them; each commit once."""

    connection: GithubConnection
    repository: str
    needs: str
    size: int = 0
    _waiting: dict[str, str] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)

    def want(self, found: Mapping[str, str]) -> None:
        self._waiting.update({oid: known for oid, known in found.items() if oid not in self._asked})

    def pages(self, least: int = BATCH_SIZE) -> Generator[Page, None, None]:
        """Pages of details, until fewer than `least` commits wait."""
        while len(self._waiting) >= max(least, 1):
            yield from self._batch()

    def _batch(self) -> Generator[Page, None, None]:
        self.size = self.size or BATCH_SIZE
        reply, chosen = self._shrinking()
        nodes = reply.answer["nodes"]
        if sorted(str(node.get("oid")) for node in nodes) != sorted(chosen):
            raise IncompleteCollection(
                f"github commits of {self.repository}: asked for {len(chosen)} by id, and others came back. Run the"
                " same command again"
            )
        parameters = {"repository": self.repository, "ids": list(chosen.values())}
        yield Page(f"GraphQL {QUERY}", parameters, reply.answer, 0, reply.request_id)
        for node in nodes:
            known = {"id": chosen[node["oid"]]}
            rest = Rest(self.connection, f"commit {self.repository}@{node['oid']}", ("node",), known,
                        {"repository": self.repository}, self.needs, fresh=True)  # fmt: skip
            for nested in _LISTS:
                yield from rest.pages(nested, node)
            self._asked.add(node["oid"])
            del self._waiting[node["oid"]]

    def _shrinking(self) -> tuple[Reply, dict[str, str]]:
        """The answer for as many commits as GitHub can give at once, and their ids."""
        while True:
            chosen = dict(list(self._waiting.items())[: self.size])
            try:
                reply = self.connection.graphql(QUERY, {"ids": list(chosen.values())}, needs=self.needs)
                refuse_nulls(f"GraphQL {QUERY}", reply.answer)
            except (Overloaded, NullNodes):
                if len(chosen) == 1:
                    raise
                self.size = len(chosen) // 2
            else:
                return reply, chosen
