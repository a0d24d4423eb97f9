"""The example's branches and pull requests hang together as Git and GitHub would have them."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from soc2kit.example.company import Company, load
from soc2kit.example.github_change_state import PullRequest
from soc2kit.example.history import History
from soc2kit.period import parse_moment

COMPANY: Company = load()
HISTORIES = COMPANY.histories
EVERY = [change for history in HISTORIES.values() for change in history.pull_requests]


def _change(repository: str, number: int) -> PullRequest:
    return next(change for change in HISTORIES[repository].pull_requests if change.number == number)


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
def test_each_commit_stands_on_the_one_before(history: History) -> None:
    for before, after in pairwise(history.commits):
        assert after.parents[0] == before.sha
    on_branch = {commit.sha for commit in history.commits}
    assert {change.merge_commit for change in history.pull_requests if change.base == "main"} <= on_branch


@pytest.mark.parametrize("repository", ["api", "infra", "data-pipeline"])
def test_told_updates_are_an_unbroken_chain_to_the_tip(repository: str) -> None:
    history = HISTORIES[repository]
    assert history.updates is not None
    for before, after in pairwise(history.updates):
        assert after.before == before.after
        assert after.at >= before.at
    assert history.updates[-1].after == history.commits[-1].sha


def test_updates_are_not_told_where_the_commits_tell_them() -> None:
    assert HISTORIES["web"].updates is None


@pytest.mark.parametrize(
    ("at", "on_branch", "unreachable"),
    [("2026-02-07T10:01:59Z", 0, 0), ("2026-02-07T10:02:00Z", 1, 0), ("2026-02-07T10:09:00Z", 0, 1)],
)
def test_what_a_force_push_took_away_was_there_before(at: str, on_branch: int, unreachable: int) -> None:
    known = HISTORIES["infra"].until(parse_moment(at))
    lost = HISTORIES["infra"].unreachable
    assert [len(lost), len(known.unreachable)] == [1, unreachable]
    assert [commit.sha for commit in known.commits].count(lost[0].sha) == on_branch


def test_from_its_date_on_the_queue_merges_everything() -> None:
    since = parse_moment("2026-05-18T08:00:00Z")
    for change in HISTORIES["api"].pull_requests:
        assert change.queued == (change.merged_at >= since) == (change.merged_by == "github-merge-queue[bot]")
    places = {commit.sha: commit for commit in HISTORIES["api"].commits}
    queued = [change for change in EVERY if change.queued]
    assert queued
    for change in queued:
        checks = places[change.merge_commit].checks
        assert {check.name for check in checks} == {"test", "lint"}
        assert all(check.completed_at is not None and check.completed_at < change.merged_at for check in checks)
        assert "AddedToMergeQueueEvent" in [event.kind for event in change.timeline]


def test_two_changes_of_one_group_moved_the_branch_once() -> None:
    first, second = _change("api", 948), _change("api", 949)
    (update,) = [one for one in HISTORIES["api"].updates or () if one.at == first.merged_at]
    assert (update.kind, update.after) == ("merge_queue_merge", second.merge_commit)
    commit = next(commit for commit in HISTORIES["api"].commits if commit.sha == second.merge_commit)
    assert commit.parents == (first.merge_commit,)


def test_a_review_is_of_the_commit_that_was_there() -> None:
    forced, backdated, updated = _change("web", 930), _change("api", 931), _change("infra", 937)
    assert forced.reviews[0].commit not in {commit.sha for commit in forced.commits}
    (event,) = forced.timeline
    assert (event.kind, event.before, event.after) == (
        "HeadRefForcePushedEvent", forced.reviews[0].commit, forced.commits[-1].sha,
    )  # fmt: skip
    assert backdated.commits[1].committed_at < backdated.reviews[0].submitted_at
    assert backdated.reviews[0].commit == backdated.commits[0].sha
    # GitHub moves an approval on over a merge of the base.
    assert updated.reviews[0].commit == updated.commits[1].sha
    assert updated.commits[1].committer == "web-flow"


def test_a_pushed_head_is_the_commit_of_its_change() -> None:
    pushed = _change("data-pipeline", 947)
    assert pushed.merge_commit == pushed.commits[0].sha
    (update,) = [one for one in HISTORIES["data-pipeline"].updates or () if one.after == pushed.merge_commit]
    assert (update.kind, update.actor) == ("push", "aokoye")


def test_nothing_is_known_before_it_is_said() -> None:
    late = _change("data-pipeline", 944)
    known = HISTORIES["data-pipeline"].until(late.merged_at + timedelta(days=1))
    (same,) = [change for change in known.pull_requests if change.number == 944]
    assert (len(late.reviews), len(same.reviews)) == (1, 0)
    assert [event.kind for event in same.timeline] == ["LabeledEvent"]


def test_ordinary_changes_are_as_many_as_they_were() -> None:
    assert sum(change.number < 900 for change in EVERY) == 248
