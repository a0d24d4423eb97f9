"""Whatever happens to a branch: every commit is in the partition once, and nothing left out goes unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from branch_stories import AT, HOUR, MARCH, Story, as_pages, frames_of, state
from hypothesis import given, settings
from hypothesis import strategies as st

from soc2kit.config import Config
from soc2kit.errors import IncompleteCollection
from soc2kit.example.github_server import Fault, GithubServer
from soc2kit.period import Period
from soc2kit.reconciliation.branches import changes_on_branches, unbroken_chain
from soc2kit.source_settings import GithubSettings
from soc2kit.sources.base import Page, Shared
from soc2kit.sources.github import SOURCE, branch_activity

DATASET = next(dataset for dataset in SOURCE.datasets if dataset.id == "github.default_branch_commits")
ACTIVITY = "/repos/acme/shop/activity"
PAIR = ("a", "b")
OLD = MARCH.start - timedelta(days=100)
MOVES = st.one_of(
    st.tuples(st.just("merge"), st.sampled_from(["squash", "merge", "rebase"]), st.integers(1, 3)),
    st.tuples(st.just("push"), st.integers(1, 3), st.sampled_from(["ann", "releaser[bot]", None]), st.booleans()),
    st.tuples(st.just("queue"), st.integers(1, 3)),
    st.tuples(st.just("force"), st.integers(0, 3), st.integers(0, 2), st.booleans()),
)


def tell(moves: list[Any]) -> Story:
    story = Story().started().merge()
    story.at = MARCH.start
    for kind, *details in moves:
        if kind == "merge":
            story.merge(*details)
        elif kind == "push":
            count, actor, old = details
            story.push(count, actor=actor, dated=OLD if old else None)
        elif kind == "queue":
            story.queue(*details)
        else:
            back, count, kept = details
            story.force(back, count, kept=kept)
    return story


@pytest.fixture(scope="module")
def server() -> Iterator[GithubServer]:
    """One for all examples: to bind a port can take seconds where names are not resolved."""
    with pytest.MonkeyPatch.context() as patch, GithubServer() as made:
        patch.setenv("EXAMPLE_GITHUB_TOKEN", "no-secret")
        yield made


def served(server: GithubServer, story: Story, *faults: Fault) -> Config:
    server.faults[:] = faults
    server.serve(state(story.repository()), AT)
    github = GithubSettings("acme", server.url, token_variable="EXAMPLE_GITHUB_TOKEN")
    return Config(Path("example"), "Acme", MARCH, ("security",), github=github)


def frames(story: Story, config: Config) -> dict[str, Any]:
    with SOURCE.connect(config) as connection:
        read: list[Page] = list(DATASET.pages(connection, MARCH))
    return frames_of((MARCH, as_pages(read)), pulls=[("acme/shop", pull) for pull in story.pulls])


def moved_over(story: Story) -> set[str]:
    """Commits that the branch stood on in March and not at its beginning, and those that it lost."""
    commits = {commit.sha: commit for commit in [*story.line, *story.taken]}
    before = {commit.sha for commit in story.line if commit.sha in _down(story.updates[2].after, commits)}
    found: set[str] = set()
    for update in story.updates[3:]:
        found |= set(_down(update.after, commits)) - before
        if update.kind == "force_push" and update.after in commits:
            found |= set(_down(update.before, commits)) - set(_down(update.after, commits))
    return found


def _down(tip: str, commits: dict[str, Any]) -> list[str]:
    found = []
    while tip in commits:
        found.append(tip)
        tip = commits[tip].parents[0] if commits[tip].parents else ""
    return found


QUICK = settings(max_examples=8, deadline=None)


@QUICK
@given(st.lists(MOVES, max_size=7))
def test_the_partition_holds_each_commit_once(server: GithubServer, moves: list[Any]) -> None:
    story = tell(moves)
    found = frames(story, served(server, story))
    landings = found["branch_landings"]
    assert landings["commit"].is_unique
    held = set(landings["sha"])
    assert moved_over(story) <= held
    on_branch = {commit.sha for commit in story.line}
    removed = set(landings.loc[landings["kind"] == "removed", "sha"])
    assert removed == held - on_branch
    assert set(landings["kind"]) <= {"pull_request", "merge_queue", "direct_push", "bot_push", "removed"}
    assert unbroken_chain(found, PAIR).only_second == ()
    if not any(found["branch_reads"]["gone"].map(len)):
        assert changes_on_branches(found, PAIR).only_second == ()


@QUICK
@given(st.lists(MOVES, min_size=1, max_size=6), st.data())
def test_an_update_that_is_left_out_is_noticed(server: GithubServer, moves: list[Any], data: st.DataObject) -> None:
    story = tell(moves)
    moved = [place for place, update in enumerate(reversed(story.updates[3:])) if update.before != update.after]
    if not moved:
        return
    left_out = data.draw(st.sampled_from(moved))
    cut = Fault(ACTIVITY, edit=lambda answer: [*answer[:left_out], *answer[left_out + 1 :]])
    found = frames(story, served(server, story, cut))
    assert unbroken_chain(found, PAIR).only_second


@QUICK
@given(st.lists(MOVES, min_size=1, max_size=6), st.data())
def test_a_commit_that_is_left_out_is_noticed(server: GithubServer, moves: list[Any], data: st.DataObject) -> None:
    story = tell(moves)
    known = {commit.sha for commit in [*story.line, *story.taken]}
    population = sorted(moved_over(story) & known)
    if not population:
        return
    sha = data.draw(st.sampled_from(population))

    def edit(answer: Any) -> Any:
        history = (answer["data"]["repository"].get("object") or {}).get("history")
        if history:
            history["nodes"] = [node for node in history["nodes"] if node["oid"] != sha]
        return answer

    config = served(server, story, Fault("/graphql", edit=edit))
    with pytest.raises(IncompleteCollection, match="acme/shop"):
        frames(story, config)


def read_apart(story: Story, config: Config, parts: list[Period]) -> list[tuple[Period, Any]]:
    with SOURCE.connect(config) as connection:
        return [(part, as_pages(list(DATASET.pages(connection, part)))) for part in parts]


def read_in_one_run(story: Story, config: Config, parts: list[Period]) -> list[tuple[Period, Any]]:
    with SOURCE.connect(config) as connection:
        connection.shared = Shared(parts[-1].start)  # type: ignore[attr-defined]
        return [(part, as_pages(list(DATASET.pages(connection, part)))) for part in parts]


@settings(max_examples=2)
@given(
    moves=st.lists(MOVES, min_size=1, max_size=6), hours=st.lists(st.integers(1, 9), min_size=1, max_size=2),
    size=st.integers(2, 4), former=st.booleans(),
)  # fmt: skip
def test_parts_read_in_one_run_tell_what_each_tells_by_itself(
    server: GithubServer, moves: list[Any], hours: list[int], size: int, former: bool
) -> None:
    """Of every beginning of the parts, as an assessment of a shorter window has no more."""
    story = tell(moves)
    if former:
        story.rename("trunk")
        story.merge()
    edges = [MARCH.start, *(MARCH.start + hour * HOUR for hour in sorted(set(hours))), MARCH.end]
    parts = [Period(start, end, "") for start, end in pairwise(edges)]
    pulls = [("acme/shop", pull) for pull in story.pulls]
    config = served(server, story)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(branch_activity, "PAGE_SIZE", size)
        apart, at_once = read_apart(story, config, parts), read_in_one_run(story, config, parts)
    for count in range(1, len(parts) + 1):
        one, other = frames_of(*apart[:count], pulls=pulls), frames_of(*at_once[:count], pulls=pulls)
        for name in ("commits", "branch_landings"):
            pd.testing.assert_frame_equal(one[name], other[name])
        assert set(one["default_branches"]["branch"]) == set(other["default_branches"]["branch"])
        assert unbroken_chain(other, PAIR).only_second == unbroken_chain(one, PAIR).only_second == ()
        assert len(other["branch_updates"]) <= len(one["branch_updates"])
    assert set(one["branch_updates"]["update"]) == set(other["branch_updates"]["update"])
