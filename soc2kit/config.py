"""`soc2kit.toml`: what the company is, what is in scope, where its systems are, and the limits of its controls.

A workspace is the folder that holds it. Secrets never stand in it: credentials come from the environment or from each
platform's own chain.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from .errors import ConfigError
from .parameters import Parameters
from .period import Period, days_period

FILE_NAME = "soc2kit.toml"
S = TypeVar("S")
CATEGORIES = ("security", "availability", "confidentiality", "processing integrity", "privacy")
_SECRET_WORDS = ("password", "secret", "token", "private_key", "access_key")


@dataclass(frozen=True)
class AwsSettings:
    endpoint_url: str | None = None
    region: str = "us-east-1"
    profile: str | None = None
    report_timeout_seconds: int = 300


@dataclass(frozen=True)
class GithubSettings:
    organization: str = ""
    base_url: str = "https://api.github.com"
    repositories: tuple[str, ...] = ()
    token_variable: str = "GITHUB_TOKEN"


@dataclass(frozen=True)
class PostgresSettings:
    cluster: str = "production"
    host: str = ""
    port: int = 5432
    database: str = "postgres"
    user: str = ""
    sslmode: str = "prefer"
    password_variable: str = "PGPASSWORD"


@dataclass(frozen=True)
class RosterSettings:
    path: str = "roster.csv"
    identities: str = "identities.csv"
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Config:
    workspace: Path
    company: str
    window: Period
    categories: tuple[str, ...]
    fiscal_year_start: int = 1
    parameters: Parameters = field(default_factory=Parameters)
    aws: AwsSettings | None = None
    github: GithubSettings | None = None
    postgres: PostgresSettings | None = None
    roster: RosterSettings | None = None
    example: bool = False

    @property
    def path(self) -> Path:
        return self.workspace / FILE_NAME

    @property
    def evidence(self) -> Path:
        return self.workspace / "evidence"

    @property
    def reports(self) -> Path:
        return self.workspace / "reports"


def load_config(workspace: Path) -> Config:
    """Read `soc2kit.toml` of a workspace.

    Raises `ConfigError` that names the file, the key and the value for anything missing, misspelt, of the wrong type,
    contradictory, or that looks like a secret.
    """
    path = workspace / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            f"no {FILE_NAME} in {workspace}: run soc2kit init --workspace {workspace}, or soc2kit demo for an example"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error
    return _build(path, document)


def _build(path: Path, document: dict[str, Any]) -> Config:
    _only(path, "", document, {"company", "scope", "window", "parameters", "sources", "example"})
    _no_secrets(path, "", document)
    company = _table(path, document, "company", required=True)
    _only(path, "company", company, {"name", "fiscal_year_start_month"})
    scope = _table(path, document, "scope")
    _only(path, "scope", scope, {"categories"})
    sources = _table(path, document, "sources")
    _only(path, "sources", sources, {"aws", "github", "postgres", "roster"})
    name = company.get("name")
    if not isinstance(name, str) or not name.strip():
        raise ConfigError(f"{path}: [company] name is {name!r}; write the company's name in quotes")
    month = company.get("fiscal_year_start_month", 1)
    if type(month) is not int or not 1 <= month <= 12:
        raise ConfigError(f"{path}: [company] fiscal_year_start_month is {month!r}; write a month from 1 to 12")
    example = document.get("example", False)
    if not isinstance(example, bool):
        raise ConfigError(f"{path}: example is {example!r}; remove it, it marks the workspace of soc2kit demo")
    github = _settings(path, sources, "github", GithubSettings)
    aws = _settings(path, sources, "aws", AwsSettings)
    _address(path, "sources.aws", "endpoint_url", aws.endpoint_url if aws else None)
    _address(path, "sources.github", "base_url", github.base_url if github else None)
    if github is not None and not github.organization:
        raise ConfigError(f'{path}: [sources.github] has no organization; write organization = "your-org"')
    return Config(
        workspace=path.parent,
        company=name,
        window=_window(path, document),
        categories=_categories(path, scope),
        fiscal_year_start=month,
        parameters=_settings(path, document, "parameters", Parameters) or Parameters(),
        aws=aws,
        github=github,
        postgres=_settings(path, sources, "postgres", PostgresSettings),
        roster=_settings(path, sources, "roster", RosterSettings),
        example=example,
    )


def _window(path: Path, document: dict[str, Any]) -> Period:
    window = _table(path, document, "window", required=True)
    _only(path, "window", window, {"first_day", "last_day"})
    days = {}
    for key in ("first_day", "last_day"):
        value = window.get(key)
        if type(value) is not date:
            raise ConfigError(f"{path}: [window] {key} is {value!r}; write a day, as in {key} = 2026-01-01")
        days[key] = value
    if days["last_day"] < days["first_day"]:
        raise ConfigError(
            f"{path}: [window] last_day {days['last_day']} is before first_day {days['first_day']}; swap them"
        )
    return days_period(days["first_day"], days["last_day"], "window")


def _categories(path: Path, scope: dict[str, Any]) -> tuple[str, ...]:
    chosen = scope.get("categories", ["security"])
    if not isinstance(chosen, list):
        raise ConfigError(f'{path}: [scope] categories is {chosen!r}; write a list such as ["security"]')
    for value in chosen:
        if value not in CATEGORIES:
            raise ConfigError(f"{path}: [scope] categories has {value!r}; known are {', '.join(CATEGORIES)}")
    # Security is the one category that no report can leave out.
    return tuple(category for category in CATEGORIES if category == "security" or category in chosen)


def _table(path: Path, document: dict[str, Any], name: str, *, required: bool = False) -> dict[str, Any]:
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


def _settings(path: Path, parent: dict[str, Any], name: str, kind: type[S]) -> S | None:
    """A settings table as its dataclass; None where the file has no such table."""
    if name not in parent:
        return None
    table = _table(path, parent, name)
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]
    label = name if kind is Parameters else f"sources.{name}"
    _only(path, label, table, known)
    values: dict[str, Any] = {}
    for key, value in table.items():
        values[key] = _typed(path, label, key, value, getattr(kind, key, None))
    return kind(**values)


def _typed(path: Path, table: str, key: str, value: Any, default: Any) -> Any:
    expected: type
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{path}: [{table}] {key} is {value!r}; write a list of texts")
        return tuple(value)
    expected = int if isinstance(default, int) else dict if key == "columns" else str
    if not isinstance(value, expected) or isinstance(value, bool):
        wanted = {int: "a whole number", str: "a text in quotes", dict: "a table"}[expected]
        raise ConfigError(f"{path}: [{table}] {key} is {value!r}; write {wanted}")
    if isinstance(value, dict) and not all(isinstance(item, str) for item in value.values()):
        raise ConfigError(f'{path}: [{table}] {key} is {value!r}; write texts, as in email = "Work Email"')
    if isinstance(value, int) and value < 0:
        raise ConfigError(f"{path}: [{table}] {key} is {value}; write a number of 0 or more")
    return value


def _address(path: Path, table: str, key: str, value: str | None) -> None:
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


def _only(path: Path, table: str, values: Mapping[str, Any], known: set[str]) -> None:
    for key in values:
        if key not in known:
            place = f"[{table}] " if table else ""
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
            raise ConfigError(f"{path}: {place}{key!r} is not a setting; {hint}")


def _no_secrets(path: Path, table: str, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if isinstance(value, Mapping):
            _no_secrets(path, f"{table}.{key}".lstrip("."), value)
        elif not key.endswith("_variable") and any(word in key.lower() for word in _SECRET_WORDS):
            raise ConfigError(
                f"{path}: [{table}] {key} looks like a secret. Secrets never stand in this file: remove it and set an"
                " environment variable (see the README, Connecting real accounts)"
            )
