"""The evidence store: the only code that writes evidence, and it only ever adds.

A file is written whole under `.incoming/`, named by its digest and flushed; then the ledger line is appended; then the
file is moved to its place. The ledger line is the moment of truth: a crash before it leaves nothing, a crash after it
leaves a file that the next reader finds by its digest and the next writer moves.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from .. import __version__
from ..code_identity import code_digest
from ..errors import CollectionError, EvidenceDamaged, MalformedInput
from ..period import CIVIL, Calendar, stamp
from ..sources.base import Completeness, Dataset, Origin, Page, Pages
from .effective import Effective
from .ledger import Ledger, Record

#: What only says which page is asked for; every page in the file has it.
_PAGING = {"after", "page", "pageSize", "per_page", "Marker", "NextToken", "nextToken"}
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass
class _Tally:
    """What went by while pages were written."""

    calls: dict[str, dict[str, Any]]
    request_ids: list[str]
    pages: int = 0
    rows: int = 0
    size: int = 0

    def add(self, page: Page) -> None:
        parameters = {name: value for name, value in page.parameters.items() if name not in _PAGING}
        key = json.dumps([page.call, parameters], sort_keys=True)
        call = self.calls.setdefault(key, {"call": page.call, "parameters": parameters, "pages": 0})
        call["pages"] += 1
        self.pages += 1
        self.rows += page.rows
        if page.request_id:
            self.request_ids.append(page.request_id)


class EvidenceStore:
    """The evidence folder of a workspace."""

    def __init__(self, root: Path, calendar: Calendar = CIVIL) -> None:
        self.root = root
        self.ledger = Ledger(root)
        self._calendar = calendar
        self._incoming = root / ".incoming"

    def records(self) -> list[Record]:
        return self.ledger.records()

    def collect(
        self, dataset: Dataset, pages: Pages, *, origin: Origin, effective: Effective, run_at: datetime, now: datetime
    ) -> Record:
        """Consume a dataset's pages into one file and its ledger record.

        A `CollectionError` from the source is recorded as a failure, with no file, and returned as a record too.
        """
        self._incoming.mkdir(parents=True, exist_ok=True)
        about = self.about(dataset, origin, effective, run_at, now)
        tally = _Tally({}, [])
        with NamedTemporaryFile(dir=self._incoming, suffix=".part", delete=False) as stream:
            part = Path(stream.name)
            try:
                completeness, digest = _write(dataset, pages, stream, tally)
                stream.flush()
                os.fsync(stream.fileno())
            except CollectionError as error:
                part.unlink()
                return self.record_failure(about, error)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
        facts = {
            **_narrowed(about, completeness),
            "calls": list(tally.calls.values()),
            "request_ids": {
                "count": len(tally.request_ids),
                "first": tally.request_ids[:1],
                "last": tally.request_ids[-1:],
            },
            "pages": tally.pages,
            "rows": tally.rows,
            "source_total": completeness.source_total,
            "completeness": "complete",
            "reason": completeness.reason,
            "sha256": digest,
            "bytes": part.stat().st_size,
        }
        return self._commit(part, dataset.category, f"{dataset.stem}-{effective.label}.{dataset.media}", facts)

    def record_failure(self, about: Mapping[str, Any], error: CollectionError) -> Record:
        """A failed attempt is evidence, too: of what was asked and what came back."""
        with self.ledger.lock():
            self.recover()
            return self.ledger.append(
                {
                    "path": None,
                    **about,
                    "calls": [],
                    "pages": 0,
                    "rows": 0,
                    "source_total": None,
                    "completeness": error.completeness,
                    "reason": f"{type(error).__name__}: {error}",
                    "sha256": None,
                    "bytes": 0,
                }
            )

    def add_view(self, raw: Record, name: str, category: str, content: str | bytes, purpose: str) -> Record:
        """A readable copy made from a raw file; no test rests on it."""
        data = content.encode() if isinstance(content, str) else content
        self._incoming.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._incoming, suffix=".part", delete=False) as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        keep = ("run_at", "collected_at", "effective", "phase", "final", "source", "identity", "tool")
        facts = {
            **{key: raw.fields[key] for key in keep},
            "dataset": f"view:{raw.dataset}",
            "category": category,
            "derived_from": raw.sha256,
            "calls": [],
            "pages": 0,
            "rows": raw.fields["rows"],
            "source_total": raw.fields["source_total"],
            "completeness": "complete",
            "reason": purpose,
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
        }
        return self._commit(Path(stream.name), category, name, facts)

    def about(
        self, dataset: Dataset, origin: Origin, effective: Effective, run_at: datetime, now: datetime
    ) -> dict[str, Any]:
        """The part of a record that is known before the source is asked."""
        return {
            "dataset": dataset.id,
            "category": dataset.category,
            "source": {
                "system": origin.system,
                "account": origin.account,
                "endpoint": origin.endpoint,
                **dict(origin.details),
            },
            "identity": origin.identity,
            "run_at": stamp(run_at),
            "collected_at": stamp(now),
            "effective": {"start": stamp(effective.start), "end": stamp(effective.end)},
            "phase": effective.phase,
            "final": effective.final,
            "tool": {"name": "soc2kit", "version": __version__, "code": code_digest()},
        }

    def _commit(self, part: Path, category: str, name: str, facts: Mapping[str, Any]) -> Record:
        held = self._incoming / str(facts["sha256"])
        with self.ledger.lock():
            self.recover()
            os.replace(part, held)
            start = datetime.fromisoformat(facts["effective"]["start"])
            folder = f"{self._calendar.quarter_of(start).name}/{category}"
            record = self.ledger.append({"path": self._free(folder, name), **facts})
            self._place(record)
        return record

    def _free(self, folder: str, name: str) -> str:
        """A path that no file and no record has; in the place of a lost file, a new one would hide the loss."""
        name = _UNSAFE.sub("-", name)
        stem, _, suffix = name.rpartition(".")
        number, candidate = 1, f"{folder}/{name}"
        while (self.root / candidate).exists() or self.ledger.names(candidate):
            number += 1
            candidate = f"{folder}/{stem}-{number}.{suffix}"
        return candidate

    def _place(self, record: Record) -> None:
        target = self.root / str(record.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(self._incoming / str(record.sha256), target)
        _sync_folder(target.parent)

    def recover(self) -> None:
        """Finish what a crash interrupted between ledger line and move; the caller holds the lock."""
        if not self._incoming.exists():
            return
        # Files still being written end in `.part`; those that wait for their place are named by their digest.
        waiting = {path.name for path in self._incoming.iterdir() if not path.suffix}
        if not waiting:
            return
        for record in self.ledger.records():
            if record.sha256 in waiting and record.path and not (self.root / record.path).exists():
                self._place(record)

    def read_bytes(self, record: Record) -> bytes:
        """A file's content, checked against its ledger record.

        Raises `EvidenceDamaged` when the file is missing or is not what was recorded.
        """
        path = self.root / str(record.path)
        if not path.exists():
            path = self._incoming / str(record.sha256)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise EvidenceDamaged(
                f"evidence file {record.path} is missing. Restore it from the last sealed package"
            ) from None
        found = hashlib.sha256(data).hexdigest()
        if found != record.sha256:
            raise EvidenceDamaged(
                f"evidence file {record.path} was changed: its SHA-256 is {found}, the ledger has {record.sha256}."
                " Restore it from the last sealed package"
            )
        return data

    def read_pages(self, record: Record) -> list[dict[str, Any]]:
        """The pages of a JSON evidence file: `call`, `parameters`, `request_id`, `rows`, `answer`."""
        pages: list[dict[str, Any]] = json.loads(self.read_bytes(record))
        return pages


def _narrowed(about: Mapping[str, Any], completeness: Completeness) -> dict[str, Any]:
    """What the file speaks of, when its source had forgotten the beginning; then also what was asked for."""
    if completeness.since is None:
        return dict(about)
    effective = {**about["effective"], "start": stamp(completeness.since)}
    return {**about, "effective": effective, "asked": about["effective"]}


def _write(dataset: Dataset, pages: Pages, stream: IO[bytes], tally: _Tally) -> tuple[Completeness, str]:
    """Stream pages to disk as they come; the file is a JSON array with one page a line, or the text as it is."""
    digest = hashlib.sha256()

    def put(data: bytes) -> None:
        stream.write(data)
        digest.update(data)

    finish: list[Completeness] = []
    for page in _until_done(pages, finish):
        if dataset.media == "json":
            put(b"[\n" if tally.pages == 0 else b",\n")
            try:
                put(_encode_page(page))
            except ValueError as error:
                raise MalformedInput(
                    f"{page.call}: the answer cannot be kept as JSON in UTF-8 ({error}). Run the same command again"
                ) from error
        else:
            put(str(page.answer).encode())
        tally.add(page)
    if dataset.media == "json":
        put(b"\n]\n" if tally.pages else b"[]\n")
    return finish[0], digest.hexdigest()


def _until_done(pages: Pages, finish: list[Completeness]) -> Iterator[Page]:
    finish.append((yield from pages))


def _encode_page(page: Page) -> bytes:
    return json.dumps(
        {
            "call": page.call,
            "parameters": dict(page.parameters),
            "request_id": page.request_id,
            "rows": page.rows,
            "answer": page.answer,
        },
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
    ).encode()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
