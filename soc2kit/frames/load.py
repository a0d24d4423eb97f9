"""Frames of one assessment, read from evidence when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, cached_property, partial
from typing import Any

import pandas as pd

from ..account_scope import AccountScope
from ..errors import EvidenceDamaged, MalformedInput
from ..evidence import EvidenceStore, Record
from ..evidence.originals import by_digest
from ..period import Period
from ..sources.kinds import EVENTS, kind_of
from .build import Builder, Prepared, collector_resting
from .schema import FrameSpec, typed
from .table import FRAMES

__all__ = ["EVENTS", "UNKNOWN", "FrameSet", "kind_of"]

#: What a frame may come from, besides the company's own files.
SYSTEMS = frozenset({"aws", "github", "postgres", "postgres_files", "terraform", "scans", "company"})
#: The account of an attempt that did not get far enough to know it.
UNKNOWN = "unknown"


def systems_of(name: str) -> frozenset[str]:
    """Every system that a frame can have rows of."""
    spec = FRAMES[name]
    own = {dataset.split(".")[0] for dataset in spec.datasets}
    return frozenset(own.union(*(systems_of(used) for used in spec.uses)))


class FrameSet:
    """Every frame, from the complete evidence of `period` that was collected by `as_of`.

    Snapshot frames have one row per thing and snapshot, with `snapshot_at`. Snapshots taken after the period's end but
    before `as_of` are there, too: they show whether what was decided in the period was done.
    """

    def __init__(
        self,
        store: EvidenceStore,
        *,
        period: Period,
        as_of: datetime,
        scope: Callable[[str], AccountScope] = lambda system: AccountScope(),
        systems: frozenset[str] = SYSTEMS,
    ) -> None:
        self._store, self.period, self.as_of, self._scope = store, period, as_of, cache(scope)
        #: The systems that the company has; a frame over several of them does not wait for others.
        self._systems = systems
        self.expected_accounts = cache(self._expected_accounts)
        self._frames: dict[str, pd.DataFrame] = {}
        self._builders: dict[str, dict[str, Builder]] = {}
        self.records = cache(self._records)
        self._originals = cache(lambda dataset: by_digest(self._store.records(), dataset))
        self._read: set[tuple[str, str]] = set()

    @cached_property
    def attempts(self) -> list[Record]:
        """Ledger records of this assessment, failures included, oldest first."""
        return [record for record in self._store.records() if self._belongs(record)]

    def _belongs(self, record: Record) -> bool:
        start, end = record.effective
        if not (record.run_at <= self.as_of and end >= self.period.start and start <= self.as_of):
            return False
        return record.account == UNKNOWN or self._scope(record.system).admits(record.account)

    def admits(self, system: str, account: str) -> bool:
        """Whether an account is in scope, by what the company declares of its system."""
        return self._scope(system).admits(account)

    def _expected_accounts(self, dataset: str, when: Period | datetime) -> tuple[str, ...]:
        """Accounts that a dataset is owed for, in a part of the window or at a moment."""
        asked = [record for record in self.attempts if record.dataset == dataset]
        seen = {record.account for record in asked} - {UNKNOWN}
        scope = self._scope(asked[0].system) if asked else AccountScope()
        return scope.expected(seen, when) if isinstance(when, Period) else scope.expected_at(seen, when)

    def _records(self, dataset: str) -> list[Record]:
        """Complete evidence of a dataset; of events, only files that touch the period and no later look replaces."""
        found = [record for record in self.attempts if record.dataset == dataset and record.complete]
        if kind_of(dataset) == "snapshot":
            # Two collections can begin in one second; then the later look is the snapshot.
            return list({(record.account, record.run_at): record for record in found}.values())
        found = [record for record in found if record.effective[0] < self.period.end]
        return [record for number, record in enumerate(found) if not _replaced(record, found[number + 1 :])]

    def datasets(self, name: str) -> tuple[str, ...]:
        """All datasets that a frame rests on, directly or through the frames that it is made from."""
        spec = FRAMES[name]
        inner = [dataset for used in spec.uses if not self._lacks(spec, used) for dataset in self.datasets(used)]
        return tuple(dict.fromkeys([*spec.datasets, *inner]))

    def _lacks(self, spec: FrameSpec, used: str) -> bool:
        """Whether a frame that may be lacking is: by its nature, or because the company does not have the system."""
        no_evidence = not all(self.records(dataset) for dataset in self.datasets(used))
        return no_evidence and (used in spec.optional or self.foreign(used))

    def absent_logs(self, name: str) -> tuple[str, ...]:
        """Events that a frame would rest on, too, and of which there is no evidence: the company may not have them."""
        spec, found = FRAMES[name], list[str]()
        for used in spec.uses:
            if not self._lacks(spec, used):
                found += self.absent_logs(used)
            elif not self.foreign(used):
                found += [name for name in self.datasets(used) if name in EVENTS and not self.records(name)]
        return tuple(dict.fromkeys(found))

    def foreign(self, name: str) -> bool:
        """Whether a frame is of a system that the company does not have, and nothing of it was collected."""
        datasets = self.datasets(name)
        return bool(datasets) and not any(
            dataset.split(".")[0] in self._systems or self.records(dataset) for dataset in datasets
        )

    def frame(self, name: str) -> pd.DataFrame:
        """One of a system that the company does not have is empty.

        Raises `EvidenceDamaged` or `MalformedInput` when a file that it rests on cannot be taken as it is.
        """
        if self.foreign(name):
            return self._empty(name)
        if name not in self._frames:
            self._frames[name] = self._make(FRAMES[name])
        return self._frames[name]

    def _make(self, spec: FrameSpec) -> pd.DataFrame:
        if spec.derive is not None:
            return spec.derive(
                {used: self._empty(used) if self._lacks(spec, used) else self.frame(used) for used in spec.uses}
            )
        (dataset,) = spec.datasets
        if dataset not in self._builders:
            self._builders[dataset] = self._build(dataset)
        return self._builders[dataset][spec.name].finish()

    def _empty(self, name: str) -> pd.DataFrame:
        """A frame without rows, as its evidence would give it."""
        spec = FRAMES[name]
        frame = typed(spec, [], "no evidence")
        snapshots = any(kind_of(dataset) == "snapshot" for dataset in self.datasets(name))
        return frame.assign(snapshot_at=pd.Series(dtype="datetime64[us, UTC]")) if snapshots else frame

    def _build(self, dataset: str) -> dict[str, Builder]:
        """All frames of a dataset, in one pass over its files."""
        snapshots = kind_of(dataset) == "snapshot"
        specs = [spec for spec in FRAMES.values() if spec.datasets == (dataset,)]
        builders = {spec.name: Builder(spec, snapshots=snapshots) for spec in specs}
        try:
            with collector_resting():
                for record in self.records(dataset):
                    for content in self._contents(record, specs[0]):
                        prepared = Prepared()
                        for builder in builders.values():
                            builder.add(content, record, prepared)
        except (EvidenceDamaged, MalformedInput) as error:
            for builder in builders.values():
                builder.error = error
        return builders

    def _contents(self, record: Record, spec: FrameSpec) -> Iterator[Any]:
        """A file's content, in the pieces that the frames of its dataset can be read in."""
        if str(record.path).endswith(".csv"):
            yield self._store.read_bytes(record).decode("utf-8-sig")
        elif spec.originals:
            yield from self._with_originals(record)
        elif spec.pieces is None:
            yield self._store.read_pages(record)
        else:
            yield from spec.pieces(self._store.stream_pages(record))

    def _with_originals(self, record: Record) -> Iterator[Any]:
        """Each page by itself, with what reads the file that it speaks of, unless an earlier page had it."""
        kept = self._originals(record.dataset)
        for page in self._store.stream_pages(record):
            digest = str(page["answer"].get("sha256") or "") if isinstance(page["answer"], dict) else ""
            original = None
            if digest and (page["call"], digest) not in self._read:
                self._read.add((page["call"], digest))
                if digest not in kept:
                    raise EvidenceDamaged(f"{record.path} names {page['call']} with a digest that no record has")
                original = partial(self._store.read_bytes, kept[digest])
            yield [{**page, "original": original}]


def _replaced(record: Record, later: list[Record]) -> bool:
    """Whether a later look at the same account covers all of this one: a shorter one replaces nothing."""
    start, end = record.effective
    return any(
        other.account == record.account and other.effective[0] <= start and other.effective[1] >= end for other in later
    )
