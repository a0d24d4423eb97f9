"""The table of reconciliations.

Whether a list is complete cannot be seen from the list. A new reconciliation is one function over frames in the module
of its area and one line here; what only the second source has makes the tests of the first list `not_tested`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from ..errors import EvidenceDamaged, MalformedInput
from ..frames import FrameSet
from ..frames.specs.assets import REGIONS
from ..model import Frame, Reconciliation
from .branches import branches_known, changes_on_branches, commits_counted, merges_collected, unbroken_chain
from .systems import (
    Frames,
    accounts_of_organization,
    accounts_of_people,
    accounts_read,
    databases_read,
    regions_read,
    users_counted,
    users_in_report,
)

Function: TypeAlias = Callable[[Frames, tuple[str, str]], Reconciliation]


# fmt: off
RECONCILIATIONS: tuple[tuple[Function, tuple[str, str], tuple[str, ...]], ...] = (
    (users_in_report, ("aws.credential_report", "aws.users"), ("aws_users", "aws_listed_users")),
    (users_counted, ("aws.credential_report", "aws.account_summary"), ("aws_users", "aws_user_counts")),
    (accounts_read, ("aws.credential_report", "aws.identity_center"), ("read_aws_users", "identity_center_accounts")),
    (accounts_read, ("aws.authorization_details", "aws.identity_center"),
     ("read_aws_principals", "identity_center_accounts")),
    (accounts_of_organization, ("aws.credential_report", "aws.organization"),
     ("read_aws_users", "organization_accounts")),
    (accounts_of_organization, ("aws.authorization_details", "aws.organization"),
     ("read_aws_principals", "organization_accounts")),
    *((regions_read, (dataset, dataset), (frame,)) for dataset, frame in REGIONS.items()),
    (databases_read, ("postgres.grants", "postgres.grants"), ("databases",)),
    (unbroken_chain, ("github.default_branch_commits", "github.default_branch_commits"),
     ("branch_updates", "branch_reads", "commits")),
    (changes_on_branches, ("github.default_branch_commits", "github.merged_pull_requests"),
     ("branch_landings", "changes", "default_branches", "branch_reads")),
    (merges_collected, ("github.merged_pull_requests", "github.default_branch_commits"),
     ("branch_landings", "branch_updates", "branch_reads", "changes")),
    (branches_known, ("github.default_branch_commits", "github.branch_rules"),
     ("default_branches", "branch_reads", "branch_rules")),
    (commits_counted, ("github.default_branch_commits", "github.default_branch_commits"), ("branch_reads",)),
    (accounts_of_people, ("github.members", "company.roster"), ("accounts", "people")),
)
# fmt: on


def reconciliations(frames: FrameSet) -> Iterator[Reconciliation]:
    """Every reconciliation for which both sources were read; of damaged evidence the tests themselves speak."""
    for function, datasets, names in RECONCILIATIONS:
        needed = {dataset for name in names for dataset in frames.datasets(name)}
        if not all(frames.records(dataset) for dataset in needed):
            continue
        try:
            yield function({name: _in_scope(name, frames) for name in names}, datasets)
        except (EvidenceDamaged, MalformedInput):
            continue


def _in_scope(name: str, frames: FrameSet) -> Frame:
    """A frame without the accounts that AWS names and the company declares to be out of scope."""
    frame = frames.frame(name)
    if name not in ("identity_center_accounts", "organization_accounts"):
        return frame
    # A mask and not a list: an empty list would choose no columns.
    return frame[frame["account"].map(lambda account: frames.admits("aws", account)).astype("boolean")]
