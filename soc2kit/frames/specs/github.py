"""Frames of GitHub's organisation and its settings: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import accounts, github
from ..schema import FrameSpec, columns

SPECS = (
    FrameSpec(
        "github_organization",
        columns("organization text, two_factor_required flag?, default_permission text?"),
        ("github.organization",),
        github.organization,
    ),
    FrameSpec("github_member_roles", columns("login text, role text"), ("github.members",), github.members),
    FrameSpec(
        "github_without_two_factor", columns("login text"), ("github.members_without_2fa",), github.without_two_factor
    ),
    FrameSpec("github_two_factor_lists", columns("listed number"), ("github.members_without_2fa",), github.lists_read),
    FrameSpec(
        "github_members",
        columns("login text, role text, two_factor flag?"),
        uses=("github_member_roles", "github_without_two_factor", "github_two_factor_lists"),
        derive=accounts.two_factor_members,
    ),
    FrameSpec(
        "outside_collaborators",
        columns("login text, repository text, permission text?"),
        ("github.outside_collaborators",),
        github.outside_collaborators,
    ),
    FrameSpec(
        "branch_rules",
        columns(
            "repository text, branch text, required_approvals number, dismisses_stale flag, required_checks list,"
            " force_push_blocked flag, deletion_blocked flag, ruled_by_ruleset flag, ruleset_suffices flag,"
            " classic flag, enforced_for_admins flag?, bypass_actors list?"
        ),
        ("github.branch_rules",),
        github.branch_rules,
    ),
)
