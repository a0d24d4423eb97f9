"""Values of a report with their places, so that whatever is wrong with one can be found in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

Made = TypeVar("Made")
#: Longer texts are cut: none that identifies something is as long.
LONGEST = 1000
MOST_PROBLEMS = 20


class Unreadable(Exception):
    """What is wrong, and where."""


@dataclass(frozen=True)
class At:
    """A value and its place: `runs[0].results[3]`. None stands for what is not there."""

    value: Any
    place: str

    def get(self, name: str) -> At:
        """A member of a record; None where there is none. Raises `Unreadable` where there is no record."""
        return At(self.record().get(name), f"{self.place}.{name}" if self.place else name)

    def record(self) -> dict[str, Any]:
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            raise self.wrong("a record")
        return self.value

    def items(self, name: str) -> Iterator[At]:
        """The members of a list, which may be missing."""
        listed = self.get(name)
        if listed.value is None:
            return
        if not isinstance(listed.value, list):
            raise listed.wrong("a list")
        yield from (At(value, f"{listed.place}[{index}]") for index, value in enumerate(listed.value))

    def text(self, name: str) -> str | None:
        """A text that says something; None for an empty one."""
        found = self.get(name)
        if found.value is None:
            return None
        if not isinstance(found.value, str):
            raise found.wrong("a text")
        return _cut(found.value)

    def required(self, name: str) -> str:
        text = self.text(name)
        if not text:
            raise Unreadable(f"{self.get(name).place}: it is not there")
        return text

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; members that are none are left out, as `upgradePath` begins with false."""
        return tuple(_cut(item.value) for item in self.items(name) if isinstance(item.value, str) and item.value)

    def number(self, name: str) -> float | None:
        """A number, or a text that is one."""
        found = self.get(name)
        value = found.value
        if value is None or isinstance(value, bool):
            return None
        try:
            return float(value)
        except (TypeError, ValueError, OverflowError):
            raise found.wrong("a number") from None

    def whole(self, name: str) -> int | None:
        value = self.get(name).value
        return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None

    def wrong(self, expected: str) -> Unreadable:
        return Unreadable(f"{self.place or 'the file'}: {expected} is expected, not {type(self.value).__name__}")


def _cut(text: str) -> str:
    """Half of a pair of surrogates is legal in JSON and in no file of evidence."""
    cleaned = text.encode("utf-8", "replace").decode().strip()
    return cleaned if len(cleaned) <= LONGEST else f"{cleaned[:LONGEST]}…"


def each(items: Iterable[At], make: Callable[[At], Made | None], problems: list[str]) -> Iterator[Made]:
    """What is made of each item. One that cannot be read is told in `problems`, and the others go on."""
    listed = iter(items)
    while True:
        try:
            item = next(listed, None)
        except Unreadable as error:
            problems.append(str(error))
            return
        if item is None:
            return
        try:
            made = make(item)
        except Unreadable as error:
            problems.append(str(error))
            continue
        if made is not None:
            yield made


def few(problems: list[str]) -> tuple[str, ...]:
    """The first problems, and how many more there are."""
    more = len(problems) - MOST_PROBLEMS
    return (*problems[:MOST_PROBLEMS], *((f"and {more} more places",) if more > 0 else ()))
