"""The commits of a default branch: from commits that are named, down along first parents to where they meet."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...errors import IncompleteCollection
from ...period import Period, parse_moment, stamp
from ..base import Page
from .client import GithubConnection, RepositoryName
from .merged_pull_requests import CHANGES_NEEDS
from .paging import Cursors, refuse_overflow, repository_of, shrinking

QUERY = "default_branch_commits"


@dataclass
class Listing:
    """What GitHub lists from one commit, as far as it was read. `gone`: GitHub does not have that commit any more."""

    tip: str
    page_size: int
    since: str | None = None
    cursor: str | None = None
    listed: int = 0
    ended: bool = False
    gone: bool = False
    latest: str = "9"  # the committer date that was listed last; before the first page, later than any
    cursors: Cursors = field(init=False)

    def __post_init__(self) -> None:
        self.cursors = Cursors(f"commits from {self.tip}")


@dataclass
class Chain:
    """Commits along first parents from a tip; `position` is the next one, None past the first commit of all."""

    listing: Listing
    position: str | None
    walked: dict[str, None] = field(default_factory=dict)

    @staticmethod
    def of(tip: str, page_size: int, since: str | None = None) -> Chain:
        return Chain(Listing(tip, page_size, since), tip)

    @property
    def done(self) -> bool:
        return self.position is None or self.listing.ended or self.listing.gone


class History:
    """Reads the commits of one repository that a period asks for. Each page is given out once it is read."""

    def __init__(self, connection: GithubConnection, repository: RepositoryName, period: Period) -> None:
        self.connection, self.repository, self.period = connection, repository, period
        self.parents: dict[str, str | None] = {}
        self.gone: list[str] = []
        self.pages = self.commits = 0

    def by_date(self, pinned: str, page_size: int) -> Generator[Page, None, None]:
        """Every commit reachable from a head and not older than the period, as many as GitHub counts."""
        chain = Chain.of(pinned, page_size, stamp(self.period.start))
        while not chain.done:
            yield from self._read(chain.listing, None)

    def between(
        self, pinned: str, boundary: str | None, lost: tuple[str, ...], page_size: int, made: str | None = None
    ) -> Generator[Page, None, None]:
        """First parents from `pinned` to `boundary`, and from each `lost` commit to what was read before.

        `made` is where a branch without a boundary was made at.
        """
        branch = Chain.of(pinned, page_size)
        if boundary is None:
            yield from self._from_its_start(branch, None if lost else made)
        elif boundary != pinned:
            yield from self._join(branch, Chain.of(boundary, page_size), counted=True)
        if boundary is not None and boundary not in self.parents and not self.gone:
            # By its date it shows that it is older than the period.
            yield from self._read(Listing(boundary, 1), None)
        for tip in reversed(lost):
            yield from self._join(branch, Chain.of(tip, page_size), counted=False)

    def _from_its_start(self, chain: Chain, made: str | None) -> Generator[Page, None, None]:
        """A branch that was made in the period: down to its first commit, or to what is older than the period.

        What was put on it later may bear any date, so no date ends the reading above where it was made.
        """
        above = made is not None
        while not chain.done and (above or chain.listing.latest >= stamp(self.period.start)):
            yield from self._read(chain.listing, chain)
            above = above and made not in chain.walked
        self._refuse_hole(chain)

    def _join(self, branch: Chain, other: Chain, *, counted: bool) -> Generator[Page, None, None]:
        """Read on from both until they share a commit: of the two, where the dates are later.

        The boundary is only asked for when what is listed from the branch has come to before the period without it.
        """
        self._walk(branch, other)
        while not self._met(branch, other) and not branch.listing.gone and not other.listing.gone:
            chosen = self._next(branch, other, counted)
            if chosen.done:
                break
            yield from self._read(chosen.listing, branch if counted else None, other)
            self._walk(other, branch)
            self._walk(branch, other)
        if not self._met(branch, other):
            self._refuse_hole(branch)
            self._refuse_hole(other)

    def _next(self, branch: Chain, other: Chain, counted: bool) -> Chain:
        if not other.done and not other.listing.listed:
            early = not counted or branch.done or branch.listing.latest < stamp(self.period.start)
            return other if early else branch
        if branch.done or other.done:
            return other if branch.done else branch
        return branch if branch.listing.latest >= other.listing.latest else other

    def _met(self, branch: Chain, other: Chain) -> bool:
        return branch.position in other.walked or branch.position == other.position or other.position in branch.walked

    def _walk(self, chain: Chain, other: Chain) -> int:
        """Follow first parents as far as they are known and the other chain is not met; the number of new commits."""
        before = len(chain.walked)
        while chain.position in self.parents and not self._met(chain, other):
            assert chain.position is not None
            chain.walked[chain.position] = None
            chain.position = self.parents[chain.position]
        return len(chain.walked) - before

    def _refuse_hole(self, chain: Chain) -> None:
        """Raise when a list ended and a parent that it must hold is not in it."""
        if chain.position is not None and chain.listing.ended and chain.position not in self.parents:
            raise IncompleteCollection(
                f"github commits of {self.repository.full_name}: the list ended without {chain.position}, the parent"
                " of one in it. Run the same command again"
            )

    def _read(self, listing: Listing, walked: Chain | None, other: Chain | None = None) -> Iterator[Page]:
        """One more page of a listing. Its rows are commits that the walk newly reaches, or those of the period."""
        variables: dict[str, Any] = {**self.repository.variables, "head": listing.tip, "pageSize": listing.page_size,
                                     "after": listing.cursor}  # fmt: skip
        if listing.since is not None:
            variables["since"] = listing.since
        reply, variables = shrinking(self.connection, QUERY, variables, needs=CHANGES_NEEDS)
        listing.page_size = variables["pageSize"]
        found = repository_of(reply, self.repository, CHANGES_NEEDS)["object"]
        rows = 0
        if found is None:
            listing.gone = True
            self.gone.append(f"{self.repository.full_name}@{listing.tip}")
        else:
            nodes = self._take(listing, found["history"])
            rows = self._rows(nodes, walked, other)
        self.pages += 1
        self.commits += rows
        parameters = {"repository": self.repository.full_name, **variables}
        yield Page(f"GraphQL {QUERY}", parameters, reply.answer, rows, reply.request_id)

    def _rows(self, nodes: list[Mapping[str, Any]], walked: Chain | None, other: Chain | None) -> int:
        if walked is not None:
            return self._walk(walked, other or Chain.of("", 1))
        return sum(bool(self.period.contains(parse_moment(node["committedDate"]))) for node in nodes)

    def _take(self, listing: Listing, history: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The commits of a page, their parents noted. Raises when it is short, or not followed by the next."""
        nodes: list[Mapping[str, Any]] = history["nodes"]
        for node in nodes:
            refuse_overflow(f"commit {self.repository.full_name}@{node['oid']}", node)
            parents = node["parents"]["nodes"]
            self.parents[node["oid"]] = parents[0]["oid"] if parents else None
            listing.latest = node["committedDate"]
        listing.listed += len(nodes)
        if not history["pageInfo"]["hasNextPage"]:
            listing.ended = True
            if listing.listed != history["totalCount"]:
                raise IncompleteCollection(
                    f"github commits of {self.repository.full_name}: {listing.listed} read, but GitHub counts"
                    f" {history['totalCount']}. Run the same command again"
                )
            return nodes
        if not nodes:
            raise IncompleteCollection(
                f"github commits of {self.repository.full_name}: more pages are announced, but {listing.cursor!r} gave"
                " none. Run the same command again"
            )
        listing.cursor = listing.cursors.next(history["pageInfo"])
        return nodes
