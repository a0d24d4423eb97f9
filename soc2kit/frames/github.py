"""Frames from GitHub's settings: organisation, people, branch rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]


def organization(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """A setting that the token may not see is missing from the answer, and stays missing."""
    answer = pages[-1]["answer"]
    yield {
        "organization": answer["login"],
        "two_factor_required": answer.get("two_factor_requirement_enabled"),
        "default_permission": answer.get("default_repository_permission"),
    }


def members(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    for page in pages:
        for account in page["answer"]:
            yield {"login": account["login"], "role": page["parameters"]["role"]}


def without_two_factor(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    for page in pages:
        for account in page["answer"]:
            yield {"login": account["login"]}


def lists_read(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each time that a list was read, empty or not."""
    yield {"listed": sum(len(page["answer"]) for page in pages)}


def outside_collaborators(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per collaborator and repository, from the repositories' own lists."""
    for page in pages:
        parts = page["call"].split("/")
        if parts[1] != "repos":
            continue
        for account in page["answer"]:
            yield {
                "login": account["login"],
                "repository": f"{parts[2]}/{parts[3]}",
                "permission": account.get("role_name"),
            }
