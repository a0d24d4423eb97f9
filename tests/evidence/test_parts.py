"""One reading kept in the files of several months: each page where it speaks of something of the month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from soc2kit.errors import IncompleteCollection
from soc2kit.evidence import EvidenceStore
from soc2kit.evidence.effective import effective_of
from soc2kit.evidence.verify import verify_evidence
from soc2kit.period import CIVIL
from soc2kit.sources.base import Completeness, Dataset, Mention, Origin, Page, Pages

NOW = datetime(2026, 4, 1, 6, tzinfo=UTC)
MONTHS = [CIVIL.month(2026, month) for month in (1, 2, 3)]
ORIGIN = Origin("test", "acme", "tester", "nowhere")


def mentions(page: Page) -> Iterator[Mention]:
    for name, at, of in page.answer:
        yield Mention(name, at, of)


DATASET = Dataset("test.events", "Events", "changes", "events", "events", (), lambda *_: pages(), mentions=mentions)
JANUARY, FEBRUARY, MARCH, APRIL = (f"2026-0{month}-10T00:00:00Z" for month in (1, 2, 3, 4))
#: What each page mentions, and in which files it is (1 is January).
PAGES = [
    ([("a", MARCH, None), ("b", MARCH, None), ("x", None, "a")], {3}),
    ([("c", MARCH, None), ("d", FEBRUARY, None), ("x", None, "d"), ("y", None, "d")], {2, 3}),
    ([("e", JANUARY, None)], {1}),
    ([("out", APRIL, None)], set()),
    ([("d", None, None)], {2}),  # more of d
    ([("x", None, None)], {2, 3}),  # a commit of two pull requests
    ([("y", None, None)], {2}),
    ([("nobody", None, None)], {1, 2, 3}),  # nothing told of it, so it may belong anywhere
    ([("out", None, None)], set()),
    ([("a", MARCH, None), ("e", JANUARY, None)], {1, 3}),  # a second look
    ([], set()),
]


def pages(fails: bool = False) -> Pages:
    for number, (mentioned, _) in enumerate(PAGES):
        yield Page("list", {"page": number, "number": number}, mentioned, 7, f"request-{number}")
    if fails:
        raise IncompleteCollection("page 12 of 13")
    return Completeness("all pages read")


def collect(store: EvidenceStore, fails: bool = False) -> list[dict[str, object]]:
    effectives = [effective_of(DATASET, month, NOW) for month in MONTHS]
    records = store.collect_each(
        DATASET, lambda: pages(fails), origin=ORIGIN, effectives=effectives, run_at=NOW, now=NOW
    )
    return [dict(record.fields) for record in records]


def test_each_page_is_kept_where_it_speaks_of_something_and_each_record_is_counted_once(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    fields = collect(store)
    for month, record in enumerate(store.records(), start=1):
        kept = [page["parameters"]["page"] for page in store.read_pages(record)]
        assert kept == [number for number, (_, places) in enumerate(PAGES) if month in places]
    assert [one["rows"] for one in fields] == [1, 1, 3]
    assert [one["effective"]["start"][:7] for one in fields] == ["2026-01", "2026-02", "2026-03"]  # type: ignore[index]
    assert fields[0]["reason"] == (
        "all pages read; 3 months were read at once: of the 11 pages, the 3 that speak of something of 2026-01 are kept"
        " here"
    )
    assert fields[0]["calls"] == [{"call": "list", "parameters": {}, "pages": 3}]
    assert fields[0]["request_ids"] == {"count": 3, "first": ["request-2"], "last": ["request-9"]}
    assert verify_evidence(tmp_path) == []


@pytest.mark.parametrize("fails", [False, True])
def test_a_reading_is_kept_for_all_its_months_or_for_none(fails: bool, tmp_path: Path) -> None:
    fields = collect(EvidenceStore(tmp_path), fails)
    assert [one["completeness"] for one in fields] == ["truncated" if fails else "complete"] * 3
    assert len(list(tmp_path.rglob("events-*.json"))) == (0 if fails else 3)
    assert list((tmp_path / ".incoming").iterdir()) == []
