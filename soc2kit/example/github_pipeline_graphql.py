"""What the local GitHub answers over GraphQL on workflow files and deployments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import graphql

from ..period import stamp
from .github_change_state import Commit, Deployment, DeploymentStatus, Repository, WorkflowFile
from .github_connections import listed, page_of
from .github_records import identifier, node

Actor = Callable[[str | None], Any]
Commits = Mapping[str, Commit]
_WORKFLOWS = "HEAD:.github/workflows"


def fields(repository: Repository, commits: Commits, full_name: str, actor: Actor) -> dict[str, Any]:
    """`commits` are those that the repository knows, by their sha."""

    def deployed(_: Any, first: int, after: str | None = None, orderBy: Any = None) -> dict[str, Any]:
        return _deployments(repository, commits, full_name, actor, first, after, orderBy)

    return {"deployments": deployed}


def files(repository: Repository, expression: str) -> dict[str, Any] | None:
    """The folder of workflows, the only thing that is asked for by expression here."""
    if expression != _WORKFLOWS:
        raise graphql.GraphQLError(f"the local GitHub resolves {_WORKFLOWS} only, not {expression}")
    if not repository.workflows or not repository.commits:
        return None
    return {"__typename": "Tree", "entries": [_entry(file) for file in repository.workflows]}


def _entry(file: WorkflowFile) -> dict[str, Any]:
    oid = f"{identifier(file.path):08x}{identifier(file.text):08x}".ljust(40, "0")
    blob = {
        "__typename": "Blob",
        "oid": oid,
        "byteSize": len(file.text.encode()),
        "isBinary": False,
        "isTruncated": False,
        "text": file.text,
    }
    return {"name": file.path.rpartition("/")[2], "path": file.path, "type": "blob", "oid": oid, "object": blob}


def _deployments(
    repository: Repository, commits: Commits, full_name: str, actor: Actor, first: int, after: str | None,
    order: Mapping[str, str] | None,
) -> dict[str, Any]:  # fmt: skip
    if order != {"field": "CREATED_AT", "direction": "DESC"}:
        raise graphql.GraphQLError(f"the local GitHub orders deployments by CREATED_AT DESC only, not {order}")
    ordered = sorted(repository.deployments, key=lambda one: (one.created_at, one.number), reverse=True)
    return page_of(ordered, lambda one: _deployment(one, full_name, actor, commits.get(one.sha)), first, after)


def _deployment(one: Deployment, full_name: str, actor: Actor, commit: Commit | None) -> dict[str, Any]:
    def status(state: DeploymentStatus) -> dict[str, Any]:
        return {
            "state": state.state.upper(),
            "createdAt": stamp(state.at),
            "description": "",
            "logUrl": None,
            "creator": actor(one.creator),
        }

    newest_first = tuple(reversed(one.statuses))
    states = {"success": "ACTIVE", "pending": "PENDING"}
    last = newest_first[0].state if newest_first else "pending"
    made = stamp(commit.committed_at) if commit else None
    return {
        "__typename": "Deployment",
        "id": deployment_id(full_name, one),
        "databaseId": one.number,
        "createdAt": stamp(one.created_at),
        "updatedAt": stamp(newest_first[0].at if newest_first else one.created_at),
        "environment": one.environment,
        "originalEnvironment": one.environment,
        "task": "deploy",
        "description": None,
        "state": states.get(last, last.upper()),
        "commitOid": one.sha,
        "commit": {"__typename": "Commit", "oid": one.sha, "committedDate": made} if made else None,
        "ref": {"name": one.ref},
        "creator": actor(one.creator) or {"__typename": "User", "login": "ghost"},
        "statuses": listed(newest_first, status),
    }


def deployment_id(full_name: str, one: Deployment) -> str:
    return node("DE", f"{full_name}/{one.number}")


def found(
    repository: Repository, commits: Commits, full_name: str, identity: str, actor: Actor
) -> dict[str, Any] | None:
    """A deployment of a repository by its global id."""
    one = next((one for one in repository.deployments if deployment_id(full_name, one) == identity), None)
    return _deployment(one, full_name, actor, commits.get(one.sha)) if one else None
