"""Pull requests and the first-parent history as rows."""

from __future__ import annotations

from typing import Any

import pytest

from soc2kit.frames import branches, change_commits, changes
from soc2kit.frames.pull_requests import pull_requests

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
    return [row["sha"] for row in branches.commits(branches.told(pages, MARCH), MARCH)]


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
    assert len(_rows(changes.changes, _pulls(_pull(mergedAt=at)))) == int(inside)


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
    (row,) = branches.commits(branches.told(_history("a", _commit("a", pulls=pulls)), MARCH), MARCH)
    assert row["changes"] == named


def _pull(**parts: Any) -> dict[str, Any]:
    ana, ben = ({"__typename": "User", "login": login} for login in ("ana", "ben"))
    return {
        "number": 7, "title": "t", "url": "u", "author": ana, "createdAt": "2026-03-01T00:00:00Z",
        "mergedAt": "2026-03-10T00:00:00Z", "mergedBy": ben, "baseRefName": "main", "headRefName": "fix",
        "headRefOid": "h", "headRepository": {"nameWithOwner": REPOSITORY}, "isCrossRepository": False,
        "mergeCommit": _merged("m", "b"), "labels": _list(), "reviews": _list(), "commits": _list(),
        "timelineItems": _list(), "head": {"nodes": []}, **parts,
    }  # fmt: skip


def _list(*nodes: Any) -> dict[str, Any]:
    return {"totalCount": len(nodes), "nodes": list(nodes)}


def _merged(sha: str, *parents: str, checks: tuple[Any, ...] | None = None) -> dict[str, Any]:
    rollup = None if checks is None else {"contexts": _list(*checks)}
    return {"oid": sha, "parents": _list(*({"oid": parent} for parent in parents)), "statusCheckRollup": rollup}


def _rows(reader: Any, *pages: dict[str, Any]) -> list[Any]:
    return list(reader(pull_requests(list(pages), MARCH), MARCH))


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
    review = {"author": author, "state": "APPROVED", "submittedAt": "2026-03-09T00:00:00Z", "commit": None,
              "authorCanPushToRepository": True}  # fmt: skip
    page = _pulls(_pull(author=author, mergedBy=author, reviews=_list(review)))
    (change,), (given,) = _rows(changes.changes, page), _rows(changes.reviews, page)
    assert (change["author"], change["author_is_bot"]) == (login, is_bot)
    assert (change["merged_by"], change["merged_by_is_bot"]) == (login, is_bot)
    assert (given["reviewer"], given["reviewer_is_bot"], given["can_push"]) == (login, is_bot, True)
    assert change["change"] == given["change"] == "o/r#7"


@pytest.mark.parametrize("merge_commit", [None, _merged("m", "b", "h")])
def test_a_merge_may_have_no_commit_and_no_merger(merge_commit: Any) -> None:
    (row,) = _rows(changes.changes, _pulls(_pull(mergeCommit=merge_commit, mergedBy=None)))
    assert (row["merge_commit"], row["merged_by"]) == ((merge_commit or {}).get("oid"), None)
    assert row["merge_parents"] == (["b", "h"] if merge_commit else None)


def test_a_fork_whose_repository_is_gone_is_still_a_fork() -> None:
    gone, own = (_pull(headRepository=None, isCrossRepository=True), _pull(number=8))
    rows = _rows(changes.changes, _pulls(gone, own))
    assert [(row["from_fork"], row["head_repository"]) for row in rows] == [(True, None), (False, REPOSITORY)]


def _more(**lists: Any) -> dict[str, Any]:
    return _page(pullRequest={"number": 7, **lists})


def test_a_later_page_belongs_to_the_latest_look_before_it() -> None:
    """A pull request that was touched is listed again, with all of its lists from their beginning."""
    first, second, third = (
        {"author": None, "state": state, "submittedAt": None, "commit": None, "authorCanPushToRepository": False}
        for state in ("APPROVED", "COMMENTED", "DISMISSED")
    )
    before = [_pulls(_pull(title="before", reviews=_list(first))), _more(reviews=_list(second))]
    after = [_pulls(_pull(title="after", reviews=_list(third))), _more(reviews=_list(second), labels=_list())]
    assert [row["title"] for row in _rows(changes.changes, *before, *after)] == ["after"]
    states = [row["state"] for row in _rows(changes.reviews, *before, *after)]
    assert states == ["DISMISSED", "COMMENTED"]


