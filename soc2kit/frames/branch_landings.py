"""How each commit reached its default branch: the partition that the completeness of all changes rests on.

Every commit along first parents is exactly one of: of a merged pull request, of a merge queue's group, pushed directly
by a person or by a bot, taken away again by a force push, or unknown, with why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from .schema import FrameSpec, columns, typed

_MERGES = {"pr_merge": "pull_request", "merge_queue_merge": "merge_queue"}
COLUMNS = columns(
    "commit text, repository text, sha text, landed_at time, kind text, change text?, actor text?, why text?"
)


@dataclass
class _Landing:
    landed_at: Any
    kind: str
    change: str | None = None
    actor: str | None = None
    why: str | None = None


@dataclass
class _Branch:
    """The commits of one repository, and where each stands while its updates are gone through in order."""

    repository: str
    commits: dict[str, Any]
    merged: Mapping[str, str]
    unmerged: set[str]
    gone: set[str]
    older: set[str]
    on: dict[str, _Landing] = field(default_factory=dict)
    removed: dict[str, _Landing] = field(default_factory=dict)
    ends: list[str] = field(default_factory=list)
    #: Force pushes to commits that are not read: what they took away shows only where the branch stood in the end.
    untold: list[Any] = field(default_factory=list)

    def down_from(self, tip: str) -> Iterator[str]:
        while tip in self.commits:
            yield tip
            parents = self.commits[tip].parents
            tip = parents[0] if len(parents) else ""

    def move(self, update: Any) -> None:
        """One update: what it put on the branch, newest first, and what it took away."""
        new: list[str] = []
        met = None
        for sha in self.down_from(update.after):
            if sha == update.before or sha in self.on:
                met = sha
                break
            new.append(sha)
        if update.kind == "force_push":
            if new or met or update.after in self.older:
                self._take_away(update, {*new, *self._below(met)})
            else:
                self.untold.append(update)
        for sha, landing in self._landed(update, new):
            self.on[sha] = landing
            self.removed.pop(sha, None)
        if update.kind != "force_push" or update.after not in self.older:
            self.ends.append(update.after)

    def settle(self, tip: str) -> None:
        """Once the branch stands at `tip`: what a force push to a commit that is not read took away, and none put back.

        Nothing can be said where `tip` is not read itself.
        """
        if not self.untold or not (tip in self.commits or tip in self.older):
            return
        kept = set(self.down_from(tip))
        before = {sha for update in self.untold for sha in self.down_from(update.before)}
        for sha in sorted({*self.on, *before} - kept - set(self.removed)):
            landed = self.on.get(sha)
            later = [push for push in self.untold if landed is None or push.occurred_at >= landed.landed_at]
            if later:
                who = later[0].actor if pd.notna(later[0].actor) else "a deleted account"
                why = f"taken away by a force push of {who} or one after it; GitHub has not what it went to any more"
                self.on.pop(sha, None)
                self.removed[sha] = _Landing(later[0].occurred_at, "removed", None, _text(later[0].actor), why)

    def _below(self, met: str | None) -> Iterator[str]:
        return self.down_from(met) if met else iter(())

    def _take_away(self, update: Any, kept: set[str]) -> None:
        who = update.actor if pd.notna(update.actor) else "a deleted account"
        why = f"taken away by a force push of {who}"
        lost = list(_until(self.down_from(update.before), kept))
        if update.before in self.gone and update.before not in kept:
            # What was below is known only where another update had ended at it.
            lost = [update.before, *(sha for sha in self.ends if sha not in self.commits and sha not in kept)]
            why += "; GitHub has neither it nor what was below it any more"
        for sha in lost:
            self.on.pop(sha, None)
            self.removed[sha] = _Landing(update.occurred_at, "removed", None, _text(update.actor), why)

    def _landed(self, update: Any, new: list[str]) -> Iterator[tuple[str, _Landing]]:
        at, actor = update.occurred_at, _text(update.actor)
        if update.kind in _MERGES:
            for sha, change in zip(new, self._changes(new, update.kind), strict=True):
                known = change is not None
                kind = _MERGES[update.kind] if known else "unknown"
                yield sha, _Landing(at, kind, change, actor, None if known else self._why_no_change(sha))
            return
        for sha in new:
            if update.kind == "branch_creation" and not self._begun(new):
                why = "the branch was made from other commits, and which branch was the default before is not known"
                yield sha, _Landing(at, "unknown", None, actor, why)
            else:
                bot = bool(update.actor_is_bot) if pd.notna(update.actor_is_bot) else False
                yield sha, _Landing(at, "bot_push" if bot else "direct_push", None, actor, self._marks(sha))

    def _begun(self, new: list[str]) -> bool:
        """Whether the repository itself began with these commits, and no older one was left out."""
        return not len(self.commits[new[-1]].parents)

    def _marks(self, sha: str) -> str | None:
        """GitHub marks a pull request as merged when its head is pushed to the branch: no merge, but a push."""
        change = self.merged.get(sha)
        return f"GitHub marked {change} as merged by this push" if change else None

    def _changes(self, new: list[str], kind: str) -> list[str | None]:
        """The pull request of each commit, newest first: its own, or that of the one above, which a rebase put there.

        GitHub does not tell the merge commit of some; those it names itself beside the commit. A queue lands several
        at once: there a commit beside which GitHub names others only is not of the one above.
        """
        found: list[str | None] = []
        above = None
        for sha in new:
            above = self.merged.get(sha) or (None if self._of_another(sha, above, kind) else above)
            found.append(above)
        only = {change for change in found if change}
        for position, sha in enumerate(new):
            if found[position] is None:
                named = [change for change in self.commits[sha].changes if change in self.unmerged]
                one = next(iter(only)) if len(only) == 1 else None
                found[position] = named[0] if named else (None if self._of_another(sha, one, kind) else one)
        return found

    def _of_another(self, sha: str, change: str | None, kind: str) -> bool:
        named = self.commits[sha].changes
        return kind == "merge_queue_merge" and len(named) > 0 and change not in named

    def _why_no_change(self, sha: str) -> str:
        named = ", ".join(self.commits[sha].changes)
        if named:
            return f"GitHub names {named}, which is not among the merged pull requests collected"
        return "the feed tells of a merge, but none of the pull requests collected has this commit"


def _until(shas: Iterable[str], kept: set[str]) -> Iterator[str]:
    for sha in shas:
        if sha in kept:
            return
        yield sha


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def branch_landings(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per first-parent commit that a default branch moved over.

    `landed_at` is the time of the update that put it there; for `removed` the one that took it away; where no update
    tells, the date that the commit bears. `actor` is who pushed or merged, `change` the pull request that it belongs
    to, `why` what a reader must know besides.
    """
    updates = _grouped(frames["branch_updates"].sort_values(["occurred_at", "number"], kind="stable"))
    reads = _grouped(frames["branch_reads"].sort_values("read_from", kind="stable"))
    changes = _grouped(frames["changes"])
    rows: list[dict[str, Any]] = []
    commits = _grouped(frames["commits"])
    for repository in sorted({*commits, *updates}):
        of = changes.get(repository, [])
        branch = _Branch(
            repository,
            {row.sha: row for row in commits.get(repository, [])},
            {row.merge_commit: row.change for row in reversed(of) if pd.notna(row.merge_commit)},
            {row.change for row in of if pd.isna(row.merge_commit)},
            {sha for row in reads.get(repository, []) for sha in row.gone},
            {sha for row in reads.get(repository, []) for sha in [*row.older, row.boundary] if pd.notna(sha)},
        )
        _go_through(branch, updates.get(repository, []), reads.get(repository, []))
        rows += _rows(branch, reads.get(repository, []))
    return typed(FrameSpec("branch_landings", COLUMNS), rows, "the evidence of default branches")


