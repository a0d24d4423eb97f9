"""Answers of a collection that has not come to its end, kept so that an interrupted one goes on where it was.

A journal lies under `.incoming/` and is no evidence: no record names it, no test reads it, no package holds it. Its
lines are answers in the order in which they came; a line that was cut off is dropped. A later collection of the same
dataset by the same identity takes its answers from it for as long as it asks the same questions in the same order, and
goes on alone from the first other one. It is removed when the record is in the ledger, and when it is too old.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ..period import parse_moment, stamp
from ..sources.base import Answered

SCHEMA = "soc2kit-journal/1"
SUFFIX = ".journal"
#: Answers of an older collection are not taken up again: too much may have happened since.
KEPT = timedelta(hours=24)
Clock = Callable[[], datetime]
Entry = Mapping[str, Any]


class Journal:
    """The `Answers` of one collection."""

    def __init__(self, path: Path, header: Mapping[str, Any], clock: Clock) -> None:
        self.path, self._header, self._clock = path, header, clock
        self._file = path.open("a+b")
        self.recalled = self.kept = 0
        self._first: str | None = None
        self._last: str | None = None
        self._file.seek(0)
        self._replaying = self._next() is not None
        if not self._replaying:
            self._begin()

    def recall(self, call: str, question: str) -> Answered | None:
        """What was answered to the question, if it is the one that came next then."""
        if not self._replaying:
            return None
        place = self._file.tell()
        entry = self._next()
        if entry is None or (entry["call"], entry["question"]) != (call, question):
            self._cut(place)
            return None
        self.recalled += 1
        self._first, self._last = self._first or entry["received_at"], entry["received_at"]
        return Answered(entry["parameters"], entry["answer"], entry["request_id"])

    def keep(self, call: str, question: str, answered: Answered) -> None:
        """Hold on to an answer; it survives the end of this process."""
        if self._replaying:
            self._cut(self._file.tell())
        self.kept += 1
        self._append({
            "received_at": stamp(self._clock()),
            "call": call,
            "question": question,
            "parameters": dict(answered.parameters),
            "request_id": answered.request_id,
            "answer": answered.answer,
        })  # fmt: skip

    def reason(self) -> str:
        """What completeness owes to a reader of evidence that was not read in one go; empty when it was."""
        if not self.recalled:
            return ""
        return (
            f"; resumed: the first {self.recalled} answers are of {self._first} to {self._last}, from a collection that"
            " was interrupted"
        )

    @property
    def worth_keeping(self) -> bool:
        """Whether there are answers in it, as far as this collection has looked."""
        return self._replaying or self.recalled + self.kept > 0

    def start_anew(self) -> None:
        """Forget every answer."""
        self._cut(0)
        self._begin()
        self.recalled, self.kept, self._first = 0, 0, None

    def remove(self) -> None:
        self.close()
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        self._file.close()

    def _begin(self) -> None:
        self._cut(0)
        self._append({"schema": SCHEMA, "began_at": stamp(self._clock()), **self._header})

    def _append(self, fields: Entry) -> None:
        self._file.write(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        self._file.flush()

    def _cut(self, place: int) -> None:
        """Drop what follows; from here on, nothing is recalled."""
        self._file.truncate(place)
        self._file.seek(place)
        self._replaying = False

    def _next(self) -> Entry | None:
        """The next whole line; None at the end or before one that a crash cut off."""
        line = self._file.readline()
        return _parsed(line)


def _parsed(line: bytes) -> Entry | None:
    if not line.endswith(b"\n"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


@contextmanager
def journal_in(folder: Path, header: Mapping[str, Any], clock: Clock) -> Iterator[Journal | None]:
    """The journal of the collection that `header` describes; None while another process writes it."""
    folder.mkdir(parents=True, exist_ok=True)
    _remove_old(folder, clock())
    name = hashlib.sha256(json.dumps(header, sort_keys=True).encode()).hexdigest()[:32]
    path = folder / f"{name}{SUFFIX}"
    lock = FileLock(folder / f"{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield None
        return
    journal = Journal(path, header, clock)
    try:
        yield journal
    finally:
        if journal.worth_keeping:
            journal.close()
        else:
            journal.remove()
        lock.release()
        if not path.exists():
            Path(lock.lock_file).unlink(missing_ok=True)


def _remove_old(folder: Path, now: datetime) -> None:
    for path in folder.glob(f"*{SUFFIX}"):
        with path.open("rb") as stream:
            header = _parsed(stream.readline()) or {}
        began = header.get("began_at")
        if header.get("schema") != SCHEMA or not began or not now - KEPT < parse_moment(began) <= now:
            path.unlink(missing_ok=True)
            path.with_suffix(".lock").unlink(missing_ok=True)
