"""Statements of a policy document, and whether one answers a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from .conditions import Condition, conditions_of, listed
from .patterns import EVERY_ACTION, covers, meet, normal, reach

#: Resources of a question: all there are; any one, whichever. Everything else is a name.
EVERYWHERE, SOMEWHERE = "*", "(any)"
#: IAM puts the name of who asks in its place.
OWN_NAME = "${aws:username}"
#: AWS's AdministratorAccess: the same in every account, so an answer that leaves out its text is enough.
ADMINISTRATOR: Mapping[str, Any] = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@dataclass(frozen=True)
class Question:
    """May this be done? `action` is a name or a pattern in lower case, all of which is asked for.

    `kind` names what the action works on (`iam:role`), where all of one kind is as good as everything. `passed_to` is
    the service that a role is to be passed to, and `by` the ARN of who asks.
    """

    action: str
    resource: str = EVERYWHERE
    kind: str = ""
    account: str | None = None
    passed_to: str = ""
    by: str = ""

    @property
    def service(self) -> str:
        return self.action.partition(":")[0]


# Identity is what counts: two like statements of two policies are two, and hashing long lists of actions is slow.
@dataclass(frozen=True, eq=False)
class Statement:
    """One statement. `not_actions` and `not_resources` say that the lists name what is left out."""

    label: str
    denies: bool
    actions: tuple[str, ...]
    not_actions: bool = False
    resources: tuple[str, ...] = ()
    not_resources: bool = False
    conditions: tuple[Condition, ...] = ()
    principals: tuple[tuple[str, str], ...] = ()
    not_principals: bool = False
    _named: dict[str, bool] = field(default_factory=dict, repr=False)

    def answers(self, question: Question) -> bool:
        """Whether the statement speaks of all that is asked.

        A list of exceptions counts as long as it does not take all of it away: `NotAction: iam:Get*` still speaks of
        `iam:*`, and `NotAction: iam:*` of everything.
        """
        return self.names(question.action) and self._reaches(question)

    def names(self, action: str) -> bool:
        if action not in self._named:
            # A policy can name a thousand actions, of which only those of one service can be the one.
            near = (*self._by_service.get("", ()), *self._by_service.get(action.partition(":")[0], ()))
            self._named[action] = any(covers(pattern, action) for pattern in near) != self.not_actions
        return self._named[action]

    @cached_property
    def _by_service(self) -> dict[str, list[str]]:
        """Actions by the service that they begin with; under no name those that may be of any."""
        found: dict[str, list[str]] = {}
        for pattern in self.actions:
            service, colon, _ = pattern.partition(":")
            found.setdefault("" if not colon or "*" in service or "?" in service else service, []).append(pattern)
        return found

    def _reaches(self, question: Question) -> bool:
        if question.resource == SOMEWHERE:
            # One resource is enough to be allowed; to be denied it must be all.
            if not self.denies:
                return bool(self.resources)
            if self.not_resources and self.exempted(question):
                return False
            question = replace(question, resource=EVERYWHERE)
        if self.denies and self.not_resources and question.kind and self.exempted(question):
            return False
        found = any(_spans(resource, question) for resource in self.resources)
        return found != self.not_resources if self.resources else False

    def exempted(self, question: Question) -> list[str]:
        """Of the resources that a list leaves out, those among which there may be one of what is asked for.

        A Deny of "all but these" takes a right away only where there can be none: one role is enough.
        """
        if not self.not_resources:
            return []
        # What it leaves to each of its own name is asked for by itself.
        others = [resource for resource in self.resources if OWN_NAME not in resource]
        return [resource for resource in others if meet(resource, _asked(resource, question))]

    def left_out(self, action: str) -> Iterator[str]:
        """Actions, as written, that the statement takes from what is asked: exceptions of an Allow, names of a Deny."""
        if self.denies == self.not_actions:
            return
        service = action.partition(":")[0]
        for pattern in self.actions:
            if not covers(pattern, action) and (action == EVERY_ACTION or covers(f"{service}:*", pattern)):
                yield pattern

    def services(self) -> Iterator[str]:
        """Services of which the statement names everything."""
        for pattern in self.actions:
            service, _, name = pattern.partition(":")
            if name == "*" and "*" not in service and "?" not in service:
                yield service


def _asked(resource: str, question: Question) -> str:
    """The names of all that is asked for, in the partition of a resource."""
    partition = [*resource.split(":"), ""][1]
    start = f"arn:{partition if partition.isidentifier() or '-' in partition else 'aws'}"
    service, _, kind = question.kind.partition(":")
    return f"{start}:{service}::{question.account or '?' * 12}:{kind}/?*" if kind else f"{start}:{question.service}:*"


def _spans(resource: str, question: Question) -> bool:
    if question.resource != EVERYWHERE:
        return covers(resource.replace(OWN_NAME, question.by.rpartition("/")[2]), question.resource)
    how, what = reach(resource, question.account)
    if question.action == EVERY_ACTION:
        return how == "all"
    if how == "all" or (how == "service" and what == question.service):
        return True
    # A policy by itself is of no account: whichever it names is its own.
    owner = question.account or next((part for part in resource.split(":")[4:5] if part.isdigit()), None)
    return question.kind != "" and covers(resource, _asked(resource, replace(question, account=owner)))


def statements_of(document: Mapping[str, Any]) -> tuple[Statement, ...]:
    """Statements of a document, named by Sid or position. One with an effect that IAM does not know has none."""
    return tuple(
        _statement(entry, str(entry.get("Sid") or f"statement {position}"))
        for position, entry in enumerate(listed(document.get("Statement")), start=1)
        if entry.get("Effect") in ("Allow", "Deny")
    )


def _statement(entry: Mapping[str, Any], label: str) -> Statement:
    not_actions, not_resources = "NotAction" in entry, "NotResource" in entry
    not_principals = "NotPrincipal" in entry
    actions = listed(entry.get("NotAction" if not_actions else "Action"))
    resources = listed(entry.get("NotResource" if not_resources else "Resource"))
    return Statement(
        label=label,
        denies=entry["Effect"] == "Deny",
        actions=tuple(_action(str(action)) for action in actions),
        not_actions=not_actions,
        resources=tuple(normal(str(resource)) for resource in resources),
        not_resources=not_resources,
        conditions=conditions_of(entry.get("Condition") or {}),
        principals=tuple(_principals(entry.get("NotPrincipal" if not_principals else "Principal"))),
        not_principals=not_principals,
    )


def _action(text: str) -> str:
    """IAM does not look at the case of actions. A lone `*` is every action of every service."""
    action = normal(text.lower())
    return EVERY_ACTION if action == "*" else action


def _principals(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for kind, names in value.items():
            for name in listed(names):
                yield kind, str(name)
    elif value is not None:
        yield "AWS", str(value)
