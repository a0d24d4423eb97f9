"""The proof that nothing but names has changed in a redacted copy, and that no name is left."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import ReportFailed
from ..model import Assessment
from ..results import as_document
from .finder import fold
from .mentions import EMAIL
from .replacer import Replacer

# The code is the same for everybody, and its example company has people of its own.
_NOT_SEARCHED = {"software"}
_OF_CONTROL = ("id", "design", "operation", "standing", "tests", "exceptions", "open_exceptions")
_OF_COUNT = ("label", "value", "of")
Words = Callable[[Iterable[str]], Iterable[str]]


def refuse_differences(original: Assessment, copy: Assessment, replacer: Replacer) -> None:
    """Raise `ReportFailed` for the first test, control, criterion or count that differs by more than names."""
    ours = dict(_essence(original, lambda texts: map(replacer.plain, texts)))
    theirs = dict(_essence(copy, replacer.original))
    for name in [*ours, *(name for name in theirs if name not in ours)]:
        if ours.get(name) != theirs.get(name):
            raise ReportFailed(
                f"the redacted copy gives another result for {name}; nothing was sealed. Package without --redact, and"
                " report this"
            )


def _essence(assessment: Assessment, words: Words) -> Iterator[tuple[str, Any]]:
    """What must not change, under the name of the part that it belongs to."""
    document = as_document(assessment)
    for result, test in zip(assessment.tests, document["tests"], strict=True):
        keys = Counter(words(map(str, result.population["key"])))
        exceptions = Counter(_exceptions(test["exceptions"], words))
        untold = Counter(_exceptions(test["not_testable"], words))
        yield test["id"], (test["verdict"], keys, exceptions, untold, test["open_exceptions"], test["periods_covered"])
    for control in document["controls"]:
        yield control["id"], [control[key] for key in _OF_CONTROL]
    for criterion in document["criteria"]:
        yield criterion["id"], criterion["status"]
    for count in document["counts"]:
        yield f"the count {count['label']!r}", [count[key] for key in _OF_COUNT]


def _exceptions(exceptions: list[Mapping[str, Any]], words: Words) -> Iterator[tuple[Any, ...]]:
    """Key, time, and the words of the reason in any order: lists of people in it are sorted by name."""
    keys = words(item["key"] for item in exceptions)
    reasons = words(item["reason"] for item in exceptions)
    for item, key, reason in zip(exceptions, keys, reasons, strict=True):
        yield key, item["at"], tuple(sorted(re.split(r"[ ,;]+", reason)))


def refuse_leftovers(bag: Path, replacer: Replacer, kept: frozenset[str]) -> None:
    """Raise `ReportFailed` that names the file in which, or in whose name, an identifier or an address still stands.

    Words that the tool's own texts use (`backup`, say) cannot be told from an account of that name and are passed over.
    """
    for path in sorted(bag.rglob("*")):
        name = path.relative_to(bag)
        if path.is_dir() or name.parts[0] in _NOT_SEARCHED:
            continue
        # A picture holds no text to search, and bytes that look like an address; it was drawn from the redacted answer.
        written = "" if path.suffix == ".png" else path.read_text(encoding="utf-8", errors="replace")
        for text in _readings(name.as_posix(), written):
            left = next(_left(text, replacer, kept), None)
            if left is not None:
                raise ReportFailed(
                    f"{left!r} still stands in {name.as_posix()}; nothing was sealed. Package without --redact, and"
                    " report this file"
                )


def _readings(name: str, text: str) -> set[str]:
    """What a reader sees: HTML and CSV write some characters of a name otherwise."""
    return {name, text, html.unescape(text), text.replace('""', '"')}


def _left(text: str, replacer: Replacer, kept: frozenset[str]) -> Iterator[str]:
    yield from replacer.left_in(text)
    for spelt in EMAIL.findall(text) if "@" in text else ():
        if not spelt.endswith("@redacted.invalid") and fold(spelt.strip("'.")) not in kept:
            yield spelt
