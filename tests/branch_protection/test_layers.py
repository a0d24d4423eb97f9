"""Classic protection and rulesets put together: the stricter holds, and a bypass opens its own layer alone."""

from __future__ import annotations

from typing import Any

import pytest

from soc2kit.frames import branch_rules
from soc2kit.frames.schema import columns, typed
from soc2kit.frames.table import FRAMES

Rule = dict[str, Any]
DELETION, HISTORY = {"type": "deletion"}, {"type": "non_fast_forward"}
TEAM, OTHER, OWNERS = (
    {"actor_type": "Team", "actor_id": 7},
    {"actor_type": "Team", "actor_id": 8},
    {"actor_type": "OrganizationAdmin", "actor_id": None},
)
ADMIN_ROLE = {"actor_type": "RepositoryRole", "actor_id": 5}


def review(number: int, **more: bool) -> Rule:
    return {"type": "pull_request", "parameters": {"required_approving_review_count": number, **more}}


def check(*names: str, strict: bool = True) -> Rule:
    listed = [{"context": name} for name in names]
    parameters = {"required_status_checks": listed, "strict_required_status_checks_policy": strict}
    return {"type": "required_status_checks", "parameters": parameters}


def ruleset(number: int, *rules: Rule, bypass: list[Any] | None = None, **more: Any) -> tuple[list[Rule], Rule]:
    """The rules as the branch lists them, and the ruleset's own record; without `bypass` GitHub hides who may."""
    own = {"id": number, "name": f"set {number}", "source_type": "Repository", "enforcement": "active", **more}
    source = {"ruleset_id": number, "ruleset_source_type": own["source_type"], "ruleset_source": "o"}
    return [{**rule, **source} for rule in rules], own if bypass is None else {**own, "bypass_actors": bypass}


def branch(protection: Any, *rulesets: tuple[list[Rule], Rule], history: Any = ()) -> dict[str, Any]:
    answer = {
        "repository": "o/r", "branch": "main", "protection": protection,
        "rules": [rule for rules, _ in rulesets for rule in rules],
        "rulesets": [own for _, own in rulesets], "history": list(history),
    }  # fmt: skip
    (row,) = branch_rules.branch_rules([{"answer": answer}], {})
    typed(FRAMES["branch_rules"], [row], "a test")
    return dict(row)


CLASSIC = {
    "required_pull_request_reviews": {"required_approving_review_count": 1, "dismiss_stale_reviews": True},
    "required_status_checks": {"strict": True, "contexts": ["test"]},
    "enforce_admins": {"enabled": True},
}
EXEMPT = {**CLASSIC, "enforce_admins": {"enabled": False}}
EVE = {"users": [{"login": "eve"}], "teams": [{"slug": "ops"}], "apps": [{"slug": "bot"}]}
ALLOWED = {**CLASSIC, "required_pull_request_reviews": {
    **CLASSIC["required_pull_request_reviews"], "bypass_pull_request_allowances": EVE}}  # fmt: skip
AS_MUCH = (review(1, dismiss_stale_reviews_on_push=True), check("test"), DELETION, HISTORY)


