"""Which datasets tell what happened, and not how things stand: read from evidence without any source's client.

The table of sources says the same; a test holds the two against each other.
"""

from __future__ import annotations

from .base import Kind

#: Datasets that tell what happened in a period; all others are snapshots.
EVENTS = frozenset(
    {
        "aws.access_events",
        "aws.backup_jobs",
        "github.audit_log",
        "github.default_branch_commits",
        "github.deployments",
        "github.merged_pull_requests",
        "github.rule_suites",
        "github.workflow_runs",
    }
)


def kind_of(dataset: str) -> Kind:
    return "events" if dataset in EVENTS else "snapshot"
