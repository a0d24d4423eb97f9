"""Tests of every change that reached a default branch in the window. No samples."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome, words

# The states with which a reviewer takes a stand; a mere comment does not change an earlier one.
_OPINIONS = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")


def approved_by_another(
    changes: Frame, reviews: Frame, change_commits: Frame, commits: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """A second person approved the final code before it was merged.

    Population: pull requests merged to a default branch in the window, not opened by a bot; one row each.
    Exception: at the merge, no person other than the author and the authors of its commits had as latest opinion an
    approval given at or after the last commit. Merging the base branch in is not a new commit. A deleted reviewer
    cannot be told from the author, so that approval does not count.
    Source: GraphQL pullRequests with reviews and commits; first-parent commits of the branch.
    """
    population = _stratum(changes, period, bots=False)
    reasons = _approval_reasons(population, reviews, change_commits, commits)
    return outcome(population, key="change", at="merged_at", reasons=reasons)


def _stratum(changes: Frame, period: Period, *, bots: bool) -> Frame:
    # A deleted account may have been a person, so it stays with the people.
    is_bot = changes["author_is_bot"].fillna(False)
    return changes[period.contains(changes["merged_at"]) & (is_bot == bots)]


def _approval_reasons(population: Frame, reviews: Frame, change_commits: Frame, commits: Frame) -> pd.Series:
    opinions = _opinions_at_merge(population, reviews)
    people = change_commits.groupby("change")["people"].agg(lambda lists: {person for one in lists for person in one})
    pushed = _last_commit(change_commits, set(commits["sha"]))
    by_change = dict(tuple(opinions.groupby("change")))
    reasons = [
        _why_not_approved(row.author, by_change.get(row.change), people.get(row.change, set()), pushed.get(row.change))
        for row in population.itertuples()
    ]
    return pd.Series(reasons, index=population.index, dtype="string")


def _opinions_at_merge(population: Frame, reviews: Frame) -> Frame:
    """The latest opinion of each reviewer before the merge."""
    timed = reviews.merge(population[["change", "merged_at"]], on="change", how="inner", validate="many_to_one")
    timed = timed[timed["state"].isin(_OPINIONS) & (timed["submitted_at"] < timed["merged_at"])]
    ordered = timed.sort_values("submitted_at", kind="stable")
    return ordered.groupby(["change", "reviewer"], dropna=False, sort=False).tail(1)


def _last_commit(change_commits: Frame, branch: set[str]) -> dict[str, pd.Timestamp]:
    """When the last commit of each change was made, merges of the base branch left out."""
    from_base = change_commits["parents"].map(lambda parents: len(parents) > 1 and parents[1] in branch)
    latest: dict[str, pd.Timestamp] = (
        change_commits[~from_base.astype(bool)].groupby("change")["committed_at"].max().to_dict()
    )
    return latest


def _why_not_approved(
    author: object, opinions: Frame | None, people: Iterable[str], pushed: pd.Timestamp | None
) -> str | None:
    approvals = [] if opinions is None else [row for row in opinions.itertuples() if row.state == "APPROVED"]
    if not approvals:
        return "no approval before the merge"
    own = {author, *people}
    others = [
        row for row in approvals if pd.notna(row.reviewer) and not row.reviewer_is_bot and row.reviewer not in own
    ]
    if not others:
        names = ", ".join(sorted("a deleted account" if pd.isna(row.reviewer) else row.reviewer for row in approvals))
        return f"approved only by {names}, who wrote part of it, is a bot or cannot be told from the author"
    if pushed is not None and all(row.submitted_at < pushed for row in others):
        latest = max(row.submitted_at for row in others)
        return f"approved {latest:%Y-%m-%d %H:%M}, but the last commit is of {pushed:%Y-%m-%d %H:%M}"
    return None


def checks_green_at_merge(
    changes: Frame, change_checks: Frame, branch_rules: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """The required checks had passed on what was merged.

    Population: pull requests merged to a default branch in the window, bots included; one row each.
    Exception: a check that the branch required (in the latest snapshot before the merge, else the first after it) has
    no success that was complete before the merge; or none is required and none had passed. Skipped and neutral are not
    a success.
    Source: statusCheckRollup of the last commit; branch rules.
    """
    population = changes[period.contains(changes["merged_at"])]
    passed = _passed_before_merge(population, change_checks)
    rules = _required_checks(branch_rules)
    reasons: list[str | None] = []
    for row in population.itertuples():
        required = _required_at(rules.get(row.repository, []), row.merged_at)
        green = passed.get(row.change, set())
        missing = sorted(required - green)
        if missing:
            reasons.append(f"required check not passed before the merge: {', '.join(missing)}")
        else:
            reasons.append(None if green else "no check is required and none had passed")
    return outcome(
        population, key="change", at="merged_at", reasons=pd.Series(reasons, index=population.index, dtype="string")
    )


def _passed_before_merge(population: Frame, change_checks: Frame) -> dict[str, set[str]]:
    timed = change_checks.merge(population[["change", "merged_at"]], on="change", how="inner", validate="many_to_one")
    before = timed[(timed["completed_at"] <= timed["merged_at"]).fillna(False)]
    # A check that ran again counts with its latest result before the merge.
    last = before.sort_values("completed_at", kind="stable").drop_duplicates(["change", "check_name"], keep="last")
    green = last[last["conclusion"] == "SUCCESS"]
    passed: dict[str, set[str]] = green.groupby("change")["check_name"].agg(set).to_dict()
    return passed


def _required_checks(branch_rules: Frame) -> dict[str, list[tuple[pd.Timestamp, set[str]]]]:
    """Snapshots of each repository's required checks, oldest first."""
    rules: dict[str, list[tuple[pd.Timestamp, set[str]]]] = {}
    for row in branch_rules.sort_values("snapshot_at", kind="stable").itertuples():
        rules.setdefault(row.repository, []).append((row.snapshot_at, set(row.required_checks)))
    return rules


