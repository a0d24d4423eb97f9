"""Test of pushes that were made past the rules of a default branch: each is on record, approved by somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome

Row = Mapping[str, Any]
_PEOPLE = ("employee", "contractor")
#: A register that was read a day after an approval shows it; one that does not, had it written in later.
_SHOWN_AFTER = pd.Timedelta(days=1)
_BOT = "[bot]"


def bypasses_recorded(
    rule_suites: Frame,
    default_branches: Frame,
    change_exceptions: Frame,
    change_exception_readings: Frame,
    changes: Frame,
    github_people: Frame,
    *,
    period: Period,
    parameters: Parameters,
) -> Outcome:
    """Every push past the rules of a default branch is on record, with an approval by somebody else in time.

    Population: rule suites with the result bypass in the period, on any name that the default branch had; one row each.
    Exception: no entry in the register of exceptional changes for the commit or for the pull request whose merge it
    was; an entry that nobody approved, that was approved more than `bypass_approval_hours` after the push, by whoever
    made it, or by nobody of the roster who worked here then; an approval that the first reading of the register a day
    or more after it does not show.
    Not testable: the approval is in order, but nobody says whose the account is that made the push, so whether the same
    person approved it is not known. An app has no person behind it.
    Source: GitHub's rule suites; register of exceptional changes, in every reading; roster and identities. Who may
    bypass without leaving a trace (bypass mode exempt) is in no suite.
    """
    ours = set(zip(default_branches["repository"], default_branches["branch"], strict=True))
    pairs = zip(rule_suites["repository"], rule_suites["branch"], strict=True)
    on_default = pd.Series([pair in ours for pair in pairs], index=rule_suites.index, dtype="boolean")
    wanted = (rule_suites["result"] == "bypass") & period.contains(rule_suites["occurred_at"]) & on_default
    population = rule_suites[wanted].reset_index(drop=True)
    register = _Register(change_exceptions, change_exception_readings, changes, github_people)
    judged = [register.of(row, parameters) for row in population.to_dict("records")]
    return outcome(
        population,
        key="suite",
        at="occurred_at",
        reasons=[one for one, _ in judged],
        unknown=[two for _, two in judged],
    )


class _Register:
    """The register in all its readings, and whose names the people in it are."""

    def __init__(self, entries: Frame, readings: Frame, changes: Frame, people: Frame) -> None:
        ordered = entries.sort_values(["snapshot_at", "reference", "kind"], kind="stable")
        self._seen = set(
            zip(
                *(ordered[name] for name in ("reference", "kind", "approved_by", "approved_at", "snapshot_at")),
                strict=True,
            )
        )
        self._entries: dict[str, list[Row]] = {}
        for row in ordered.drop_duplicates(["reference", "kind"], keep="last").to_dict("records"):
            self._entries.setdefault(str(row["reference"]).casefold(), []).append(row)
        self._readings = sorted(readings["snapshot_at"].unique())
        merged = changes.dropna(subset=["merge_commit"])
        self._changes = dict(zip(merged["merge_commit"], merged["change"], strict=True))
        self._people = {str(person["email"]): person for person in people.to_dict("records")}
        self._emails: dict[str, set[str]] = {}
        self._logins: dict[str, set[str]] = {}
        for person in people.to_dict("records"):
            known = person["kind"] in _PEOPLE
            for name in ("login", "email", "name"):
                if not pd.isna(person[name]) and known:
                    self._emails.setdefault(str(person[name]).casefold(), set()).add(str(person["email"]))
            if not pd.isna(person["login"]):
                self._logins.setdefault(str(person["login"]).casefold(), set()).add(str(person["email"]))

    def of(self, suite: Row, parameters: Parameters) -> tuple[str | None, str | None]:
        """What is wrong with the record of a bypass, and what cannot be told of it; of several entries a good one
        counts."""
        actor = "a deleted account" if pd.isna(suite["actor"]) else str(suite["actor"])
        entries = [entry for reference in self._references(suite) for entry in self._entries.get(reference, ())]
        if not entries:
            return f"pushed past the rules by {actor}, and no entry in the register of exceptional changes", None
        problems = [(entry, next(self._problems(entry, suite, parameters), None)) for entry in entries]
        if all(problem is not None for _, problem in problems):
            entry, problem = problems[0]
            return f"pushed past the rules by {actor}; entry {entry['reference']} ({entry['kind']}): {problem}", None
        person = str(suite["actor"]).casefold() in self._logins
        if person or actor.endswith(_BOT):
            return None, None
        return None, f"whose account {actor} is, nobody says: whether the same person approved it is not known"

    def _references(self, suite: Row) -> Iterator[str]:
        if pd.isna(suite["after"]):
            return
        yield f"{suite['repository']}@{suite['after']}".casefold()
        if suite["after"] in self._changes:
            yield str(self._changes[suite["after"]]).casefold()

    def _problems(self, entry: Row, suite: Row, parameters: Parameters) -> Iterator[str]:
        approver, approved = entry["approved_by"], entry["approved_at"]
        if pd.isna(approver):
            yield "nobody approved it"
            return
        name, actor = str(approver).casefold(), str(suite["actor"]).casefold()
        emails = self._emails.get(name, set())
        if name == actor or emails & self._logins.get(actor, set()):
            yield f"approved by {approver}, who made the push"
        if not emails:
            yield f"approved by {approver}, who is no person of the roster"
        if pd.isna(approved):
            yield "it does not say when it was approved"
            return
        if emails and not any(_works(self._people[email], approved) for email in emails):
            yield f"approved by {approver}, who did not work here at that time"
        limit = pd.Timedelta(hours=parameters.bypass_approval_hours)
        if approved > suite["occurred_at"] + limit:
            hours = parameters.bypass_approval_hours
            yield f"approved {approved:%Y-%m-%d %H:%M} UTC, limit {hours} hours after the push"
        reading = next((moment for moment in self._readings if moment >= approved + _SHOWN_AFTER), None)
        if reading is not None and (entry["reference"], entry["kind"], approver, approved, reading) not in self._seen:
            yield f"approved {approved:%Y-%m-%d}, which the register of {reading:%Y-%m-%d} does not show"


def _works(person: Row, moment: pd.Timestamp) -> bool:
    """Whether somebody's work had begun and not ended; what the roster leaves out is no end."""
    return not (person["started_on"] > moment or person["ended_at"] <= moment)
