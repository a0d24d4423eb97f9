"""Classic protection and each ruleset as a layer: what it demands of changes, and whom it lets pass.

Layers add up: of two demands the stricter holds. So somebody can pass the rules by only where what is left, without
the layers that let them pass, demands less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any

#: Whom classic protection exempts, when it does not bind administrators: everybody with the role admin.
ADMINISTRATORS = "administrators"
#: GitHub's number of the repository role admin.
_ADMIN_ROLE = "RepositoryRole:5"
#: Who is somebody else, too: an owner of the organisation administers each of its repositories.
_ALSO = {
    ADMINISTRATORS: {_ADMIN_ROLE},
    _ADMIN_ROLE: {ADMINISTRATORS},
    "OrganizationAdmin": {ADMINISTRATORS, _ADMIN_ROLE},
}
#: Kinds of actors of which there is one, so that a number says nothing.
_ONE_OF_A_KIND = {"OrganizationAdmin", "DeployKey"}


@dataclass(frozen=True)
class Demands:
    """What is asked of a change to a branch; the names are those of the frame's columns."""

    required_approvals: int = 0
    requires_pull_request: bool = False
    dismisses_stale: bool = False
    last_push_approval: bool = False
    code_owner_review: bool = False
    up_to_date_required: bool = False
    required_checks: frozenset[str] = frozenset()
    required_workflows: frozenset[str] = frozenset()
    force_push_blocked: bool = False
    deletion_blocked: bool = False

    def __or__(self, other: Demands) -> Demands:
        """The stricter of both, demand by demand."""
        pairs = {field.name: (getattr(self, field.name), getattr(other, field.name)) for field in fields(self)}
        return Demands(**{
            name: max(one, two) if isinstance(one, int) and not isinstance(one, bool) else one | two
            for name, (one, two) in pairs.items()
        })  # fmt: skip

    def without(self, waived: frozenset[str]) -> Demands:
        return replace(self, **{name: getattr(_NOTHING, name) for name in waived})


_NOTHING = Demands()
_ALL = frozenset(field.name for field in fields(Demands))
#: What an allowance to merge without a pull request leaves out; checks and the history stay protected.
_REVIEWS = frozenset({
    "required_approvals", "requires_pull_request", "dismisses_stale", "last_push_approval", "code_owner_review",
})  # fmt: skip
#: Whoever may bypass on pull requests only still needs one, and cannot push past it.
_ON_PULL_REQUESTS = _ALL - {"requires_pull_request", "force_push_blocked", "deletion_blocked"}


@dataclass(frozen=True)
class Layer:
    """One source of rules. `lets_pass` names for each actor what is waived; `hidden`: GitHub does not show them all."""

    name: str
    demands: Demands
    lets_pass: Mapping[str, frozenset[str]]
    hidden: bool = False

    def left_for(self, actor: str) -> Demands:
        """What is still demanded of somebody."""
        waived = [self.lets_pass[name] for name in {actor, *_ALSO.get(actor, ())} if name in self.lets_pass]
        return self.demands.without(frozenset().union(*waived))

    def left_for_all(self) -> Demands:
        """What is still demanded of somebody who is everybody whom this layer lets pass."""
        return self.demands.without(frozenset().union(*self.lets_pass.values()))


@dataclass(frozen=True)
class Effective:
    """The layers together.

    `bypass_actors` can make a change that the rules would refuse; `bypass_waives` has each of them with each demand
    that is less for them. `bypass_hidden` names layers whose list GitHub does
    not show, where that makes a difference. `bypass_together` are actors none of whom can do it alone, but somebody who
    is several of them could.
    """

    sources: tuple[str, ...]
    demands: Demands
    bypass_actors: tuple[str, ...]
    bypass_waives: tuple[str, ...]
    bypass_hidden: tuple[str, ...]
    bypass_together: tuple[str, ...]

    def row(self) -> dict[str, Any]:
        """The columns of a frame."""
        plain = {field.name: getattr(self.demands, field.name) for field in fields(Demands)}
        listed = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in plain.items()}
        return {
            **listed,
            "bypass_actors": list(self.bypass_actors),
            "bypass_waives": list(self.bypass_waives),
            "bypass_hidden": list(self.bypass_hidden),
            "bypass_together": list(self.bypass_together),
        }


def effective(layers: Iterable[Layer]) -> Effective:
    """What holds, with who can pass it by. A layer that somebody may pass counts for nothing but its own rules."""
    listed = list(layers)
    whole = _together(layer.demands for layer in listed)
    known = sorted({actor for layer in listed for actor in layer.lets_pass})
    left = {actor: _together(layer.left_for(actor) for layer in listed) for actor in known}
    able = [actor for actor in known if left[actor] != whole]
    # Whoever stands in a list that is not shown may stand in those that are shown, too.
    shown = [layer for layer in listed if not layer.hidden]
    unsure = any(
        _together(layer.left_for(actor) for layer in shown) != whole for actor in ("", *known) if actor not in able
    )
    hidden = [layer.name for layer in listed if layer.hidden] if unsure else []
    together = known if not able and _together(layer.left_for_all() for layer in listed) != whole else []
    return Effective(
        tuple(layer.name for layer in listed), whole, tuple(able),
        tuple(f"{actor} {name}" for actor in able for name in _less(left[actor], whole)),
        tuple(hidden), tuple(together),
    )  # fmt: skip


