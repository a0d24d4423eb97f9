"""Frames from everything that gives access to GitHub besides membership, and from its watch for secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
Frames = Mapping[str, pd.DataFrame]
#: From the least to the most; GitHub has two names for the first and the third.
PERMISSIONS = ("read", "triage", "write", "maintain", "admin")
_OTHER_NAMES = {"pull": "read", "push": "write"}


def permission(name: Any) -> Any:
    """A permission by the one name that is used here; a role that the organisation made itself keeps its own."""
    return _OTHER_NAMES.get(name, name)


def _highest(record: Mapping[str, Any]) -> Any:
    """What a record says of the right on a repository: its role, else the most of its permissions."""
    if record.get("role_name"):
        return permission(record["role_name"])
    granted = {permission(name) for name, held in (record.get("permissions") or {}).items() if held}
    return next((name for name in reversed(PERMISSIONS) if name in granted), None)


def _lists_of(pages: Pages, depth: int, last: str) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """Pages of the lists whose path has so many parts and ends in `last`, each with the parts."""
    for page in pages:
        parts = page["call"].partition(" ")[2].strip("/").split("/")
        if len(parts) == depth and parts[-1] == last:
            yield parts, page


def team_members(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    for parts, page in _lists_of(pages, 5, "members"):
        for account in page["answer"]:
            yield {"team": parts[3], "login": account["login"], "role": page["parameters"]["role"]}


def team_repositories(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    for parts, page in _lists_of(pages, 5, "repos"):
        for repository in page["answer"]:
            yield {"team": parts[3], "repository": repository["full_name"], "permission": _highest(repository)}


def direct_collaborators(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    for parts, page in _lists_of(pages, 4, "collaborators"):
        for account in page["answer"]:
            yield {"login": account["login"], "repository": "/".join(parts[1:3]), "permission": _highest(account)}


def invitations(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    for page in pages:
        for invitation in page["answer"]:
            yield {
                "invited": invitation["login"] or invitation["email"],
                "role": invitation["role"],
                "inviter": (invitation["inviter"] or {}).get("login"),
                "created_at": invitation["created_at"],
            }


def deploy_keys(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    for parts, page in _lists_of(pages, 4, "keys"):
        repository = "/".join(parts[1:3])
        for key in page["answer"]:
            yield {
                "deploy_key": f"{repository}/keys/{key['id']}",
                "repository": repository,
                "title": key["title"],
                "read_only": key["read_only"],
                "enabled": key.get("enabled"),
                "added_by": key.get("added_by"),
                "created_at": key["created_at"],
                "last_used_at": key.get("last_used"),
            }


def apps(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    for page in pages:
        for app in page["answer"]["installations"]:
            permissions: Mapping[str, str] = app["permissions"]
            yield {
                "app": app["app_slug"],
                "writes": sorted(name for name, level in permissions.items() if level != "read"),
                "repositories": app["repository_selection"],
                "suspended": app["suspended_at"] is not None,
                "installed_at": app["created_at"],
            }


def saml_identities(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Identities that belong to a GitHub account, with the e-mail address that the identity provider gave."""
    for page in pages:
        provider = page["answer"]["organization"]["samlIdentityProvider"]
        for identity in provider["externalIdentities"]["nodes"]:
            if identity["user"] is not None:
                yield {"login": identity["user"]["login"], "email": _email(identity)}


def _email(identity: Mapping[str, Any]) -> str | None:
    """The SAML name where it is an address, else the first address among SAML's, then SCIM's; in lower case."""
    texts: list[Any] = []
    for source in (identity["samlIdentity"] or {}, identity["scimIdentity"] or {}):
        emails = sorted(source.get("emails") or [], key=lambda email: not email.get("primary"))
        texts += [source.get("nameId"), *(email["value"] for email in emails), source.get("username")]
    return next((text.strip().lower() for text in texts if text and "@" in text), None)


def secret_scanning(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """What GitHub does not show to the token stays missing: that is unknown, not off."""
    for page in pages:
        repository = page["answer"]
        settings = repository.get("security_and_analysis") or {}
        yield {
            "repository": repository["full_name"],
            "archived": repository.get("archived"),
            "scanning": _enabled(settings.get("secret_scanning")),
            "push_protection": _enabled(settings.get("secret_scanning_push_protection")),
        }


def _enabled(setting: Mapping[str, Any] | None) -> bool | None:
    return None if setting is None or "status" not in setting else setting["status"] == "enabled"


def secret_alerts(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    for page in pages:
        for alert in page["answer"]:
            repository = alert["repository"]["full_name"]
            yield {
                "alert": f"{repository}/secret-scanning/{alert['number']}",
                "repository": repository,
                "secret_type": alert.get("secret_type"),
                "created_at": alert["created_at"],
                "state": alert["state"],
                "resolution": alert.get("resolution"),
                "resolved_at": alert.get("resolved_at"),
                "resolved_by": (alert.get("resolved_by") or {}).get("login"),
                "comment": (alert.get("resolution_comment") or "").strip() or None,
            }


def sign_ins(frames: Frames) -> pd.DataFrame:
    """Members and outside collaborators with whether each has two-factor sign-in.

    Outside collaborators are there for the snapshots in which GitHub let the list of those without it be read.
    """
    outside = frames["outside_collaborators"][["login", "snapshot_at"]].drop_duplicates()
    readable = outside[outside["snapshot_at"].isin(frames["github_outside_two_factor_lists"]["snapshot_at"])]
    without = frames["github_outside_without_two_factor"][["login", "snapshot_at"]].drop_duplicates()
    joined = readable.merge(without.assign(lacks=True), on=["login", "snapshot_at"], how="left", validate="one_to_one")
    role = pd.Series("outside collaborator", index=joined.index, dtype="string")
    outsiders = joined.assign(role=role, two_factor=joined["lacks"].isna().astype("boolean")).drop(columns="lacks")
    return pd.concat([frames["github_members"], outsiders], ignore_index=True)


def outside_access(frames: Frames) -> pd.DataFrame:
    """Outside collaborators by repository, each with its line in the register that was kept at the time.

    `registered` is missing for snapshots older than the register.
    """
    outside, register = frames["outside_collaborators"], frames["outside_register"]
    kept = pd.Series(sorted(register["snapshot_at"].unique()), dtype="datetime64[us, UTC]")
    places = kept.searchsorted(outside["snapshot_at"], side="right") - 1
    taken = [kept.iloc[place] if place >= 0 else pd.NaT for place in places]
    dated = outside.assign(register_at=pd.Series(taken, index=outside.index, dtype="datetime64[us, UTC]"))
    lines = register.rename(columns={"snapshot_at": "register_at", "login": "registered_login"})
    lines = lines.assign(login=lines["registered_login"].str.lower())
    joined = dated.assign(folded=dated["login"].str.lower()).merge(
        lines.rename(columns={"login": "folded"}), on=["folded", "register_at"], how="left", validate="many_to_one"
    )
    registered = joined["registered_login"].notna().astype("boolean").mask(joined["register_at"].isna())
    return joined.assign(registered=registered).drop(columns=["register_at", "folded", "registered_login"])
