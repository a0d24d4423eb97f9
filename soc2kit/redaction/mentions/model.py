"""What names somebody: a text of a kind, and what the evidence says of whose it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ...evidence import Record

Kind = Literal["name", "e-mail", "account", "id", "address", "actor"]
Pages = list[dict[str, Any]]


@dataclass(frozen=True)
class Identifier:
    kind: Kind
    text: str


@dataclass(frozen=True)
class Mention:
    """Something that names somebody.

    `person` is the system's own word: False for a bot, an organisation or a role that nobody signs in with, None where
    nothing is said. `owner` is a folded e-mail address. The kind `service` is the address of a service account.
    """

    kind: Any
    text: str
    system: str = ""
    person: bool | None = None
    owner: str | None = None


#: Reads the content of a file (pages of JSON, or the text of any other form) with its record.
Reader = Callable[[Any, Record], Iterator[Mention]]


def people_in(row: Mapping[str, Any], *columns: str) -> Iterator[Mention]:
    """Those whom columns name in which people write an address, or a first and a last name."""
    for column in columns:
        text = str(row.get(column) or "").strip()
        if "@" in text:
            yield Mention("e-mail", text)
        elif " " in text:
            yield Mention("name", text)