def _less(left: Demands, whole: Demands) -> list[str]:
    return [field.name for field in fields(Demands) if getattr(left, field.name) != getattr(whole, field.name)]


def _together(demands: Iterable[Demands]) -> Demands:
    return reduce(Demands.__or__, demands, _NOTHING)


def layers_of(answer: Mapping[str, Any]) -> list[Layer]:
    """The layers in force in one page of `github.branch_rules`."""
    details = {ruleset.get("id"): ruleset for ruleset in answer["rulesets"]}
    grouped: dict[Any, list[Mapping[str, Any]]] = {}
    for rule in answer["rules"]:
        grouped.setdefault(rule.get("ruleset_id"), []).append(rule)
    found = [] if answer["protection"] is None else [classic_layer(answer["protection"])]
    for number, rules in grouped.items():
        ruleset = details.get(number, {})
        # GitHub lists rules that are enforced; one that is only evaluated stops nobody.
        if ruleset.get("enforcement", "active") == "active":
            found.append(ruleset_layer({**_named(rules[0]), **ruleset, "rules": rules}))
    return found


def _named(rule: Mapping[str, Any]) -> dict[str, Any]:
    """What the rules of a branch say of their ruleset, where its own record is lacking."""
    return {"name": rule.get("ruleset_id"), "source_type": rule.get("ruleset_source_type")}


def ruleset_name(ruleset: Mapping[str, Any]) -> str:
    level = {"Organization": "organisation", "Enterprise": "enterprise"}.get(
        str(ruleset.get("source_type")), "repository"
    )
    return f"ruleset {ruleset.get('name')} ({level})"


def ruleset_layer(ruleset: Mapping[str, Any]) -> Layer:
    """A ruleset, or one version of it. Bypass actors that are left out are hidden, not none."""
    actors = ruleset.get("bypass_actors")
    lets_pass: dict[str, frozenset[str]] = {}
    for actor in actors or ():
        waived = _ON_PULL_REQUESTS if actor.get("bypass_mode") == "pull_request" else _ALL
        name = _actor(actor)
        lets_pass[name] = lets_pass.get(name, frozenset()) | waived
    return Layer(ruleset_name(ruleset), _ruleset_demands(ruleset.get("rules") or []), lets_pass, actors is None)


def _actor(actor: Mapping[str, Any]) -> str:
    kind = str(actor["actor_type"])
    return kind if kind in _ONE_OF_A_KIND else f"{kind}:{actor.get('actor_id')}"


def _ruleset_demands(rules: Iterable[Mapping[str, Any]]) -> Demands:
    return _together(_rule_demands(str(rule["type"]), rule.get("parameters") or {}) for rule in rules)


def _rule_demands(kind: str, parameters: Mapping[str, Any]) -> Demands:
    if kind == "pull_request":
        return Demands(
            required_approvals=parameters["required_approving_review_count"],
            requires_pull_request=True,
            dismisses_stale=bool(parameters.get("dismiss_stale_reviews_on_push")),
            last_push_approval=bool(parameters.get("require_last_push_approval")),
            code_owner_review=bool(parameters.get("require_code_owner_review")),
        )
    if kind == "required_status_checks":
        return Demands(
            required_checks=frozenset(check["context"] for check in parameters["required_status_checks"]),
            up_to_date_required=bool(parameters.get("strict_required_status_checks_policy")),
        )
    if kind == "workflows":
        return Demands(required_workflows=frozenset(one["path"] for one in parameters.get("workflows", [])))
    # A merge queue tests each change on top of what is merged before it.
    return Demands(
        up_to_date_required=kind == "merge_queue",
        force_push_blocked=kind == "non_fast_forward",
        deletion_blocked=kind == "deletion",
    )


def classic_layer(protection: Mapping[str, Any]) -> Layer:
    """Classic protection. Only an administrator may read it, who sees all of it: what it does not list, there is not.

    Whether it binds administrators is always in it; where that is missing all the same, it is hidden.
    """
    reviews = protection.get("required_pull_request_reviews")
    checks = protection.get("required_status_checks") or {}
    names = [check["context"] for check in checks.get("checks", [])] or list(checks.get("contexts", []))
    asked = reviews or {}
    demands = Demands(
        required_approvals=asked.get("required_approving_review_count", 0),
        requires_pull_request=reviews is not None,
        dismisses_stale=bool(asked.get("dismiss_stale_reviews")),
        last_push_approval=bool(asked.get("require_last_push_approval")),
        code_owner_review=bool(asked.get("require_code_owner_reviews")),
        up_to_date_required=bool(checks.get("strict")) and bool(names),
        required_checks=frozenset(names),
        force_push_blocked=not protection.get("allow_force_pushes", {}).get("enabled", False),
        deletion_blocked=not protection.get("allow_deletions", {}).get("enabled", False),
    )
    lets_pass = dict.fromkeys(_allowances(asked.get("bypass_pull_request_allowances") or {}), _REVIEWS)
    binds = protection.get("enforce_admins", {}).get("enabled")
    if binds is False:
        lets_pass[ADMINISTRATORS] = _ALL
    return Layer("classic", demands, lets_pass, hidden=binds is None)


def _allowances(allowances: Mapping[str, Any]) -> list[str]:
    """Who may merge past classic protection's reviews."""
    names = (("users", "User", "login"), ("teams", "Team", "slug"), ("apps", "App", "slug"))
    return [f"{kind}:{item[key]}" for group, kind, key in names for item in allowances.get(group, [])]
