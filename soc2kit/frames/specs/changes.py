"""Frames of pull requests and commits: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import change_commits, changes
from ..pull_requests import of_repositories, pull_requests
from ..schema import FrameSpec, columns

_PULLS = ("github.merged_pull_requests",)

SPECS = (
    FrameSpec(
        "changes",
        columns(
            "change text, repository text, number number, title text?, url text?, author text?, author_is_bot flag?,"
            " created_at time, merged_at time, merged_by text?, merged_by_is_bot flag?, base text, head_ref text?,"
            " head_sha text?, from_fork flag?, head_repository text?, merge_commit text?, merge_parents list?,"
            " queued flag, labels list, commits_total number"
        ),
        _PULLS,
        changes.changes,
        unique=("change",),
        prepare=pull_requests,
        pieces=of_repositories,
    ),
    FrameSpec(
        "reviews",
        columns(
            "change text, reviewer text?, reviewer_is_bot flag?, state text, submitted_at time?, commit text?,"
            " can_push flag?"
        ),
        _PULLS,
        changes.reviews,
        unique=("change", "reviewer", "submitted_at", "state", "commit"),
        prepare=pull_requests,
        pieces=of_repositories,
    ),
    FrameSpec(
        "change_commits",
        columns(
            "change text, position number, sha text, committed_at time, people list, committer text?, unlinked flag,"
            " unlinked_emails list, parents list"
        ),
        _PULLS,
        change_commits.change_commits,
        unique=("change", "sha"),
        prepare=pull_requests,
        pieces=of_repositories,
    ),
    FrameSpec(
        "change_checks",
        columns(
            "change text, place text, sha text, check_name text, app text?, conclusion text?, started_at time?,"
            " completed_at time?"
        ),
        _PULLS,
        change_commits.change_checks,
        unique=("change", "place", "sha", "check_name", "app", "started_at", "completed_at"),
        prepare=pull_requests,
        pieces=of_repositories,
    ),
    FrameSpec(
        "change_events",
        columns("change text, kind text, occurred_at time, actor text?, before text?, after text?"),
        _PULLS,
        changes.change_events,
        unique=("change", "kind", "occurred_at", "actor", "before", "after"),
        prepare=pull_requests,
        pieces=of_repositories,
    ),
)
