"""What holds of the tests of changes whatever the changes are: made-up ones, with all that can be odd in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from change_tables import BRANCHES, PEOPLE
from hypothesis import given, settings
from hypothesis import strategies as st
from text_tables import as_frame

from soc2kit.checks.change_review.evidence import ChangeEvidence, merged_to_default
from soc2kit.checks.change_review.strata import strata
from soc2kit.checks.table import CHECKS
from soc2kit.frames import FRAMES
from soc2kit.frames.schema import typed
from soc2kit.model import Frame
from soc2kit.parameters import ParameterHistory, Parameters, Version
from soc2kit.period import CIVIL
from soc2kit.testing import performed

START, Q1 = pd.Timestamp("2026-03-10", tz="UTC"), CIVIL.parse("2026-Q1")
MERGED, LAST = 8, 12  # minutes after the start; the last is days later
LOGINS = st.sampled_from(["ana", "ben", "ben-home", "cleo", "sam-bot", "stranger", None])
STATES = st.sampled_from(["APPROVED", "APPROVED", "CHANGES_REQUESTED", "DISMISSED", "COMMENTED"])
MINUTES = st.integers(0, LAST)
BASE = "main-1"


@dataclass(frozen=True)
class Made:
    """A change by its parts: reviews as reviewer, state, minute, whether it may push, commit; commits as minute, who,
    whether it merges the base; events as kind, minute, actor, label; checks as name, conclusion, start, end."""

    author: str | None
    bot: bool
    reviews: tuple[tuple[Any, ...], ...]
    commits: tuple[tuple[Any, ...], ...]
    events: tuple[tuple[Any, ...], ...]
    checks: tuple[tuple[Any, ...], ...]


REVIEW = st.tuples(LOGINS, STATES, MINUTES, st.sampled_from([True, True, False, None]), st.none() | st.integers(1, 5))
COMMIT = st.tuples(MINUTES, st.sampled_from(["ana", "ben", "cleo", "me@home.example"]), st.booleans())
EVENT = st.tuples(
    st.sampled_from(["LabeledEvent", "UnlabeledEvent", "HeadRefForcePushedEvent", "ReviewDismissedEvent"]), MINUTES,
    LOGINS, st.sampled_from(["hotfix", "docs"]),
)  # fmt: skip
CHECK = st.tuples(
    st.sampled_from(["tests", "lint"]), st.sampled_from(["SUCCESS", "SUCCESS", "FAILURE", "SKIPPED", None]), MINUTES,
    st.none() | MINUTES,
)  # fmt: skip
CHANGES = st.builds(
    Made, st.sampled_from(["ana", "ana", "ben", "robot", None]), st.booleans(),
    st.lists(REVIEW, max_size=5).map(tuple), st.lists(COMMIT, min_size=1, max_size=4).map(tuple),
    st.lists(EVENT, max_size=3).map(tuple), st.lists(CHECK, max_size=4).map(tuple),
)  # fmt: skip
WORLDS = st.lists(CHANGES, min_size=4, max_size=12).map(tuple)
# A world has many changes, so a few worlds are many cases.
FEW = settings(max_examples=4)


def at(minute: int | None, day: int = 0) -> str | None:
    """After the last minute of the merge's day everything is three days later, past any limit."""
    if minute is None:
        return None
    days = day + (3 if minute == LAST else 0)
    return (START + pd.Timedelta(days=days, minutes=minute)).isoformat()


def frames(world: tuple[Made, ...]) -> dict[str, Frame]:
    """One change a day, from 10 March on."""
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("changes", "reviews", "change_commits", "change_events", "change_checks")
    }
    for day, made in enumerate(world):
        name = f"o/r#{day}"
        rows["changes"].append({
            "change": name, "repository": "o/r", "number": day, "author": made.author, "base": "main",
            "author_is_bot": None if made.author is None else made.bot, "created_at": at(0, day),
            "merged_at": at(MERGED, day), "queued": False, "labels": [], "commits_total": len(made.commits),
        })  # fmt: skip
        rows["reviews"] += [
            {"change": name, "reviewer": who, "reviewer_is_bot": None if who is None else False, "state": state,
             "submitted_at": at(minute, day), "can_push": may, "commit": place and f"{name}-{place}"}
            for who, state, minute, may, place in made.reviews
        ]  # fmt: skip
        rows["change_commits"] += [
            {"change": name, "position": place, "sha": f"{name}-{place}", "committed_at": at(minute, day),
             "people": [] if "@" in who else [who], "committer": "web-flow" if merges else who,
             "unlinked": "@" in who, "unlinked_emails": [who] if "@" in who else [],
             "parents": [f"{name}-{place - 1}", *([BASE] if merges else [])]}
            for place, (minute, who, merges) in enumerate(made.commits, 1)
        ]  # fmt: skip
        rows["change_events"] += [
            {"change": name, "kind": kind, "occurred_at": at(minute, day), "actor": who, "before": None,
             "after": label if "abel" in kind else None}
            for kind, minute, who, label in made.events
        ]  # fmt: skip
        rows["change_checks"] += [
            {"change": name, "place": "head", "sha": name, "check_name": check, "app": "ci", "conclusion": conclusion,
             "started_at": at(start, day), "completed_at": at(end, day)}
            for check, conclusion, start, end in made.checks
        ]  # fmt: skip
    told = {name: typed(FRAMES[name], listed, "a made-up world") for name, listed in rows.items()}
    commits = f"commit  repository  branch  sha  committed_at  parents\no/r@{BASE}  o/r  main  {BASE}  2026-03-01  []\n"
    rules = "repository  required_checks  snapshot_at\no/r  tests  2026-03-01\n"
    readings = "starts_at  ends_at  read_at\n2026-03-01  2026-04-01  2026-04-01\n"
    texts = {
        "commits": commits, "default_branches": BRANCHES, "github_people": PEOPLE, "branch_rules": rules,
        "change_readings": readings, "change_exceptions": "", "change_exception_readings": "", "branch_landings": "",
    }  # fmt: skip
    return {**told, **{name: as_frame(name, text) for name, text in texts.items()}}


