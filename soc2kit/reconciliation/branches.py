"""Commits of default branches, held against updates of the branches, pull requests and GitHub's counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import pandas as pd

from ..branch_moves import NOWHERE
from ..model import Frame, Reconciliation
from .systems import Frames

# A merge and its commit bear times of their own, so one of them can lie just beyond the part that was read.
EDGE = pd.Timedelta(minutes=10)
_MERGES = ("pr_merge", "merge_queue_merge")


def unbroken_chain(frames: Frames, datasets: tuple[str, str]) -> Reconciliation:
    """Updates of each default branch: every one begins where the one before ended, the newest ends at the head.

    Each update's commit is also among the commits that were read along first parents. A break says that an update is
    missing, so that something may have reached the branch without being in the list.
    """
    updates, reads, commits = frames["branch_updates"], frames["branch_reads"], frames["commits"]
    fed = reads[reads["feed"]]
    by_repository = _grouped(updates.sort_values(["occurred_at", "number"], kind="stable"))
    shas = commits.groupby("repository")["sha"].agg(set).to_dict()
    breaks: list[str] = []
    for repository, mine in _grouped(fed.sort_values("read_from", kind="stable")).items():
        line = by_repository.get(repository, [])
        breaks += _links(repository, line, mine)
        breaks += _heads(repository, line, mine)
        breaks += _unread(line, mine, shas.get(repository, set()))
    return Reconciliation(
        "branch-chain", "Default branches: commits ↔ updates of their activity", datasets,
        len(commits), len(updates), only_first=(), only_second=tuple(breaks),
        explained="an update moves a branch over several commits; where GitHub has no feed, commits are read by date"
        " and none of them can be tested",
    )  # fmt: skip


def _grouped(frame: Frame) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in frame.itertuples(index=False):
        found.setdefault(str(row.repository), []).append(row)
    return found


def _links(repository: str, line: list[Any], reads: list[Any]) -> Iterator[str]:
    """Updates that follow on each other in the feed, as far as it was read without a gap."""
    spans = _joined([(read.read_from, max(read.read_until, read.read_at)) for read in reads])
    for earlier, later in pairwise(line):
        told = any(start <= later.occurred_at <= end for start, end in spans)
        renamed = later.kind == "branch_creation" and later.after == earlier.after
        if told and later.before != earlier.after and not renamed:
            yield (
                f"{repository}: the update of {_time(earlier)} ends at {_short(earlier.after)}, that of {_time(later)}"
                f" begins at {_short(later.before)}"
            )


def _heads(repository: str, line: list[Any], reads: list[Any]) -> Iterator[str]:
    """Each reading found the branch where its updates say, and began where the one before it ended.

    Where months were read in one run, the updates up to the head are in the file of the latest alone.
    """
    stood = {one.after for one in line} | {one.before for one in line}
    for read in reads:
        if line and read.to_head and pd.notna(read.head) and read.head not in stood:
            yield f"{repository}: the branch is at {_short(read.head)}, to which no update moved it"
    newest = line[-1].after if line else None
    latest = max(reads, key=lambda read: read.read_until, default=None)
    to_head = latest is not None and latest.to_head
    if to_head and newest not in (None, NOWHERE) and newest not in {read.head for read in reads}:
        yield f"{repository}: {_time(line[-1])} moved it to {_short(newest)}, where no reading found the branch"
    for earlier, later in pairwise(reads):
        known = pd.notna(earlier.pinned) and pd.notna(later.boundary)
        if earlier.read_until == later.read_from and known and earlier.pinned != later.boundary:
            yield (
                f"{repository}: at {later.read_from:%Y-%m-%d %H:%M} one reading ends at {_short(earlier.pinned)}, the"
                f" next begins at {_short(later.boundary)}"
            )


def _unread(line: list[Any], reads: list[Any], shas: set[str]) -> Iterator[str]:
    """Updates of the parts that were read, whose commit is not among the commits."""
    known = {read.boundary for read in reads} | {sha for read in reads for sha in read.gone}
    # Where a force push goes back to before the period: met on the way down, but not moved over in the period.
    back = {sha for read in reads for sha in read.older}
    # Below a commit that GitHub has no more nothing can be followed; a row of its own says that it was taken away.
    gone = {sha for read in reads for sha in read.gone}
    until = max((one.occurred_at for one in line if one.kind == "force_push" and one.before in gone), default=None)
    for one in line:
        if until is not None and one.occurred_at < until:
            continue
        forced = one.kind in ("force_push", "branch_creation") and one.after in back
        if one.after == NOWHERE or one.after in shas or one.after in known or forced:
            continue
        if any(read.read_from <= one.occurred_at < read.read_until for read in reads):
            yield f"{one.repository}@{one.after}: not among the commits, though the update of {_time(one)} ends there"


def changes_on_branches(frames: Frames, datasets: tuple[str, str]) -> Reconciliation:
    """First-parent commits of the default branches, and the merge commits of merged pull requests.

    What only the branch has was pushed without a pull request: that is a test of its own (GH-PR-02), not a gap in the
    list. What only the pull requests have is a merge that the branch does not show; one that a force push took away is
    shown by that.
    """
    landings, changes, reads = frames["branch_landings"], frames["changes"], frames["branch_reads"]
    merged = changes.merge(
        frames["default_branches"].rename(columns={"branch": "base"}), on=["repository", "base"], validate="many_to_one"
    )
    inside = _inside(merged["repository"], merged["merged_at"], reads)
    here = merged["merge_commit"].isin(set(landings["sha"])) | merged["change"].isin(set(landings["change"].dropna()))
    direct = landings[landings["kind"].isin(("direct_push", "bot_push"))]
    return Reconciliation(
        "merged-changes", "Changes: first-parent commits ↔ merged pull requests", datasets,
        len(landings), len(merged),
        only_first=_sorted(direct["commit"]), only_second=_sorted(merged[inside & ~here]["change"]),
        explained="a rebase puts several commits of one pull request on the branch; a direct push is an exception of"
        " GH-PR-02, as is what a force push took away",
    )  # fmt: skip


def merges_collected(frames: Frames, datasets: tuple[str, str]) -> Reconciliation:
    """Merged pull requests, and the merges that the branches' activity tells of."""
    landings, updates = frames["branch_landings"], frames["branch_updates"]
    merges = updates[updates["kind"].isin(_MERGES)]
    merges = merges[_inside(merges["repository"], merges["occurred_at"], frames["branch_reads"])]
    unknown = landings[landings["kind"] == "unknown"]
    ended = merges["repository"] + "@" + merges["after"]
    # Of what a queue landed with one move, any can lack its pull request, not just the last.
    moves = merges[["repository", "occurred_at"]].rename(columns={"occurred_at": "landed_at"}).drop_duplicates()
    landed = set(unknown.merge(moves, on=["repository", "landed_at"], validate="many_to_one")["commit"])
    landed |= set(unknown.loc[unknown["commit"].isin(set(ended)), "commit"])
    return Reconciliation(
        "merges-collected", "Merged pull requests ↔ merges in the activity of branches", datasets,
        len(frames["changes"]), len(merges), only_first=(), only_second=tuple(sorted(map(str, landed))),
        explained="pull requests to other branches are in the list as well; a merge queue lands several with one move",
    )  # fmt: skip


