"""Configuration files by their paths below one folder: what one file names, found from where that file lies."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

#: How deep the server follows files that include files.
DEEPEST = 10

#: Path below the folder, with `/`, and the text.
Files = Mapping[str, str]


@dataclass(frozen=True)
class Problem:
    """Something that the server would not take, and where it stands."""

    file: str
    line: int
    says: str
    #: Whether it is that a file is not there, which the server itself may well have.
    missing: bool = False

    def __str__(self) -> str:
        return f"{self.file} line {self.line}: {self.says}"


class Missing(Exception):
    """A file that another one names and that is not among the files; `says` is the reason in words."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


def beside(file: str, named: str) -> str:
    """The path of what `file` names. Raises `Missing` for a path that leads out of the folder."""
    if posixpath.isabs(named):
        raise Missing(f"{named!r} is named by the server's own path; what it holds is not in the folder")
    found = posixpath.normpath(posixpath.join(posixpath.dirname(file), named))
    if found.startswith(".."):
        raise Missing(f"{named!r} lies outside of the folder")
    return found


def text_of(files: Files, path: str) -> str:
    try:
        return files[path]
    except KeyError:
        raise Missing(f"{path} is not among the files") from None


def in_folder(files: Files, folder: str) -> list[str]:
    """What include_dir takes: files that end in .conf and do not begin with a dot, in the order of their bytes."""
    inside = [path for path in files if posixpath.dirname(path) == folder.rstrip("/").removeprefix("./")]
    taken = [path for path in inside if path.endswith(".conf") and not posixpath.basename(path).startswith(".")]
    return sorted(taken, key=lambda path: posixpath.basename(path).encode())
