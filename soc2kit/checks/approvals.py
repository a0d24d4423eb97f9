"""Whether a grant of access rests on an approved request: one that is for it, names it, and was approved in time by
somebody who could."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from ..model import Frame

Row = Mapping[str, Any]
#: Words of a right that do not tell one right from another.
_EMPTY_WORDS = set(
    re.findall(
        r"\w+",
        "a access account added as assigned attached by center collaborator given group identity in inline made member"
        " of on organisation organization outside policy team the through to user written",
    )
)
_WORD = re.compile(r"[\w@][\w.@/:+-]*")
_CHANGED_FROM = re.compile(r"\w+ changed to ", re.IGNORECASE)
#: Other words for the same right.
_ALSO = {"administrator": {"admin", "administratoraccess"}, "admin": {"administrator"}}
#: Of a date without a time only the day is known, and an export may be some hours old: a reading shows what was
#: approved a day before it.
_SHOWN_AFTER = pd.Timedelta(days=1)
_KEY = ["ticket", "system", "account_name", "email", "access"]
_PEOPLE = ("employee", "contractor")


class Approvals:
    """The requests of a company's file, and who can approve them."""

    def __init__(self, requests: Frame, readings: Frame, people: Frame, accounts: Frame) -> None:
        if "snapshot_at" in requests:
            requests = requests.sort_values("snapshot_at", kind="stable")
        last = requests.drop_duplicates(_KEY, keep="last")
        self._requests: list[Row] = last.sort_values(["ticket", "system"], kind="stable").to_dict("records")
        self._shown = _shown(requests)
        self._readings = sorted(readings["snapshot_at"].unique()) if "snapshot_at" in readings else []
        self._people = _latest_lines(people)
        self._aliases = _aliases(people, accounts)

    def of(self, row: Row) -> tuple[str | None, str | None]:
        """The ticket that a grant rests on, and what is wrong with it; of several requests a good one counts."""
        mine = [request for request in self._requests if _is_for(request, row)]
        if not mine:
            return None, "no request for it in the file of access requests"
        fitting = [request for request in mine if _names(request, row)]
        if not fitting:
            tickets = ", ".join(dict.fromkeys(str(request["ticket"]) for request in mine))
            return None, f"no request names {right_of(row)} (there is {tickets})"
        problems = [(str(request["ticket"]), next(self._problems(request, row), None)) for request in fitting]
        good = [ticket for ticket, problem in problems if problem is None]
        if good:
            return good[0], None
        return problems[0][0], "; ".join(f"{ticket}: {problem}" for ticket, problem in problems)

    def _problems(self, request: Row, row: Row) -> Iterator[str]:
        approver, approved, granted = request["approved_by"], request["approved_at"], row["occurred_at"]
        if pd.isna(approver):
            yield "nobody approved it"
        else:
            yield from self._approver(str(approver), approved, row)
        if pd.isna(approved):
            yield "it does not say when it was approved"
            return
        if approved > granted:
            yield f"approved {approved:%Y-%m-%d %H:%M} UTC, granted {granted:%Y-%m-%d %H:%M} UTC"
        reading = next((moment for moment in self._readings if moment >= approved + _SHOWN_AFTER), None)
        if reading is not None and (*_key(request), reading, approver, approved) not in self._shown:
            yield f"approved {approved:%Y-%m-%d}, which the file of {reading:%Y-%m-%d} does not show"

    def _approver(self, name: str, approved: Any, row: Row) -> Iterator[str]:
        emails = self._aliases.get(name.casefold(), set())
        accounts = {str(key).casefold() for key in (row["account_key"], row["account_name"]) if not pd.isna(key)}
        if emails & beneficiaries(row) or name.casefold() in accounts | beneficiaries(row):
            yield f"approved by {name}, whom it benefits"
        if len(emails) != 1:
            yield f"approved by {name}, who is no person of the roster"
            return
        person = self._people[next(iter(emails))]
        if person["kind"] not in _PEOPLE:
            yield f"approved by {name}, who is no person of the roster"
        elif not pd.isna(approved) and person["started_on"] > approved:
            yield f"approved by {name} before {_day(person['started_on'])}, when they began"
        elif not pd.isna(approved) and person["ended_at"] < approved:
            yield f"approved by {name}, who had left {_day(person['ended_at'])}"


