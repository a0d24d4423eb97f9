"""Grants and revocations of access to GitHub, from the organisation's audit log.

What only prepares access (an invitation) or only conditions it (the demand for a second factor) is no grant. Where the
one who joins is also the actor, the log tells who accepted an invitation: then whoever sent it made the grant. It is
unknown who that was where the log has no invitation, as when it was sent to an e-mail address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from .github_access import PERMISSIONS, Pages, Row, permission

Event = Mapping[str, Any]
#: Kind and words; None where the event changes nobody's access.
Meaning = tuple[str, str] | None
GRANT, REVOKE, INVITE = "grant", "revoke", "invite"


def logged_events(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Every event that has a meaning here, invitations among them."""
    for page in pages:
        for event in page["answer"]:
            meaning = MEANINGS[event["action"]](event) if event["action"] in MEANINGS else None
            if meaning is None:
                continue
            yield {
                "event_id": event["_document_id"],
                "occurred_at": _moment(event["@timestamp"]),
                "account_key": event.get("user"),
                "account_name": event.get("user"),
                "kind": meaning[0],
                "what": meaning[1],
                "made_by": event.get("actor"),
                "event_name": event["action"],
                # The log holds what was done; a refused attempt is not in it.
                "succeeded": True,
            }


def access_events(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Grants and revocations, each with who made it."""
    logged = frames["github_logged_events"].sort_values("occurred_at", kind="stable", ignore_index=True)
    invited = logged["kind"] == INVITE
    sent = logged.loc[invited, ["account_key", "occurred_at", "made_by"]].dropna(subset=["account_key"])
    sent = sent.rename(columns={"made_by": "inviter"})
    events = pd.merge_asof(
        logged[~invited], sent, on="occurred_at", by="account_key", direction="backward", allow_exact_matches=True
    )
    accepted = ((events["event_name"] == "org.add_member") & (events["made_by"] == events["account_key"])).fillna(False)
    made_by = events["made_by"].mask(accepted, events["inviter"]).astype("string")
    return events.assign(made_by=made_by).drop(columns="inviter")


def _moment(milliseconds: int) -> str:
    """GitHub counts milliseconds since 1970."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()


def _member_added(event: Event) -> Meaning:
    return GRANT, "member added as owner" if event.get("permission") == "admin" else "member added"


def _member_updated(event: Event) -> Meaning:
    if event.get("permission") == "admin":
        return GRANT, "member made owner"
    return (
        (REVOKE, "owner made member") if event.get("old_permission") == "admin" else (GRANT, "role of member changed")
    )


def _on_repository(event: Event) -> str:
    return str(event.get("repo") or "a repository")


def _permission_changed(event: Event) -> tuple[str, str]:
    """From less to more is a grant, from more to less a revocation; what is not known counts as a grant."""
    old = permission(event.get("old_repo_permission") or event.get("old_permission"))
    new = permission(event.get("new_repo_permission") or event.get("permission"))
    ranks = {name: rank for rank, name in enumerate(("none", *PERMISSIONS))}
    kind = REVOKE if ranks.get(new, len(ranks)) < ranks.get(old, -1) else GRANT
    return kind, f"{old or 'unknown'} changed to {new or 'unknown'}"


def _repository_member_updated(event: Event) -> Meaning:
    kind, words = _permission_changed(event)
    return kind, f"{words} on {_on_repository(event)}"


def _default_permission(event: Event) -> Meaning:
    kind, words = _permission_changed(event)
    return kind, f"default permission of every member: {words}"


def _given(event: Event) -> str:
    return str(permission(event.get("permission")) or "access")


def _deploy_key(kind: str, verb: str) -> Callable[[Event], Meaning]:
    def meaning(event: Event) -> Meaning:
        if not event.get("repo"):
            return None  # a person's own SSH key
        known = {"true": ", read-only", "false": ", may write"}
        rights = known.get(str(event.get("read_only")).lower(), "") if kind == GRANT else ""
        return kind, f"deploy key {event.get('title') or 'without a title'} {verb} {event['repo']}{rights}"

    return meaning


def _words(kind: str, text: Callable[[Event], str]) -> Callable[[Event], Meaning]:
    return lambda event: (kind, text(event))


def _team(event: Event) -> str:
    return str(event.get("team") or "unknown").rpartition("/")[2]


def _app(event: Event) -> str:
    return str(event.get("integration") or event.get("name") or "unknown")


MEANINGS: Mapping[str, Callable[[Event], Meaning]] = {
    "org.invite_member": _words(INVITE, lambda event: "invited"),
    "org.add_member": _member_added,
    "org.update_member": _member_updated,
    "org.remove_member": _words(REVOKE, lambda event: "member removed"),
    "org.add_outside_collaborator": _words(
        GRANT, lambda event: f"outside collaborator given {_given(event)} on {_on_repository(event)}"
    ),
    "org.remove_outside_collaborator": _words(REVOKE, lambda event: "outside collaborator removed"),
    "org.update_default_repository_permission": _default_permission,
    "repo.add_member": _words(GRANT, lambda event: f"given {_given(event)} on {_on_repository(event)}"),
    "repo.update_member": _repository_member_updated,
    "repo.remove_member": _words(REVOKE, lambda event: f"removed from {_on_repository(event)}"),
    "team.add_member": _words(GRANT, lambda event: f"added to team {_team(event)}"),
    "team.remove_member": _words(REVOKE, lambda event: f"removed from team {_team(event)}"),
    "team.add_repository": _words(
        GRANT, lambda event: f"team {_team(event)} given {_given(event)} on {_on_repository(event)}"
    ),
    "team.remove_repository": _words(REVOKE, lambda event: f"team {_team(event)} removed from {_on_repository(event)}"),
    "public_key.create": _deploy_key(GRANT, "added to"),
    "public_key.delete": _deploy_key(REVOKE, "removed from"),
    "integration_installation.create": _words(GRANT, lambda event: f"app {_app(event)} installed"),
    "integration_installation.destroy": _words(REVOKE, lambda event: f"app {_app(event)} removed"),
}
