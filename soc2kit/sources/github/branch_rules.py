"""What protects each default branch: classic protection and rulesets, as GitHub states them, and their history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ...errors import Refused
from ...period import Period
from ..base import Completeness, Page, Pages
from .client import GithubConnection, RepositoryName
from .failures import readable

BRANCH_RULES_NEEDS = "Repository permissions Administration: read and Metadata: read (all repositories)"
#: Without it who may bypass a ruleset, and what it was like before, stay unknown.
BYPASS_NEEDS = (
    "for who may bypass rulesets and for their history: Administration: write (repositories and organization), with"
    " which GitHub shows them; nothing is ever written"
)
# Any other 404 may only mean that the token has no right to know. An empty repository has no branch to protect.
UNPROTECTED = ("Branch not protected", "Branch not found")
Record = Mapping[str, Any]


def branch_rules(connection: GithubConnection, _: Period) -> Pages:
    """One page for each repository in scope, those without any rule or any commit included.

    `protection` is null only where GitHub says that there is none. `rules` are those enforced on the branch, `rulesets`
    all that the repository or its organisation has for branches. A ruleset's `bypass_actors` is left out by GitHub when
    the token may not see it, and stays missing: that is unknown, not none. `history` has the versions of each ruleset,
    or null and in which words GitHub refused them.
    """
    listed = connection.repositories(needs=BRANCH_RULES_NEEDS)
    repositories = [repository for repository in listed if connection.chosen or not repository.archived]
    rulesets = _Rulesets(connection)
    for repository in repositories:
        with readable(f"branch rules of {repository.full_name}"):
            page = _rules_of(connection, repository, rulesets)
        yield page
    left_out = len(listed) - len(repositories)
    archived = f"; {left_out} archived, which nobody can push to, are left out" if left_out else ""
    return Completeness(
        f"every one of {len(repositories)} repositories in scope answered{archived}{rulesets.words()}",
        source_total=len(repositories),
    )


def _rules_of(connection: GithubConnection, repository: RepositoryName, rulesets: _Rulesets) -> Page:
    root, branch = f"/repos/{repository.full_name}", quote(repository.default_branch, safe="")
    protection_path = f"{root}/branches/{branch}/protection"
    protection = connection.get(protection_path, needs=BRANCH_RULES_NEEDS, absent=UNPROTECTED)
    rules: list[Record] = []
    for page in connection.get_pages(f"{root}/rules/branches/{branch}", needs=BRANCH_RULES_NEEDS):
        rules.extend(page.answer)
    known: dict[int, Record] = {rule["ruleset_id"]: _named(rule) for rule in rules if rule.get("ruleset_id")}
    asked = {"includes_parents": "true", "targets": "branch"}
    for page in connection.get_pages(f"{root}/rulesets", asked, needs=BRANCH_RULES_NEEDS):
        known |= {ruleset["id"]: ruleset for ruleset in page.answer if ruleset.get("target", "branch") == "branch"}
    answer = {
        "repository": repository.full_name,
        "branch": repository.default_branch,
        "protection": protection.answer,
        "rules": rules,
        "rulesets": [rulesets.details(root, number, named) for number, named in known.items()],
        "history": [rulesets.history(root, number, named) for number, named in known.items()],
    }
    parameters = {"repository": repository.full_name, "branch": repository.default_branch}
    call = (
        f"GET {protection_path}, {root}/rules/branches/{branch}, {root}/rulesets, {root}/rulesets/{{id}},"
        f" {root}/rulesets/{{id}}/history, {root}/rulesets/{{id}}/history/{{version}}; those of the organisation at"
        f" /orgs/{connection.organization}/rulesets"
    )
    return Page(call, parameters, answer, 1, protection.request_id)


def _named(rule: Record) -> Record:
    """A ruleset as its rules name it."""
    return {"id": rule["ruleset_id"], "source_type": rule["ruleset_source_type"], "source": rule["ruleset_source"]}


@dataclass
class _Rulesets:
    """Rulesets and their history; those of an organisation hold for many repositories and are asked for once."""

    connection: GithubConnection
    _shared: dict[tuple[str, str], Record] = field(default_factory=dict)
    _read: set[int] = field(default_factory=set)
    _refused: dict[int, str] = field(default_factory=dict)

    def details(self, root: str, number: int, named: Record) -> Record:
        """The ruleset's own record; the organisation shows an owner more of its rulesets than a repository does."""
        shared = _shared_path(number, named)
        if shared is not None:
            found: Record | None = self._once("details", shared, self._details_of_organization)
            if found is not None:
                return found
        return self._get(f"{root}/rulesets/{number}", {"includes_parents": "true"})

    def history(self, root: str, number: int, named: Record) -> Record:
        shared = _shared_path(number, named)
        if shared is not None:
            found: Record = self._once("history", shared, lambda path: self._history_at(path, number))
            return found
        if named.get("source_type") != "Repository":
            why = f"GitHub gives no history of rulesets of the {named.get('source_type')}"
            self._refused[number] = why
            return {"ruleset_id": number, "versions": None, "refused": why}
        return self._history_at(f"{root}/rulesets/{number}", number)

    def _once(self, what: str, path: str, ask: Any) -> Any:
        if (what, path) not in self._shared:
            self._shared[what, path] = ask(path)
        return self._shared[what, path]

    def _details_of_organization(self, path: str) -> Record | None:
        try:
            return self._get(path, {})
        except Refused:
            # A repository shows the same ruleset, without those who may bypass it.
            return None

    def _get(self, path: str, parameters: Record) -> Record:
        found: Record = self.connection.get(path, parameters, needs=BRANCH_RULES_NEEDS).answer
        _refuse_without(found, "id", "enforcement")
        return found

    def _history_at(self, path: str, number: int) -> Record:
        """Every version with its state. A refusal is kept in GitHub's words: the history is a thing more to have."""
        versions: list[Record] = []
        try:
            for page in self.connection.get_pages(f"{path}/history", needs=BYPASS_NEEDS):
                for version in page.answer:
                    one = self.connection.get(f"{path}/history/{version['version_id']}", needs=BYPASS_NEEDS).answer
                    _refuse_without(one, "version_id", "updated_at", "actor", "state")
                    versions.append(one)
        except Refused as error:
            self._refused[number] = str(error)
            return {"ruleset_id": number, "versions": None, "refused": str(error)}
        self._read.add(number)
        return {"ruleset_id": number, "versions": versions, "refused": None}

    def words(self) -> str:
        told = f"; the history of {len(self._read)} rulesets was read" if self._read else ""
        if not self._refused:
            return told
        return f"{told}; that of {len(self._refused)} rulesets is not readable: {next(iter(self._refused.values()))}"


def _refuse_without(record: Record, *names: str) -> None:
    """Raise `KeyError` for a record that lacks what GitHub always gives."""
    for name in names:
        record[name]


def _shared_path(number: int, named: Record) -> str | None:
    return f"/orgs/{named['source']}/rulesets/{number}" if named.get("source_type") == "Organization" else None
