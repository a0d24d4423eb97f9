"""What a set of policies allows: the paths to a right, what its conditions are, and what a boundary takes away.

A right is there when a statement allows it, the boundary (if there is one) allows it too, and no Deny without a
condition takes it away. A Deny with a condition leaves the right and says when it is denied. Deny and boundary can only
take away. Rights that resource policies, session policies or an organisation's policies give or take are not in IAM's
answer and not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from .conditions import Condition, in_words, narrows
from .escalation import ROUTES, WHOLE_SERVICES, Route
from .patterns import EVERY_ACTION
from .statements import Question, Statement

Kind = Literal["administrator", "escalation", "service"]
_EXCEPTIONS_SHOWN = 4


@dataclass(frozen=True, eq=False)
class Held:
    """A policy, and the way to it in words. `statements` is None when IAM's answer does not hold its text."""

    via: str
    statements: tuple[Statement, ...] | None


@dataclass(frozen=True)
class Path:
    """One way to a right: `condition` in words; `narrowed` when it limits what can be done, not only how."""

    via: str
    label: str
    condition: str = ""
    narrowed: bool = False
    left_out: str = ""

    @property
    def words(self) -> str:
        return ", ".join(part for part in (self.via, self.left_out, self.condition) if part)


@dataclass(frozen=True)
class Right:
    """`kind` administrator: everything on everything. `held_back` are the paths that a boundary takes away."""

    kind: Kind
    right: str
    paths: tuple[Path, ...]
    held_back: tuple[Path, ...] = ()
    #: The service, where the right is all of one.
    service: str = ""

    @property
    def open(self) -> bool:
        """Whether some path has no condition on what can be done."""
        return not all(path.narrowed for path in self.paths)


@dataclass(frozen=True, eq=False)
class Holder:
    """Everything that decides what a principal may do in its own account."""

    policies: tuple[Held, ...]
    boundary: Held | None = None
    account: str | None = None
    #: The principal itself, for rights that it needs on nothing but itself.
    arn: str | None = None
    _asked: dict[Question, tuple[tuple[Path, ...], tuple[Path, ...]]] = field(default_factory=dict, repr=False)

    def ask(self, question: Question) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
        """Paths to what is asked, and paths that there would be but for the boundary."""
        if question not in self._asked:
            self._asked[question] = self._answer(question)
        return self._asked[question]

    def _answer(self, question: Question) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
        denied = [one for one in self._every() if one.denies and one.answers(question)]
        if self.denies(question):
            return (), ()
        wanted = [
            (held.via, one)
            for held in self.policies
            for one in held.statements or ()
            if not one.denies and one.answers(question)
        ]
        limits = self._boundary_allows(question)
        paths = tuple(self._path(via, one, limits or (), denied, question) for via, one in wanted)
        return ((), paths) if limits is not None and not limits else (paths, ())

    def _every(self) -> Iterator[Statement]:
        for held in (*self.policies, *([self.boundary] if self.boundary else [])):
            yield from held.statements or ()

    def _boundary_allows(self, question: Question) -> list[Statement] | None:
        """The boundary's statements that allow it; None without a boundary, or with one whose text is not known."""
        if self.boundary is None or self.boundary.statements is None:
            return None
        return [one for one in self.boundary.statements if not one.denies and one.answers(question)]

    def _path(
        self, via: str, one: Statement, limits: Iterable[Statement], denied: list[Statement], question: Question
    ) -> Path:
        bounds = list(limits)
        # One way through the boundary without a condition is enough.
        bound = () if any(not limit.conditions for limit in bounds) else (bounds[0].conditions if bounds else ())
        to = question.passed_to
        narrowed = narrows(one.conditions, denying=False, service=to) or (
            bool(bounds) and all(narrows(limit.conditions, denying=False, service=to) for limit in bounds)
        )
        narrowed = narrowed or any(narrows(deny.conditions, denying=True, service=to) for deny in denied)
        left_out = [name for each in (one, *self._denials(), *bounds[:1]) for name in each.left_out(question.action)]
        words = [part for part in (_words(one.conditions, bound, denied), self._nothing_but(question)) if part]
        return Path(via, one.label, ", ".join(words), narrowed, _all_but(left_out))

    def _nothing_but(self, question: Question) -> str:
        """What a Deny of all but some resources leaves of the right."""
        found = [
            name
            for one in self._every()
            if one.denies and one.not_resources and not one.conditions and one.names(question.action)
            for name in one.exempted(question)
        ]
        return f"on nothing but {_shown(found)}" if found and question.kind else ""

    def _denials(self) -> Iterator[Statement]:
        return (one for one in self._every() if one.denies and not one.conditions and "*" in one.resources)

    def names(self, action: str) -> bool:
        """Whether a policy allows an action on anything at all, under whatever condition."""
        return any(not one.denies and one.names(action) for held in self.policies for one in held.statements or ())

    def denies(self, question: Question) -> bool:
        """Whether a Deny without a condition takes it away, whoever else may allow it."""
        return any(one.denies and not one.conditions and one.answers(question) for one in self._every())

    def services(self) -> list[str]:
        """Services of which some statement names everything."""
        return sorted({service for one in self._every() for service in one.services()})


