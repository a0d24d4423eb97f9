"""The company's settings and controls rewritten with pseudonyms.

Their comments are left out: people write anything there.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import PurePath
from typing import Any

import yaml

from .answers import REDACTED_TEXT
from .replacer import Replacer

# Words with a meaning of their own in soc2kit.toml, and places of the machine where evidence was collected.
_FIXED = {"categories", "time_zone", "columns", "kinds", "access_request_columns", "format", "encoding", "date_format"}
_PLACES = {
    "host", "path", "identities", "access_requests", "outside_collaborators", "break_glass", "change_exceptions",
    "assets", "environment_exceptions", "restore_tests",
}  # fmt: skip
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def redact_settings(text: str, replacer: Replacer) -> str:
    """`soc2kit.toml` with every table and value, without its comments."""
    document = _settings_table(tomllib.loads(text), replacer)
    return "".join(_toml(document, ()))


def _settings_table(table: Mapping[str, Any], replacer: Replacer) -> dict[str, Any]:
    return {key: _setting(key, value, replacer) for key, value in table.items()}


def _setting(key: str, value: Any, replacer: Replacer) -> Any:
    if key in _FIXED:
        return value
    if isinstance(value, Mapping):
        return _settings_table(value, replacer)
    if isinstance(value, list):
        return [_setting(key, inner, replacer) for inner in value]
    if not isinstance(value, str):
        return value
    if key == "reason":
        return REDACTED_TEXT
    if key in _PLACES and len(PurePath(value).parts) > 1:
        return PurePath(value).name
    return replacer.text(value)


def redact_controls(text: str, replacer: Replacer) -> str:
    """`controls.yaml` without its comments; identifiers of controls and criteria are no texts of people."""
    return yaml.safe_dump(_control_value(yaml.safe_load(text), replacer), sort_keys=False, allow_unicode=True)


def _control_value(value: Any, replacer: Replacer) -> Any:
    if isinstance(value, Mapping):
        kept = ("id", "criteria", "frequency", "nature", "category", "applies_if")
        return {key: inner if key in kept else _control_value(inner, replacer) for key, inner in value.items()}
    if isinstance(value, list):
        return [_control_value(inner, replacer) for inner in value]
    return replacer.prose(value) if isinstance(value, str) else value


def _toml(table: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[str]:
    """Lines of a table: its values first, then the tables below it, each under its full name."""
    below = {key: value for key, value in table.items() if _is_table(value)}
    for key, value in table.items():
        if key not in below:
            yield f"{_toml_key(key)} = {_toml_value(value)}\n"
    for key, value in below.items():
        inner = (*place, key)
        name = ".".join(map(_toml_key, inner))
        for each in value if isinstance(value, list) else [value]:
            if isinstance(value, list) or not all(map(_is_table, each.values())) or not each:
                yield f"\n[[{name}]]\n" if isinstance(value, list) else f"\n[{name}]\n"
            yield from _toml(each, inner)


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value) and isinstance(value[0], Mapping))


def _toml_key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _toml_value(key)


def _toml_value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml_value, value))}]"
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for one control character that JSON leaves alone.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return value.isoformat() if isinstance(value, date) else str(value).lower()
