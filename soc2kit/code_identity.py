"""Which code runs: one digest, which evidence and packages both state."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_LEFT_OUT = {"__pycache__", ".ipynb_checkpoints"}


def source_files() -> Iterator[tuple[str, Path]]:
    """Every file of the package with its name in a wheel, and the notebooks beside it."""
    package = Path(__file__).resolve().parent
    for path in sorted(package.rglob("*")):
        if path.is_file() and not _LEFT_OUT & set(path.parts):
            yield f"soc2kit/{path.relative_to(package).as_posix()}", path
    beside = package.parent / "notebooks"
    if beside.is_dir() and not (package / "notebooks").is_dir():
        for path in sorted(beside.glob("*.ipynb")):
            yield f"soc2kit/notebooks/{path.name}", path


@cache
def code_digest() -> str:
    """One digest for the code and library files that run; the same wherever they are installed."""
    digest = hashlib.sha256()
    for name, path in sorted(source_files()):
        digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
