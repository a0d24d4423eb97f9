"""Frames of AWS, and of the Terraform that declares it: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import administrators, aws, aws_events, aws_identity, aws_rights
from ..schema import FrameSpec, columns

SPECS = (
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
        "identity_center_accounts", columns("account text"), ("aws.identity_center",), aws_identity.center_accounts
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
        columns("policy text, type text, full_wildcard flag, statement text?, whole_services list, statements list"),
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
            " condition text?, names_who flag, named_accounts list, github_owners list, external_id flag,"
            " mfa_required flag"
        ),
        ("aws.authorization_details",),
        aws_rights.role_trusts,
    ),
    FrameSpec(
        "aws_administrators",
        columns("arn text, type text, name text, administrator_via text?, held_back text?, boundary text?"),
        uses=("aws_principals", "identity_center_access", "identity_center_users"),
        optional=("identity_center_access", "identity_center_users"),
        derive=administrators.aws_administrators,
    ),
)
