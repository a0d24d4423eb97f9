"""Where each system answers, and what is read of it: the tables [sources.…] of soc2kit.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import ConfigError
from .roster.formats import DATE_FORMATS, ENCODINGS, FORMATS, KINDS, OUR_COLUMNS
from .settings_file import refuse_address, refuse_other, refuse_unknown, settings_of, table_of

MOST_AT_ONCE = 64
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/\S+")


@dataclass(frozen=True)
class AwsSettings:
    endpoint_url: str | None = None
    region: str = "us-east-1"
    profile: str | None = None
    report_timeout_seconds: int = 300
    #: Roles of other accounts, one for each; each is read as an account of its own.
    assume_roles: tuple[str, ...] = ()
    #: The environment variable that holds the external id which those roles ask for.
    external_id_variable: str | None = None
    #: Regions that are asked besides `region` and the global one, where a service answers for each apart.
    regions: tuple[str, ...] = ()
    #: Regions that are enabled and not read, each with why, as in "sa-east-1: a policy denies everything there"; a note
    #: of every report names them.
    regions_out_of_scope: tuple[str, ...] = ()
    #: How many requests for configuration may be under way at once; each is still repeated as AWS asks for it.
    concurrency: int = 8
    #: The account that Identity Center is read from; if left out, the one that owns the instance.
    identity_center_account: str | None = None
    #: The role of `assume_roles` that this configuration reads through; not a setting of the file.
    role: str | None = field(default=None, metadata={"derived": True})
    #: Account ids in scope, each with the days on which it is; none means every account that was ever collected.
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True)
class GithubSettings:
    organization: str = ""
    base_url: str = "https://api.github.com"
    repositories: tuple[str, ...] = ()
    token_variable: str = "GITHUB_TOKEN"
    #: Whether the organisation has single sign-on of its own, and whether its audit log can be asked for: both are
    #: parts of GitHub Enterprise Cloud.
    saml: bool = False
    audit_log: bool = False
    #: Whether its plan has rulesets, so that GitHub tells who made a push past them.
    rule_suites: bool = True


@dataclass(frozen=True)
class PostgresSettings:
    cluster: str = "production"
    host: str = ""
    port: int = 5432
    database: str = "postgres"
    user: str = ""
    sslmode: str = "prefer"
    password_variable: str = "PGPASSWORD"
    #: Where grants are read: these, `*` for every one, or only `database` when none is named.
    databases: tuple[str, ...] = ()
    #: Databases of the server that the company says are none of this examination's; a note of every report names them.
    databases_out_of_scope: tuple[str, ...] = ()
    #: Whether the server shows the rules of its pg_hba.conf; one that a provider runs may not.
    hba_rules: bool = True


@dataclass(frozen=True)
class PostgresFilesSettings:
    """A folder with the configuration files of a server that cannot be asked."""

    path: str = "postgres"
    cluster: str = "production"


@dataclass(frozen=True)
class TerraformSettings:
    path: str = "infra"
    #: Where a pipeline puts what Terraform writes of plans and states; empty: among the files of `path`.
    exports: str = ""


@dataclass(frozen=True)
class ScansSettings:
    path: str = "scans"


@dataclass(frozen=True)
class RosterSettings:
    path: str = "roster.csv"
    identities: str = "identities.csv"
    outside_collaborators: str = "outside-collaborators.csv"
    break_glass: str = "break-glass.csv"
    change_exceptions: str = "change-exceptions.csv"
    assets: str = "assets.csv"
    environment_exceptions: str = "environment-exceptions.csv"
    restore_tests: str = "restore-tests.csv"
    #: Which HR system exported it; `generic` is a file with our own column names.
    format: str = "generic"
    #: Where the export is different: its names for our columns, what its words for kinds mean, how it writes dates.
    columns: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    date_format: str = ""
    encoding: str = "utf-8"
    #: An export of the ticket system with requests for access, and its names for our columns; empty where none is kept.
    access_requests: str = ""
    access_request_columns: Mapping[str, str] = field(default_factory=dict)


#: The systems that soc2kit.toml may have a table for.
SOURCE_TABLES: Mapping[str, type[Any]] = {
    "aws": AwsSettings,
    "github": GithubSettings,
    "postgres": PostgresSettings,
    "postgres_files": PostgresFilesSettings,
    "roster": RosterSettings,
    "terraform": TerraformSettings,
    "scans": ScansSettings,
}


def source_settings(path: Path, document: dict[str, Any]) -> dict[str, Any]:
    """The settings of each source that the file has a table for."""
    tables = table_of(path, document, "sources")
    refuse_unknown(path, "sources", tables, set(SOURCE_TABLES))
    found: dict[str, Any] = {
        name: settings_of(path, f"sources.{name}", table_of(path, tables, name), kind)
        for name, kind in SOURCE_TABLES.items()
        if name in tables
    }
    aws, github = found.get("aws"), found.get("github")
    _refuse_roles(path, aws.assume_roles if aws else ())
    _refuse_regions(path, aws)
    if aws is not None and not 1 <= aws.concurrency <= MOST_AT_ONCE:
        raise ConfigError(f"{path}: [sources.aws] concurrency is {aws.concurrency}; write 1 to {MOST_AT_ONCE}")
    refuse_address(path, "sources.aws", "endpoint_url", aws.endpoint_url if aws else None)
    refuse_address(path, "sources.github", "base_url", github.base_url if github else None)
    if "postgres" in found:
        _refuse_both_ways(path, found["postgres"])
    if "roster" in found:
        _refuse_unknown_export(path, found["roster"])
    if github is not None and not github.organization:
        raise ConfigError(f'{path}: [sources.github] has no organization; write organization = "your-org"')
    return found


def _refuse_roles(path: Path, roles: tuple[str, ...]) -> None:
    """Whatever is no role's ARN, and a second role of one account: its evidence would be the same twice."""
    seen: dict[str, str] = {}
    for role in roles:
        match = _ROLE.fullmatch(role)
        if match is None:
            raise ConfigError(
                f"{path}: [sources.aws] assume_roles has {role!r}; write the role's ARN, as in"
                ' "arn:aws:iam::111122223333:role/soc2kit-reader"'
            )
        if match[1] in seen:
            raise ConfigError(
                f"{path}: [sources.aws] assume_roles has {role!r} and {seen[match[1]]!r}, both of account {match[1]};"
                " keep one"
            )
        seen[match[1]] = role


