"""Frames of pull requests and commits: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import change_people, changes
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
    ),
    FrameSpec(
        "reviews",
        columns("change text, reviewer text?, reviewer_is_bot flag?, state text, submitted_at time?"),
        ("github.merged_pull_requests",),
        changes.reviews,
        unique=("change", "reviewer", "submitted_at", "state"),
    ),
    FrameSpec(
        "change_commits",
        columns("change text, sha text, committed_at time, people list, unlinked flag, parents list"),
        ("github.merged_pull_requests",),
        changes.change_commits,
        unique=("change", "sha"),
    ),
    FrameSpec(
        "change_checks",
        columns("change text, check_name text, conclusion text?, completed_at time?"),
        ("github.merged_pull_requests",),
        changes.change_checks,
        unique=("change", "check_name", "completed_at"),
    ),
    FrameSpec(
        "commits",
        columns(
            "commit text, repository text, sha text, committed_at time, author text?, headline text?, changes list"
        ),
        ("github.default_branch_commits",),
        changes.commits,
        unique=("commit",),
    ),
    FrameSpec(
        "default_branches",
        columns("repository text, branch text"),
        ("github.default_branch_commits",),
        changes.default_branches,
        unique=("repository", "branch"),
    ),
    FrameSpec(
        "change_readings",
        columns("starts_at time, ends_at time, read_at time"),
        ("github.merged_pull_requests",),
        change_people.change_readings,
    ),
    FrameSpec(
        "github_people",
        columns(change_people.PEOPLE_COLUMNS),
        uses=change_people.USES,
        optional=change_people.OPTIONAL,
        derive=change_people.github_people,
    ),
    FrameSpec(
        "change_exceptions_file",
        columns(change_people.EXCEPTION_COLUMNS),
        ("company.change_exceptions",),
        change_people.change_exceptions_file,
    ),
    FrameSpec(
        "change_exceptions",
        columns(change_people.EXCEPTION_COLUMNS),
        uses=("change_exceptions_file",),
        optional=("change_exceptions_file",),
        derive=change_people.change_exceptions,
    ),
    FrameSpec(
        "change_exception_readings",
        columns("source_account text, rows number"),
        uses=("read_change_exceptions",),
        optional=("read_change_exceptions",),
        derive=change_people.change_exception_readings,
    ),
)
