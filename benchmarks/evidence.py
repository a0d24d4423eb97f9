"""What evidence costs at size: appending, verifying, and performing every test again, beside merely reading the files.

python benchmarks/evidence.py [--files 10000] [--megabytes 1000] [--times 3]

The example company is collected once; its snapshots are then laid down again day after day, each file filled up to its
share of the megabytes, until the store has the files asked for. The baselines are `sha256sum` and Python's own
`json.loads` over the same bytes, in the same run.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from measuring import sha256sums, size_options, timed

from soc2kit.assessment import assess
from soc2kit.config import Config
from soc2kit.evidence import EvidenceStore, Record
from soc2kit.evidence.effective import Effective
from soc2kit.evidence.verify import verify_evidence
from soc2kit.example.demo import prepare
from soc2kit.period import CIVIL
from soc2kit.sources.base import Completeness, Dataset, Origin, Page, Pages
from soc2kit.sources.table import SOURCES

DATASETS = {dataset.id: dataset for source in SOURCES for dataset in source.datasets}


def again(store: EvidenceStore, record: Record, size: int) -> Pages:
    """A file's pages once more, with a filling that no test reads."""
    if str(record.path).endswith(".json"):
        for page in store.read_pages(record):
            filling = "x" * max(0, size - int(record.fields["bytes"]))
            parameters = {**page["parameters"], "filling": filling}
            yield Page(page["call"], parameters, page["answer"], page["rows"], page["request_id"])
            size = 0
    else:
        (call,) = record.fields["calls"]
        yield Page(call["call"], call["parameters"], store.read_bytes(record).decode(), record.fields["rows"])
    return Completeness(str(record.fields["reason"]), record.fields["source_total"])


def days_from(start: datetime) -> Iterator[datetime]:
    while True:
        start += timedelta(days=1)
        yield start


def fill(config: Config, as_of: datetime, files: int, megabytes: int) -> tuple[Config, datetime]:
    """The latest snapshots again on each following day; the window is stretched over all of them."""
    store = EvidenceStore(config.evidence, config.calendar)
    records = store.records()
    snapshots: list[Record] = [record for record in records if record.run_at == as_of and record.dataset in DATASETS]
    snapshots = [record for record in snapshots if DATASETS[record.dataset].kind == "snapshot"]
    count = sum(record.path is not None for record in records)
    size = megabytes * 1_000_000 // files
    for day in days_from(as_of):
        if count >= files:
            break
        for record in snapshots:
            write(store, DATASETS[record.dataset], again(store, record, size), record, day)
        count += len(snapshots)
        as_of = day
    window = CIVIL.days(config.window.start.date(), as_of.date(), "window")
    return replace(config, window=window), as_of


def write(store: EvidenceStore, dataset: Dataset, pages: Pages, record: Record, day: datetime) -> None:
    source: dict[str, Any] = dict(record.fields["source"])
    origin = Origin(source.pop("system"), source.pop("account"), "bench", source.pop("endpoint"), source)
    store.collect(
        dataset, pages, origin=origin, effective=Effective(day, day, f"{day:%Y-%m-%d}", "capture"), run_at=day, now=day
    )


def main() -> None:
    options = size_options(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        config, as_of = prepare(Path(folder) / "demo", lambda line: None)
        began, there = time.monotonic(), len(EvidenceStore(config.evidence).records())
        config, as_of = fill(config, as_of, options.files, options.megabytes)
        appended, appending = len(EvidenceStore(config.evidence).records()) - there, time.monotonic() - began
        paths = [path for path in config.evidence.rglob("*") if path.is_file() and path.name != ".lock"]
        pages = [path for path in paths if path.suffix == ".json"]
        size = sum(path.stat().st_size for path in paths)

        def read() -> None:
            for path in pages:
                json.loads(path.read_bytes())

        def recompute() -> None:
            assert assess(config, as_of=as_of).tests

        hashing, parsing = timed(lambda: sha256sums(paths), options.times), timed(read, options.times)
        verify = timed(lambda: verify_evidence(config.evidence), options.times)
        again_seconds = timed(recompute, options.times)
        problems = verify_evidence(config.evidence)
    print(
        f"{len(paths)} files, {size / 1e6:.0f} MB, {(as_of - config.window.start).days} days, problems: {len(problems)}"
    )
    print(f"append: {appending:.1f} s, {appending / appended * 1000:.2f} ms a file")
    print(f"sha256sum: {hashing:.2f} s (median of {options.times})")
    print(f"json.loads of the JSON files: {parsing:.2f} s")
    print(f"verify: {verify:.2f} s; ratio verify / sha256sum: {verify / hashing:.2f}")
    print(f"recompute, every test: {again_seconds:.2f} s")
    print(f"ratio recompute / (sha256sum + json.loads): {again_seconds / (hashing + parsing):.2f}")
    print(f"memory at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
