"""Frames from merged pull requests: the population of changes, their reviews and what else happened to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .pull_requests import PullRequests, Row

#: Whom GitHub names as merger of what its queue merged.
MERGE_QUEUE = {"github-merge-queue", "github-merge-queue[bot]"}
#: With these words an entry leaves the queue because it was merged, not because it was taken out.
_LEFT_BY_MERGE = {"merge", "merged"}
#: Where each kind of event has what was before and after it.
_BEFORE_AND_AFTER: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "AddedToMergeQueueEvent": ((), ()),
    "AutomaticBaseChangeSucceededEvent": (("oldBase",), ("newBase",)),
    "BaseRefChangedEvent": (("previousRefName",), ("currentRefName",)),
    "BaseRefForcePushedEvent": (("beforeCommit", "oid"), ("afterCommit", "oid")),
    "HeadRefForcePushedEvent": (("beforeCommit", "oid"), ("afterCommit", "oid")),
    "LabeledEvent": ((), ("label", "name")),
    "RemovedFromMergeQueueEvent": (("beforeCommit", "oid"), ("reason",)),
    "ReviewDismissedEvent": (("previousReviewState",), ("review", "author", "login")),
    "UnlabeledEvent": (("label", "name"), ()),
}


def _login(actor: Mapping[str, Any] | None) -> str | None:
    """None for a deleted account, which GitHub shows as nobody."""
    return actor["login"] if actor else None


def _is_bot(actor: Mapping[str, Any] | None) -> bool | None:
    return None if actor is None else actor["__typename"] == "Bot"


def changes(pulls: PullRequests, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per merged pull request.

    `merge_parents` has up to three parents; it is missing where there is no merge commit. `commits_total` is GitHub's
    count of its commits, of which `change_commits` has all, or as many as GitHub lists.
    """
    for change, repository, node in pulls:
        merge = node["mergeCommit"]
        yield {
            "change": change,
            "repository": repository,
            "number": node["number"],
            "title": node["title"],
            "url": node["url"],
            "author": _login(node["author"]),
            "author_is_bot": _is_bot(node["author"]),
            "created_at": node["createdAt"],
            "merged_at": node["mergedAt"],
            "merged_by": _login(node["mergedBy"]),
            "merged_by_is_bot": _is_bot(node["mergedBy"]),
            "base": node["baseRefName"],
            "head_ref": node["headRefName"],
            "head_sha": node["headRefOid"],
            "from_fork": node["isCrossRepository"],
            "head_repository": (node["headRepository"] or {}).get("nameWithOwner"),
            "merge_commit": merge["oid"] if merge else None,
            "merge_parents": [parent["oid"] for parent in merge["parents"]["nodes"]] if merge else None,
            "queued": _queued(node),
            "labels": [label["name"] for label in node["labels"]["nodes"]],
            "commits_total": node["commits"]["totalCount"],
        }


def _queued(node: Mapping[str, Any]) -> bool:
    """Whether the merge queue merged it: by its name, or because it was in the queue at the merge."""
    if _login(node["mergedBy"]) in MERGE_QUEUE:
        return True
    queued = False
    for event in node["timelineItems"]["nodes"]:
        if event["__typename"] == "AddedToMergeQueueEvent":
            queued = queued or event["createdAt"] <= node["mergedAt"]
        elif event["__typename"] == "RemovedFromMergeQueueEvent" and event["createdAt"] <= node["mergedAt"]:
            queued = queued and str(event["reason"]).lower() in _LEFT_BY_MERGE
    return queued


def reviews(pulls: PullRequests, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per review of a merged pull request, in the order they were given; `can_push` is as of collection."""
    for change, _, node in pulls:
        for review in node["reviews"]["nodes"]:
            yield {
                "change": change,
                "reviewer": _login(review["author"]),
                "reviewer_is_bot": _is_bot(review["author"]),
                "state": review["state"],
                "submitted_at": review["submittedAt"],
                "commit": (review["commit"] or {}).get("oid"),
                "can_push": review["authorCanPushToRepository"],
            }


def change_events(pulls: PullRequests, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per event of a merged pull request's timeline, of the kinds in the table above; `kind` is GraphQL's type.

    `before` and `after` are commits of a force push, names of bases, a label that was taken away or given. Of a
    dismissed review they are the state that it had and the login of the reviewer; of an entry taken out of the merge
    queue, the commit and why.
    """
    for change, _, node in pulls:
        for event in node["timelineItems"]["nodes"]:
            before, after = _BEFORE_AND_AFTER[event["__typename"]]
            yield {
                "change": change,
                "kind": event["__typename"],
                "occurred_at": event["createdAt"],
                "actor": _login(event["actor"]),
                "before": _inside(event, before),
                "after": _inside(event, after),
            }


def _inside(event: Any, path: tuple[str, ...]) -> str | None:
    if not path:
        return None
    found = event
    for name in path:
        # A commit that was collected as garbage, or a deleted account.
        if found is None:
            return None
        found = found[name]
    text: str | None = found
    return text
