"""The population of changes: how default branches moved and over which commits, read whole or said to be not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from branch_stories import AT, HOUR, MARCH, Story, as_pages, frames_of, kinds, state

from soc2kit.config import Config
from soc2kit.errors import CollectionError, IncompleteCollection, Refused
from soc2kit.example.github_server import Fault, GithubServer
from soc2kit.period import CIVIL, Period
from soc2kit.reconciliation.branches import changes_on_branches, merges_collected, unbroken_chain
from soc2kit.source_settings import GithubSettings
from soc2kit.sources.base import Completeness, Page
from soc2kit.sources.github import SOURCE

COMMITS = "github.default_branch_commits"
DATASET = next(dataset for dataset in SOURCE.datasets if dataset.id == COMMITS)
ACTIVITY = "/repos/acme/shop/activity"
PAIR = ("a", "b")


@dataclass
class Reader:
    server: GithubServer
    config: Config

    def read(self, *stories: Story, period: Period = MARCH, at: datetime = AT) -> tuple[list[Page], Completeness]:
        self.server.serve(state(*(story.repository() for story in stories)), at)
        return self.again(period)

    def again(self, period: Period = MARCH) -> tuple[list[Page], Completeness]:
        read: list[Page] = []
        with SOURCE.connect(self.config) as connection:
            pages = DATASET.pages(connection, period)
            while True:
                try:
                    read.append(next(pages))
                except StopIteration as end:
                    return read, end.value

    def frames(self, story: Story, period: Period = MARCH, at: datetime = AT) -> dict[str, Any]:
        read, _ = self.read(story, period=period, at=at)
        return told(story, (period, read))


def told(story: Story, *files: tuple[Period, list[Page]]) -> dict[str, Any]:
    return frames_of(
        *((period, as_pages(read)) for period, read in files), pulls=[("acme/shop", pull) for pull in story.pulls]
    )


def breaks(frames: dict[str, Any]) -> tuple[str, ...]:
    return unbroken_chain(frames, PAIR).only_second


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    monkeypatch.setenv("EXAMPLE_GITHUB_TOKEN", "no-secret")
    with GithubServer() as server:
        github = GithubSettings("acme", server.url, token_variable="EXAMPLE_GITHUB_TOKEN")
        yield Reader(server, Config(Path("example"), "Acme", MARCH, ("security",), github=github))


def march() -> Story:
    """A branch that stands, and the first minute of March."""
    story = Story().started()
    story.at = MARCH.start
    return story


@pytest.mark.parametrize(
    ("tell", "expected"),
    [
        (lambda story: story.merge("squash", 2), ["pull_request"]),
        (lambda story: story.merge("merge", 3), ["pull_request"]),
        (lambda story: story.merge("rebase", 3), ["pull_request"] * 3),
        (lambda story: story.queue(3), ["merge_queue"] * 3),
        (lambda story: story.push(2), ["direct_push"] * 2),
        (lambda story: story.push(actor="releaser[bot]"), ["bot_push"]),
        (lambda story: story.push(actor=None), ["direct_push"]),
        (lambda story: story.merge().force(1, 0), ["removed"]),
        (lambda story: story.merge().push().force(2, 1), ["removed", "removed", "direct_push"]),
        (lambda story: story.merge().force(0, 0), ["pull_request"]),
        (lambda story: story, []),
    ],
    ids=["squash", "merge", "rebase", "merge queue", "push", "bot", "deleted account", "reset", "rewritten",
         "forced to itself", "nothing"],
)  # fmt: skip
def test_every_commit_lands_in_exactly_one_way(
    reader: Reader, tell: Callable[[Story], Story], expected: list[str]
) -> None:
    frames = reader.frames(tell(march()))
    assert kinds(frames) == expected
    assert breaks(frames) == ()
    assert frames["branch_landings"]["commit"].is_unique


def test_pitfall_5_a_rebase_lands_several_commits_and_only_the_last_is_the_merge_commit(reader: Reader) -> None:
    frames = reader.frames(march().merge("rebase", 3))
    assert list(frames["branch_landings"]["change"]) == ["acme/shop#2"] * 3
    assert changes_on_branches(frames, PAIR).only_second == ()


def test_pitfall_5_a_merge_without_a_merge_commit_is_found_by_what_github_names(reader: Reader) -> None:
    story = march().merge()
    read, _ = reader.read(story)
    story.pulls[-1] = replace(story.pulls[-1], merge_commit="")
    frames = told(story, (MARCH, read))
    assert list(frames["branch_landings"]["change"]) == ["acme/shop#2"]
    assert changes_on_branches(frames, PAIR).only_second == ()


def test_pitfall_6_a_pushed_head_that_marks_its_pull_request_is_a_direct_push(reader: Reader) -> None:
    story = march().merge()
    story.updates[-1] = replace(story.updates[-1], kind="push", actor="ann")
    (landing,) = reader.frames(story)["branch_landings"].itertuples()
    assert (landing.kind, landing.actor) == ("direct_push", "ann")
    assert landing.why == "GitHub marked acme/shop#2 as merged by this push"


def test_pitfall_6_a_pull_request_of_another_base_or_fork_does_not_count(reader: Reader) -> None:
    story = march().merge()
    story.pulls[-1] = replace(story.pulls[-1], merge_commit="e" * 40, base="release")
    (landing,) = reader.frames(story)["branch_landings"].itertuples()
    assert (landing.kind, pd.isna(landing.change)) == ("unknown", True)
    assert "none of the pull requests collected" in landing.why


def test_pitfall_7_a_merge_queue_lands_each_pull_request_with_one_move(reader: Reader) -> None:
    frames = reader.frames(march().queue(3))
    assert sorted(frames["branch_landings"]["change"]) == ["acme/shop#2", "acme/shop#3", "acme/shop#4"]
    assert set(frames["branch_landings"]["actor"]) == {"github-merge-queue"}


def test_pitfall_9_a_branch_renamed_in_the_window_has_its_updates_under_both_names(reader: Reader) -> None:
    story = Story(branch="trunk").started()
    story.at = MARCH.start
    story.merge().push().rename("main").merge()
    frames = reader.frames(story)
    assert kinds(frames) == ["pull_request", "direct_push", "pull_request"]
    assert breaks(frames) == ()
    assert set(frames["default_branches"]["branch"]) == {"trunk", "main"}
    assert changes_on_branches(frames, PAIR).only_second == ()


def test_pitfall_9_a_default_branch_made_from_another_leaves_what_came_before_unknown(reader: Reader) -> None:
    """The former one stays, under a name that nothing tells."""
    story = Story(branch="develop").started()
    story.at = MARCH.start
    story.merge().push()
    story.branch = "main"
    story.moved("branch_creation", "0" * 40, "ann").merge()
    frames = reader.frames(story)
    assert sorted(kinds(frames)) == ["pull_request", "unknown", "unknown"]
    assert "which branch was the default before is not known" in set(frames["branch_landings"]["why"].dropna()).pop()


def test_a_branch_deleted_and_made_again_elsewhere_took_commits_away(reader: Reader) -> None:
    story = march().merge().merge()
    gone = story.line.pop()
    story.taken.append(gone)
    story.moved("branch_deletion", gone.sha, "bob", after="0" * 40)
    story.moved("branch_creation", "0" * 40, "ann").merge()
    frames = reader.frames(story)
    assert kinds(frames) == ["pull_request", "removed", "pull_request"]
    assert breaks(frames) == ()


def test_a_new_repository_begins_with_a_push(reader: Reader) -> None:
    story = Story(at=MARCH.start + HOUR).move("branch_creation", 2).merge()
    frames = reader.frames(story)
    assert kinds(frames) == ["direct_push", "direct_push", "pull_request"]
    assert breaks(frames) == ()


def test_an_empty_repository_has_nothing(reader: Reader) -> None:
    frames = reader.frames(Story())
    assert (len(frames["branch_landings"]), len(frames["default_branches"])) == (0, 0)


def test_an_old_commit_that_is_merged_late_is_of_the_month_of_its_merge(reader: Reader) -> None:
    story = march().push(2, dated=datetime(2025, 6, 1, tzinfo=UTC)).merge()
    frames = reader.frames(story)
    assert kinds(frames) == ["direct_push", "direct_push", "pull_request"]
    assert breaks(frames) == ()


def test_a_closed_month_is_read_from_where_it_ended(reader: Reader) -> None:
    story = march().merge()
    story.at = MARCH.end + HOUR
    story.merge().push(30)
    read, _ = reader.read(story, at=MARCH.end + 100 * HOUR)
    assert [page.parameters["head"] for page in read if page.call == f"GraphQL {COMMITS[7:]}"] == [story.line[2].sha]
    assert kinds(told(story, (MARCH, read))) == ["pull_request"]


def test_months_join_without_a_gap(reader: Reader) -> None:
    story = march().merge().push()
    story.at = MARCH.end + HOUR
    story.merge().force(2, 1)
    april = CIVIL.month(2026, 4)
    files = []
    for period in (MARCH, april):
        read, _ = reader.read(story, period=period, at=april.end)
        files.append((period, read))
    frames = told(story, *files)
    assert breaks(frames) == ()
    assert sorted(kinds(frames)) == ["direct_push", "pull_request", "removed", "removed"]


def test_the_feed_is_read_by_the_shortest_period_that_reaches(reader: Reader) -> None:
    for days, asked in ((40, "quarter"), (20, "month"), (100, "year")):
        read, _ = reader.read(march().merge(), at=MARCH.start + timedelta(days=days))
        assert read[1].parameters["time_period"] == asked


def test_a_quiet_branch_is_asked_about_for_a_year(reader: Reader) -> None:
    story = Story(at=MARCH.start - timedelta(days=200)).started()
    read, _ = reader.read(story)
    assert [page.parameters.get("time_period") for page in read] == [None, "quarter", "year", None]
    assert len(told(story, (MARCH, read))["branch_landings"]) == 0


def test_many_updates_come_in_pages(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("branch_activity", "default_branch_commits"):
        monkeypatch.setattr(import_module(f"soc2kit.sources.github.{module}"), "PAGE_SIZE", 7)
    story = march()
    for _ in range(20):
        story.merge("merge", 2)
    frames = reader.frames(story)
    assert kinds(frames) == ["pull_request"] * 20
    assert breaks(frames) == ()


def test_a_repository_without_a_feed_is_read_by_date_and_said_to_be(reader: Reader) -> None:
    reader.server.faults.append(Fault(ACTIVITY, 404, "Not Found"))
    story = march().merge().push()
    read, whole = reader.read(story)
    frames = told(story, (MARCH, read))
    assert "acme/shop: GitHub has no activity feed" in whole.reason
    assert kinds(frames) == ["unknown", "unknown"]
    assert set(frames["branch_landings"]["why"].str.partition(",")[0]) == {
        "GitHub gave no activity feed of this repository"
    }
    assert read[1].answer is None


def test_a_period_older_than_the_feed_is_read_by_date_and_said_to_be(reader: Reader) -> None:
    story = march().merge().push()
    read, whole = reader.read(story, at=MARCH.start + timedelta(days=365))
    assert "reaches back a year, not to 2026-03-01" in whole.reason
    landings = told(story, (MARCH, read))["branch_landings"]
    assert set(landings["kind"]) == {"unknown"}
    assert "does not reach back" in landings["why"][0]


def test_a_feed_that_is_refused_fails_by_name(reader: Reader) -> None:
    reader.server.faults.append(Fault(ACTIVITY, 403, "Resource not accessible by personal access token"))
    with pytest.raises(Refused, match="Contents: read"):
        reader.read(march())


def test_a_branch_that_moves_while_it_is_read_is_read_again(reader: Reader) -> None:
    before, after = march().merge(), march().merge().push()

    def push(answer: Any) -> Any:
        reader.server.serve(state(after.repository()), AT)
        return answer

    reader.server.faults.append(Fault("/graphql", edit=push, times=1))
    read, _ = reader.read(before)
    frames = told(after, (MARCH, read))
    assert kinds(frames) == ["pull_request", "direct_push"]
    assert breaks(frames) == ()


def test_a_push_after_the_head_is_known_changes_nothing(reader: Reader) -> None:
    before, after = march().merge(), march().merge().push()

    def push(answer: Any) -> Any:
        if "object" in answer["data"]["repository"]:
            reader.server.serve(state(after.repository()), AT)
        return answer

    reader.server.faults.append(Fault("/graphql", edit=push))
    read, _ = reader.read(before)
    assert kinds(told(before, (MARCH, read))) == ["pull_request"]


def test_commits_that_github_has_no_more_are_named(reader: Reader) -> None:
    story = march().merge().force(1, 1, kept=False)
    lost = story.updates[-2].after
    read, whole = reader.read(story)
    assert f"does not have any more: acme/shop@{lost}" in whole.reason
    landings = told(story, (MARCH, read))["branch_landings"].set_index("sha")
    assert landings["kind"][lost] == "removed"
    assert "any more" in landings["why"][lost]


def test_what_a_force_push_took_away_is_told_though_what_came_instead_is_gone(reader: Reader) -> None:
    """Forced to a commit, and from there to another: GitHub has the first no more, and with it goes the link."""
    story = march().merge().force(1, 1).force(1, 1, kept=False)
    taken, between, stands = (update.after for update in story.updates[-3:])
    landings = reader.frames(story)["branch_landings"].set_index("sha")["kind"]
    assert landings.to_dict() == {taken: "removed", between: "removed", stands: "direct_push"}
    story = march().force(1, 1).force(1, 2, kept=False).force(2, 1, kept=False)
    landings = reader.frames(story)["branch_landings"].set_index("sha")["kind"]
    assert set(landings[landings == "removed"].index) >= {update.after for update in story.updates[-3:-1]}


def test_a_force_push_to_before_the_period_reads_no_further_than_needed(reader: Reader) -> None:
    story = Story(at=MARCH.start - 500 * HOUR).started()
    for _ in range(300):
        story.push()
    story.at = MARCH.start
    story.merge().force(5, 1)
    read, _ = reader.read(story)
    frames = told(story, (MARCH, read))
    assert sorted(kinds(frames)) == ["direct_push"] + ["removed"] * 5
    assert breaks(frames) == ()
    assert sum(page.call.startswith("GraphQL default_branch_commits") for page in read) <= 3


def feed_without(position: int) -> Callable[[Any], Any]:
    return lambda answer: [*answer[:position], *answer[position + 1 :]]


@pytest.mark.parametrize("position", range(4))
def test_an_update_left_out_of_the_feed_breaks_the_chain(reader: Reader, position: int) -> None:
    """Of four, newest first: that of March, before and after; each leaves a commit that nothing accounts for."""
    story = march().merge().push().merge().push()
    reader.server.faults.append(Fault(ACTIVITY, edit=feed_without(position)))
    frames = reader.frames(story)
    assert breaks(frames)
    assert "unknown" in kinds(frames)


def without_commit(sha: str) -> Callable[[Any], Any]:
    def edit(answer: Any) -> Any:
        history = (answer["data"]["repository"].get("object") or {}).get("history")
        if history:
            history["nodes"] = [node for node in history["nodes"] if node["oid"] != sha]
        return answer

    return edit


@pytest.mark.parametrize("position", range(2, 6))
def test_a_commit_left_out_of_the_answer_is_missed(reader: Reader, position: int) -> None:
    story = march().merge().push().merge().push()
    reader.server.faults.append(Fault("/graphql", edit=without_commit(story.line[position].sha)))
    with pytest.raises(IncompleteCollection, match="acme/shop"):
        reader.read(story)


def test_a_feed_that_names_the_same_page_again_is_not_followed(reader: Reader) -> None:
    story = march()
    for _ in range(120):
        story.push()
    reader.server.serve(state(story.repository()), AT)
    link = {"Link": f'<{reader.server.url}{ACTIVITY}?after=100>; rel="next"'}
    reader.server.faults.append(Fault(ACTIVITY, 200, headers=link))
    with pytest.raises(CollectionError):
        reader.again()


def test_a_merge_whose_pull_request_was_not_collected_is_named(reader: Reader) -> None:
    story = march().merge()
    story.at = MARCH.start + 24 * HOUR
    story.merge()
    read, _ = reader.read(story)
    missing = story.pulls.pop()
    frames = told(story, (MARCH, read))
    assert merges_collected(frames, PAIR).only_second == (f"acme/shop@{missing.merge_commit}",)
    landing = frames["branch_landings"].set_index("sha").loc[missing.merge_commit]
    assert (landing["kind"], "GitHub names acme/shop#3" in landing["why"]) == ("unknown", True)


def test_a_merge_that_the_branch_does_not_show_is_named(reader: Reader) -> None:
    story = march().merge()
    story.at = MARCH.start + 24 * HOUR
    story.merge()
    read, _ = reader.read(story)
    story.pulls.append(replace(story.pulls[-1], number=99, merge_commit="9" * 40))
    assert changes_on_branches(told(story, (MARCH, read)), PAIR).only_second == ("acme/shop#99",)


OLD = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("count", [1, 150])
def test_old_commits_pushed_to_a_branch_that_was_made_in_the_month_are_of_the_month(reader: Reader, count: int) -> None:
    story = Story(at=MARCH.start + HOUR).move("branch_creation", 2).push(count, dated=OLD).push()
    frames = reader.frames(story)
    assert kinds(frames) == ["direct_push"] * (count + 3)
    assert breaks(frames) == ()


def test_what_a_branch_was_made_of_is_not_of_the_month_where_it_is_older(reader: Reader) -> None:
    story = Story(at=MARCH.start + HOUR).move("branch_creation", 150, dated=OLD).push()
    read, _ = reader.read(story)
    assert kinds(told(story, (MARCH, read))) == ["unknown", "direct_push"]


def test_a_feed_that_lost_its_link_and_ends_at_an_old_commit_is_not_whole(reader: Reader) -> None:
    """Nothing below the cut bears a date of the month, so that no commit is left over."""
    story = march().push(3).push(1, dated=OLD)
    story.at = MARCH.start + 24 * HOUR
    for _ in range(100):
        story.push()
    reader.server.serve(state(story.repository()), MARCH.end + 100 * HOUR)
    newest = reader.again()[0][1].answer
    reader.server.faults.append(Fault(ACTIVITY, edit=lambda answer: newest if len(answer) > 1 else answer))
    with pytest.raises(IncompleteCollection, match="there are earlier updates of main"):
        reader.again()


def test_without_a_feed_an_old_commit_does_not_hide_what_lies_below_it(reader: Reader) -> None:
    reader.server.faults.append(Fault(ACTIVITY, 404, "Not Found"))
    frames = reader.frames(march().push().push(dated=OLD).push())
    assert kinds(frames) == ["unknown"] * 2


def test_a_repository_that_was_renamed_while_it_was_read_is_not_mixed_up(reader: Reader) -> None:
    def rename(answer: Any) -> Any:
        answer["data"]["repository"]["nameWithOwner"] = "acme/store"
        return answer

    reader.server.faults.append(Fault("/graphql", edit=rename))
    with pytest.raises(IncompleteCollection, match="acme/shop: GitHub answers as acme/store"):
        reader.read(march())


@pytest.mark.parametrize("position", range(3))
def test_any_pull_request_of_a_queue_that_was_not_collected_is_named(reader: Reader, position: int) -> None:
    story = march()
    story.at = MARCH.start + 24 * HOUR
    read, _ = reader.read(story.queue(3))
    missing = story.pulls.pop(1 + position)
    frames = told(story, (MARCH, read))
    assert merges_collected(frames, PAIR).only_second == (f"acme/shop@{missing.merge_commit}",)
    assert sorted(kinds(frames)) == ["merge_queue", "merge_queue", "unknown"]
