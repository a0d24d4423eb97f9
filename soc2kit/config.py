"""`soc2kit.toml`: what the company is, what is in scope, where its systems are, and the limits of its controls.

A workspace is the folder that holds it. Secrets never stand in it: credentials come from the environment or from each
platform's own chain.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from .account_scope import AccountScope, parse_scope
from .errors import ConfigError, UsageError
from .parameters import TLS_VERSIONS, ParameterHistory, Parameters, Version
from .period import Calendar, Period
from .sample_sizes import SampleSizes
from .settings_file import refuse_other, refuse_secrets, refuse_unknown, settings_of, table_of, values_of
from .source_settings import (
    SOURCE_TABLES,
    AwsSettings,
    GithubSettings,
    PostgresFilesSettings,
    PostgresSettings,
    RosterSettings,
    ScansSettings,
    TerraformSettings,
    source_settings,
)

FILE_NAME = "soc2kit.toml"
#: Stands in a redacted copy of a workspace, and only there.
REDACTION_MARKER = "redaction.json"
CATEGORIES = ("security", "availability", "confidentiality", "processing integrity", "privacy")


@dataclass(frozen=True)
class Config:
    workspace: Path
    company: str
    window: Period
    categories: tuple[str, ...]
    calendar: Calendar = field(default_factory=Calendar)
    parameters: ParameterHistory = field(default_factory=ParameterHistory)
    sample_sizes: SampleSizes = field(default_factory=SampleSizes)
    aws: AwsSettings | None = None
    github: GithubSettings | None = None
    postgres: PostgresSettings | None = None
    postgres_files: PostgresFilesSettings | None = None
    roster: RosterSettings | None = None
    terraform: TerraformSettings | None = None
    scans: ScansSettings | None = None
    example: bool = False

    @property
    def path(self) -> Path:
        return self.workspace / FILE_NAME

    def account_scope(self, system: str) -> AccountScope:
        """The accounts of a system that are declared to be in scope; only AWS has several."""
        return parse_scope(self.aws.accounts, self.calendar) if system == "aws" and self.aws else AccountScope()

    @property
    def sources(self) -> frozenset[str]:
        """The systems that soc2kit.toml has a table for."""
        return frozenset(name for name in SOURCE_TABLES if getattr(self, name) is not None)

    def has_several_accounts(self, system: str) -> bool:
        """Whether the company says that it has: by the accounts in scope, or by the roles that are read through."""
        return system == "aws" and self.aws is not None and len(self.aws.accounts) + len(self.aws.assume_roles) > 0

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
    refuse_unknown(path, "", document, {"company", "scope", "window", "parameters", "sampling", "sources", "example"})
    refuse_secrets(path, "", document)
    company = table_of(path, document, "company", required=True)
    refuse_unknown(path, "company", company, {"name", "fiscal_year_start_month", "time_zone"})
    scope = table_of(path, document, "scope")
    refuse_unknown(path, "scope", scope, {"categories"})
    name = company.get("name")
    if not isinstance(name, str) or not name.strip():
        raise ConfigError(f"{path}: [company] name is {name!r}; write the company's name in quotes")
    example = document.get("example", False)
    if not isinstance(example, bool):
        raise ConfigError(f"{path}: example is {example!r}; remove it, it marks the workspace of soc2kit demo")
    calendar = _calendar(path, company)
    sources = source_settings(path, document)
    _refuse_unreadable_scope(path, sources.get("aws"), calendar)
    return Config(
        workspace=path.parent,
        company=name,
        window=_window(path, document, calendar),
        categories=_categories(path, scope),
        calendar=calendar,
        parameters=parameter_history(path, document, calendar),
        sample_sizes=settings_of(path, "sampling", table_of(path, document, "sampling"), SampleSizes),
        **sources,
        example=example,
    )


def _refuse_unreadable_scope(path: Path, aws: AwsSettings | None, calendar: Calendar) -> None:
    try:
        parse_scope(aws.accounts if aws else (), calendar)
    except ValueError as error:
        raise ConfigError(f"{path}: [sources.aws] accounts has {error}") from error


def _calendar(path: Path, company: dict[str, Any]) -> Calendar:
    month, zone = company.get("fiscal_year_start_month", 1), company.get("time_zone", "UTC")
    if type(month) is not int or not 1 <= month <= 12:
        raise ConfigError(f"{path}: [company] fiscal_year_start_month is {month!r}; write a month from 1 to 12")
    try:
        return Calendar(zone, month)
    except (UsageError, TypeError) as error:
        raise ConfigError(f"{path}: [company] time_zone: {error}") from error


def parameter_history(path: Path, document: Mapping[str, Any], calendar: Calendar) -> ParameterHistory:
    """`[parameters]` and its dated `[[parameters.changes]]`, each change laid over what was in force before it."""
    table = dict(table_of(path, dict(document), "parameters"))
    entries = table.pop("changes", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigError(f"{path}: [parameters] changes is {entries!r}; write each as a table [[parameters.changes]]")
    current = first = settings_of(path, "parameters", table, Parameters)
    changes: list[Version] = []
    for entry in entries:
        version = _version(path, dict(entry), current, calendar)
        if changes and version.since <= changes[-1].since:
            raise ConfigError(f"{path}: [[parameters.changes]] from {entry['from']} does not follow the one before it")
        changes.append(version)
        current = version.parameters
    for one in (first, *(version.parameters for version in changes)):
        refuse_other(path, "parameters", "minimum_tls_version", one.minimum_tls_version, TLS_VERSIONS)
        _refuse_ports(path, one.closed_ports)
    return ParameterHistory(first, tuple(changes))


def _refuse_ports(path: Path, ports: tuple[str, ...]) -> None:
    for port in ports:
        if not (port.isascii() and port.isdigit() and int(port) <= 65535):
            raise ConfigError(f'{path}: [parameters] closed_ports has {port!r}; write numbers of ports, as in "5432"')


def _version(path: Path, entry: dict[str, Any], before: Parameters, calendar: Calendar) -> Version:
    day, reason = entry.pop("from", None), entry.pop("reason", None)
    if type(day) is not date:
        raise ConfigError(f"{path}: [[parameters.changes]] from is {day!r}; write a day, as in from = 2026-04-01")
    if not isinstance(reason, str) or not reason.strip():
        raise ConfigError(f"{path}: [[parameters.changes]] from {day} has no reason; write who decided it and why")
    changed = values_of(path, "[parameters.changes]", entry, Parameters)
    return Version(calendar.midnight(day), replace(before, **changed), reason)


def _window(path: Path, document: dict[str, Any], calendar: Calendar) -> Period:
    window = table_of(path, document, "window", required=True)
    refuse_unknown(path, "window", window, {"first_day", "last_day"})
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
    return calendar.days(days["first_day"], days["last_day"], "window")


def _categories(path: Path, scope: dict[str, Any]) -> tuple[str, ...]:
    chosen = scope.get("categories", ["security"])
    if not isinstance(chosen, list):
        raise ConfigError(f'{path}: [scope] categories is {chosen!r}; write a list such as ["security"]')
    for value in chosen:
        if value not in CATEGORIES:
            raise ConfigError(f"{path}: [scope] categories has {value!r}; known are {', '.join(CATEGORIES)}")
    # Security is the one category that no report can leave out.
    return tuple(category for category in CATEGORIES if category == "security" or category in chosen)
