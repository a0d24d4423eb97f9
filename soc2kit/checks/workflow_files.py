"""Tests of the workflow files: which jobs run on pull requests, whether they must pass, whose code they run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome, words

Moment = tuple[str, pd.Timestamp]


def all_kinds_on_pull_requests(
    workflow_repositories: Frame, workflow_jobs: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """Every pull request is tested, linted, type-checked and scanned before it can be merged.

    Population: repositories in scope with code, at each snapshot: a first commit, and not in
    `repositories_without_code`.
    Exception: a kind of `required_job_kinds` that no job does which runs on every pull request to the default branch
    and stops it when it does not pass. What a job does is recognised from its commands and actions by a published
    table; comments and printed texts do not count.
    Not testable: a workflow file that cannot be read; a condition or filter that may leave the job out; a script,
    action or workflow that may do it and is not read.
    Source: .github/workflows on the head of the default branch.
    """
    population = _with_code(workflow_repositories, parameters)
    jobs = _by_moment(workflow_jobs)
    found = [_kinds_of(row, jobs.get(_moment(row), []), parameters.required_job_kinds) for row in _rows(population)]
    return outcome(
        population, key="repository", at="snapshot_at",
        reasons=[why for why, _ in found], unknown=[why_not for _, why_not in found],
    )  # fmt: skip


def _with_code(repositories: Frame, parameters: Parameters) -> Frame:
    has_code = repositories["branch"].notna() & ~repositories["repository"].isin(parameters.repositories_without_code)
    return repositories[has_code]


def _rows(frame: Frame) -> list[Any]:
    return list(frame.itertuples())


def _moment(row: Any) -> Moment:
    return (row.repository, row.snapshot_at)


def _by_moment(frame: Frame) -> dict[Moment, list[Any]]:
    found: dict[Moment, list[Any]] = {}
    for row in frame.itertuples():
        found.setdefault(_moment(row), []).append(row)
    return found


def _runs(jobs: Iterable[Any]) -> list[Any]:
    """The jobs that run on pull requests, or may."""
    return [job for job in jobs if pd.isna(job.on_pull_request) or job.on_pull_request]


def _stops(job: Any) -> bool:
    return pd.notna(job.blocking) and bool(job.blocking)


def _kinds_of(row: Any, jobs: Iterable[Any], required: Sequence[str]) -> tuple[object, object]:
    """Why a repository is an exception, and why it cannot be told."""
    running = _runs(jobs)
    sure = [job for job in running if pd.notna(job.on_pull_request) and _stops(job)]
    missing = [kind for kind in required if not any(kind in job.kinds for job in sure)]
    maybe = {kind: _may_do(kind, running) for kind in missing}
    unread = [*row.unreadable, *(name for job in running for name in job.unread)]
    absent = [kind for kind in missing if not maybe[kind] and not unread]
    why = None
    if absent:
        forgiven = [kind for kind in absent if _is_forgiven(kind, running)]
        none = [kind for kind in absent if kind not in forgiven]
        why = "; ".join(
            [f"no job on pull requests is recognised as {', '.join(none)}"] * bool(none)
            + [f"only where it need not pass: {', '.join(forgiven)}"] * bool(forgiven)
        )
    told = [f"{kind}: {maybe[kind]}" for kind in missing if maybe[kind]]
    if unread and any(not maybe[kind] for kind in missing):
        kinds = ", ".join(kind for kind in missing if not maybe[kind])
        told.append(f"{kinds}: may be in {', '.join(dict.fromkeys(unread))}, which is not read")
    return why or pd.NA, "; ".join(told) or pd.NA


def _may_do(kind: str, jobs: Iterable[Any]) -> str:
    """Which job may do it on each pull request, and what that hangs on."""
    for job in jobs:
        if pd.notna(job.blocking) and not job.blocking:
            continue
        if kind in job.kinds or kind in job.sometimes:
            limits = "; ".join(job.limits) or "a condition of a step, or of whether it may fail"
            return f"{job.name} does not run for all, or need not pass ({limits})"
    return ""


def _is_forgiven(kind: str, jobs: Iterable[Any]) -> bool:
    return any(kind in job.forgiven or kind in job.kinds or kind in job.sometimes for job in jobs)


def kinds_are_required(
    workflow_repositories: Frame, workflow_jobs: Frame, branch_rules: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """What the jobs check is required: a pull request cannot be merged past it.

    Population: repositories in scope with code that have a job of a kind of `required_job_kinds` on pull requests, at
    each snapshot. A kind without any job is an exception of GH-CI-01, not of this test.
    Exception: a kind of which no check is among those that the branch requires.
    Not testable: names of checks that an expression or a workflow elsewhere decides; a required check that only waits
    for the jobs, as whether it refuses is not read; no branch rules of the same moment.
    Source: .github/workflows; branch protection and rulesets in force.
    """
    jobs, rules = _by_moment(workflow_jobs), _by_moment(branch_rules)
    candidates = _with_code(workflow_repositories, parameters)
    has_kind = [
        any(_does(job, kind) for job in _runs(jobs.get(_moment(row), [])) for kind in parameters.required_job_kinds)
        for row in _rows(candidates)
    ]
    population = candidates[pd.Series(has_kind, index=candidates.index, dtype="bool")]
    found = [
        _required(_runs(jobs.get(_moment(row), [])), rules.get(_moment(row)), parameters.required_job_kinds)
        for row in _rows(population)
    ]
    return outcome(
        population, key="repository", at="snapshot_at",
        reasons=[why for why, _ in found], unknown=[why_not for _, why_not in found],
    )  # fmt: skip


def _does(job: Any, kind: str) -> bool:
    return kind in job.kinds or kind in job.sometimes or kind in job.forgiven


def _names(job: Any) -> list[str] | None:
    return job.check_names if isinstance(job.check_names, list) else None


def _required(jobs: list[Any], rules: list[Any] | None, kinds: Sequence[str]) -> tuple[object, object]:
    if not rules:
        return pd.NA, "the branch rules of this moment were not collected"
    required = {name for rule in rules for name in rule.required_checks}
    absent, unknown = [], []
    for kind in kinds:
        mine = [job for job in jobs if _does(job, kind)]
        if not mine or any(required & set(_names(job) or ()) for job in mine):
            continue
        if any(_names(job) is None for job in mine):
            unknown.append(f"{kind}: the names of its checks are not written out")
        elif waiting := _waits_for(mine, jobs, required):
            unknown.append(f"{kind}: {waiting} is required and waits for it; whether it refuses is not read")
        else:
            absent.append(f"{kind} ({', '.join(dict.fromkeys(job.name for job in mine))})")
    why = f"not among the required checks: {'; '.join(absent)}" if absent else pd.NA
    return why, "; ".join(unknown) or pd.NA


def _waits_for(mine: list[Any], jobs: list[Any], required: set[str]) -> str:
    """A required check of a job that needs one of these jobs, itself or through others."""
    for job in jobs:
        if required & set(_names(job) or ()):
            reached, waiting = set[str](), list(job.needs)
            while waiting:
                name = waiting.pop()
                if name not in reached:
                    reached.add(name)
                    waiting += [need for other in jobs if _is_named(other, job.path, name) for need in other.needs]
            if any(_is_named(one, job.path, name) for one in mine for name in reached):
                return str(job.name)
    return ""


def _is_named(job: Any, path: str, name: str) -> bool:
    return bool(job.path == path and (job.job == name or job.job.startswith(f"{name} / ")))


def actions_pinned(
    workflow_actions: Frame, workflow_repositories: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """Code from elsewhere runs in the version that somebody looked at.

    Population: what each workflow file uses (actions, reusable workflows, images), once per file, and files that
    cannot be read, at each snapshot.
    Exception: an action or workflow of another owner that is not named by a full commit, and whose owner is not in
    `trusted_action_owners`; an image without a digest. What lies in the repository itself, or is the company's own, is
    changed under its own rules.
    Not testable: a file that cannot be read.
    Source: `uses` in .github/workflows on the head of the default branch.
    """
    used = workflow_actions.groupby(["repository", "path", "uses", "snapshot_at"], sort=False, as_index=False).agg(
        {"job": lambda jobs: ", ".join(sorted(set(jobs))), "kind": "first", "owner": "first", "pinned": "all"}
    )
    unread = [
        {"repository": row.repository, "path": text, "snapshot_at": row.snapshot_at}
        for row in workflow_repositories.itertuples()
        for text in row.unreadable
    ]
    population = pd.concat([used, pd.DataFrame(unread)], ignore_index=True) if unread else used
    population = population.assign(
        item=population["repository"] + "/" + population["path"] + (" " + population["uses"]).fillna("")
    )
    own = population["owner"].str.lower() == population["repository"].str.split("/").str[0].str.lower()
    trusted = population["owner"].str.lower().isin([owner.lower() for owner in parameters.trusted_action_owners])
    loose = ~population["pinned"].astype("boolean") & ~(own | trusted)
    image = population["kind"] == "image"
    used_by = population["uses"] + ", used by " + population["job"].astype("string")
    reasons = words(
        population.index,
        (loose & ~image, used_by + ", is not pinned to a commit"),
        (loose & image, used_by + ", is not pinned to a digest"),
    )
    unknown = words(population.index, (population["uses"].isna(), "the file cannot be read"))
    columns = ["item", "repository", "path", "uses", "job", "pinned", "snapshot_at"]
    return outcome(population[columns], key="item", at="snapshot_at", reasons=reasons, unknown=unknown)


def no_foreign_code_with_rights(workflow_jobs: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """What anybody may propose is not run with the repository's secrets and rights.

    Population: jobs of workflows that start by `pull_request_target` or `workflow_run`, at each snapshot.
    Exception: the job checks out the head of the pull request.
    Not testable: a job whose steps are in a workflow elsewhere.
    Source: .github/workflows on the head of the default branch.
    """
    privileged = workflow_jobs["events"].map(lambda events: bool({"pull_request_target", "workflow_run"} & set(events)))
    chosen = workflow_jobs[privileged.astype(bool)]
    population = chosen.assign(item=chosen["repository"] + "/" + chosen["path"] + "#" + chosen["job"])
    elsewhere = population["unread"].map(lambda names: any("/.github/workflows/" in name for name in names))
    foreign = population["foreign_code"].astype("boolean")
    return outcome(
        population[["item", "repository", "path", "job", "events", "snapshot_at"]], key="item", at="snapshot_at",
        reasons=words(population.index, (foreign, "checks out the head of the pull request, with rights on the base")),
        unknown=words(population.index, (elsewhere.astype("boolean"), "its steps are in a workflow that is not read")),
    )  # fmt: skip
