"""Frames from the default branches: the commits that each moved over, and the names that it had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..period import parse_moment

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]


def commits(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per commit that the default branch reached by first parents in the period: merged or pushed."""
    start, end = (parse_moment(record["effective"][edge]) for edge in ("start", "end"))
    branches: dict[str, tuple[str, str, dict[str, Any]]] = {}
    for page in pages:
        repository = page["answer"]["repository"]
        reference = repository["defaultBranchRef"]
        if reference is None:
            continue
        _, _, nodes = branches.setdefault(
            repository["nameWithOwner"], (reference["name"], reference["target"]["oid"], {})
        )
        nodes.update({node["oid"]: node for node in reference["target"]["history"]["nodes"]})
    for name, (branch, head, nodes) in branches.items():
        for node in _first_parents(head, nodes):
            if start <= parse_moment(node["committedDate"]) < end:
                yield _commit_row(name, branch, node)


def default_branches(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """The default branch of each repository that has a commit."""
    for page in pages:
        repository = page["answer"]["repository"]
        if repository["defaultBranchRef"] is not None:
            yield {"repository": repository["nameWithOwner"], "branch": repository["defaultBranchRef"]["name"]}


def _first_parents(head: str, nodes: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """From the head back along first parents, as far as the listed commits go."""
    sha = head
    while sha in nodes:
        node = nodes[sha]
        yield node
        parents = node["parents"]["nodes"]
        sha = parents[0]["oid"] if parents else ""


def _commit_row(repository: str, branch: str, node: Mapping[str, Any]) -> Row:
    # A branch can be named in a pull request of a fork or of another base; only this repository's branch counts.
    merged = [
        pull["number"]
        for pull in node["associatedPullRequests"]["nodes"]
        if pull["merged"]
        and pull["baseRefName"] == branch
        and (pull["baseRepository"] or {}).get("nameWithOwner") == repository
    ]
    return {
        "commit": f"{repository}@{node['oid']}",
        "repository": repository,
        "sha": node["oid"],
        "committed_at": node["committedDate"],
        "author": ((node["author"] or {}).get("user") or {}).get("login"),
        "headline": node["messageHeadline"],
        "changes": [f"{repository}#{number}" for number in merged],
    }
