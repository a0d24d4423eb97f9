"""Frames from merged pull requests: the population of changes and what is known of each."""

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
