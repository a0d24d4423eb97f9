"""Who becomes administrator through one that there is: by assuming its role, passing it on, or taking over its user.

Rights on everything of a kind need no name of anybody (`escalation`). These are rights on a single role or user, which
lead to administration because that one is an administrator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .conditions import Condition, certain, in_words
from .escalation import ROUTES
from .patterns import covers, normal
from .rights import Holder, Path, Right, joined
from .statements import Question, Statement, statements_of

_ASSUME = "sts:assumerole"
_ASSUMES = "assumes every role (sts:AssumeRole)"
#: Rights on a single administrator that make its rights one's own, each with the right on all of its kind.
_TAKING_OVER = {
    "user": ("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"),
    "role": ("iam:UpdateAssumeRolePolicy",),
}
_ACTIONS = ("iam:PassRole", *_TAKING_OVER["user"], *_TAKING_OVER["role"])
_PASSING = tuple(route for route in ROUTES if route.passed_to)


@dataclass(frozen=True, eq=False)
class Target:
    """A role or user that is an administrator, or becomes one; `trust` is what lets others assume a role."""

    arn: str
    type: str
    trust: tuple[Statement, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.type} {self.arn.rpartition('/')[2]}"


def target(entry: Mapping[str, Any], kind: str) -> Target:
    return Target(entry["Arn"], kind, statements_of(entry.get("AssumeRolePolicyDocument") or {}))


@dataclass(frozen=True)
class Door:
    """How the trust of a role lets somebody in: `direct` by its own name, so that no policy of its own is needed."""

    label: str
    condition: str
    direct: bool


def door(to: Target, holder: Holder) -> Door | None:
    """How a role lets a principal of its own account assume it; a statement that names it goes before others."""
    assuming = [one for one in to.trust if one.names(_ASSUME) and _concerns(one, holder)]
    denials = [one for one in assuming if one.denies]
    if any(all(_on_arn(condition) for condition in one.conditions) for one in denials):
        return None
    found = [
        Door(one.label, _condition_words(one, denials), any(name in ("*", holder.arn) for _, name in one.principals))
        for one in assuming
        if not one.denies
    ]
    return min(found, key=lambda one: (bool(one.condition), not one.direct), default=None)


def _condition_words(one: Statement, denials: Iterable[Statement]) -> str:
    asked = [f"the role only {in_words(one.conditions)}"] if one.conditions else []
    return ", ".join([*asked, *(f"the role denied {in_words(deny.conditions)}" for deny in denials)])


def _concerns(one: Statement, holder: Holder) -> bool:
    """Whether a statement of a trust policy speaks of a principal of the account, as far as it names principals."""
    arn = holder.arn or ""
    mine = {"*", holder.account or arn.split(":")[4], ":".join([*arn.split(":")[:5], "root"]), arn}
    if any(name in mine for _, name in one.principals) == one.not_principals:
        return False
    asked = [condition for condition in certain(one.conditions, denying=one.denies) if _on_arn(condition)]
    return all(_fits(condition, arn) for condition in asked)


def _on_arn(condition: Condition) -> bool:
    return condition.key.lower() == "aws:principalarn" and condition.plain_operator != "null"


def _fits(condition: Condition, arn: str) -> bool:
    return any(covers(normal(value), arn) for value in condition.values) != condition.negated


def becomes(holder: Holder, had: Iterable[Right], doors: Mapping[Target, Door | None]) -> Iterator[Right]:
    """The ways of a holder to each target; `had` are its other rights, of which the widest say it all already."""
    known = {right.right.split(",")[0] if right.service else right.right for right in had if right.paths and right.open}
    services = {right.service for right in had if right.service and right.paths and right.open}
    if "iam" in services:
        return
    # Most hold none of these on anything, which is quickly asked.
    able = {action for action in _ACTIONS if holder.names(action.lower())}
    for to, way in doors.items():
        if to.type == "role" and _ASSUMES not in known and "sts" not in services:
            yield from _assuming(holder, to, way)
        for action in _TAKING_OVER[to.type]:
            if action in able and not any(right.endswith(f"({action})") for right in known):
                question = Question(action.lower(), to.arn, by=holder.arn or "")
                yield from _right(f"becomes administrator through {to.name} ({action})", *holder.ask(question))
        for route in _PASSING if "iam:PassRole" in able else ():
            if route.words not in known and _runs_as(to, route.passed_to):
                yield from _passing(holder, to, route.words.rpartition("through ")[2], route.steps)


def _assuming(holder: Holder, to: Target, way: Door | None) -> Iterator[Right]:
    if way is None:
        return
    question = Question(_ASSUME, to.arn, by=holder.arn or "")
    paths, held_back = holder.ask(question)
    if way.direct and not paths and not holder.denies(question):
        by_name = (Path(f"the trust of {to.name}", way.label),)
        # A boundary limits what a role is let to do by its own name, and not what a user is.
        bounded = holder.boundary is not None and ":role/" in (holder.arn or "")
        paths, held_back = ((), by_name) if bounded else (by_name, ())
    words = f"becomes administrator through {to.name} (sts:AssumeRole)"
    yield from _right(words, *(tuple(_under(path, way.condition) for path in each) for each in (paths, held_back)))


def _under(path: Path, condition: str) -> Path:
    words = ", ".join(part for part in (path.condition, condition) if part)
    return Path(path.via, path.label, words, path.narrowed, path.left_out)


def _runs_as(to: Target, service: str) -> bool:
    return any(
        not one.denies and one.names(_ASSUME) and ("Service", service) in one.principals and not one.not_principals
        for one in to.trust
    )


def _passing(holder: Holder, to: Target, how: str, steps: Iterable[Any]) -> Iterator[Right]:
    first, *further = steps
    passed = Question(first.action, to.arn, passed_to=first.passed_to, by=holder.arn or "")
    others = [Question(step.action, step.resource, step.kind, holder.account) for step in further]
    found = joined([holder.ask(question) for question in (passed, *others)])
    yield from _right(f"becomes administrator through {to.name} by {how}", *found)


def _right(words: str, paths: tuple[Path, ...], held_back: tuple[Path, ...]) -> Iterator[Right]:
    if paths or held_back:
        yield Right("escalation", words, paths, held_back)
