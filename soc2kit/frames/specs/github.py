"""Frames of GitHub's organisation and its settings: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import accounts, branch_rules, github
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
        columns(branch_rules.RULES),
        ("github.branch_rules",),
        branch_rules.branch_rules,
    ),
    FrameSpec(
        "ruleset_history",
        columns(branch_rules.VERSIONS),
        ("github.branch_rules",),
        branch_rules.ruleset_history,
    ),
    FrameSpec(
        "ruleset_versions",
        columns(branch_rules.VERSIONS),
        uses=("ruleset_history",),
        derive=branch_rules.ruleset_versions,
    ),
    FrameSpec(
        "rule_suites",
        columns(
            "suite text, repository text, branch text, occurred_at time, actor text?, before text?, after text?,"
            " result text"
        ),
        ("github.rule_suites",),
        branch_rules.rule_suites,
        unique=("suite",),
    ),
)
