"""The table of tests. A new test is one function and one line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..model import Check
from . import (
    access_changes,
    access_reviews,
    aws_access,
    aws_rights,
    aws_sign_in,
    branch_history,
    branch_settings,
    change_approval,
    change_checks,
    database_access,
    database_writes,
    emergency_changes,
    github_access,
    github_machines,
    github_secrets,
    leavers,
    people,
    review_follow_up,
    terraform,
)

POINT, WINDOW = "point_in_time", "window"
_APPROVALS = (
    "changes reviews change_commits change_events commits default_branches github_people change_exceptions"
    " change_exception_readings"
)
_LEAVERS = "accounts departures account_reads access_events aws_credentials"
_APPROVERS = "people accounts"


def _check(
    id: str, title: str, controls: str, criteria: str, kind: Any, reads: str, function: Callable[..., Any],
    *, only_with: str = "", speaks_of: str = "",
) -> Check:  # fmt: skip
    return Check(
        id, title, tuple(controls.split()), tuple(criteria.split()), kind, tuple(reads.split()), function,
        only_with=only_with, speaks_of=speaks_of,
    )  # fmt: skip


CHECKS: tuple[Check, ...] = (
    _check("AWS-IAM-01", "Root user has MFA and no access keys", "AC-03 AC-06", "CC6.1", POINT, "aws_root",
           aws_access.root_protected),
    _check("AWS-IAM-02", "Root user was not used", "AC-06", "CC6.1 CC6.3", WINDOW,
           "aws_root_events aws_root_last_use break_glass_records", aws_sign_in.root_not_used),
    _check("AWS-IAM-03", "Every console user has MFA", "AC-03", "CC6.1", POINT, "aws_users",
           aws_access.console_users_have_mfa),
    _check("AWS-IAM-04", "Access keys are rotated", "AC-08", "CC6.1", POINT, "aws_credentials",
           aws_access.access_keys_rotated),
    _check("AWS-IAM-05", "Unused credentials are disabled", "AC-08", "CC6.2 CC6.3", POINT, "aws_credentials",
           aws_access.unused_credentials_disabled),
    _check("AWS-IAM-06", "People sign in through SSO and not through IAM users", "AC-01", "CC6.1 CC6.2", POINT,
           "aws_users accounts", aws_sign_in.people_use_single_sign_on),
    _check("AWS-IAM-07", "Administrator access is limited to the approved list", "AC-06", "CC6.3", POINT,
           "aws_administrators", aws_rights.administrators_approved),
    _check("AWS-IAM-08", "No customer-managed or inline policy grants full wildcard rights", "AC-06", "CC6.1 CC6.3",
           POINT, "aws_policies", aws_rights.no_full_wildcards),
    _check("AWS-IAM-09", "Roles are assumed only by known principals", "AC-06", "CC6.1 CC6.3", POINT,
           "aws_role_trusts", aws_rights.roles_assumed_by_known),
    _check("AWS-IAM-10", "Rights that lead to administration are limited to the approved list", "AC-06", "CC6.3",
           POINT, "aws_effective_rights", aws_rights.escalation_approved),
    _check("IAC-IAM-01", "IAM policies are declared narrow, and deployed as declared", "AC-06", "CC6.1 CC6.3 CC8.1",
           POINT, "terraform_iam aws_policies", terraform.declared_matches_deployed, only_with="terraform"),
    _check("ACC-EXT-01", "Nothing is reachable from outside unless approved", "AC-06", "CC6.1 CC6.6", POINT,
           "access_analyzer_findings access_analyzers", aws_sign_in.external_access_approved),
    _check("ACC-ORP-01", "Every account in every system has an owner", "AC-01", "CC6.1 CC6.2", POINT, "accounts",
           people.accounts_owned, speaks_of="any"),
    _check("ACC-OFF-01", "Leavers lost AWS access within the limit", "AC-04", "CC6.2 CC6.3", WINDOW,
           _LEAVERS, leavers.leavers_removed("aws"), speaks_of="aws"),
    _check("ACC-OFF-02", "Leavers lost GitHub access within the limit", "AC-04", "CC6.2 CC6.3", WINDOW,
           _LEAVERS, leavers.leavers_removed("github"), speaks_of="github"),
    _check("ACC-OFF-03", "Leavers lost database access within the limit", "AC-04", "CC6.2 CC6.3", WINDOW,
           _LEAVERS, leavers.leavers_removed("postgres"), speaks_of="postgres"),
    _check("ACC-REV-01", "Access review was done for every system in every period", "AC-05", "CC6.2 CC6.3", WINDOW,
           "review_quarters review_files review_decisions review_populations review_rows people",
           access_reviews.review_done, speaks_of="any"),
    _check("ACC-REV-02", "Review decisions were carried out", "AC-05", "CC6.3", WINDOW,
           "review_files review_decisions review_rows review_reads", review_follow_up.decisions_carried_out,
           speaks_of="any"),
    _check("ACC-ON-01", "New access was approved before it was granted", "AC-02", "CC6.2 CC6.3", WINDOW,
           f"access_changes access_requests read_access_requests {_APPROVERS}",
           access_changes.approved_before_granted, speaks_of="any"),
    _check("ACC-CHG-01", "Access is changed by somebody other than the one it benefits", "AC-02", "CC6.2 CC6.3", WINDOW,
           f"access_changes filed_requests filed_readings {_APPROVERS}", access_changes.changed_by_another,
           speaks_of="any"),
    _check("GH-ORG-01", "Two-factor sign-in is required for the organisation", "AC-03", "CC6.1", POINT,
           "github_organization", github_access.two_factor_required),
    _check("GH-ORG-02", "Nobody in the organisation is without two-factor sign-in", "AC-03", "CC6.1", POINT,
           "github_sign_ins", github_access.everybody_has_two_factor),
    _check("GH-ORG-03", "Organisation owners are few and approved", "AC-06", "CC6.3", POINT, "github_member_roles",
           github_access.owners_approved),
    _check("GH-ORG-04", "Members get no more than read by default", "AC-06", "CC6.3", POINT, "github_organization",
           github_access.default_permission_at_most_read),
    _check("GH-ORG-05", "Outside collaborators are approved and time-limited, and never administrators", "AC-01",
           "CC6.2 CC6.3", POINT, "outside_access", github_access.outside_collaborators_approved),
    _check("GH-KEY-01", "Deploy keys are read-only or approved, and used", "AC-08", "CC6.1 CC6.3", POINT,
           "github_deploy_keys", github_machines.deploy_keys_read_only_and_used),
    _check("GH-APP-01", "Installed apps are approved", "AC-01 AC-06", "CC6.1 CC6.3", POINT, "github_apps",
           github_machines.apps_approved),
    _check("GH-SEC-01", "Secret scanning and push protection are on", "AC-09", "CC6.1 CC7.1", POINT,
           "secret_scanning", github_secrets.secret_scanning_on),
    _check("GH-SEC-02", "Leaked secrets were revoked within the limit", "AC-09", "CC6.1 CC7.1", WINDOW,
           "secret_alerts secret_alert_lists", github_secrets.leaked_secrets_revoked),
    _check("PG-ROL-01", "Superuser-like database roles are limited", "AC-07 AC-06", "CC6.1 CC6.3", POINT,
           "database_roles database_reach", database_access.elevated_roles_approved),
    _check("PG-ROL-02", "Every database login role has an owner", "AC-07", "CC6.1 CC6.2", POINT, "accounts",
           database_access.login_roles_owned, speaks_of="postgres"),
    _check("PG-ROL-03", "People reach the database with credentials that expire", "AC-07", "CC6.1", POINT,
           "accounts database_roles database_reach", database_access.people_use_expiring_credentials),
    _check("PG-ROL-04", "People have no standing write access to production data", "AC-07", "CC6.1 CC6.3 C1.1", POINT,
           "accounts database_roles database_reach database_grants database_owners",
           database_writes.people_have_no_standing_writes),
    _check("GH-BR-01", "Default branches need an approval", "CH-03 CH-01", "CC8.1", POINT, "branch_rules",
           branch_settings.approval_required),
    _check("GH-BR-02", "Nobody can bypass branch rules unrecorded", "CH-03", "CC8.1 CC6.3", POINT, "branch_rules",
           branch_settings.no_unapproved_bypass),
    _check("GH-BR-03", "Force pushes and deletion of default branches are blocked", "CH-03", "CC8.1", POINT,
           "branch_rules", branch_settings.history_protected),
    _check("GH-BR-04", "Automated checks must pass before merge", "CH-03 CH-02", "CC8.1 CC7.1", POINT, "branch_rules",
           branch_settings.checks_required),
    _check("GH-PR-01", "Every merged pull request was approved by somebody other than its author", "CH-01", "CC8.1",
           WINDOW, _APPROVALS, change_approval.approved_by_another),
    _check("GH-PR-02", "Every commit on the default branch came through a pull request", "CH-01", "CC8.1", WINDOW,
           "branch_landings", branch_history.came_through_pull_request),
    _check("GH-PR-03", "Automated checks had passed on the merged revision", "CH-02", "CC8.1", WINDOW,
           "changes change_checks branch_rules commits default_branches", change_checks.checks_green_at_merge),
    _check("GH-PR-05", "Emergency changes were reviewed afterwards", "CH-04", "CC8.1 CC7.5", WINDOW,
           f"{_APPROVALS} branch_landings change_readings", emergency_changes.reviewed_afterwards),
    _check("GH-PR-06", "Bot changes follow the stated bot rule", "CH-01", "CC8.1", WINDOW,
           f"{_APPROVALS} change_checks branch_rules", change_approval.bots_follow_rule),
)  # fmt: skip
