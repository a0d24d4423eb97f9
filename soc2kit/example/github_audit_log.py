"""The audit log of the example company's GitHub, computed from the same timeline as everything else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from .github_access_state import AuditEvent
from .moments import Entry, moment

#: Who makes most changes of access.
OWNER = "denizaksoy"
_KEPT = timedelta(days=180)
_NEXT = timedelta(minutes=5)


def audit_log(github: Entry, at: datetime) -> tuple[AuditEvent, ...]:
    """What GitHub still keeps of it at a moment, oldest first."""
    parts = (_members, _outside, _direct, _deploy_keys, _apps, _settings)
    events = [event for part in parts for event in part(github) if at - _KEPT <= event.at <= at]
    return tuple(sorted(events, key=lambda event: event.at))


def _event(at: Any, action: str, actor: str, user: str | None = None, **more: Any) -> Iterator[AuditEvent]:
    """Nothing for what has no time, as it was so from the beginning or never ended."""
    known = moment(at)
    if known is not None:
        yield AuditEvent(known, action, actor, user, tuple(more.items()))


def _members(github: Entry) -> Iterator[AuditEvent]:
    for entry in github["members"]:
        login, role = entry["login"], entry.get("role", "member")
        start, end = moment(entry.get("from")), moment(entry.get("until"))
        yield from _event(entry.get("invited"), "org.invite_member", OWNER, login)
        # Whoever accepts an invitation is the actor of it.
        yield from _event(start, "org.add_member", login, login, permission=_permission(role))
        for change in entry.get("changes", ()):
            if "role" in change:
                more = {"old_permission": _permission(role), "permission": _permission(change["role"])}
                yield from _event(change["from"], "org.update_member", OWNER, login, **more)
                role = change["role"]
        yield from _event(end, "org.remove_member", OWNER, login)
        for team in github["teams"]:
            if login in (*team["maintainers"], *team["members"]):
                name = f"{github['organization']}/{team['slug']}"
                yield from _event(start and start + _NEXT, "team.add_member", OWNER, login, team=name)
                yield from _event(end, "team.remove_member", OWNER, login, team=name)


def _permission(role: str) -> str:
    return "admin" if role == "admin" else "read"


def _outside(github: Entry) -> Iterator[AuditEvent]:
    for entry in github["outside"]:
        more = {"repo": f"{github['organization']}/{entry['repository']}"}
        given = {**more, "permission": entry["permission"]}
        yield from _event(entry.get("from"), "org.add_outside_collaborator", OWNER, entry["login"], **given)
        yield from _event(entry.get("until"), "org.remove_outside_collaborator", OWNER, entry["login"], **more)


def _direct(github: Entry) -> Iterator[AuditEvent]:
    for entry in github["direct"]:
        login, permission = entry["login"], entry["permission"]
        repo = f"{github['organization']}/{entry['repository']}"
        yield from _event(entry.get("from"), "repo.add_member", OWNER, login, repo=repo, permission=permission)
        for change in entry.get("changes", ()):
            more = {"repo": repo, "old_repo_permission": permission, "new_repo_permission": change["permission"]}
            yield from _event(change["from"], "repo.update_member", OWNER, login, **more)
            permission = change["permission"]
        yield from _event(entry.get("until"), "repo.remove_member", OWNER, login, repo=repo)


def _deploy_keys(github: Entry) -> Iterator[AuditEvent]:
    for entry in github["deploy_keys"]:
        repo = f"{github['organization']}/{entry['repository']}"
        more = {"repo": repo, "title": entry["title"], "read_only": entry.get("read_only", True)}
        yield from _event(entry["created"], "public_key.create", entry["by"], **more)
        yield from _event(entry.get("until"), "public_key.delete", OWNER, **more)


def _apps(github: Entry) -> Iterator[AuditEvent]:
    for entry in github["apps"]:
        yield from _event(entry["created"], "integration_installation.create", entry["by"], integration=entry["slug"])
        yield from _event(entry.get("until"), "integration_installation.destroy", OWNER, integration=entry["slug"])


def _settings(github: Entry) -> Iterator[AuditEvent]:
    permission = github["default_permission"]
    for change in github["changes"]:
        if change.get("two_factor_required"):
            yield from _event(change["from"], "org.enable_two_factor_requirement", OWNER)
        if "default_permission" in change:
            more = {"old_permission": permission, "permission": change["default_permission"]}
            yield from _event(change["from"], "org.update_default_repository_permission", OWNER, **more)
            permission = change["default_permission"]