def _words(allowed: tuple[Condition, ...], bound: tuple[Condition, ...], denied: list[Statement]) -> str:
    parts = [f"only {in_words(allowed)}"] if allowed else []
    parts += [f"the boundary only {in_words(bound)}"] if bound else []
    parts += dict.fromkeys(f"denied {in_words(one.conditions)}" for one in denied)
    return ", ".join(parts)


def _all_but(names: list[str]) -> str:
    return f"all but {_shown(names)}" if names else ""


def _shown(names: list[str]) -> str:
    distinct = sorted(set(names))
    more = len(distinct) - _EXCEPTIONS_SHOWN
    return " ".join(distinct[:_EXCEPTIONS_SHOWN]) + (f" and {more} more" if more > 0 else "")


def rights_of(holder: Holder) -> Iterator[Right]:
    """The wide rights of a holder: administration, or else whole services and ways to administration.

    An administrator has all the others too, so they are not listed beside it.
    """
    unknown = tuple(
        Path(f"{held.via} (its text is not in IAM's answer)", "") for held in holder.policies if held.statements is None
    )
    if unknown:
        yield Right("administrator", "not known", unknown)
    everything, held_back = holder.ask(Question(EVERY_ACTION, account=holder.account))
    if everything or held_back:
        yield Right("administrator", "every action on every resource", everything, held_back)
    if not everything:
        # What a boundary takes from an administrator is everything; naming its parts adds nothing.
        yield from (right for right in _narrower(holder) if right.paths or not held_back)


def _narrower(holder: Holder) -> Iterator[Right]:
    whole: set[str] = set()
    taken: set[str] = set()
    for service in holder.services():
        paths, held_back = holder.ask(Question(f"{service}:*", account=holder.account))
        if not paths and not held_back:
            continue
        kind: Kind = "escalation" if service in WHOLE_SERVICES else "service"
        name = WHOLE_SERVICES.get(service)
        right = Right(kind, f"{name} ({service}:*)" if name else f"{service}:*", paths, held_back, service)
        whole |= {service} if right.open else set()
        taken |= set() if paths else {service}
        yield right
    for route in ROUTES:
        # Whoever has all of IAM has each of its actions; saying so thirty times over hides the one that counts.
        service = route.steps[0].service
        if service in whole and service in WHOLE_SERVICES:
            continue
        paths, held_back = _route(holder, route)
        if paths or (held_back and service not in taken):
            yield Right("escalation", route.words, paths, held_back)


def _route(holder: Holder, route: Route) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    questions = [
        Question(step.action, step.resource, step.kind, holder.account, step.passed_to) for step in route.steps
    ]
    found = [holder.ask(question) for question in questions]
    if route.on_itself and holder.arn and f":{route.on_itself}/" in holder.arn and not found[0][0]:
        own = Question(route.steps[0].action, holder.arn, by=holder.arn)
        found = [holder.ask(own), *found[1:]]
    return joined(found)


def joined(found: list[tuple[tuple[Path, ...], tuple[Path, ...]]]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Paths through all of several steps, and those that there would be but for the boundary."""
    if all(paths for paths, _ in found):
        return _joined([paths for paths, _ in found]), ()
    if all(paths or held_back for paths, held_back in found):
        return (), _joined([paths or held_back for paths, held_back in found])
    return (), ()


def _joined(steps: list[tuple[Path, ...]]) -> tuple[Path, ...]:
    """The paths of the first step; of each further one only the best matters, which is the least limited."""
    first, *others = steps
    best = [min(paths, key=lambda path: (path.narrowed, bool(path.condition), path.via)) for paths in others]
    joined = []
    for path in first:
        vias = dict.fromkeys([path.via, *(one.via for one in best)])
        conditions = dict.fromkeys(one.condition for one in (path, *best) if one.condition)
        joined.append(
            Path(" with ".join(vias), path.label, ", ".join(conditions), any(one.narrowed for one in (path, *best)))
        )
    return tuple(joined)
