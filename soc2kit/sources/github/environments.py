"""The environments that each repository deploys to, and what protects them."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any
from urllib.parse import quote

from ...errors import IncompleteCollection
from ...period import Period
from ..base import Completeness, Page, Pages
from .client import GithubConnection, RepositoryName
from .failures import readable

ENVIRONMENTS_NEEDS = "Repository permissions Metadata: read and Actions: read (all repositories)"


def environments(connection: GithubConnection, _: Period) -> Pages:
    """The environments of each repository in scope; then the patterns of each that names its branches itself."""
    listed = connection.repositories(needs=ENVIRONMENTS_NEEDS)
    repositories = [repository for repository in listed if connection.chosen or not repository.archived]
    total = 0
    for repository in repositories:
        with readable(f"environments of {repository.full_name}"):
            total += yield from _environments_of(connection, repository)
    left_out = len(listed) - len(repositories)
    archived = f"; {left_out} archived, which deploy nothing, are left out" if left_out else ""
    return Completeness(
        f"every one of {len(repositories)} repositories in scope answered with as many environments, and each with as"
        f" many branch patterns, as GitHub counts{archived}",
        source_total=total,
    )


def _environments_of(connection: GithubConnection, repository: RepositoryName) -> Generator[Page, None, int]:
    path = f"/repos/{repository.full_name}/environments"
    found = yield from _whole(connection, path, "environments")
    for environment in found:
        policy = environment["deployment_branch_policy"]
        if policy is not None and policy["custom_branch_policies"]:
            name = quote(environment["name"], safe="")
            yield from _whole(connection, f"{path}/{name}/deployment-branch-policies", "branch_policies", rows=False)
    return len(found)


def _whole(
    connection: GithubConnection, path: str, inside: str, *, rows: bool = True
) -> Generator[Page, None, list[Mapping[str, Any]]]:
    found: list[Mapping[str, Any]] = []
    counted = 0
    for page in connection.get_pages(path, needs=ENVIRONMENTS_NEEDS, inside=inside):
        found += page.answer[inside]
        counted = page.answer["total_count"]
        yield page if rows else Page(page.call, page.parameters, page.answer, 0, page.request_id)
    if len(found) != counted:
        raise IncompleteCollection(
            f"github GET {path}: {len(found)} {inside} read, but GitHub counts {counted}. Run the same command again"
        )
    return found
