"""The example company at any moment, computed from timeline.yaml."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from importlib.resources import files
from typing import Any

import yaml

from ..period import stamp
from ..sources.company import REQUEST_COLUMNS
from . import history
from .state import (
    AccessKey,
    AwsState,
    BranchRules,
    DatabaseRole,
    GithubAccount,
    GithubState,
    IamGroup,
    IamRole,
    IamUser,
    Member,
    Repository,
    State,
)

Entry = Mapping[str, Any]
_ALWAYS = datetime(2021, 1, 1, tzinfo=UTC)
# What `used: daily` means: the last use lies this long before the moment looked at.
_DAILY = timedelta(hours=5)


def moment(value: date | datetime | None) -> datetime | None:
    """YAML's dates and times as aware UTC times; a date is its midnight."""
    if value is None or isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value
    return datetime.combine(value, time(), UTC)


def exists(entry: Entry, at: datetime) -> bool:
    start, end = moment(entry.get("from")), moment(entry.get("until"))
    return (start is None or start <= at) and (end is None or at < end)


def changed(entry: Entry, at: datetime) -> dict[str, Any]:
    """The entry with the changes that have taken effect by `at`."""
    result = {key: value for key, value in entry.items() if key != "changes"}
    for change in entry.get("changes", []):
        start = moment(change["from"])
        if start is not None and start <= at:
            result.update({key: value for key, value in change.items() if key != "from"})
    return result


def living(entries: Iterable[Entry], at: datetime) -> list[dict[str, Any]]:
    return [changed(entry, at) for entry in entries if exists(entry, at)]


@dataclass(frozen=True)
class Company:
    """The timeline, and the state of every system at a moment of it."""

    timeline: Mapping[str, Any]

    @property
    def collections(self) -> list[datetime]:
        return [at for value in self.timeline["collections"] if (at := moment(value)) is not None]

    def email(self, name: str) -> str:
        return f"{name}@{self.timeline['domain']}"

    def at(self, at: datetime) -> State:
        files = (self._roster(at), self._identities(), self._requests(at))
        return State(at, self._aws(at), self._github(at), self._roles(at), *files)

    def _aws(self, at: datetime) -> AwsState:
        aws = self.timeline["aws"]
        root = changed(aws["root"], at)
        return AwsState(
            account=aws["account"],
            root_mfa=root["mfa"],
            root_access_key=False,
            root_last_used_at=moment(root["last_used"]),
            users=tuple(self._iam_user(entry, at) for entry in living(aws["users"], at)),
            groups=tuple(IamGroup(entry["name"], tuple(entry["attached"])) for entry in aws["groups"]),
            roles=tuple(_iam_role(entry, aws["account"]) for entry in aws["roles"]),
            policies=tuple((entry["name"], entry["document"]) for entry in living(aws["policies"], at)),
        )

    def _iam_user(self, entry: Entry, at: datetime) -> IamUser:
        created = moment(entry["created"]) or _ALWAYS
        tag = entry.get("email", entry["name"])
        return IamUser(
            name=entry["name"],
            created_at=created,
            email=None if tag == "none" else self.email(tag),
            console=entry.get("console", False),
            password_changed_at=created,
            password_last_used_at=_last_use(entry.get("used"), at),
            mfa=entry.get("mfa", False),
            keys=tuple(
                AccessKey(moment(key["created"]) or _ALWAYS, True, _last_use(key.get("used"), at))
                for key in entry.get("keys", [])
                if exists({"from": key["created"], "until": key.get("until")}, at)
            ),
            groups=tuple(entry.get("groups", ())),
            attached_policies=tuple(entry.get("attached", ())),
        )

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
        )

    @cached_property
    def github_accounts(self) -> tuple[GithubAccount, ...]:
        github = self.timeline["github"]
        people = [*github["members"], *github["outside"]]
        return (
            *(GithubAccount(entry["login"], "User", None, self.email(entry["owner"]), _ALWAYS) for entry in people),
            *(GithubAccount(login, "Bot", None, None, _ALWAYS) for login in github["bots"]),
        )

    @cached_property
    def histories(self) -> dict[str, history.History]:
        return history.build(self.timeline["github"])

    def _repository(self, entry: Entry, at: datetime) -> Repository:
        now = changed(entry, at)
        known = self.histories[entry["name"]].until(at)
        rules = {key: now[key] for key in BranchRules.__dataclass_fields__ if key in now}
        if "required_checks" in rules:
            rules["required_checks"] = tuple(rules["required_checks"])
        return Repository(entry["name"], "main", _ALWAYS, BranchRules(**rules), known.pull_requests, known.commits)

    def _roles(self, at: datetime) -> tuple[DatabaseRole, ...]:
        return tuple(
            DatabaseRole(
                name=entry["name"],
                login=entry.get("login", True),
                superuser=entry.get("superuser", False),
                create_role=entry.get("create_role", False),
                valid_until=_expiry(entry.get("expires"), at),
                member_of=tuple(entry.get("member_of", ())),
            )
            for entry in living(self.timeline["postgres"]["roles"], at)
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
            person = self.email(entry["for"]) if "for" in entry else ""
            about = [entry["ticket"], entry["system"], entry.get("account", ""), person, entry["access"]]
            rows.append([*about, self.email("ruth.adeyemi"), stamp(requested), *done])
        return _csv(list(REQUEST_COLUMNS), rows)


def _iam_role(entry: Entry, account: str) -> IamRole:
    principals = [f"arn:aws:iam::{account}:{name}" for name in entry["trust"]]
    statement = {"Effect": "Allow", "Principal": {"AWS": principals}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    return IamRole(entry["name"], moment(entry["created"]) or _ALWAYS, trust, tuple(entry["attached"]))


def _last_use(used: Any, at: datetime) -> datetime | None:
    return at - _DAILY if used == "daily" else moment(used)


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
    return Company(yaml.safe_load((files(__package__) / "timeline.yaml").read_text(encoding="utf-8")))


def gaps() -> list[dict[str, Any]]:
    """The exceptions that an assessment of the example has to find: test, key, days, story."""
    listed: list[dict[str, Any]] = yaml.safe_load((files(__package__) / "gaps.yaml").read_text(encoding="utf-8"))
    return listed
