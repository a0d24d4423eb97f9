"""What gives access to the example company's GitHub at a moment of the timeline, besides membership."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .github_access_state import (
    DeployKey,
    GithubAccess,
    InstalledApp,
    Invitation,
    SamlIdentity,
    SecretAlert,
    SecretScanning,
    Team,
)
from .github_audit_log import OWNER, audit_log
from .moments import ALWAYS, Entry, changed, exists, last_use, living, moment


def access(github: Entry, at: datetime, email: Callable[[str], str]) -> GithubAccess:
    members = living(github["members"], at)
    logins = {entry["login"] for entry in members}
    outside = living(github["outside"], at)
    return GithubAccess(
        teams=tuple(_team(entry, logins) for entry in github["teams"]),
        direct=tuple(
            (entry["login"], entry["repository"], entry["permission"]) for entry in living(github["direct"], at)
        ),
        outside_without_two_factor=tuple(e["login"] for e in outside if not e.get("two_factor", True)),
        invitations=tuple(_invitation(entry) for entry in github["members"] if _pending(entry, at)),
        deploy_keys=tuple(_deploy_key(entry, at) for entry in living(github["deploy_keys"], at)),
        apps=tuple(_app(entry) for entry in living(github["apps"], at)),
        saml=tuple(SamlIdentity(entry["login"], email(entry["owner"])) for entry in members),
        secret_scanning=tuple(
            SecretScanning(entry["repository"], entry["scanning"], entry["push_protection"])
            for entry in (changed(one, at) for one in github["secret_scanning"])
        ),
        secret_alerts=tuple(
            _alert(entry, at) for entry in github["secret_alerts"] if exists({"from": entry["created"]}, at)
        ),
        audit_log=audit_log(github, at),
    )


def _team(entry: Entry, logins: set[str]) -> Team:
    people = [*((login, "maintainer") for login in entry["maintainers"]), *((m, "member") for m in entry["members"])]
    return Team(
        entry["slug"],
        entry["name"],
        tuple((login, role) for login, role in people if login in logins),
        tuple(entry["repositories"].items()),
    )


def _pending(entry: Entry, at: datetime) -> bool:
    return "invited" in entry and exists({"from": entry["invited"], "until": entry["from"]}, at)


def _invitation(entry: Entry) -> Invitation:
    return Invitation(OWNER, moment(entry["invited"]) or ALWAYS, login=entry["login"])


def _deploy_key(entry: Entry, at: datetime) -> DeployKey:
    return DeployKey(
        repository=entry["repository"],
        title=entry["title"],
        created_at=moment(entry["created"]) or ALWAYS,
        read_only=entry.get("read_only", True),
        added_by=entry["by"],
        last_used_at=last_use(entry.get("used"), at),
    )


def _app(entry: Entry) -> InstalledApp:
    return InstalledApp(
        slug=entry["slug"],
        created_at=moment(entry["created"]) or ALWAYS,
        permissions=tuple(entry["permissions"].items()),
        repository_selection=entry.get("selection", "all"),
    )


def _alert(entry: Entry, at: datetime) -> SecretAlert:
    """An alert as it stood then: what came of it later is not known yet."""
    resolved = moment(entry.get("resolved"))
    done = resolved is not None and resolved <= at
    return SecretAlert(
        repository=entry["repository"],
        number=entry["number"],
        secret_type=entry["type"],
        secret=f"no-secret-{entry['repository']}-{entry['number']}",
        created_at=moment(entry["created"]) or ALWAYS,
        resolution=entry["resolution"] if done else None,
        resolved_at=resolved if done else None,
        resolved_by=entry["by"] if done else None,
        comment=entry.get("comment") if done else None,
    )
