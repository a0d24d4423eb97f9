"""Stories of a default branch: told move by move, served by the local GitHub, collected, and read as frames."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from soc2kit.branch_moves import NOWHERE
from soc2kit.example.github_change_state import BranchUpdate, Commit, PullRequest, Repository
from soc2kit.example.github_server import Fault, GithubServer
from soc2kit.example.state import GithubAccount, GithubState, Member
from soc2kit.frames import FRAMES
from soc2kit.frames.schema import typed
from soc2kit.period import Period, stamp
from soc2kit.sources.base import Completeness, Page

HOUR = timedelta(hours=1)
MARCH = Period(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC), "2026-03")
AT = datetime(2026, 4, 1, tzinfo=UTC)
OWN = ("branch_updates", "branch_reads", "commits", "default_branches")


@dataclass
class Story:
    """Each move is an hour after the one before, from noon of 27 February on; `at` sets the time of the next."""

    name: str = "shop"
    branch: str = "main"
    at: datetime = MARCH.start - 60 * HOUR
    line: list[Commit] = field(default_factory=list)
    taken: list[Commit] = field(default_factory=list)
    pulls: list[PullRequest] = field(default_factory=list)
    updates: list[BranchUpdate] = field(default_factory=list)
    made: int = 0

    def started(self) -> Story:
        """With a first commit and a merge before March, so that the period begins on a branch that stands."""
        return self.move("branch_creation", 1).merge()

    @property
    def head(self) -> str:
        return self.line[-1].sha if self.line else NOWHERE

    def commit(self, parents: tuple[str, ...] | None = None, at: datetime | None = None) -> Commit:
        self.made += 1
        before = (self.head,) if self.line else ()
        return Commit(f"{self.made:08x}" + "c" * 32, ("ann",), at or self.at, f"Work {self.made}",
                      before if parents is None else parents, "ann")  # fmt: skip

    def move(self, kind: Any, count: int, *, actor: str | None = "ann", dated: datetime | None = None) -> Story:
        """A push of so many commits, made when they are pushed unless `dated`."""
        before = self.head
        for _ in range(count):
            self.line.append(self.commit(at=dated))
        return self.moved(kind, before, actor)

    def moved(self, kind: Any, before: str, actor: str | None, *, after: str | None = None) -> Story:
        self.updates.append(BranchUpdate(self.at, kind, actor, before, after or self.head, self.branch))
        self.at += HOUR
        return self

    def push(self, count: int = 1, **more: Any) -> Story:
        return self.move("push", count, **more)

    def pull(self, method: Any, count: int = 1, **more: Any) -> PullRequest:
        """Puts the commits of a merge on the line, and gives their pull request."""
        number = len(self.pulls) + 1
        work = tuple(replace(self.commit((self.head,)), parents=("a" * 40,)) for _ in range(count))
        if method == "rebase":
            self.line += [self.commit() for _ in range(0)]
            for _ in range(count):
                self.line.append(self.commit())
        else:
            parents = (self.head, work[-1].sha) if method == "merge" else (self.head,)
            self.line.append(self.commit(parents))
        made = PullRequest(number, f"Change {number}", "ann", self.at - HOUR, self.at, "bob", self.branch,
                           f"change-{number}", self.head, method, work, ())  # fmt: skip
        self.pulls.append(replace(made, **more))
        return self.pulls[-1]

    def merge(self, method: str = "squash", count: int = 1, **more: Any) -> Story:
        before = self.head
        self.pull(method, count, **more)
        return self.moved("pr_merge", before, "bob")

    def queue(self, count: int) -> Story:
        """A merge queue lands several pull requests with one move."""
        before = self.head
        for _ in range(count):
            self.pull("squash", queued=True, merged_by="github-merge-queue[bot]")
        return self.moved("merge_queue_merge", before, "github-merge-queue[bot]")

    def force(self, back: int, count: int, *, actor: str | None = "ann", kept: bool = True) -> Story:
        """Takes away the last `back` commits and puts `count` new ones there; `kept`: GitHub still has the old ones."""
        before = self.head
        back = min(back, len(self.line) - 1)
        if back:
            self.taken += self.line[-back:] if kept else []
            del self.line[-back:]
        for _ in range(count):
            self.line.append(self.commit())
        return self.moved("force_push", before, actor)

    def rename(self, name: str) -> Story:
        self.moved("branch_deletion", self.head, "ann", after=NOWHERE)
        self.at -= HOUR
        self.branch = name
        return self.moved("branch_creation", NOWHERE, "ann")

    def repository(self, **more: Any) -> Repository:
        whole = Repository(self.name, self.branch, datetime(2025, 1, 1, tzinfo=UTC), None, tuple(self.pulls),
                           tuple(self.line), updates=tuple(self.updates), unreachable=tuple(self.taken))  # fmt: skip
        return replace(whole, **more)


def state(*repositories: Repository) -> GithubState:
    bots = (GithubAccount("releaser", "Bot"), GithubAccount("github-merge-queue", "Bot"))
    return GithubState("acme", True, "read", bots, (Member("ann", "admin"), Member("bob")), (), repositories)


def as_pages(read: list[Page]) -> list[dict[str, Any]]:
    return [{"call": page.call, "parameters": page.parameters, "answer": page.answer} for page in read]


def frames_of(*files: tuple[Period, list[dict[str, Any]]], pulls: list[tuple[str, PullRequest]]) -> dict[str, Any]:
    """The frames of one or more collected files, with the pull requests told by the story itself."""
    frames: dict[str, Any] = {}
    for name in OWN:
        spec = FRAMES[name]
        rows: list[Any] = []
        for period, pages in files:
            record = {"effective": {"start": stamp(period.start), "end": stamp(period.end)},
                      "collected_at": stamp(max(AT, period.end))}  # fmt: skip
            assert spec.rows is not None
            assert spec.prepare is not None
            rows += spec.rows(spec.prepare(pages, record), record)
        whole = typed(spec, rows, "a story")
        frames[name] = whole.drop_duplicates(list(spec.unique), keep="last", ignore_index=True)
    changes = [
        {"change": f"{repository}#{pull.number}", "repository": repository, "number": pull.number,
         "author": pull.author, "base": pull.base,
         "created_at": stamp(pull.created_at), "merged_at": stamp(pull.merged_at), "author_is_bot": False,
         "merge_commit": pull.merge_commit or None, "queued": pull.queued, "labels": [], "from_fork": False,
         "commits_total": len(pull.commits)}
        for repository, pull in pulls
    ]  # fmt: skip
    frames["changes"] = typed(FRAMES["changes"], changes, "a story")
    derive = FRAMES["branch_landings"].derive
    assert derive is not None
    frames["branch_landings"] = derive(frames)
    return frames


def kinds(frames: dict[str, Any]) -> list[str]:
    """Kinds of landings, in the order of time and, within a move, of the commits' names."""
    landings: pd.DataFrame = frames["branch_landings"].sort_values(["landed_at", "sha"], kind="stable")
    return list(landings["kind"])


__all__ = ["AT", "MARCH", "OWN", "Completeness", "Fault", "GithubServer", "Story"]
