"""What gives access to the example company's GitHub besides membership, at one moment. All times are in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True)
class Team:
    slug: str
    name: str
    members: tuple[tuple[str, str], ...]  # login, role: member or maintainer
    repositories: tuple[tuple[str, str], ...]  # name, permission


@dataclass(frozen=True)
class Invitation:
    inviter: str
    created_at: datetime
    login: str | None = None
    email: str | None = None
    role: str = "direct_member"


@dataclass(frozen=True)
class DeployKey:
    repository: str
    title: str
    created_at: datetime
    read_only: bool = True
    added_by: str | None = None
    last_used_at: datetime | None = None


@dataclass(frozen=True)
class InstalledApp:
    slug: str
    created_at: datetime
    permissions: tuple[tuple[str, str], ...]  # permission, read or write
    repository_selection: Literal["all", "selected"] = "all"
    suspended_at: datetime | None = None


@dataclass(frozen=True)
class SamlIdentity:
    """`login` is None for somebody who has not signed in to GitHub yet."""

    login: str | None
    email: str


@dataclass(frozen=True)
class SecretScanning:
    repository: str
    scanning: bool = True
    push_protection: bool = True


@dataclass(frozen=True)
class SecretAlert:
    repository: str
    number: int
    secret_type: str
    secret: str
    created_at: datetime
    resolution: str | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    comment: str | None = None


@dataclass(frozen=True)
class AuditEvent:
    """One entry of the audit log; `more` are the fields that only its action has."""

    at: datetime
    action: str
    actor: str
    user: str | None = None
    more: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class GithubAccess:
    """`saml` is None for an organisation without single sign-on of its own, `audit_log` without Enterprise Cloud.

    A repository that `secret_scanning` does not name has all of it on.
    """

    teams: tuple[Team, ...] = ()
    direct: tuple[tuple[str, str, str], ...] = ()  # members only: login, repository, permission
    outside_without_two_factor: tuple[str, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    deploy_keys: tuple[DeployKey, ...] = ()
    apps: tuple[InstalledApp, ...] = ()
    saml: tuple[SamlIdentity, ...] | None = None
    secret_scanning: tuple[SecretScanning, ...] = ()
    secret_alerts: tuple[SecretAlert, ...] = ()
    audit_log: tuple[AuditEvent, ...] | None = field(default=None, repr=False)
