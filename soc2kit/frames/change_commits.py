"""Frames from the commits of merged pull requests: who made them, and the checks that ran on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .pull_requests import Node, PullRequests, Row, contexts, head_commit

#: GitHub's own committer of what is made with its buttons: it signs, and writes nothing.
WEB_FLOW, WEB_FLOW_EMAIL = "web-flow", "noreply@github.com"


def change_commits(pulls: PullRequests, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per commit of a merged pull request, in GitHub's order.

    `people` are the accounts of its authors, those named in trailers among them, and of its committer except GitHub's
    own; `unlinked` says that one of these is an address that belongs to no account. `parents` are known of merges and
    of whatever was made after the first approval; empty for others, of which nothing depends on them.
    """
    for change, _, node in pulls:
        for position, entry in enumerate(node["commits"]["nodes"], 1):
            commit = entry["commit"]
            details = pulls.commits.get(commit["oid"])
            makers = details["authors"]["nodes"] if details else [commit["author"]]
            committer = commit["committer"]
            if not _is_github(committer):
                makers = [*makers, committer]
            strangers = [maker for maker in makers if _account(maker) is None]
            yield {
                "change": change,
                "position": position,
                "sha": commit["oid"],
                "committed_at": commit["committedDate"],
                "people": sorted({login for login in map(_account, makers) if login is not None}),
                "committer": _account(committer),
                "unlinked": bool(strangers),
                "unlinked_emails": sorted({maker["email"] for maker in strangers if maker and maker["email"]}),
                "parents": [parent["oid"] for parent in details["parents"]["nodes"]] if details else [],
            }


def _account(maker: Node | None) -> str | None:
    """The login behind an author or committer; None where the address belongs to no account."""
    user = maker["user"] if maker else None
    return user["login"] if user else None


def _is_github(committer: Node | None) -> bool:
    if committer is None:
        return False
    login = _account(committer)
    return login == WEB_FLOW or (login is None and committer["email"] == WEB_FLOW_EMAIL)


def change_checks(pulls: PullRequests, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per check run or status: on the last commit (`head`), and on the commit that was merged (`merge`).

    What runs on the commit of a merge queue is found at the second place. `app` is missing for statuses.
    """
    for change, _, node in pulls:
        for place, commit in (("head", head_commit(node)), ("merge", node["mergeCommit"])):
            for context in contexts(commit):
                yield {"change": change, "place": place, "sha": commit["oid"] if commit else None, **_check(context)}


def _check(context: Node) -> Row:
    if context["__typename"] == "CheckRun":
        app = (context["checkSuite"] or {}).get("app")
        return {
            "check_name": context["name"],
            "app": app["name"] if app else None,
            "conclusion": context["conclusion"],
            "started_at": context["startedAt"],
            "completed_at": context["completedAt"],
        }
    # A status is set at one moment, which is all that is known of its beginning and its end.
    return {
        "check_name": context["context"],
        "app": None,
        "conclusion": context["state"],
        "started_at": context["createdAt"],
        "completed_at": context["createdAt"],
    }
