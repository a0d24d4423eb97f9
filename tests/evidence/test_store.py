"""The evidence store and its ledger: append-only, whole, and able to say what was done to them."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from soc2kit.errors import CollectionError, EvidenceDamaged, IncompleteCollection, Refused, Unreachable
from soc2kit.evidence import EvidenceStore, Record
from soc2kit.evidence.effective import effective_of
from soc2kit.evidence.verify import verify_evidence
from soc2kit.period import CIVIL
from soc2kit.sources.base import Completeness, Dataset, Origin, Page, Pages

NOW = datetime(2026, 1, 15, 9, tzinfo=UTC)
ORIGIN = Origin("test", "acme", "tester", "nowhere")


def pages_of(count: int, error: CollectionError | None = None) -> Pages:
    for number in range(count):
        yield Page("list", {"page": number}, {"items": [number, "Grüße\n"]}, 1, f"request-{number}")
    if error is not None:
        raise error
    return Completeness("all pages read", count)


DATASET = Dataset("test.things", "Things", "access-reviews", "things", "snapshot", (), lambda *_: pages_of(1))
EVENTS = Dataset("test.events", "Events", "change-management", "events", "events", (), lambda *_: pages_of(1))


def add(store: EvidenceStore, pages: Pages | None = None, now: datetime = NOW, dataset: Dataset = DATASET) -> Record:
    effective = effective_of(dataset, CIVIL.month(2026, 1), now)
    return store.collect(
        dataset, pages if pages is not None else pages_of(3), origin=ORIGIN, effective=effective, run_at=now, now=now
    )


def test_a_file_is_readable_json_with_one_page_a_line_and_its_record_says_how_it_was_made(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    record = add(store)
    assert record.path == "2026-Q1/access-reviews/things-2026-01-15.json"
    text = (tmp_path / record.path).read_text(encoding="utf-8")
    assert len(text.splitlines()) == 3 + 2
    assert [page["answer"]["items"][0] for page in json.loads(text)] == [0, 1, 2]
    assert record.fields["calls"] == [{"call": "list", "parameters": {}, "pages": 3}]
    assert (record.fields["pages"], record.fields["rows"], record.fields["source_total"]) == (3, 3, 3)
    assert record.fields["request_ids"] == {"count": 3, "first": ["request-0"], "last": ["request-2"]}
    assert (record.fields["identity"], record.fields["collected_at"]) == ("tester", "2026-01-15T09:00:00Z")
    assert record.fields["reason"] == "all pages read"
    assert verify_evidence(tmp_path) == []


def test_a_view_is_kept_as_text_or_as_bytes_and_names_what_it_was_made_from(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    raw = add(store)
    text = store.add_view(raw, "things.txt", "access-reviews", "Grüße", "a copy")
    picture = store.add_view(raw, "things.png", "access-reviews", b"\x89PNG\r\n\xff", "a picture")
    assert [store.read_bytes(one) for one in (text, picture)] == ["Grüße".encode(), b"\x89PNG\r\n\xff"]
    assert {one.fields["derived_from"] for one in (text, picture)} == {raw.sha256}
    assert verify_evidence(tmp_path) == []


def test_what_a_source_had_forgotten_is_not_spoken_of(tmp_path: Path) -> None:
    def forgetful() -> Pages:
        yield Page("list", {}, {}, 1)
        return Completeness("from the 9th on", since=datetime(2026, 1, 9, tzinfo=UTC))

    record = add(EvidenceStore(tmp_path), forgetful(), dataset=EVENTS)
    assert record.effective == (datetime(2026, 1, 9, tzinfo=UTC), NOW)
    assert record.asked == (datetime(2026, 1, 1, tzinfo=UTC), NOW)
    assert str(record.path).startswith("2026-Q1/change-management/")


def test_a_second_file_of_the_same_name_gets_a_number(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    first = add(store)
    content = store.read_bytes(first)
    second = add(store, pages_of(1))
    assert second.path == "2026-Q1/access-reviews/things-2026-01-15-2.json"
    assert store.read_bytes(first) == content


def test_a_file_that_was_lost_stays_missing_when_its_dataset_is_collected_again(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    first = add(store)
    (tmp_path / str(first.path)).unlink()
    for again in (store, EvidenceStore(tmp_path)):
        assert add(again, pages_of(1)).path != first.path
    assert [(problem.kind, problem.place) for problem in verify_evidence(tmp_path)] == [("missing", first.path)]


def test_of_two_records_with_one_path_the_file_must_match_both(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    first = add(store)
    (tmp_path / str(first.path)).write_bytes(b"[other]" * 90)
    facts = {**first.fields, "sha256": hashlib.sha256(b"[other]" * 90).hexdigest(), "bytes": 630}
    with store.ledger.lock():
        store.ledger.append({key: facts[key] for key in facts if key not in ("schema", "seq", "previous")})
    assert [(problem.kind, problem.place) for problem in verify_evidence(tmp_path)] == [("changed", first.path)]


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"null",
        b"\xff",
        b'{"seq":2}',
        b'{"seq":"2","previous":"x","path":null}',
        b'{"seq":2,"previous":"x","path":5}',
        b'{"seq":2,"previous":"x","path":"a"}',
        b'{"seq":2,"previous":"x","path":"a","sha256":"b","bytes":"c"}',
    ],
)
def test_a_line_that_cannot_be_a_record_is_named(line: bytes, tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    add(store)
    with (tmp_path / "ledger.jsonl").open("ab") as stream:
        stream.write(line + b"\n")
    assert [(problem.kind, problem.place) for problem in verify_evidence(tmp_path)] == [
        ("unreadable", "ledger.jsonl line 2")
    ]
    with pytest.raises(EvidenceDamaged, match="line 2"):
        EvidenceStore(tmp_path).records()


def test_a_crash_between_the_record_and_the_move_is_finished_by_the_next_collection(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    record = add(store)
    shutil.move(tmp_path / str(record.path), tmp_path / ".incoming" / str(record.sha256))
    assert verify_evidence(tmp_path) == []
    assert len(store.read_pages(record)) == 3
    assert add(EvidenceStore(tmp_path), pages_of(1)).path != record.path
    assert (tmp_path / str(record.path)).is_file()
    assert not list((tmp_path / ".incoming").iterdir())


@pytest.mark.parametrize(
    ("now", "path", "final"),
    [
        (datetime(2026, 1, 15, 9, tzinfo=UTC), "2026-Q1/change-management/events-2026-01-15.json", False),
        (datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC), "2026-Q1/change-management/events-2026-01-31.json", False),
        (datetime(2026, 2, 1, tzinfo=UTC), "2026-Q1/change-management/events-2026-01.json", True),
        (datetime(2026, 4, 1, 6, tzinfo=UTC), "2026-Q1/change-management/events-2026-01.json", True),
    ],
)
def test_events_are_final_and_named_by_their_month_once_it_has_closed(
    now: datetime, path: str, final: bool, tmp_path: Path
) -> None:
    record = add(EvidenceStore(tmp_path), now=now, dataset=EVENTS)
    assert (record.path, record.final) == (path, final)


@pytest.mark.parametrize(
    ("error", "completeness"),
    [
        (Refused("no right"), "partial-permission"),
        (IncompleteCollection("page 4 of 9"), "truncated"),
        (Unreachable("gone"), "unknown"),
    ],
)
def test_a_collection_that_breaks_off_leaves_a_record_and_no_file(
    error: CollectionError, completeness: str, tmp_path: Path
) -> None:
    store = EvidenceStore(tmp_path)
    good = add(store)
    failed = add(store, pages_of(2, error))
    assert not failed.complete
    assert (failed.path, failed.fields["completeness"]) == (None, completeness)
    assert str(error) in failed.fields["reason"]
    assert [path.name for path in tmp_path.rglob("things*")] == [Path(str(good.path)).name]
    assert not list((tmp_path / ".incoming").iterdir())
    assert verify_evidence(tmp_path) == []


def edit_lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        ledger = root / "ledger.jsonl"
        ledger.write_bytes(b"".join(change(ledger.read_bytes().splitlines(keepends=True))))

    return edit


def write(name: str, data: bytes) -> Callable[[Path], None]:
    return lambda root: (root / name).write_bytes(data) and None


FIRST = "2026-Q1/access-reviews/things-2026-01-15.json"
DAMAGE = {
    "file changed": (write(FIRST, b"x" * 400), "changed", FIRST),
    "file cut short": (write(FIRST, b"["), "truncated", FIRST),
    "file removed": (lambda root: (root / FIRST).unlink(), "missing", FIRST),
    "file added": (write("2026-Q1/access-reviews/more.csv", b"x"), "added", "2026-Q1/access-reviews/more.csv"),
    "file made a link": (
        lambda root: [
            shutil.move(root / FIRST, root / ".incoming" / "x"),
            (root / FIRST).symlink_to(root / ".incoming" / "x"),
        ],
        "changed",
        FIRST,
    ),
    "line changed": (
        edit_lines(lambda lines: [lines[0].replace(b"tester", b"nobody"), *lines[1:]]),
        "changed",
        "ledger.jsonl line 1",
    ),
    "line removed": (edit_lines(lambda lines: [lines[0], *lines[2:]]), "missing", "ledger.jsonl line 2"),
    "lines exchanged": (edit_lines(lambda lines: [lines[0], lines[2], lines[1]]), "reordered", "ledger.jsonl line 3"),
    "line doubled": (edit_lines(lambda lines: [*lines, lines[-1]]), "reordered", "ledger.jsonl line 4"),
    "line torn": (edit_lines(lambda lines: [*lines[:2], lines[2][:-9]]), "truncated", "ledger.jsonl line 3"),
    "line that is no record": (edit_lines(lambda lines: [*lines, b"{}\n"]), "unreadable", "ledger.jsonl line 4"),
    "ledger removed": (lambda root: (root / "ledger.jsonl").unlink(), "missing", "ledger.jsonl"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_each_damage_is_named(name: str, tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    for day in range(3):
        add(store, now=NOW + timedelta(days=day))
    damage, kind, place = DAMAGE[name]
    damage(tmp_path)
    assert (kind, place) in [(problem.kind, problem.place) for problem in verify_evidence(tmp_path)]


def test_a_removed_last_line_shows_against_the_head_that_was_kept_elsewhere(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    add(store)
    record = add(store, now=NOW + timedelta(days=1))
    head = store.ledger.head()
    edit_lines(lambda lines: lines[:-1])(tmp_path)
    (tmp_path / str(record.path)).unlink()
    assert verify_evidence(tmp_path) == []
    assert [problem.kind for problem in verify_evidence(tmp_path, head=head)] == ["truncated"]


def test_reading_a_changed_file_fails_by_its_name(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    record = add(store)
    (tmp_path / str(record.path)).write_text("[]")
    with pytest.raises(EvidenceDamaged, match=r"things-2026-01-15\.json was changed"):
        store.read_pages(record)


def test_a_torn_last_line_is_dropped_by_the_next_collection(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    add(store)
    with (tmp_path / "ledger.jsonl").open("ab") as stream:
        stream.write(b'{"schema":"soc2kit-evid')
    assert len(store.records()) == 1
    add(store)
    assert len(store.records()) == 2
    assert verify_evidence(tmp_path) == []


def append_many(root: str, start: int, count: int) -> None:
    store = EvidenceStore(Path(root))
    for number in range(start, start + count):
        add(store, pages_of(number % 4))


def test_collections_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=append_many, args=(str(tmp_path), 10 * index, 10)) for index in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    records = EvidenceStore(tmp_path).records()
    assert len(records) == 40
    assert len({record.path for record in records}) == 40
    assert verify_evidence(tmp_path) == []


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[3])
import test_store
from pathlib import Path
limit, count = int(sys.argv[2]), 0
def counted(function):
    def call(*arguments, **options):
        global count
        count += 1
        if count == limit:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return call
os.fsync, os.replace = counted(os.fsync), counted(os.replace)
store = test_store.EvidenceStore(Path(sys.argv[1]))
for _ in range(3):
    test_store.add(store)
print(count)
"""


