"""The example company from start to reports: services, workspace, and a collection at each date of its timeline."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..collect import CollectionSummary, collect, configured, only_dataset
from ..config import Config, load_config
from ..errors import UsageError
from ..sources.table import SOURCES
from .aws_server import AwsServer, Seen
from .company import Company, load
from .github_server import GithubServer
from .postgres_server import PostgresServer
from .reviews import perform

MARKER = "This folder was made by `soc2kit demo`; the next run sets it aside as demo.previous.\n"
MARKER_NAME = ".soc2kit-example"
_TOKEN = "SOC2KIT_EXAMPLE_GITHUB_TOKEN"


@dataclass(frozen=True)
class Services:
    """The company's systems, running."""

    aws: AwsServer
    github: GithubServer
    postgres: PostgresServer

    def become(self, company: Company, at: datetime) -> None:
        """Turn all three to what they were at a moment."""
        state = company.at(at)
        self.aws.apply(state.aws, at)
        self.github.serve(state.github, at)
        self.postgres.apply(state.roles, state.databases, state.database_server)


@contextmanager
def running(company: Company, seen: Seen | None = None) -> Iterator[Services]:
    """Start the services and point this process at them; everything is put back and stopped at the end.

    `seen` is shown every request to AWS.

    Credentials of the real world are out of reach meanwhile: the environment names only the example's.
    """
    with ExitStack() as stack:
        stack.enter_context(_without("AWS_", "PG"))
        aws = stack.enter_context(AwsServer(company.timeline["aws"]["account"], seen))
        github = stack.enter_context(GithubServer())
        postgres = stack.enter_context(PostgresServer())
        os.environ.update({**aws.environment(), _TOKEN: "example"})
        yield Services(aws, github, postgres)


@contextmanager
def _without(*prefixes: str) -> Iterator[None]:
    """Variables that would lead to real systems are gone; at the end the environment is as it was before."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(prefixes):
            del os.environ[name]
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def prepare(workspace: Path, say: Callable[[str], None], seen: Seen | None = None) -> tuple[Config, datetime]:
    """Collect over the whole timeline into a fresh workspace; the configuration and the last collection's time."""
    company = load()
    _make_way(workspace, say)
    with running(company, seen) as services:
        before = None
        for at in sorted([*company.collections, *company.readings]):
            say(f"{at:%Y-%m-%d %H:%M} UTC")
            if at not in company.collections:
                _read_again(load_config(workspace), company, services, at, say)
                continue
            services.become(company, at)
            config = write_workspace(workspace, company, services, at)
            for line in perform(config, company, before, at):
                say(line)
            before = at
            summary = collect(config, configured(config, SOURCES), clock=lambda at=at: at)  # type: ignore[misc]
            _told(summary, say)
    return load_config(workspace), company.collections[-1]


def _told(summary: CollectionSummary, say: Callable[[str], None]) -> None:
    say(f"  collected {len(summary.collected)}, failed {len(summary.failed)}")
    for record in summary.failed:
        say(f"  {record.dataset}: {record.fields['reason']}")


def _read_again(config: Config, company: Company, services: Services, at: datetime, say: Callable[[str], None]) -> None:
    """Between two collections, what GitHub and AWS would have forgotten by the next one."""
    state = company.at(at)
    services.github.serve(state.github, at)
    services.aws.apply(state.aws, at)
    for source, dataset in (("github", "github.rule_suites"), ("aws", "aws.backup_jobs")):
        sources = only_dataset(configured(config, SOURCES, source), dataset)
        _told(collect(config, sources, clock=lambda: at), say)


def _make_way(workspace: Path, say: Callable[[str], None]) -> None:
    """Evidence is never overwritten, not even the example's: the last demo is set aside."""
    if not workspace.exists():
        return
    if not (workspace / MARKER_NAME).exists():
        raise UsageError(f"{workspace} is not a folder that soc2kit demo made; give another with --workspace")
    previous = workspace.with_name(f"{workspace.name}.previous")
    if previous.exists():
        if not (previous / MARKER_NAME).exists():
            raise UsageError(f"{previous} is not a folder that soc2kit demo made; move it away")
        shutil.rmtree(previous)
    workspace.rename(previous)
    say(f"the last demo is in {previous}")


