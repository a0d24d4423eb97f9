"""Frames of pull requests and commits: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import branches, changes
from ..schema import FrameSpec, columns

SPECS = (
    FrameSpec(
        "changes",
        columns(
            "change text, repository text, title text?, url text?, author text?, author_is_bot flag?, created_at time,"
            " merged_at time, merged_by text?, base text, merge_commit text?"
        ),
        ("github.merged_pull_requests",),
        changes.changes,
        unique=("change",),
        pieces=changes.pieces,
        part_of="change",
    ),
    FrameSpec(
        "reviews",
        columns("change text, reviewer text?, reviewer_is_bot flag?, state text, submitted_at time?"),
        ("github.merged_pull_requests",),
        changes.reviews,
        unique=("change", "reviewer", "submitted_at", "state"),
        pieces=changes.pieces,
        part_of="change",
    ),
    FrameSpec(
        "change_commits",
        columns("change text, sha text, committed_at time, people list, unlinked flag, parents list"),
        ("github.merged_pull_requests",),
        changes.change_commits,
        unique=("change", "sha"),
        pieces=changes.pieces,
        part_of="change",
    ),
    FrameSpec(
        "change_checks",
        columns("change text, check_name text, conclusion text?, completed_at time?"),
        ("github.merged_pull_requests",),
        changes.change_checks,
        unique=("change", "check_name", "completed_at"),
        pieces=changes.pieces,
        part_of="change",
    ),
    FrameSpec(
        "commits",
        columns(
            "commit text, repository text, sha text, committed_at time, author text?, headline text?, changes list"
        ),
        ("github.default_branch_commits",),
        branches.commits,
        unique=("commit",),
    ),
    FrameSpec(
        "default_branches",
        columns("repository text, branch text"),
        ("github.default_branch_commits",),
        branches.default_branches,
        unique=("repository", "branch"),
    ),
)