def verdicts(check_id: str, world: tuple[Made, ...], *cuts: str) -> dict[str, str]:
    """Of each change "in order", "exception" or "not testable"."""
    check = next(check for check in CHECKS if check.id == check_id)
    given, limits = frames(world), Parameters()
    history = ParameterHistory(limits, tuple(Version(pd.Timestamp(cut), limits, "cut") for cut in cuts))
    outcome = performed(check, [given[name] for name in check.reads], Q1, history)
    found = dict.fromkeys(outcome.population["key"], "in order")
    found |= dict.fromkeys(outcome.exceptions["key"], "exception")
    return found | dict.fromkeys(outcome.not_testable["key"], "not testable")


@FEW
@given(world=WORLDS, minute=MINUTES, who=LOGINS)
def test_a_comment_changes_nothing(world: tuple[Made, ...], minute: int, who: str | None) -> None:
    more = tuple(replace(one, reviews=(*one.reviews, (who, "COMMENTED", minute, True, None))) for one in world)
    for check in ("GH-PR-01", "GH-PR-05", "GH-PR-06"):
        assert verdicts(check, more) == verdicts(check, world)


def never_better(before: dict[str, str], after: dict[str, str]) -> None:
    for change, verdict in before.items():
        assert not (verdict == "exception" and after.get(change) == "in order"), change


@FEW
@given(world=WORLDS, minute=MINUTES)
def test_a_later_commit_of_its_own_puts_nothing_in_order(world: tuple[Made, ...], minute: int) -> None:
    """Whatever time it bears."""
    more = tuple(replace(one, commits=(*one.commits, (minute, "ana", False))) for one in world)
    # A commit that was approved and is now the new one's name would be another story.
    more = tuple(
        replace(one, reviews=tuple((*row[:4], None if row[4] == len(one.commits) else row[4]) for row in one.reviews))
        for one in more
    )
    less = tuple(replace(one, reviews=other.reviews) for one, other in zip(world, more, strict=True))
    never_better(verdicts("GH-PR-01", less), verdicts("GH-PR-01", more))


@FEW
@given(world=WORLDS, place=st.integers(0, 4))
def test_taking_an_approval_away_puts_nothing_in_order(world: tuple[Made, ...], place: int) -> None:
    less = tuple(
        replace(one, reviews=tuple(row for at, row in enumerate(one.reviews) if at != place or row[1] != "APPROVED"))
        for one in world
    )
    never_better(verdicts("GH-PR-01", world), verdicts("GH-PR-01", less))


@FEW
@given(world=WORLDS)
def test_every_change_is_in_one_stratum(world: tuple[Made, ...]) -> None:
    given_frames = frames(world)
    names = ("changes", "reviews", "change_commits", "change_events", "commits", "default_branches", "github_people")
    evidence = ChangeEvidence(
        *(given_frames[name] for name in names), given_frames["change_exceptions"],
        given_frames["change_exception_readings"],
    )  # fmt: skip
    every = merged_to_default(evidence.changes, evidence.branch, evidence.default_branches, Q1)
    stratum = dict(zip(every["change"], strata(evidence, every, Parameters()), strict=True))
    people, bots = set(verdicts("GH-PR-01", world)), set(verdicts("GH-PR-06", world))
    emergencies = {change for change, name in stratum.items() if name == "emergency"}
    assert len(people) + len(bots) + len(emergencies) == len(world)
    assert people | bots | emergencies == set(verdicts("GH-PR-03", world)) == set(stratum)
    assert emergencies <= set(verdicts("GH-PR-05", world))
    failing = {change for change, verdict in verdicts("GH-PR-01", world).items() if verdict == "exception"}
    assert set(verdicts("GH-PR-05", world)) == emergencies | failing


@settings(max_examples=2)
@given(world=WORLDS, minutes=st.lists(st.integers(0, 5 * 24 * 60), min_size=1, max_size=3, unique=True))
def test_cutting_the_window_changes_nothing(world: tuple[Made, ...], minutes: list[int]) -> None:
    cuts = [(START + pd.Timedelta(minutes=minute)).isoformat() for minute in sorted(minutes)]
    for check in ("GH-PR-01", "GH-PR-03", "GH-PR-05", "GH-PR-06"):
        assert verdicts(check, world, *cuts) == verdicts(check, world)
