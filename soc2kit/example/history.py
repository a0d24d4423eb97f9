"""Pull requests and default branches of the example company: each change of its stories in its place on a branch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from .change_stories import Push, Story, stories
from .github_change_state import BranchUpdate, CheckRun, Commit, PullRequest, Review, TimelineEvent

Entry = Mapping[str, Any]
_NOWHERE = "0" * 40
#: GitHub's own committer of what is merged on its pages.
_WEB_FLOW = "web-flow"
_BEGAN = datetime(2025, 12, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Landed:
    """A commit of the default branch since `at`, and until a force push took it away."""

    commit: Commit
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class History:
    """`commits` are on the branch, `unreachable` were. `updates` is None where the commits tell how it moved."""

    pull_requests: tuple[PullRequest, ...]
    landed: tuple[Landed, ...]
    updates: tuple[BranchUpdate, ...] | None = None

    @property
    def commits(self) -> tuple[Commit, ...]:
        return tuple(one.commit for one in self.landed if one.until is None)

    @property
    def unreachable(self) -> tuple[Commit, ...]:
        return tuple(one.commit for one in self.landed if one.until is not None)

    def until(self, at: datetime) -> History:
        """What had been merged, pushed and said by then."""
        return History(
            tuple(_said_by(change, at) for change in self.pull_requests if change.merged_at <= at),
            tuple(
                replace(one, until=one.until if one.until is not None and one.until <= at else None)
                for one in self.landed
                if one.at <= at
            ),
            None if self.updates is None else tuple(update for update in self.updates if update.at <= at),
        )


def _said_by(change: PullRequest, at: datetime) -> PullRequest:
    reviews = tuple(review for review in change.reviews if review.submitted_at <= at)
    return replace(change, reviews=reviews, timeline=tuple(event for event in change.timeline if event.at <= at))


def build(github: Entry) -> dict[str, History]:
    """The whole history of each repository."""
    told = list(stories(github))
    return {
        entry["name"]: _Branch(entry["name"]).follow(
            [story for story in told if story.repository == entry["name"]], github
        )
        for entry in github["repositories"]
    }


class _Branch:
    """A default branch while it grows: changes and pushes in the order of time, each on top of the one before."""

    def __init__(self, repository: str) -> None:
        self.repository = repository
        first = Commit(_sha(repository, "first"), ("mlindqvist",), _BEGAN, "Start", ())
        self.landed = [Landed(first, _BEGAN)]
        self.updates = [BranchUpdate(_BEGAN, "branch_creation", "mlindqvist", _NOWHERE, first.sha)]
        self.changes: list[PullRequest] = []
        #: Whether it moved in ways that its commits do not tell.
        self.intricate = False

    def follow(self, told: Iterable[Story], github: Entry) -> History:
        pushes, forced = (self._own(github[name]) for name in ("direct_pushes", "force_pushes"))
        pushes += [commit for entry in forced for commit in entry["removes"]]
        events: list[tuple[datetime, int, Any]] = [(story.merged_at, story.number, story) for story in told]
        events += [(entry["at"], 0, entry) for entry in (*pushes, *forced)]
        for _, group in groupby(sorted(events, key=lambda event: event[:2]), key=_together):
            things = [thing for *_, thing in group]
            if isinstance(things[0], Story):
                self._merge(things)
            elif "removes" in things[0]:
                self._take_away(things[0])
            else:
                self._push(things[0])
        return History(tuple(self.changes), tuple(self.landed), tuple(self.updates) if self.intricate else None)

    def _own(self, entries: Iterable[Entry]) -> list[Entry]:
        return [entry for entry in entries if entry["repository"] == self.repository]

    @property
    def tip(self) -> str:
        return next(one.commit.sha for one in reversed(self.landed) if one.until is None)

    def _tip_at(self, at: datetime) -> str:
        return next(one.commit.sha for one in reversed(self.landed) if one.until is None and one.at <= at)

    def _push(self, entry: Entry) -> None:
        commit = Commit(entry["sha"], (entry["by"],), entry["at"], entry["headline"], (self.tip,), entry["by"])
        self._land([commit], entry["at"], "push", entry["by"])

    def _take_away(self, entry: Entry) -> None:
        gone, before = {commit["sha"] for commit in entry["removes"]}, self.tip
        self.landed = [replace(one, until=entry["at"]) if one.commit.sha in gone else one for one in self.landed]
        self.updates.append(BranchUpdate(entry["at"], "force_push", entry["by"], before, self.tip))
        self.intricate = True

    def _merge(self, group: Sequence[Story]) -> None:
        """One change, or several that the merge queue merged at once."""
        brought: list[Commit] = []
        self.intricate |= len(group) > 1 or group[0].pushed_head
        for story in group:
            base = brought[-1].sha if brought else self.tip
            commits = list(self._own_commits(story, base))
            kept = commits[max((n for n, push in enumerate(story.pushes) if push.forced), default=0) :]
            landed = _landed(story, kept, base, len(brought))
            self.changes.append(_pull_request(story, commits, kept, landed[-1].sha))
            brought += [] if story.base else landed
        story = group[-1]
        kind = "push" if story.pushed_head else "merge_queue_merge" if story.queued else "pr_merge"
        if brought:
            self._land(brought, story.merged_at, kind, story.merged_by)

    def _land(self, commits: Sequence[Commit], at: datetime, kind: Any, actor: str) -> None:
        self.updates.append(BranchUpdate(at, kind, actor, self.tip, commits[-1].sha))
        self.landed += [Landed(commit, at) for commit in commits]

    def _own_commits(self, story: Story, base: str) -> Iterator[Commit]:
        """The commits of a change as they were pushed; its checks ran on the last of them."""
        before = ""
        for position, push in enumerate(story.pushes):
            if not before or push.forced:
                before = base if story.pushed_head else self._tip_at(push.pushed)
            parents = (before, self._tip_at(push.pushed)) if push.merges_base else (before,)
            headline = "Merge branch 'main'" if push.merges_base else story.title
            checks = story.checks if position == len(story.pushes) - 1 else ()
            before = _sha(self.repository, story.number, position)
            # Whoever presses "Update branch" has GitHub make the merge.
            committer = _WEB_FLOW if push.merges_base else push.by[0]
            yield Commit(before, push.by, push.at, headline, parents, committer, checks)


def _together(event: tuple[datetime, int, Any]) -> tuple[Any, ...]:
    """What moves the branch in one update: changes of one time in one queue; everything else by itself."""
    at, number, thing = event
    return (at, "queue") if isinstance(thing, Story) and thing.queued else (at, number, id(thing))


def _pull_request(story: Story, commits: Sequence[Commit], kept: Sequence[Commit], merge_commit: str) -> PullRequest:
    return PullRequest(
        number=story.number,
        title=story.title,
        author=story.author,
        created_at=story.pushes[0].pushed + timedelta(minutes=10),
        merged_at=story.merged_at,
        merged_by=story.merged_by,
        base=story.base or "main",
        head_ref=f"change-{story.number}",
        merge_commit=merge_commit,
        method=story.method,  # type: ignore[arg-type]
        commits=tuple(kept),
        reviews=tuple(
            Review(one.by, one.state, one.at, _reviewed(story.pushes, commits, one.at))  # type: ignore[arg-type]
            for one in story.reviews
        ),
        labels=story.labels,
        timeline=tuple(sorted((*story.events, *_forced(story, commits)), key=lambda event: event.at)),
        head_repository=story.head_repository,
        queued=story.queued,
    )


def _reviewed(pushes: Sequence[Push], commits: Sequence[Commit], at: datetime) -> str:
    """The last commit that was there; GitHub moves a review on over merges of the base that follow it."""
    place = max((n for n, push in enumerate(pushes) if push.pushed <= at), default=0)
    while place + 1 < len(pushes) and pushes[place + 1].merges_base:
        place += 1
    return commits[place].sha


def _forced(story: Story, commits: Sequence[Commit]) -> Iterator[TimelineEvent]:
    for place, push in enumerate(story.pushes):
        if push.forced:
            before, after = commits[place - 1].sha, commits[place].sha
            yield TimelineEvent("HeadRefForcePushedEvent", push.pushed, push.by[0], before, after)


def _landed(story: Story, commits: Sequence[Commit], base: str, place: int) -> list[Commit]:
    """The commits that the merge put on the branch, by its method; `place` counts those before it in its group."""
    if story.pushed_head:
        return list(commits)
    if story.method == "rebase":
        landed: list[Commit] = []
        for position, commit in enumerate(commits):
            parent = landed[-1].sha if landed else base
            sha = _sha(story.repository, story.number, "rebased", position)
            landed.append(Commit(sha, commit.authors, story.merged_at, commit.headline, (parent,), story.merged_by))
        return landed
    parents = (base, commits[-1].sha) if story.method == "merge" else (base,)
    sha = _sha(story.repository, story.number, story.method)
    headline, authors = f"{story.title} (#{story.number})", (story.author,)
    if not story.queued:
        return [Commit(sha, authors, story.merged_at, headline, parents, _WEB_FLOW)]
    # The queue makes its commit first, has the checks run on it, and only then moves the branch.
    made, ended = story.merged_at - timedelta(minutes=5), story.merged_at - timedelta(minutes=1)
    checks = tuple(CheckRun(check.name, "SUCCESS", ended) for check in story.checks)
    return [Commit(sha, authors, made + timedelta(seconds=place), headline, parents, _WEB_FLOW, checks)]


def _sha(*parts: object) -> str:
    return hashlib.sha1("/".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()
