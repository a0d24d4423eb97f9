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


@dataclass(frozen=True)
class _Asked:
    """A message from the form: whatever a front end sends, what is not a text is refused."""

    type: str = ""
    by: str = ""
    decision: str = ""
    reason: str = ""
    change_to: str = ""
    accounts: tuple[str, ...] = ()

    @classmethod
    def of(cls, message: Any) -> _Asked:
        if not isinstance(message, Mapping):
            raise ReviewError(f"the form sent {message!r}, which is no message; reload the page")
        texts = {name: message[name] for name in _TEXTS if name in message}
        accounts = message.get("accounts", [])
        several = accounts if isinstance(accounts, list | tuple) else [accounts]
        wrong = [value for value in (*texts.values(), *several) if not isinstance(value, str)]
        if wrong or several is not accounts:
            raise ReviewError(f"the form sent {(wrong or several)[0]!r}, which is no text; reload the page")
        return cls(**texts, accounts=tuple(accounts))


_TEXTS = ("type", "by", "decision", "reason", "change_to")


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

    def handle(self, message: Any, now: datetime) -> dict[str, Any]:
        """The answer to one message. What is refused comes back as words, with the rows as they are on file."""
        accounts: tuple[str, ...] = ()
        try:
            asked = _Asked.of(message)
            accounts = asked.accounts
            if asked.type in ("open", "reload") or self._loaded is None:
                self._loaded = file.load(self.workspace, self.period, self.system)
            if asked.type in ("open", "reload"):
                return self._whole("" if asked.type == "open" else "Loaded again from the file.")
            before = self._loaded.review
            review, words = self._act(before, asked, now)
            self._loaded = file.save(self.workspace, self._loaded, review)
        except ReviewError as error:
            return {**self._part(accounts), "message": str(error), "tone": "bad"}
        if before.population != review.population or before.signed != review.signed:
            return self._whole(words)
        return {**self._part(accounts), "message": words, "tone": "good"}

    def _act(self, review: Review, asked: _Asked, now: datetime) -> tuple[Review, str]:
        snapshot, accounts = self._snapshot(review), asked.accounts
        if asked.type == "decide":
            done = actions.decide(
                review, snapshot, accounts, decision=asked.decision, reason=asked.reason, change_to=asked.change_to,
                by=asked.by, at=now, reviewers=self.reviewers,
            )  # fmt: skip
            which = accounts[0] if len(accounts) == 1 else f"{len(accounts)} accounts"
            return done, f"Saved: {asked.decision} {which}."
        if asked.type == "withdraw":
            for account in accounts:
                review = actions.withdraw(review, snapshot, account)
            return review, f"Saved: {', '.join(accounts)} undecided again."
        if asked.type == "sign":
            signed = actions.sign(review, snapshot, by=asked.by, at=now, reviewers=self.reviewers)
            who, count = self.reviewers[asked.by], len(snapshot.rows)
            return signed, f"Signed by {who}: {count} accounts as of {stamp(snapshot.at)}."
        if asked.type == "reopen":
            return actions.reopen(review), "Reopened. It has to be signed again."
        raise ReviewError(f"{asked.type!r} is not something this form does")

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
