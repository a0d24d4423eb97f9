"""The example's three services, each behind a proxy, with lists long enough to have several pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aws_cloud import cloud
from faults.postgres_proxy import PostgresFault, PostgresProxy
from faults.proxy import Fault, HttpProxy

from soc2kit.collect import CollectionSummary, collect
from soc2kit.config import Config
from soc2kit.example import aws_server, github_server, postgres_server
from soc2kit.example.aws_events import Event, cloudtrail_event, root_event
from soc2kit.example.github_access_state import (
    AuditEvent,
    DeployKey,
    GithubAccess,
    InstalledApp,
    Invitation,
    SamlIdentity,
    SecretAlert,
    Team,
)
from soc2kit.example.github_change_state import (
    BranchRules,
    Commit,
    Deployment,
    DeploymentStatus,
    Environment,
    PullRequest,
    Repository,
    Review,
    RuleSuite,
    WorkflowFile,
    WorkflowRun,
)
from soc2kit.example.github_vulnerability_state import CodeScanningAlert, DependabotAlert, VulnerabilityState
from soc2kit.example.state import (
    Assignment,
    AwsState,
    CenterGroup,
    CenterUser,
    DatabaseRole,
    ExternalAccess,
    GithubState,
    IamGroup,
    IamRole,
    IamUser,
    IdentityCenter,
    Member,
    PermissionSet,
)
from soc2kit.period import CIVIL
from soc2kit.source_settings import AwsSettings, GithubSettings, PostgresSettings
from soc2kit.sources import aws, github, postgres
from soc2kit.sources.base import Source

ACCOUNT, TOKEN, PASSWORD = "402613907581", "ghp_nobodysTokenForTheFaults", "a-password-of-nobody"
SECRETS = (TOKEN, PASSWORD, "nobodys-secret-access-key", "nobodys-session-token")
MARCH = CIVIL.month(2026, 3)
# In the middle of the month: events are not final yet, so that a second collection asks for them again.
AT = datetime(2026, 3, 20, 6, tzinfo=UTC)
SOURCES: dict[str, Source] = {source.name: source for source in (aws.SOURCE, github.SOURCE, postgres.SOURCE)}
GITHUB_PAGE = 4
DATABASE_LINES = "local all needs_password scram-sha-256\nlocal all expired scram-sha-256\n"


def aws_state() -> AwsState:
    """23 users with a device each, in pages of ten; the last of them was made in March, and CloudTrail saw it."""
    made = datetime(2025, 6, 1, tzinfo=UTC)
    users = tuple(IamUser(f"user{number:03d}", MARCH.start if number == 22 else made, mfa=True) for number in range(23))
    trust = {"Version": "2012-10-17", "Statement": []}
    roles = (IamRole("Deployer", made, trust, ("AdministratorAccess",)), IamRole("Reader", made, trust))
    may = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    policy = ("ReadBuckets", {"Version": "2012-10-17", "Statement": [may]})
    open_buckets = tuple(
        ExternalAccess(f"arn:aws:s3:::bucket{number}", "AWS::S3::Bucket", "*", made, "us-east-1")
        for number in range(12)
    )
    return AwsState(
        ACCOUNT, True, False, None, users, (IamGroup("Admins"),), roles, (policy,), identity_center=_identity_center(),
        analyzer_regions=("us-east-1",), external_access=open_buckets, events=_events(),
        regions=("us-east-1", "eu-central-1"),
        cloud=cloud(volumes=_volumes(), organization=_organization(), **_images()),
    )  # fmt: skip


def _organization() -> tuple[dict[str, Any], ...]:
    accounts = [{"id": ACCOUNT, "name": "One", "email": "one@x.example"}]
    return ({"id": "o-1", "manager": ACCOUNT, "email": "one@x.example", "accounts": accounts},)


def _volumes() -> tuple[dict[str, Any], ...]:
    """23 in one region, in pages of ten."""
    return tuple({"id": f"vol-{number:03d}", "region": "us-east-1", "created": MARCH.start} for number in range(23))


def _images() -> dict[str, tuple[dict[str, Any], ...]]:
    """12 images in use, in pages of ten, each scanned; and where Inspector is on what it found in them."""
    region, at = "us-east-1", MARCH.start
    names = [f"a{number:03d}" for number in range(12)]
    return {
        "image_repositories": ({"name": "o/api", "region": region, "created": at},),
        "images": tuple({"repository": "o/api", "name": name, "region": region, "tags": [name], "pushed": at,
                         "pulled": at, "scan": "ACTIVE", "scanned": at} for name in names),
        "inspector": ({"region": region, "ecr": "ENABLED"},),
        "coverage": tuple({"image": f"o/api@{name}", "region": region, "scanned": at} for name in names),
        "weaknesses": tuple({"image": f"o/api@{name}", "region": region, "id": "CVE-2026-1000", "package": "p",
                             "version": 1, "severity": "HIGH", "first": at} for name in names),
    }  # fmt: skip


def _identity_center() -> IdentityCenter:
    names = tuple(f"user{number:03d}" for number in range(23))
    return IdentityCenter(
        ACCOUNT, "us-east-1", tuple(CenterUser(name, name.title(), f"{name}@x.example") for name in names),
        (CenterGroup("Everybody", names),), (PermissionSet("Reader", ("ReadOnlyAccess",)),),
        (Assignment(ACCOUNT, "Reader", "Everybody"),),
    )  # fmt: skip


def _events() -> tuple[Event, ...]:
    """25 events, in pages of ten with the newest first; root's is on the second page, the new user's on the third."""
    by = {"type": "IAMUser", "userName": "user001"}
    made = [cloudtrail_event(ACCOUNT, MARCH.start, by, "iam.amazonaws.com", "CreateUser", "us-east-1",
                             {"userName": "user022"}, None)]  # fmt: skip
    for hour in range(1, 25):
        at = MARCH.start + timedelta(hours=hour)
        if hour == 8:
            made.append(root_event(ACCOUNT, {"at": at, "event": "ConsoleLogin"}))
            continue
        asked = {"userName": f"user{hour - 1:03d}", "groupName": "Admins"}
        made.append(cloudtrail_event(ACCOUNT, at, by, "iam.amazonaws.com", "AddUserToGroup", "us-east-1", asked, None))
    return tuple(made)


def repository(name: str, changes: int, *, archived: bool = False) -> Repository:
    pulls, commits = [], []
    for number in range(1, changes + 1):
        merged = MARCH.start + timedelta(hours=number)
        work = Commit(f"{number:039x}a", ("ann",), merged - timedelta(minutes=5), f"Change {number}", ("0" * 40,))
        squashed = Commit(f"{number:039x}f", ("ann",), merged, f"Change {number} (#{number})", ("0" * 40,))
        commits.append(squashed)
        pulls.append(
            PullRequest(number, f"Change {number}", "ann", merged - timedelta(hours=1), merged, "bob", "main",
                        f"change-{number}", squashed.sha, "squash", (work,), ())
        )  # fmt: skip
    if pulls:
        pulls[0] = _with_long_lists(pulls[0])
    rules = BranchRules(ruleset=True)
    made = datetime(2025, 1, 1, tzinfo=UTC)
    suites = tuple(
        RuleSuite(number, MARCH.start + timedelta(hours=number), "ann", "0" * 40, f"{number:040x}", "bypass")
        for number in range(1, changes)
    )
    return Repository(name, "main", made, rules, tuple(pulls), tuple(commits), archived=archived, rule_suites=suites,
                      **(_pipeline() if changes else {}))  # fmt: skip


def _pipeline() -> dict[str, Any]:
    """Of runs and deployments more than a page, and of one deployment more statuses than fit beside it."""
    hours = [MARCH.start + timedelta(hours=number) for number in range(10)]
    path, sha = ".github/workflows/ci.yml", "a" * 40
    runs = [WorkflowRun(n, path, "CI", "push", "main", sha, "ann", at, at, "success") for n, at in enumerate(hours)]
    statuses = tuple(DeploymentStatus("in_progress", hours[0] + timedelta(seconds=number)) for number in range(30))
    return {
        "workflows": (WorkflowFile(path, "on: push\njobs: {}"),),
        "runs": tuple(runs),
        "deployments": tuple(
            Deployment(number, "production", sha, "main", at, "ann", statuses if number == 9 else ())
            for number, at in enumerate(hours)
        ),
        "environments": (
            Environment("production", hours[0], branches="custom", branch_patterns=("main", "release")),
            Environment("staging", hours[0]),
        ),
    }


def _with_long_lists(pull: PullRequest) -> PullRequest:
    """More reviews than fit into two pages, and a commit by two people."""
    minute = timedelta(minutes=1)
    reviews = tuple(
        Review("bob", "COMMENTED", pull.created_at + number * minute / 10, "0" * 40) for number in range(70)
    )
    return replace(pull, reviews=reviews, commits=(replace(pull.commits[0], authors=("ann", "bob")),))


def github_access() -> GithubAccess:
    """Of everything more than a page."""
    start, logins = MARCH.start, [f"person{number:02}" for number in range(10)]
    hours = [start + timedelta(hours=number) for number in range(10)]
    return GithubAccess(
        teams=tuple(Team(f"team{number}", "T", tuple((login, "member") for login in logins), (("shop", "write"),))
                    for number in range(5)),
        direct=tuple((login, "shop", "write") for login in logins),
        outside_without_two_factor=("zoe",),
        invitations=tuple(Invitation("ann", hour, email=f"p{hour:%H}@acme.example") for hour in hours),
        deploy_keys=tuple(DeployKey("shop", f"key{hour:%H}", hour) for hour in hours),
        apps=tuple(InstalledApp(f"app{hour:%H}", hour, (("contents", "read"),)) for hour in hours),
        saml=tuple(SamlIdentity(login, f"{login}@acme.example") for login in logins),
        secret_alerts=tuple(SecretAlert("shop", number, "token", "no-secret", hour)
                            for number, hour in enumerate(hours, 1)),
        audit_log=tuple(AuditEvent(hour, "team.add_member", "ann", login, (("team", "acme/team1"),))
                        for hour, login in zip(hours, logins, strict=True)),
    )  # fmt: skip


def github_vulnerabilities() -> VulnerabilityState:
    hours = [(number, MARCH.start + timedelta(hours=number)) for number in range(1, 11)]
    return VulnerabilityState(
        dependabot=tuple(
            DependabotAlert("shop", number, "p", f"GHSA-aaaa-bbbb-{number:04}", "high", at) for number, at in hours
        ),
        code_scanning=tuple(CodeScanningAlert("shop", number, "js/xss", "a.js", 1, at) for number, at in hours),
    )


def github_state() -> GithubState:
    """One owner and ten others, half of them without a second factor; five repositories, of which one is in use."""
    people = tuple(Member(f"person{number:02}", two_factor=number % 2 == 0) for number in range(10))
    repositories = (repository("shop", 10), *(repository(f"tool{number}", 0, archived=True) for number in range(4)))
    outside = (("zoe", "shop", "write"), ("yan", "tool1", "read"))
    return GithubState("acme", True, "read", (), (Member("ann", "admin"), *people), outside, repositories,
                       github_access(), vulnerabilities=github_vulnerabilities())  # fmt: skip


DATABASE_ROLES = (
    DatabaseRole("ada", member_of=("dba",)),
    DatabaseRole("dba", login=False, superuser=True),
    DatabaseRole("bob", create_role=True),
    DatabaseRole("no_login", login=False),
    DatabaseRole("needs_password"),
    DatabaseRole("expired", valid_until=datetime(2026, 1, 1, tzinfo=UTC)),
)


@dataclass
class Services:
    aws: HttpProxy
    github: HttpProxy
    postgres: PostgresProxy
    database: postgres_server.PostgresServer
    folder: Path
    _good: dict[str, Path] = field(default_factory=dict)

    def config(self, workspace: Path, postgres_user: str | None = None, postgres_port: int | None = None) -> Config:
        database = PostgresSettings(
            "production", "127.0.0.1", postgres_port or self.postgres.port, "postgres",
            postgres_user or self.database.user, password_variable="FAULTS_PGPASSWORD",
        )  # fmt: skip
        return Config(
            workspace, "Acme", MARCH, ("security",),
            aws=AwsSettings(self.aws.url, report_timeout_seconds=5),
            github=GithubSettings("acme", self.github.url, token_variable="FAULTS_GITHUB_TOKEN", saml=True,
                                  audit_log=True), postgres=database,
        )  # fmt: skip

    def collect(self, service: str, config: Config, hours: int = 0, source: Source | None = None) -> CollectionSummary:
        return collect(config, [source or SOURCES[service]], clock=lambda: AT + timedelta(hours=hours))

    def good(self, service: str) -> Path:
        """A workspace with a collection that nothing disturbed; made once."""
        if service not in self._good:
            workspace = self.folder / service
            workspace.mkdir()
            summary = self.collect(service, self.config(workspace))
            reasons = [record.fields["reason"] for record in summary.failed]
            assert reasons == [], reasons
            self._good[service] = workspace
        return self._good[service]

    def put(self, fault: Fault | PostgresFault, service: str) -> None:
        if isinstance(fault, PostgresFault):
            self.postgres.faults.append(fault)
        else:
            {"aws": self.aws, "github": self.github}[service].faults.append(fault)

    def heal(self) -> list[str]:
        """Take all faults away; what went wrong with them."""
        problems = []
        for proxy in (self.aws, self.github, self.postgres):
            proxy.faults.clear()
            problems += proxy.problems
            proxy.problems.clear()
        return problems

    def administer(self, statement: str) -> None:
        with psycopg.connect(
            host=self.database.host, port=self.database.port, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())


def _environment(patch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("AWS_", "PG")):
            patch.delenv(name)
    values = {
        "AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": SECRETS[2], "AWS_SESSION_TOKEN": SECRETS[3],
        "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "2",
        "FAULTS_GITHUB_TOKEN": TOKEN, "FAULTS_PGPASSWORD": PASSWORD,
    }  # fmt: skip
    for name, value in values.items():
        patch.setenv(name, value)


def _shortened(patch: pytest.MonkeyPatch) -> None:
    """Pages of a few records, and no waits between attempts: botocore has no setting for its own."""
    patch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda self, context: 0.0)
    patch.setattr("soc2kit.sources.github.client.PAGE_SIZE", GITHUB_PAGE)
    patch.setattr("soc2kit.sources.github.vulnerability_alerts.PAGE_SIZE", GITHUB_PAGE)
    patch.setattr("soc2kit.sources.github.limits.SECONDARY_LIMIT_WAIT_SECONDS", 0)
    patch.setattr("soc2kit.sources.github.limits.pause", lambda seconds: None)
    # The package has functions of the same names in place of these modules.
    patch.setattr("soc2kit.sources.github.nested_lists.PAGE_SIZE", 2 * GITHUB_PAGE)
    pages = ("default_branch_commits", "branch_activity", "saml_identities", "audit_log", "deployments")
    for module, name in (("merged_pull_requests", "FIRST_PAGE_SIZE"), *((module, "PAGE_SIZE") for module in pages)):
        patch.setattr(import_module(f"soc2kit.sources.github.{module}"), name, GITHUB_PAGE)


def _ask_for_passwords(server: postgres_server.PostgresServer) -> None:
    rules = server._folder / "d" / "pg_hba.conf"
    rules.write_text(DATABASE_LINES + rules.read_text())
    server._admin.execute("SELECT pg_reload_conf()")
    server._admin.execute("ALTER ROLE needs_password PASSWORD 'another'")
    server._admin.execute(f"ALTER ROLE expired PASSWORD '{PASSWORD}'")


@contextmanager
def running(folder: Path) -> Iterator[Services]:
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        _environment(patch)
        _shortened(patch)
        aws_accounts = stack.enter_context(aws_server.AwsServer(ACCOUNT))
        aws_accounts.users_per_page = aws_accounts.rows_per_page = 10
        aws_accounts.apply(aws_state(), AT)
        hub = stack.enter_context(github_server.GithubServer())
        hub.token = TOKEN
        hub.serve(github_state(), AT)
        database = stack.enter_context(postgres_server.PostgresServer())
        database.apply(DATABASE_ROLES)
        _ask_for_passwords(database)
        yield Services(
            # Ten devices a page; the collector itself asks for as many as AWS gives at once.
            stack.enter_context(
                HttpProxy(aws_accounts.url, {"(Action=ListVirtualMFADevices.*MaxItems=)1000": r"\g<1>10"})
            ),
            stack.enter_context(HttpProxy(hub.url)),
            stack.enter_context(PostgresProxy(f"{database.host}/.s.PGSQL.{database.port}")),
            database,
            folder,
        )
