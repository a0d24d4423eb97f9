"""Reading tables of soc2kit.toml: every mistake named with the file, the key and the value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from .errors import ConfigError

S = TypeVar("S")
_SECRET_WORDS = ("password", "secret", "token", "private_key", "access_key")


def table_of(path: Path, document: dict[str, Any], name: str, *, required: bool = False) -> dict[str, Any]:
    value = document.get(name)
    if value is None and not required:
        return {}
    if value is None:
        raise ConfigError(
            f"{path}: the table [{name}] is missing. `soc2kit init` in an empty folder writes one to copy"
        )
    if not isinstance(value, dict):
        raise ConfigError(f"{path}: {name} is {value!r}; write it as a table, [{name}]")
    return value


def settings_of(path: Path, label: str, table: Mapping[str, Any], kind: type[S]) -> S:
    """A table of settings as its dataclass."""
    return kind(**values_of(path, label, table, kind))


def values_of(path: Path, label: str, table: Mapping[str, Any], kind: type[Any]) -> dict[str, Any]:
    """The settings that a table holds, each of the type that the dataclass gives it."""
    refuse_unknown(path, label, table, {item.name for item in fields(kind) if not item.metadata.get("derived")})
    return {key: typed_value(path, label, key, value, getattr(kind, key, None)) for key, value in table.items()}


def typed_value(path: Path, table: str, key: str, value: Any, default: Any) -> Any:
    expected: type
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{path}: [{table}] {key} is {value!r}; write a list of texts")
        return tuple(value)
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise ConfigError(f"{path}: [{table}] {key} is {value!r}; write true or false")
        return value
    expected = int if isinstance(default, int) else dict if key in ("columns", "kinds") else str
    if not isinstance(value, expected) or isinstance(value, bool):
        wanted = {int: "a whole number", str: "a text in quotes", dict: "a table"}[expected]
        raise ConfigError(f"{path}: [{table}] {key} is {value!r}; write {wanted}")
    if isinstance(value, dict) and not all(isinstance(item, str) for item in value.values()):
        raise ConfigError(f'{path}: [{table}] {key} is {value!r}; write texts, as in email = "Work Email"')
    if isinstance(value, int) and value < 0:
        raise ConfigError(f"{path}: [{table}] {key} is {value}; write a number of 0 or more")
    return value


def refuse_address(path: Path, table: str, key: str, value: str | None) -> None:
    if value is None:
        return
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and parts.hostname and not parts.password and parts.port != 0
    except ValueError:  # brackets without their pair, a port that is none
        usable = False
    if not usable:
        raise ConfigError(
            f"{path}: [{table}] {key} is {value!r}; write an address such as https://host, with no password"
        )


def refuse_other(path: Path, table: str, key: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ConfigError(f"{path}: [{table}] {key} is {value!r}; known are {', '.join(known)}")


def refuse_unknown(path: Path, table: str, values: Mapping[str, Any], known: set[str]) -> None:
    for key in values:
        if key not in known:
            place = f"[{table}] " if table else ""
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
            raise ConfigError(f"{path}: {place}{key!r} is not a setting; {hint}")


def refuse_secrets(path: Path, table: str, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if isinstance(value, Mapping):
            refuse_secrets(path, f"{table}.{key}".lstrip("."), value)
        elif not _harmless(key, value) and any(word in key.lower() for word in _SECRET_WORDS):
            raise ConfigError(
                f"{path}: [{table}] {key} looks like a secret. Secrets never stand in this file: remove it and set an"
                " environment variable (see the README, Connecting real accounts)"
            )


def _harmless(key: str, value: Any) -> bool:
    """The name of a variable, or a limit that says its unit."""
    return key.endswith("_variable") or (key.endswith(("_hours", "_days")) and isinstance(value, int))
