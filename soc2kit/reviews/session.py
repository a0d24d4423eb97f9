"""One reviewer's sitting over one review: messages in, what to show out, and the file saved in between.

The form sends plain mappings and shows plain mappings; so do the tests. `now` is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import ReviewError
from ..period import stamp
from . import actions, file
from .actions import Line, State
from .digest import signature_holds
from .file import Loaded
from .model import CHOICES, Decision, Review, Row, Snapshot
from .words import idle, second_factor

Message = Mapping[str, Any]


@dataclass
class Session:
    """`snapshots` are those of the quarter, oldest first; `dormant_days` is the company's limit for unused access."""

    workspace: Path
    period: str
    system: str
    title: str
    snapshots: Mapping[datetime, Snapshot]
    reviewers: Mapping[str, str]
    before: Review | None
    dormant_days: int
    _loaded: Loaded | None = field(default=None, init=False)

    def handle(self, message: Message, now: datetime) -> dict[str, Any]:
        """The answer to one message. What is refused comes back as words, with the rows as they are on file."""
        kind = message.get("type")
        try:
            if kind in ("open", "reload") or self._loaded is None:
                self._loaded = file.load(self.workspace, self.period, self.system)
            if kind in ("open", "reload"):
                return self._whole("" if kind == "open" else "Loaded again from the file.")
            before = self._loaded.review
            review, words = self._act(before, message, now)
            self._loaded = file.save(self.workspace, self._loaded, review)
        except ReviewError as error:
            return {**self._part(message.get("accounts", ())), "message": str(error), "tone": "bad"}
        if before.population != review.population or before.signed != review.signed:
            return self._whole(words)
        return {**self._part(message.get("accounts", ())), "message": words, "tone": "good"}

    def _act(self, review: Review, message: Message, now: datetime) -> tuple[Review, str]:
        snapshot, by = self._snapshot(review), str(message.get("by", ""))
        accounts = [str(account) for account in message.get("accounts", ())]
        if message.get("type") == "decide":
            decision, reason = str(message.get("decision", "")), str(message.get("reason", ""))
            done = actions.decide(
                review, snapshot, accounts, decision=decision, reason=reason,
                change_to=str(message.get("change_to", "")), by=by, at=now, reviewers=self.reviewers,
            )  # fmt: skip
            which = accounts[0] if len(accounts) == 1 else f"{len(accounts)} accounts"
            return done, f"Saved: {decision} {which}."
        if message.get("type") == "withdraw":
            for account in accounts:
                review = actions.withdraw(review, snapshot, account)
            return review, f"Saved: {', '.join(accounts)} undecided again."
        if message.get("type") == "sign":
            signed = actions.sign(review, snapshot, by=by, at=now, reviewers=self.reviewers)
            return signed, f"Signed by {self.reviewers[by]}: {len(snapshot.rows)} accounts as of {stamp(snapshot.at)}."
        if message.get("type") == "reopen":
            return actions.reopen(review), "Reopened. It has to be signed again."
        raise ReviewError(f"{message.get('type')!r} is not something this form does")

    def _snapshot(self, review: Review) -> Snapshot:
        """The latest of the quarter; of a signed review the one it was signed over."""
        latest = self.snapshots[max(self.snapshots)]
        if review.signed is None or review.population is None:
            return latest
        signed = {stamp(at): snapshot for at, snapshot in self.snapshots.items()}
        return signed.get(review.population.snapshot_at, latest)

    def _whole(self, words: str) -> dict[str, Any]:
        assert self._loaded is not None
        review = self._loaded.review
        lines = actions.lines(review, self._snapshot(review), self.before)
        return {**self._about(), "type": "whole", "rows": self._rows(lines), "message": words, "tone": "good"}

    def _part(self, accounts: Iterable[str]) -> dict[str, Any]:
        """The rows named, as they are on file; nothing at all of a file that cannot be read."""
        if self._loaded is None:
            return {"type": "none"}
        named = set(accounts)
        review = self._loaded.review
        lines = [line for line in actions.lines(review, self._snapshot(review), self.before)
                 if line.row.account in named]  # fmt: skip
        return {**self._about(), "type": "part", "rows": self._rows(lines)}

    def _rows(self, lines: Iterable[Line]) -> list[dict[str, Any]]:
        assert self._loaded is not None
        at = self._snapshot(self._loaded.review).at
        return [row_shown(line, at, self.dormant_days, self.reviewers) for line in lines]

    def _about(self) -> dict[str, Any]:
        """What stands over the table."""
        assert self._loaded is not None
        review = self._loaded.review
        snapshot = self._snapshot(review)
        lines = actions.lines(review, snapshot, self.before)
        return {
            "period": self.period,
            "title": self.title,
            "snapshot_at": stamp(snapshot.at),
            "accounts": len(lines),
            "decided": sum(line.state is State.DECIDED for line in lines),
            "reviewers": [{"email": email, "name": name} for email, name in self.reviewers.items()],
            "choices": list(CHOICES),
            "signed": review.signed is not None,
            "signature_holds": signature_holds(review),
            "standing": actions.standing(review),
            "vanished": [_gone(decision) for decision in actions.vanished(review, snapshot)],
            "file": file.path_of(Path(file.FOLDER), self.period, self.system).name,
            "newer": stamp(max(self.snapshots)) if max(self.snapshots) > snapshot.at else "",
        }


def row_shown(line: Line, at: datetime, dormant_days: int, names: Mapping[str, str]) -> dict[str, Any]:
    """A line of the review in words, for the form and for the printed table; `names` by e-mail address."""
    row = line.row
    return {
        "account": row.account,
        "name": row.name,
        "holders": list(row.holders),
        "person": row.person or ", ".join(names.get(email, email) for email in row.holders) or "nobody",
        "about": about_person(row, names),
        "access": row.privileges,
        "privileged": row.privileged,
        "last_used": stamp(row.last_used_at)[:10] if row.last_used_at else "unknown",
        "mfa": second_factor(row),
        "flags": [*row.flags, *idle(row, at, dormant_days)],
        "state": line.state.value,
        "decision": line.decision.decision if line.decision else "",
        "reason": line.decision.reason if line.decision else "",
        "change_to": line.decision.change_to if line.decision else "",
        "decided": _by(line.decision, names) if line.decision else "",
        "was": _was(line),
        "before": _before(line.before),
    }


def about_person(row: Row, names: Mapping[str, str]) -> str:
    manager = f"reports to {names.get(row.manager, row.manager)}" if row.manager else ""
    kind = row.kind if row.kind != "employee" else ""
    return ", ".join(part for part in (kind, row.team, manager) if part)


def _gone(decision: Decision) -> str:
    return f"{decision.account}: {decision.decision}, by {decision.decided_by}, {decision.decided_at[:10]}"


def _by(decision: Decision, names: Mapping[str, str]) -> str:
    return f"{names.get(decision.decided_by, decision.decided_by)}, {decision.decided_at[:10]}"


def _was(line: Line) -> str:
    """The decision that does not count any more, as the account is not what it was."""
    if line.decision is None or line.state is not State.CHANGED:
        return ""
    return f"{line.decision.decision} with {line.decision.access}, by {line.decision.decided_by}"


def _before(decision: Decision | None) -> str:
    if decision is None:
        return "not reviewed"
    to = f" ({decision.change_to})" if decision.change_to else ""
    return f"{decision.decision}{to}: {decision.reason}"