def collect_until_killed(root: Path, boundary: int) -> int:
    command = [sys.executable, "-c", KILLED, str(root), str(boundary), str(Path(__file__).parent)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_a_kill_at_every_write_boundary_leaves_a_store_that_verifies_and_goes_on(tmp_path: Path) -> None:
    """Each fsync and each rename of three collections, one after the other, is the last thing the process does."""
    boundary = 0
    while True:
        boundary += 1
        root = tmp_path / str(boundary)
        code = collect_until_killed(root, boundary)
        survived = verify_evidence(root) if (root / "ledger.jsonl").exists() else []
        assert survived == [], (boundary, survived)
        before = len(EvidenceStore(root).records())
        add(EvidenceStore(root))
        assert verify_evidence(root) == []
        records = EvidenceStore(root).records()
        assert len(records) == before + 1
        assert all((root / str(record.path)).is_file() for record in records)
        if code == 0:
            break
        assert code == -signal.SIGKILL
    assert boundary > 12


FORKED = """
import os, random, signal, sys, time
sys.path.insert(0, sys.argv[2])
import test_store
from pathlib import Path
from soc2kit.evidence.verify import verify_evidence

def collecting(root):
    store = test_store.EvidenceStore(root)
    while True:
        test_store.add(store)

def killed(root, children, seconds):
    processes = []
    for _ in range(children):
        child = os.fork()
        if child == 0:
            collecting(root)
        processes.append(child)
    time.sleep(seconds)
    for child in processes:
        os.kill(child, signal.SIGKILL)
    for child in processes:
        os.waitpid(child, 0)

def survives(root, known):
    # The first lines of a store are written only once its folder is there.
    problems = verify_evidence(root) if (root / "ledger.jsonl").exists() else []
    assert not [one for one in problems if "a write was cut off" not in one.detail], problems
    before = test_store.EvidenceStore(root).records()
    assert [one.fields["previous"] for one in before[: len(known)]] == known
    test_store.add(test_store.EvidenceStore(root))
    assert verify_evidence(root) == []
    after = test_store.EvidenceStore(root).records()
    assert len(after) == len(before) + 1
    assert all((root / str(one.path)).is_file() for one in after)
    return [one.fields["previous"] for one in after]

draw = random.Random(20261123)
kills = 0
for store in range(30):
    root, known = Path(sys.argv[1]) / str(store), []
    for _ in range(10):
        children = draw.choice((1, 1, 2))
        killed(root, children, draw.uniform(0.0005, 0.03))
        known = survives(root, known)
        kills += children
    print(store, len(known), file=sys.stderr)
print(kills)
"""


def test_hundreds_of_kills_at_random_times_leave_a_store_that_verifies_and_goes_on(tmp_path: Path) -> None:
    """One or two processes collect without end and are killed; what was there before each kill is there after it."""
    command = [sys.executable, "-c", FORKED, str(tmp_path), str(Path(__file__).parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) >= 300
