"""The example company at any moment, computed from timeline.yaml."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.resources import files
from typing import Any

import yaml

from ..period import stamp
from ..sources.change_exceptions import CHANGE_EXCEPTION_COLUMNS
from ..sources.company import REQUEST_COLUMNS
from ..sources.restore_tests import RESTORE_TEST_COLUMNS
from . import (
    assets,
    github_access,
    github_settings,
    github_vulnerabilities,
    history,
    scans,
    terraform_exports,
)
from .aws_timeline import AwsTimeline
from .github_change_state import Repository
from .moments import ALWAYS, Entry, changed, exists, living, moment
from .pipeline import Pipeline
from .state import Database, DatabaseRole, DatabaseServer, GithubAccount, GithubState, Grant, Member, Schema, State


@dataclass(frozen=True)
class Company:
    """The timeline, and the state of every system at a moment of it."""

    timeline: Mapping[str, Any]

    @property
    def collections(self) -> list[datetime]:
        return [at for value in self.timeline["collections"] if (at := moment(value)) is not None]

    @property
    def readings(self) -> list[datetime]:
        """When only what GitHub forgets within a month is read."""
        return [at for value in self.timeline["readings"] if (at := moment(value)) is not None]

    def email(self, name: str) -> str:
        return f"{name}@{self.timeline['domain']}"

    def at(self, at: datetime) -> State:
        return State(
            at, self._aws.at(at), self._github(at), self._roles(at), self._roster(at), self._identities(),
            self._requests(at), self._break_glass(at),
            tuple((entry["path"], entry["text"]) for entry in living(self.timeline["terraform"], at)),
            self._databases(at),
            self._register(at),
            self._change_exceptions(at),
            database_server=self._database_server(at),
            postgres_files=tuple(
                (entry["path"], entry["text"]) for entry in living(self.timeline["postgres_files"], at)
            ),
            terraform_exports=terraform_exports.written(self.timeline["terraform_exports"], at),
            scans=scans.reports(self.timeline["scans"], self.timeline["window"], at),
            restore_tests_csv=self._restore_tests(at),
            registers=assets.registers(self.timeline["assets"], at, self.email),
        )  # fmt: skip

    @cached_property
    def _aws(self) -> AwsTimeline:
        return AwsTimeline(self.timeline)

    def _github(self, at: datetime) -> GithubState:
        github = changed(self.timeline["github"], at)
        members = tuple(
            Member(entry["login"], entry.get("role", "member"), entry.get("two_factor", True))
            for entry in living(github["members"], at)
        )
        return GithubState(
            organization=github["organization"],
            two_factor_required=github["two_factor_required"],
            default_repository_permission=github["default_permission"],
            accounts=self.github_accounts,
            members=members,
            outside_collaborators=tuple(
                (entry["login"], entry["repository"], entry["permission"]) for entry in living(github["outside"], at)
            ),
            repositories=tuple(self._repository(entry, at) for entry in github["repositories"]),
            access=github_access.access(self.timeline["github"], at, self.email),
            rulesets=github_settings.organization_rulesets(self.timeline["github"], at),
            vulnerabilities=github_vulnerabilities.vulnerabilities(self.timeline["github"]["vulnerabilities"], at),
        )

    @cached_property
    def github_accounts(self) -> tuple[GithubAccount, ...]:
        github = self.timeline["github"]
        people = [*github["members"], *github["outside"]]
        return (
            *(GithubAccount(entry["login"], "User", None, self.email(entry["owner"]), ALWAYS) for entry in people),
            *(GithubAccount(login, "Bot", None, None, ALWAYS) for login in github["bots"]),
        )

    @cached_property
    def histories(self) -> dict[str, history.History]:
        return history.build(self.timeline["github"])

    def _repository(self, entry: Entry, at: datetime) -> Repository:
        now = changed(entry, at)
        known = self.histories[entry["name"]].until(at)
        suites = github_settings.rule_suites(
            self.timeline["github"], entry["name"], known.pull_requests, known.commits, at
        )
        return Repository(
            entry["name"], "main", ALWAYS, github_settings.branch_rules(now), known.pull_requests, known.commits,
            rule_suites=suites, ruleset_versions=github_settings.ruleset_versions(entry, at),
            **self._pipeline.of(entry["name"], at),
            updates=known.updates, unreachable=known.unreachable,
        )  # fmt: skip

    @cached_property
    def _pipeline(self) -> Pipeline:
        return Pipeline(self.timeline["pipeline"], self.histories)

    def _roles(self, at: datetime) -> tuple[DatabaseRole, ...]:
        return tuple(
            DatabaseRole(
                name=entry["name"],
                login=entry.get("login", True),
                superuser=entry.get("superuser", False),
                create_role=entry.get("create_role", False),
                valid_until=_expiry(entry.get("expires"), at),
                member_of=tuple(entry.get("member_of", ())),
                password=entry.get("password", "scram-sha-256" if entry.get("login", True) else None),
            )
            for entry in living(self.timeline["postgres"]["roles"], at)
        )

    def _database_server(self, at: datetime) -> DatabaseServer:
        server = changed(self.timeline["postgres"]["server"], at)
        return DatabaseServer(
            tuple(server["settings"].items()),
            "".join(f"{entry['line']}\n" for entry in living(server["rules"], at)),
            tuple(
                (one["role"], one["database"], one["address"], one.get("tls", True))
                for one in living(server["sessions"], at)
            ),
        )

    def _databases(self, at: datetime) -> tuple[Database, ...]:
        return tuple(
            Database(
                entry["name"],
                entry["owner"],
                tuple(Schema(one["name"], one["owner"], tuple(one["tables"])) for one in entry["schemas"]),
                tuple(
                    Grant(tuple(one["privileges"]), one["schema"], one["to"], tuple(one.get("tables", ())))
                    for one in living(entry["grants"], at)
                ),
            )
            for entry in self.timeline["postgres"]["databases"]
        )

    def _roster(self, at: datetime) -> str:
        """Everybody who has started by then; a leaving date stands there once it has come."""
        rows = []
        for entry in self.timeline["people"]:
            if not exists(entry, at):
                continue
            left = moment(entry.get("left"))
            name = entry.get("email", entry["name"].lower().replace(" ", "."))
            gone = f"{left:%Y-%m-%d}" if left is not None and left <= at else ""
            manager = "" if entry["team"] == "leadership" else self.email("deniz.aksoy")
            kind = entry.get("kind", "employee")
            rows.append(
                [self.email(name), entry["name"], kind, entry["team"], manager, f"{entry['from']:%Y-%m-%d}", gone]
            )
        return _csv(["email", "name", "kind", "team", "manager", "started_on", "left_at"], rows)

    def _register(self, at: datetime) -> str:
        """People from outside, each with a sponsor and the last day of access."""
        rows = [
            [entry["login"], self.email(entry["sponsor"]), f"{entry['ends']:%Y-%m-%d}"]
            for entry in living(self.timeline["github"]["register"], at)
        ]
        return _csv(["login", "sponsor", "until"], rows)

    def _change_exceptions(self, at: datetime) -> str:
        """Changes that went another way than the rule, each entered when it was approved."""
        rows = [
            [
                entry["reference"], entry["kind"], entry["reason"], entry.get("incident", ""),
                self.email(entry["approved_by"]), stamp(entry["approved"]), *_reviewed(entry, at, self.email),
            ]
            for entry in self.timeline["change_exceptions"]
            if entry["approved"] <= at
        ]  # fmt: skip
        return _csv(list(CHANGE_EXCEPTION_COLUMNS), rows)

    def _break_glass(self, at: datetime) -> str:
        """The emergencies in which an account that nobody may use was used, each entered when it was over."""
        rows = [
            [
                entry["system"], entry["account"], stamp(entry["from"]), stamp(entry["until"]),
                self.email(entry["approved_by"]), entry["reason"], entry["ticket"],
            ]
            for entry in self.timeline["break_glass"]
            if entry["until"] <= at
        ]  # fmt: skip
        return _csv(["system", "account", "from", "until", "approved_by", "reason", "ticket"], rows)

    def _restore_tests(self, at: datetime) -> str:
        """Backups that somebody restored, each entered when it was done."""
        rows = [
            [
                str(entry["day"]), entry["store"], str(entry["minutes"]), str(entry["rows"]), self.email(entry["by"]),
                entry["evidence"],
            ]
            for entry in self.timeline["restore_tests"]
            if entry["entered"] <= at
        ]  # fmt: skip
        return _csv(list(RESTORE_TEST_COLUMNS), rows)

    def _identities(self) -> str:
        """Owners of accounts whose names say nothing, confirmed by the lead of the platform team."""
        github, postgres = self.timeline["github"], self.timeline["postgres"]
        pairs = [("github", entry["login"], entry["owner"]) for entry in [*github["members"], *github["outside"]]]
        pairs += [("postgres", entry["name"], entry["owner"]) for entry in postgres["roles"] if "owner" in entry]
        pairs += [("postgres", name, owner) for name, owner in postgres["registered"].items()]
        rows = [
            [system, account, self.email(owner), self.email("lucia.santos"), "2026-01-05"]
            for system, account, owner in pairs
        ]
        return _csv(["system", "account", "email", "confirmed_by", "confirmed_on"], rows)

    def _requests(self, at: datetime) -> str:
        """Requests for access that were made by then; one waits until it is approved."""
        rows = []
        for entry in self.timeline["requests"]:
            requested, approved = moment(entry["requested"]), moment(entry["approved"])
            if requested is None or approved is None or requested > at:
                continue
            done = [self.email(entry["by"]), stamp(approved)] if approved <= at else ["", ""]
            people = entry.get("for", [])
            for name in [people] if isinstance(people, str) else people or [None]:
                person = self.email(name) if name else ""
                about = [entry["ticket"], entry["system"], entry.get("account", ""), person, entry["access"]]
                rows.append([*about, self.email("ruth.adeyemi"), stamp(requested), *done])
        return _csv(list(REQUEST_COLUMNS), rows)


def _reviewed(entry: Entry, at: datetime, email: Callable[[str], str]) -> list[str]:
    reviewed = moment(entry.get("reviewed"))
    done = reviewed is not None and reviewed <= at
    return [email(entry["reviewed_by"]), stamp(reviewed)] if done and reviewed is not None else ["", ""]


def _expiry(expires: Any, at: datetime) -> datetime | None:
    if expires != "monthly":
        return moment(expires)
    months = at.year * 12 + at.month - 1 + 2
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def _csv(header: list[str], rows: list[list[str]]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([header, *rows])
    return stream.getvalue()


def load() -> Company:
    timeline, terraform, exports, postgres_files, scanned, registers = (
        yaml.safe_load((files(__package__) / f"{name}.yaml").read_text(encoding="utf-8"))
        for name in ("timeline", "terraform", "terraform_exports", "postgres_files", "scans", "assets")
    )
    of_files = {"terraform": terraform, "terraform_exports": exports, "postgres_files": postgres_files}
    return Company({**timeline, **of_files, "scans": scanned, "assets": registers})


def gaps() -> list[dict[str, Any]]:
    """The exceptions that an assessment of the example has to find: test, keys, days, story."""
    return [entry for entry in _seeded() if "test" in entry]


def untestable() -> list[dict[str, Any]]:
    """What evidence of the example cannot tell, in the same form."""
    return [{"test": entry["not_testable"], **entry} for entry in _seeded() if "not_testable" in entry]


def _seeded() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = yaml.safe_load((files(__package__) / "gaps.yaml").read_text(encoding="utf-8"))
    return [{"keys": [entry["key"]], **entry} if "key" in entry else entry for entry in listed]
