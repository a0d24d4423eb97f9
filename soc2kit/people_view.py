"""Accounts and their owners, leavers, and changes of access, as a notebook shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .config import Config
from .errors import UsageError
from .frames import FrameSet
from .frames.access_changes import DIFFERENCE
from .identity_file import SYSTEMS
from .model import Assessment, TestResult
from .proposals import Person, Proposal, proposals
from .source_settings import RosterSettings
from .tables import Column, Shown, paragraph, table

LEAVER_TESTS = ("ACC-OFF-01", "ACC-OFF-02", "ACC-OFF-03")
_SYSTEM_OF = dict(zip(LEAVER_TESTS, SYSTEMS, strict=True))
_IDENTITIES = (
    Column("name", "Account", "code"),
    Column("system", "System"),
    Column("source_account", "In"),
    Column("state", "Owner is"),
    Column("owner", "Owner"),
    Column("matched_by", "Matched by"),
    Column("note", "Claims, or who it may be"),
)
_CHANGES = (
    Column("occurred_at", "At (UTC)"),
    Column("system", "System"),
    Column("account", "Account", "code"),
    Column("email", "Whose"),
    Column("kind", "Change"),
    Column("what", "What"),
    Column("made_by", "Made by", "code"),
    Column("basis", "Known from"),
    Column("not_before", "Not before (UTC)"),
)
_LEAVERS = (
    Column("person", "Person"),
    Column("system", "System"),
    Column("account", "Account", "code"),
    Column("left_at", "Left (UTC)"),
    Column("removed", "Removed (UTC)"),
    Column("hours", "Hours after", "number"),
    Column("verdict", "In order"),
    Column("evidence", "What shows it"),
)
#: Unclear accounts stand first.
_STATES = ("disputed", "unknown", "not in the roster", "shared", "known")


@dataclass(frozen=True)
class People:
    config: Config
    frames: FrameSet

    def identities(self) -> Shown:
        """Every account as last collected, with its owner: unclear ones first, with who they may belong to."""
        accounts = latest_accounts(self.frames.frame("accounts"))
        if accounts.empty:
            return paragraph("No accounts were collected in the period.", "note")
        proposed = self._proposals(accounts)
        rows = sorted((_identity_row(row, proposed) for row in accounts.to_dict("records")), key=_unclear_first)
        shown = table(rows, _IDENTITIES, "Accounts and their owners, as last collected")
        unclear = [row for row in rows if row["state"] in _STATES[:2]]
        if not unclear:
            return shown
        # Imported here because only this brings in widgets.
        from .forms.identities import IdentityForm, OpenAccount

        listed = [(row["system"], row["name"]) for row in unclear]
        opened = tuple(OpenAccount(*place, tuple(proposed.get(place, ()))) for place in dict.fromkeys(listed))
        settings = self.config.roster or RosterSettings()
        return IdentityForm(shown.html, shown.text, self.config.workspace / settings.identities, opened, self._roster())

    def access_changes(self, system: str = "") -> Shown:
        """Every grant and revocation of the period, oldest first. Raises `UsageError` for a system without accounts."""
        if system and system not in SYSTEMS:
            raise UsageError(f"{system!r} is not a system with accounts; known are {', '.join(SYSTEMS)}")
        changes = self.frames.frame("access_changes")
        changes = changes[self.frames.period.contains(changes["occurred_at"]).fillna(False)]
        changes = changes[changes["system"] == system] if system else changes
        if changes.empty:
            return paragraph("No grant or revocation of access is known of the period.")
        rows = [_change_row(row) for row in changes.to_dict("records")]
        return table(rows, _CHANGES, f"Grants and revocations of access {system}".rstrip(), limit=len(rows))

    def _proposals(self, accounts: pd.DataFrame) -> dict[tuple[str, str], list[Proposal]]:
        unclear = accounts[accounts["email"].isna() & accounts["shared_by"].isna()]
        people = [Person(email, name) for email, name in self._roster().items()]
        users = self.frames.frame("identity_center_users").dropna(subset=["display_name"])
        shown = {("aws", row.user_name): row.display_name for row in users.itertuples()}
        found: dict[tuple[str, str], list[Proposal]] = {}
        for one in proposals(zip(unclear["system"], unclear["account_name"], strict=True), people, shown):
            found.setdefault((one.system, one.account), []).append(one)
        return found

    def _roster(self) -> dict[str, str]:
        """Names by e-mail address of everybody in the latest roster, service accounts included."""
        people = self.frames.frame("people")
        latest = people[people["snapshot_at"] == people["snapshot_at"].max()].sort_values("name")
        return dict(zip(latest["email"], latest["name"], strict=True))


def _change_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A change whose time is a log's or the source's own is exact; of others only the snapshot before is known."""
    name = row["account_name"]
    earliest = row["not_before"] if row["basis"] == DIFFERENCE else "the time is exact"
    return {**row, "account": row["account_key"] if pd.isna(name) else name, "not_before": earliest}


