"""Tests of every change that reached a default branch in the window. No samples."""

from __future__ import annotations

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome, words


def came_through_pull_request(commits: Frame, changes: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Nothing reached a default branch but through a merged pull request.

    Population: first-parent commits of the default branches in the window; one row each.
    Exception: no pull request of the same repository and base, merged in the evidence, holds the commit.
    Source: GraphQL history with associatedPullRequests, reconciled with the merged pull requests collected apart.
    """
    population = commits[period.contains(commits["committed_at"])]
    known = set(changes["change"])
    through = population["changes"].map(lambda numbers: any(number in known for number in numbers))
    named = population["changes"].map(", ".join)
    who = population["author"].fillna("an unknown author")
    reasons = words(
        population.index,
        (~through.astype(bool) & (named == ""), "pushed directly by " + who),
        (
            ~through.astype(bool) & (named != ""),
            "GitHub names " + named + ", which is not among the merged pull requests",
        ),
    )
    return outcome(population, key="commit", at="committed_at", reasons=reasons)