def _event(kind: str, at: int = 9, **parts: Any) -> dict[str, Any]:
    return {"__typename": kind, "createdAt": f"2026-03-{at:02}T00:00:00Z", "actor": {"login": "ana"}, **parts}


@pytest.mark.parametrize(
    ("event", "before", "after"),
    [
        (_event("AddedToMergeQueueEvent"), None, None),
        (_event("BaseRefChangedEvent", previousRefName="old", currentRefName="main"), "old", "main"),
        (_event("AutomaticBaseChangeSucceededEvent", oldBase="old", newBase="main"), "old", "main"),
        (_event("HeadRefForcePushedEvent", beforeCommit={"oid": "a"}, afterCommit={"oid": "b"}), "a", "b"),
        (_event("BaseRefForcePushedEvent", beforeCommit=None, afterCommit={"oid": "b"}), None, "b"),
        (_event("LabeledEvent", label={"name": "emergency"}), None, "emergency"),
        (_event("UnlabeledEvent", label={"name": "emergency"}), "emergency", None),
        (_event("RemovedFromMergeQueueEvent", beforeCommit=None, reason="manual"), None, "manual"),
        (
            _event("ReviewDismissedEvent", previousReviewState="APPROVED", review={"author": {"login": "ben"}}),
            "APPROVED",
            "ben",
        ),
        (_event("ReviewDismissedEvent", previousReviewState="APPROVED", review=None), "APPROVED", None),
        (
            _event("ReviewDismissedEvent", previousReviewState="APPROVED", review={"author": None}, actor=None),
            "APPROVED",
            None,
        ),
    ],
)
def test_what_happened_to_a_pull_request(event: Any, before: str | None, after: str | None) -> None:
    (row,) = _rows(changes.change_events, _pulls(_pull(timelineItems=_list(event))))
    assert (row["kind"], row["before"], row["after"]) == (event["__typename"], before, after)
    assert row["actor"] == ("ana" if event["actor"] else None)


ADDED = _event("AddedToMergeQueueEvent")


@pytest.mark.parametrize(
    ("merged_by", "events", "queued"),
    [
        ({"__typename": "Bot", "login": "github-merge-queue"}, [], True),
        ({"__typename": "User", "login": "ben"}, [], False),
        (None, [ADDED], True),
        ({"__typename": "User", "login": "ben"}, [ADDED], True),
        ({"__typename": "User", "login": "ben"}, [_event("AddedToMergeQueueEvent", 11)], False),
        ({"__typename": "User", "login": "ben"}, [ADDED, _event("RemovedFromMergeQueueEvent", reason="manual")], False),
        ({"__typename": "User", "login": "ben"}, [ADDED, _event("RemovedFromMergeQueueEvent", reason="MERGE")], True),
        (
            {"__typename": "User", "login": "ben"},
            [ADDED, _event("RemovedFromMergeQueueEvent", 11, reason="manual")],
            True,
        ),
    ],
)
def test_what_the_merge_queue_merged(merged_by: Any, events: list[Any], queued: bool) -> None:
    (row,) = _rows(changes.changes, _pulls(_pull(mergedBy=merged_by, timelineItems=_list(*events))))
    assert row["queued"] is queued


def _maker(login: str | None, email: str | None = None) -> dict[str, Any]:
    return {"user": {"login": login} if login else None, "name": "A", "email": email or f"{login}@x.example"}


GITHUB_ITSELF = _maker("web-flow", "noreply@github.com")


@pytest.mark.parametrize(
    ("author", "committer", "people", "emails"),
    [
        (_maker("ana"), _maker("ana"), ["ana"], []),
        (_maker("ana"), _maker("ben"), ["ana", "ben"], []),
        (_maker("ana"), GITHUB_ITSELF, ["ana"], []),
        (_maker("ana"), _maker(None, "noreply@github.com"), ["ana"], []),
        (_maker("ana"), _maker(None, "laptop@home"), ["ana"], ["laptop@home"]),
        (_maker(None, "laptop@home"), GITHUB_ITSELF, [], ["laptop@home"]),
        (_maker("dependabot[bot]"), GITHUB_ITSELF, ["dependabot[bot]"], []),
    ],
)
def test_who_made_a_commit(author: Any, committer: Any, people: list[str], emails: list[str]) -> None:
    """GitHub's own committer only signs; an address without an account may be anybody's."""
    commit = {"oid": "c", "committedDate": "2026-03-09T00:00:00Z", "author": author, "committer": committer}
    (row,) = _rows(change_commits.change_commits, _pulls(_pull(commits=_list({"commit": commit}))))
    assert (row["people"], row["unlinked_emails"], row["unlinked"]) == (people, emails, bool(emails))
    assert (row["position"], row["parents"]) == (1, [])


