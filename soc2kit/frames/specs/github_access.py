"""Frames of access to GitHub beside its members: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import company, github, github_access, github_events
from ..schema import FrameSpec, columns

_ACCESS_EVENT = (
    "event_id text, occurred_at time, account_key text?, account_name text?, kind text, what text, made_by text?,"
    " event_name text, succeeded flag?"
)

SPECS = (
    FrameSpec(
        "github_outside_without_two_factor",
        columns("login text"),
        ("github.outside_without_2fa",),
        github.without_two_factor,
    ),
    FrameSpec(
        "github_outside_two_factor_lists",
        columns("listed number"),
        ("github.outside_without_2fa",),
        github.lists_read,
    ),
    FrameSpec(
        "github_sign_ins",
        columns("login text, role text, two_factor flag?"),
        uses=(
            "github_members",
            "outside_collaborators",
            "github_outside_without_two_factor",
            "github_outside_two_factor_lists",
        ),
        optional=("github_outside_without_two_factor", "github_outside_two_factor_lists"),
        derive=github_access.sign_ins,
    ),
    FrameSpec(
        "outside_register",
        columns("login text, sponsor text?, until time?"),
        ("company.outside_collaborators",),
        company.outside_register,
    ),
    FrameSpec(
        "outside_access",
        columns(
            "login text, repository text, permission text?, registered flag?, sponsor text?, until time?",
        ),
        uses=("outside_collaborators", "outside_register"),
        optional=("outside_register",),
        derive=github_access.outside_access,
    ),
    FrameSpec(
        "github_team_members",
        columns("team text, login text, role text"),
        ("github.teams",),
        github_access.team_members,
    ),
    FrameSpec(
        "github_team_repositories",
        columns("team text, repository text, permission text?"),
        ("github.teams",),
        github_access.team_repositories,
    ),
    FrameSpec(
        "github_direct_collaborators",
        columns("login text, repository text, permission text?"),
        ("github.direct_collaborators",),
        github_access.direct_collaborators,
    ),
    FrameSpec(
        "github_invitations",
        columns("invited text, role text?, inviter text?, created_at time?"),
        ("github.invitations",),
        github_access.invitations,
    ),
    FrameSpec(
        "github_deploy_keys",
        columns(
            "deploy_key text, repository text, title text, read_only flag?, enabled flag?, added_by text?,"
            " created_at time?, last_used_at time?"
        ),
        ("github.deploy_keys",),
        github_access.deploy_keys,
    ),
    FrameSpec(
        "github_apps",
        columns("app text, writes list, repositories text, suspended flag, installed_at time?"),
        ("github.app_installations",),
        github_access.apps,
    ),
    FrameSpec(
        "github_saml_identities",
        columns("login text, email text?"),
        ("github.saml_identities",),
        github_access.saml_identities,
    ),
    FrameSpec(
        "github_logged_events",
        columns(_ACCESS_EVENT),
        ("github.audit_log",),
        github_events.logged_events,
        unique=("event_id",),
    ),
    FrameSpec(
        "github_access_events",
        columns(_ACCESS_EVENT),
        uses=("github_logged_events",),
        derive=github_events.access_events,
    ),
    FrameSpec(
        "secret_scanning",
        columns("repository text, archived flag?, scanning flag?, push_protection flag?"),
        ("github.secret_scanning_settings",),
        github_access.secret_scanning,
    ),
    FrameSpec(
        "secret_alert_lists",
        columns("listed number"),
        ("github.secret_scanning_alerts",),
        github.lists_read,
    ),
    FrameSpec(
        "secret_alerts",
        columns(
            "alert text, repository text, secret_type text?, created_at time, state text, resolution text?,"
            " resolved_at time?, resolved_by text?, comment text?"
        ),
        ("github.secret_scanning_alerts",),
        github_access.secret_alerts,
    ),
)
