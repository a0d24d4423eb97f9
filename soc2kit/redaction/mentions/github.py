"""Who is named in GitHub's answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...evidence import Record
from ..finder import fold
from .model import Mention, Pages

_NO_PERSON = {"Bot", "Organization", "Enterprise", "App", "Integration"}
#: Fields of the audit log and of deploy keys that are logins without an object around them.
LOGINS = (
    "actor", "user", "target_login", "old_user", "new_user", "blocked_user", "added_by", "invitee", "inviter",
    "previous_login", "old_login", "external_identity_username",
)  # fmt: skip
_SAML = ("samlIdentity", "scimIdentity")


def people(value: Any, record: Record) -> Iterator[Mention]:
    """Every login, the names beside commits' addresses, owners of forks, and people who may pass rules by."""
    if isinstance(value, list):
        for inner in value:
            yield from people(inner, record)
    if not isinstance(value, Mapping):
        return
    if isinstance(value.get("login"), str):
        kind = value.get("type", value.get("__typename"))
        yield Mention("account", value["login"], "github", None if kind is None else kind not in _NO_PERSON)
    if "login" not in value and isinstance(value.get("email"), str):
        name = value.get("name")
        if isinstance(name, str) and " " in name.strip():
            yield Mention("name", name.strip())
        if "@" in value["email"] and "[bot]@" not in value["email"]:
            yield Mention("e-mail", value["email"].strip())
    if value.get("actor_type") == "User" and value.get("actor_id") is not None:
        yield Mention("actor", f"User:{value['actor_id']}")
    for key in ("nameWithOwner", "full_name"):
        owner, slash, _ = str(value.get(key) or "").partition("/")
        if slash and fold(owner) != fold(str(record.fields["source"]["account"])):
            yield Mention("account", owner, "github")
    for inner in value.values():
        yield from people(inner, record)


def named(pages: Pages, record: Record) -> Iterator[Mention]:
    """Lists in which a login stands by itself, besides those that have it in an object."""
    for page in pages:
        for item in page["answer"]:
            for key in LOGINS:
                text = item.get(key)
                if isinstance(text, str) and text:
                    yield Mention("e-mail" if "@" in text else "account", text, "github")
    yield from people(pages, record)


def identities(pages: Pages, record: Record) -> Iterator[Mention]:
    """Logins with the addresses that the identity provider gives, in whichever field it gives them."""
    for page in pages:
        provider = page["answer"]["organization"]["samlIdentityProvider"] or {}
        for identity in (provider.get("externalIdentities") or {}).get("nodes", []):
            for source in filter(None, (identity.get(name) for name in _SAML)):
                emails = [email["value"] for email in source.get("emails") or []]
                for text in (source.get("nameId"), source.get("username"), *emails):
                    if text and "@" in text:
                        yield Mention("e-mail", text.strip())
                whole = " ".join(filter(None, (source.get("givenName"), source.get("familyName"))))
                if " " in whole:
                    yield Mention("name", whole)
    yield from people(pages, record)
