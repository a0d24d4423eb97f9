"""Files that pages speak of, kept beside them byte for byte, and once: a file is known by its name and its digest."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Self

from ..errors import MalformedInput
from ..period import parse_moment, stamp
from ..sources.base import Completeness, Original, Page, Pages
from .ledger import Record

#: Before the dataset whose pages speak of them.
PREFIX = "original:"
_PIECE = 1 << 20
Known = tuple[str, str]
Commit = Callable[[Path, str, str, Mapping[str, Any]], Record]


def is_original(record: Record) -> bool:
    return record.dataset.startswith(PREFIX)


def by_digest(records: Iterable[Record], dataset: str) -> dict[str, Record]:
    """Files beside a dataset, by what they were when they were collected, also in a redacted copy."""
    mine = [record for record in records if record.dataset == f"{PREFIX}{dataset}" and record.complete]
    return {str((record.fields.get("redacted_from") or record.fields)["sha256"]): record for record in mine}


def known(records: Iterable[Record], dataset: str) -> set[Known]:
    """Calls and digests of the files beside a dataset. Two scans of one thing can have the same bytes, and are two."""
    mine = [record for record in records if record.dataset == f"{PREFIX}{dataset}" and record.complete]
    return {(str(record.fields["calls"][0]["call"]), str(record.sha256)) for record in mine}


@dataclass
class Originals:
    """Those of one reading: set aside while its pages come, and recorded when all have come."""

    incoming: Path
    known: Callable[[], set[Known]]
    _held: dict[Known, tuple[Path, Page, Original]] = field(default_factory=dict)
    _known: set[Known] | None = None

    def watched(self, pages: Pages) -> Pages:
        while True:
            try:
                page = next(pages)
            except StopIteration as end:
                whole: Completeness = end.value
                return whole
            if page.original is not None:
                self._hold(page, page.original)
            yield page

    def _hold(self, page: Page, original: Original) -> None:
        if self._known is None:
            self._known = self.known()
        name = (page.call, original.sha256)
        if name in self._known or name in self._held:
            return
        with NamedTemporaryFile(dir=self.incoming, suffix=".part", delete=False) as copy:
            self._held[name] = (Path(copy.name), page, original)
            digest = hashlib.sha256()
            try:
                with original.path.open("rb") as stream:
                    while piece := stream.read(_PIECE):
                        digest.update(piece)
                        copy.write(piece)
            except OSError as error:
                raise MalformedInput(f"{page.call} cannot be read: {error.strerror}") from error
            copy.flush()
            os.fsync(copy.fileno())
        if digest.hexdigest() != original.sha256:
            raise MalformedInput(f"{page.call} was changed while it was read. Run the same command again")

    def commit(self, about: Mapping[str, Any], commit: Commit) -> None:
        """A record for each file that is new, with its own date where one is known."""
        while self._held:
            name = next(iter(self._held))
            path, page, original = self._held[name]
            at = stamp(_not_after(original.at, parse_moment(about["run_at"])))
            size = path.stat().st_size
            commit(path, about["category"], original.name, {
                **about, "dataset": f"{PREFIX}{about['dataset']}", "effective": {"start": at, "end": at},
                "calls": [{"call": page.call, "parameters": {}, "pages": 1}], "pages": 0, "rows": 0,
                "source_total": None, "completeness": "complete",
                "reason": f"kept as it was found; the listing of {about['dataset']} names it by its digest",
                "sha256": original.sha256, "bytes": size,
            })  # fmt: skip
            del self._held[name]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        """On any way out but the good one nothing of them is left."""
        for path, _, _ in self._held.values():
            path.unlink(missing_ok=True)
        self._held.clear()


def _not_after(at: datetime | None, collected: datetime) -> datetime:
    return collected if at is None else min(at.astimezone(UTC), collected)
