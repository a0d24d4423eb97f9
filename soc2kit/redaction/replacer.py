"""Replacement of identifiers by pseudonyms inside texts, and the way back, to compare results."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from .finder import Finder, fold
from .mentions import Identifier, Kind
from .pseudonyms import Pseudonyms
from .words import tool_words

# A text can be an address and an account, or a name and an account; then it gets one pseudonym, by the first kind here.
_FIRST = ("e-mail", "name", "account", "id", "address", "actor")


class Replacer:
    """Replaces whole identifiers in any case, the longest first; nothing of a longer word is touched."""

    def __init__(
        self,
        found: Iterable[Identifier],
        pseudonyms: Pseudonyms,
        spelt: Mapping[str, str] | None = None,
        labels: Iterable[str] = (),
    ) -> None:
        """`spelt` gives, by folded text, an account as its own system spells it; `labels` are those that tests read."""
        self.labels = frozenset(label.casefold() for label in labels)
        self._pseudonyms = pseudonyms
        self._spelt = spelt or {}
        self._known: dict[str, Identifier] = {}
        for identifier in sorted(found, key=lambda one: _FIRST.index(one.kind)):
            for text in _forms(identifier):
                self._known.setdefault(fold(text), identifier)
        self._finder = Finder(self._known)
        self._given: dict[str, str] = {}
        # Frames write names and addresses in lower case.
        self._given_folded: dict[str, str] = {}

    def text(self, text: str) -> str:
        return self._finder.replaced(text, self._pseudonym)

    def of_system(self, text: str) -> str:
        """The same where a person wrote an account, and tests overlook how: as the account's system spells it."""
        return self._finder.replaced(text, lambda spelt: self._pseudonym(self._spelt.get(fold(spelt), spelt)))

    def prose(self, text: str) -> str:
        """The same for sentences, in which a common word is not taken for an account of that name."""
        return self._finder.replaced(text, lambda spelt: spelt if self._common(spelt) else self._pseudonym(spelt))

    def _common(self, spelt: str) -> bool:
        return self.kind(spelt) in ("account", "name") and fold(spelt) in tool_words()

    def _pseudonym(self, spelt: str) -> str:
        known = self._known[fold(spelt)]
        # Systems may tell accounts apart by case alone; one name or address stays the same in any.
        one = Identifier("account", spelt) if known.kind == "account" else known
        pseudonym = self._pseudonyms.of(one)
        self._given[pseudonym] = spelt if known.kind == "account" else fold(known.text)
        if known.kind != "account":
            self._given_folded[fold(pseudonym)] = self._given[pseudonym]
        return pseudonym

    def plain(self, text: str) -> str:
        """A text of the original as `original` would give it: names and addresses in one case."""
        return self._finder.replaced(text, lambda spelt: self._given[self._pseudonym(spelt)])

    def original(self, texts: Iterable[str]) -> Iterator[str]:
        """Texts of the copy with every pseudonym that was given out exchanged for what it stands for."""
        finder = Finder(self._given)
        for text in texts:
            yield finder.replaced(text, self._stood_for)

    def _stood_for(self, spelt: str) -> str:
        return self._given.get(spelt) or self._given_folded.get(fold(spelt), spelt)

    def left_in(self, text: str) -> Iterator[str]:
        """Identifiers that a text still has, as they are spelt there, common words left aside."""
        for start, end in self._finder.spans(text):
            if not self._common(text[start:end]):
                yield text[start:end]

    def kind(self, spelt: str) -> Kind:
        return self._known[fold(spelt)].kind


def _forms(identifier: Identifier) -> set[str]:
    """A name may be written with letter and accent in one character or in two."""
    if identifier.kind != "name":
        return {identifier.text}
    return {identifier.text, *(unicodedata.normalize(form, identifier.text) for form in ("NFC", "NFD"))}
