"""The table of frames: which datasets each is read from, and its columns."""

from __future__ import annotations

from . import (
    accounts,
    aws,
    aws_events,
    aws_identity,
    aws_rights,
    changes,
    company,
    github,
    people_table,
    postgres,
    terraform,
)
from .awaited import AWAITED
from .schema import FrameSpec, columns

_SPECS = (
    FrameSpec(
        "people",
        columns("email text, name text, kind text, team text?, manager text?, started_on time?, left_at time?"),
        ("company.roster",),
        company.people,
    ),
    FrameSpec(
        "identities",
        columns("system text, account_name text, email text, confirmed_by text?"),
        ("company.identities",),
        company.identities,
    ),
    FrameSpec(
        "break_glass_records",
        columns(
            "system text, account text, starts_at time, ends_at time, approved_by text?, reason text?, ticket text?"
        ),
        ("company.break_glass",),
        company.break_glass,
    ),
    FrameSpec(
        "aws_users",
        columns(
            "arn text, user text, created_at time?, console flag?, password_last_used_at time?,"
            " password_last_used_state text, mfa flag?, report_generated_at time?"
        ),
        ("aws.credential_report",),
        aws.users,
    ),
    FrameSpec("aws_listed_users", columns("arn text, created_at time"), ("aws.users",), aws.listed_users),
    FrameSpec("aws_user_counts", columns("account text, users number?"), ("aws.account_summary",), aws.user_counts),
    FrameSpec("aws_root", columns("arn text, mfa flag?, access_keys number?"), ("aws.account_summary",), aws.root),
    FrameSpec(
        "aws_credentials",
        columns(
            "credential text, arn text, type text, active flag?, created_at time?, last_used_at time?,"
            " last_used_state text, report_generated_at time?"
        ),
        ("aws.credential_report",),
        aws.credentials,
    ),
    FrameSpec(
        "aws_root_last_use",
        columns("credential text, account text, last_used_at time?"),
        ("aws.credential_report",),
        aws.root_last_use,
    ),
    FrameSpec(
        "aws_root_events",
        columns("event_id text, occurred_at time, account text, event_name text, mfa_used flag?"),
        ("aws.access_events",),
        aws_events.root_events,
        unique=("event_id",),
    ),
    FrameSpec(
        "aws_access_events",
        columns(
            "event_id text, occurred_at time, account_key text?, account_name text?, kind text, what text,"
            " made_by text?, session_name text?, event_name text, succeeded flag?"
        ),
        ("aws.access_events",),
        aws_events.access_events,
        unique=("event_id",),
    ),
    FrameSpec(
        "identity_center_users",
        columns("user_key text, user_name text, display_name text?, email text?, active flag?"),
        ("aws.identity_center",),
        aws_identity.center_users,
    ),
    FrameSpec(
        "identity_center_access",
        columns(
            "user_key text, account text, permission_set text, via text, administrator_via text?,"
            " customer_policies text?"
        ),
        ("aws.identity_center",),
        aws_identity.center_access,
    ),
    FrameSpec(
        "access_analyzers",
        columns("place text, account text, region text, analyzers number"),
        ("aws.access_analyzer",),
        aws_identity.analyzers,
    ),
    FrameSpec(
        "access_analyzer_findings",
        columns(
            "finding text, account text, region text, resource text?, resource_type text, public flag?,"
            " principal text?, actions text?, since time"
        ),
        ("aws.access_analyzer",),
        aws_identity.external_access,
    ),
    FrameSpec(
        "aws_principals",
        columns("arn text, type text, administrator_via text?, email text?, boundary text?, held_back text?"),
        ("aws.authorization_details",),
        aws_rights.principals,
    ),
    FrameSpec(
        "aws_policies",
        columns("policy text, type text, full_wildcard flag, statement text?, whole_services list"),
        ("aws.authorization_details",),
        aws_rights.policies,
    ),
    FrameSpec(
        "aws_effective_rights",
        columns(
            "arn text, type text, kind text, right text, via text, condition text?, narrowed flag, boundary text?,"
            " limited_by_boundary flag"
        ),
        ("aws.authorization_details",),
        aws_rights.effective_rights,
    ),
    FrameSpec(
        "aws_role_trusts",
        columns(
            "trust text, role text, principal text, principal_kind text, account text?, external flag?,"
            " condition text?, names_who flag, external_id flag, mfa_required flag"
        ),
        ("aws.authorization_details",),
        aws_rights.role_trusts,
    ),
    FrameSpec(
        "terraform_iam",
        columns(
            "declared text, file text, line number?, address text, type text, name text?, holder text?, optional flag,"
            " full_wildcard flag?, statement text?, known flag, why text?, whole_services list"
        ),
        ("terraform.files",),
        terraform.terraform_iam,
    ),
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
    FrameSpec(
        "github_two_factor_lists", columns("listed number"), ("github.members_without_2fa",), github.two_factor_lists
    ),
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
        "database_roles",
        columns(
            "cluster text, role text, login flag, superuser flag, create_role flag, create_database flag,"
            " replication flag, bypass_rls flag, valid_until time?"
        ),
        ("postgres.roles",),
        postgres.roles,
    ),
    FrameSpec(
        "database_memberships",
        columns("cluster text, role text, member text, admin_option flag"),
        ("postgres.memberships",),
        postgres.memberships,
    ),
)

FRAMES: dict[str, FrameSpec] = {spec.name: spec for spec in (*AWAITED, *_SPECS, *people_table.SPECS)}
