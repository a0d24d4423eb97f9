"""The evidence store: the only code that writes evidence, and it only ever adds.

A file is written whole under `.incoming/`, named by its digest and flushed; then the ledger line is appended; then the
file is moved to its place. The ledger line is the moment of truth: a crash before it leaves nothing, a crash after it
leaves a file that the next reader finds by its digest and the next writer moves.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from .. import __version__
from ..code_identity import code_digest
from ..errors import CollectionError
from ..period import CIVIL, Calendar, stamp
from ..sources.base import Completeness, Dataset, Origin, Pages
from .effective import Effective
from .journal import Journal, journal_in
from .ledger import Ledger, Record
from .originals import Originals, known
from .parts import Part, write_all, write_each
from .reading import opened, pages_of, refuse_changed

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


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
        (record,) = self.collect_each(
            dataset, lambda: pages, origin=origin, effectives=(effective,), run_at=run_at, now=now
        )
        return record

    def collect_each(
        self,
        dataset: Dataset,
        read: Callable[[], Pages],
        *,
        origin: Origin,
        effectives: Sequence[Effective],
        run_at: datetime,
        now: datetime,
        journal: Journal | None = None,
    ) -> list[Record]:
        """Consume one reading into a file and a ledger record for each of `effectives`.

        A reading that was resumed from a journal and does not come together is begun anew, once: the answers of two
        times may not fit, or a place in a list may mean nothing any more. The journal is removed when the records are
        there.
        """
        abouts = [self.about(dataset, origin, effective, run_at, now) for effective in effectives]
        with Originals(self._incoming, lambda: known(self.records(), dataset.id)) as originals:
            try:
                try:
                    parts, reasons = self._written(dataset, originals.watched(read()), effectives)
                except CollectionError as error:
                    if error.passing or journal is None or not journal.recalled:
                        raise
                    journal.start_anew()
                    parts, reasons = self._written(dataset, originals.watched(read()), effectives)
            except CollectionError as error:
                return [self.record_failure(about, error) for about in abouts]
            originals.commit(abouts[0], self._commit)
        resumed = journal.reason() if journal is not None else ""
        records = [
            self._commit(part.path, dataset.category, f"{dataset.stem}-{part.effective.label}.{dataset.media}",
                         {**_narrowed(about, why), **part.facts(replace(why, reason=why.reason + resumed))})
            for part, why, about in zip(parts, reasons, abouts, strict=True)
        ]  # fmt: skip
        if journal is not None:
            journal.remove()
        return records

    def _written(
        self, dataset: Dataset, pages: Pages, effectives: Sequence[Effective]
    ) -> tuple[list[Part], list[Completeness]]:
        """The pages on disk; on any way out but the good one nothing of them is left."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        parts = [Part(self._incoming, dataset.media, effective) for effective in effectives]
        try:
            reasons = [write_all(dataset, pages, parts[0])] if len(parts) == 1 else write_each(dataset, pages, parts)
            for part in parts:
                part.close()
        except BaseException:
            for part in parts:
                part.discard()
            raise
        return parts, reasons

    def journal(
        self, dataset: Dataset, origin: Origin, start: datetime, clock: Callable[[], datetime]
    ) -> AbstractContextManager[Journal | None]:
        """The answers to an interrupted reading of the same dataset, by the same identity, from the same start on."""
        header = {
            "dataset": dataset.id,
            "system": origin.system,
            "account": origin.account,
            "identity": origin.identity,
            "endpoint": origin.endpoint,
            "start": stamp(start),
        }
        return journal_in(self._incoming, header, clock)

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
        with opened(self._where(record), record) as stream:
            data = stream.read()
        refuse_changed(hashlib.sha256(data).hexdigest(), record)
        return data

    def read_pages(self, record: Record) -> list[dict[str, Any]]:
        """The pages of a JSON evidence file: `call`, `parameters`, `request_id`, `rows`, `answer`."""
        return list(self.stream_pages(record))

    def stream_pages(self, record: Record) -> Iterator[dict[str, Any]]:
        """The same, one at a time."""
        return pages_of(self._where(record), record)

    def _where(self, record: Record) -> Path:
        """Its place, or where a crash between record and move left it."""
        path = self.root / str(record.path)
        return path if path.exists() else self._incoming / str(record.sha256)


def _narrowed(about: Mapping[str, Any], completeness: Completeness) -> dict[str, Any]:
    """What the file speaks of, when its source had forgotten the beginning; then also what was asked for."""
    if completeness.since is None:
        return dict(about)
    effective = {**about["effective"], "start": stamp(completeness.since)}
    return {**about, "effective": effective, "asked": about["effective"]}


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
