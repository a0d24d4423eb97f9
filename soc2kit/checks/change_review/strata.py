"""Which rule each change is under: that for bots, that for emergencies, or the ordinary one. None is under two."""

from __future__ import annotations

import pandas as pd

from ...model import Frame
from ...parameters import Parameters
from .authors import Authors, authors_of, commits_of
from .evidence import ChangeEvidence, located, of_change
from .register import EMERGENCY, Register

BOT, PERSON = "bot", "person"
_SET, _TAKEN_OFF = "LabeledEvent", "UnlabeledEvent"


def strata(evidence: ChangeEvidence, population: Frame, parameters: Parameters) -> pd.Series:
    """`bot` for what a bot opened, `emergency` for what was labelled or registered as such in time, else `person`.

    A deleted account may have been a person, so its changes stay with the people.
    """
    found = pd.Series(PERSON, index=population.index, dtype="string")
    emergency = _labelled(evidence.events, population, parameters) | _registered(evidence, population, parameters)
    return found.mask(emergency, EMERGENCY).mask(population["author_is_bot"].fillna(False).astype(bool), BOT)


def _labelled(events: Frame, population: Frame, parameters: Parameters) -> pd.Series:
    """Changes with a label for emergencies that was set in time for the last time, and not taken off since."""
    rows = located(events[events["kind"].isin((_SET, _TAKEN_OFF))], population)
    rows = rows.assign(label=rows["after"].fillna(rows["before"]).str.casefold())
    rows = rows[rows["label"].isin([label.casefold() for label in parameters.emergency_labels])]
    # Of two in one second the label is taken for taken off: then the stricter rule holds.
    ordered = rows.sort_values(["occurred_at", "kind"], kind="stable")
    last = ordered.drop_duplicates(["id", "label"], keep="last")
    limit = of_change(population["merged_at"], last) + pd.Timedelta(hours=parameters.emergency_label_hours)
    good = last[(last["kind"] == _SET) & (last["occurred_at"] <= limit)]
    return pd.Series(population.index.isin(good["id"]), index=population.index)


def _registered(evidence: ChangeEvidence, population: Frame, parameters: Parameters) -> pd.Series:
    """Changes that the register has as emergencies, approved in time by a person of the roster with no hand in them."""
    register = Register(evidence.exceptions, evidence.exception_readings, evidence.people)
    named = named_in(register, population)
    found = pd.Series(False, index=population.index)
    if not named.any():
        return found
    some = population[named].reset_index(drop=True)
    hands = hands_of(authors_of(evidence, some, commits_of(evidence, some)), len(some))
    limit = pd.Timedelta(hours=parameters.emergency_label_hours)
    good = [
        any(
            entry["kind"] == EMERGENCY
            and register.objection(entry, "approved", hands[position]) is None
            and entry["approved_at"] <= row["merged_at"] + limit
            for entry in register.entries(row["change"], merge_place(row))
        )
        for position, row in enumerate(some.to_dict("records"))
    ]
    found[named] = good
    return found


def named_in(register: Register, population: Frame) -> pd.Series:
    """Changes of which the register has an entry, by their number or by their merge commit."""
    names = register.references()
    by_commit = population["repository"].fillna("") + "@" + population["merge_commit"].fillna("")
    return (population["change"].str.casefold().isin(names) | by_commit.str.casefold().isin(names)).astype(bool)


def merge_place(row: dict[str, object]) -> str:
    return f"{row['repository']}@{row['merge_commit']}"


def hands_of(authors: Authors, number: int) -> list[set[str]]:
    """For each change the logins and addresses of everybody who had a hand in it."""
    hands: list[set[str]] = [set() for _ in range(number)]
    for frame, column in ((authors.logins, "login"), (authors.emails, "email")):
        for position, name in zip(frame["id"], frame[column], strict=True):
            hands[position].add(name)
    return hands
