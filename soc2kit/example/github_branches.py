"""How the default branch of a repository of the local GitHub came to be: its commits as Git links them, its moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import heappop, heappush

from .github_change_state import BranchUpdate, Commit, Repository

NOWHERE = "0" * 40


def linked(repository: Repository) -> dict[str, Commit]:
    """Every commit that can be asked for, by its sha: of the branch, of what was merged into it, and those taken away.

    A parent of forty zeros is filled in: on the branch the commit before, on a merge the side that it merged as well.
    """
    sides = {p.merge_commit: p.commits for p in repository.pull_requests if p.method == "merge" and p.commits}
    found: dict[str, Commit] = {}
    for side in sides.values():
        found |= {commit.sha: commit for commit in _in_a_row(side)}
    found |= {commit.sha: commit for commit in repository.unreachable}
    for commit in _in_a_row(repository.commits):
        if commit.sha in sides and len(commit.parents) < 2:
            commit = replace(commit, parents=(*commit.parents, sides[commit.sha][-1].sha))
        found[commit.sha] = commit
    return found


def _in_a_row(commits: Sequence[Commit]) -> Iterator[Commit]:
    before: tuple[str, ...] = ()
    for commit in commits:
        if NOWHERE in commit.parents:
            commit = replace(commit, parents=(*before, *(sha for sha in commit.parents if sha != NOWHERE)))
        yield commit
        before = (commit.sha,)


def listed_from(tip: str, commits: Mapping[str, Commit]) -> list[Commit]:
    """Every commit reachable from a tip as Git lists them: of those whose child was listed, the latest first."""
    waiting: list[tuple[float, int, str]] = []
    met: set[str] = set()
    listed: list[Commit] = []

    def meet(sha: str) -> None:
        if sha in commits and sha not in met:
            met.add(sha)
            heappush(waiting, (-commits[sha].committed_at.timestamp(), len(met), sha))

    meet(tip)
    while waiting:
        commit = commits[heappop(waiting)[2]]
        listed.append(commit)
        for parent in commit.parents:
            meet(parent)
    return listed


def updates(repository: Repository) -> list[BranchUpdate]:
    """Moves of the branch, oldest first: those that the state tells, or one for each merge and each direct push."""
    named = repository.default_branch
    if repository.updates is not None:
        return [update if update.branch else replace(update, branch=named) for update in repository.updates]
    merges = {pull.merge_commit: pull for pull in repository.pull_requests}
    made: list[BranchUpdate] = []
    before = NOWHERE
    rebased = _rebased(repository)
    for commit in repository.commits:
        pull = merges.get(commit.sha)
        if pull is None and commit.sha in rebased:
            continue  # moved over together with the last commit of its pull request
        kind = "push" if pull is None else "merge_queue_merge" if pull.queued else "pr_merge"
        actor = commit.committer or next(iter(commit.authors), None) if pull is None else pull.merged_by
        at = commit.committed_at if pull is None else pull.merged_at
        made.append(BranchUpdate(at, kind, actor, before, commit.sha, named))  # type: ignore[arg-type]
        before = commit.sha
    return made


def _rebased(repository: Repository) -> set[str]:
    """Commits that merges by rebase put on the branch, but for the last of each, which is the merge commit."""
    places = {commit.sha: place for place, commit in enumerate(repository.commits)}
    found: set[str] = set()
    for pull in repository.pull_requests:
        last = places.get(pull.merge_commit or "")
        if pull.method == "rebase" and last is not None:
            found |= {c.sha for c in repository.commits[max(0, last + 1 - len(pull.commits)) : last]}
    return found
