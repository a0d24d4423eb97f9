"""Whether somebody independent approved each change: what counts against every approval, put together per change."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ...model import Frame
from .authors import Authors, authors_of, commits_of, owners_of
from .evidence import ChangeEvidence, folded, joined_by_id, looked_up, of_change, spread
from .opinions import opinions_of, staleness, standing_approvals, standing_objections


@dataclass(frozen=True)
class Approval:
    """Of each change of a population: `reasons` why nobody independent approved it, `unknown` why that cannot be said,
    `objections` that stand and `objections_unknown`; `by` the first whose approval counts, and `given_at`."""

    reasons: pd.Series
    unknown: pd.Series
    objections: pd.Series
    objections_unknown: pd.Series
    by: pd.Series
    given_at: pd.Series


def approval_of(evidence: ChangeEvidence, population: Frame, *, pushed: bool = False) -> Approval:
    """Approvals given by `until` of each change; one of that very second counts where `inclusive` says so.

    Both are columns of the population, which is numbered from 0. `pushed`: whoever pushed the branch by force had a
    hand in the change.
    """
    commits = commits_of(evidence, population)
    authors = authors_of(evidence, population, commits, pushed=pushed)
    opinions = opinions_of(evidence, population)
    opinions = opinions.assign(inclusive=of_change(population["inclusive"], opinions).astype(bool))
    access = _Access(evidence.people)
    approvals = standing_approvals(opinions)
    against, doubt = _faults(approvals, authors, commits, evidence, population, access)
    objections = _objections(opinions, access, population)
    return _together(approvals, against, doubt, authors, objections, access, population)


class _Access:
    """What is known of the people behind logins, asked of many rows at once."""

    def __init__(self, people: Frame) -> None:
        named = people[people["login"].notna()]
        named = named.assign(login=folded(named["login"]))
        self._owners = owners_of(people).sort_values(["login", "email"])
        self._services = set(named.loc[named["kind"] == "service", "login"])
        left = named[named["member"].fillna(False).astype(bool)].groupby("login")["ended_at"].max()
        self._left = left.dropna()

    def services(self, who: pd.Series) -> pd.Series:
        return who.isin(self._services)

    def known(self, who: pd.Series) -> pd.Series:
        return who.isin(set(self._owners["login"]))

    def may_push(self, rows: Frame, merged_at: pd.Series) -> pd.Series:
        """GitHub says who may push today; of a member who left after the merge, that they could before."""
        today = rows["can_push"].astype("boolean")
        left_later = (looked_up(rows["who"], self._left) > merged_at).fillna(False).astype(bool)
        return today.mask((today == False).fillna(False) & left_later, True)  # noqa: E712

    def shared_with(self, rows: Frame, emails: Frame) -> pd.Series:
        """Whether a person behind each row's login is one of those whom `emails` has for its change."""
        pairs = rows[["id", "who"]].merge(self._owners, left_on="who", right_on="login", how="inner")
        both = pairs.merge(emails, on=["id", "email"], how="inner")
        mine = pd.MultiIndex.from_frame(rows[["id", "who"]])
        return pd.Series(mine.isin(pd.MultiIndex.from_frame(both[["id", "who"]])), index=rows.index, dtype=bool)

    def person(self, who: pd.Series) -> pd.Series:
        """One name for all logins of a person."""
        first = self._owners.drop_duplicates("login").set_index("login")["email"]
        return looked_up(who, first).astype("string").fillna(who)


def _faults(
    approvals: Frame, authors: Authors, commits: Frame, evidence: ChangeEvidence, population: Frame, access: _Access
) -> tuple[pd.Series, pd.Series]:
    """What counts against each approval, and what is not known of it; one with neither counts."""
    rows = approvals
    against, doubt = staleness(rows, commits, evidence, population)
    ghost = rows["reviewer"].isna()
    bot = rows["reviewer_is_bot"].fillna(False).astype(bool) | access.services(rows["who"])
    may = access.may_push(rows, of_change(population["merged_at"], rows))
    own = pd.Series(
        pd.MultiIndex.from_frame(rows[["id", "who"]]).isin(pd.MultiIndex.from_frame(authors.logins)), index=rows.index
    )
    against = against.mask((may == False).fillna(False) & ~ghost, "who may not write to the repository")  # noqa: E712
    against = against.mask(access.shared_with(rows, authors.emails), "who wrote part of it with another account")
    against = against.mask(own, "who wrote part of it").mask(bot, "which is no person")
    # It may be the author's second one.
    doubt = doubt.mask(~access.known(rows["who"]), "whose account it is, nobody says")
    doubt = doubt.mask(may.isna(), "of whom nobody knows whether they may write to the repository")
    doubt = doubt.mask(rows["reviewer_is_bot"].isna() & ~ghost, "of whom nobody knows whether it is a person")
    doubt = doubt.mask(rows["doubt"].notna(), rows["doubt"])
    return against, doubt.mask(ghost, "which may be anybody's")


def _objections(opinions: Frame, access: _Access, population: Frame) -> tuple[pd.Series, pd.Series]:
    """Who asked for changes and did not take it back: those who can push, and those of whom that is not known."""
    rows = standing_objections(opinions)
    rows = rows[~(rows["reviewer_is_bot"].fillna(False).astype(bool) | access.services(rows["who"]))]
    may = access.may_push(rows, of_change(population["merged_at"], rows)).mask(rows["reviewer"].isna())
    name = rows["reviewer"].fillna("a deleted account")
    sure = may.fillna(False).astype(bool) & ~rows["doubt"]
    maybe = (may.isna() | (may.fillna(False).astype(bool) & rows["doubt"])).astype(bool)
    texts = (
        joined_by_id(rows[sure], name[sure]) + " had asked for changes, and did not take it back",
        joined_by_id(rows[maybe], name[maybe]) + " may have asked for changes that still stood",
    )
    return spread(texts[0], population).astype("string"), spread(texts[1], population).astype("string")


def _together(
    approvals: Frame, against: pd.Series, doubt: pd.Series, authors: Authors, objections: tuple[pd.Series, pd.Series],
    access: _Access, population: Frame,
) -> Approval:  # fmt: skip
    counts = approvals[against.isna() & doubt.isna()]
    people = access.person(counts["who"]).groupby(counts["id"]).nunique()
    number = spread(people, population, 0).astype("int64")
    name = approvals["reviewer"].fillna("a deleted account")
    bad, doubtful = against.notna(), against.isna() & doubt.notna()
    faults = spread(joined_by_id(approvals[bad], (name + ", " + against)[bad], "; "), population).astype("string")
    doubts = spread(joined_by_id(approvals[doubtful], (name + ", " + doubt)[doubtful], "; "), population)
    doubts = doubts.astype("string")
    nobody = number == 0
    reasons = ("approved only by " + faults).fillna("no approval before the merge").mask(~nobody | doubts.notna())
    outweighed = ~nobody & (number <= authors.unknown)
    unknown = ("approved by " + doubts).where(nobody)
    unknown = unknown.mask(outweighed, authors.why_unknown + ": whether its approval was independent is not known")
    first = counts.sort_values(["submitted_at", "who"], kind="stable").drop_duplicates("id").set_index("id")
    return Approval(
        reasons.astype("string"), unknown.astype("string"), *objections,
        spread(first["reviewer"], population), spread(first["submitted_at"], population),
    )  # fmt: skip
