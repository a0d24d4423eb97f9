"""Collection: what is due now, from every configured source, into the evidence store.

Two different things are collected. A *capture* takes settings and accounts as they are now: it speaks for the periods
that are open now and for no other. A *close* reads what happened in a month after its end, once and for all; until then
a reading is *interim*. The one is never passed off as the other. A source that fails leaves a record of its failure for
each of its datasets; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from .config import Config
from .errors import CollectionError, Refused, UsageError
from .evidence import EvidenceStore, Record
from .evidence.effective import effective_of
from .evidence.journal import Journal
from .evidence.views import VIEWS
from .period import Calendar, Period, stamp
from .sources.base import (
    Completeness,
    Connection,
    Dataset,
    NoAnswers,
    Origin,
    Pages,
    Resuming,
    Shared,
    Sharing,
    Source,
)

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


def only_dataset(sources: Iterable[Source], dataset: str | None) -> list[Source]:
    """The sources with no other dataset than the one that is asked for, if one is."""
    if dataset is None:
        return list(sources)
    chosen = [
        replace(source, datasets=tuple(one for one in source.datasets if one.id == dataset)) for source in sources
    ]
    found = [source for source in chosen if source.datasets]
    if not found:
        raise UsageError(f"{dataset!r} is no dataset of the configured sources, as github.rule_suites is one")
    return found


def collect(
    config: Config,
    sources: Iterable[Source],
    *,
    clock: Clock,
    period: Period | None = None,
    progress: Progress = lambda line: None,
    standing: Progress = lambda line: None,
) -> CollectionSummary:
    """Collect every snapshot, and the events of each month of `period` (the window) that are not final yet.

    A `period` that has closed gets its events only: settings of today are not those of then. `progress` hears what was
    done, and `standing` after each answer how far the present dataset is. Raises `UsageError` for a period that has not
    begun.
    """
    store = EvidenceStore(config.evidence, config.calendar)
    run = _Run(store, config.calendar, period or config.window, clock(), clock, progress, list(store.records()))
    run.standing = standing
    run.captures = period is None or not period.closed(run.run_at)
    run.say_what(period)
    for source in sources:
        run.progress(f"{source.title}: connecting")
        for account in source.accounts(config):
            run.account(source, account)
    return CollectionSummary(tuple(run.collected), tuple(run.failed), run.already)


def refuse_out_of_scope(config: Config, origin: Origin) -> None:
    """Raise `Refused` for an account that the company did not declare: somebody else's must not be mixed in."""
    if not config.account_scope(origin.system).admits(origin.account):
        raise Refused(
            f"{origin.system}: the credentials are of account {origin.account}, which is not in accounts of"
            f" [sources.{origin.system}]. Use other credentials, or add it to {config.path.name}"
        )


