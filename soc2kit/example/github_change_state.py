"""What the example company's repositories look like at one moment: changes, branches, rules, pipeline, deployments.

Lists hold what there is so far, oldest first. All times are aware and in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class BranchRules:
    """Protection of one default branch: classic, a ruleset, both, or neither."""

    classic: bool = True
    ruleset: bool = False
    required_approvals: int = 1
    dismiss_stale: bool = True
    required_checks: tuple[str, ...] = ("test", "lint")
    strict_checks: bool = True
    enforce_admins: bool = True
    allow_force_pushes: bool = False
    allow_deletions: bool = False
    bypass_actors: tuple[str, ...] = ()  # team slugs or Apps that a ruleset lets bypass


@dataclass(frozen=True)
class Review:
    author: str | None  # None: the account was deleted
    state: Literal["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED"]
    submitted_at: datetime
    commit: str
    can_push: bool = True  # whether the reviewer may push today


@dataclass(frozen=True)
class CheckRun:
    name: str
    conclusion: str | None  # SUCCESS, FAILURE, NEUTRAL, SKIPPED, …; None: still running
    completed_at: datetime | None
    started_at: datetime | None = None  # None: three minutes before it was completed
    app: str | None = "GitHub Actions"  # None: a commit status, which no App reports


@dataclass(frozen=True)
class Commit:
    """`authors`: the first wrote it, the others are named in trailers of its message.

    Of an account that was deleted nothing is left (None); an address with an @ belongs to no account.
    """

    sha: str
    authors: tuple[str | None, ...]
    committed_at: datetime
    headline: str
    parents: tuple[str, ...]
    committer: str | None = None  # None: the first author
    checks: tuple[CheckRun, ...] = ()


@dataclass(frozen=True)
class TimelineEvent:
    """Something that happened to a pull request besides its reviews and commits; `kind` is its type in GraphQL."""

    kind: Literal[
        "AddedToMergeQueueEvent",
        "AutomaticBaseChangeSucceededEvent",
        "BaseRefChangedEvent",
        "BaseRefForcePushedEvent",
        "HeadRefForcePushedEvent",
        "LabeledEvent",
        "RemovedFromMergeQueueEvent",
        "ReviewDismissedEvent",
        "UnlabeledEvent",
    ]
    at: datetime
    actor: str | None
    #: Commits before and after a force push; names of the base before and after a change of it; a label in `after`;
    #: the state of a dismissed review before, and whose it was after; why it was taken out of the queue after.
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class BranchUpdate:
    """One move of a branch, as GitHub's activity feed tells it."""

    at: datetime
    kind: Literal["push", "force_push", "pr_merge", "merge_queue_merge", "branch_creation", "branch_deletion"]
    actor: str | None
    before: str  # forty zeros where the branch did not exist
    after: str
    branch: str = ""  # empty: the default branch


@dataclass(frozen=True)
class RuleSuite:
    """How the rules judged one push."""

    number: int
    at: datetime
    actor: str | None
    before: str
    after: str
    result: Literal["pass", "fail", "bypass"]
    branch: str = ""  # empty: the default branch


@dataclass(frozen=True)
class WorkflowFile:
    path: str  # .github/workflows/ci.yml
    text: str


@dataclass(frozen=True)
class WorkflowRun:
    number: int
    path: str
    name: str
    event: str  # pull_request, push, schedule, …
    branch: str
    sha: str
    actor: str | None
    created_at: datetime
    completed_at: datetime | None
    conclusion: str | None  # success, failure, cancelled, skipped, …; None: still running
    attempt: int = 1


@dataclass(frozen=True)
class DeploymentStatus:
    state: Literal["pending", "queued", "in_progress", "success", "failure", "error", "inactive"]
    at: datetime


@dataclass(frozen=True)
class Deployment:
    number: int
    environment: str
    sha: str
    ref: str
    created_at: datetime
    creator: str | None
    statuses: tuple[DeploymentStatus, ...] = ()


@dataclass(frozen=True)
class Environment:
    name: str
    created_at: datetime
    reviewers: tuple[str, ...] = ()  # logins and slugs of teams
    prevents_self_review: bool = False
    wait_minutes: int = 0
    branches: Literal["any", "protected", "custom"] = "any"
    branch_patterns: tuple[str, ...] = ()  # for custom
    administrators_bypass: bool = True


@dataclass(frozen=True)
class PullRequest:
    number: int
    title: str
    author: str | None
    created_at: datetime
    merged_at: datetime
    merged_by: str | None
    base: str
    head_ref: str
    merge_commit: str | None
    method: Literal["squash", "merge", "rebase"]
    commits: tuple[Commit, ...]
    reviews: tuple[Review, ...]
    labels: tuple[str, ...] = ()
    timeline: tuple[TimelineEvent, ...] = ()
    #: Where the head branch lies: another repository's full name for a fork; None: it was deleted.
    head_repository: str | None = ""  # empty: this repository
    queued: bool = False  # merged by the merge queue, as which `merged_by` is github-merge-queue[bot]


@dataclass(frozen=True)
class Repository:
    name: str
    default_branch: str
    created_at: datetime
    rules: BranchRules | None
    pull_requests: tuple[PullRequest, ...]  # merged so far, oldest first
    commits: tuple[Commit, ...]  # of the default branch so far, oldest first; each parents[0] is the one before
    private: bool = True
    archived: bool = False
    #: Moves of the default branch; None: one for each pull request and each direct push, as `commits` tell them.
    updates: tuple[BranchUpdate, ...] | None = None
    rule_suites: tuple[RuleSuite, ...] = ()
    workflows: tuple[WorkflowFile, ...] = ()
    runs: tuple[WorkflowRun, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    environments: tuple[Environment, ...] = ()
