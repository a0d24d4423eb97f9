"""`postgresql.conf` as the server reads it: includes where they stand, and of two lines for one setting the later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .files import DEEPEST, Files, Missing, Problem, beside, in_folder, text_of

#: What ALTER SYSTEM writes; the server reads it after everything else.
AUTO_CONF = "postgresql.auto.conf"

_NAME = r"[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*"
_LINE = re.compile(
    rf"""[ \t\r]*(?:(?P<name>{_NAME}(?:\.{_NAME})?)[ \t\r]*=?[ \t\r]*(?P<value>
        '(?:[^'\\\n]|\\.|'')*'                          # a text in quotes
      | [-+]?(?:\d+|0x[0-9A-Fa-f]+)[A-Za-z]*(?![\w.])   # a whole number, and its unit
      | [-+]?\d*\.\d*(?:[Ee][-+]?\d+)?(?![\w.])         # a broken number
      | [A-Za-z_\x80-\uffff][\w$\x80-\uffff.:/-]*       # a word
    )[ \t\r]*)?(?:\#.*)?""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"''|\\([0-7]{1,3}|.)")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


@dataclass(frozen=True)
class Setting:
    name: str
    value: str
    file: str
    line: int


@dataclass
class Settings:
    """What is in force by the files, by name; `problems` are lines because of which a server takes none of them."""

    values: dict[str, Setting] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def value(self, name: str) -> str | None:
        found = self.values.get(name)
        return found.value if found else None


def read_settings(files: Files, path: str = "postgresql.conf") -> Settings:
    """The settings of a file and all that it includes, and of `postgresql.auto.conf` where that is among the files."""
    found = Settings()
    for start in (path, AUTO_CONF):
        if start == path or start in files:
            for item in _lines(files, start, 0):
                if isinstance(item, Problem):
                    found.problems.append(item)
                else:
                    found.values[item.name] = item
    return found


def flag(value: str | None) -> bool | None:
    """A value of a switch, which may be shortened; None for what is none."""
    text = (value or "").strip().lower()
    if not text or text == "o":
        return None
    if any(word.startswith(text) for word in _TRUE):
        return True
    return False if any(word.startswith(text) for word in _FALSE) else None


def _lines(files: Files, path: str, depth: int) -> Iterator[Setting | Problem]:
    text = text_of(files, path)
    for number, line in enumerate(text.split("\n"), 1):
        match = _LINE.fullmatch(line)
        if match is None:
            yield Problem(path, number, "the server cannot read this line")
            continue
        if match["name"] is None:
            continue
        name, value = match["name"].lower(), _plain(match["value"])
        if name in ("include", "include_if_exists", "include_dir"):
            yield from _included(files, path, number, name, value, depth + 1)
        else:
            yield Setting(name, value, path, number)


def _included(files: Files, path: str, line: int, how: str, named: str, depth: int) -> Iterator[Setting | Problem]:
    if depth > DEEPEST:
        yield Problem(path, line, "files include each other too deep")
        return
    try:
        target = beside(path, named)
        if how == "include_dir":
            for inner in in_folder(files, target):
                yield from _lines(files, inner, depth)
        elif how == "include" or target in files:
            text_of(files, target)
            yield from _lines(files, target, depth)
    except Missing as error:
        yield Problem(path, line, error.says, missing=True)


def _plain(value: str) -> str:
    if not value.startswith("'"):
        return value
    return _ESCAPE.sub(_unescaped, value[1:-1])


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    if code is None:
        return "'"
    return chr(int(code, 8) & 0xFF) if code[0] in "01234567" else _ESCAPED.get(code, code)
