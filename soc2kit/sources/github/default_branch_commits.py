"""How the default branches moved in a period, and the commits that they moved over: the population of all changes."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime

from ...branch_moves import line_of, plan
from ...errors import IncompleteCollection
from ...period import Period, stamp
from ..base import Completeness, Page, Pages, Shared
from .branch_activity import NO_FEED, Activity, activity, too_far
from .branch_history import History
from .client import GithubConnection, RepositoryName
from .failures import readable
from .feed_parts import FeedRead, KeptPage
from .merged_pull_requests import CHANGES_NEEDS
from .paging import in_scope, repository_of

HEAD_QUERY = "default_branch_head"
PAGE_SIZE = 100
LOOKS = 3


@dataclass
class _Read:
    """What was read of all repositories, and what could not be."""

    repositories: int = 0
    updates: int = 0
    commits: int = 0
    lacking: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def default_branch_commits(connection: GithubConnection, period: Period) -> Pages:
    """Of each repository the updates of its default branch, then the commits along first parents that they led to.

    Both are of one moment: the history is read from a commit that is named, not from the branch, and down to where the
    branch stood when the period began, whatever dates the commits bear. What a force push took away is read as well,
    where GitHub still has it. `rows` counts the commits that the branch moved over. Where the feed does not reach, the
    commits are read by their dates, and the reason says so.
    """
    repositories, left_out = in_scope(connection, period, needs=CHANGES_NEEDS)
    now = _clock(connection)
    read = _Read(len(repositories))
    for repository in repositories:
        with readable(f"commits of {repository.full_name}"):
            yield from _repository(connection, repository, period, now, read)
    return Completeness(_reason(read, period, left_out))


def _clock(connection: GithubConnection) -> datetime:
    """The time by GitHub's own clock, as the feed's reach is counted from it."""
    now = connection.get("/user", needs="to belong to a user").answered_at
    if now is None:
        raise IncompleteCollection(
            "github activity: the answer has no Date, so how far back the feed reaches cannot be known. Ask GitHub"
            " directly, without a proxy that takes headers away"
        )
    return now


def _repository(
    connection: GithubConnection, repository: RepositoryName, period: Period, now: datetime, read: _Read
) -> Generator[Page, None, None]:
    if connection.shared is None:
        branch, head, fed = yield from _feed_and_head(connection, repository, period, now)
    else:
        branch, head, fed = yield from _part_of_feed(connection, connection.shared, repository, period, now)
    asked = plan(line_of(fed.records, branch), head, period)
    history = History(connection, repository, period)
    if fed.lacking is not None:
        read.lacking.append(f"{repository.full_name}: {fed.lacking}")
    if asked.pinned is not None and fed.lacking is not None:
        yield from history.by_date(asked.pinned, PAGE_SIZE)
    elif (tip := asked.pinned or asked.boundary) is not None:
        made = asked.moves[0].after if asked.moves else None
        yield from history.between(tip, asked.boundary, asked.lost, PAGE_SIZE, made)
    read.updates += len(asked.moves)
    read.commits += history.commits
    read.gone += history.gone


def _feed_and_head(
    connection: GithubConnection, repository: RepositoryName, period: Period, now: datetime
) -> Generator[Page, None, tuple[str, str | None, Activity]]:
    """The branch's name, its head and its feed, of one moment: read again while the branch moves between them.

    A feed that stays behind the branch is kept as it is. Whether the two agree is for a reconciliation to say.
    """
    fed = Activity()
    for _ in range(LOOKS):
        reply = connection.graphql(HEAD_QUERY, repository.variables, needs=CHANGES_NEEDS)
        parameters = {"repository": repository.full_name, **repository.variables}
        yield Page(f"GraphQL {HEAD_QUERY}", parameters, reply.answer, 0, reply.request_id)
        reference = repository_of(reply, repository, CHANGES_NEEDS)["defaultBranchRef"]
        branch = reference["name"] if reference else repository.default_branch
        head = reference["target"]["oid"] if reference else None
        again = yield from activity(connection, repository, branch, period, now)
        fed.add(again.records)
        fed.lacking = again.lacking
        line = line_of(fed.records, branch)
        if not line or line[-1].after == head:
            break
    return branch, head, fed


def _part_of_feed(
    connection: GithubConnection, shared: Shared, repository: RepositoryName, period: Period, now: datetime
) -> Generator[Page, None, tuple[str, str | None, Activity]]:
    """The same, out of what was read for all the months of this run when the first of them was."""
    kept = shared.known.get(repository.full_name)
    if kept is None or kept.since > period.start:
        kept = shared.known[repository.full_name] = _whole_feed(connection, repository, period, now)
    fed = Activity(lacking=kept.absent or too_far(period, now))
    for page in kept.parts(period, newest=period.start >= shared.latest):
        yield page
        if isinstance(page.answer, list):
            fed.add(page.answer)
    return kept.branch, kept.head, fed


def _whole_feed(connection: GithubConnection, repository: RepositoryName, period: Period, now: datetime) -> FeedRead:
    reading, pages = _feed_and_head(connection, repository, period, now), list[KeptPage]()
    while True:
        try:
            pages.append(KeptPage.of(next(reading)))
        except StopIteration as end:
            branch, head, fed = end.value
            break
    renamed = any(one.branch != branch for one in line_of(fed.records, branch))
    absent = NO_FEED if fed.lacking == NO_FEED else None
    return FeedRead(branch, head, period.start, absent, renamed, tuple(pages))


def _reason(read: _Read, period: Period, left_out: int) -> str:
    told = (
        f"{read.updates} updates of {read.repositories} default branches in the feed of their activity; {read.commits}"
        " commits from named heads along first parents to where each branch stood before"
    )
    parts = [told]
    if read.lacking:
        parts.append(f"read by date alone, so that direct pushes cannot be told: {'; '.join(read.lacking)}")
    if read.gone:
        parts.append(f"commits that GitHub does not have any more: {', '.join(read.gone)}")
    if left_out:
        parts.append(f"{left_out} archived and not pushed to since {stamp(period.start)} are left out")
    return "; ".join(parts)
