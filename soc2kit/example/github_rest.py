"""REST answers of the local GitHub, in GitHub's published shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule

from ..period import stamp
from .github_access_rest import ROUTES
from .github_branch_rest import BRANCH_ROUTES, BranchAnswers
from .github_change_state import Repository
from .github_pipeline_rest import PIPELINE_ROUTES, PipelineAnswers
from .github_pulls_rest import PULL_ROUTES, PullAnswers
from .github_records import Problem, identifier, node
from .github_settings_rest import SETTINGS_ROUTES, SettingsAnswers
from .github_vulnerability_rest import VULNERABILITY_ROUTES, VulnerabilityAnswers

_MORE_ROUTES = {**ROUTES, **SETTINGS_ROUTES, **BRANCH_ROUTES, **PIPELINE_ROUTES, **PULL_ROUTES, **VULNERABILITY_ROUTES}
_ROUTES = Map(
    [
        Rule("/user", endpoint="viewer"),
        Rule("/rate_limit", endpoint="rate_limit"),
        Rule("/orgs/<org>", endpoint="organization"),
        Rule("/orgs/<org>/members", endpoint="members"),
        Rule("/orgs/<org>/outside_collaborators", endpoint="outside_collaborators"),
        Rule("/orgs/<org>/repos", endpoint="repositories"),
        Rule("/repos/<org>/<name>", endpoint="repository"),
        Rule("/repos/<org>/<name>/collaborators", endpoint="collaborators"),
        *(Rule(path, endpoint=endpoint) for path, endpoint in _MORE_ROUTES.items()),
    ]
).bind("localhost")


class Rest(PipelineAnswers, SettingsAnswers, BranchAnswers, PullAnswers, VulnerabilityAnswers):
    """Answers of one state, as seen by `viewer`: what only owners may see is kept from others."""

    def answer(self, path: str, query: Mapping[str, str]) -> Any:
        """A record, or a list not yet cut into pages. Raises `Problem`."""
        try:
            endpoint, matched = _ROUTES.match(path, "GET")
        except NotFound:
            raise Problem(404, "Not Found") from None
        arguments = dict(matched)
        organization = arguments.pop("org", self.state.organization)
        if organization.lower() != self.state.organization.lower():
            raise Problem(404, "Not Found")
        if "name" in arguments:
            arguments["repository"] = self.find(arguments.pop("name"))
        method: Callable[..., Any] = getattr(self, f"_{endpoint}")
        return method(query=query, **arguments)

    def _viewer(self, query: Mapping[str, str]) -> dict[str, Any]:
        nothing = dict.fromkeys(("bio", "blog", "company", "email", "hireable", "location", "name"))
        counts = dict.fromkeys(
            ("followers", "following", "public_gists", "public_repos", "collaborators", "disk_usage"), 0
        ) | dict.fromkeys(("owned_private_repos", "private_gists", "total_private_repos"), 0)
        times = {"created_at": stamp(self.at), "updated_at": stamp(self.at)}
        return {**self.user(self.viewer), **nothing, **counts, **times, "two_factor_authentication": True}

    def _rate_limit(self, query: Mapping[str, str]) -> dict[str, Any]:
        budget = {"limit": 5000, "used": 0, "remaining": 5000, "reset": int(self.at.timestamp()) + 3600}
        return {"resources": {"core": budget, "search": budget, "graphql": budget}, "rate": budget}

    def _organization(self, query: Mapping[str, str]) -> dict[str, Any]:
        name, state = self.state.organization, self.state
        root = f"{self.url}/orgs/{name}"
        links = {f"{key}_url": f"{root}/{key}" for key in ("repos", "events", "hooks", "issues")}
        private = sum(repository.private for repository in state.repositories)
        body = {
            "login": name,
            "id": identifier(name),
            "node_id": node("O", name),
            "url": root,
            **links,
            "members_url": f"{root}/members{{/member}}",
            "public_members_url": f"{root}/public_members{{/member}}",
            "avatar_url": f"{self.url}/avatars/{name}",
            "description": None,
            "html_url": f"{self.url}/{name}",
            "type": "Organization",
            "has_organization_projects": True,
            "has_repository_projects": True,
            "public_repos": len(state.repositories) - private,
            **dict.fromkeys(("public_gists", "followers", "following"), 0),
            "created_at": stamp(min((r.created_at for r in state.repositories), default=self.at)),
            "updated_at": stamp(self.at),
            "archived_at": None,
        }
        if self.owner:
            body["total_private_repos"] = private
            body["default_repository_permission"] = state.default_repository_permission
            body["two_factor_requirement_enabled"] = state.two_factor_required
        return body

    def _members(self, query: Mapping[str, str]) -> list[Any]:
        role, only = query.get("role", "all"), query.get("filter", "all")
        if only == "2fa_disabled" and not self.owner:
            raise Problem(422, "Only owners can use this filter.")
        return [
            self.user(member.login)
            for member in self.state.members
            if role in ("all", member.role) and not (only == "2fa_disabled" and member.two_factor)
        ]

    def _outside_collaborators(self, query: Mapping[str, str]) -> list[Any]:
        logins = dict.fromkeys(login for login, _, _ in self.state.outside_collaborators)
        if query.get("filter") == "2fa_disabled":
            if not self.owner:
                raise Problem(422, "Only owners can use this filter.")
            logins = {login: None for login in logins if login in self.state.access.outside_without_two_factor}
        return [self.user(login) for login in logins]

    def _repositories(self, query: Mapping[str, str]) -> list[Any]:
        return [self.repository_record(repository) for repository in self.state.repositories]

    def _repository(self, repository: Repository, query: Mapping[str, str]) -> dict[str, Any]:
        record, root = self.repository_record(repository), f"{self.url}/{self.full_name(repository)}"
        addresses = dict.fromkeys(("clone_url", "git_url", "ssh_url", "svn_url"), root)
        counts = ("forks", "forks_count", "open_issues", "open_issues_count", "stargazers_count", "watchers")
        more = ("watchers_count", "network_count", "subscribers_count")
        nothing = dict.fromkeys(("homepage", "language", "mirror_url", "license"))
        features = dict.fromkeys(("has_wiki", "has_pages", "has_discussions"), False)
        size = len(repository.commits)
        return {**record, **addresses, **dict.fromkeys(counts + more, 0), **nothing, **features, "has_issues": True,
                "has_projects": True, "size": size, **self.security(repository)}  # fmt: skip

    def _collaborators(self, repository: Repository, query: Mapping[str, str]) -> list[Any]:
        outside = [(login, role) for login, name, role in self.state.outside_collaborators if name == repository.name]
        direct = [(login, role) for login, name, role in self.state.access.direct if name == repository.name]
        everyone = str(self.state.default_repository_permission)
        inside = [(m.login, "admin" if m.role == "admin" else everyone) for m in self.state.members]
        listed = {"outside": outside, "direct": outside + direct}.get(query.get("affiliation", ""), outside + inside)
        return [self.collaborator(login, role) for login, role in listed if role != "none"]
