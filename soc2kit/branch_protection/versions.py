"""What a ruleset was like before: the versions that GitHub keeps of it, and what held on the branch with each.

GitHub keeps versions of rulesets for some months, of classic protection none: between two snapshots the latter is
taken to be what the later one shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

from ..period import parse_moment
from .layers import Demands, Layer, classic_layer, effective, layers_of, ruleset_layer, ruleset_name

Answer = Mapping[str, Any]
_WORDS = {
    "required_approvals": "required approvals",
    "requires_pull_request": "pull request required",
    "dismisses_stale": "stale approvals dismissed",
    "last_push_approval": "approval of the last push required",
    "code_owner_review": "review by code owners required",
    "up_to_date_required": "branch up to date required",
    "required_checks": "required checks",
    "required_workflows": "required workflows",
    "force_push_blocked": "force pushes blocked",
    "deletion_blocked": "deletion blocked",
}


@dataclass(frozen=True)
class _Version:
    ruleset: int
    number: int
    changed_at: str
    by: str | None
    state: Mapping[str, Any]
    before: Mapping[str, Any] | None


def history_whole(answer: Answer) -> bool:
    """Whether versions tell all that happened to the rules: there is no classic protection, and none is kept back."""
    return answer["protection"] is None and all(one["versions"] is not None for one in answer.get("history", ()))


def version_rows(answer: Answer) -> Iterator[dict[str, Any]]:
    """One row for each version of each ruleset, oldest first, with what held on the branch from then on."""
    versions = sorted(_versions(answer), key=lambda one: (parse_moment(one.changed_at), one.number))
    for version in versions:
        layers, unclear = _layers_at(answer, versions, version)
        yield {
            "repository": answer["repository"],
            "branch": answer["branch"],
            "ruleset": ruleset_name(version.state),
            "version": version.number,
            "changed_at": version.changed_at,
            "changed_by": version.by,
            "what": _what(version),
            "unclear": unclear,
            **effective(layers).row(),
        }


def _versions(answer: Answer) -> Iterator[_Version]:
    for one in answer.get("history", ()):
        ordered: Sequence[Mapping[str, Any]] = sorted(
            one["versions"] or (), key=lambda version: (parse_moment(version["updated_at"]), version["version_id"])
        )
        before: Mapping[str, Any] | None = None
        for version in ordered:
            state = version["state"]
            yield _Version(
                one["ruleset_id"], version["version_id"], version["updated_at"], _by(version["actor"]), state, before
            )
            before = state


def _by(actor: Mapping[str, Any]) -> str | None:
    """GitHub names whoever changed a ruleset by number alone."""
    return f"{actor.get('type') or 'User'}:{actor['id']}" if actor.get("id") is not None else None


def _layers_at(answer: Answer, versions: Sequence[_Version], now: _Version) -> tuple[list[Layer], str | None]:
    """The layers that held when a version began, and what about them cannot be told."""
    layers = [] if answer["protection"] is None else [classic_layer(answer["protection"])]
    told = {one["ruleset_id"] for one in answer["history"] if one["versions"]}
    in_force = {rule.get("ruleset_id") for rule in answer["rules"]}
    # What has no versions to read is taken as it is now.
    rest = [rule for rule in answer["rules"] if rule.get("ruleset_id") not in told]
    layers += layers_of({**answer, "protection": None, "rules": rest})
    unclear = None
    for ruleset in sorted(told):
        state = _state_at(ruleset, versions, now, answer)
        if state is None:
            continue
        applies = _applies(ruleset, state, answer, in_force)
        if applies is None:
            unclear = f"whether {ruleset_name(state)} held for the repository then cannot be told from its conditions"
        elif applies:
            layers.append(ruleset_layer(state))
    return layers, unclear


def _state_at(ruleset: int, versions: Sequence[_Version], now: _Version, answer: Answer) -> Mapping[str, Any] | None:
    mine = [one for one in versions if one.ruleset == ruleset]
    moment = parse_moment(now.changed_at)
    past = [one for one in mine if one is now or parse_moment(one.changed_at) <= moment]
    if now.ruleset == ruleset:
        return now.state
    if past:
        return past[-1].state
    made = next((one.get("created_at") for one in answer["rulesets"] if one.get("id") == ruleset), None)
    # Older versions are gone; the ruleset was there, and the oldest that is left stands for them.
    return None if made is None or parse_moment(made) > moment else mine[0].state


def _applies(ruleset: int, state: Mapping[str, Any], answer: Answer, in_force: set[Any]) -> bool | None:
    """Whether a version held on the default branch; None where its conditions name what the answer does not have."""
    if state.get("enforcement") != "active" or state.get("target", "branch") != "branch":
        return False
    conditions = state.get("conditions") or {}
    current: Mapping[str, Any] = next((one for one in answer["rulesets"] if one.get("id") == ruleset), {})
    # A ruleset without a rule is in none of the branch's rules, whatever it is for.
    alike = current.get("enforcement") == "active" and (current.get("conditions") or {}) == conditions
    if alike and current.get("rules"):
        return ruleset in in_force
    branch, repository = str(answer["branch"]), str(answer["repository"]).partition("/")[2]
    held = [_meets(conditions.get("ref_name"), f"refs/heads/{branch}", {"~ALL", "~DEFAULT_BRANCH"})]
    for name, condition in conditions.items():
        if name == "repository_name":
            held.append(_meets(condition, repository, {"~ALL"}))
        elif name != "ref_name":
            return None
    return all(held)


def _meets(condition: Mapping[str, Any] | None, name: str, everything: set[str]) -> bool:
    if condition is None:
        return True
    included, excluded = (
        any(pattern in everything or fnmatchcase(name, pattern) for pattern in condition.get(side) or ())
        for side in ("include", "exclude")
    )
    return included and not excluded


def _what(version: _Version) -> str:
    """What a version changed, in words."""
    if version.before is None:
        return "the oldest version that is kept"
    before, after = version.before, version.state
    told = [
        f"{label}: {before.get(key)} → {after.get(key)}"
        for key, label in (("enforcement", "enforcement"), ("name", "name"))
        if before.get(key) != after.get(key)
    ]
    if before.get("conditions") != after.get("conditions"):
        told.append("other branches or repositories")
    one, other = ruleset_layer(before), ruleset_layer(after)
    told += [
        f"{_WORDS[name]}: {_shown(getattr(one.demands, name))} → {_shown(getattr(other.demands, name))}"
        for name in (field.name for field in fields(Demands))
        if getattr(one.demands, name) != getattr(other.demands, name)
    ]
    if (one.lets_pass, one.hidden) != (other.lets_pass, other.hidden):
        told.append(f"bypass actors: {_shown(frozenset(one.lets_pass))} → {_shown(frozenset(other.lets_pass))}")
    return "; ".join(told) or "nothing that this test looks at"


def _shown(value: Any) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
