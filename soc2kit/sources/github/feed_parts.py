"""One reading of a branch's feed for several months: each gets the part that speaks of it.

The feed is answered from its newest update backwards, so to read an early month is to read all that came after it. Of
months that are read in the same run each file holds its own updates, and the newest of them all that follows.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from ...period import Period, parse_moment
from ..base import Page


@dataclass(frozen=True)
class KeptPage:
    """A page, packed: those of a large organisation's year would be too much as records."""

    call: str
    parameters: Mapping[str, Any]
    request_id: str | None
    packed: bytes
    oldest: datetime | None
    newest: datetime | None

    @staticmethod
    def of(page: Page) -> KeptPage:
        updates = page.answer if isinstance(page.answer, list) else []
        moments = [parse_moment(record["timestamp"]) for record in updates]
        packed = zlib.compress(json.dumps(page.answer).encode(), 1)
        oldest, newest = min(moments, default=None), max(moments, default=None)
        return KeptPage(page.call, page.parameters, page.request_id, packed, oldest, newest)

    def page(self) -> Page:
        return Page(self.call, self.parameters, json.loads(zlib.decompress(self.packed)), 0, self.request_id)


@dataclass(frozen=True)
class FeedRead:
    """The head of a default branch, and its feed as it was answered down to before `since`.

    `renamed`: the branch had another name; which updates belong to it then follows from all of them together.
    """

    branch: str
    head: str | None
    since: datetime
    absent: str | None
    renamed: bool
    pages: tuple[KeptPage, ...]

    def parts(self, period: Period, *, newest: bool) -> Iterator[Page]:
        """The pages of a period, from the first update after it (`newest`: from the head) to the last before it.

        Pages of other branches, which show whether it had another name, are only needed where its line begins in the
        period.
        """
        anchored = False
        for asked, listed in groupby(self.pages, key=_asked):
            pages: Sequence[KeptPage] = list(listed)
            if not self.renamed and asked[0] == f"refs/heads/{self.branch}":
                pages = _inside(pages, period, newest=newest)
                anchored = anchored or any(one.oldest is not None and one.oldest < period.start for one in pages)
            elif not self.renamed and asked[0] != _HEAD and anchored:
                continue
            yield from (one.page() for one in pages)


_HEAD = "the head"


def _asked(one: KeptPage) -> tuple[Any, Any]:
    """What a page was asked of: pages of one list follow each other."""
    is_feed = one.call.startswith("GET ")
    return (one.parameters.get("ref") if is_feed else _HEAD), one.parameters.get("time_period")


def _inside(pages: Sequence[KeptPage], period: Period, *, newest: bool) -> list[KeptPage]:
    first = 0
    if not newest:
        reach = (place for place, one in enumerate(pages) if one.oldest is not None and one.oldest < period.end)
        first = next(reach, len(pages) - 1)
        top = pages[first].newest
        # The update that follows shows where the branch stood when the period ended.
        if first and (top is None or top < period.end):
            first -= 1
    found = []
    for one in pages[first:]:
        found.append(one)
        if one.oldest is not None and one.oldest < period.start:
            break
    return found
