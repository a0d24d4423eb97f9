"""The review files of a workspace: read, and written whole or not at all.

A file is only replaced by somebody who has seen what is in it: whoever loaded it before another person saved is told
to load it again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from ..errors import ReviewError
from ..replace_file import replace_file
from .model import Review
from .text import dump, parse

FOLDER = "reviews"
NAME = re.compile(r"(?P<period>\d{4}-Q[1-4])-(?P<system>[a-z][a-z0-9_]*)\.yaml")
_LOCK = ".lock"


@dataclass(frozen=True)
class Loaded:
    """A review, and the digest of the file that it was read from; None when there was no file."""

    review: Review
    seen: str | None


def path_of(workspace: Path, period: str, system: str) -> Path:
    name = f"{period}-{system}.yaml"
    if not NAME.fullmatch(name):
        raise ReviewError(f"{name!r} cannot be the name of a review; write a quarter, as in 2026-Q1, and a system")
    return workspace / FOLDER / name


def load(workspace: Path, period: str, system: str) -> Loaded:
    """The review on file, or an empty one. Raises `ReviewError` that names file and line when it cannot be read."""
    path = path_of(workspace, period, system)
    data = _read(path)
    if data is None:
        return Loaded(Review(period, system), None)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReviewError(f"{path.name} is not UTF-8 text: {error}. Save it as UTF-8") from None
    return Loaded(named(text, path.name), hashlib.sha256(data).hexdigest())


def named(text: str, name: str) -> Review:
    """A review that is what its file's name says."""
    review = parse(text, name)
    if f"{review.key}.yaml" != name:
        raise ReviewError(
            f"{name}: the review inside is of {review.period} and {review.system}. Correct name or content"
        )
    return review


def save(workspace: Path, loaded: Loaded, review: Review) -> Loaded:
    """Replace the file that `loaded` came from.

    Raises `ReviewError`, and writes nothing, when the file is not any more what was loaded, or when what would be
    written could not be read again.
    """
    path = path_of(workspace, review.period, review.system)
    data = _readable(review, path.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.parent / _LOCK, timeout=10):
            present = _read(path)
            if (hashlib.sha256(present).hexdigest() if present is not None else None) != loaded.seen:
                raise ReviewError(
                    f"{path.name} was changed by somebody else since it was loaded; nothing was written. Press Reload,"
                    " then decide again what is still open"
                )
            replace_file(path, data)
    except OSError as error:
        reason = error.strerror or "another save is running"
        raise ReviewError(f"{path.name} cannot be written: {reason}. What stood in it still does") from None
    return Loaded(review, hashlib.sha256(data).hexdigest())


def _readable(review: Review, name: str) -> bytes:
    """The file's bytes, once they have been read back."""
    try:
        data = dump(review).encode()
        read = parse(data.decode(), name)
    except (ReviewError, UnicodeError) as error:
        raise ReviewError(f"{name} was not written: what is in it could not be read back ({error})") from None
    if read != review:
        raise ReviewError(f"{name} was not written: what is in it could not be read back as it was decided")
    return data


def names(workspace: Path) -> Iterator[tuple[str, str]]:
    """Period and system of every review file, in order."""
    for path in sorted((workspace / FOLDER).glob("*.yaml")):
        if found := NAME.fullmatch(path.name):
            yield found["period"], found["system"]


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ReviewError(f"{path.name} cannot be read: {error.strerror}") from None
