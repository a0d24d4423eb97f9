"""Frames of the pipeline: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import pipeline, workflows
from ..schema import FrameSpec, columns

_FILES = ("github.workflow_files",)
_ENVIRONMENTS = ("github.environments",)
SPECS = (
    FrameSpec(
        "workflow_repositories",
        columns("repository text, branch text?, commit text?, files number, unreadable list"),
        _FILES,
        workflows.workflow_repositories,
    ),
    FrameSpec(
        "workflow_jobs",
        columns(
            "repository text, path text, workflow text?, job text, name text, events list, on_pull_request flag?,"
            " limits list, kinds list, sometimes list, forgiven list, why list, unread list, conditional flag,"
            " blocking flag?, needs list, check_names list?, foreign_code flag"
        ),
        _FILES,
        workflows.workflow_jobs,
    ),
    FrameSpec(
        "workflow_actions",
        columns("repository text, path text, job text, uses text, kind text, owner text, pinned flag"),
        _FILES,
        workflows.workflow_actions,
    ),
    FrameSpec(
        "ci_runs",
        columns(
            "run text, repository text, workflow text, path text?, event text, branch text?, sha text, attempt number,"
            " conclusion text?, created_at time, started_at time?, completed_at time?, url text?, actor text?"
        ),
        ("github.workflow_runs",),
        pipeline.ci_runs,
        unique=("run",),
    ),
    FrameSpec(
        "deployments",
        columns(
            "deployment text, repository text, environment text, sha text, ref text?, created_at time, creator text?,"
            " creator_is_bot flag?, state text?, succeeded_at time?, failed_at time?, committed_at time?, log text?"
        ),
        ("github.deployments",),
        pipeline.deployments,
        unique=("deployment",),
    ),
    FrameSpec(
        "environment_lists",
        columns("repository text, listed number"),
        _ENVIRONMENTS,
        pipeline.environment_lists,
    ),
    FrameSpec(
        "environments",
        columns(
            "repository text, environment text, reviewers list, prevents_self_review flag?, wait_minutes number,"
            " branches text, branch_patterns list, administrators_bypass flag?"
        ),
        _ENVIRONMENTS,
        pipeline.environments,
    ),
)
