"""Tests of how access is granted: by somebody else, and after somebody approved it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome

#: Words of a right that do not tell one right from another.
_EMPTY_WORDS = re.compile(
    r"\b(a|access|account|added|as|group|in|member|of|on|organi[sz]ation|role|team|the|to)\b", re.IGNORECASE
)
Row = Mapping[str, Any]


def changed_by_another(
    access_changes: Frame, filed_requests: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """Access is granted by somebody other than the one whom it benefits.

    Population: grants to accounts inside the period, from logs where they have them, else from what two snapshots show.
    A credential that is renewed is no grant.
    Exception: made by an account of the same person, or by an account that the person shares. Where nobody knows who
    made it, as snapshots never tell, an approved request stands in its place; new accounts and privileged rights
    without one are exceptions of ACC-ON-01, all others are exceptions here.
    Source: CloudTrail and GitHub's audit log; account lists and their rights; identity file; file of access requests.
    An assumed role is named as such: which person was behind it, its log does not tell.
    """
    grants = _grants(access_changes, period)
    population = grants[~grants["credential"].fillna(False)].reset_index(drop=True)
    requests = _latest(filed_requests)
    reasons = [_same_person(row, requests) for row in population.to_dict("records")]
    return outcome(population[_SHOWN], key="change_id", at="occurred_at", reasons=reasons)


def approved_before_granted(
    access_changes: Frame, access_requests: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """New access was approved by somebody else before it was granted.

    Population: accounts first seen inside the period, and privileged rights granted in it. An account that the first
    snapshot shows is new only when its source says that it was created in the period.
    Exception: no request for it, a request that nobody approved or that does not say when, an approval later than the
    grant, or by the one whom it benefits. A privileged right needs a request whose access names it.
    Source: account lists and their rights, CloudTrail, GitHub's audit log; file of access requests. A grant that only
    snapshots show is dated by the first of them; a bare date of approval counts from the start of its day.
    """
    grants = _grants(access_changes, period)
    population = grants[_judged_by_request(grants)].reset_index(drop=True)
    requests = _latest(access_requests)
    judged = [_approval(row, requests) for row in population.to_dict("records")]
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


def _latest(requests: Frame) -> list[Row]:
    """Each request as the last reading of the file has it."""
    if "snapshot_at" in requests:
        requests = requests.sort_values("snapshot_at", kind="stable")
    last = requests.drop_duplicates(["ticket", "system", "account_name", "email", "access"], keep="last")
    return list(last.sort_values(["ticket", "system"], kind="stable").to_dict("records"))


def _people(row: Row) -> set[str]:
    """Everybody whom a change benefits."""
    shared = row["shared_by"]
    named = list(shared) if isinstance(shared, list | tuple) else []
    return {str(email) for email in [*named, row["email"]] if not pd.isna(email)}


def _same_person(row: Row, requests: list[Row]) -> str | None:
    maker, email = row["made_by"], row["made_by_email"]
    if pd.isna(maker):
        if row["new_account"] is True or row["privileged"] is True:
            return None
        _, reason = _approval(row, requests)
        return f"who made it is not known, and no approved request stands for it: {reason}" if reason else None
    if maker in (row["account_key"], row["account_name"]):
        return f"made by {maker}, whom it benefits"
    if not pd.isna(email) and email in _people(row):
        return f"made by {maker}, an account of {email}, whom it benefits"
    return None


def _approval(row: Row, requests: list[Row]) -> tuple[str | None, str | None]:
    """The ticket that a grant rests on, and what is wrong with it; of several requests a good one counts."""
    mine = [request for request in requests if _is_for(request, row)]
    if not mine:
        return None, "no request for it in the file of access requests"
    fitting = [request for request in mine if _names(request, row)]
    if not fitting:
        tickets = ", ".join(dict.fromkeys(str(request["ticket"]) for request in mine))
        return None, f"no request names {row['what']} (there is {tickets})"
    problems = [(str(request["ticket"]), next(_problems(request, row), None)) for request in fitting]
    good = [ticket for ticket, problem in problems if problem is None]
    if good:
        return good[0], None
    return problems[0][0], "; ".join(f"{ticket}: {problem}" for ticket, problem in problems)


def _is_for(request: Row, row: Row) -> bool:
    if request["system"] != row["system"]:
        return False
    names = {str(name).casefold() for name in (row["account_key"], row["account_name"]) if not pd.isna(name)}
    account, email = request["account_name"], request["email"]
    by_name = not pd.isna(account) and str(account).casefold() in names
    return by_name or (pd.isna(account) and not pd.isna(email) and email in _people(row))


def _names(request: Row, row: Row) -> bool:
    """Whether a request's access names the right; a new account needs no more than a request for it."""
    if row["new_account"] is True:
        return True
    if pd.isna(request["access"]):
        return False
    asked = str(request["access"]).casefold()
    return any(word in asked for word in _EMPTY_WORDS.sub(" ", str(row["what"]).casefold()).split())


def _problems(request: Row, row: Row) -> Iterator[str]:
    approver, approved, granted = request["approved_by"], request["approved_at"], row["occurred_at"]
    if pd.isna(approver):
        yield "nobody approved it"
    elif str(approver).casefold() in _people(row):
        yield f"approved by {approver}, whom it benefits"
    if pd.isna(approved):
        yield "it does not say when it was approved"
    elif approved > granted:
        yield f"approved {approved:%Y-%m-%d %H:%M} UTC, granted {granted:%Y-%m-%d %H:%M} UTC"
