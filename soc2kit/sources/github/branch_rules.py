"""What protects each default branch: classic protection and rulesets, as GitHub states them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ...period import Period
from ..base import Completeness, Page, Pages
from .client import GithubConnection, RepositoryName
from .failures import readable

BRANCH_RULES_NEEDS = "Repository permissions Administration: read and Metadata: read (all repositories)"
# Any other 404 may only mean that the token has no right to know. An empty repository has no branch to protect.
UNPROTECTED = ("Branch not protected", "Branch not found")


def branch_rules(connection: GithubConnection, _: Period) -> Pages:
    """One page for each repository in scope.

    `protection` is null only where GitHub says that there is none. A ruleset's `bypass_actors` is left out by GitHub
    when the token may not see it, and stays missing: that is unknown, not none.
    """
    listed = connection.repositories(needs=BRANCH_RULES_NEEDS)
    repositories = [repository for repository in listed if connection.chosen or not repository.archived]
    for repository in repositories:
        with readable(f"branch rules of {repository.full_name}"):
            page = _rules_of(connection, repository)
        yield page
    left_out = len(listed) - len(repositories)
    archived = f"; {left_out} archived, which nobody can push to, are left out" if left_out else ""
    return Completeness(
        f"every one of {len(repositories)} repositories in scope answered{archived}", source_total=len(repositories)
    )


def _rules_of(connection: GithubConnection, repository: RepositoryName) -> Page:
    root, branch = f"/repos/{repository.full_name}", quote(repository.default_branch, safe="")
    protection_path = f"{root}/branches/{branch}/protection"
    protection = connection.get(protection_path, needs=BRANCH_RULES_NEEDS, absent=UNPROTECTED)
    rules: list[Any] = []
    for page in connection.get_pages(f"{root}/rules/branches/{branch}", needs=BRANCH_RULES_NEEDS):
        rules.extend(page.answer)
    identifiers = dict.fromkeys(rule["ruleset_id"] for rule in rules if rule.get("ruleset_id") is not None)
    rulesets = [connection.get(f"{root}/rulesets/{number}", needs=BRANCH_RULES_NEEDS).answer for number in identifiers]
    answer = {
        "repository": repository.full_name,
        "branch": repository.default_branch,
        "protection": protection.answer,
        "rules": rules,
        "rulesets": rulesets,
    }
    parameters = {"repository": repository.full_name, "branch": repository.default_branch}
    call = f"GET {protection_path}, {root}/rules/branches/{branch}, {root}/rulesets/{{id}}"
    return Page(call, parameters, answer, 1, protection.request_id)
