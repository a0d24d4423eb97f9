"""The example company's AWS accounts at any moment, and what CloudTrail has seen in them by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from .aws_backups import backups
from .aws_events import Event, attempt_event, changes_between, root_event
from .moments import ALWAYS, Entry, changed, exists, last_use, living, moment
from .state import (
    AccessKey,
    Assignment,
    AwsState,
    CenterGroup,
    CenterUser,
    ExternalAccess,
    IamGroup,
    IamRole,
    IamUser,
    IdentityCenter,
    PermissionSet,
)

# Nothing that happened before is in anybody's event history when the example is collected for the first time.
_SEEN_SINCE = datetime(2025, 10, 1, tzinfo=UTC)


@dataclass(frozen=True)
class AwsTimeline:
    timeline: Mapping[str, Any]

    @property
    def _accounts(self) -> list[Entry]:
        aws = self.timeline["aws"]
        return [aws, *aws.get("members", [])]

    def at(self, at: datetime) -> AwsState:
        """The account that the credentials are of, with the others as its members."""
        own, *others = (self._known(account, at) for account in self._accounts)
        return replace(own, members=tuple(others))

    def _known(self, account: Entry, at: datetime) -> AwsState:
        state = self._account(account, at)
        seen = (event for event in self._events[state.account] if event["eventTime"] <= f"{at:%Y-%m-%dT%H:%M:%SZ}")
        return replace(state, events=tuple(seen))

    def _account(self, aws: Entry, at: datetime) -> AwsState:
        used = [acted for act in aws["root"].get("acts", []) if (acted := moment(act["at"])) and acted <= at]
        return AwsState(
            account=aws["account"],
            root_mfa=changed(aws["root"], at)["mfa"],
            root_access_key=False,
            root_last_used_at=max(used, default=None),
            users=tuple(self._iam_user(entry, at) for entry in living(aws["users"], at)),
            groups=tuple(IamGroup(entry["name"], tuple(entry["attached"])) for entry in aws["groups"]),
            roles=tuple(_iam_role(entry, aws["account"]) for entry in living(aws["roles"], at)),
            policies=tuple((entry["name"], entry["document"]) for entry in living(aws["policies"], at)),
            identity_center=self._identity_center(aws, at),
            analyzer_regions=tuple(aws.get("analyzers", ())),
            external_access=tuple(
                ExternalAccess(
                    entry["resource"], entry["type"], entry["principal"], moment(entry["from"]) or ALWAYS,
                    entry["region"],
                )
                for entry in living(aws.get("external_access", ()), at)
            ),
            regions=tuple(aws["regions"]),
            cloud=_cloud(aws, at),
        )  # fmt: skip

    def _email(self, name: str) -> str:
        return f"{name}@{self.timeline['domain']}"

    def _iam_user(self, entry: Entry, at: datetime) -> IamUser:
        created = moment(entry["created"]) or ALWAYS
        tag = entry.get("email", entry["name"])
        return IamUser(
            name=entry["name"],
            created_at=created,
            email=None if tag == "none" else self._email(tag),
            console=entry.get("console", False),
            password_changed_at=created,
            password_last_used_at=last_use(entry.get("used"), at),
            mfa=entry.get("mfa", False),
            keys=tuple(
                AccessKey(moment(key["created"]) or ALWAYS, True, last_use(key.get("used"), at))
                for key in entry.get("keys", [])
                if exists({"from": key["created"], "until": key.get("until")}, at)
            ),
            groups=tuple(entry.get("groups", ())),
            attached_policies=tuple(entry.get("attached", ())),
            inline_policies=tuple(entry.get("inline", {}).items()),
            boundary=entry.get("boundary"),
        )

    def _identity_center(self, aws: Entry, at: datetime) -> IdentityCenter | None:
        center = aws.get("identity_center")
        if center is None or not exists(center, at):
            return None
        users = living(center["users"], at)
        accounts = [account["account"] for account in self._accounts]
        return IdentityCenter(
            owner=aws["account"],
            region=center["region"],
            users=tuple(
                CenterUser(user["name"], user["name"].replace(".", " ").title(), self._email(user["name"]))
                for user in users
            ),
            groups=tuple(
                CenterGroup(name, tuple(user["name"] for user in users if user["group"] == name))
                for name in center["groups"]
            ),
            permission_sets=tuple(
                PermissionSet(entry["name"], tuple(entry["managed"]), inline_policy=entry.get("inline"))
                for entry in center["permission_sets"]
            ),
            assignments=tuple(
                Assignment(account, permission_set, name)
                for account in accounts
                for name, permission_set in center["groups"].items()
            ),
        )

    @cached_property
    def _events(self) -> dict[str, list[Event]]:
        """By account, oldest first."""
        return {
            account["account"]: sorted(self._seen_in(account), key=lambda event: str(event["eventTime"]))
            for account in self._accounts
        }

    def _seen_in(self, account: Entry) -> Iterator[Event]:
        for at in sorted(at for at in set(_moments(account)) if at > _SEEN_SINCE):
            before, after = self._account(account, at - timedelta(seconds=1)), self._account(account, at)
            yield from changes_between(before, after, at)
        for act in account["root"].get("acts", []):
            yield root_event(account["account"], act)
        for attempt in account.get("attempts", []):
            yield attempt_event(account["account"], attempt)


def _cloud(aws: Entry, at: datetime) -> Mapping[str, tuple[Entry, ...]]:
    """What the timeline has, and the backups that are made of it every day."""
    listed = aws.get("cloud", {}).items()
    kept = {kind: tuple(_timed(entry, at) for entry in living(entries, at)) for kind, entries in listed}
    return {**kept, **backups(aws, kept, at)}


def _timed(entry: Entry, at: datetime) -> Entry:
    """The entry with its dates as times, and what happens every day when it happened last."""
    return {key: last_use(value, at) if isinstance(value, date) or value == "daily" else value
            for key, value in entry.items()}  # fmt: skip


def _moments(value: Any) -> Iterator[datetime]:
    """Every moment at which something begins, ends or changes."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            at = moment(item) if key in ("from", "until", "created") else None
            yield from _moments(item) if at is None else [at]
    elif isinstance(value, list):
        for item in value:
            yield from _moments(item)


def _iam_role(entry: Entry, account: str) -> IamRole:
    """`trust` names users and roles of the account, a service, or the provider that people sign in through.

    `lets_in` is a statement as IAM writes it.
    """
    if "lets_in" in entry:
        statement = {"Effect": "Allow", **entry["lets_in"]}
    elif entry["trust"] == "identity center":
        provider = f"arn:aws:iam::{account}:saml-provider/AWSSSO_4c1b1d0e5a7f2b63_DO_NOT_DELETE"
        statement = {
            "Effect": "Allow",
            "Principal": {"Federated": provider},
            "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
            "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
        }
    else:
        principals = [name if name.startswith("arn:") else f"arn:aws:iam::{account}:{name}" for name in entry["trust"]]
        statement = {"Effect": "Allow", "Principal": {"AWS": principals}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    path = entry.get("path", "/")
    return IamRole(entry["name"], moment(entry["created"]) or ALWAYS, trust, tuple(entry["attached"]), path)