def write_workspace(workspace: Path, company: Company, services: Services, at: datetime) -> Config:
    """The company's own files as they were at a moment, and where its systems answer today."""
    state = company.at(at)
    workspace.mkdir(parents=True, exist_ok=True)
    (workspace / MARKER_NAME).write_text(MARKER, encoding="utf-8")
    (workspace / "roster.csv").write_text(state.roster_csv, encoding="utf-8")
    (workspace / "identities.csv").write_text(state.identities_csv, encoding="utf-8")
    (workspace / "access-requests.csv").write_text(state.access_requests_csv, encoding="utf-8")
    _write_folder(workspace / "infra", state.terraform)
    _write_folder(workspace / "plans", state.terraform_exports)
    _write_folder(workspace / "postgres", state.postgres_files)
    _write_scans(workspace / "scans", state.scans)
    (workspace / "outside-collaborators.csv").write_text(state.outside_csv, encoding="utf-8")
    (workspace / "change-exceptions.csv").write_text(state.change_exceptions_csv, encoding="utf-8")
    (workspace / "restore-tests.csv").write_text(state.restore_tests_csv, encoding="utf-8")
    (workspace / "break-glass.csv").write_text(state.break_glass_csv, encoding="utf-8")
    for name, register in state.registers:
        (workspace / name).write_text(register, encoding="utf-8")
    first, last = company.timeline["window"]
    members = company.timeline["aws"].get("members", [])
    postgres = services.postgres
    text = _SETTINGS.format(
        company=company.timeline["company"], first=first, last=last, aws=services.aws.url,
        roles=", ".join(f'"arn:aws:iam::{item["account"]}:role/soc2kit-reader"' for item in members),
        organization=company.timeline["github"]["organization"], github=services.github.url, token=_TOKEN,
        host=postgres.host, port=postgres.port, user=postgres.user,
    )  # fmt: skip
    (workspace / "soc2kit.toml").write_text(text, encoding="utf-8")
    return load_config(workspace)


def _write_folder(folder: Path, files: tuple[tuple[str, str], ...]) -> None:
    """The files of a moment, and no others."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def _write_scans(folder: Path, reports: tuple[tuple[str, bytes], ...]) -> None:
    """Reports stay where they are; each month brings more."""
    for name, content in reports:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


_SETTINGS = """\
# The example company. Its systems ran on this machine while the evidence was collected, and are gone now.
example = true

[company]
name = "{company}"

[scope]
categories = ["security", "availability", "confidentiality"]

[window]
first_day = {first}
last_day = {last}

[parameters]
approved_aws_administrators = [
    "mara.lindqvist", "deniz.aksoy", "role/BreakGlass", "role/AWSReservedSSO_Administrator_4f1d0c2b9a8e7d63",
    "role/AWSReservedSSO_Administrator_9d2e7a40c3b1f586",
]
approved_aws_escalation = ["svc-deploy"]
break_glass_aws_users = ["mara.lindqvist", "deniz.aksoy"]
approved_external_resources = ["arn:aws:s3:::tidewater-brand-assets"]
stores_with_own_key = [
    "arn:aws:s3:::tidewater-lake", "arn:aws:s3:::tidewater-exports", "arn:aws:rds:*",
    "arn:aws:dynamodb:*:table/customer-*", "arn:aws:secretsmanager:*:secret:api/*",
]
databases_in_two_zones = ["arn:aws:rds:eu-central-1:402613907581:db:app"]
databases_with_copies = ["arn:aws:rds:eu-central-1:402613907581:db:app"]
approved_aws_accounts = ["815530427716"]
production_accounts = ["402613907581"]
approved_github_organizations = ["{organization}"]
approved_github_owners = ["mlindqvist", "denizaksoy"]
approved_database_superusers = ["postgres", "dba_team", "daksoy"]
approved_database_writers = ["aokoye"]
approved_outside_collaborators = ["priya-nair-dev"]
approved_deploy_keys = ["tidewater/web/keys/60305087"]
approved_github_apps = ["ci-runner", "design-preview"]
secret_revocation_hours = 24
allowed_bots = ["dependabot"]
minimum_deployment_reviewers = 1
production_workspaces = ["production"]
scan_targets = ["402613907581.dkr.ecr.eu-central-1.amazonaws.com/tidewater/api"]

[sources.aws]
endpoint_url = "{aws}"
region = "eu-central-1"
assume_roles = [{roles}]

[sources.github]
organization = "{organization}"
base_url = "{github}"
token_variable = "{token}"
saml = true
audit_log = true

[sources.postgres]
cluster = "production"
host = "{host}"
port = {port}
user = "{user}"
databases = ["*"]

[sources.postgres_files]
path = "postgres"
cluster = "reporting"

[sources.roster]
path = "roster.csv"
identities = "identities.csv"
access_requests = "access-requests.csv"
outside_collaborators = "outside-collaborators.csv"
break_glass = "break-glass.csv"

[sources.terraform]
path = "infra"
exports = "plans"

[sources.scans]
path = "scans"
"""
