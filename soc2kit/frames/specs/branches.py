"""Frames of the default branches and how they moved: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import branch_landings, branches
from ..schema import FrameSpec, columns

_DATASET = ("github.default_branch_commits",)
SPECS = (
    FrameSpec(
        "commits",
        columns(
            "commit text, repository text, branch text, sha text, committed_at time, author text?, headline text?,"
            " changes list, parents list"
        ),
        _DATASET,
        branches.commits,
        unique=("commit",),
        prepare=branches.told,
    ),
    FrameSpec(
        "default_branches",
        columns("repository text, branch text"),
        _DATASET,
        branches.default_branches,
        unique=("repository", "branch"),
        prepare=branches.told,
    ),
    FrameSpec(
        "branch_updates",
        columns(
            "update text, number number, repository text, branch text, occurred_at time, kind text, actor text?,"
            " actor_is_bot flag?, before text?, after text?"
        ),
        _DATASET,
        branches.branch_updates,
        unique=("update",),
        prepare=branches.told,
    ),
    FrameSpec(
        "branch_reads",
        columns(
            "repository text, branch text?, read_from time, read_until time, read_at time, head text?, to_head flag,"
            " pinned text?, boundary text?, feed flag, why text?, gone list, older list, read number, counted number?"
        ),
        _DATASET,
        branches.branch_reads,
        unique=("repository", "read_from", "read_until"),
        prepare=branches.told,
    ),
    FrameSpec(
        "branch_landings",
        branch_landings.COLUMNS,
        uses=("commits", "branch_updates", "branch_reads", "changes"),
        derive=branch_landings.branch_landings,
    ),
)
