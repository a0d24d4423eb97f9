"""Verification of an evidence folder: every changed, missing, added, reordered or truncated file and line, by name.

The chain proves that nothing changed since the line after it was written. That the newest lines are still there is
proved only by something kept elsewhere: the head that a report or a sealed package states.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .ledger import FILE_NAME, GENESIS

Kind = Literal["changed", "missing", "added", "reordered", "truncated", "unreadable"]
Digest = Callable[[Path], str]
_CHUNK = 1 << 20
_OWN = {FILE_NAME, ".lock"}
_INCOMING = ".incoming"


@dataclass(frozen=True)
class Problem:
    """One thing that is not as recorded; `place` is a path in the evidence folder, and a line of the ledger."""

    kind: Kind
    place: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.place}: {self.detail}"


@dataclass(frozen=True)
class _Line:
    number: int
    digest: str
    fields: dict[str, Any]


def verify_evidence(root: Path, *, head: str | None = None, digest: Digest | None = None) -> list[Problem]:
    """Everything that is wrong with an evidence folder; empty when all is as recorded.

    `head` is the digest that the ledger's last line had when it was sealed or reported, where that is known; `digest`
    computes a file's SHA-256, for a caller that has read the files already.
    """
    lines, problems = _read_lines(root / FILE_NAME)
    problems += _chain_problems(lines)
    if head is not None and head != (lines[-1].digest if lines else GENESIS):
        known = any(line.digest == head for line in lines)
        detail = "lines were added after the stated head" if known else "the line with the stated head is not there"
        problems.append(Problem("added" if known else "truncated", FILE_NAME, f"{detail} ({head})"))
    problems += _file_problems(root, lines, digest or digest_of)
    return problems


def line_digests(root: Path) -> list[str]:
    """Digest of every line of a ledger, oldest first: each was its head once."""
    return [line.digest for line in _read_lines(root / FILE_NAME)[0]]


def _read_lines(path: Path) -> tuple[list[_Line], list[Problem]]:
    if not path.exists():
        return [], [Problem("missing", FILE_NAME, "there is no ledger")]
    lines: list[_Line] = []
    problems: list[Problem] = []
    *whole, tail = path.read_bytes().split(b"\n")
    for number, line in enumerate(whole, start=1):
        try:
            fields = _record_fields(json.loads(line))
            seq = fields["seq"]
        except ValueError as error:
            problems.append(Problem("unreadable", f"{FILE_NAME} line {number}", f"not a record ({error})"))
            fields, seq = {}, -1
        lines.append(_Line(number, hashlib.sha256(line + b"\n").hexdigest(), {**fields, "seq": seq}))
    if tail:
        detail = "the last line has no end: a write was cut off, and the next collection drops it"
        problems.append(Problem("truncated", f"{FILE_NAME} line {len(whole) + 1}", detail))
    return lines, problems


def _record_fields(fields: Any) -> dict[str, Any]:
    """What verification reads of a record, as it should be; raises `ValueError` that names the part that is not."""
    if not isinstance(fields, dict):
        raise ValueError("it is not an object")
    expected: dict[str, type | tuple[type, ...]] = {"seq": int, "previous": str, "path": (str, type(None))}
    if fields.get("path") is not None:
        expected |= {"sha256": str, "bytes": int}
    for name, kind in expected.items():
        if name not in fields or not isinstance(fields[name], kind):
            raise ValueError(f"{name} is {fields.get(name, 'absent')!r}")
    return fields


def _chain_problems(lines: list[_Line]) -> Iterator[Problem]:
    """Where lines are out of their order, absent, or not what the next one says they were."""
    known = {line.digest for line in lines}
    before = _Line(0, GENESIS, {"seq": 0})
    for line in lines:
        seq, expected = line.fields["seq"], before.fields["seq"] + 1
        place = f"{FILE_NAME} line {line.number}"
        if seq == -1:
            pass
        elif seq < expected and before.fields["seq"] != -1:
            yield Problem("reordered", place, f"record {seq} stands after record {before.fields['seq']}")
        elif seq > expected and before.fields["seq"] != -1:
            absent = f"record {expected}" if seq == expected + 1 else f"records {expected} to {seq - 1}"
            yield Problem("missing", place, f"{absent} should stand before record {seq}")
        elif line.fields["previous"] != before.digest and line.fields["previous"] not in known:
            yield Problem(
                "changed",
                f"{FILE_NAME} line {before.number}",
                f"record {before.fields['seq']} is not what record {seq} was chained to",
            )
        elif line.fields["previous"] != before.digest:
            yield Problem("reordered", place, f"record {seq} was chained to another line than the one before it")
        before = line


def _file_problems(root: Path, lines: list[_Line], digest: Digest) -> Iterator[Problem]:
    recorded: set[str] = set()
    for line in lines:
        path = line.fields.get("path")
        if path is None:
            continue
        recorded.add(path)
        problem = _file_problem(root, path, line, digest)
        if problem is not None:
            yield problem
    for file in sorted(root.rglob("*")):
        name = file.relative_to(root).as_posix()
        if file.is_dir() or name in _OWN or name.startswith(f"{_INCOMING}/") or name in recorded:
            continue
        yield Problem("added", name, "no record of the ledger names this file")


def _file_problem(root: Path, path: str, line: _Line, digest: Digest) -> Problem | None:
    file, wanted = root / path, line.fields["sha256"]
    if not file.is_file():
        # A crash between record and move leaves the file here; the next collection puts it in its place.
        file = root / _INCOMING / wanted
        if not file.is_file():
            return Problem("missing", path, f"record {line.fields['seq']} has {line.fields['bytes']} bytes of it")
    if file.is_symlink():
        return Problem("changed", path, "it is a link now, not the file that was recorded")
    size = file.stat().st_size
    if size < line.fields["bytes"]:
        return Problem("truncated", path, f"{size} of {line.fields['bytes']} bytes are there")
    if digest(file) != wanted:
        return Problem("changed", path, f"its SHA-256 is not the recorded {wanted}")
    return None


def digest_of(file: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()
