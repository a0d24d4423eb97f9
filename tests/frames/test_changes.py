"""Pull requests and the first-parent history as rows."""

from __future__ import annotations

from typing import Any

import pytest

from soc2kit.frames import branches, changes

MARCH = {"effective": {"start": "2026-03-01T00:00:00Z", "end": "2026-04-01T00:00:00Z"}}
REPOSITORY = "o/r"


def _commit(sha: str, *parents: str, at: str = "2026-03-10T00:00:00Z", pulls: tuple[Any, ...] = ()) -> dict[str, Any]:
    return {
        "oid": sha,
        "committedDate": at,
        "messageHeadline": sha,
        "author": {"user": {"login": "ana"}},
        "parents": {"nodes": [{"oid": parent} for parent in parents]},
        "associatedPullRequests": {"nodes": list(pulls)},
    }


def _history(head: str, *commits: dict[str, Any]) -> list[dict[str, Any]]:
    target = {"oid": head, "history": {"nodes": list(commits)}}
    return [_page(defaultBranchRef={"name": "main", "target": target})]


def _page(**parts: Any) -> dict[str, Any]:
    return {"answer": {"repository": {"nameWithOwner": REPOSITORY, **parts}}}


def _shas(pages: list[dict[str, Any]]) -> list[str]:
    return [row["sha"] for row in branches.commits(pages, MARCH)]


MERGE = (_commit("m", "b", "s2"), _commit("s2", "s1"), _commit("s1", "a"), _commit("b", "a"), _commit("a"))


@pytest.mark.parametrize(
    ("head", "commits", "shas"),
    [
        ("m", MERGE, ["m", "b", "a"]),
        ("s2", MERGE, ["s2", "s1", "a"]),
        ("m", tuple(reversed(MERGE)), ["m", "b", "a"]),
        ("n", (_commit("n", "m"), *MERGE), ["n", "m", "b", "a"]),
        ("m", MERGE[:4], ["m", "b"]),
        ("z", MERGE, []),
    ],
    ids=["merge", "inside the branch", "any order", "after a merge", "listing ends", "head not listed"],
)
def test_only_first_parents_reached_the_branch(head: str, commits: Any, shas: list[str]) -> None:
    assert _shas(_history(head, *commits)) == shas


@pytest.mark.parametrize(
    ("at", "inside"),
    [
        ("2026-02-28T23:59:59Z", False),
        ("2026-03-01T00:00:00Z", True),
        ("2026-03-31T23:59:59Z", True),
        ("2026-04-01T00:00:00Z", False),
        ("2026-04-01T01:00:00+02:00", True),
    ],
)
def test_the_month_is_half_open(at: str, inside: bool) -> None:
    assert _shas(_history("a", _commit("a", at=at))) == (["a"] if inside else [])
    assert len(list(changes.changes([_pulls(_pull(mergedAt=at))], MARCH))) == int(inside)


def test_history_over_pages_and_an_empty_repository() -> None:
    first, second = _history("m", *MERGE[:2]), _history("m", *MERGE[2:])
    assert _shas([*first, *second, _page(nameWithOwner="o/empty", defaultBranchRef=None)]) == ["m", "b", "a"]


def _named(number: int, *, merged: bool = True, base: str = "main", repository: str | None = REPOSITORY) -> Any:
    owner = {"nameWithOwner": repository} if repository else None
    return {"number": number, "merged": merged, "baseRefName": base, "baseRepository": owner}


@pytest.mark.parametrize(
    ("pulls", "named"),
    [
        ((), []),
        ((_named(1),), ["o/r#1"]),
        ((_named(1, merged=False),), []),
        ((_named(1, base="release"),), []),
        ((_named(1, repository="fork/r"),), []),
        ((_named(1, repository=None),), []),
        ((_named(1, base="release"), _named(2)), ["o/r#2"]),
    ],
)
def test_pull_requests_of_a_commit(pulls: Any, named: list[str]) -> None:
    (row,) = branches.commits(_history("a", _commit("a", pulls=pulls)), MARCH)
    assert row["changes"] == named