@pytest.mark.parametrize("part", ["author", "committer"])
def test_a_commit_that_nobody_made_is_unlinked_without_an_address(part: str) -> None:
    made = {"author": _maker("ana"), "committer": _maker("ana"), part: None}
    commit = {"oid": "c", "committedDate": "2026-03-09T00:00:00Z", **made}
    (row,) = _rows(change_commits.change_commits, _pulls(_pull(commits=_list({"commit": commit}))))
    assert (row["people"], row["unlinked"], row["unlinked_emails"]) == (["ana"], True, [])


def test_authors_by_trailer_and_parents_stand_in_pages_of_their_own() -> None:
    commit = {"oid": "c", "committedDate": "2026-03-09T00:00:00Z", "author": _maker("ana"), "committer": GITHUB_ITSELF}
    details = {"oid": "c", "authors": _list(_maker("ana"), _maker("ben")), "parents": _list({"oid": "p"})}
    rest = {"oid": "c", "authors": _list(_maker(None, "x@y"))}
    pages = [
        _pulls(_pull(commits=_list({"commit": commit}))), {"answer": {"nodes": [details]}}, {"answer": {"node": rest}},
    ]  # fmt: skip
    (row,) = _rows(change_commits.change_commits, *pages)
    assert (row["people"], row["unlinked_emails"], row["parents"]) == (["ana", "ben"], ["x@y"], ["p"])


RUN = {"__typename": "CheckRun", "name": "tests", "conclusion": "SUCCESS", "startedAt": "2026-03-09T00:00:00Z",
       "completedAt": "2026-03-09T00:00:00Z", "checkSuite": {"app": {"name": "GitHub Actions"}}}  # fmt: skip
STATUS = {"__typename": "StatusContext", "context": "lint", "state": "FAILURE", "createdAt": "2026-03-09T00:00:00Z"}


@pytest.mark.parametrize(
    ("rollup", "found"),
    [
        (None, []),
        ([], []),
        ([RUN], [("tests", "GitHub Actions", "SUCCESS")]),
        ([STATUS], [("lint", None, "FAILURE")]),
        ([{**RUN, "checkSuite": {"app": None}}], [("tests", None, "SUCCESS")]),
        (
            [{**RUN, "conclusion": None, "completedAt": None}, STATUS],
            [("tests", "GitHub Actions", None), ("lint", None, "FAILURE")],
        ),
    ],
)
@pytest.mark.parametrize("place", ["head", "merge"])
def test_checks_and_statuses(rollup: list[Any] | None, found: list[Any], place: str) -> None:
    checked = _merged("c", checks=None if rollup is None else tuple(rollup))
    head = {"nodes": [{"commit": checked}]}
    page = _pulls(_pull(head=head, mergeCommit=None) if place == "head" else _pull(mergeCommit=checked))
    rows = _rows(change_commits.change_checks, page)
    assert [(row["check_name"], row["app"], row["conclusion"]) for row in rows] == found
    assert {(row["place"], row["sha"]) for row in rows} == ({(place, "c")} if found else set())


def test_checks_of_both_places_over_pages() -> None:
    run, lint = _merged("c", checks=(RUN,)), _merged("c", checks=(STATUS,))
    pages = [
        _pulls(_pull(head={"nodes": [{"commit": run}]}, mergeCommit=_merged("m", checks=(STATUS,)))),
        _more(head={"nodes": [{"commit": lint}]}),
        _more(mergeCommit=_merged("m", checks=(RUN,))),
    ]
    names = [(row["place"], row["check_name"]) for row in _rows(change_commits.change_checks, *pages)]
    assert names == [("head", "tests"), ("head", "lint"), ("merge", "lint"), ("merge", "tests")]
