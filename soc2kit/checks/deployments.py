"""Tests of what was deployed to production in the window. No samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome, words
from .reviewed import READS, Judged, judged

#: States of a deployment that has not ended; one without any status may have.
_OPEN = ("QUEUED", "PENDING", "IN_PROGRESS", "WAITING")
_FAILED = ("failure", "timed_out", "startup_failure", "action_required")
_SHOWN = 10


def traces_to_reviewed_commit(
    deployments: Frame, ci_runs: Frame, branch_reads: Frame, *of_changes: Frame, period: Period, parameters: Parameters
) -> Outcome:
    """Production runs what is on the default branch, was reviewed, and was green.

    Population: deployments to `production_environments` that succeeded in the window, or were begun in it and had not
    ended when they were read; one row each.
    Exception: the commit is not on the default branch, GitHub no longer has it, or no pull request brought it; the
    pull request is an exception of the tests of review or of green checks; a run of a workflow had failed on the commit
    before it was deployed and had not passed since.
    Not testable: whether it succeeded is not known; the commit bears a time of which the branch was not read, so
    nothing is known of its change; the change was not collected, or cannot be tested; a run on the commit was done
    again after the deployment, so its earlier result is gone.
    Source: deployments with their statuses; first-parent commits of the default branch, and of which time they were
    read; pull requests; runs of workflows.
    """
    frames = dict(zip(READS, of_changes, strict=True))
    changes, commits, change_commits = (frames[name] for name in ("changes", "commits", "change_commits"))
    population = _reached(deployments, period, parameters)
    known = dict(zip(commits["commit"], commits["changes"], strict=True))
    deployed = population["repository"] + "@" + population["sha"]
    brought = {change for commit in deployed for change in known.get(commit, ())}
    found = judged(brought, frames, parameters)
    merged = set(changes["change"])
    own = change_commits.assign(repository=change_commits["change"].str.split("#").str[0])
    heads = set(own["repository"] + "@" + own["sha"])
    spans = _spans(branch_reads)
    traced = [
        _traced(row, commit, known, heads, merged, found, spans)
        for row, commit in zip(population.itertuples(), deployed, strict=True)
    ]
    runs = {key: list(rows.itertuples()) for key, rows in _on_deployed(ci_runs, deployed).groupby("commit")}
    ran = [_ran(row, runs.get(commit, [])) for row, commit in zip(population.itertuples(), deployed, strict=True)]
    ended = population["succeeded_at"].notna()
    reasons = pd.Series([_joined(one[0], two[0]) for one, two in zip(traced, ran, strict=True)], dtype="string")
    unknown = pd.Series([_joined(one[1], two[1]) for one, two in zip(traced, ran, strict=True)], dtype="string")
    return outcome(
        population, key="deployment", at="reached_at", reasons=reasons.where(ended),
        unknown=unknown.where(ended, "whether it succeeded is not known: it had not ended when it was read"),
    )  # fmt: skip


def _in_production(deployments: Frame, parameters: Parameters) -> pd.Series:
    """GitHub takes names of environments without regard to case."""
    names = [name.casefold() for name in parameters.production_environments]
    return deployments["environment"].str.casefold().isin(names)


def _to_production(deployments: Frame, period: Period, parameters: Parameters, at: str) -> Frame:
    production = _in_production(deployments, parameters)
    return deployments[production & period.contains(deployments[at]).fillna(False)].reset_index(drop=True)


def _reached(deployments: Frame, period: Period, parameters: Parameters) -> Frame:
    """What succeeded, and what may have since, with when: many tools never say how a deployment ended."""
    is_open = deployments["failed_at"].isna() & (deployments["state"].isna() | deployments["state"].isin(_OPEN))
    moment = deployments["succeeded_at"].fillna(deployments["created_at"].where(is_open.astype(bool)))
    return _to_production(deployments.assign(reached_at=moment), period, parameters, "reached_at")


def _spans(branch_reads: Frame) -> Mapping[str, list[tuple[Any, Any]]]:
    """Of which time the default branch of each repository was read."""
    found: dict[str, list[tuple[Any, Any]]] = {}
    for row in branch_reads.itertuples():
        found.setdefault(str(row.repository), []).append((row.read_from, row.read_until))
    return found


def _joined(*texts: str | None) -> object:
    return "; ".join(text for text in texts if text) or pd.NA


def _traced(
    row: Any, commit: str, known: Mapping[str, list[str]], heads: set[str], merged: set[str], found: Judged,
    spans: Mapping[str, list[tuple[Any, Any]]],
) -> tuple[str | None, str | None]:  # fmt: skip
    """Why a deployed commit is an exception by itself or by its change, and why it cannot be told."""
    short = row.sha[:_SHOWN]
    if commit in known:
        brought = [change for change in known[commit] if change in merged]
        if not brought and known[commit]:
            return None, f"commit {short} came through {', '.join(known[commit])}, which was not collected"
        if not brought:
            return f"commit {short} came through no merged pull request", None
        why = [f"{change}: {found.exceptions[change]}" for change in brought if change in found.exceptions]
        why_not = [f"{change}: {found.not_testable[change]}" for change in brought if change in found.not_testable]
        return "; ".join(why) or None, "; ".join(why_not) or None
    if commit in heads:
        return f"commit {short} is of a pull request, not of the default branch", None
    if pd.isna(row.committed_at):
        return f"GitHub no longer has commit {short}", None
    if not any(start <= row.committed_at < end for start, end in spans.get(row.repository, ())):
        made = f"{row.committed_at:%Y-%m-%d}"
        return None, f"commit {short} is of {made}, of which the default branch was not read"
    return f"commit {short} is not on the default branch", None


def _on_deployed(ci_runs: Frame, deployed: pd.Series) -> Frame:
    named = ci_runs.assign(commit=ci_runs["repository"] + "@" + ci_runs["sha"])
    return named[named["commit"].isin(set(deployed))].sort_values("completed_at", kind="stable")


def _ran(row: Any, runs: list[Any]) -> tuple[str | None, str | None]:
    """What runs on the commit had said by the time it was deployed; of each workflow the last one counts."""
    last: dict[str, Any] = {}
    again = []
    for run in runs:
        if pd.notna(run.completed_at) and run.completed_at <= row.created_at:
            last[run.workflow] = run
        elif run.attempt > 1 and pd.notna(run.started_at) and run.started_at > row.succeeded_at:
            again.append(run.workflow)
    failed = [f"{name} had ended with {run.conclusion}" for name, run in last.items() if run.conclusion in _FAILED]
    untold = [f"{name} ran again after the deployment, and its earlier result is gone" for name in dict.fromkeys(again)]
    return "; ".join(failed) or None, "; ".join(untold) or None


def rollbacks(deployments: Frame, commits: Frame) -> Frame:
    """Deployments that brought an earlier commit back: one row each, with what they replaced and how long after.

    A deployment is a rollback when its commit lies before that of the attempt before it, in the same repository and
    environment: on the first-parent history, else by the time of the commits. `minutes_after` counts from the end of
    that attempt, `minutes_taken` from the creation of the rollback to its end.
    """
    place = _places(commits)
    ordered = deployments.sort_values("created_at", kind="stable")
    rows: list[dict[str, Any]] = []
    for _, group in ordered.groupby(["repository", "environment"], sort=True):
        before: Any = None
        for row in group.itertuples():
            ended = row.succeeded_at if pd.notna(row.succeeded_at) else row.failed_at
            if before is not None and row.sha != before.sha and _is_earlier(row, before, place):
                rows.append(_rollback(row, before, ended))
            if pd.notna(ended):
                before = row
    columns = [
        "deployment", "repository", "environment", "created_at", "creator", "sha", "replaced", "replaced_sha",
        "replaced_state", "minutes_after", "minutes_taken", "succeeded_at", "state",
    ]  # fmt: skip
    made = pd.DataFrame(rows, columns=columns)
    for name in ("created_at", "succeeded_at"):
        made[name] = pd.to_datetime(made[name], utc=True).astype("datetime64[us, UTC]")
    return made


def _places(commits: Frame) -> dict[str, tuple[pd.Timestamp, int]]:
    """Where each commit stands on its branch: by its time, and of one second by who came before whom."""
    parents = commits["parents"] if "parents" in commits else [[]] * len(commits)
    first = {
        commit: f"{repository}@{before[0]}" if isinstance(before, list) and before else ""
        for commit, repository, before in zip(commits["commit"], commits["repository"], parents, strict=True)
    }
    times = dict(zip(commits["commit"], commits["committed_at"], strict=True))
    places: dict[str, tuple[pd.Timestamp, int]] = {}
    for commit, moment in times.items():
        depth, before = 0, first[commit]
        while times.get(before) == moment:
            depth, before = depth + 1, first[before]
        places[commit] = (moment, depth)
    return places


def _is_earlier(row: Any, before: Any, place: Mapping[str, tuple[pd.Timestamp, int]]) -> bool:
    ours, theirs = place.get(f"{row.repository}@{row.sha}"), place.get(f"{row.repository}@{before.sha}")
    if ours is not None and theirs is not None:
        return ours < theirs
    known = pd.notna(row.committed_at) and pd.notna(before.committed_at)
    return bool(known and row.committed_at < before.committed_at)


def _rollback(row: Any, before: Any, ended: Any) -> dict[str, Any]:
    failed = pd.isna(before.succeeded_at)
    since = before.failed_at if failed else before.succeeded_at
    return {
        **{name: getattr(row, name) for name in ("deployment", "repository", "environment", "created_at", "creator")},
        "sha": row.sha, "replaced": before.deployment, "replaced_sha": before.sha,
        "replaced_state": "did not succeed" if failed else "succeeded",
        "minutes_after": _minutes(since, row.created_at), "minutes_taken": _minutes(row.created_at, ended),
        "succeeded_at": row.succeeded_at, "state": row.state,
    }  # fmt: skip


def _minutes(earlier: Any, later: Any) -> int | None:
    return None if pd.isna(earlier) or pd.isna(later) else round((later - earlier).total_seconds() / 60)


def rollbacks_succeed(deployments: Frame, commits: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """An earlier version can be brought back, and was when it was needed.

    Population: deployments to `production_environments` in the window of a commit earlier than the one that was
    deployed before it; one row each. None: it was not needed, and whether it would work is not shown.
    Exception: the earlier commit was not brought back: the deployment did not succeed.
    Not testable: it had not ended when it was read.
    Source: deployments with their statuses; first-parent commits of the default branch.
    """
    production = deployments[_in_production(deployments, parameters)]
    found = rollbacks(production, commits)
    population = found[period.contains(found["created_at"]).fillna(False)].reset_index(drop=True)
    open_ended = population["succeeded_at"].isna() & population["minutes_taken"].isna()
    failed = population["succeeded_at"].isna() & ~open_ended
    return outcome(
        population, key="deployment", at="created_at",
        reasons=words(population.index, (failed, "the earlier commit was not brought back")),
        unknown=words(population.index, (open_ended, "had not ended when it was read")),
    )  # fmt: skip


def deployed_by_pipeline(deployments: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Only the pipeline deploys to production.

    Population: deployments to `production_environments` that were begun in the window; one row each.
    Exception: begun by an account that is neither a bot nor in `approved_deployers`.
    Not testable: the account was deleted.
    Source: the creator of each deployment.
    """
    population = _to_production(deployments, period, parameters, "created_at")
    person = ~population["creator_is_bot"] & ~population["creator"].str.casefold().isin(
        [login.casefold() for login in parameters.approved_deployers]
    )
    return outcome(
        population, key="deployment", at="created_at",
        reasons=words(population.index, (person, "deployed by " + population["creator"] + ", not by the pipeline")),
        unknown=words(population.index, (population["creator"].isna(), "whoever deployed it was deleted")),
    )  # fmt: skip
