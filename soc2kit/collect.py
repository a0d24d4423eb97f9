"""Collection: what is due now, from every configured source, into the evidence store.

A source that fails leaves a record of its failure for each of its datasets; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from .config import Config
from .errors import CollectionError, UsageError
from .evidence import EvidenceStore, Record
from .evidence.store import effective_of
from .evidence.views import VIEWS
from .period import Period, month_of
from .sources.base import Connection, Dataset, Origin, Source

Clock = Callable[[], datetime]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class CollectionSummary:
    """What one run collected. `failed` holds a record for each dataset that could not be had."""

    collected: tuple[Record, ...]
    failed: tuple[Record, ...]
    already: int


def configured(config: Config, sources: Iterable[Source], only: str | None = None) -> list[Source]:
    """The sources that soc2kit.toml has a table for; the company's own files are always read."""
    known = {source.name: source for source in sources}
    if only is not None and only not in known:
        raise UsageError(f"{only!r} is not a source; known are {', '.join(known)}")
    chosen = [
        source
        for source in known.values()
        if (only is None or source.name == only)
        and (source.name == "company" or getattr(config, source.name) is not None)
    ]
    if not chosen:
        raise UsageError(f"{config.path} has no table [sources.{only}]; add it (soc2kit init shows one)")
    return chosen


def collect(
    config: Config,
    sources: Iterable[Source],
    *,
    clock: Clock,
    period: Period | None = None,
    progress: Progress = lambda line: None,
) -> CollectionSummary:
    """Collect every snapshot, and the events of each month of `period` (the window) that are not final yet."""
    store = EvidenceStore(config.evidence, fiscal_year_start=config.fiscal_year_start)
    run = _Run(store, period or config.window, clock(), clock, progress, list(store.records()))
    for source in sources:
        run.source(source, config)
    return CollectionSummary(tuple(run.collected), tuple(run.failed), run.already)


class _Run:
    """One collection run: everything in it carries the same `run_at`."""

    def __init__(
        self,
        store: EvidenceStore,
        period: Period,
        run_at: datetime,
        clock: Clock,
        progress: Progress,
        known: list[Record],
    ) -> None:
        self.store, self.period, self.run_at, self.clock, self.progress = store, period, run_at, clock, progress
        self.known = known
        self.collected: list[Record] = []
        self.failed: list[Record] = []
        self.already = 0

    def source(self, source: Source, config: Config) -> None:
        self.progress(f"{source.title}: connecting")
        try:
            with source.connect(config) as connection:
                for dataset in source.datasets:
                    self.dataset(dataset, connection)
        except CollectionError as error:
            self.unreachable(source, config, error)

    def dataset(self, dataset: Dataset, connection: Connection) -> None:
        for period in self.due(dataset, connection.origin.account):
            effective = effective_of(dataset, period, self.run_at)
            asked = Period(effective.start, effective.end, period.name) if dataset.kind == "events" else period
            record = self.store.collect(
                dataset,
                dataset.pages(connection, asked),
                origin=connection.origin,
                effective=effective,
                run_at=self.run_at,
                now=self.clock(),
            )
            self.note(record)
            if record.complete and dataset.id in VIEWS:
                for view in VIEWS[dataset.id](self.store, record, effective.label):
                    self.store.add_view(record, *view)

    def due(self, dataset: Dataset, account: str) -> Iterator[Period]:
        if dataset.kind == "snapshot":
            yield month_of(self.run_at)
            return
        final = {
            record.effective
            for record in self.known
            if record.dataset == dataset.id
            and record.complete
            and record.final
            and record.fields["source"]["account"] == account
        }
        for month in self.period.months():
            part = month.overlap(self.period)
            if part is None or part.start >= self.run_at:
                continue
            if (part.start, part.end) in final:
                self.already += 1
                continue
            yield part

    def unreachable(self, source: Source, config: Config, error: CollectionError) -> None:
        origin = Origin(source.name, "unknown", "none: not connected", "unknown")
        for dataset in source.datasets:
            effective = effective_of(dataset, self.period, self.run_at)
            about = self.store.about(dataset, origin, effective, self.run_at, self.clock())
            self.note(self.store.record_failure({**about, "final": False}, error))

    def note(self, record: Record) -> None:
        if record.complete:
            self.collected.append(record)
            self.progress(f"{record.dataset}: {record.fields['rows']} rows → {record.path}")
        else:
            self.failed.append(record)
            self.progress(f"{record.dataset}: not collected. {record.fields['reason']}")
