"""Evidence files read page by page: a file of any size is checked and read in pieces."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from ..errors import EvidenceDamaged
from .ledger import Record

_CHUNK = 1 << 20
Page = dict[str, Any]


def pages_of(path: Path, record: Record) -> Iterator[Page]:
    """The pages of a JSON file, one at a time. Its digest is checked before the first is given.

    Raises `EvidenceDamaged` when the file is missing or is not what was recorded.
    """
    with opened(path, record) as stream:
        refuse_changed(_digest(stream), record)
        stream.seek(0)
        yield from _lines(stream)


def opened(path: Path, record: Record) -> IO[bytes]:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise EvidenceDamaged(
            f"evidence file {record.path} is missing. Restore it from the last sealed package"
        ) from None


def refuse_changed(found: str, record: Record) -> None:
    if found != record.sha256:
        raise EvidenceDamaged(
            f"evidence file {record.path} was changed: its SHA-256 is {found}, the ledger has {record.sha256}."
            " Restore it from the last sealed package"
        )


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(_CHUNK):
        digest.update(piece)
    return digest.hexdigest()


def _lines(stream: IO[bytes]) -> Iterator[Page]:
    """The store writes a page a line; an array that was written in another way is read whole."""
    first = stream.readline() == b"[\n" and _parsed(stream.readline())
    if not first:
        stream.seek(0)
        yield from json.load(stream)
        return
    yield first
    for line in stream:
        if line != b"]\n":
            yield json.loads(line.rstrip(b",\n"))


def _parsed(line: bytes) -> Page | None:
    try:
        page: Page = json.loads(line.rstrip(b",\n"))
    except ValueError:
        return None
    return page