def latest_accounts(accounts: pd.DataFrame) -> pd.DataFrame:
    """The accounts of the last snapshot of each system and of each account of it that is read by itself."""
    places = [accounts["system"], accounts["source_account"].fillna("")]
    last = accounts.groupby(places)["snapshot_at"].transform("max")
    return accounts[accounts["snapshot_at"] == last]


def _identity_row(row: Mapping[str, Any], proposed: Mapping[tuple[str, str], list[Proposal]]) -> dict[str, Any]:
    name, email = row["account_name"], row["email"]
    candidates = "; ".join(str(one) for one in proposed.get((row["system"], name), ()))
    about = {column: row[column] for column in ("account_key", "system", "source_account")}
    matched = "nothing" if pd.isna(row["matched_by"]) else row["matched_by"]
    about = {**about, "name": name, "matched_by": matched}
    if row["ambiguous"]:
        return {**about, "state": "disputed", "owner": "nobody known", "note": row["claims"]}
    if isinstance(row["shared_by"], list):
        return {**about, "state": "shared", "owner": row["shared_by"], "note": ""}
    if pd.isna(email):
        note = candidates or "resembles nobody of the roster"
        return {**about, "state": "unknown", "owner": "nobody known", "note": note}
    if pd.isna(row["name"]):
        return {**about, "state": "not in the roster", "owner": email, "note": ""}
    return {**about, "state": "known", "owner": f"{row['name']} <{email}>", "note": ""}


def _unclear_first(row: Mapping[str, Any]) -> tuple[int, str, str]:
    return _STATES.index(row["state"]), row["system"], row["account_key"]


def leavers(assessment: Assessment) -> Shown:
    """One row for each leaver, system and account: left, removed, hours between, verdict, and what shows it."""
    tests = [result for result in assessment.tests if result.check.id in LEAVER_TESTS]
    rows = sorted((row for result in tests for row in _leaver_rows(result)), key=_by_person)
    untested = [f"{result.check.id} {'; '.join(result.notes)}" for result in tests if result.verdict == "not_tested"]
    shown = table(rows, _LEAVERS, "Leavers and their accounts") if rows else paragraph("No leaver had an account.")
    return shown + paragraph(f"Not tested: {' · '.join(untested)}", "note") if untested else shown


def _leaver_rows(result: TestResult) -> Iterable[dict[str, Any]]:
    flagged = {
        (row["key"], row["at"]): f"{word}: {row['reason']}"
        for word, rows in (("no", result.exceptions), ("not testable", result.not_testable))
        for row in rows.to_dict("records")
    }
    for row in result.population.to_dict("records"):
        if "evidence" not in row:
            continue
        reason = flagged.get((row["key"], row["at"]))
        yield {
            "person": f"{row['name']} <{row['email']}>",
            "system": _SYSTEM_OF[result.check.id],
            "account": row["key"],
            "left_at": row["at"],
            "removed": row["removed_at"],
            "hours": row["hours_after"],
            "verdict": "yes" if reason is None else reason,
            "evidence": row["evidence"],
        }


def _by_person(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["left_at"], row["person"], row["system"], row["account"]