@pytest.mark.parametrize(
    ("case", "protection", "rulesets", "actors", "hidden", "together"),
    [
        ("nothing protects", None, (), [], [], []),
        ("nobody may", None, (ruleset(1, *AS_MUCH, bypass=[]),), [], [], []),
        ("a team may", None, (ruleset(1, *AS_MUCH, bypass=[TEAM]),), ["Team:7"], [], []),
        ("owners bear no number", None, (ruleset(1, *AS_MUCH, bypass=[OWNERS]),), ["OrganizationAdmin"], [], []),
        # Prowler: an absent list was taken for an empty one.
        ("absent is not none", None, (ruleset(1, *AS_MUCH),), [], ["ruleset set 1 (repository)"], []),
        ("one of two hides it", None, (ruleset(1, review(1), bypass=[]), ruleset(2, check("test"))), [],
         ["ruleset set 2 (repository)"], []),
        ("one of two hides it, and the other says as much", None,
         (ruleset(1, *AS_MUCH, bypass=[]), ruleset(2, review(1))), [], [], []),
        ("the team of one may stand in the hidden list", None,
         (ruleset(1, *AS_MUCH, bypass=[TEAM]), ruleset(2, *AS_MUCH)), [], ["ruleset set 2 (repository)"], []),
        # Legitify: any ruleset without a bypass was enough.
        ("another ruleset has none, but asks for other things", None,
         (ruleset(1, review(1), bypass=[TEAM]), ruleset(2, DELETION, bypass=[])), ["Team:7"], [], []),
        ("another ruleset has none, and asks for less", None,
         (ruleset(1, review(2), bypass=[TEAM]), ruleset(2, review(1), bypass=[])), ["Team:7"], [], []),
        ("another ruleset has none, and asks for as much", None,
         (ruleset(1, *AS_MUCH, bypass=[TEAM]), ruleset(2, *AS_MUCH, bypass=[])), [], [], []),
        ("the same team in both", None,
         (ruleset(1, *AS_MUCH, bypass=[TEAM]), ruleset(2, *AS_MUCH, bypass=[TEAM])), ["Team:7"], [], []),
        ("one team in each", None, (ruleset(1, *AS_MUCH, bypass=[TEAM]), ruleset(2, *AS_MUCH, bypass=[OTHER])), [], [],
         ["Team:7", "Team:8"]),
        ("the organisation's ruleset holds whoever may bypass the repository's", None,
         (ruleset(1, *AS_MUCH, bypass=[TEAM]), ruleset(2, *AS_MUCH, bypass=[], source_type="Organization")),
         [], [], []),
        ("on pull requests alone: reviews", None,
         (ruleset(1, review(1), bypass=[{**TEAM, "bypass_mode": "pull_request"}]),), ["Team:7"], [], []),
        ("on pull requests alone: force pushes stay blocked", None,
         (ruleset(1, HISTORY, DELETION, bypass=[{**TEAM, "bypass_mode": "pull_request"}]),), [], [], []),
        ("exempt is more than bypass", None, (ruleset(1, HISTORY, bypass=[{**TEAM, "bypass_mode": "exempt"}]),),
         ["Team:7"], [], []),
        ("only evaluated", None, (ruleset(1, *AS_MUCH, bypass=[TEAM], enforcement="evaluate"),), [], [], []),
        ("switched off", None, (ruleset(1, *AS_MUCH, bypass=[TEAM], enforcement="disabled"),), [], [], []),
        ("classic binds all", CLASSIC, (), [], [], []),
        ("classic exempts administrators", EXEMPT, (), ["administrators"], [], []),
        ("classic does not say", {**CLASSIC, "enforce_admins": {}}, (), [], ["classic"], []),
        ("classic allows some to merge unreviewed", ALLOWED, (), ["App:bot", "Team:ops", "User:eve"], [], []),
        ("a ruleset holds those, too", ALLOWED, (ruleset(1, *AS_MUCH, bypass=[]),), [], [], []),
        ("a ruleset holds administrators", EXEMPT, (ruleset(1, *AS_MUCH, bypass=[]),), [], [], []),
        ("a weaker ruleset does not", EXEMPT, (ruleset(1, review(1), bypass=[]),), ["administrators"], [], []),
        ("administrators by both ways", EXEMPT, (ruleset(1, *AS_MUCH, bypass=[ADMIN_ROLE]),),
         ["RepositoryRole:5", "administrators"], [], []),
        ("owners administer", EXEMPT, (ruleset(1, *AS_MUCH, bypass=[OWNERS]),), ["OrganizationAdmin"], [], []),
    ],
)  # fmt: skip
def test_who_can_pass_the_rules_by(
    case: str, protection: Any, rulesets: Any, actors: list[str], hidden: list[str], together: list[str]
) -> None:
    row = branch(protection, *rulesets)
    assert (row["bypass_actors"], row["bypass_hidden"], row["bypass_together"]) == (actors, hidden, together)


