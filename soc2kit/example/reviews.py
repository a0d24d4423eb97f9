"""The example company's access reviews: decided and signed as the timeline says, through the form's functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ..config import Config
from ..evidence import EvidenceStore
from ..frames import FrameSet
from ..reviews import actions, file
from ..reviews.model import Review, Snapshot
from ..reviews.population import reviewers, snapshot_at
from .company import Company
from .moments import moment

Entry = Mapping[str, Any]
_BEFORE_SIGNING = timedelta(minutes=40)


def perform(config: Config, company: Company, after: datetime | None, until: datetime) -> Iterator[str]:
    """The reviews signed between two collections, written to the workspace."""
    due = [entry for entry in company.timeline["reviews"] if (after is None or entry["signed"] > after)]
    for entry in due:
        if entry["signed"] <= until:
            frames = FrameSet(
                EvidenceStore(config.evidence, config.calendar), period=config.window, as_of=entry["snapshot"]
            )
            loaded = file.load(config.workspace, entry["period"], entry["system"])
            file.save(config.workspace, loaded, _reviewed(entry, company, frames, loaded.review))
            yield f"  {entry['period']} {entry['system']}: reviewed and signed by {entry['by']}"


def _reviewed(entry: Entry, company: Company, frames: FrameSet, review: Review) -> Review:
    taken, signing = moment(entry["snapshot"]), moment(entry["signed"])
    assert taken is not None
    assert signing is not None
    snapshot = snapshot_at(frames.frame("review_rows"), entry["system"], taken)
    known = reviewers(frames.frame("people"), signing)
    by, second = company.email(entry["by"]), company.email(entry["second"])
    decided_at = signing - _BEFORE_SIGNING
    own = [row.account for row in snapshot.rows if by in row.holders]
    others = [row.account for row in snapshot.rows if by not in row.holders]
    for accounts, who in ((others, by), (own, second)):
        review = actions.decide(
            review, snapshot, accounts, decision="keep", reason=entry["keep"], by=who, at=decided_at, reviewers=known
        )
    for name, made in entry.get("decisions", {}).items():
        account = next(row.account for row in snapshot.rows if row.name == name)
        review = actions.decide(
            review, snapshot, [account], decision=made["decision"], reason=made["reason"], change_to=made.get("to", ""),
            by=by, at=decided_at + timedelta(minutes=10), reviewers=known,
        )  # fmt: skip
    if "by_hand" in entry:
        return actions.signed(_by_hand(review, snapshot, entry["by_hand"], by), by=by, at=signing)
    return actions.sign(review, snapshot, by=by, at=signing, reviewers=known)


def _by_hand(review: Review, snapshot: Snapshot, name: str, by: str) -> Review:
    """A decision that somebody wrote into the file on their own account. The form would have refused it."""
    account = next(row.account for row in snapshot.rows if row.name == name)
    decision = replace(review.decisions[account], decided_by=by)
    return replace(review, decisions={**review.decisions, account: decision})
