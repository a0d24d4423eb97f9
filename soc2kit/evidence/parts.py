"""Evidence files in the making: pages go to disk as they come, each to the files whose period it speaks of."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from ..errors import MalformedInput
from ..period import parse_moment
from ..sources.base import Completeness, Dataset, Page, Pages
from .effective import Effective

#: What only says which page is asked for; every page in the file has it.
_PAGING = {"after", "id", "ids", "number", "page", "pageSize", "per_page", "Marker", "NextToken", "nextToken"}


class Part:
    """One file under `.incoming/`, and the tally of what went by while it was written.

    A JSON file is an array with one page a line, the others are the text as it is.
    """

    def __init__(self, folder: Path, media: str, effective: Effective) -> None:
        self.effective, self._media = effective, media
        with NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as named:
            self.path = Path(named.name)
        self._stream = self.path.open("wb")
        self._digest = hashlib.sha256()
        self._calls: dict[str, dict[str, Any]] = {}
        self._request_ids = {"count": 0, "first": list[str](), "last": list[str]()}
        self.pages = self.rows = 0

    def add(self, page: Page, encoded: bytes, rows: int) -> None:
        self._put((b",\n" if self.pages else b"[\n") + encoded if self._media == "json" else encoded)
        parameters = {name: value for name, value in page.parameters.items() if name not in _PAGING}
        key = json.dumps([page.call, parameters], sort_keys=True)
        call = self._calls.setdefault(key, {"call": page.call, "parameters": parameters, "pages": 0})
        call["pages"] += 1
        self.pages += 1
        self.rows += rows
        if page.request_id:
            ids = self._request_ids
            self._request_ids = {
                "count": ids["count"] + 1,  # type: ignore[operator]
                "first": ids["first"] or [page.request_id],
                "last": [page.request_id],
            }

    def close(self) -> None:
        """The end of the file; it is on disk when this returns."""
        if self._media == "json":
            self._put(b"\n]\n" if self.pages else b"[]\n")
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()

    def discard(self) -> None:
        self._stream.close()
        self.path.unlink(missing_ok=True)

    def facts(self, completeness: Completeness) -> dict[str, Any]:
        """What the ledger says of a closed part."""
        return {
            "calls": list(self._calls.values()),
            "request_ids": self._request_ids,
            "pages": self.pages,
            "rows": self.rows,
            "source_total": completeness.source_total,
            "completeness": "complete",
            "reason": completeness.reason,
            "sha256": self._digest.hexdigest(),
            "bytes": self.path.stat().st_size,
        }

    def _put(self, data: bytes) -> None:
        self._stream.write(data)
        self._digest.update(data)


def write_all(dataset: Dataset, pages: Pages, part: Part) -> Completeness:
    """Every page into one file."""
    finish: list[Completeness] = []
    for page in _until_done(pages, finish):
        part.add(page, _encoded(dataset, page), page.rows)
    return finish[0]


def write_each(dataset: Dataset, pages: Pages, parts: Sequence[Part]) -> list[Completeness]:
    """One reading into the files of several periods: each gets the pages that speak of a record of its period.

    `rows` of a file counts its records, each once, however often the reading met it.
    """
    finish: list[Completeness] = []
    places = _Places(dataset, parts)
    total = 0
    for page in _until_done(pages, finish):
        total += 1
        encoded = _encoded(dataset, page)
        for index, rows in places.of(page).items():
            parts[index].add(page, encoded, rows)
    (whole,) = finish
    return [
        replace(
            whole,
            source_total=None,
            reason=f"{whole.reason}; {len(parts)} months were read at once: of the {total} pages, the {part.pages} that"
            f" speak of something of {part.effective.label} are kept here",
        )
        for part in parts
    ]


class _Places:
    """In which of several files each record belongs, as far as it was met."""

    def __init__(self, dataset: Dataset, parts: Sequence[Part]) -> None:
        assert dataset.mentions is not None
        self._mentions, self._parts = dataset.mentions, parts
        self._known: dict[str, tuple[int, ...]] = {}

    def of(self, page: Page) -> dict[int, int]:
        """The files that a page belongs in, each with how many records are new in it."""
        found: dict[int, int] = {}
        for mention in self._mentions(page):
            known = self._known.get(mention.name)
            if mention.of is not None:
                # A commit can be a part of several pull requests.
                self._known[mention.name] = tuple({*(known or ()), *self._known[mention.of]})
                continue
            if known is None and mention.at is not None:
                self._known[mention.name] = self._holding(mention.at)
            # What no page told of may belong anywhere.
            for index in self._known.get(mention.name, range(len(self._parts))):
                found[index] = found.get(index, 0) + (known is None and mention.at is not None)
        return found

    def _holding(self, moment: str) -> tuple[int, ...]:
        when = parse_moment(moment)
        spans = enumerate(part.effective for part in self._parts)
        return tuple(index for index, span in spans if span.start <= when < span.end)


def _until_done(pages: Pages, finish: list[Completeness]) -> Iterator[Page]:
    finish.append((yield from pages))


def _encoded(dataset: Dataset, page: Page) -> bytes:
    if dataset.media != "json":
        return str(page.answer).encode()
    try:
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
    except ValueError as error:
        raise MalformedInput(
            f"{page.call}: the answer cannot be kept as JSON in UTF-8 ({error}). Run the same command again"
        ) from error
