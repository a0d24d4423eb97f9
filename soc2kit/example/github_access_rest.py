"""REST answers of the local GitHub on everything that gives access besides membership, and on leaked secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..period import stamp
from .github_access_state import AuditEvent, DeployKey, InstalledApp, Invitation, SecretAlert, SecretScanning, Team
from .github_change_state import Repository
from .github_records import ByCursor, Problem, Records, Wrapped, identifier, node

ROUTES = {
    "/orgs/<org>/teams": "teams",
    "/orgs/<org>/teams/<slug>/members": "team_members",
    "/orgs/<org>/teams/<slug>/repos": "team_repositories",
    "/orgs/<org>/invitations": "invitations",
    "/orgs/<org>/installations": "installations",
    "/orgs/<org>/audit-log": "audit_log",
    "/orgs/<org>/secret-scanning/alerts": "secret_alerts",
    "/repos/<org>/<name>/keys": "deploy_keys",
}
_DAYS = re.compile(r"created:(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")
_Query = Mapping[str, str]


class AccessAnswers(Records):
    def _for_owners(self) -> None:
        if not self.owner:
            raise Problem(403, "Must have admin rights to the organization.")

    def _teams(self, query: _Query) -> list[Any]:
        return [self._team(team) for team in self.state.access.teams]

    def _find_team(self, slug: str) -> Team:
        for team in self.state.access.teams:
            if team.slug == slug:
                return team
        raise Problem(404, "Not Found")

    def _team(self, team: Team) -> dict[str, Any]:
        root = f"{self.url}/orgs/{self.state.organization}/teams/{team.slug}"
        return {
            "id": identifier(team.slug),
            "node_id": node("T", team.slug),
            "url": root,
            "html_url": root,
            "name": team.name,
            "slug": team.slug,
            "description": None,
            "privacy": "closed",
            "notification_setting": "notifications_enabled",
            "permission": "pull",
            "members_url": f"{root}/members{{/member}}",
            "repositories_url": f"{root}/repos",
            "type": "organization",
            "organization_id": identifier(self.state.organization),
            "parent": None,
        }

    def _team_members(self, slug: str, query: _Query) -> list[Any]:
        wanted = query.get("role", "all")
        return [self.user(login) for login, role in self._find_team(slug).members if wanted in ("all", role)]

    def _team_repositories(self, slug: str, query: _Query) -> list[Any]:
        listed = []
        for name, permission in self._find_team(slug).repositories:
            rights = self.collaborator("", permission)
            listed.append({**self.repository_record(self.find(name)), "permissions": rights["permissions"],
                           "role_name": permission})  # fmt: skip
        return listed

    def _invitations(self, query: _Query) -> list[Any]:
        self._for_owners()
        return [self._invitation(invitation) for invitation in self.state.access.invitations]

    def _invitation(self, invitation: Invitation) -> dict[str, Any]:
        name = f"{invitation.login or invitation.email} {invitation.created_at}"
        return {
            "id": identifier(name),
            "node_id": node("OI", name),
            "login": invitation.login,
            "email": invitation.email,
            "role": invitation.role,
            "created_at": stamp(invitation.created_at),
            "inviter": self.user(invitation.inviter),
            "team_count": 0,
            "invitation_teams_url": f"{self.url}/organizations/0/invitations/{identifier(name)}/teams",
            "failed_at": None,
            "failed_reason": None,
            "invitation_source": "member",
        }

    def _installations(self, query: _Query) -> Wrapped:
        self._for_owners()
        return Wrapped("installations", [self._installation(app) for app in self.state.access.apps])

    def _installation(self, app: InstalledApp) -> dict[str, Any]:
        number, organization = identifier(app.slug), self.state.organization
        root = f"{self.url}/app/installations/{number}"
        return {
            "id": number,
            "account": {**self.user(organization), "type": "Organization"},
            "app_id": number,
            "app_slug": app.slug,
            "target_id": identifier(organization),
            "target_type": "Organization",
            "repository_selection": app.repository_selection,
            "permissions": dict(app.permissions),
            "events": [],
            "single_file_name": None,
            "access_tokens_url": f"{root}/access_tokens",
            "repositories_url": f"{self.url}/installation/repositories",
            "html_url": f"{self.url}/organizations/{organization}/settings/installations/{number}",
            "created_at": stamp(app.created_at),
            "updated_at": stamp(app.created_at),
            "suspended_by": None,
            "suspended_at": _stamp(app.suspended_at),
        }

    def _deploy_keys(self, repository: Repository, query: _Query) -> list[Any]:
        if not self.owner:
            raise Problem(404, "Not Found")
        return [self._deploy_key(key, repository) for key in self.state.access.deploy_keys
                if key.repository == repository.name]  # fmt: skip

    def _deploy_key(self, key: DeployKey, repository: Repository) -> dict[str, Any]:
        number = identifier(f"{key.repository} {key.title}")
        return {
            "id": number,
            "key": f"ssh-ed25519 {number:044x}",
            "url": f"{self.root(repository)}/keys/{number}",
            "title": key.title,
            "verified": True,
            "created_at": stamp(key.created_at),
            "read_only": key.read_only,
            "added_by": key.added_by,
            "last_used": _stamp(key.last_used_at),
            "enabled": True,
        }

    def security(self, repository: Repository) -> dict[str, Any]:
        """What is told of a repository's watch for secrets: nothing to those who do not administer it."""
        if not self.owner:
            return {}
        known = {one.repository: one for one in self.state.access.secret_scanning}
        one = known.get(repository.name, SecretScanning(repository.name))
        settings = {"secret_scanning": one.scanning, "secret_scanning_push_protection": one.push_protection}
        return {"security_and_analysis": {name: {"status": "enabled" if on else "disabled"}
                                          for name, on in settings.items()}}  # fmt: skip

    def _secret_alerts(self, query: _Query) -> list[Any]:
        if not self.owner:
            raise Problem(404, "Not Found")
        newest = sorted(self.state.access.secret_alerts, key=lambda alert: alert.created_at, reverse=True)
        return [self._secret_alert(alert, query.get("hide_secret") == "true") for alert in newest]

    def _secret_alert(self, alert: SecretAlert, hidden: bool) -> dict[str, Any]:
        repository = self.find(alert.repository)
        tail = f"secret-scanning/alerts/{alert.number}"
        return {
            "number": alert.number,
            "created_at": stamp(alert.created_at),
            "updated_at": stamp(alert.resolved_at or alert.created_at),
            "url": f"{self.root(repository)}/{tail}",
            "html_url": f"{self.url}/{self.full_name(repository)}/security/secret-scanning/{alert.number}",
            "locations_url": f"{self.root(repository)}/{tail}/locations",
            "state": "resolved" if alert.resolved_at else "open",
            "resolution": alert.resolution,
            "resolved_at": _stamp(alert.resolved_at),
            "resolved_by": self.user(alert.resolved_by) if alert.resolved_by else None,
            "resolution_comment": alert.comment,
            "secret_type": alert.secret_type,
            "secret_type_display_name": alert.secret_type.replace("_", " ").capitalize(),
            **({} if hidden else {"secret": alert.secret}),
            "repository": self.repository_record(repository),
            "push_protection_bypassed": False,
            "push_protection_bypassed_by": None,
            "push_protection_bypassed_at": None,
            "validity": "unknown",
            "publicly_leaked": False,
            "multi_repo": False,
        }

    def _audit_log(self, query: _Query) -> ByCursor:
        if self.state.access.audit_log is None:
            raise Problem(404, "Not Found")
        self._for_owners()
        asked = _DAYS.fullmatch(query.get("phrase", ""))
        if asked is None:
            raise Problem(422, "the local GitHub knows one phrase only: created:FIRST..LAST")
        found = [event for event in self.state.access.audit_log if asked[1] <= f"{event.at:%Y-%m-%d}" <= asked[2]]
        ordered = sorted(found, key=lambda event: event.at, reverse=query.get("order", "desc") == "desc")
        return ByCursor(self._audit_event(event) for event in ordered)

    def _audit_event(self, event: AuditEvent) -> dict[str, Any]:
        more = dict(event.more)
        milliseconds = int(event.at.timestamp() * 1000)
        name = f"{milliseconds} {event.action} {event.user} {sorted(more.items())}"
        return {
            "@timestamp": milliseconds,
            "_document_id": node("audit", name),
            "action": event.action,
            "actor": event.actor,
            "actor_id": identifier(event.actor),
            "created_at": milliseconds,
            "operation_type": _operation(event.action),
            "org": self.state.organization,
            "org_id": identifier(self.state.organization),
            **({"user": event.user, "user_id": identifier(event.user)} if event.user else {}),
            **more,
        }


def _operation(action: str) -> str:
    verb = action.partition(".")[2].partition("_")[0]
    return {"add": "create", "create": "create", "invite": "create", "remove": "remove", "destroy": "remove",
            "delete": "remove"}.get(verb, "modify")  # fmt: skip


def _stamp(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None
