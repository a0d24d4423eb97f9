"""Pseudonyms: the same identifier always gets the same one, two identifiers never share one.

The numbers are kept in a file of the workspace, outside evidence and packages. No pseudonym is computed from what it
stands for: a digest of an e-mail address could be found again by trying addresses.
"""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from ..errors import MalformedInput, UsageError
from .finder import fold
from .mentions import Identifier, Kind

FILE_NAME = "pseudonyms.csv"
_COLUMNS = ("kind", "number", "identifier")
_FORMS: Mapping[str, str] = {
    "name": "Person {:03d}",
    "e-mail": "person-{:03d}@redacted.invalid",
    "account": "account-{:03d}",
    "id": "REDACTEDID{:06d}",
    "address": "address-{:03d}.redacted.invalid",
    "actor": "User:actor-{:03d}",
}
_Key = tuple[str, str]


def _key(identifier: Identifier) -> _Key:
    return identifier.kind, fold(identifier.text)


def _counter(kind: str) -> str:
    """Names and e-mail addresses are numbered together, so that no number stands for two people."""
    return "person" if kind in ("name", "e-mail") else kind


class Pseudonyms:
    """The numbers of one workspace; `assign` adds what is new and keeps what is there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._numbers: dict[_Key, tuple[int, str]] = {}
        self._taken: set[tuple[str, int]] = set()
        self._last: Counter[str] = Counter()
        for kind, number, text in self._read():
            self._keep(Identifier(kind, text), number)

    def _read(self) -> list[tuple[Kind, int, str]]:
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        try:
            rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
            listed = [(row["kind"], int(row["number"]), row["identifier"]) for row in rows]
            if len({(_FORMS[kind], number) for kind, number, _ in listed}) != len(listed):
                raise ValueError("a number stands twice")
        except (KeyError, ValueError, TypeError, csv.Error) as error:
            raise MalformedInput(
                f"{self._path.name} is not a list of pseudonyms ({error}). Restore it: a new one would give new numbers"
            ) from error
        return listed  # type: ignore[return-value]

    def _keep(self, identifier: Identifier, number: int) -> None:
        self._numbers[_key(identifier)] = number, identifier.text
        self._taken.add((identifier.kind, number))
        counter = _counter(identifier.kind)
        self._last[counter] = max(self._last[counter], number)

    def assign(
        self,
        found: Iterable[Identifier],
        *,
        beside: Mapping[Identifier, Identifier] | None = None,
        kept: Iterable[str] = (),
    ) -> None:
        """Number what is new, and write the file anew as a whole, readable by its owner alone.

        A name takes the number of the address `beside` it where that is free. Raises `UsageError` when something that
        stays in the evidence looks like a pseudonym that was given out before.
        """
        texts = set(kept)
        fresh = [one for one in dict.fromkeys(found) if _key(one) not in self._numbers]
        for identifier in fresh:
            if _key(identifier) not in self._numbers:
                self._keep(identifier, self._number(identifier, (beside or {}).get(identifier), texts))
        for (kind, _), (number, _) in self._numbers.items():
            if fold(_FORMS[kind].format(number)) in texts:
                raise UsageError(
                    f"the evidence has an account {_FORMS[kind].format(number)!r}, which would look like a pseudonym."
                    " Package without --redact"
                )
        if fresh or not self._path.exists():
            self._write()

    def _number(self, identifier: Identifier, beside: Identifier | None, texts: set[str]) -> int:
        shared = self._numbers.get(_key(beside), (0, ""))[0] if beside is not None else 0
        if shared and (identifier.kind, shared) not in self._taken:
            return shared
        number = self._last[_counter(identifier.kind)] + 1
        while fold(_FORMS[identifier.kind].format(number)) in texts:
            number += 1
        return number

    def _write(self) -> None:
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows((kind, number, text) for (kind, _), (number, text) in self._numbers.items())
        with NamedTemporaryFile("w", dir=self._path.parent, delete=False, encoding="utf-8", newline="") as temporary:
            temporary.write(stream.getvalue())
            temporary.flush()
            os.fsync(temporary.fileno())
        os.replace(temporary.name, self._path)

    def of(self, identifier: Identifier) -> str:
        """The pseudonym. Of an account it tells apart spellings that differ in case, as the systems may do."""
        number, text = self._numbers[_key(identifier)]
        pseudonym = _FORMS[identifier.kind].format(number)
        if identifier.kind != "account" or identifier.text == text:
            return pseudonym
        places = sum(
            1 << place for place, (one, other) in enumerate(zip(identifier.text, text, strict=True)) if one != other
        )
        return f"{pseudonym}-v{places:x}"

    def counts(self, found: Iterable[Identifier]) -> dict[str, int]:
        kinds = Counter(kind for kind, _ in dict.fromkeys(map(_key, found)))
        return {kind: kinds[kind] for kind in _FORMS if kinds[kind]}
