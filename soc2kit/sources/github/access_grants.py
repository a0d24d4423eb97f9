"""Every other way to a repository: teams, rights given directly, invitations, deploy keys, installed apps.

Requests grow with teams and repositories; with people only by pages. Everything here is a snapshot, read over REST.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from ...errors import IncompleteCollection
from ...period import Period
from ..base import Completeness, Page, Pages
from .access import MEMBERS_NEEDS, METADATA_NEEDS, ORGANIZATION_NEEDS, pages_word
from .client import GithubConnection
from .failures import readable

TEAM_REPOSITORIES_NEEDS = f"{MEMBERS_NEEDS}, and {METADATA_NEEDS}"
DEPLOY_KEYS_NEEDS = "Repository permission Administration: read (all repositories)"


def teams(connection: GithubConnection, _: Period) -> Pages:
    """The teams; then, of each, its maintainers, its other members and its repositories with their permission.

    GitHub counts the members of a team's child teams as its own, and a child team has the repositories of its parent.
    """
    root = f"/orgs/{connection.organization}/teams"
    slugs: list[str] = []
    read = 0
    for page in connection.get_pages(root, needs=MEMBERS_NEEDS):
        with readable("teams"):
            slugs += [team["slug"] for team in page.answer]
        read += 1
        yield page
    for slug in slugs:
        for role in ("maintainer", "member"):
            # As with the organisation's members, the question says the role; the answer need not.
            for page in connection.get_pages(f"{root}/{slug}/members", {"role": role}, needs=MEMBERS_NEEDS):
                read += 1
                yield page
        for page in connection.get_pages(f"{root}/{slug}/repos", needs=TEAM_REPOSITORIES_NEEDS):
            read += 1
            yield page
    return Completeness(
        f"the list of {len(slugs)} teams, and of each the lists of maintainers, other members and repositories, were"
        f" followed to their last page: {pages_word(read)}"
    )


def direct_collaborators(connection: GithubConnection, _: Period) -> Pages:
    """People who were given a right on a repository themselves, members and others, repository by repository."""
    reason = yield from _of_each_repository(connection, "collaborators", {"affiliation": "direct"}, METADATA_NEEDS)
    return Completeness(reason)


def deploy_keys(connection: GithubConnection, _: Period) -> Pages:
    reason = yield from _of_each_repository(connection, "keys", {}, DEPLOY_KEYS_NEEDS)
    return Completeness(reason)


def _of_each_repository(
    connection: GithubConnection, tail: str, parameters: Mapping[str, Any], needs: str
) -> Generator[Page, None, str]:
    """A list of each repository, archived ones too, as they can still be read; and why nothing is missing."""
    repositories = connection.repositories(needs=needs)
    read = 0
    for repository in repositories:
        for page in connection.get_pages(f"/repos/{repository.full_name}/{tail}", parameters, needs=needs):
            read += 1
            yield page
    return f"the lists of {len(repositories)} repositories were followed to their last page: {pages_word(read)}"


def invitations(connection: GithubConnection, _: Period) -> Pages:
    """Invitations to the organisation that nobody has accepted yet."""
    read = 0
    for page in connection.get_pages(f"/orgs/{connection.organization}/invitations", needs=MEMBERS_NEEDS):
        read += 1
        yield page
    return Completeness(f"the list of pending invitations was followed to its last page: {pages_word(read)}")


def app_installations(connection: GithubConnection, _: Period) -> Pages:
    """Apps of the organisation with their permissions. Which repositories were selected for one, only the app sees."""
    path, read, total = f"/orgs/{connection.organization}/installations", 0, 0
    for page in connection.get_pages(path, needs=ORGANIZATION_NEEDS, inside="installations"):
        with readable("installed apps"):
            read, total = read + page.rows, page.answer["total_count"]
        yield page
    if read != total:
        raise IncompleteCollection(
            f"github GET {path}: {read} installations read, but GitHub counts {total}. Run the same command again"
        )
    return Completeness("as many installations as GitHub counts were read", source_total=total)
