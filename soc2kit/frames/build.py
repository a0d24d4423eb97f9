"""Rows of many evidence files put together into one frame.

Every frame of a dataset is made in the same pass over its files, so that each file is read and parsed once and none is
held. Rows become columns in large pieces: one frame for each small file would cost more than all the rest.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd

from ..errors import MalformedInput
from ..evidence import Record
from .schema import FrameSpec, typed

_PIECE_ROWS = 50_000
#: Which piece a row is of, while its frame is made.
LOOK = "_look"


@contextmanager
def without_search_for_cycles() -> Iterator[None]:
    """Parsed JSON and rows hold no cycles, and looking for some again and again costs as much as all the rest."""
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()


class Builder:
    """One frame in the making. `error` is why it cannot be made; the other frames of the dataset go on."""

    def __init__(self, spec: FrameSpec, *, snapshots: bool) -> None:
        self.spec, self._snapshots = spec, snapshots
        self.error: Exception | None = None
        self._rows: list[Any] = []
        self._origins: list[tuple[Record, int]] = []
        self._pieces: list[pd.DataFrame] = []
        self._looks: list[tuple[int, int]] = []
        self._look = 0

    def add(self, content: Any, record: Record) -> None:
        """A file's rows; what is wrong with them is kept as the builder's error, not raised."""
        self._look += 1
        if self.error is not None:
            return
        assert self.spec.rows is not None
        try:
            rows = list(self.spec.rows(content, record.fields))
        except (KeyError, TypeError, AttributeError, IndexError) as error:
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
        self._looks.append((self._look, len(rows)))
        if len(self._rows) >= _PIECE_ROWS:
            self._flush()

    def _flush(self) -> None:
        try:
            piece = typed(self.spec, self._rows, "several files")
        except MalformedInput:
            self.error = self._blame()
            return
        if self._snapshots:
            moments = [record.run_at for record, count in self._origins for _ in range(count)]
            piece = piece.assign(snapshot_at=pd.Series(moments, dtype="datetime64[us, UTC]"))
        if self.spec.part_of:
            looks = [look for look, count in self._looks for _ in range(count)]
            piece = piece.assign(**{LOOK: pd.Series(looks, dtype="int64")})
        self._pieces.append(piece)
        self._rows, self._origins, self._looks = [], [], []

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

    def latest(self) -> pd.Series:
        """Of each record that this frame has a row of, the last piece that holds it."""
        return self._whole().groupby(self.spec.part_of)[LOOK].max()

    def finish(self, latest: pd.Series | None = None) -> pd.DataFrame:
        """The whole frame, of parts of records those of the `latest` piece. Raises what went wrong on the way."""
        whole = self._whole()
        if LOOK in whole:
            if latest is not None:
                whole = whole[whole[LOOK] == whole[self.spec.part_of].map(latest)].reset_index(drop=True)
            whole = whole.drop(columns=LOOK)
        if self.spec.unique:
            whole = whole.drop_duplicates(list(self.spec.unique), keep="last", ignore_index=True)
        self._pieces = [whole]
        return whole

    def _whole(self) -> pd.DataFrame:
        if self.error is None and (self._rows or not self._pieces):
            self._flush()
        if self.error is not None:
            raise self.error
        if len(self._pieces) > 1:
            self._pieces = [pd.concat(self._pieces, ignore_index=True)]
        return self._pieces[0]
