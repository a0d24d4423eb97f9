"""What held on a branch with each version of a ruleset."""

from __future__ import annotations

from typing import Any

import pytest

from soc2kit.branch_protection.versions import version_rows
from soc2kit.frames.schema import typed
from soc2kit.frames.table import FRAMES

Rule = dict[str, Any]
DEFAULT = {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}


def approvals(number: int) -> Rule:
    return {"type": "pull_request", "parameters": {"required_approving_review_count": number}}


def state(number: int, *rules: Rule, **more: Any) -> dict[str, Any]:
    return {
        "id": number, "name": f"set {number}", "target": "branch", "source_type": "Repository", "enforcement": "active",
        "conditions": DEFAULT, "bypass_actors": [], "rules": list(rules), **more,
    }  # fmt: skip


def version(number: int, day: int, held: dict[str, Any], by: int | None = 5) -> dict[str, Any]:
    actor = {} if by is None else {"id": by, "type": "User"}
    return {"version_id": number, "updated_at": f"2026-03-{day:02}T00:00:00Z", "actor": actor, "state": held}


def rows(current: list[dict[str, Any]], history: dict[int, Any], protection: Any = None) -> list[dict[str, Any]]:
    rules = [
        {**rule, "ruleset_id": one["id"], "ruleset_source_type": "Repository", "ruleset_source": "o/r"}
        for one in current
        if one["enforcement"] == "active"
        for rule in one["rules"]
    ]
    answer = {
        "repository": "o/r", "branch": "main", "protection": protection, "rules": rules, "rulesets": current,
        "history": [{"ruleset_id": number, "versions": found} for number, found in history.items()],
    }  # fmt: skip
    found = list(version_rows(answer))
    typed(FRAMES["ruleset_history"], found, "a test")
    return found


def test_each_version_says_what_held_from_then_on_and_what_it_changed() -> None:
    strong, weak = state(1, approvals(2)), state(1, approvals(0))
    # Newest first, as GitHub lists them.
    found = rows([strong], {1: [version(3, 5, strong, None), version(2, 4, weak), version(1, 2, strong)]})
    assert [(row["version"], row["required_approvals"], row["changed_by"]) for row in found] == [
        (1, 2, "User:5"), (2, 0, "User:5"), (3, 2, None),
    ]  # fmt: skip
    assert [row["what"] for row in found] == [
        "the oldest version that is kept", "required approvals: 2 → 0", "required approvals: 0 → 2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "approvals_then", "what"),
    [
        ({"enforcement": "evaluate"}, 0, "enforcement: active → evaluate"),
        ({"enforcement": "disabled"}, 0, "enforcement: active → disabled"),
        ({"target": "tag"}, 0, "nothing that this test looks at"),
        ({"name": "another"}, 2, "name: set 1 → another"),
        ({"bypass_actors": [{"actor_type": "Team", "actor_id": 7}]}, 2, "bypass actors: none → Team:7"),
        ({"conditions": {"ref_name": {"include": ["refs/heads/release/*"], "exclude": []}}}, 0, "other branches"),
        ({"conditions": {"ref_name": {"include": ["refs/heads/ma*"], "exclude": []}}}, 2, "other branches"),
        ({"conditions": {"ref_name": {"include": ["~ALL"], "exclude": ["refs/heads/main"]}}}, 0, "other branches"),
        ({"conditions": {**DEFAULT, "repository_name": {"include": ["r"], "exclude": []}}}, 2, "other branches"),
        ({"conditions": {**DEFAULT, "repository_name": {"include": ["~ALL"], "exclude": ["r*"]}}}, 0, "other branches"),
    ],
)
def test_a_version_holds_where_its_conditions_say(change: Any, approvals_then: int, what: str) -> None:
    now = state(1, approvals(2))
    then = {**now, **change}
    found = rows([now], {1: [version(1, 2, now), version(2, 3, then), version(3, 4, now)]})
    assert found[1]["required_approvals"] == approvals_then
    assert what in found[1]["what"]
    assert found[1]["unclear"] is None


def test_conditions_that_the_answer_cannot_tell_are_unclear() -> None:
    now = state(1, approvals(2))
    then = {**now, "conditions": {**DEFAULT, "repository_property": {"include": [], "exclude": []}}}
    found = rows([now], {1: [version(1, 2, then), version(2, 3, now)]})
    assert "cannot be told from its conditions" in found[0]["unclear"]
    assert found[1]["unclear"] is None


def test_conditions_like_todays_hold_as_today() -> None:
    by_property = {**DEFAULT, "repository_property": {"include": [], "exclude": []}}
    now = state(1, approvals(2), conditions=by_property)
    found = rows([now], {1: [version(1, 2, {**now, "rules": []}), version(2, 3, now)]})
    assert [(row["required_approvals"], row["unclear"]) for row in found] == [(0, None), (2, None)]


def test_what_else_protects_the_branch_counts_in_each_version() -> None:
    one, other = state(1, approvals(2)), state(2, approvals(1), created_at="2026-03-03T00:00:00Z")
    weaker = {**one, "rules": []}
    history = {1: [version(1, 1, one), version(2, 4, weaker)], 2: [version(7, 3, other)]}
    found = rows([weaker, other], history)
    assert [(row["ruleset"], row["required_approvals"]) for row in found] == [
        ("ruleset set 1 (repository)", 2), ("ruleset set 2 (repository)", 2), ("ruleset set 1 (repository)", 1),
    ]  # fmt: skip
    classic = {"required_pull_request_reviews": {"required_approving_review_count": 1}, "enforce_admins": {}}
    assert [row["required_approvals"] for row in rows([weaker], {1: history[1]}, classic)] == [2, 1]


def test_a_ruleset_older_than_its_history_was_there_before() -> None:
    old = state(2, approvals(1), created_at="2025-01-01T00:00:00Z")
    one = state(1, approvals(0))
    found = rows([one, old], {1: [version(1, 1, one)], 2: [version(9, 3, old)]})
    assert [row["required_approvals"] for row in found] == [1, 1]


def test_a_history_that_is_not_readable_gives_no_rows() -> None:
    one, hidden = state(1, approvals(2)), state(2, approvals(1))
    found = rows([one, hidden], {1: [version(1, 1, {**one, "rules": []})], 2: None})
    assert [(row["ruleset"], row["required_approvals"]) for row in found] == [("ruleset set 1 (repository)", 1)]
