"""Tests of who approved each change before it was merged, of people and of bots. No samples."""

from __future__ import annotations

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .change_review.approval import Approval, approval_of
from .change_review.authors import authors_of, commits_of
from .change_review.checks_passed import checks_passed
from .change_review.evidence import ChangeEvidence, joined_by_id, merged_to_default, spread
from .change_review.strata import BOT, PERSON, strata
from .outcome import bot_names, outcome, words


def approved_by_another(
    changes: Frame,
    reviews: Frame,
    change_commits: Frame,
    change_events: Frame,
    commits: Frame,
    default_branches: Frame,
    github_people: Frame,
    change_exceptions: Frame,
    change_exception_readings: Frame,
    *,
    period: Period,
    parameters: Parameters,
) -> Outcome:
    """A second person approved the final code before it was merged.

    Population: pull requests merged in the window into what is or was the default branch, or whose merge commit lies on
    it; one row each. Those opened by a bot are tested by GH-PR-06; those labelled or registered as an emergency in time
    by GH-PR-05.
    Exception: before the merge nobody's latest opinion was an approval that counts. It does not count from the author,
    an author, co-author or committer of a commit, another login of such a person, a bot, an App, a service account, or
    somebody who may not write to the repository. Nor does it count when a later commit is no merge of the base branch,
    when the branch was pushed by force after it, when it is of a commit that others follow or that is no part of what
    was merged. Besides: somebody with write access had asked for changes, and neither took that back nor was dismissed.
    A comment changes no opinion, a dismissal revives none.
    Not testable: a deleted account approved; commits of an address that belongs to nobody known, of as many as there
    are approvals; more commits than GitHub lists; an approval in the second of the merge, or for another base; a review
    dismissed after it whose event does not tell what it said; write access that GitHub does not tell; an approver whose
    account it is nobody says, as it may be the author's second one.
    What cannot be seen: GitHub says who may write today (a member who has left since is taken to have been able to);
    names in commits are what the committer's machine says; a merge of the base branch may hold edits, made on GitHub's
    pages or, where its committer is not web-flow, by hand: it is taken for no new code, but one made by hand counts as
    its committer's hand in the change.
    Source: GraphQL pullRequests with reviews, commits and timeline; first-parent history; roster, identity file, SAML
    identities; register of exceptional changes. `reviewDecision` is not used: it is empty where none is required.
    """
    evidence = ChangeEvidence(
        changes, reviews, change_commits, change_events, commits, default_branches, github_people, change_exceptions,
        change_exception_readings,
    )  # fmt: skip
    population, approval = judged_as(PERSON, evidence, period, parameters)
    return outcome(
        _shown(population, approval), key="change", at="merged_at", reasons=unapproved(approval),
        unknown=untold(approval),
    )  # fmt: skip


def bots_follow_rule(
    changes: Frame,
    reviews: Frame,
    change_commits: Frame,
    change_events: Frame,
    commits: Frame,
    default_branches: Frame,
    github_people: Frame,
    change_exceptions: Frame,
    change_exception_readings: Frame,
    change_checks: Frame,
    branch_rules: Frame,
    *,
    period: Period,
    parameters: Parameters,
) -> Outcome:
    """Changes by bots are approved by a person, or come from a bot that may merge by itself, with its checks green.

    Population: pull requests merged to a default branch in the window and opened by a bot (author type Bot); one row
    each.
    Exception: no person approved it (as in GH-PR-01; who pushed onto the bot's branch, by commit or by force, is not
    independent), and the bot is not in `allowed_bots`, others than the bot made a commit of it, or a required check had
    not passed (as in GH-PR-03). A standing request for changes.
    Not testable: what GH-PR-01 or GH-PR-03 cannot tell, where the rest is in order.
    What cannot be seen: which files a bot changed, as files are not collected; who had a bot start, where the bot does
    it by itself; a machine account that GitHub holds for a user is under the rule for people.
    Source: GraphQL pullRequests with reviews, commits, timeline and checks; branch rules; roster, identity file.
    """
    evidence = ChangeEvidence(
        changes, reviews, change_commits, change_events, commits, default_branches, github_people, change_exceptions,
        change_exception_readings,
    )  # fmt: skip
    population, approval = judged_as(BOT, evidence, period, parameters)
    passed = checks_passed(population, change_checks, branch_rules)
    allowed = population["author"].str.casefold().isin(bot_names(parameters.allowed_bots))
    others, maybe = _others_than_the_bot(evidence, population)
    sure = approval.reasons.notna()
    by_itself = sure & allowed & others.isna()
    # Such a change is in order whether somebody approved it or not.
    may = allowed & others.isna() & maybe.isna() & passed.reasons.isna() & passed.unknown.isna()
    reasons = words(
        population.index,
        (sure & ~allowed, "bot " + population["author"] + " is not on the list of allowed bots: " + approval.reasons),
        (sure & allowed & others.notna(), "commits by " + others + " in a bot's change: " + approval.reasons),
        (by_itself & passed.reasons.notna(), "merged by itself: " + passed.reasons),
        (approval.objections.notna(), approval.objections),
    )
    unknown = words(
        population.index,
        (approval.unknown.notna() & ~may, approval.unknown),
        (by_itself & maybe.notna(), "merged by itself: " + maybe),
        (by_itself & passed.unknown.notna(), "merged by itself: " + passed.unknown),
        (approval.objections_unknown.notna(), approval.objections_unknown),
    )
    return outcome(_shown(population, approval), key="change", at="merged_at", reasons=reasons, unknown=unknown)


def judged_as(stratum: str, evidence: ChangeEvidence, period: Period, parameters: Parameters) -> tuple[Frame, Approval]:
    """The changes of a stratum, and whether each was approved before its merge."""
    merged = merged_to_default(evidence.changes, evidence.branch, evidence.default_branches, period)
    population = merged[strata(evidence, merged, parameters) == stratum].reset_index(drop=True)
    population = population.assign(until=population["merged_at"], inclusive=False)
    return population, approval_of(evidence, population, pushed=stratum == BOT)


def unapproved(approval: Approval) -> pd.Series:
    """Why changes are exceptions of the rule for people, in words."""
    return words(
        approval.reasons.index, (approval.reasons.notna(), approval.reasons),
        (approval.objections.notna(), approval.objections),
    )  # fmt: skip


def untold(approval: Approval) -> pd.Series:
    return words(
        approval.unknown.index, (approval.unknown.notna(), approval.unknown),
        (approval.objections_unknown.notna(), approval.objections_unknown),
    )  # fmt: skip


def _shown(population: Frame, approval: Approval) -> Frame:
    shown = population.drop(columns=["until", "inclusive"])
    return shown.assign(approved_by=approval.by, approved_at=approval.given_at)


def _others_than_the_bot(evidence: ChangeEvidence, population: Frame) -> tuple[pd.Series, pd.Series]:
    """Who besides the bot made commits of its change, in words, and why that may not be all.

    A commit that belongs to no account may be anybody's, so it is another's.
    """
    authors = authors_of(evidence, population, commits_of(evidence, population), pushed=True)
    bots = population["author"].str.casefold().str.removesuffix("[bot]")
    own = pd.Series(bots.array.take(authors.logins["id"].to_numpy()), index=authors.logins.index)
    others = authors.logins[(authors.logins["login"] != own).fillna(True)]
    named = spread(joined_by_id(others, others["login"]), population).astype("string")
    return named, authors.why_unknown.where(authors.unknown > 0).astype("string")
