"""Whole words and phrases found inside texts, in any case, in one pass however long the list is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

_RUN = re.compile(r"\w+")
# They join words to longer ones: `ana` is no word of `x-ana`, of `ana.b` or of `1+ana`.
_JOINERS = ".+-"


class _Folds(dict[int, str]):
    """Lower case for characters that have one upper and one lower form; others stand for themselves alone.

    So a text keeps its length, and no three characters fold to one.
    """

    def __missing__(self, code: int) -> str:
        character = chr(code)
        lower = character.lower()
        self[code] = lower if len(lower) == 1 and lower.upper() == character else character
        return self[code]


_FOLDS = _Folds()


def fold(text: str) -> str:
    """A text without the difference of upper and lower case, of the same length."""
    return text.lower() if text.isascii() else text.translate(_FOLDS)


class Finder:
    """Where the words of a list stand in a text: leftmost first, and of those the longest."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = set(map(fold, words))
        # Under the first run of letters and digits of a word: where in the word that run begins, and how long the word
        # is. Many words can begin with the same run, but have only so many lengths.
        shapes: dict[str, set[tuple[int, int]]] = {}
        for word in self._words:
            run = _RUN.search(word)
            if run is not None:
                shapes.setdefault(run[0], set()).add((run.start(), len(word)))
        self._shapes = {run: sorted(found, key=lambda shape: (-shape[1], shape)) for run, found in shapes.items()}

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each word found; none overlaps another."""
        folded, done = fold(text), 0
        for run in _RUN.finditer(folded):
            for offset, length in self._shapes.get(run[0], ()):
                start = run.start() - offset
                end = start + length
                if start < done or end > len(folded) or folded[start:end] not in self._words:
                    continue
                if _whole(folded, start, end):
                    yield start, end
                    done = end
                    break

    def replaced(self, text: str, by: Callable[[str], str]) -> str:
        """The text with each word found exchanged for what `by` gives for it as it is spelt there."""
        parts, done = [], 0
        for start, end in self.spans(text):
            parts += [text[done:start], by(text[start:end])]
            done = end
        return "".join([*parts, text[done:]]) if parts else text


def _whole(text: str, start: int, end: int) -> bool:
    return not (_joined(text[max(start - 2, 0) : start][::-1]) or _joined(text[end : end + 2]))


def _joined(next_two: str) -> bool:
    """Whether the two characters beside a word, the nearer first, make it a part of a longer one."""
    if next_two and next_two[0] in _JOINERS:
        next_two = next_two[1:]
    return bool(next_two) and _of_word(next_two[0])


def _of_word(character: str) -> bool:
    return character == "_" or character.isalnum() or unicodedata.combining(character) > 0
