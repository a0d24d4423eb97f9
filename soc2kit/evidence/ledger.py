"""The ledger: one JSON line per collected file or failed attempt, each holding the digest of the line before it.

Any changed, missing, added or reordered line breaks the chain at a line that can be named. Lines are appended under a
lock between processes and are on disk before the call returns.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from filelock import FileLock

from ..errors import EvidenceDamaged
from ..period import parse_moment

FILE_NAME = "ledger.jsonl"
SCHEMA = "soc2kit-evidence/1"
#: What the first line names as the line before it.
GENESIS = "0" * 64


@dataclass(frozen=True)
class Record:
    """One line. `fields` is the whole of it, as DESIGN lists; the properties are what the code asks for most."""

    fields: Mapping[str, Any]

    @property
    def path(self) -> str | None:
        path: str | None = self.fields["path"]
        return path

    @property
    def sha256(self) -> str | None:
        digest: str | None = self.fields["sha256"]
        return digest

    @property
    def dataset(self) -> str:
        return str(self.fields["dataset"])

    @property
    def system(self) -> str:
        return str(self.fields["source"]["system"])

    @property
    def account(self) -> str:
        """The AWS account, GitHub organisation or database cluster that answered."""
        return str(self.fields["source"]["account"])

    @property
    def complete(self) -> bool:
        return bool(self.fields["completeness"] == "complete" and self.path)

    @cached_property
    def run_at(self) -> datetime:
        """When the collection run began: snapshots of one run belong together."""
        return parse_moment(self.fields["run_at"])

    @cached_property
    def effective(self) -> tuple[datetime, datetime]:
        """What the file speaks about: an interval, or twice the same instant for a snapshot."""
        span = self.fields["effective"]
        return parse_moment(span["start"]), parse_moment(span["end"])

    @property
    def asked(self) -> tuple[datetime, datetime]:
        """What was to be read; a source that had forgotten the beginning gave less, and gives no more later."""
        span = self.fields.get("asked", self.fields["effective"])
        return parse_moment(span["start"]), parse_moment(span["end"])

    @property
    def final(self) -> bool:
        """Whether the file can still be overtaken: events are final once their period has closed."""
        return bool(self.fields["final"])


@dataclass
class _Left:
    """The ledger as this object left it: what the next append builds on."""

    size: int
    count: int
    head: str
    paths: set[str]


def encode(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


class Ledger:
    """The ledger file of one evidence folder."""

    def __init__(self, root: Path) -> None:
        self.path = root / FILE_NAME
        self._lock_path = root / ".lock"
        self._left: _Left | None = None

    def lock(self) -> FileLock:
        """Held while a line and its file are put in place; other processes wait."""
        self._lock_path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self._lock_path, timeout=120)

    def records(self) -> list[Record]:
        """Every record, oldest first. Raises `EvidenceDamaged` naming the first line that breaks the chain."""
        return self._read()

    def head(self) -> str:
        """Digest of the last line: it stands for the whole ledger."""
        return self._end().head

    def names(self, path: str) -> bool:
        """Whether a record names a file, be it still there or not."""
        return path in self._end().paths

    def _end(self) -> _Left:
        """How many lines there are, the digest of the last one, and the files that they name.

        Read anew only when somebody else wrote meanwhile: otherwise each append would read all the others.
        """
        if self._left is None or not self.path.exists() or self.path.stat().st_size != self._left.size:
            self._read()
        assert self._left is not None
        return self._left

    def _read(self) -> list[Record]:
        """Every record; what the next append builds on is left as this reading found it."""
        data = self._data()
        lines = list(self._lines(data))
        paths = {str(record.path) for record, _ in lines if record.path is not None}
        # Of whole lines only, so that a torn tail is noticed and dropped by the next append.
        self._left = _Left(data.rfind(b"\n") + 1, len(lines), lines[-1][1] if lines else GENESIS, paths)
        return [record for record, _ in lines]

    def append(self, fields: Mapping[str, Any]) -> Record:
        """Add a line; the caller holds `lock()`."""
        self._drop_torn_tail()
        end = self._end()
        whole = {"schema": SCHEMA, "seq": end.count + 1, **fields, "previous": end.head}
        line = encode(whole)
        with self.path.open("ab") as stream:
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())
            if whole.get("path") is not None:
                end.paths.add(str(whole["path"]))
            self._left = _Left(stream.tell(), end.count + 1, hashlib.sha256(line).hexdigest(), end.paths)
        return Record(whole)

    def _data(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""

    def _lines(self, data: bytes) -> Iterator[tuple[Record, str]]:
        previous = GENESIS
        # What follows the last newline was never acknowledged: a write that a crash cut off.
        for number, line in enumerate(data.split(b"\n")[:-1], start=1):
            try:
                fields = json.loads(line)
            except ValueError as error:
                raise EvidenceDamaged(f"{self.path}: line {number} is not JSON ({error})") from error
            known = isinstance(fields, dict) and fields.get("seq") == number and fields.get("previous") == previous
            if not known:
                raise EvidenceDamaged(
                    f"{self.path}: the chain breaks at line {number}: a line before it was changed, removed, added or"
                    " moved. Restore the evidence folder from its last sealed package"
                )
            previous = hashlib.sha256(line + b"\n").hexdigest()
            yield Record(fields), previous

    def _drop_torn_tail(self) -> None:
        if not self.path.exists():
            return
        if self._left is not None and self.path.stat().st_size == self._left.size:
            return
        data = self.path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole != len(data):
            with self.path.open("r+b") as stream:
                stream.truncate(whole)
                os.fsync(stream.fileno())
