"""Whose an account may be: candidates with the reason for each, for somebody to confirm. No test ever reads one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

STRONG, LIKELY, WEAK = STRENGTHS = ("strong", "likely", "weak")
#: Shorter surnames stand in too many names to mean anything.
_LONG_ENOUGH = 4


@dataclass(frozen=True)
class Proposal:
    """A person who may own an account; `strength` is one of `STRENGTHS`."""

    system: str
    account: str
    email: str
    name: str
    strength: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>: {self.reason} ({self.strength})"


@dataclass(frozen=True)
class Person:
    email: str
    name: str


def proposals(
    accounts: Iterable[tuple[str, str]],
    people: Iterable[Person],
    display_names: Mapping[tuple[str, str], str] | None = None,
) -> list[Proposal]:
    """Candidates for accounts (system and name), the strongest first; an account that resembles nobody has none.

    `display_names` are what systems call the holder of an account, where they tell.
    """
    roster, shown = sorted(people, key=lambda person: person.email), display_names or {}
    found = []
    for system, account in sorted(set(accounts)):
        for person in roster:
            reason = next(_reasons(account, shown.get((system, account)), person), None)
            if reason is not None:
                found.append(Proposal(system, account, person.email, person.name, *reason))
    return sorted(found, key=lambda one: (one.system, one.account, STRENGTHS.index(one.strength), one.email))


def _reasons(account: str, display_name: str | None, person: Person) -> Iterator[tuple[str, str]]:
    """Why an account may be a person's, the strongest reason first."""
    local = person.email.partition("@")[0]
    written, plain = account.partition("@")[0].casefold(), _plain(account.partition("@")[0])
    words = [_plain(word) for word in person.name.split()]
    words = [word for word in words if word]
    if not plain or not words:
        return
    first, last = words[0], words[-1]
    if written == local.casefold():
        yield STRONG, "the same name as before the @ of the e-mail address"
    if display_name and _plain(display_name) == "".join(words):
        yield STRONG, f"the system shows the name {display_name!r}"
    if plain in (_plain(local), "".join(words), last + first):
        yield LIKELY, "the same name without separators"
    if len(words) > 1 and plain in (first[0] + last, first + last[0], last + first[0]):
        yield LIKELY, "an initial and a name"
    if len(words) > 1 and len(last) >= _LONG_ENOUGH and last in plain:
        yield WEAK, "the surname is part of it"


def _plain(text: str) -> str:
    """Letters and digits alone, without accents and in small letters."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if letter.isalnum())
