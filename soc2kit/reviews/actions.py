"""What a reviewer does: decide on rows, sign, reopen. Pure functions from one review to the next.

Each refuses, with a `ReviewError` in words, what would not count later: an own account, an unknown reviewer, a
signature over rows that are not decided. Who and when are arguments; `at` is UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ..errors import ReviewError
from ..period import parse_moment, stamp
from .digest import content_digest, signature_holds
from .model import CHOICES, Decision, Population, Review, Row, Signature, Snapshot


class State(StrEnum):
    DECIDED = "decided"
    UNDECIDED = "undecided"
    CHANGED = "changed since it was decided"
    NO_REASON = "reason missing"
    NO_CHANGE = "what it is to become is missing"


@dataclass(frozen=True)
class Line:
    """A row of the population with what was decided on it, now and in the quarter before."""

    row: Row
    decision: Decision | None
    state: State
    before: Decision | None = None


def lines(review: Review, snapshot: Snapshot, before: Review | None = None) -> list[Line]:
    """Every account of the population in order."""
    previous = before.decisions if before else {}
    return [
        Line(row, review.decisions.get(row.account), state_of(review.decisions.get(row.account), row),
             previous.get(row.account))
        for row in snapshot.rows
    ]  # fmt: skip


def state_of(decision: Decision | None, row: Row) -> State:
    if decision is None:
        return State.UNDECIDED
    if decision.row != row.digest:
        return State.CHANGED
    if not decision.reason:
        return State.NO_REASON
    return State.DECIDED if decision.complete else State.NO_CHANGE


def vanished(review: Review, snapshot: Snapshot) -> list[Decision]:
    """Decisions on accounts that are not in the population any more."""
    there = {row.account for row in snapshot.rows}
    return [review.decisions[account] for account in sorted(review.decisions) if account not in there]


def decide(
    review: Review,
    snapshot: Snapshot,
    accounts: Iterable[str],
    *,
    decision: str,
    reason: str,
    change_to: str = "",
    by: str,
    at: datetime,
    reviewers: Mapping[str, str],
) -> Review:
    """One decision with one reason on one or many rows.

    Refused as a whole when one row is the reviewer's own account, so that a bulk decision is never half done.
    """
    _open(review)
    _known(by, reviewers)
    if decision not in CHOICES:
        raise ReviewError(f"{decision!r} is not a decision; known are {', '.join(CHOICES)}")
    rows = {row.account: row for row in snapshot.rows}
    chosen = list(accounts)
    unknown = [account for account in chosen if account not in rows]
    if unknown:
        raise ReviewError(f"{unknown[0]!r} is not in the snapshot of {stamp(snapshot.at)}. Press Reload")
    own = [account for account in chosen if by in rows[account].holders]
    if own:
        raise ReviewError(
            f"{', '.join(own)} belongs to {reviewers[by]}, who reviews: nobody decides on their own account. Nothing"
            " was decided; choose another reviewer for it"
        )
    made = {
        account: Decision(
            account=account,
            access=rows[account].privileges,
            decision=decision,
            reason=one_line(reason),
            change_to=one_line(change_to) if decision == "change" else "",
            decided_by=by,
            decided_at=stamp(at),
            row=rows[account].digest,
        )
        for account in chosen
    }
    return over(replace(review, decisions={**review.decisions, **made}), snapshot)


def withdraw(review: Review, snapshot: Snapshot, account: str) -> Review:
    """Take a decision back: the row is undecided again."""
    _open(review)
    rest = {name: decision for name, decision in review.decisions.items() if name != account}
    return over(replace(review, decisions=rest), snapshot)


def over(review: Review, snapshot: Snapshot) -> Review:
    """The review with this snapshot as its population."""
    return replace(review, population=Population(stamp(snapshot.at), len(snapshot.rows), snapshot.sha256))


def missing(review: Review, snapshot: Snapshot) -> list[str]:
    """Why the review cannot be signed yet, in words; empty when it can."""
    waiting = [line for line in lines(review, snapshot) if line.state is not State.DECIDED]
    own = [
        line.row.account
        for line in lines(review, snapshot)
        if line.decision and line.decision.decided_by in line.row.holders
    ]
    words = []
    for state in State:
        accounts = [line.row.account for line in waiting if line.state is state]
        if accounts:
            words.append(f"{len(accounts)} {state.value} ({_some(accounts)})")
    if own:
        words.append(f"{len(own)} decided by the holder ({_some(own)})")
    return words


def sign(review: Review, snapshot: Snapshot, *, by: str, at: datetime, reviewers: Mapping[str, str]) -> Review:
    """Sign exactly this population, every row of it decided with a reason, by somebody in the roster."""
    _open(review)
    _known(by, reviewers)
    lacking = missing(review, snapshot)
    if at < snapshot.at or any(parse_moment(made.decided_at) > at for made in review.decisions.values()):
        lacking.append(f"the snapshot or a decision is later than {stamp(at)}; correct the clock of this machine")
    if lacking:
        raise ReviewError(f"not signed: {'; '.join(lacking)}")
    return signed(over(review, snapshot), by=by, at=at)


def signed(review: Review, *, by: str, at: datetime) -> Review:
    """The signature alone, with nothing asked of what it stands under."""
    assert review.population is not None
    moment = stamp(at)
    signature = Signature(by, moment, review.population.sha256, content_digest(review, by, moment))
    return replace(review, signed=signature)


def reopen(review: Review) -> Review:
    """Take the signature away, so that decisions can be changed; they have to be signed again."""
    return replace(review, signed=None)


def standing(review: Review) -> str:
    """Whether the review is signed, in words."""
    if review.signed is None:
        return "not signed"
    if not signature_holds(review):
        return f"the signature of {review.signed.by} does not match: the file was edited after signing"
    return f"signed by {review.signed.by} at {review.signed.at}"


def one_line(text: str) -> str:
    """Raises `ReviewError` for half of a two-part character, which no file can hold."""
    half = next((character for character in text if "\ud800" <= character <= "\udfff"), None)
    if half is not None:
        raise ReviewError(f"{text!r} has half a character (U+{ord(half):04X}); type it again")
    return " ".join(text.split())


def _some(accounts: list[str], limit: int = 3) -> str:
    more = f" and {len(accounts) - limit} more" if len(accounts) > limit else ""
    return ", ".join(accounts[:limit]) + more


def _open(review: Review) -> None:
    if review.signed is not None:
        raise ReviewError(f"{review.key} is signed; reopen it to decide again, and sign it again after")


def _known(by: str, reviewers: Mapping[str, str]) -> None:
    if by not in reviewers:
        raise ReviewError(f"the reviewer {by!r} is not in the roster; choose who you are first")
