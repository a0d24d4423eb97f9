"""What several REST answers of the local GitHub are made of: accounts, repositories, refusals."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..period import stamp
from .github_change_state import Repository
from .state import GithubState

_DOCUMENTATION = "https://docs.github.com/rest"
_USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
_REPOSITORY_LINKS = """
    archive assignees blobs branches collaborators comments commits compare contents contributors deployments
    downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels
    languages merges milestones notifications pulls releases stargazers statuses subscribers subscription tags
    teams trees
"""
_PERMISSIONS = ("pull", "triage", "push", "maintain", "admin")
_ROLES = {"read": "pull", "write": "push"}


class Problem(Exception):
    """An answer that GitHub gives instead of what was asked for."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message

    @property
    def body(self) -> dict[str, str]:
        return {"message": self.message, "documentation_url": _DOCUMENTATION, "status": str(self.status)}


def identifier(name: str) -> int:
    """GitHub's number for a thing, as this server gives it out: `actor_id` of a team is `identifier("team-slug")`."""
    return zlib.crc32(name.encode())


def node(kind: str, name: str) -> str:
    return f"{kind}_{identifier(name):08x}"


@dataclass(frozen=True)
class Wrapped:
    """A list that is answered inside a record, beside its total.

    No more than `most` of them are answered, though the total counts all; `record` makes the answer of one.
    """

    name: str
    records: list[Any]
    most: int | None = None
    record: Callable[[Any], Any] = lambda one: one


class ByCursor(list[Any]):
    """A list whose pages are linked by cursor and have no number."""


class Records:
    """Records of one state, as seen by `viewer`: what only owners may see is kept from others."""

    def __init__(self, state: GithubState, at: datetime, url: str, viewer: str) -> None:
        self.state, self.at, self.url, self.viewer = state, at, url, viewer
        self.bots = {account.login.removesuffix("[bot]") for account in state.accounts if account.kind == "Bot"}
        self.owner = viewer in {member.login for member in state.members if member.role == "admin"}

    def find(self, name: str) -> Repository:
        for repository in self.state.repositories:
            if repository.name.lower() == name.lower():
                return repository
        raise Problem(404, "Not Found")

    def full_name(self, repository: Repository) -> str:
        return f"{self.state.organization}/{repository.name}"

    def root(self, repository: Repository) -> str:
        return f"{self.url}/repos/{self.full_name(repository)}"

    def user(self, login: str) -> dict[str, Any]:
        bot = login.removesuffix("[bot]") in self.bots
        login = f"{login.removesuffix('[bot]')}[bot]" if bot else login
        root = f"{self.url}/users/{login}"
        return {
            "login": login,
            "id": identifier(login),
            "node_id": node("U", login),
            "avatar_url": f"{self.url}/avatars/{login}",
            "gravatar_id": "",
            "url": root,
            "html_url": f"{self.url}/{login}",
            **{key: f"{root}{suffix}" for key, suffix in _USER_LINKS.items()},
            "type": "Bot" if bot else "User",
            "user_view_type": "public",
            "site_admin": False,
        }

    def collaborator(self, login: str, role: str) -> dict[str, Any]:
        highest = _PERMISSIONS.index(_ROLES.get(role, role))
        permissions = {name: position <= highest for position, name in enumerate(_PERMISSIONS)}
        return {**self.user(login), "permissions": permissions, "role_name": role}

    def repository_record(self, repository: Repository) -> dict[str, Any]:
        name, root = self.full_name(repository), self.root(repository)
        pushed = max((commit.committed_at for commit in repository.commits[-1:]), default=repository.created_at)
        return {
            "id": identifier(name),
            "node_id": node("R", name),
            "name": repository.name,
            "full_name": name,
            "owner": {**self.user(self.state.organization), "type": "Organization"},
            "private": repository.private,
            "visibility": "private" if repository.private else "public",
            "html_url": f"{self.url}/{name}",
            "description": None,
            "fork": False,
            "url": root,
            **{f"{key}_url": f"{root}/{key}" for key in _REPOSITORY_LINKS.split()},
            "default_branch": repository.default_branch,
            "archived": repository.archived,
            "disabled": False,
            "created_at": stamp(repository.created_at),
            "updated_at": stamp(pushed),
            "pushed_at": stamp(pushed),
        }
