"""Words that the tool itself writes, which no search can tell from an account of the same name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from .finder import fold

_TEXTS = {".py", ".ipynb", ".md", ".j2", ".css", ".yaml", ".csv", ".toml"}


@cache
def tool_words() -> frozenset[str]:
    """Words of the tool's own texts, folded: what every report and every answer's field names are written with."""
    package = Path(__file__).resolve().parents[1]
    folders = [package, package.parent / "notebooks"]
    words: set[str] = set()
    for path in (path for folder in folders for path in folder.rglob("*")):
        if path.suffix in _TEXTS and "example" not in path.relative_to(package.parent).parts:
            words.update(re.findall(r"\w+", fold(path.read_text(encoding="utf-8", errors="replace"))))
    return frozenset(words)
