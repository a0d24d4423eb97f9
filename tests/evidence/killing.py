"""A process that forks writers into evidence stores, kills them at random instants, and looks at what they leave.

It imports everything once and has no threads, so a fork is a writer that starts at once. Run as:
python killing.py FOLDER ROUNDS WRITERS LONGEST_LIFE_IN_MS SEED. Prints a JSON line of what was seen; raises at the first
store that is not as it must be.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from soc2kit.evidence import EvidenceStore, Record
from soc2kit.evidence.store import effective_of
from soc2kit.evidence.verify import verify_evidence
from soc2kit.period import month_period
from soc2kit.sources.base import Completeness, Dataset, Origin, Page, Pages

NOW = datetime(2026, 1, 15, 9, tzinfo=UTC)
# A store is verified whole after each kill, so the work would grow with the square of its length.
KILLS_PER_STORE = 20


def pages_of(count: int) -> Pages:
    for number in range(count):
        yield Page("list", {"page": number}, {"items": [number, "Grüße\n" * 50]}, 1, f"request-{number}")
    return Completeness("all pages read", count)


DATASET = Dataset("test.things", "Things", "access-reviews", "things", "snapshot", (), lambda *_: pages_of(1))


def add(store: EvidenceStore) -> Record:
    effective = effective_of(DATASET, month_period(2026, 1), NOW)
    origin = Origin("test", "acme", "tester", "nowhere")
    return store.collect(DATASET, pages_of(3), origin=origin, effective=effective, run_at=NOW, now=NOW)


def write_without_end(root: Path, acknowledged: int) -> None:
    """Collect until killed; each record that came back is told to the parent, in one write, when it is there."""
    store = EvidenceStore(root)
    while True:
        record = add(store)
        os.write(acknowledged, f"{record.fields['seq']} {record.sha256} {record.path}\n".encode())


def killed_writers(root: Path, writers: int, life: list[float]) -> list[list[str]]:
    """Fork writers, kill each after its own life; what they were told was kept."""
    reading, writing = os.pipe()
    children = []
    for _ in range(writers):
        child = os.fork()
        if child == 0:
            os.close(reading)
            # Only a signal may end a writer: an exception must not go on as a second parent.
            try:
                write_without_end(root, writing)
            finally:
                os._exit(1)
        children.append(child)
    os.close(writing)
    begun = time.monotonic()
    codes = []
    for child, seconds in sorted(zip(children, life, strict=True), key=lambda pair: pair[1]):
        time.sleep(max(0.0, begun + seconds - time.monotonic()))
        os.kill(child, signal.SIGKILL)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    assert codes == [-signal.SIGKILL] * writers, f"a writer ended by itself: {codes}"
    with os.fdopen(reading, encoding="utf-8") as told:
        return [line.split() for line in told]


def look(root: Path, kept: list[list[str]]) -> bool:
    """Raise unless the store verifies, holds all that was acknowledged, and goes on; whether a line was torn."""
    ledger = root / "ledger.jsonl"
    problems = verify_evidence(root) if ledger.exists() else []
    torn = [problem for problem in problems if "a write was cut off" in problem.detail]
    assert problems == torn, [str(problem) for problem in problems]
    store = EvidenceStore(root)
    before = store.records()
    assert_kept(before, kept)
    resumed = add(EvidenceStore(root))
    after = EvidenceStore(root).records()
    assert [record.fields for record in after] == [record.fields for record in (*before, resumed)]
    assert verify_evidence(root) == []
    # After the next collection every file is in its place, the ones whose move was interrupted, too.
    assert [record.path for record in after if not (root / str(record.path)).is_file()] == []
    return bool(torn)


def assert_kept(records: list[Record], kept: list[list[str]]) -> None:
    by_number = {str(record.fields["seq"]): record for record in records}
    for number, digest, path in kept:
        record = by_number[number]
        assert (record.sha256, record.path) == (digest, path)


def main(folder: Path, rounds: int, writers: int, longest_life: int, seed: int) -> None:
    draw = random.Random(seed)
    seen = {"kills": 0, "torn": 0, "acknowledged": 0, "before_the_first_record": 0}
    kept: list[list[str]] = []
    for number in range(rounds):
        if number % KILLS_PER_STORE == 0:
            root, kept = folder / f"store-{number}", []
        told = killed_writers(root, writers, [draw.uniform(1, longest_life) / 1000 for _ in range(writers)])
        kept += told
        seen["torn"] += look(root, kept)
        seen["kills"] += writers
        seen["acknowledged"] += len(told)
        seen["before_the_first_record"] += not told
    sys.stdout.write(json.dumps(seen) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:6]))