def _required_at(rules: list[tuple[pd.Timestamp, set[str]]], moment: pd.Timestamp) -> set[str]:
    """What was required by the latest snapshot before `moment`, or by the first one after it."""
    before = [required for taken, required in rules if taken <= moment]
    return before[-1] if before else rules[0][1] if rules else set()


def _others_than_the_bot(population: Frame, change_commits: Frame) -> pd.Series:
    """Who besides the bot made commits of its change, in words; missing where nobody did.

    GitHub's own `web-flow` only signs. A commit that belongs to no account may be anybody's.
    """
    made: dict[str, set[str]] = {}
    for row in change_commits.itertuples():
        people = {person.removesuffix("[bot]") for person in row.people}
        unknown = {"an unknown author"} if not people or pd.isna(row.unlinked) or row.unlinked else set()
        made.setdefault(row.change, set()).update(unknown, people)
    found = [
        ", ".join(sorted(made.get(row.change, {"an unknown author"}) - {row.author, "web-flow"})) or None
        for row in population.itertuples()
    ]
    return pd.Series(found, index=population.index, dtype="string")


def bots_follow_rule(
    changes: Frame, reviews: Frame, change_commits: Frame, commits: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """Changes by bots are approved by a person, or come from a bot that may merge by itself.

    Population: pull requests merged to a default branch in the window and opened by a bot; one row each.
    Exception: no person approved it, and the bot is not in `allowed_bots` or others than the bot made a commit of it.
    Source: GraphQL pullRequests, author type Bot, with reviews.
    """
    population = _stratum(changes, period, bots=True)
    unapproved = _approval_reasons(population, reviews, change_commits, commits)
    allowed = population["author"].isin(parameters.allowed_bots)
    others = _others_than_the_bot(population, change_commits)
    reasons = words(
        population.index,
        (
            unapproved.notna() & ~allowed,
            "bot " + population["author"] + " is not on the list of allowed bots: " + unapproved,
        ),
        (unapproved.notna() & allowed & others.notna(), "commits by " + others + " in a bot's change: " + unapproved),
    )
    return outcome(population, key="change", at="merged_at", reasons=reasons)