def _refuse_regions(path: Path, aws: AwsSettings | None) -> None:
    """A region that is left out without a reason, or that is to be read, too."""
    for entry in aws.regions_out_of_scope if aws else ():
        region, _, reason = entry.partition(":")
        if not region.strip() or not reason.strip():
            raise ConfigError(
                f"{path}: [sources.aws] regions_out_of_scope has {entry!r}; write the region and why, as in"
                ' "sa-east-1: a policy of the organisation denies everything there"'
            )
        if aws and region.strip() in (aws.region, *aws.regions):
            raise ConfigError(
                f"{path}: [sources.aws] reads {region.strip()!r} and has it in regions_out_of_scope; keep one"
            )


def _refuse_both_ways(path: Path, postgres: PostgresSettings) -> None:
    """A database that is to be read and out of scope; the first one stands for the list of roles, too."""
    read = (*postgres.databases, *(() if postgres.databases else (postgres.database,)))
    both = [name for name in read if name in postgres.databases_out_of_scope]
    if both:
        raise ConfigError(
            f"{path}: [sources.postgres] reads {both[0]!r} and has it in databases_out_of_scope; keep one"
        )


def _refuse_unknown_export(path: Path, roster: RosterSettings) -> None:
    refuse_other(path, "sources.roster", "format", roster.format, tuple(FORMATS))
    refuse_other(path, "sources.roster", "encoding", roster.encoding, ENCODINGS)
    refuse_unknown(path, "sources.roster.columns", roster.columns, set(OUR_COLUMNS))
    if roster.date_format:
        refuse_other(path, "sources.roster", "date_format", roster.date_format, tuple(DATE_FORMATS))
    for word, kind in roster.kinds.items():
        refuse_other(path, "sources.roster.kinds", word, kind, KINDS)
