"""A new workspace: commented settings and templates, written only where nothing stands yet."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from .config import FILE_NAME

TEMPLATES = (
    FILE_NAME, "roster.csv", "identities.csv", "break-glass.csv", "change-exceptions.csv", "assets.csv",
    "environment-exceptions.csv", "restore-tests.csv",
)  # fmt: skip


def create(workspace: Path) -> Iterator[tuple[Path, bool]]:
    """Each file of a workspace, and whether it was written now."""
    workspace.mkdir(parents=True, exist_ok=True)
    source = files("soc2kit.library") / "templates"
    for name in TEMPLATES:
        path = workspace / name
        try:
            with path.open("x", encoding="utf-8") as stream:
                stream.write((source / name).read_text(encoding="utf-8"))
        except FileExistsError:
            yield path, False
        else:
            yield path, True
