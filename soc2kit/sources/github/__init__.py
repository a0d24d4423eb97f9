"""GitHub: who has access to the organisation, and how code reaches the default branches."""

from __future__ import annotations

from ..base import Dataset, Source
from . import access
from .branch_rules import BRANCH_RULES_NEEDS, branch_rules
from .client import connect
from .default_branch_commits import default_branch_commits
from .merged_pull_requests import CHANGES_NEEDS, merged_pull_requests

_ACCESS, _CHANGES = "access-reviews", "change-management"

# fmt: off
SOURCE = Source("github", "GitHub", connect, (
    Dataset("github.organization", "Settings of the organisation", _ACCESS, "github-organization", "snapshot",
            (access.ORGANIZATION_NEEDS,), access.organization),
    Dataset("github.members", "Members and owners", _ACCESS, "github-members", "snapshot",
            (access.MEMBERS_NEEDS,), access.members),
    Dataset("github.members_without_2fa", "Members without two-factor authentication", _ACCESS,
            "github-members-without-2fa", "snapshot", (access.TWO_FACTOR_NEEDS,), access.members_without_2fa),
    Dataset("github.outside_collaborators", "Outside collaborators", _ACCESS, "github-outside-collaborators",
            "snapshot", (access.MEMBERS_NEEDS, access.METADATA_NEEDS), access.outside_collaborators),
    Dataset("github.repositories", "Repositories", _CHANGES, "github-repositories", "snapshot",
            (access.METADATA_NEEDS,), access.repositories),
    Dataset("github.branch_rules", "Protection of default branches", _CHANGES, "github-branch-protection", "snapshot",
            (BRANCH_RULES_NEEDS,), branch_rules),
    Dataset("github.merged_pull_requests", "Merged pull requests", _CHANGES, "merged-prs", "events",
            (CHANGES_NEEDS,), merged_pull_requests),
    Dataset("github.default_branch_commits", "Commits on default branches", _CHANGES, "default-branch-commits",
            "events", (CHANGES_NEEDS,), default_branch_commits),
))
# fmt: on

__all__ = ["SOURCE"]