def beneficiaries(row: Row) -> set[str]:
    """Everybody whom a change benefits, by e-mail address."""
    return {str(email) for email in [*listed(row["shared_by"]), row["email"]] if not pd.isna(email)}


def listed(value: Any) -> list[str]:
    return list(value) if isinstance(value, list | tuple) else []


def right_of(row: Row) -> str:
    """The right that was granted, as the lists of rights name it, else as the log does."""
    right = row.get("right")
    return str(row["what"] if right is None or pd.isna(right) else right)


def _is_for(request: Row, row: Row) -> bool:
    if request["system"] != row["system"]:
        return False
    names = {str(name).casefold() for name in (row["account_key"], row["account_name"]) if not pd.isna(name)}
    account, email = request["account_name"], request["email"]
    by_name = not pd.isna(account) and str(account).casefold() in names
    return by_name or (pd.isna(account) and not pd.isna(email) and email in beneficiaries(row))


def _names(request: Row, row: Row) -> bool:
    """Whether a request's access names the right, in whole words: every word of a privileged right, one of another. A
    new account without privileges needs no more than a request for it."""
    if row["new_account"] is True and row["privileged"] is not True:
        return True
    if pd.isna(request["access"]):
        return False
    # "web" asks for acme/web, and other/web does not; of an ARN the name counts.
    words = [word.rpartition("/")[2] if word.startswith("arn:") else word for word in _words(str(request["access"]))]
    asked = {form for word in words for form in _called(word)}
    needed = [_forms(word) for word in _words(_CHANGED_FROM.sub(" ", right_of(row))) if word not in _EMPTY_WORDS]
    found = [bool(forms & asked) for forms in needed]
    return all(found) and bool(found) if row["privileged"] is True else any(found)


def _words(text: str) -> list[str]:
    return [word.rstrip(".:") for word in _WORD.findall(text.casefold())]


def _called(word: str) -> set[str]:
    """A word in singular, and what else it is called."""
    single = word.rstrip("s") or word
    return {single, *(name.rstrip("s") for name in _ALSO.get(single, ()))}


def _forms(word: str) -> set[str]:
    """How a request may call a word of a right: a repository with or without its owner."""
    return _called(word) | _called(word.rpartition("/")[2] or word)


def _key(request: Row) -> tuple[str, ...]:
    return tuple("" if pd.isna(request[name]) else str(request[name]) for name in _KEY)


def _shown(requests: Frame) -> set[tuple[Any, ...]]:
    """What each reading of the file says of the approval of each request."""
    if "snapshot_at" not in requests:
        return set()
    return {
        (*_key(row), row["snapshot_at"], row["approved_by"], row["approved_at"]) for row in requests.to_dict("records")
    }


def _latest_lines(people: Frame) -> dict[str, Row]:
    """Of everybody who ever stood in a roster the latest line, with when their work ended."""
    ordered = people.sort_values("snapshot_at", kind="stable") if "snapshot_at" in people else people
    ended = ordered[["left_at", "contract_ends_on"]].min(axis=1)
    last = ordered.assign(ended_at=ended).drop_duplicates("email", keep="last")
    return {str(row["email"]): row for row in last.to_dict("records")}


def _aliases(people: Frame, accounts: Frame) -> dict[str, set[str]]:
    """E-mail addresses by everything that somebody may be called: the address, the name, any account."""
    found: dict[str, set[str]] = {}
    known = set(people["email"])
    pairs: Iterable[tuple[Any, Any]] = (
        *zip(people["email"], people["email"], strict=True),
        *zip(people["name"], people["email"], strict=True),
        *zip(accounts["account_name"], accounts["email"], strict=True),
        *zip(accounts["account_key"], accounts["email"], strict=True),
    )
    for name, email in pairs:
        if not pd.isna(name) and not pd.isna(email) and email in known:
            found.setdefault(str(name).casefold(), set()).add(str(email))
    return found


def _day(moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%d}"
