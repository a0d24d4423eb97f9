"""What the local GitHub tells of protection, rulesets and their history, and of pushes that rules judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from ..period import stamp
from .github_change_state import BranchRules, OrganizationRuleset, Repository, RulesetVersion, RuleSuite
from .github_records import Problem, Records, identifier, node
from .github_rules import classic_protection, ruleset_rules

SETTINGS_ROUTES = {
    "/repos/<org>/<name>/branches/<path:branch>/protection": "protection",
    "/repos/<org>/<name>/rules/branches/<path:branch>": "rules",
    "/repos/<org>/<name>/rulesets": "rulesets",
    "/repos/<org>/<name>/rulesets/<int:number>": "ruleset",
    "/repos/<org>/<name>/rulesets/<int:number>/history": "ruleset_history",
    "/repos/<org>/<name>/rulesets/<int:number>/history/<int:version>": "ruleset_version",
    "/repos/<org>/<name>/rulesets/rule-suites": "rule_suites",
    "/orgs/<org>/rulesets/<int:number>": "organization_ruleset",
    "/orgs/<org>/rulesets/<int:number>/history": "organization_ruleset_history",
    "/orgs/<org>/rulesets/<int:number>/history/<int:version>": "organization_ruleset_version",
}
_Query = Mapping[str, str]
_REACH = {
    "hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30),
}  # fmt: skip


class SettingsAnswers(Records):
    """Records of branch rules. Who may bypass a ruleset and what it was before are shown to owners alone."""

    def _protection(self, repository: Repository, branch: str, query: _Query) -> dict[str, Any]:
        if not self.owner:
            raise Problem(404, "Not Found")
        rules = repository.rules if branch == repository.default_branch else None
        if rules is None or not rules.classic:
            raise Problem(404, "Branch not protected")
        body = classic_protection(rules, f"{self.root(repository)}/branches/{branch}/protection")
        if rules.allowances and "required_pull_request_reviews" in body:
            users = [self.user(login) for login in rules.allowances]
            allowed = {"users": users, "teams": [], "apps": []}
            body["required_pull_request_reviews"]["bypass_pull_request_allowances"] = allowed
        return body

    def _rules(self, repository: Repository, branch: str, query: _Query) -> list[Any]:
        """Of rulesets that are enforced alone."""
        if branch != repository.default_branch:
            return []
        listed: list[Any] = []
        for ruleset in self._of_repository(repository):
            source = {
                "ruleset_source_type": ruleset["source_type"],
                "ruleset_source": ruleset["source"],
                "ruleset_id": ruleset["id"],
            }
            if ruleset["enforcement"] == "active":
                listed += [{**rule, **source} for rule in ruleset["rules"]]
        return listed

    def _rulesets(self, repository: Repository, query: _Query) -> list[Any]:
        parents = query.get("includes_parents", "true") == "true"
        short = ("rules", "conditions", "bypass_actors", "current_user_can_bypass")
        return [
            {key: value for key, value in ruleset.items() if key not in short}
            for ruleset in self._of_repository(repository)
            if parents or ruleset["source_type"] == "Repository"
        ]

    def _ruleset(self, repository: Repository, number: int, query: _Query) -> dict[str, Any]:
        for ruleset in self._of_repository(repository):
            if ruleset["id"] == number:
                return ruleset
        raise Problem(404, "Not Found")

    def _organization_ruleset(self, number: int, query: _Query) -> dict[str, Any]:
        if not self.owner:
            raise Problem(404, "Not Found")
        found = self._of_organization(number)
        body = self._record(self._state(found, found.versions[-1]), found.versions)
        return {key: value for key, value in body.items() if key != "current_user_can_bypass"}

    def _organization_ruleset_history(self, number: int, query: _Query) -> list[Any]:
        return self._versions(self._of_organization(number).versions)

    def _organization_ruleset_version(self, number: int, version: int, query: _Query) -> dict[str, Any]:
        found = self._of_organization(number)
        return self._version(found.versions, version, lambda one: self._state(found, one))

    def _ruleset_history(self, repository: Repository, number: int, query: _Query) -> list[Any]:
        return self._versions(self._own_versions(repository, number))

    def _ruleset_version(self, repository: Repository, number: int, version: int, query: _Query) -> dict[str, Any]:
        return self._version(
            self._own_versions(repository, number), version, lambda one: self._own_state(repository, one.rules)
        )

    def _rule_suites(self, repository: Repository, query: _Query) -> list[Any]:
        if not self.owner:
            raise Problem(404, "Not Found")
        since, wanted = self.at - _REACH[query.get("time_period", "day")], query.get("rule_suite_result", "all")
        newest = sorted(repository.rule_suites, key=lambda suite: suite.at, reverse=True)
        return [
            self._suite(repository, suite) for suite in newest if suite.at > since and wanted in ("all", suite.result)
        ]

    def _suite(self, repository: Repository, suite: RuleSuite) -> dict[str, Any]:
        actor = {"actor_id": identifier(suite.actor), "actor_name": suite.actor} if suite.actor else {}
        return {
            "id": suite.number,
            **actor,
            "before_sha": suite.before,
            "after_sha": suite.after,
            "ref": f"refs/heads/{suite.branch or repository.default_branch}",
            "repository_id": identifier(self.full_name(repository)),
            "repository_name": repository.name,
            "pushed_at": stamp(suite.at),
            "result": suite.result,
            "evaluation_result": suite.result,
        }

    def _of_repository(self, repository: Repository) -> Iterator[dict[str, Any]]:
        """Its own ruleset, and those of the organisation that are for it, whether they are enforced or not."""
        rules = repository.rules
        if rules is not None and rules.ruleset:
            state = self._own_state(repository, rules)
            yield self._seen(self._record(state, self._own_versions(repository, state["id"], seen=True)))
        for one in self.state.rulesets:
            if any(pattern == "~ALL" or fnmatchcase(repository.name, pattern) for pattern in one.repositories):
                yield self._seen(self._record(self._state(one, one.versions[-1]), one.versions))

    def _seen(self, body: dict[str, Any]) -> dict[str, Any]:
        return body if self.owner else {key: value for key, value in body.items() if key != "bypass_actors"}

    def _of_organization(self, number: int) -> OrganizationRuleset:
        for one in self.state.rulesets:
            if identifier(f"{self.state.organization} {one.name}") == number:
                return one
        raise Problem(404, "Not Found")

    def _own_versions(self, repository: Repository, number: int, seen: bool = False) -> tuple[RulesetVersion, ...]:
        rules = repository.rules
        known = rules is not None and rules.ruleset and number == identifier(self.full_name(repository))
        if rules is None or not known or not (self.owner or seen):
            raise Problem(404, "Not Found")
        return repository.ruleset_versions or (RulesetVersion(1, repository.created_at, None, rules),)

    def _own_state(self, repository: Repository, rules: BranchRules) -> dict[str, Any]:
        name = self.full_name(repository)
        conditions = {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}
        title = f"protect {repository.default_branch}"
        return self._ruleset_state(identifier(name), title, ("Repository", name), rules, conditions)

    def _state(self, one: OrganizationRuleset, version: RulesetVersion) -> dict[str, Any]:
        organization = self.state.organization
        conditions = {
            "ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []},
            "repository_name": {"include": list(one.repositories), "exclude": [], "protected": False},
        }
        number = identifier(f"{organization} {one.name}")
        return self._ruleset_state(number, one.name, ("Organization", organization), version.rules, conditions)

    def _ruleset_state(
        self, number: int, name: str, source: tuple[str, str], rules: BranchRules, conditions: dict[str, Any]
    ) -> dict[str, Any]:
        return {
            "id": number,
            "name": name,
            "target": "branch",
            "source_type": source[0],
            "source": source[1],
            "enforcement": rules.enforcement,
            "conditions": conditions,
            "rules": ruleset_rules(rules),
            "bypass_actors": [self._bypass_actor(actor, rules.bypass_mode) for actor in rules.bypass_actors],
        }

    def _record(self, state: dict[str, Any], versions: tuple[RulesetVersion, ...]) -> dict[str, Any]:
        organization = state["source_type"] == "Organization"
        root = f"{self.url}/{'orgs' if organization else 'repos'}/{state['source']}"
        return {
            **state,
            "node_id": node("RRS", str(state["id"])),
            "created_at": stamp(versions[0].at),
            "updated_at": stamp(versions[-1].at),
            "current_user_can_bypass": "never",
            "_links": {"self": {"href": f"{root}/rulesets/{state['id']}"}, "html": None},
        }

    def _versions(self, versions: tuple[RulesetVersion, ...]) -> list[Any]:
        if not self.owner:
            raise Problem(404, "Not Found")
        return [self._entry(version) for version in reversed(versions)]

    def _entry(self, version: RulesetVersion) -> dict[str, Any]:
        actor = {"id": identifier(version.by), "type": "User"} if version.by else {}
        return {"version_id": version.number, "actor": actor, "updated_at": stamp(version.at)}

    def _version(self, versions: tuple[RulesetVersion, ...], number: int, state: Any) -> dict[str, Any]:
        if not self.owner:
            raise Problem(404, "Not Found")
        for version in versions:
            if version.number == number:
                return {**self._entry(version), "state": state(version)}
        raise Problem(404, "Not Found")

    def _bypass_actor(self, name: str, mode: str) -> dict[str, Any]:
        if name == "OrganizationAdmin":
            return {"actor_id": None, "actor_type": name, "bypass_mode": mode}
        kind = "Integration" if name.removesuffix("[bot]") in self.bots else "Team"
        return {"actor_id": identifier(name), "actor_type": kind, "bypass_mode": mode}
