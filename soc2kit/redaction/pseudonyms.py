"""Pseudonyms: the same identifier always gets the same one, two identifiers never share one.

The numbers are kept in a file of the workspace, outside evidence and packages. No pseudonym is computed from what it
stands for: a digest of an e-mail address could be found again by trying addresses.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile

from ..errors import MalformedInput
from .identifiers import Identifier

FILE_NAME = "pseudonyms.csv"
_COLUMNS = ("kind", "number", "identifier")
_FORMS = {
    "name": "Person {:03d}",
    "e-mail": "person-{:03d}@redacted.invalid",
    "account": "account-{:03d}",
    "id": "REDACTEDID{:06d}",
}


class Pseudonyms:
    """The numbers of one workspace; `assign` adds what is new and keeps what is there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._numbers = self._read()

    def _read(self) -> dict[Identifier, int]:
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        try:
            rows = list(csv.DictReader(io.StringIO(text, newline="")))
            return {Identifier(row["kind"], row["identifier"]): int(row["number"]) for row in rows}  # type: ignore[arg-type]
        except (KeyError, ValueError, TypeError) as error:
            raise MalformedInput(
                f"{self._path.name} is not a list of pseudonyms ({error}). Restore it: a new one would give new numbers"
            ) from error

    def assign(self, found: Iterable[Identifier]) -> None:
        """Number what is new, and write the file anew as a whole, readable by its owner alone."""
        fresh = [identifier for identifier in map(_plain, found) if identifier not in self._numbers]
        for identifier in dict.fromkeys(fresh):
            same_kind = [number for known, number in self._numbers.items() if known.kind == identifier.kind]
            self._numbers[identifier] = max(same_kind, default=0) + 1
        if fresh or not self._path.exists():
            self._write()

    def _write(self) -> None:
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows((known.kind, number, known.text) for known, number in self._numbers.items())
        with NamedTemporaryFile("w", dir=self._path.parent, delete=False, encoding="utf-8") as temporary:
            temporary.write(stream.getvalue())
            temporary.flush()
            os.fsync(temporary.fileno())
        os.replace(temporary.name, self._path)

    def of(self, identifier: Identifier) -> str:
        return _FORMS[identifier.kind].format(self._numbers[_plain(identifier)])

    def counts(self, found: Iterable[Identifier]) -> dict[str, int]:
        kinds = [identifier.kind for identifier in dict.fromkeys(map(_plain, found))]
        return {kind: kinds.count(kind) for kind in _FORMS if kind in kinds}


def _plain(identifier: Identifier) -> Identifier:
    """E-mail addresses are the same in any case; of accounts nobody can say."""
    return Identifier("e-mail", identifier.text.casefold()) if identifier.kind == "e-mail" else identifier


class Replacer:
    """Replaces whole identifiers inside texts, the longest first; nothing of a longer word is touched."""

    def __init__(self, found: Iterable[Identifier], pseudonyms: Pseudonyms) -> None:
        self._by_text: dict[str, str] = {}
        self._emails: dict[str, str] = {}
        for identifier in found:
            if identifier.kind == "e-mail":
                self._emails[identifier.text.casefold()] = pseudonyms.of(identifier)
            else:
                # A name can also be an account; both are the same text then, and get one pseudonym.
                self._by_text.setdefault(identifier.text, pseudonyms.of(identifier))
        self._exact, self._folded = _pattern(self._by_text), _pattern(self._emails, re.IGNORECASE)

    def text(self, text: str) -> str:
        if self._folded is not None:
            text = self._folded.sub(lambda hit: self._emails[hit[0].casefold()], text)
        if self._exact is not None:
            text = self._exact.sub(lambda hit: self._by_text[hit[0]], text)
        return text

    def left_in(self, text: str) -> str | None:
        """The first identifier that a text still has; None when it has none."""
        for pattern in (self._folded, self._exact):
            hit = pattern.search(text) if pattern is not None else None
            if hit is not None:
                return hit[0]
        return None


def _pattern(texts: Iterable[str], flags: int = 0) -> re.Pattern[str] | None:
    words = sorted((text for text in texts if text), key=lambda text: (-len(text), text))
    if not words:
        return None
    # A point or a hyphen belongs to a name where a letter follows, and ends a sentence where none does.
    before, after = r"(?<![\w.+-])", r"(?![\w+-]|\.\w)"
    return re.compile(f"{before}(?:{'|'.join(map(re.escape, words))}){after}", flags)
