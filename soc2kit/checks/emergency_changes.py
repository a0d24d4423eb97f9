"""The test of changes that went another way than the rule: somebody else looked at each afterwards. No samples."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .change_approval import unapproved
from .change_review.approval import Approval, approval_of
from .change_review.authors import authors_of, commits_of, owners_of
from .change_review.business_days import due_after
from .change_review.evidence import ChangeEvidence, folded, looked_up, merged_to_default
from .change_review.register import EMERGENCY, Register
from .change_review.strata import BOT, hands_of, merge_place, named_in, strata
from .outcome import bot_names, outcome, words

_SHOWN = ["what", "happened_at", "kind", "repository", "title", "url", "author", "due_at", "incident", "reviewed_by"]
_UNAPPROVED, _REGISTERED, _PUSHED = "not approved", "registered", "direct push"


def reviewed_afterwards(
    changes: Frame,
    reviews: Frame,
    change_commits: Frame,
    change_events: Frame,
    commits: Frame,
    default_branches: Frame,
    github_people: Frame,
    change_exceptions: Frame,
    change_exception_readings: Frame,
    branch_landings: Frame,
    change_readings: Frame,
    *,
    period: Period,
    parameters: Parameters,
) -> Outcome:
    """What reached a default branch without the ordinary approval was reviewed by another person within the limit.

    Population: pull requests of people that were labelled with one of `emergency_labels` by `emergency_label_hours`
    after the merge and still are, or that the register has as an emergency approved by then by a person of the roster
    with no hand in it; those that are exceptions of GH-PR-01; those that the register names; direct pushes, those of
    bots that are not in `approved_pushers` included, and other commits that the register names. Changes of bots are
    tested by GH-PR-06.
    Exception: no approval by an independent person (as in GH-PR-01) by the due time, and no review in the register by
    a person of the roster with no hand in it. An emergency without an incident in the register. Due is
    `emergency_review_business_days` after the merge or push: Monday to Friday in UTC, as late in the day as it was;
    what happens on a weekend counts from Monday 00:00.
    Not testable: not reviewed, and evidence was read last before it was due; what GH-PR-01 cannot tell of an approval;
    a push of which nobody knows who made it.
    Source: GraphQL pullRequests with reviews, commits, timeline and labels; first-parent history; register of
    exceptional changes, in every reading: an approval or a review that the first reading a day after it does not show
    does not count; roster, identity file.
    """
    evidence = ChangeEvidence(
        changes, reviews, change_commits, change_events, commits, default_branches, github_people, change_exceptions,
        change_exception_readings,
    )  # fmt: skip
    register = Register(change_exceptions, change_exception_readings, github_people)
    days = parameters.emergency_review_business_days
    merged = _merged(evidence, register, period, parameters)
    merged = merged.assign(until=due_after(merged["merged_at"], days), inclusive=True)
    pushed = _pushed(branch_landings, commits, register, period, parameters)
    pushed = pushed.assign(due_at=due_after(pushed["happened_at"], days))
    parts = [
        _judged_merges(merged, evidence, register, change_readings, days),
        _judged_pushes(pushed, commits, github_people, register, change_readings),
    ]
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return outcome(
        rows[_SHOWN], key="what", at="happened_at", reasons=rows["reason"].astype("string"),
        unknown=rows["unknown"].astype("string"),
    )  # fmt: skip


def _merged(evidence: ChangeEvidence, register: Register, period: Period, parameters: Parameters) -> Frame:
    """Pull requests of the population, with the kind of each."""
    every = merged_to_default(evidence.changes, evidence.branch, evidence.default_branches, period)
    stratum = strata(evidence, every, parameters)
    every = every.assign(until=every["merged_at"], inclusive=False)
    failing = unapproved(approval_of(evidence, every)).notna()
    kind = pd.Series(pd.NA, index=every.index, dtype="string")
    kind = kind.mask(named_in(register, every), _REGISTERED).mask(failing, _UNAPPROVED)
    kind = kind.mask(stratum == EMERGENCY, EMERGENCY).mask(stratum == BOT)
    return every.assign(kind=kind)[kind.notna()].reset_index(drop=True)


def _pushed(landings: Frame, commits: Frame, register: Register, period: Period, parameters: Parameters) -> Frame:
    """Direct pushes, those of bots that may not included, and what else is in the register and no pull request."""
    named = landings["commit"].str.casefold().isin(register.references())
    through = landings["kind"].isin(("pull_request", "merge_queue"))
    inside = period.contains(landings["landed_at"]).fillna(False)
    allowed = landings["actor"].str.casefold().isin(bot_names(parameters.approved_pushers)).fillna(False)
    direct = (landings["kind"] == "direct_push") | ((landings["kind"] == "bot_push") & ~allowed.astype(bool))
    rows = landings[(direct | (named & ~through)) & inside].reset_index(drop=True)
    titles = commits.drop_duplicates("commit").set_index("commit")
    return pd.DataFrame(
        {
            "what": rows["commit"],
            "happened_at": rows["landed_at"],
            "kind": rows["kind"].replace("direct_push", _PUSHED),
            "repository": rows["repository"],
            "title": looked_up(rows["commit"], titles["headline"]).astype("string"),
            "url": pd.Series(pd.NA, index=rows.index, dtype="string"),
            "author": rows["actor"].fillna(looked_up(rows["commit"], titles["author"]).astype("string")),
        }
    )


def _judged_merges(merged: Frame, evidence: ChangeEvidence, register: Register, readings: Frame, days: int) -> Frame:
    approval = approval_of(evidence, merged)
    hands = hands_of(authors_of(evidence, merged, commits_of(evidence, merged)), len(merged))
    rows = merged.rename(columns={"change": "what", "merged_at": "happened_at", "until": "due_at"})
    names = [(row["change"], merge_place(row)) for row in merged.to_dict("records")]
    seen = _until_when(readings, rows["happened_at"], register)
    return _judged(rows, approval, names, hands, register, seen)


def _judged_pushes(pushed: Frame, commits: Frame, people: Frame, register: Register, readings: Frame) -> Frame:
    """A push has no reviews of its own: only the register can say that somebody looked at it."""
    nothing = pd.Series(pd.NA, index=pushed.index, dtype="string")
    nobody = pushed["author"].isna()
    approval = Approval(
        pd.Series("no approval", index=pushed.index, dtype="string").mask(nobody),
        nothing.mask(nobody, "who pushed it is not known"), nothing, nothing, nothing, nothing,
    )  # fmt: skip
    owners = owners_of(people)
    written = dict(zip(commits["commit"], folded(commits["author"]), strict=True))
    hands = []
    for what, actor in zip(pushed["what"], folded(pushed["author"]), strict=True):
        logins = {str(name) for name in (actor, written.get(what)) if not pd.isna(name)}
        hands.append(logins | set(owners.loc[owners["login"].isin(logins), "email"]))
    seen = _until_when(readings, pushed["happened_at"], register, of_merges=register.last_read is None)
    return _judged(pushed, approval, [(what,) for what in pushed["what"]], hands, register, seen)


def _until_when(readings: Frame, moments: pd.Series, register: Register, *, of_merges: bool = True) -> pd.Series:
    """Until when reviews of each change were seen: by the list of pull requests and by the register, if one is kept."""
    seen = pd.Series(pd.NaT, index=moments.index, dtype="datetime64[us, UTC]")
    if of_merges:
        for (start, end), read_at in readings.groupby(["starts_at", "ends_at"])["read_at"].max().items():
            inside = (moments >= start) & (moments < end)
            seen = seen.mask(inside & ~(seen >= read_at).fillna(False), read_at)
    last = register.last_read
    return seen if last is None else seen.fillna(last).clip(upper=last)


def _judged(
    rows: Frame, approval: Approval, names: list[tuple[Any, ...]], hands: list[set[str]], register: Register,
    seen: pd.Series,
) -> Frame:  # fmt: skip
    told = [_registered(register, *one) for one in zip(names, hands, rows["happened_at"], rows["due_at"], strict=True)]
    incident, reviewed, faults = (pd.Series(list(column), index=rows.index, dtype="string") for column in
                                  (zip(*told, strict=True) if told else ((), (), ())))  # fmt: skip
    due = rows["due_at"].dt.strftime("%Y-%m-%d %H:%M") + " UTC"
    lacks = reviewed.isna() & (approval.reasons.notna() | approval.unknown.notna())
    no_incident = (rows["kind"] == EMERGENCY) & incident.isna()
    pending = (seen < rows["due_at"]).fillna(False).astype(bool)
    untold = approval.unknown.notna()
    in_words = approval.reasons.mask(~approval.reasons.str.startswith("approved only").fillna(False), "")
    said = (": " + in_words).mask(in_words == "", "") + ("; the register: " + faults).fillna("")
    reasons = words(
        rows.index,
        (lacks & ~pending & ~untold, "not reviewed by another person by " + due + said),
        (no_incident & ~pending, "an emergency without an incident in the register"),
    )
    unknown = words(
        rows.index,
        (lacks & pending, "a review is due by " + due + ", and evidence ends "
         + seen.dt.strftime("%Y-%m-%d %H:%M") + " UTC"),
        (no_incident & pending, "no incident in the register yet"),
        (lacks & ~pending & untold, approval.unknown),
    )  # fmt: skip
    by = approval.by.astype("string").fillna(reviewed)
    return rows.assign(incident=incident, reviewed_by=by, reason=reasons, unknown=unknown)


def _registered(
    register: Register, names: tuple[Any, ...], hands: set[str], happened: pd.Timestamp, due: pd.Timestamp
) -> tuple[Any, Any, Any]:
    """The incident that the register names for a change, who reviewed it, and what is wrong with reviews that do not
    count."""
    incident, reviewer, faults = pd.NA, pd.NA, []
    for entry in register.entries(*names):
        if not pd.isna(entry["incident"]):
            incident = entry["incident"]
        if pd.isna(entry["reviewed_by"]) and pd.isna(entry["reviewed_at"]):
            continue
        fault = register.objection(entry, "reviewed", hands)
        if fault is None and not happened <= entry["reviewed_at"] <= due:
            fault = f"reviewed {entry['reviewed_at']:%Y-%m-%d %H:%M}"
        if fault is None:
            reviewer = entry["reviewed_by"]
        else:
            faults.append(fault)
    return incident, reviewer, "; ".join(faults) or pd.NA
