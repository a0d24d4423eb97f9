"""Columns of merged pull requests that tests of changes read and that are collected in a part of its own.

They stand here, all of them optional, only until specs/changes.py has them; then this module goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .. import changes
from ..schema import FrameSpec, columns

_PULLS = ("github.merged_pull_requests",)


def _none(pages: Any, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from ()


SPECS = (
    FrameSpec(
        "changes",
        columns(
            "change text, repository text, number number?, title text?, url text?, author text?, author_is_bot flag?,"
            " created_at time, merged_at time, merged_by text?, merged_by_is_bot flag?, base text, head_ref text?,"
            " head_sha text?, from_fork flag?, merge_commit text?, merge_parents list?, queued flag?, labels list?,"
            " commits_total number?"
        ),
        _PULLS,
        changes.changes,
        unique=("change",),
    ),
    FrameSpec(
        "reviews",
        columns(
            "change text, reviewer text?, reviewer_is_bot flag?, state text, submitted_at time?, commit text?,"
            " can_push flag?"
        ),
        _PULLS,
        changes.reviews,
        unique=("change", "reviewer", "submitted_at", "state"),
    ),
    FrameSpec(
        "change_commits",
        columns(
            "change text, position number?, sha text, committed_at time, people list, committer text?, unlinked flag,"
            " unlinked_emails list?, parents list"
        ),
        _PULLS,
        changes.change_commits,
        unique=("change", "sha"),
    ),
    FrameSpec(
        "change_checks",
        columns(
            "change text, place text?, sha text?, check_name text, app text?, conclusion text?, started_at time?,"
            " completed_at time?"
        ),
        _PULLS,
        changes.change_checks,
        unique=("change", "check_name", "completed_at"),
    ),
    FrameSpec(
        "change_events",
        columns("change text, kind text, occurred_at time, actor text?, before text?, after text?"),
        _PULLS,
        _none,
        unique=("change", "kind", "occurred_at", "actor", "before", "after"),
    ),
)
