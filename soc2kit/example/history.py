"""Pull requests and commits of the example company: ordinary ones drawn with a fixed seed, and those with a story."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from .github_change_state import CheckRun, Commit, PullRequest, Review

Entry = Mapping[str, Any]
_FIRST, _LAST = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
_CHECKS = ("test", "lint")
_VERBS = ("Add", "Fix", "Speed up", "Simplify", "Remove", "Test", "Document", "Rework", "Log", "Validate")
_THINGS = (
    "invoice totals",
    "the search index",
    "retry limits",
    "session expiry",
    "the import queue",
    "chart legends",
    "tenant settings",
    "error pages",
    "the nightly job",
    "report filters",
    "webhook signatures",
    "date pickers",
)


@dataclass(frozen=True)
class History:
    pull_requests: tuple[PullRequest, ...]
    commits: tuple[Commit, ...]

    def until(self, at: datetime) -> History:
        """What had been merged and pushed by then."""
        return History(
            tuple(change for change in self.pull_requests if change.merged_at <= at),
            tuple(commit for commit in self.commits if commit.committed_at <= at),
        )


@dataclass(frozen=True)
class _Story:
    """A change before it has its place on the branch."""

    repository: str
    number: int
    author: str | None
    merged_at: datetime
    title: str
    merged_by: str
    commits: tuple[tuple[datetime, tuple[str, ...], bool], ...]
    reviews: tuple[tuple[str, str, datetime], ...]
    checks: Mapping[str, str]
    method: str


def build(github: Entry) -> dict[str, History]:
    """The whole history of each repository."""
    return {entry["name"]: _branch(entry["name"], github) for entry in github["repositories"]}


def _branch(repository: str, github: Entry) -> History:
    """Changes and direct pushes in the order of time, each commit on top of the one before."""
    stories = [story for story in _stories(github) if story.repository == repository]
    pushes = [push for push in github["direct_pushes"] if push["repository"] == repository]
    events: list[tuple[datetime, _Story | Entry]] = [(story.merged_at, story) for story in stories]
    events += [(push["at"], push) for push in pushes]
    first = Commit(_sha(repository, "first"), ("mlindqvist",), datetime(2025, 12, 1, tzinfo=UTC), "Start", ())
    branch, changes = [first], []
    for _, event in sorted(events, key=lambda pair: pair[0]):
        if isinstance(event, _Story):
            change, merged = _merge(event, branch[-1].sha)
            changes.append(change)
            branch.extend(merged)
        else:
            branch.append(
                Commit(event["sha"], (event["by"],), event["at"], event["headline"], (branch[-1].sha,), event["by"])
            )
    return History(tuple(changes), tuple(branch))


def _merge(story: _Story, base: str) -> tuple[PullRequest, list[Commit]]:
    commits = _own_commits(story, base)
    landed = _landed(story, commits, base)
    change = PullRequest(
        number=story.number,
        title=story.title,
        author=story.author,
        created_at=commits[0].committed_at + timedelta(minutes=10),
        merged_at=story.merged_at,
        merged_by=story.merged_by,
        base="main",
        head_ref=f"change-{story.number}",
        merge_commit=landed[-1].sha,
        method=story.method,  # type: ignore[arg-type]
        commits=tuple(commits),
        reviews=tuple(Review(by, state, at, commits[0].sha) for by, state, at in story.reviews),  # type: ignore[arg-type]
    )
    return change, landed


def _own_commits(story: _Story, base: str) -> list[Commit]:
    made: list[Commit] = []
    for position, (at, authors, merges_base) in enumerate(story.commits):
        last = position == len(story.commits) - 1
        before = made[-1].sha if made else base
        parents = (before, base) if merges_base else (before,)
        headline = "Merge branch 'main'" if merges_base else story.title
        runs = tuple(_run(name, conclusion, story.merged_at) for name, conclusion in story.checks.items())
        sha = _sha(story.repository, story.number, position)
        made.append(Commit(sha, authors, at, headline, parents, authors[0], runs if last else ()))
    return made


def _run(name: str, conclusion: str, merged_at: datetime) -> CheckRun:
    return CheckRun(name, conclusion, merged_at - timedelta(minutes=25))


def _landed(story: _Story, commits: list[Commit], base: str) -> list[Commit]:
    """The commits that the merge put on the branch, by its method."""
    authors = (story.author,)
    if story.method == "rebase":
        landed: list[Commit] = []
        for position, commit in enumerate(commits):
            parent = landed[-1].sha if landed else base
            sha = _sha(story.repository, story.number, "rebased", position)
            landed.append(Commit(sha, commit.authors, story.merged_at, commit.headline, (parent,), story.merged_by))
        return landed
    parents = (base, commits[-1].sha) if story.method == "merge" else (base,)
    sha = _sha(story.repository, story.number, story.method)
    return [Commit(sha, authors, story.merged_at, f"{story.title} (#{story.number})", parents, story.merged_by)]


def _stories(github: Entry) -> Iterator[_Story]:
    for entry in github["scripted"]:
        yield _scripted(entry)
    draw = random.Random(github["routine"]["seed"])
    for repository in github["repositories"]:
        yield from _routine(repository["name"], github, draw)


def _scripted(entry: Entry) -> _Story:
    merged: datetime = entry["merged"]
    author = entry["author"]
    commits = entry.get("commits", [{"at": merged - timedelta(hours=26)}])
    default_review = [{"by": "denizaksoy", "state": "APPROVED", "at": merged - timedelta(hours=2)}]
    return _Story(
        entry["repository"], entry["number"], None if entry.get("deleted") else author, merged, entry["title"],
        entry.get("merged_by", author),
        tuple((push["at"], tuple(push.get("by", [author])), push.get("merges_base", False)) for push in commits),
        tuple((review["by"], review["state"], review["at"]) for review in entry.get("reviews", default_review)),
        entry.get("checks", dict.fromkeys(_CHECKS, "SUCCESS")), "squash",
    )  # fmt: skip


def _routine(repository: str, github: Entry, draw: random.Random) -> Iterator[_Story]:
    """Changes in order: opened on a working day, approved by another member after the last commit, checks green."""
    at, number = _FIRST, 0
    while True:
        at += timedelta(hours=draw.expovariate(1) * 168 / github["routine"]["per_week"])
        if at >= _LAST:
            return
        merged = _in_office_hours(at, draw)
        present = [entry["login"] for entry in github["members"] if _works(entry, merged)]
        author, reviewer = draw.sample(present, 2)
        number += 1
        pushes = sorted(merged - timedelta(hours=draw.uniform(4, 40)) for _ in range(draw.randint(1, 4)))
        approved = pushes[-1] + (merged - pushes[-1]) * draw.uniform(0.2, 0.8)
        yield _Story(
            repository, number, author, merged, f"{draw.choice(_VERBS)} {draw.choice(_THINGS)}",
            draw.choice([author, reviewer]),
            tuple((push.replace(microsecond=0), (author,), False) for push in pushes),
            ((reviewer, "APPROVED", approved.replace(microsecond=0)),),
            dict.fromkeys(_CHECKS, "SUCCESS"), draw.choice(("squash", "squash", "squash", "merge", "rebase")),
        )  # fmt: skip


def _in_office_hours(at: datetime, draw: random.Random) -> datetime:
    day = at + timedelta(days=max(0, at.weekday() - 4))
    moved = day.replace(hour=draw.randint(8, 16), minute=draw.randint(0, 59), second=draw.randint(0, 59), microsecond=0)
    return min(moved, _LAST - timedelta(hours=8))


def _works(entry: Entry, at: datetime) -> bool:
    """Present, with enough distance to joining and leaving that no commit falls outside."""
    margin = timedelta(days=4)
    start, end = entry.get("from"), entry.get("until")
    return (start is None or start + margin <= at) and (end is None or at < end - margin)


def _sha(*parts: object) -> str:
    return hashlib.sha1("/".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()
