"""Terraform files with pseudonyms, line by line: what a test says of a line must still stand on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .answers import REDACTED_TEXT
from .replacer import Replacer

EXPORTS = "terraform.exports"
_DESCRIPTION = re.compile(r'^(\s*description\s*=\s*)"(?:[^"\\]|\\.)*"')
_HEREDOC = re.compile(r"<<[-~]?\s*(\w+)\s*$")
# Beside a dot a name is part of a longer word, but in Terraform each part stands for itself.
_PART = re.compile(r"(?<=\.)[A-Za-z_][\w-]*")
_COMMENT = f"# {REDACTED_TEXT}"


def redact_addresses(value: Any, replacer: Replacer) -> Any:
    """What was chosen of plans and states: in the address of a resource, too, each part stands for itself."""
    if isinstance(value, dict):
        return {key: _addresses(key, inner, replacer) for key, inner in value.items()}
    return [redact_addresses(item, replacer) for item in value] if isinstance(value, list) else value


def _addresses(key: str, value: Any, replacer: Replacer) -> Any:
    if key == "address" and isinstance(value, str):
        return _parts(value, replacer)
    return redact_addresses(value, replacer)


def _parts(text: str, replacer: Replacer) -> str:
    return _PART.sub(lambda part: replacer.text(part[0]), replacer.text(text))


def redact_terraform(text: str, replacer: Replacer) -> str:
    """Without comments and descriptions, as people write anything there."""
    lines = "\n".join(_without_comments(text.split("\n")))
    return _parts(lines, replacer)


def _without_comments(lines: list[str]) -> Iterator[str]:
    until: str | None = None
    inside = False
    for line in lines:
        if until is not None:
            yield line
            until = None if line.strip() == until else until
        elif inside or line.lstrip().startswith("/*"):
            _, end, rest = line.partition("*/")
            inside = not end
            yield _COMMENT if not rest.strip() else rest
        else:
            shown = _DESCRIPTION.sub(rf'\1"{REDACTED_TEXT}"', line[: (start := _comment(line))])
            yield shown + (_COMMENT if start < len(line) else "")
            heredoc = _HEREDOC.search(shown)
            until = heredoc[1] if heredoc else None


def _comment(line: str) -> int:
    """Where the comment of a line begins, outside of quotes; the line's length where there is none."""
    quoted, place = False, 0
    while place < len(line):
        if quoted and line[place] == "\\":
            place += 1
        elif line[place] == '"':
            quoted = not quoted
        elif not quoted and (line[place] == "#" or line.startswith("//", place)):
            return place
        place += 1
    return len(line)
