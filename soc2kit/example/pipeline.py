"""The example company's pipeline: workflow files, runs, deployments and environments, worked out from its history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from .github_change_state import (
    Deployment,
    DeploymentStatus,
    Environment,
    PullRequest,
    WorkflowFile,
    WorkflowRun,
)
from .github_records import identifier
from .history import History
from .moments import ALWAYS, Entry, living

CI = ".github/workflows/ci.yml"
PIPELINE = "github-actions"
_GREEN = "SUCCESS"
# A run that somebody started again comes once in so many.
_AGAIN = 17
_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Pipeline:
    timeline: Mapping[str, Any]
    histories: Mapping[str, History]

    def of(self, repository: str, at: datetime) -> dict[str, Any]:
        """What a repository's pipeline had done by a moment, and how it was set then; fields of `Repository`."""
        return {
            "workflows": tuple(
                WorkflowFile(entry["path"], entry["text"])
                for entry in living(self._of(repository, "workflows"), at)
            ),
            "environments": tuple(
                _environment(entry) for entry in living(self._of(repository, "environments"), at)
            ),
            "runs": tuple(run for run in self._runs[repository] if run.created_at <= at),
            "deployments": tuple(_by(one, at) for one in self._deployments[repository] if one.created_at <= at),
        }  # fmt: skip

    def _of(self, repository: str, what: str) -> list[Entry]:
        return [entry for entry in self.timeline[what] if entry["repository"] == repository]

    @cached_property
    def _runs(self) -> dict[str, tuple[WorkflowRun, ...]]:
        return {
            name: tuple(_runs(name, history, self._of(name, "workflows"))) for name, history in self.histories.items()
        }

    @cached_property
    def _deployments(self) -> dict[str, tuple[Deployment, ...]]:
        made = {}
        for name, history in self.histories.items():
            mine = [*self._releases(name, history), *self._by_hand(name, history)]
            ordered = sorted(mine, key=lambda one: (one.created_at, one.environment))
            numbered = [replace(one, number=_number(name, "deployment", place)) for place, one in enumerate(ordered)]
            made[name] = tuple(numbered)
        return made

    def _releases(self, repository: str, history: History) -> Iterator[Deployment]:
        """Ordinary changes go to staging when they are merged, and from there to production."""
        if repository not in self.timeline["deploys"]:
            return
        routine = [pull for pull in history.pull_requests if pull.number < self.timeline["routine_below"]]
        failing = [entry["after"] for entry in self._of(repository, "failed_releases")]
        before: str | None = None
        for pull in routine:
            sha = _landed(pull)
            yield _deployed("staging", sha, pull.merged_at + 9 * _MINUTE)
            start = pull.merged_at + 40 * _MINUTE
            if before is not None and failing and start >= failing[0]:
                failing.pop(0)
                yield _deployed("production", sha, start, "failure")
                # The version before is brought back, and this one follows once it was mended elsewhere.
                yield _deployed("production", before, start + 16 * _MINUTE)
                yield _deployed("production", sha, start + 95 * _MINUTE)
            else:
                yield _deployed("production", sha, start)
            before = sha

    def _by_hand(self, repository: str, history: History) -> Iterator[Deployment]:
        """Deployments with a story: of one change by number, or of a commit."""
        changes = {pull.number: pull for pull in history.pull_requests}
        for entry in self._of(repository, "deployments"):
            sha = entry.get("sha") or _landed(changes[entry["change"]])
            yield replace(_deployed("production", sha, entry["at"]), creator=entry.get("by", PIPELINE))


def _landed(pull: PullRequest) -> str:
    assert pull.merge_commit is not None, f"change {pull.number} has no merge commit, and cannot be deployed"
    return pull.merge_commit


def _number(repository: str, what: str, place: int) -> int:
    """A number that the same thing has at every moment."""
    return identifier(f"{repository}/{what}") % 100_000 * 10_000 + place


def _environment(entry: Mapping[str, Any]) -> Environment:
    known = Environment.__dataclass_fields__
    values: dict[str, Any] = {key: value for key, value in entry.items() if key in known}
    lists = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    return Environment(**{"created_at": ALWAYS, **values, **lists})


def _runs(repository: str, history: History, workflows: Sequence[Entry]) -> Iterator[WorkflowRun]:
    """One run on the head of each pull request, and one on each commit of the branch where the workflow says so."""
    made: list[WorkflowRun] = []
    for pull in history.pull_requests:
        checks = pull.commits[-1].checks if pull.commits else ()
        green = all(check.conclusion == _GREEN for check in checks)
        head = pull.commits[-1].sha if pull.commits else _landed(pull)
        start = pull.merged_at - 34 * _MINUTE
        made.append(
            WorkflowRun(
                0, CI, "CI", "pull_request", pull.head_ref, head, pull.author, start, start + 9 * _MINUTE,
                "success" if green else "failure", 2 if pull.number % _AGAIN == 0 else 1,
            )
        )  # fmt: skip
    for commit in history.commits[1:]:
        if not any("push" in file["text"] for file in living(workflows, commit.committed_at) if file["path"] == CI):
            continue
        start = commit.committed_at + 5 * _SECOND
        made.append(
            WorkflowRun(
                0, CI, "CI", "push", "main", commit.sha, commit.committer, start, start + 8 * _MINUTE, "success"
            )
        )  # fmt: skip
    ordered: Sequence[WorkflowRun] = sorted(made, key=lambda run: (run.created_at, run.event, run.sha))
    yield from (replace(run, number=_number(repository, "run", place)) for place, run in enumerate(ordered))


def _deployed(environment: str, sha: str, at: datetime, end: Any = "success") -> Deployment:
    statuses = (
        DeploymentStatus("queued", at),
        DeploymentStatus("in_progress", at + 10 * _SECOND),
        DeploymentStatus(end, at + (3 if environment == "staging" else 6) * _MINUTE),
    )
    return Deployment(0, environment, sha, "main", at, PIPELINE, statuses)


def _by(one: Deployment, at: datetime) -> Deployment:
    return replace(one, statuses=tuple(status for status in one.statuses if status.at <= at))
