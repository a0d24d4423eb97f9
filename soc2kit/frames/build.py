"""Rows of many evidence files put together into one frame.

Every frame of a dataset is made in the same pass over its files, so that each file is read and parsed once and none is
held. Rows become columns in large pieces: one frame for each small file would cost more than all the rest.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import pandas as pd

from ..errors import MalformedInput
from ..evidence import Record
from .schema import FrameSpec, typed

_PIECE_ROWS = 50_000
Prepared: TypeAlias = dict[Callable[[Any, Mapping[str, Any]], Any], Any]


@contextmanager
def collector_resting() -> Iterator[None]:
    """Without Python's search for cycles, which would go through millions of new records again and again.

    What is read from JSON has no cycles, and is freed as soon as nobody holds it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Builder:
    """One frame in the making. `error` is why it cannot be made; the other frames of the dataset go on."""

    def __init__(self, spec: FrameSpec, *, snapshots: bool) -> None:
        self.spec, self._snapshots = spec, snapshots
        self.error: Exception | None = None
        self._rows: list[Any] = []
        self._origins: list[tuple[Record, int]] = []
        self._pieces: list[pd.DataFrame] = []

    def add(self, content: Any, record: Record, prepared: Prepared) -> None:
        """A file's rows; what is wrong with them is kept as the builder's error, not raised.

        `prepared` holds what other frames of the dataset had put together of the same file.
        """
        if self.error is not None:
            return
        assert self.spec.rows is not None
        try:
            rows = list(self.spec.rows(self._prepared(content, record, prepared), record.fields))
        except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
            self.error = MalformedInput(
                f"frame {self.spec.name}: {record.path} has another shape than {record.dataset} has"
                f" ({type(error).__name__}: {error}). Collect it again; if it stays so, the source's API changed"
            )
            return
        except MalformedInput as error:
            self.error = error
            return
        self._rows += rows
        self._origins.append((record, len(rows)))
        if len(self._rows) >= _PIECE_ROWS:
            self._flush()

    def _prepared(self, content: Any, record: Record, prepared: Prepared) -> Any:
        prepare = self.spec.prepare
        if prepare is None:
            return content
        if prepare not in prepared:
            prepared[prepare] = prepare(content, record.fields)
        return prepared[prepare]

    def _flush(self) -> None:
        try:
            piece = typed(self.spec, self._rows, "several files")
        except MalformedInput:
            self.error = self._blame()
            return
        if self._snapshots:
            moments = [record.run_at for record, count in self._origins for _ in range(count)]
            piece = piece.assign(snapshot_at=pd.Series(moments, dtype="datetime64[us, UTC]"))
        self._pieces.append(piece)
        self._rows, self._origins = [], []

    def _blame(self) -> MalformedInput:
        """The error again, with the one file that it comes from."""
        start = 0
        for record, count in self._origins:
            try:
                typed(self.spec, self._rows[start : start + count], str(record.path))
            except MalformedInput as error:
                return error
            start += count
        raise AssertionError("rows that could not be typed together can each be typed alone")

    def finish(self) -> pd.DataFrame:
        """The whole frame. Raises what went wrong on the way."""
        if self.error is None and (self._rows or not self._pieces):
            self._flush()
        if self.error is not None:
            raise self.error
        whole = pd.concat(self._pieces, ignore_index=True) if len(self._pieces) > 1 else self._pieces[0]
        if self.spec.unique:
            whole = whole.drop_duplicates(list(self.spec.unique), keep="last", ignore_index=True)
        self._pieces = [whole]
        return whole