def branches_known(frames: Frames, datasets: tuple[str, str]) -> Reconciliation:
    """Default branches that were read, and those that snapshots of their rules found in the same time.

    A repository that is gone when commits are read, or a branch that is the default one no more, took its changes out
    of every list that is read afterwards.
    """
    reads, rules = frames["branch_reads"], frames["branch_rules"]
    known = frames["default_branches"]
    named = set(zip(known["repository"], known["branch"], strict=True))
    # One without a first commit has no branch, whatever its settings call it.
    empty = set(reads["repository"]) - set(known["repository"])
    inside = rules[
        (rules["snapshot_at"] >= reads["read_from"].min()) & (rules["snapshot_at"] < reads["read_until"].max())
    ]
    found = set(zip(inside["repository"], inside["branch"], strict=True))
    lacking = sorted(f"{name} {branch}" for name, branch in found - named if name not in empty)
    return Reconciliation(
        "default-branches", "Default branches: read along first parents ↔ found by snapshots of their rules", datasets,
        len(named), len(found), only_first=(), only_second=tuple(lacking),
        explained="a branch that was renamed is read under each of its names",
    )  # fmt: skip


def commits_counted(frames: Frames, datasets: tuple[str, str]) -> Reconciliation:
    """Commits that were read by date, and GitHub's own count of them, for each reading without the feed."""
    counted = frames["branch_reads"].dropna(subset=["counted"])
    apart = counted[counted["read"] != counted["counted"]]
    words = tuple(f"{row.repository}: {row.read} read, {row.counted} counted" for row in apart.itertuples())
    return Reconciliation(
        "commits-counted", "Commits read by date ↔ GitHub's count", datasets,
        int(counted["read"].sum()), int(counted["counted"].sum()), only_first=(), only_second=words,
        explained="along first parents from a named head each commit is proved by the one above it, so no count is"
        " needed",
    )  # fmt: skip


def _inside(repositories: pd.Series, moments: pd.Series, reads: Frame) -> pd.Series:
    """Which moments lie in a part that was read of their repository, and not at its very edge."""
    spans: Mapping[str, list[tuple[Any, Any]]] = {
        name: _joined([(row.read_from, row.read_until) for row in mine]) for name, mine in _grouped(reads).items()
    }
    held = [
        any(start + EDGE <= at < end - EDGE for start, end in spans.get(str(repository), []))
        for repository, at in zip(repositories, moments, strict=True)
    ]
    return pd.Series(held, index=moments.index, dtype="bool")


def _joined(spans: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _sorted(found: pd.Series) -> tuple[str, ...]:
    return tuple(sorted(map(str, found)))


def _time(update: Any) -> str:
    return f"{update.occurred_at:%Y-%m-%d %H:%M:%S}"


def _short(sha: str) -> str:
    return "nowhere" if sha == NOWHERE else sha[:12]
