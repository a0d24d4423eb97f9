"""Frames of large files are made piece by piece, and are what they would be if the file were read whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from soc2kit.errors import EvidenceDamaged, MalformedInput
from soc2kit.evidence import EvidenceStore
from soc2kit.evidence.effective import effective_of
from soc2kit.frames import FrameSet, build
from soc2kit.frames.table import FRAMES
from soc2kit.period import CIVIL
from soc2kit.sources.base import Completeness, Dataset, Origin, Page, Pages

MARCH = CIVIL.month(2026, 3)
AT = datetime.fromisoformat("2026-04-01T06:00:00+00:00")
PULLS = "github.merged_pull_requests"
DATASET = Dataset(PULLS, "Pull requests", "change-management", "merged-prs", "events", (), lambda *_: pages_of([]))


def pages_of(looks: Iterable[Iterable[tuple[int, Iterable[str]]]]) -> Pages:
    for look in looks:
        nodes = [node(number, states) for number, states in look]
        answer = {"repository": {"nameWithOwner": "acme/shop", "pullRequests": {"nodes": nodes}}}
        yield Page("GraphQL merged_pull_requests", {"repository": "acme/shop"}, answer, len(nodes))
    return Completeness("all of them")


def node(number: int, states: Iterable[str]) -> dict[str, Any]:
    """A pull request as far as these frames read it."""
    return {
        "number": number, "title": f"Change {number}", "url": f"https://github.example/{number}",
        "author": {"login": "ann", "__typename": "User"}, "createdAt": "2026-03-01T08:00:00Z",
        "updatedAt": "2026-03-02T08:00:00Z", "mergedAt": "2026-03-02T08:00:00Z",
        "mergedBy": {"login": "bob", "__typename": "User"}, "baseRefName": "main", "headRefName": "x",
        "headRefOid": "a" * 40, "isCrossRepository": False, "headRepository": None, "mergeCommit": None,
        "labels": {"totalCount": 0, "nodes": []},
        "reviews": {"nodes": [
            {"author": {"login": f"person{place}", "__typename": "User"}, "state": state,
             "submittedAt": f"2026-03-01T0{place}:00:00Z", "commit": {"oid": "a" * 40},
             "authorCanPushToRepository": True}
            for place, state in enumerate(states)
        ]},
        "commits": {"totalCount": 0, "nodes": []}, "head": {"nodes": []}, "timelineItems": {"nodes": []},
    }  # fmt: skip


def collected(folder: Path, pages: Pages) -> EvidenceStore:
    store = EvidenceStore(folder)
    origin = Origin("github", "acme", "ann", "nowhere")
    store.collect(DATASET, pages, origin=origin, effective=effective_of(DATASET, MARCH, AT), run_at=AT, now=AT)
    return store


def frame_of(store: EvidenceStore, name: str) -> pd.DataFrame:
    return FrameSet(store, period=MARCH, as_of=AT).frame(name)


def told(store: EvidenceStore) -> list[str]:
    reviews = frame_of(store, "reviews")
    return sorted(f"{row.change.rpartition('#')[2]} {row.reviewer} {row.state}" for row in reviews.itertuples())


LOOKS = {
    "each once": ([[(1, ["APPROVED"])], [(2, ["COMMENTED"])]], ["1 person0 APPROVED", "2 person0 COMMENTED"]),
    "a review was dismissed": ([[(1, ["APPROVED"])], [(2, [])], [(1, ["DISMISSED"])]], ["1 person0 DISMISSED"]),
    "a review is gone": ([[(1, ["APPROVED", "APPROVED"])], [(1, ["APPROVED"])]], ["1 person0 APPROVED"]),
    "every review is gone": ([[(1, ["APPROVED"])], [(1, [])]], []),
    "a third look": ([[(1, ["APPROVED"])], [(1, [])], [(1, ["COMMENTED"])]], ["1 person0 COMMENTED"]),
    "none": ([], []),
}


@pytest.mark.parametrize("piece_rows", [1, 2, 50_000])
@pytest.mark.parametrize("name", LOOKS)
def test_of_a_pull_request_that_was_read_again_the_later_look_stands(
    name: str, piece_rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_PIECE_ROWS", piece_rows)
    looks, expected = LOOKS[name]
    store = collected(tmp_path, pages_of(looks))
    assert told(store) == expected
    changes = frame_of(store, "changes")
    assert changes["change"].is_unique
    assert list(changes.columns) == [column.name for column in FRAMES["changes"].columns]


def test_the_frames_are_those_of_the_file_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = [[(number, ["APPROVED"] * (number % 4)) for number in range(start, start + 5)] for start in range(1, 60, 4)]
    store = collected(tmp_path, pages_of(looks))
    by_piece = {name: frame_of(store, name) for name in ("changes", "reviews")}
    for name in [name for name, spec in FRAMES.items() if spec.datasets == (PULLS,)]:
        monkeypatch.setitem(FRAMES, name, replace(FRAMES[name], pieces=None))
    for name, frame in by_piece.items():
        keys = list(FRAMES[name].unique)
        whole = frame_of(store, name).sort_values(keys, ignore_index=True)
        pd.testing.assert_frame_equal(frame.sort_values(keys, ignore_index=True), whole)


def test_a_file_that_was_changed_gives_no_row_at_all(tmp_path: Path) -> None:
    store = collected(tmp_path, pages_of([[(1, ["APPROVED"])], [(2, [])]]))
    (path,) = tmp_path.rglob("merged-prs*.json")
    path.write_bytes(path.read_bytes().replace(b"APPROVED", b"REVERSED"))
    pages = store.stream_pages(store.records()[0])
    with pytest.raises(EvidenceDamaged, match="was changed"):
        next(pages)
    with pytest.raises(EvidenceDamaged, match="was changed"):
        frame_of(store, "changes")


def test_a_page_of_another_shape_is_named_with_its_file(tmp_path: Path) -> None:
    def pages() -> Pages:
        yield from pages_of([[(1, [])]])
        yield Page("GraphQL merged_pull_requests", {"repository": "acme/site"}, {"repository": None}, 0)
        return Completeness("all of them")

    with pytest.raises(MalformedInput, match=r"merged-prs-2026-03\.json has another shape"):
        frame_of(collected(tmp_path, pages()), "changes")


def test_pages_in_another_layout_are_read_too(tmp_path: Path) -> None:
    """Evidence can be written anew, as redaction does: one array, in whatever lines."""
    import hashlib
    import json

    store = collected(tmp_path, pages_of([[(1, ["APPROVED"])], [(2, [])]]))
    (record,) = store.records()
    pages = store.read_pages(record)
    for text in (json.dumps(pages), json.dumps(pages, indent=1), "[\n" + ",\n".join(map(json.dumps, pages)) + "\n]\n"):
        (tmp_path / str(record.path)).write_text(text)
        fields = {**record.fields, "sha256": hashlib.sha256(text.encode()).hexdigest()}
        assert list(store.stream_pages(replace(record, fields=fields))) == pages
