"""How each change of the example came about: ordinary ones drawn with a fixed seed, and those with a story.

Stories know people and times; `history` gives them their places on branches.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from .github_change_state import CheckRun, TimelineEvent

Entry = Mapping[str, Any]
_FIRST, _LAST = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
_CHECKS = ("test", "lint")
QUEUE = "github-merge-queue[bot]"
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
class Push:
    """A commit of a change: `at` is the time that it bears, `pushed` when it came. `forced`: in place of the others."""

    at: datetime
    by: tuple[str | None, ...]
    pushed: datetime
    merges_base: bool = False
    forced: bool = False


@dataclass(frozen=True)
class Opinion:
    by: str | None
    state: str
    at: datetime


@dataclass(frozen=True)
class Story:
    """A change before it has its place on the branch. `base` is empty for the default branch."""

    repository: str
    number: int
    author: str | None
    merged_at: datetime
    title: str
    merged_by: str
    pushes: tuple[Push, ...]
    reviews: tuple[Opinion, ...]
    checks: tuple[CheckRun, ...]
    method: str
    base: str = ""
    labels: tuple[str, ...] = ()
    events: tuple[TimelineEvent, ...] = ()
    head_repository: str = ""
    #: Merged by the merge queue; those of one time were one group of it.
    queued: bool = False
    #: Its head was pushed to the branch, whereupon GitHub took it for merged.
    pushed_head: bool = False


def stories(github: Entry) -> Iterator[Story]:
    """Every change, in no order; from its date on a repository's merge queue merges all of them."""
    queues = {one["name"]: one["merge_queue_from"] for one in github["repositories"] if "merge_queue_from" in one}
    for story in _told(github):
        since = queues.get(story.repository)
        queued = since is not None and story.merged_at >= since and not story.base and not story.pushed_head
        yield _queued(story) if queued else story


def _told(github: Entry) -> Iterator[Story]:
    for entry in github["scripted"]:
        yield _scripted(entry)
    draw = random.Random(github["routine"]["seed"])
    for repository in github["repositories"]:
        yield from _routine(repository["name"], github, draw)


def _queued(story: Story) -> Story:
    """The queue merges in one way only, and in its own name; whoever would have merged put the change into it."""
    added = TimelineEvent("AddedToMergeQueueEvent", story.merged_at - timedelta(minutes=20), story.merged_by)
    events = tuple(sorted((*story.events, added), key=lambda event: event.at))
    return replace(story, merged_by=QUEUE, method="squash", events=events, queued=True)


def _scripted(entry: Entry) -> Story:
    merged: datetime = entry["merged"]
    author = entry["author"]
    pushes = entry.get("commits", [{"at": merged - timedelta(hours=26)}])
    default_review = [{"by": "denizaksoy", "state": "APPROVED", "at": merged - timedelta(hours=2)}]
    return Story(
        entry["repository"], entry["number"], None if entry.get("deleted") else author, merged, entry["title"],
        entry.get("merged_by", author),
        tuple(
            Push(
                push["at"], tuple(push.get("by", [author])), push.get("pushed", push["at"]),
                push.get("merges_base", False), push.get("forced", False),
            )
            for push in pushes
        ),
        tuple(Opinion(review["by"], review["state"], review["at"]) for review in entry.get("reviews", default_review)),
        tuple(_check(name, said, merged) for name, said in entry.get("checks", _all_green()).items()),
        entry.get("method", "squash"), entry.get("base", ""), tuple(entry.get("labels", ())),
        tuple(
            TimelineEvent(event["kind"], event["at"], event["by"], event.get("before"), event.get("after"))
            for event in entry.get("events", ())
        ),
        entry.get("head_repository", ""), pushed_head=entry.get("pushed_head", False),
    )  # fmt: skip


def _all_green() -> dict[str, str]:
    return dict.fromkeys(_CHECKS, "SUCCESS")


def _check(name: str, said: str | Entry, merged_at: datetime) -> CheckRun:
    """A conclusion shortly before the merge, or one with a time of its own."""
    if isinstance(said, str):
        return CheckRun(name, said, merged_at - timedelta(minutes=25))
    return CheckRun(name, said["conclusion"], said["completed"])


def _routine(repository: str, github: Entry, draw: random.Random) -> Iterator[Story]:
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
        times = sorted(merged - timedelta(hours=draw.uniform(4, 40)) for _ in range(draw.randint(1, 4)))
        approved = times[-1] + (merged - times[-1]) * draw.uniform(0.2, 0.8)
        whole = [time.replace(microsecond=0) for time in times]
        yield Story(
            repository, number, author, merged, f"{draw.choice(_VERBS)} {draw.choice(_THINGS)}",
            draw.choice([author, reviewer]), tuple(Push(time, (author,), time) for time in whole),
            (Opinion(reviewer, "APPROVED", approved.replace(microsecond=0)),),
            tuple(_check(name, said, merged) for name, said in _all_green().items()),
            draw.choice(("squash", "squash", "squash", "merge", "rebase")),
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
