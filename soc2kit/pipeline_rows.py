"""Rows of the tables on the pipeline, made of frames. Months are of UTC, as in the summary of runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import pandas as pd

from .model import Frame
from .workflows.kinds import KINDS

Row = Mapping[str, Any]
_FAILURES = ("failure", "timed_out", "startup_failure")
_ENDED = ("success", "failure", "cancelled")


def _required(rules: Frame) -> dict[str, set[str]]:
    return {row.repository: set(row.required_checks) for row in rules.itertuples()}


def _does(job: Any, kind: str) -> bool:
    return kind in job.kinds or kind in job.sometimes or kind in job.forgiven


def _is_required(job: Any, required: set[str] | None) -> str:
    """Whether the checks of a job are required: yes, no, some of them, or unknown."""
    if required is None or not isinstance(job.check_names, list):
        return "unknown"
    mine = [name in required for name in job.check_names]
    return "yes" if mine and all(mine) else "some" if any(mine) else "no"


def _runs(job: Any) -> str:
    if pd.isna(job.on_pull_request):
        return f"some ({'; '.join(job.limits) or 'a condition'})"
    return "all" if job.on_pull_request else "none"


def job_rows(jobs: Frame, rules: Frame) -> list[Row]:
    required = _required(rules)
    return [
        {
            "repository": job.repository,
            "path": job.path,
            "job": job.name,
            "runs": _runs(job),
            "kinds": [kind for kind in KINDS if _does(job, kind)],
            "why": [*job.why, *(f"not read: {name}" for name in job.unread)],
            "required": _is_required(job, required.get(job.repository)),
        }
        for job in jobs.itertuples()
    ]


def kind_rows(repositories: Frame, jobs: Frame, rules: Frame) -> list[Row]:
    required = _required(rules)
    running = [job for job in jobs.itertuples() if pd.isna(job.on_pull_request) or job.on_pull_request]
    rows: list[Row] = []
    for repository in repositories["repository"]:
        row: dict[str, Any] = {"repository": repository}
        for kind in KINDS:
            mine = [job for job in running if job.repository == repository and _does(job, kind)]
            states = {_is_required(job, required.get(repository)) for job in mine}
            state = "required" if states & {"yes", "some"} else "not required" if states == {"no"} else "unknown"
            row[kind] = f"{state}: {', '.join(job.name for job in mine)}" if mine else "no job"
        rows.append(row)
    return rows


def run_rows(runs: Frame) -> list[Row]:
    """One row per repository, workflow, event and month."""
    if runs.empty:
        return []
    ended = runs["conclusion"].where(~runs["conclusion"].isin(_FAILURES), "failure")
    minutes = (runs["completed_at"] - runs["started_at"]).dt.total_seconds() / 60
    keyed = runs.assign(month=runs["created_at"].dt.strftime("%Y-%m"), ended=ended, minutes=minutes)
    rows: list[Row] = []
    for key, group in keyed.groupby(["repository", "workflow", "event", "month"], sort=True):
        counted = {name: int((group["ended"] == name).sum()) for name in _ENDED}
        open_ended = int(group["ended"].isna().sum())
        middle = group["minutes"].median()
        rows.append(
            {
                **dict(zip(("repository", "workflow", "event", "month"), key, strict=True)),
                "runs": len(group), **counted, "not_ended": open_ended,
                "other": len(group) - sum(counted.values()) - open_ended,
                "median_minutes": None if pd.isna(middle) else round(float(middle), 1),
            }
        )  # fmt: skip
    return rows


def deployment_rows(deployments: Frame, commits: Frame, changes: Frame) -> list[Row]:
    """Deployments with the pull request that brought the commit, where the evidence has it."""
    brought = dict(zip(commits["commit"], commits["changes"], strict=True))
    merged = dict(zip(changes["change"], changes["merged_at"], strict=True))
    rows: list[Row] = []
    for row in deployments.itertuples():
        numbers = [change for change in brought.get(f"{row.repository}@{row.sha}", []) if change in merged]
        merged_at = merged[numbers[0]] if numbers else None
        late = None
        if merged_at is not None and pd.notna(row.succeeded_at):
            late = round((row.succeeded_at - merged_at).total_seconds() / 3600, 1)
        rows.append(
            {
                "deployment": row.deployment, "repository": row.repository, "environment": row.environment,
                "commit": row.sha[:10], "change": numbers[0] if numbers else "none known", "merged_at": merged_at,
                "succeeded_at": row.succeeded_at, "hours": late, "creator": row.creator, "state": row.state,
            }
        )  # fmt: skip
    return rows


def lead_rows(deployments: Sequence[Row]) -> list[Row]:
    groups: dict[tuple[str, str], list[float]] = {}
    for row in deployments:
        if row["hours"] is not None:
            groups.setdefault((row["repository"], f"{row['succeeded_at']:%Y-%m}"), []).append(row["hours"])
    return [
        {"repository": repository, "month": month, "deployments": len(hours),
         "median_hours": round(median(hours), 1), "longest_hours": max(hours)}
        for (repository, month), hours in sorted(groups.items())
    ]  # fmt: skip
