"""Branch rules of the example company over time: rulesets with their versions, and pushes as rules judged them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from .github_change_state import (
    BranchRules,
    Commit,
    OrganizationRuleset,
    PullRequest,
    RulesetVersion,
    RuleSuite,
)
from .github_records import identifier
from .moments import ALWAYS, Entry, changed, exists, moment

#: Who made the rulesets that were there from the beginning.
_FIRST_OWNER = "mlindqvist"


def branch_rules(entry: Entry) -> BranchRules:
    """The rules that an entry of the timeline has; its lists become tuples."""
    known = {key: entry[key] for key in BranchRules.__dataclass_fields__ if key in entry}
    values: dict[str, Any] = {key: tuple(one) if isinstance(one, list) else one for key, one in known.items()}
    return BranchRules(**values)


def ruleset_versions(entry: Entry, at: datetime) -> tuple[RulesetVersion, ...]:
    """A version for the beginning of a ruleset and for each change of it by then; other changes make none."""
    return tuple(_versions(entry, at)) if changed(entry, at).get("ruleset") else ()


def _versions(entry: Entry, at: datetime) -> Iterator[RulesetVersion]:
    start = moment(entry.get("from")) or ALWAYS
    rules = branch_rules(changed(entry, start))
    number = 1
    yield RulesetVersion(number, start, entry.get("by", _FIRST_OWNER), rules)
    for change in entry.get("changes", ()):
        since: Any = moment(change["from"])
        later = branch_rules(changed(entry, since))
        if start < since <= at and later != rules:
            number, rules = number + 1, later
            yield RulesetVersion(number, since, change.get("by", _FIRST_OWNER), later)


def organization_rulesets(github: Entry, at: datetime) -> tuple[OrganizationRuleset, ...]:
    return tuple(
        OrganizationRuleset(entry["name"], tuple(_versions({"classic": False, "ruleset": True, **entry}, at)))
        for entry in github["organization_rulesets"]
        if exists(entry, at)
    )


def rule_suites(
    github: Entry, name: str, changes: tuple[PullRequest, ...], commits: tuple[Commit, ...], at: datetime
) -> tuple[RuleSuite, ...]:
    """Every merge passed the rules; the timeline has pushes that they refused, or that were made past them."""
    before = {commit.sha: (commit.parents or ("0" * 40,))[0] for commit in commits}
    passed = [
        RuleSuite(
            identifier(f"{name}#{change.number} suite"), change.merged_at, change.merged_by,
            before[change.merge_commit], change.merge_commit, "pass",
        )
        for change in changes
        # Neither what was merged to another branch, nor a change whose head somebody pushed.
        if change.merge_commit in before and change.merge_commit not in {commit.sha for commit in change.commits}
    ]  # fmt: skip
    told = [
        RuleSuite(
            identifier(f"{name} {entry['at']} suite"), entry["at"], entry["by"],
            before.get(entry["after"], "0" * 40), entry["after"], entry["result"],
        )
        for entry in github["rule_suites"]
        if entry["repository"] == name and entry["at"] <= at
    ]  # fmt: skip
    return tuple(sorted((*passed, *told), key=lambda suite: suite.at))
