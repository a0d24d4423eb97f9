"""Frames from GitHub's settings: organisation, people, branch rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]


def organization(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """A setting that the token may not see is missing from the answer, and stays missing."""
    answer = pages[-1]["answer"]
    yield {
        "organization": answer["login"],
        "two_factor_required": answer.get("two_factor_requirement_enabled"),
        "default_permission": answer.get("default_repository_permission"),
    }


def members(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    for page in pages:
        for account in page["answer"]:
            yield {"login": account["login"], "role": page["parameters"]["role"]}


def without_two_factor(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    for page in pages:
        for account in page["answer"]:
            yield {"login": account["login"]}


def lists_read(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each time that a list was read, empty or not."""
    yield {"listed": sum(len(page["answer"]) for page in pages)}


def outside_collaborators(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per collaborator and repository, from the repositories' own lists."""
    for page in pages:
        parts = page["call"].split("/")
        if parts[1] != "repos":
            continue
        for account in page["answer"]:
            yield {
                "login": account["login"],
                "repository": f"{parts[2]}/{parts[3]}",
                "permission": account.get("role_name"),
            }


def branch_rules(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """The rules in force on each default branch: classic protection and rulesets together, the stricter one counts."""
    for page in pages:
        answer = page["answer"]
        classic = _classic(answer["protection"])
        rulesets = _rulesets(answer["rules"], answer["rulesets"])
        checks = sorted(set(classic["checks"]) | set(rulesets["checks"]))
        yield {
            "repository": answer["repository"],
            "branch": answer["branch"],
            "required_approvals": max(classic["approvals"], rulesets["approvals"]),
            "dismisses_stale": classic["dismisses_stale"] or rulesets["dismisses_stale"],
            "required_checks": checks,
            "force_push_blocked": classic["force_push_blocked"] or rulesets["force_push_blocked"],
            "deletion_blocked": classic["deletion_blocked"] or rulesets["deletion_blocked"],
            "ruled_by_ruleset": bool(answer["rules"]),
            "classic": answer["protection"] is not None,
            # Whether the rulesets alone ask for all that classic protection does, so that its exemptions open nothing.
            "ruleset_suffices": bool(answer["rules"])
            and rulesets["approvals"] >= classic["approvals"]
            and set(classic["checks"]) <= set(rulesets["checks"]),
            "enforced_for_admins": classic["enforced_for_admins"],
            "bypass_actors": _all_bypass(classic["bypass_actors"], rulesets["bypass_actors"]),
        }


def _classic(protection: Mapping[str, Any] | None) -> dict[str, Any]:
    if protection is None:
        return {
            "approvals": 0,
            "dismisses_stale": False,
            "checks": [],
            "force_push_blocked": False,
            "deletion_blocked": False,
            "enforced_for_admins": None,
            "bypass_actors": [],
        }
    reviews = protection.get("required_pull_request_reviews") or {}
    checks = protection.get("required_status_checks") or {}
    return {
        "approvals": reviews.get("required_approving_review_count", 0),
        "dismisses_stale": reviews.get("dismiss_stale_reviews", False),
        "checks": [check["context"] for check in checks.get("checks", [])] or list(checks.get("contexts", [])),
        "force_push_blocked": not protection.get("allow_force_pushes", {}).get("enabled", False),
        "deletion_blocked": not protection.get("allow_deletions", {}).get("enabled", False),
        "enforced_for_admins": protection.get("enforce_admins", {}).get("enabled"),
        "bypass_actors": _allowances(reviews.get("bypass_pull_request_allowances") or {}),
    }


def _allowances(allowances: Mapping[str, Any]) -> list[str]:
    """Who may merge past classic protection's reviews."""
    names = (("users", "User", "login"), ("teams", "Team", "slug"), ("apps", "App", "slug"))
    return sorted(f"{kind}:{item[key]}" for group, kind, key in names for item in allowances.get(group, []))


def _all_bypass(classic: list[str], rulesets: list[str] | None) -> list[str] | None:
    """Both lists together; unknown as soon as one of them is."""
    return None if rulesets is None else sorted({*classic, *rulesets})


def _rulesets(rules: list[Mapping[str, Any]], rulesets: list[Mapping[str, Any]]) -> dict[str, Any]:
    types = {rule["type"] for rule in rules}
    reviews = [rule["parameters"] for rule in rules if rule["type"] == "pull_request"]
    checks = [rule["parameters"] for rule in rules if rule["type"] == "required_status_checks"]
    return {
        "approvals": max((review["required_approving_review_count"] for review in reviews), default=0),
        "dismisses_stale": any(review.get("dismiss_stale_reviews_on_push") for review in reviews),
        "checks": [check["context"] for parameters in checks for check in parameters["required_status_checks"]],
        "force_push_blocked": "non_fast_forward" in types,
        "deletion_blocked": "deletion" in types,
        "bypass_actors": _bypass_actors(rulesets),
    }


def _bypass_actors(rulesets: list[Mapping[str, Any]]) -> list[str] | None:
    """Who may pass the rulesets by; None when GitHub does not let the token see it, which is not the same as nobody."""
    actors = []
    for ruleset in rulesets:
        if "bypass_actors" not in ruleset:
            return None
        actors += [f"{actor['actor_type']}:{actor.get('actor_id')}" for actor in ruleset["bypass_actors"]]
    return sorted(actors)
