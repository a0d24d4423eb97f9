"""Tests of how access is granted: by somebody else, and after somebody approved it."""

from __future__ import annotations

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .approvals import Approvals, Row, beneficiaries, listed
from .outcome import outcome


def changed_by_another(
    access_changes: Frame,
    filed_requests: Frame,
    filed_readings: Frame,
    people: Frame,
    accounts: Frame,
    *,
    period: Period,
    parameters: Parameters,
) -> Outcome:
    """Access is granted by somebody other than the one whom it benefits.

    Population: grants to accounts inside the period, from logs where they have them, else from what two snapshots show.
    A credential that is renewed is no grant.
    Exception: made by an account of the same person, by one that the person shares, or by one of which somebody is
    among those who share it. Where nobody knows who made it, as snapshots never tell, or whose user or login that is,
    an approved request stands in its place; new accounts and privileged rights without one are exceptions of ACC-ON-01,
    all others are exceptions here.
    Source: CloudTrail and GitHub's audit log; account lists and their rights; identity file; roster; file of access
    requests. An assumed role is named as such: which person was behind it, its log does not tell.
    """
    grants = _grants(access_changes, period)
    population = grants[~grants["credential"].fillna(False)].reset_index(drop=True)
    approvals = Approvals(filed_requests, filed_readings, people, accounts)
    reasons = [_same_person(row, approvals) for row in population.to_dict("records")]
    return outcome(population[_SHOWN], key="change_id", at="occurred_at", reasons=reasons)


def approved_before_granted(
    access_changes: Frame,
    access_requests: Frame,
    read_access_requests: Frame,
    people: Frame,
    accounts: Frame,
    *,
    period: Period,
    parameters: Parameters,
) -> Outcome:
    """New access was approved by somebody else before it was granted.

    Population: accounts first seen inside the period, and privileged rights granted in it. An account that the first
    snapshot shows is new only when its source says that it was created in the period.
    Exception: no request for it, a request that nobody approved or that does not say when, an approval later than the
    grant, by the one whom it benefits, or by somebody who is no person of the roster at that time; an approval that the
    first collection of the file a day or more after it does not show. A privileged right needs a request whose access
    names all of it: the permission set and the account, administration and the repository, ownership.
    Source: account lists and their rights, CloudTrail, GitHub's audit log; file of access requests, in every reading;
    roster. A grant that only snapshots show is dated by the first of them; a bare date of approval counts from the
    start of its day.
    """
    grants = _grants(access_changes, period)
    population = grants[_judged_by_request(grants)].reset_index(drop=True)
    approvals = Approvals(access_requests, read_access_requests, people, accounts)
    judged = [approvals.of(row) for row in population.to_dict("records")]
    population = population.assign(ticket=pd.Series([ticket for ticket, _ in judged], dtype="string"))
    reasons = [reason for _, reason in judged]
    return outcome(population[[*_SHOWN, "ticket"]], key="change_id", at="occurred_at", reasons=reasons)


_SHOWN = [
    "change_id",
    "occurred_at",
    "system",
    "account_key",
    "email",
    "what",
    "right",
    "made_by",
    "not_before",
    "basis",
]


def _grants(changes: Frame, period: Period) -> Frame:
    """Grants to accounts; what a role or a group is given shows in the rights of those who have it."""
    inside = period.contains(changes["occurred_at"]).fillna(False)
    return changes[(changes["kind"] == "grant") & changes["to_account"].fillna(True) & inside]


def _judged_by_request(grants: Frame) -> pd.Series:
    return grants["new_account"].fillna(False) | grants["privileged"].fillna(False)


def _same_person(row: Row, approvals: Approvals) -> str | None:
    maker, email = row["made_by"], row["made_by_email"]
    if pd.isna(maker):
        return _unknown("who made it is not known", row, approvals)
    if maker in (row["account_key"], row["account_name"]):
        return f"made by {maker}, whom it benefits"
    if not pd.isna(email) and email in beneficiaries(row):
        return f"made by {maker}, an account of {email}, whom it benefits"
    sharers = listed(row["made_by_shared"])
    both = sorted(beneficiaries(row) & set(sharers))
    if both:
        return f"made by {maker}, which {' and '.join(both)} shares, whom it benefits"
    if pd.isna(email) and not sharers and _of_somebody(row):
        return _unknown(f"made by {maker}; whose account that is, is not known", row, approvals)
    return None


def _of_somebody(row: Row) -> bool:
    """Whether the maker is an account that a person signs in with, and not a role, a service or root."""
    maker = str(row["made_by"])
    return row["system"] == "github" or ":user/" in maker


def _unknown(words: str, row: Row, approvals: Approvals) -> str | None:
    if row["new_account"] is True or row["privileged"] is True:
        return None
    _, reason = approvals.of(row)
    return f"{words}, and no approved request stands for it: {reason}" if reason else None
