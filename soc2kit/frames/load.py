"""Frames of one assessment, read from evidence when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import pandas as pd

from ..errors import MalformedInput
from ..evidence import EvidenceStore, Record
from ..period import Period
from ..sources.base import Kind
from .schema import FrameSpec, typed
from .table import FRAMES

#: Datasets that tell what happened in a period; all others are snapshots.
EVENTS = {"github.merged_pull_requests", "github.default_branch_commits"}


def kind_of(dataset: str) -> Kind:
    return "events" if dataset in EVENTS else "snapshot"


class FrameSet:
    """Every frame, from the complete evidence of `period` that was collected by `as_of`.

    Snapshot frames have one row per thing and snapshot, with `snapshot_at`. Snapshots taken after the period's end but
    before `as_of` are there, too: they show whether what was decided in the period was done.
    """

    def __init__(self, store: EvidenceStore, *, period: Period, as_of: datetime) -> None:
        self._store, self.period, self.as_of = store, period, as_of
        self._frames: dict[str, pd.DataFrame] = {}
        self._pages: dict[str, Any] = {}

    @cached_property
    def attempts(self) -> list[Record]:
        """Ledger records of this assessment, failures included, oldest first."""
        return [record for record in self._store.records() if self._belongs(record)]

    def _belongs(self, record: Record) -> bool:
        start, end = record.effective
        return record.run_at <= self.as_of and end >= self.period.start and start <= self.as_of

    def records(self, dataset: str) -> list[Record]:
        """Complete evidence of a dataset; of events, only files that touch the period and no later look replaces."""
        found = [record for record in self.attempts if record.dataset == dataset and record.complete]
        if kind_of(dataset) == "snapshot":
            return found
        found = [record for record in found if record.effective[0] < self.period.end]
        return [record for number, record in enumerate(found) if not _replaced(record, found[number + 1 :])]

    def datasets(self, name: str) -> tuple[str, ...]:
        """All datasets that a frame rests on, directly or through the frames that it is made from."""
        spec = FRAMES[name]
        inner = [dataset for used in spec.uses for dataset in self.datasets(used)]
        return tuple(dict.fromkeys([*spec.datasets, *inner]))

    def frame(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            self._frames[name] = self._build(FRAMES[name])
        return self._frames[name]

    def _build(self, spec: FrameSpec) -> pd.DataFrame:
        if spec.derive is not None:
            return spec.derive({used: self.frame(used) for used in spec.uses})
        (dataset,) = spec.datasets
        records = self.records(dataset)
        parts = [self._part(spec, record) for record in records]
        empty = typed(spec, [], "no evidence")
        if kind_of(dataset) == "snapshot":
            empty = empty.assign(snapshot_at=pd.Series(dtype="datetime64[us, UTC]"))
        whole = pd.concat(parts, ignore_index=True) if parts else empty
        if spec.unique:
            whole = whole.drop_duplicates(list(spec.unique), keep="last", ignore_index=True)
        return whole

    def _part(self, spec: FrameSpec, record: Record) -> pd.DataFrame:
        assert spec.rows is not None
        try:
            rows = list(spec.rows(self._content(record), record.fields))
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise MalformedInput(
                f"frame {spec.name}: {record.path} has another shape than {record.dataset} has"
                f" ({type(error).__name__}: {error}). Collect it again; if it stays so, the source's API changed"
            ) from error
        frame = typed(spec, rows, str(record.path))
        if kind_of(record.dataset) == "snapshot":
            stamp = pd.Series(pd.Timestamp(record.run_at), index=frame.index).astype("datetime64[us, UTC]")
            frame = frame.assign(snapshot_at=stamp)
        return frame

    def _content(self, record: Record) -> Any:
        path = str(record.path)
        if path not in self._pages:
            text = path.endswith(".csv")
            self._pages[path] = (
                self._store.read_bytes(record).decode("utf-8-sig") if text else self._store.read_pages(record)
            )
        return self._pages[path]


def _replaced(record: Record, later: list[Record]) -> bool:
    """Whether a later look at the same account covers all of this one: a shorter one replaces nothing."""
    start, end = record.effective
    return any(
        other.fields["source"]["account"] == record.fields["source"]["account"]
        and other.effective[0] <= start
        and other.effective[1] >= end
        for other in later
    )


def frame_columns() -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(column.name for column in spec.columns) for name, spec in FRAMES.items()}