def _pull(**parts: Any) -> dict[str, Any]:
    return {
        "number": 7, "title": "t", "url": "u", "author": {"__typename": "User", "login": "ana"},
        "createdAt": "2026-03-01T00:00:00Z", "mergedAt": "2026-03-10T00:00:00Z", "mergedBy": {"login": "ben"},
        "baseRefName": "main", "mergeCommit": {"oid": "m"}, "reviews": {"nodes": []}, "commits": {"nodes": []},
        "head": {"nodes": []}, **parts,
    }  # fmt: skip


def _pulls(*nodes: dict[str, Any]) -> dict[str, Any]:
    return _page(pullRequests={"nodes": list(nodes)})


@pytest.mark.parametrize(
    ("author", "login", "is_bot"),
    [
        ({"__typename": "User", "login": "ana"}, "ana", False),
        ({"__typename": "Bot", "login": "dependabot"}, "dependabot", True),
        (None, None, None),
    ],
)
def test_who_wrote_and_who_reviewed(author: Any, login: str | None, is_bot: bool | None) -> None:
    """A deleted account is nobody, and whether it was a bot is unknown."""
    review = {"author": author, "state": "APPROVED", "submittedAt": "2026-03-09T00:00:00Z"}
    page = _pulls(_pull(author=author, reviews={"nodes": [review]}))
    (change,), (given,) = changes.changes([page], MARCH), changes.reviews([page], MARCH)
    assert (change["author"], change["author_is_bot"]) == (login, is_bot)
    assert (given["reviewer"], given["reviewer_is_bot"]) == (login, is_bot)
    assert change["change"] == given["change"] == "o/r#7"


def test_of_two_looks_at_one_pull_request_the_later_stands() -> None:
    pages = [_pulls(_pull(title="before")), _pulls(_pull(title="after"))]
    assert [row["title"] for row in changes.changes(pages, MARCH)] == ["after"]


@pytest.mark.parametrize("merge_commit", [None, {"oid": "m"}])
def test_a_merge_may_have_no_commit_and_no_merger(merge_commit: Any) -> None:
    (row,) = changes.changes([_pulls(_pull(mergeCommit=merge_commit, mergedBy=None))], MARCH)
    assert (row["merge_commit"], row["merged_by"]) == ((merge_commit or {}).get("oid"), None)


def test_everybody_who_wrote_a_commit() -> None:
    commit = {
        "oid": "c", "committedDate": "2026-03-09T00:00:00Z", "parents": {"nodes": [{"oid": "p"}]},
        "authors": {"nodes": [{"user": {"login": "ana"}}, {"user": {"login": "ben"}}, {"user": None}]},
        "committer": {"user": {"login": "ana"}},
    }  # fmt: skip
    nodes = [{"commit": commit}, {"commit": {**commit, "oid": "d", "committer": None}}]
    rows = list(changes.change_commits([_pulls(_pull(commits={"nodes": nodes}))], MARCH))
    assert [(row["sha"], row["people"], row["parents"]) for row in rows] == [
        ("c", ["ana", "ben"], ["p"]),
        ("d", ["ana", "ben"], ["p"]),
    ]


RUN = {"__typename": "CheckRun", "name": "tests", "conclusion": "SUCCESS", "completedAt": "2026-03-09T00:00:00Z"}
STATUS = {"__typename": "StatusContext", "context": "lint", "state": "FAILURE", "createdAt": "2026-03-09T00:00:00Z"}


@pytest.mark.parametrize(
    ("rollup", "found"),
    [
        (None, []),
        ([], []),
        ([RUN], [("tests", "SUCCESS")]),
        ([STATUS], [("lint", "FAILURE")]),
        ([{**RUN, "conclusion": None, "completedAt": None}, STATUS], [("tests", None), ("lint", "FAILURE")]),
    ],
)
def test_checks_and_statuses(rollup: list[Any] | None, found: list[Any]) -> None:
    contexts = None if rollup is None else {"contexts": {"nodes": rollup}}
    page = _pulls(_pull(head={"nodes": [{"commit": {"statusCheckRollup": contexts}}]}))
    assert [(row["check_name"], row["conclusion"]) for row in changes.change_checks([page], MARCH)] == found
