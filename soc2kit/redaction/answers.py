"""Answers of systems rewritten with pseudonyms: texts only, never the names of fields."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from .fields import Fields
from .replacer import Replacer

REDACTED_TEXT = "[redacted text]"
# All that is kept of a person's GitHub account besides the login; the rest are numbers, addresses and free text.
_OF_ACCOUNT = {"login", "type", "__typename", "role_name", "user_view_type"}
# An invitation has the login of whoever is invited, and is no account.
_OF_INVITATION = {"inviter", "invitation_teams_url"}
# All that is kept of a person's entry in Identity Center.
_OF_DIRECTORY = {"IdentityStoreId", "UserId", "UserName", "Emails", "UserStatus", "CreatedAt", "UpdatedAt"}
#: The address that GitHub itself commits with, on which it depends who made a commit.
_GITHUBS_OWN = "noreply@github.com"
_LABELS = {"label", "labels"}
_DEVICE = "mfa/"
_OF_DEVICE = {"serialnumber", "resourcename"}
_CODE = re.compile(r"[A-Z][A-Z0-9_]*")
_TAGS = ({"Key", "Value"}, {"key", "value"})


def redact_value(value: Any, replacer: Replacer, fields: Fields) -> Any:
    """A JSON value with pseudonyms in its texts."""
    if isinstance(value, str):
        return replacer.text(value)
    if isinstance(value, list):
        return [redact_value(inner, replacer, fields) for inner in value]
    if isinstance(value, Mapping):
        return _object(value, replacer, fields)
    return value


def _object(value: Mapping[str, Any], replacer: Replacer, fields: Fields) -> dict[str, Any]:
    login = value.get("login")
    if isinstance(login, str) and replacer.text(login) != login and not _OF_INVITATION & set(value):
        return {key: _of_account(key, inner, replacer, fields) for key, inner in value.items()}
    if fields.directory and "UserName" in value:
        return {key: _of_directory(key, inner, replacer, fields) for key, inner in value.items()}
    if fields.authors and "login" not in value and "name" in value and "email" in value:
        return {key: _of_author(key, inner, replacer, fields) for key, inner in value.items()}
    if set(value) in _TAGS and str(value.get("key")) not in fields.kept_tags:
        return _tag(value, replacer, *(("Key", "Value") if "Key" in value else ("key", "value")))
    if value.get("type") == "User" and set(value) == {"id", "type"}:
        # Whoever changed a ruleset, of whom GitHub gives no more than a number.
        return {**value, "id": replacer.text(f"User:{value['id']}").removeprefix("User:")}
    if value.get("actor_type") == "User":
        actor = replacer.text(f"User:{value.get('actor_id')}").removeprefix("User:")
        value = {**value, "actor_id": actor}
    return {key: _field(key, inner, replacer, fields) for key, inner in value.items()}


def _of_account(key: str, value: Any, replacer: Replacer, fields: Fields) -> Any:
    if key in _OF_ACCOUNT or isinstance(value, bool | Mapping):
        return redact_value(value, replacer, fields)
    if isinstance(value, str) and value:
        return REDACTED_TEXT
    return value if value in (None, "") else None


def _of_directory(key: str, value: Any, replacer: Replacer, fields: Fields) -> Any:
    if key in _OF_DIRECTORY:
        return redact_value(value, replacer, fields)
    # The provider's own ids of a person, and whatever else a directory can keep.
    return _known(value, replacer) if key == "DisplayName" else _blank(value)


def _of_author(key: str, value: Any, replacer: Replacer, fields: Fields) -> Any:
    """A commit's author: Git lets anybody write any name and address there; tests read the account alone."""
    if key == "name" and value:
        return REDACTED_TEXT
    if key == "email" and value and value != _GITHUBS_OWN:
        shown = replacer.text(str(value))
        return shown if shown != value and "@" in shown else REDACTED_TEXT
    return value if value == _GITHUBS_OWN else _field(key, value, replacer, fields)


def _tag(tag: Mapping[str, Any], replacer: Replacer, key: str, value: str) -> dict[str, Any]:
    """A tag of AWS: only `email` is read, as it names an owner."""
    named = str(tag[key]).lower() == "email"
    return {key: tag[key], value: replacer.text(str(tag[value])) if named else REDACTED_TEXT}


def _field(key: str, value: Any, replacer: Replacer, fields: Fields) -> Any:
    name = key.lower()
    if name in fields.kept:
        return value
    if name in fields.numbers:
        return None
    if name in _LABELS and fields.kept_labels:
        return _blank(value, fields.kept_labels | replacer.labels)
    if name in fields.blank or (name in fields.codes and not _CODE.fullmatch(str(value))):
        return _blank(value)
    if name in fields.shown_as_names:
        return _known(value, replacer)
    if name in fields.documents and isinstance(value, str):
        return _document(value, replacer, fields)
    if name in _OF_DEVICE and isinstance(value, str) and _DEVICE in value and "root-account" not in value:
        return value.partition(_DEVICE)[0] + _DEVICE + REDACTED_TEXT
    return redact_value(value, replacer, fields)


def _document(text: str, replacer: Replacer, fields: Fields) -> str:
    """JSON within a text: read, rewritten field by field, and written again."""
    try:
        value = json.loads(text)
    except ValueError:
        return replacer.text(text)
    return json.dumps(redact_value(value, replacer, fields), ensure_ascii=False, separators=(",", ":"))


def _known(value: Any, replacer: Replacer) -> Any:
    """A text that may name somebody: with a pseudonym when it is known whom, else left out."""
    if not isinstance(value, str) or not value.strip():
        return value
    shown = replacer.text(value)
    return shown if shown != value else REDACTED_TEXT


def _blank(value: Any, kept: frozenset[str] = frozenset()) -> Any:
    """A value of the same shape without any of its texts but those that are kept."""
    if isinstance(value, str):
        return REDACTED_TEXT if value.strip() and value.casefold() not in kept else value
    if isinstance(value, list):
        return [_blank(inner, kept) for inner in value]
    if isinstance(value, Mapping):
        return {key: _blank(inner, kept) for key, inner in value.items()}
    return value
