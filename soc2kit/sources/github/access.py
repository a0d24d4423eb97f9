"""Who can reach the organisation and its repositories. Everything here is a snapshot, read over REST."""

from __future__ import annotations

from ...errors import MalformedInput
from ...period import Period
from ..base import Completeness, Pages
from .client import GithubConnection

ORGANIZATION_NEEDS = "Organization permission Administration: read (of an owner)"
MEMBERS_NEEDS = "Organization permission Members: read"
TWO_FACTOR_NEEDS = "Organization permission Members: read, and must belong to an owner of the organisation"
METADATA_NEEDS = "Repository permission Metadata: read (all repositories)"


def organization(connection: GithubConnection, _: Period) -> Pages:
    """The organisation's own settings. What the token may not see is left out by GitHub, and stays missing."""
    page = connection.get_page(f"/orgs/{connection.organization}", needs=ORGANIZATION_NEEDS)
    if "login" not in page.answer:
        raise MalformedInput(f"github {page.call}: the answer has no login. Check [sources.github] base_url")
    yield page
    return Completeness("one record, read whole")


def members(connection: GithubConnection, _: Period) -> Pages:
    """Owners, then other members: a list does not say the role, the question does."""
    read = {}
    for role in ("admin", "member"):
        path, read[role] = f"/orgs/{connection.organization}/members", 0
        for page in connection.get_pages(path, {"role": role}, needs=MEMBERS_NEEDS):
            read[role] += 1
            yield page
    return Completeness(
        f"both lists were followed to their last page: {pages_word(read['admin'])} of owners,"
        f" {pages_word(read['member'])} of other members"
    )


def members_without_2fa(connection: GithubConnection, _: Period) -> Pages:
    read = 0
    path = f"/orgs/{connection.organization}/members"
    for page in connection.get_pages(path, {"filter": "2fa_disabled"}, needs=TWO_FACTOR_NEEDS):
        read += 1
        yield page
    return Completeness(f"the list was followed to its last page: {pages_word(read)}")


def outside_without_2fa(connection: GithubConnection, _: Period) -> Pages:
    read = 0
    path = f"/orgs/{connection.organization}/outside_collaborators"
    for page in connection.get_pages(path, {"filter": "2fa_disabled"}, needs=TWO_FACTOR_NEEDS):
        read += 1
        yield page
    return Completeness(f"the list was followed to its last page: {pages_word(read)}")


def outside_collaborators(connection: GithubConnection, _: Period) -> Pages:
    """The organisation's outside collaborators, then those of each repository with their permission."""
    read = 0
    for page in connection.get_pages(f"/orgs/{connection.organization}/outside_collaborators", needs=MEMBERS_NEEDS):
        read += 1
        yield page
    # An archived repository can still be read by those who have access, so it counts here.
    repositories = connection.repositories(needs=METADATA_NEEDS)
    for repository in repositories:
        path = f"/repos/{repository.full_name}/collaborators"
        for page in connection.get_pages(path, {"affiliation": "outside"}, needs=METADATA_NEEDS):
            read += 1
            yield page
    return Completeness(
        f"the organisation's list and the lists of {len(repositories)} repositories were followed to their last page:"
        f" {pages_word(read)}"
    )


def repositories(connection: GithubConnection, _: Period) -> Pages:
    read = 0
    path = f"/orgs/{connection.organization}/repos"
    for page in connection.get_pages(path, {"type": "all"}, needs=METADATA_NEEDS):
        read += 1
        yield page
    return Completeness(f"the list was followed to its last page: {pages_word(read)}")


def pages_word(count: int) -> str:
    return f"{count} page" if count == 1 else f"{count} pages"
