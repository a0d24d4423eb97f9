"""Answers of systems rewritten with pseudonyms: texts only, never the names of fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .replacer import Replacer

REDACTED_TEXT = "[redacted text]"
#: What people write freely and no test reads; names of fields in lower case.
FREE_TEXT = {
    "title", "messageheadline", "messagebody", "message", "body", "bodytext", "headrefname", "bio", "description",
    "homepage", "topics", "labels", "avatar_url", "location", "blog", "twitter_username",
}  # fmt: skip
# All that is kept of a person's GitHub account besides the login; the rest are numbers, addresses and free text.
_OF_ACCOUNT = {"login", "type", "__typename", "role_name", "user_view_type"}
_DEVICE = ":mfa/"


def redact_value(value: Any, replacer: Replacer) -> Any:
    """A JSON value with pseudonyms in its texts."""
    if isinstance(value, str):
        return replacer.text(value)
    if isinstance(value, list):
        return [redact_value(inner, replacer) for inner in value]
    if isinstance(value, Mapping):
        return _object(value, replacer)
    return value


def _object(value: Mapping[str, Any], replacer: Replacer) -> dict[str, Any]:
    login = value.get("login")
    if isinstance(login, str) and replacer.text(login) != login:
        return {key: _of_account(key, inner, replacer) for key, inner in value.items()}
    if "login" not in value and "name" in value and "email" in value:
        return {key: _of_author(key, inner, replacer) for key, inner in value.items()}
    if set(value) == {"Key", "Value"}:
        return _tag(value, replacer)
    if value.get("actor_type") == "User":
        actor = replacer.text(f"User:{value.get('actor_id')}").removeprefix("User:")
        value = {**value, "actor_id": actor}
    return {key: _field(key, inner, replacer) for key, inner in value.items()}


def _of_account(key: str, value: Any, replacer: Replacer) -> Any:
    if key in _OF_ACCOUNT or isinstance(value, bool | Mapping):
        return redact_value(value, replacer)
    if isinstance(value, str) and value:
        return REDACTED_TEXT
    return value if value in (None, "") else None


def _of_author(key: str, value: Any, replacer: Replacer) -> Any:
    """A commit's author: Git lets anybody write any name and address there; tests read the account alone."""
    if key == "name" and value:
        return REDACTED_TEXT
    if key == "email" and value:
        shown = replacer.text(str(value))
        return shown if shown != value and "@" in shown else REDACTED_TEXT
    return _field(key, value, replacer)


def _tag(value: Mapping[str, Any], replacer: Replacer) -> dict[str, Any]:
    """A tag of AWS: only `email` is read, as it names an owner."""
    named = str(value["Key"]).lower() == "email"
    return {"Key": value["Key"], "Value": replacer.text(str(value["Value"])) if named else REDACTED_TEXT}


def _field(key: str, value: Any, replacer: Replacer) -> Any:
    if key.lower() in FREE_TEXT:
        return _blank(value)
    if key == "SerialNumber" and isinstance(value, str) and _DEVICE in value and "root-account" not in value:
        return value.partition(_DEVICE)[0] + _DEVICE + REDACTED_TEXT
    return redact_value(value, replacer)


def _blank(value: Any) -> Any:
    """A value of the same shape without any of its texts."""
    if isinstance(value, str):
        return REDACTED_TEXT if value else value
    if isinstance(value, list):
        return [_blank(inner) for inner in value]
    if isinstance(value, Mapping):
        return {key: _blank(inner) for key, inner in value.items()}
    return value
