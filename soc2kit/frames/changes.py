"""Frames from pull requests and commits: the population of changes and what is known of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..period import parse_moment

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
_LIST = "GraphQL merged_pull_requests"


def pieces(pages: Iterable[dict[str, Any]]) -> Iterator[Pages]:
    """Each page of pull requests, with the pages that follow it and hold more of the same ones."""
    piece: Pages = []
    for page in pages:
        if piece and page["call"] == _LIST:
            yield piece
            piece = []
        piece.append(page)
    if piece:
        yield piece


def _pull_requests(pages: Pages, record: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Pull requests merged inside the file's period, each once; a later page is the later look."""
    start, end = (parse_moment(record["effective"][edge]) for edge in ("start", "end"))
    found = {}
    for page in pages:
        repository = page["answer"]["repository"]
        for node in repository["pullRequests"]["nodes"]:
            if start <= parse_moment(node["mergedAt"]) < end:
                found[f"{repository['nameWithOwner']}#{node['number']}"] = (repository["nameWithOwner"], node)
    for repository_name, node in found.values():
        yield repository_name, node


def _login(actor: Mapping[str, Any] | None) -> str | None:
    """None for a deleted account, which GitHub shows as nobody."""
    return actor["login"] if actor else None


def changes(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per merged pull request."""
    for repository, node in _pull_requests(pages, record):
        author = node["author"]
        yield {
            "change": f"{repository}#{node['number']}",
            "repository": repository,
            "title": node["title"],
            "url": node["url"],
            "author": _login(author),
            "author_is_bot": None if author is None else author["__typename"] == "Bot",
            "created_at": node["createdAt"],
            "merged_at": node["mergedAt"],
            "merged_by": _login(node["mergedBy"]),
            "base": node["baseRefName"],
            "merge_commit": (node["mergeCommit"] or {}).get("oid"),
        }


def reviews(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per review of a merged pull request, in the order they were given."""
    for repository, node in _pull_requests(pages, record):
        for review in node["reviews"]["nodes"]:
            author = review["author"]
            yield {
                "change": f"{repository}#{node['number']}",
                "reviewer": _login(author),
                "reviewer_is_bot": None if author is None else author["__typename"] == "Bot",
                "state": review["state"],
                "submitted_at": review["submittedAt"],
            }


def change_commits(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per commit of a merged pull request."""
    for repository, node in _pull_requests(pages, record):
        for entry in node["commits"]["nodes"]:
            commit = entry["commit"]
            people = [author["user"] for author in commit["authors"]["nodes"]] + [
                (commit["committer"] or {}).get("user")
            ]
            yield {
                "change": f"{repository}#{node['number']}",
                "sha": commit["oid"],
                "committed_at": commit["committedDate"],
                "people": sorted({person["login"] for person in people if person}),
                "unlinked": any(author["user"] is None for author in commit["authors"]["nodes"]),
                "parents": [parent["oid"] for parent in commit["parents"]["nodes"]],
            }


def change_checks(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per check run or status on the last commit of a merged pull request."""
    for repository, node in _pull_requests(pages, record):
        for head in node["head"]["nodes"]:
            rollup = head["commit"]["statusCheckRollup"]
            for context in rollup["contexts"]["nodes"] if rollup else []:
                run = context["__typename"] == "CheckRun"
                yield {
                    "change": f"{repository}#{node['number']}",
                    "check_name": context["name"] if run else context["context"],
                    "conclusion": context["conclusion"] if run else context["state"],
                    "completed_at": context["completedAt"] if run else context["createdAt"],
                }


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
