"""What the evidence store costs at size: appending, and verifying beside `sha256sum` over the same bytes, in one run.

python benchmarks/evidence.py [--files 10000] [--megabytes 1000] [--times 3]
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from soc2kit.evidence import EvidenceStore
from soc2kit.evidence.effective import effective_of
from soc2kit.evidence.verify import verify_evidence
from soc2kit.period import CIVIL
from soc2kit.sources.base import Completeness, Dataset, Origin, Page, Pages

START = datetime(2026, 1, 1, tzinfo=UTC)
ORIGIN = Origin("bench", "acme", "bench", "nowhere")


def pages_of(size: int) -> Pages:
    """Pages of text that no compression would shrink, about 64 KiB each."""
    seed = hashlib.sha256(str(size).encode()).hexdigest() * 1024
    for start in range(0, size, len(seed)):
        yield Page("list", {"start": start}, seed[: size - start], 1)
    return Completeness("whole")


def fill(root: Path, files: int, megabytes: int) -> float:
    store = EvidenceStore(root)
    dataset = Dataset("bench.things", "Things", "access-reviews", "things", "snapshot", (), lambda *_: pages_of(0))
    size = megabytes * 1_000_000 // files
    began = time.monotonic()
    for number in range(files):
        now = START + timedelta(minutes=20 * number)
        effective = effective_of(dataset, CIVIL.month_of(now), now)
        store.collect(dataset, pages_of(size), origin=ORIGIN, effective=effective, run_at=now, now=now)
    return time.monotonic() - began


def timed(action: Callable[[], object], times: int) -> float:
    seconds = []
    for _ in range(times):
        began = time.monotonic()
        action()
        seconds.append(time.monotonic() - began)
    return median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--megabytes", type=int, default=1_000)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        append = fill(root, options.files, options.megabytes)
        names = [str(path) for path in root.rglob("*.json")]

        def sums() -> None:
            for start in range(0, len(names), 500):
                subprocess.run(["sha256sum", *names[start : start + 500]], check=True, capture_output=True)

        def verified() -> None:
            assert verify_evidence(root) == []

        baseline, verify = timed(sums, options.times), timed(verified, options.times)
    print(f"append: {append:.1f} s, {append / options.files * 1000:.2f} ms a file")
    print(f"sha256sum: {baseline:.2f} s (median of {options.times})")
    print(f"verify: {verify:.2f} s (median of {options.times})")
    print(f"ratio verify / sha256sum: {verify / baseline:.2f}")


if __name__ == "__main__":
    main()