def _grouped(frame: pd.DataFrame) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in frame.itertuples(index=False):
        found[row.repository].append(row)
    return dict(found)


def _go_through(branch: _Branch, updates: list[Any], reads: list[Any]) -> None:
    """Every update that was read with its commits. A branch made again elsewhere is forced there by who deleted it."""
    deleted = None
    stood = None
    tip = ""
    for update in updates:
        if update.kind == "branch_creation" and stood == update.after:
            deleted = None  # renamed, or made again where it was
            continue
        if update.kind == "branch_deletion":
            deleted = update
            continue
        if _read(update, reads):
            if deleted is not None:
                update = update._replace(kind="force_push", before=deleted.before, actor=deleted.actor)
            branch.move(update)
            tip = update.after
        deleted, stood = None, update.after
    branch.settle(tip)


def _read(update: Any, reads: list[Any]) -> bool:
    return any(row.feed and row.read_from <= update.occurred_at < row.read_until for row in reads)


def _rows(branch: _Branch, reads: list[Any]) -> Iterator[dict[str, Any]]:
    placed = {**branch.removed, **branch.on}
    for sha, row in branch.commits.items():
        landing = placed.pop(sha, None) or _unplaced(branch, row, reads)
        yield _row(branch.repository, sha, landing)
    for sha, landing in placed.items():
        yield _row(branch.repository, sha, landing)


def _unplaced(branch: _Branch, commit: Any, reads: list[Any]) -> _Landing:
    """A commit that no update put on the branch."""
    change = branch.merged.get(commit.sha) or next(iter(commit.changes), None)
    without = next((row.why for row in reads if not row.feed and _holds(row, commit)), None)
    why = f"{without}, so a push cannot be told from a merge" if without else "no update of the feed has it"
    return _Landing(commit.committed_at, "unknown", change, None, f"{why}; GitHub names {change}" if change else why)


def _holds(row: Any, commit: Any) -> bool:
    return bool(row.read_from <= commit.committed_at < row.read_until)


def _row(repository: str, sha: str, landing: _Landing) -> dict[str, Any]:
    return {"commit": f"{repository}@{sha}", "repository": repository, "sha": sha, **vars(landing)}
