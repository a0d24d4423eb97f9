"""The company's own files rewritten with pseudonyms: roster, identity file, settings and controls.

Comments of settings and controls, and columns of the roster that no test reads, are left out: people write anything
there.
"""

from __future__ import annotations

import csv
import io
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

_PLAIN = {"kind", "started_on", "left_at", "system", "confirmed_on"}
_NAMING = {"email", "name", "account"}
_PERSON = {"manager", "confirmed_by"}
# Words with a meaning of their own in soc2kit.toml, and places of the machine where evidence was collected.
_FIXED = {"categories", "time_zone"}
_PLACES = {"host", "path", "identities"}
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def redact_roster(text: str, columns: Mapping[str, str], replacer: Replacer) -> str:
    """`columns` gives the export's names for ours."""
    ours = {theirs: name for name, theirs in columns.items()}
    return _redact_rows(text, {"team"} | _PLAIN | _NAMING | _PERSON, ours, replacer)


def redact_identities(text: str, replacer: Replacer) -> str:
    return _redact_rows(text, _PLAIN | _NAMING | _PERSON, {}, replacer)


def _redact_rows(text: str, known: set[str], ours: Mapping[str, str], replacer: Replacer) -> str:
    header, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    # An export's own column `name` is not ours where ours has another name there.
    names = [ours.get(column, "" if column in ours.values() else column) for column in header]
    for row in rows:
        named = zip(names, row, strict=False)
        writer.writerow(_cell(name if name in known else "", value, replacer) for name, value in named)
    return stream.getvalue()


def _cell(column: str, value: str, replacer: Replacer) -> str:
    if column in _PLAIN or not value.strip():
        return value
    shown = replacer.text(value)
    if column in _NAMING or column == "team":
        return shown
    # Whoever is named without an address or a name of the roster can only be left out.
    return shown if column in _PERSON and ("@" in value or shown != value) else REDACTED_TEXT


def redact_settings(text: str, replacer: Replacer) -> str:
    """`soc2kit.toml` with every table and value, without its comments."""
    document = _settings_table(tomllib.loads(text), replacer)
    return "".join(_toml(document, ()))


def _settings_table(table: Mapping[str, Any], replacer: Replacer) -> dict[str, Any]:
    return {key: _setting(key, value, replacer) for key, value in table.items()}


def _setting(key: str, value: Any, replacer: Replacer) -> Any:
    if isinstance(value, Mapping):
        return _settings_table(value, replacer)
    if isinstance(value, list) and key not in _FIXED:
        return [_setting(key, inner, replacer) for inner in value]
    if not isinstance(value, str) or key in _FIXED:
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
