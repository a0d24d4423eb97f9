"""Test of every commit that a default branch moved over in the window: how it got there."""

from __future__ import annotations

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import bot_names, outcome, words


def came_through_pull_request(branch_landings: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Nothing reached a default branch but through a merged pull request, and nothing was taken off it again.

    Population: first-parent commits of the default branches by the update that put them there, or took them away, in
    the window; one row each.
    Exception: pushed directly by a person, or by a bot that is not in `approved_pushers`; taken away by a force push.
    A person in `approved_pushers` remains an exception. Not testable: no update of the feed has the commit, the feed
    does not reach it, or its merge is of a pull request that was not collected.
    Source: REST activity feed; GraphQL history along first parents; merge commits of the merged pull requests.
    """
    population = branch_landings[period.contains(branch_landings["landed_at"])]
    kind, actor = population["kind"], population["actor"].fillna("a deleted account")
    note = ("; " + population["why"]).fillna("")
    reasons = words(
        population.index,
        (kind == "direct_push", "pushed directly by " + actor + note),
        (
            (kind == "bot_push") & ~actor.str.casefold().isin(bot_names(parameters.approved_pushers)),
            "pushed directly by bot " + actor + ", which is not in approved_pushers" + note,
        ),
        (kind == "removed", population["why"].fillna("taken away by a force push")),
    )
    unknown = words(population.index, (kind == "unknown", population["why"].fillna("how it landed is not known")))
    return outcome(population, key="commit", at="landed_at", reasons=reasons, unknown=unknown)