class _Run:
    """One collection run: everything in it carries the same `run_at`."""

    def __init__(
        self,
        store: EvidenceStore,
        calendar: Calendar,
        period: Period,
        run_at: datetime,
        clock: Clock,
        progress: Progress,
        known: list[Record],
    ) -> None:
        self.store, self.calendar, self.period = store, calendar, period
        self.run_at, self.clock, self.progress = run_at, clock, progress
        self.known = known
        self.standing: Progress = lambda line: None
        self.captures = True
        self.collected: list[Record] = []
        self.failed: list[Record] = []
        self.already = 0

    def say_what(self, asked: Period | None) -> None:
        """Which of the two this run does, and for which periods it speaks."""
        if asked is not None and asked.start > self.run_at:
            raise UsageError(
                f"{asked.name} has not begun ({stamp(asked.start)}); there is nothing to collect of it yet"
            )
        if self.captures:
            month, quarter = (self.calendar.holding(self.run_at, unit).name for unit in ("month", "quarter"))
            self.progress(f"capture: settings as they are now, for {month} and {quarter}, which are open")
        else:
            self.progress(
                f"no capture: {self.period.name} closed on {stamp(self.period.end)}, and settings of today are not"
                " those of then; only what happened in it is read"
            )

    def account(self, source: Source, config: Config) -> None:
        datasets = [dataset for dataset in source.datasets if dataset.wanted(config)]
        try:
            with source.connect(config) as connection:
                refuse_out_of_scope(config, connection.origin)
                for dataset in datasets:
                    self.dataset(dataset, connection)
        except CollectionError as error:
            self.unreachable(source.account_of(config), source.name, datasets, error)

    def dataset(self, dataset: Dataset, connection: Connection) -> None:
        due = list(self.due(dataset, connection.origin.account))
        at_once = dataset.mentions is not None and len(due) > 1
        with self.sharing(dataset, connection, due):
            for periods in [due] if at_once else [[period] for period in due]:
                self.reading(dataset, connection, periods)

    @contextmanager
    def sharing(self, dataset: Dataset, connection: Connection, due: Sequence[Period]) -> Iterator[None]:
        """Months that are due together in the hands of the connection, where they have something in common."""
        if not (dataset.shares and len(due) > 1 and isinstance(connection, Sharing)):
            yield
            return
        connection.shared = Shared(due[-1].start)
        try:
            yield
        finally:
            connection.shared = None

    def reading(self, dataset: Dataset, connection: Connection, periods: Sequence[Period]) -> None:
        """Read a dataset for one period, or at once for several, the earliest first."""
        effectives = [effective_of(dataset, period, self.run_at, self.calendar) for period in periods]
        asked = periods[0]
        if dataset.kind == "events":
            names = dict.fromkeys((periods[0].name, periods[-1].name))
            asked = Period(effectives[0].start, effectives[-1].end, "..".join(names))
        with self.answers(dataset, connection, asked) as journal:
            records = self.store.collect_each(
                dataset,
                lambda: self.watched(dataset, dataset.pages(connection, asked)),
                origin=connection.origin,
                effectives=effectives,
                run_at=self.run_at,
                now=self.clock(),
                journal=journal,
            )
        for record, effective in zip(records, effectives, strict=True):
            self.note(record)
            if record.complete and dataset.id in VIEWS:
                for view in VIEWS[dataset.id](self.store, record, effective.label):
                    self.store.add_view(record, *view)

    @contextmanager
    def answers(self, dataset: Dataset, connection: Connection, asked: Period) -> Iterator[Journal | None]:
        """What an interrupted reading of the same was answered, in the hands of the connection."""
        if not (dataset.resumable and isinstance(connection, Resuming)):
            yield None
            return
        with self.store.journal(dataset, connection.origin, asked.start, self.clock) as journal:
            connection.answers = journal or NoAnswers()
            try:
                yield journal
            finally:
                connection.answers = NoAnswers()

    def watched(self, dataset: Dataset, pages: Pages) -> Pages:
        """The same pages; after each it is said how far the reading is."""
        number = 0
        while True:
            try:
                page = next(pages)
            except StopIteration as end:
                whole: Completeness = end.value
                return whole
            number += 1
            self.standing(f"{dataset.id}: page {number}{f'; {page.standing}' if page.standing else ''}")
            yield page

    def due(self, dataset: Dataset, account: str) -> Iterator[Period]:
        if dataset.kind == "snapshot":
            if self.captures:
                yield self.calendar.month_of(self.run_at)
            return
        final = {
            record.asked
            for record in self.known
            if record.dataset == dataset.id and record.complete and record.final and record.account == account
        }
        for month in self.calendar.parts(self.period, "month"):
            part = month.overlap(self.period)
            if part is None or part.start >= self.run_at:
                continue
            if (part.start, part.end) in final:
                self.already += 1
                continue
            yield part

    def unreachable(self, account: str, system: str, datasets: Iterable[Dataset], error: CollectionError) -> None:
        origin = Origin(system, account, "none: not connected", "unknown")
        for dataset in datasets:
            if dataset.kind == "snapshot" and not self.captures:
                continue
            effective = effective_of(dataset, self.period, self.run_at, self.calendar)
            about = self.store.about(dataset, origin, effective, self.run_at, self.clock())
            self.note(self.store.record_failure({**about, "final": False}, error))

    def note(self, record: Record) -> None:
        if record.complete:
            self.collected.append(record)
            until = "" if record.final else f", interim: until {record.fields['effective']['end']}"
            self.progress(f"{record.dataset}: {record.fields['rows']} rows → {record.path}{until}")
        else:
            self.failed.append(record)
            self.progress(f"{record.dataset}: not collected. {record.fields['reason']}")
