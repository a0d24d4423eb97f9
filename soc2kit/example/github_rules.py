"""Branch rules in GitHub's two published shapes: classic protection and rulesets."""

from __future__ import annotations

from typing import Any

from .github_change_state import BranchRules


def classic_protection(rules: BranchRules, url: str) -> dict[str, Any]:
    body: dict[str, Any] = {"url": url}
    if rules.required_checks:
        body["required_status_checks"] = {
            "url": f"{url}/required_status_checks",
            "strict": rules.strict_checks,
            "contexts": list(rules.required_checks),
            "contexts_url": f"{url}/required_status_checks/contexts",
            "checks": [{"context": name, "app_id": None} for name in rules.required_checks],
        }
    if rules.required_approvals:
        body["required_pull_request_reviews"] = {
            "url": f"{url}/required_pull_request_reviews",
            "dismiss_stale_reviews": rules.dismiss_stale,
            "require_code_owner_reviews": rules.code_owner_review,
            "require_last_push_approval": rules.last_push_approval,
            "required_approving_review_count": rules.required_approvals,
        }
    body["required_signatures"] = {"url": f"{url}/required_signatures", "enabled": False}
    body["enforce_admins"] = {"url": f"{url}/enforce_admins", "enabled": rules.enforce_admins}
    body["allow_force_pushes"] = {"enabled": rules.allow_force_pushes}
    body["allow_deletions"] = {"enabled": rules.allow_deletions}
    for key in ("required_linear_history", "block_creations", "required_conversation_resolution", "lock_branch"):
        body[key] = {"enabled": False}
    return body


def ruleset_rules(rules: BranchRules) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = []
    if not rules.allow_deletions:
        listed.append({"type": "deletion"})
    if not rules.allow_force_pushes:
        listed.append({"type": "non_fast_forward"})
    if rules.required_approvals:
        parameters: dict[str, Any] = {
            "required_approving_review_count": rules.required_approvals,
            "dismiss_stale_reviews_on_push": rules.dismiss_stale,
            "require_code_owner_review": rules.code_owner_review,
            "require_last_push_approval": rules.last_push_approval,
            "required_review_thread_resolution": False,
        }
        listed.append({"type": "pull_request", "parameters": parameters})
    if rules.required_checks:
        parameters = {
            "strict_required_status_checks_policy": rules.strict_checks,
            "required_status_checks": [{"context": name} for name in rules.required_checks],
        }
        listed.append({"type": "required_status_checks", "parameters": parameters})
    return listed
