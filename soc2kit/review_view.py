"""Access reviews for a notebook: where each stands, and one as a printed table or a form.

What is printed is what was collected, as everything else in a report. The form shows the file of the workspace.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import pandas as pd

from .config import Config
from .errors import ReviewError, UsageError
from .frames import FrameSet
from .period import DAY, Period, stamp
from .reviews import actions, file
from .reviews.actions import State
from .reviews.model import Decision, Population, Review, Snapshot
from .reviews.population import reviewers, snapshot_at, snapshots_in
from .reviews.session import Session, row_shown
from .tables import Column, Shown, paragraph, table, verdict_line

SYSTEMS = {"aws": "AWS", "github": "GitHub", "postgres": "PostgreSQL"}
_OVERVIEW = (
    Column("review", "Review"),
    Column("snapshot", "Accounts as of (UTC)"),
    Column("accounts", "Accounts", "number"),
    Column("decided", "Decided", "number"),
    Column("undecided", "Undecided", "number"),
    Column("revoked", "Revoke or change", "number"),
    Column("standing", "Signature"),
)
_ROWS = (
    Column("name", "Account", "code"),
    Column("person", "Person"),
    Column("access", "Access", "wide"),
    Column("flags", "Flags"),
    Column("verdict", "Decision"),
    Column("reason", "Reason", "words"),
    Column("decided", "Decided by"),
    Column("before", "Last quarter"),
    Column("last_used", "Last use"),
    Column("mfa", "MFA"),
)
ROWS_PRINTED = 500


@dataclass(frozen=True)
class _Collected:
    """A review as the last collection found it. `standing` is its signature in words; `tone` how that reads."""

    review: Review
    standing: str
    tone: str


@dataclass(frozen=True)
class Reviews:
    config: Config
    frames: FrameSet

    def overview(self) -> Shown:
        rows = [
            self._overview_row(system, quarter)
            for quarter in self._quarters()
            for system in SYSTEMS
            if self._moments(system, quarter)
        ]
        if not rows:
            return paragraph("No accounts were collected in the period, so there is nothing to review.")
        return table(rows, _OVERVIEW, "Access reviews, as last collected")

    def review(self, system: str, quarter: str = "") -> Shown:
        """Raises `UsageError` for a system or quarter that does not exist."""
        if system not in SYSTEMS:
            raise UsageError(f"{system!r} is not a system with accounts; known are {', '.join(SYSTEMS)}")
        chosen = self._chosen(system, quarter)
        if chosen is None:
            return paragraph(f"No accounts of {SYSTEMS[system]} were collected in {quarter or 'the period'}.", "note")
        printed = self._printed(system, chosen)
        # Imported here because only this brings in widgets.
        from .forms import ReviewForm

        return ReviewForm(printed.html, printed.text, self.session(system, chosen))

    def session(self, system: str, quarter: Period) -> Session:
        """What the form works with: the file of the workspace over the snapshots of the quarter."""
        earlier = self.config.calendar.holding(quarter.start - DAY, "quarter").name
        try:
            before: Review | None = file.load(self.config.workspace, earlier, system).review
        except ReviewError:
            # What is wrong with the file of another quarter is said where that one is opened.
            before = None
        rows = self.frames.frame("review_rows")
        return Session(
            workspace=self.config.workspace,
            period=quarter.name,
            system=system,
            title=SYSTEMS[system],
            snapshots={at: snapshot_at(rows, system, at) for at in self._moments(system, quarter)},
            reviewers=reviewers(self.frames.frame("people"), self.frames.as_of),
            before=before,
            dormant_days=self.config.parameters.at(quarter.end).dormant_days,
        )

    def _quarters(self) -> list[Period]:
        return list(self.config.calendar.parts(self.frames.period, "quarter"))

    def _moments(self, system: str, quarter: Period) -> list[datetime]:
        return snapshots_in(self.frames.frame("review_populations"), system, quarter)

    def _chosen(self, system: str, quarter: str) -> Period | None:
        known = [self.config.calendar.parse(quarter)] if quarter else self._quarters()
        with_accounts = [one for one in known if self._moments(system, one)]
        return with_accounts[-1] if with_accounts else None

    def _overview_row(self, system: str, quarter: Period) -> dict[str, Any]:
        found, snapshot = self._found(system, quarter)
        lines = actions.lines(found.review, snapshot)
        decided = [line for line in lines if line.state is State.DECIDED]
        return {
            "review": f"{quarter.name} {SYSTEMS[system]}",
            "snapshot": snapshot.at,
            "accounts": len(lines),
            "decided": len(decided),
            "undecided": len(lines) - len(decided),
            "revoked": sum(line.decision is not None and line.decision.decision != "keep" for line in decided),
            "standing": found.standing,
        }

    def _printed(self, system: str, quarter: Period) -> Shown:
        found, snapshot = self._found(system, quarter)
        before = self._collected.get((self.config.calendar.holding(quarter.start - DAY, "quarter").name, system))
        dormant = self.config.parameters.at(quarter.end).dormant_days
        lines = actions.lines(found.review, snapshot, before.review if before else None)
        names = reviewers(self.frames.frame("people"), self.frames.as_of)
        rows = [_printed_row(row_shown(line, snapshot.at, dormant, names)) for line in lines]
        open_rows = sum(line.state is not State.DECIDED for line in lines)
        said = f"{len(lines) - open_rows} of {len(lines)} accounts decided, as of {stamp(snapshot.at)}."
        caption = f"Access review {quarter.name} {SYSTEMS[system]}"
        shown = verdict_line(found.standing, said, found.tone) + table(rows, _ROWS, caption, ROWS_PRINTED)
        gone = actions.vanished(found.review, snapshot)
        if gone:
            words = ", ".join(f"{decision.account} ({decision.decision})" for decision in gone)
            shown = shown + paragraph(f"Decided, but not in the snapshot any more: {words}.", "note")
        return shown

    def _found(self, system: str, quarter: Period) -> tuple[_Collected, Snapshot]:
        """The collected review and the snapshot it is of: the one it was signed over, else the latest."""
        empty = _Collected(Review(quarter.name, system), "No review", "open")
        found = self._collected.get((quarter.name, system), empty)
        moments = {stamp(at): at for at in self._moments(system, quarter)}
        latest = list(moments.values())[-1]
        population = found.review.population
        at = moments.get(population.snapshot_at, latest) if population and found.tone != "open" else latest
        return found, snapshot_at(self.frames.frame("review_rows"), system, at)

    @cached_property
    def _collected(self) -> dict[tuple[str, str], _Collected]:
        """The latest collected version of every review."""
        files = self.frames.frame("review_files").sort_values("snapshot_at", kind="stable")
        latest = files.drop_duplicates(["period", "system"], keep="last")
        made = self.frames.frame("review_decisions").merge(
            latest[["period", "system", "snapshot_at"]], on=["period", "system", "snapshot_at"], how="inner"
        )
        decided = dict(tuple(made.groupby(["period", "system"])))
        return {
            (row.period, row.system): _collected_review(row, decided.get((row.period, row.system)))
            for row in latest.itertuples()
        }


def _collected_review(row: Any, decisions: pd.DataFrame | None) -> _Collected:
    population = None
    if pd.notna(row.population_at):
        population = Population(stamp(row.population_at), int(row.rows), row.population_sha256)
    made = {} if decisions is None else {decision.account: decision for decision in _decisions(decisions)}
    review = Review(row.period, row.system, population, made)
    if pd.notna(row.problem):
        return _Collected(review, f"Cannot be read: {row.problem}", "bad")
    if pd.isna(row.signed_at):
        return _Collected(review, "Not signed", "open")
    if not row.signature_valid:
        return _Collected(review, f"The signature of {row.signed_by} does not match: edited after signing", "bad")
    return _Collected(review, f"Signed by {row.signed_by} at {stamp(row.signed_at)}", "good")


def _decisions(decisions: pd.DataFrame) -> Iterator[Decision]:
    for row in decisions.itertuples():
        yield Decision(
            row.account_key,
            "" if pd.isna(row.access) else row.access,
            row.decision,
            "" if pd.isna(row.reason) else row.reason,
            "" if pd.isna(row.change_to) else row.change_to,
            row.decided_by,
            stamp(row.decided_at),
            row.row_digest,
        )


def _printed_row(row: dict[str, Any]) -> dict[str, Any]:
    """Decision and state in one cell: a decision that does not count must not look like one."""
    words = f"{row['decision']}: {row['change_to']}" if row["change_to"] else row["decision"]
    if row["state"] != State.DECIDED.value:
        words = f"{row['state']} ({words})" if words else row["state"]
    # Several accounts of one person can have one name.
    name = row["name"] if row["name"] == row["account"] else f"{row['name']} ({row['account']})"
    return {
        **row,
        "name": name,
        "verdict": words,
        "reason": row["reason"] or "none",
        "decided": row["decided"] or "nobody",
    }
