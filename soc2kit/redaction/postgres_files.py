"""PostgreSQL's configuration files with pseudonyms, line by line: what a test says of a line must still stand on it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .answers import REDACTED_TEXT
from .replacer import Replacer

# A machine under a pseudonym is read like a host by its name, and such a one has no mask.
_MASKED = re.compile(r"(address-\d+\.redacted\.invalid)(?:/\d+|[ \t]+255\.255\.255\.255)")
_COMMENT = f"# {REDACTED_TEXT}"


def redact_postgres_file(text: str, replacer: Replacer) -> str:
    """Without comments, as people write anything there."""
    return _MASKED.sub(r"\1", replacer.text("\n".join(_without_comments(text.split("\n")))))


def _without_comments(lines: list[str]) -> Iterator[str]:
    for line in lines:
        start = _comment(line)
        # A backslash at the end of a comment would still make the next line a part of this one.
        goes_on = "\\" if start < len(line) and line.endswith("\\") else ""
        yield line[:start] + (_COMMENT + goes_on if start < len(line) else "")


def _comment(line: str) -> int:
    """Where the comment of a line begins, outside of the quotes of either file."""
    quote = ""
    for place, letter in enumerate(line):
        if not quote and letter == "#":
            return place
        if letter in "\"'":
            quote = letter if not quote else "" if quote == letter else quote
    return len(line)