@pytest.mark.parametrize(
    ("protection", "rulesets", "column", "value"),
    [
        (None, (), "required_approvals", 0),
        ({}, (), "required_approvals", 0),
        ({"required_pull_request_reviews": None}, (), "requires_pull_request", False),
        ({"required_pull_request_reviews": {}}, (), "requires_pull_request", True),
        (None, (ruleset(1, review(0)),), "requires_pull_request", True),
        (CLASSIC, (), "required_approvals", 1),
        (CLASSIC, (ruleset(1, review(2)),), "required_approvals", 2),
        (None, (ruleset(1, review(2)), ruleset(2, review(1), source_type="Organization")), "required_approvals", 2),
        (CLASSIC, (ruleset(1, review(2)),), "dismisses_stale", True),
        (None, (ruleset(1, review(2, require_last_push_approval=True)),), "last_push_approval", True),
        ({"required_pull_request_reviews": {"require_code_owner_reviews": True}}, (), "code_owner_review", True),
        (CLASSIC, (ruleset(1, check("lint")),), "required_checks", ["lint", "test"]),
        ({"required_status_checks": {"checks": [{"context": "a"}], "contexts": ["a"]}}, (), "required_checks", ["a"]),
        ({"required_status_checks": {"strict": True, "contexts": []}}, (), "up_to_date_required", False),
        (CLASSIC, (), "up_to_date_required", True),
        (None, (ruleset(1, check("a", strict=False)),), "up_to_date_required", False),
        (None, (ruleset(1, check("a", strict=False)), ruleset(2, check("b"))), "up_to_date_required", True),
        (None, (ruleset(1, {"type": "merge_queue", "parameters": {}}),), "up_to_date_required", True),
        (None, (ruleset(1, {"type": "workflows", "parameters": {"workflows": [{"path": "ci.yml"}]}}),),
         "required_workflows", ["ci.yml"]),
        (None, (ruleset(1, check("a"), enforcement="evaluate"),), "required_checks", []),
        ({}, (), "force_push_blocked", True),
        ({"allow_force_pushes": {"enabled": True}}, (), "force_push_blocked", False),
        ({"allow_force_pushes": {"enabled": True}}, (ruleset(1, HISTORY),), "force_push_blocked", True),
        ({"allow_deletions": {"enabled": True}}, (ruleset(1, HISTORY),), "deletion_blocked", False),
        (None, (ruleset(1, DELETION),), "deletion_blocked", True),
        (None, (), "sources", []),
        (CLASSIC, (ruleset(1, DELETION), ruleset(2, DELETION, source_type="Organization")), "sources",
         ["classic", "ruleset set 1 (repository)", "ruleset set 2 (organisation)"]),
        (None, (), "history_whole", True),
        (CLASSIC, (), "history_whole", False),
    ],
)  # fmt: skip
def test_the_stricter_of_all_layers_counts(protection: Any, rulesets: Any, column: str, value: Any) -> None:
    assert branch(protection, *rulesets)[column] == value


def test_a_ruleset_whose_record_is_lacking_hides_its_bypass() -> None:
    rules, _ = ruleset(9, review(1), source_type="Enterprise")
    row = branch(None, (rules, {"id": 8, "enforcement": "active", "name": "another", "bypass_actors": []}))
    assert (row["bypass_hidden"], row["required_approvals"]) == (["ruleset 9 (enterprise)"], 1)


def test_a_history_that_is_refused_is_not_whole() -> None:
    refused = {"ruleset_id": 1, "versions": None, "refused": "403"}
    assert branch(None, ruleset(1, DELETION), history=[refused])["history_whole"] is False


def test_what_a_frame_holds_is_what_a_version_holds() -> None:
    held = {column.name for column in columns(branch_rules.HOLDS)}
    assert held <= set(branch(CLASSIC))
