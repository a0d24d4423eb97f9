"""The workflow files of each repository, as they stand on the head of its default branch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import IncompleteCollection
from ...period import Period
from ..base import Completeness, Page, Pages
from .client import GithubConnection, RepositoryName
from .failures import readable
from .paging import repository_of

QUERY = "workflow_files"
WORKFLOW_FILES_NEEDS = "Repository permissions Metadata: read and Contents: read (all repositories)"
#: What GitHub takes for a workflow; anything else in the folder is not one.
ENDINGS = (".yml", ".yaml")


def workflow_files(connection: GithubConnection, _: Period) -> Pages:
    """One page for each repository in scope: the folder's files with their texts, and the commit that they are of.

    A repository without the folder answers null, and so does one without a first commit. A file that GitHub gives only
    a part of, or no text of, is never kept as if it were whole.
    """
    listed = connection.repositories(needs=WORKFLOW_FILES_NEEDS)
    repositories = [repository for repository in listed if connection.chosen or not repository.archived]
    without = 0
    for repository in repositories:
        with readable(f"workflow files of {repository.full_name}"):
            page = _files_of(connection, repository)
        without += page.rows == 0
        yield page
    left_out = len(listed) - len(repositories)
    archived = f"; {left_out} archived, which run nothing, are left out" if left_out else ""
    return Completeness(
        f"every one of {len(repositories)} repositories in scope answered with all of its workflow files, {without} of"
        f" them without any{archived}"
    )


def _files_of(connection: GithubConnection, repository: RepositoryName) -> Page:
    reply = connection.graphql(QUERY, repository.variables, needs=WORKFLOW_FILES_NEEDS)
    folder = repository_of(reply, repository, WORKFLOW_FILES_NEEDS)["object"]
    entries = folder.get("entries", []) if isinstance(folder, Mapping) else []
    if entries is None:
        raise IncompleteCollection(
            f"github workflow files of {repository.full_name}: GitHub names the folder but not what is in it. Run the"
            " same command again"
        )
    files = [entry for entry in entries if is_workflow(entry)]
    for entry in files:
        _refuse_part(repository, entry)
    parameters = {"repository": repository.full_name, **repository.variables}
    return Page(f"GraphQL {QUERY}", parameters, reply.answer, len(files), reply.request_id)


def is_workflow(entry: Mapping[str, Any]) -> bool:
    return bool(entry["type"] == "blob" and entry["name"].endswith(ENDINGS))


def _refuse_part(repository: RepositoryName, entry: Mapping[str, Any]) -> None:
    blob = entry["object"] or {}
    whole = blob.get("isTruncated") is False and isinstance(blob.get("text"), str)
    if blob.get("isBinary") or not whole:
        raise IncompleteCollection(
            f"github {repository.full_name}/{entry['path']}: GitHub gives"
            f" {'no text' if blob.get('isBinary') or blob.get('text') is None else 'only a part'} of this file, so what"
            " it runs is not known. Make it a text of less than 512 KB, or read it by hand and report it"
        )
