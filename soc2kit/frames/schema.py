"""What a frame is made of, and how rows become one.

Missing is `<NA>`, never False and never an empty text. Times are UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from ..errors import MalformedInput

Type = Literal["text", "flag", "number", "time", "list"]
_DTYPES = {"text": "string", "flag": "boolean", "number": "Int64", "list": "object"}


@dataclass(frozen=True)
class Column:
    name: str
    type: Type
    required: bool = True


@dataclass(frozen=True)
class FrameSpec:
    """A frame: which datasets it is read from, how, and its columns.

    `rows(pages, record)` gets the pages of one evidence file and its ledger fields and yields one mapping a row.
    `derive(frames)` instead makes the frame from others, named in `uses`. `unique` names the columns that identify a
    row; of two with the same ones the later collected stands (an event seen again while its month was still open).
    """

    name: str
    columns: tuple[Column, ...]
    datasets: tuple[str, ...] = ()
    rows: Callable[[Any, Mapping[str, Any]], Iterable[Mapping[str, Any]]] | None = None
    unique: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    #: Those of `uses` whose evidence a company may not have at all: without any they are empty, and no test that reads
    #: this frame waits for it. Once there is some, it is owed like the others.
    optional: tuple[str, ...] = ()
    derive: Callable[[Mapping[str, pd.DataFrame]], pd.DataFrame] | None = None
    #: Puts the pages of a file together, once for all frames that name it; `rows` then gets what it returns.
    prepare: Callable[[Any, Mapping[str, Any]], Any] | None = None
    #: How the pages of a file fall into pieces, each of which can be read by itself; the same for all frames of a
    #: dataset. Without it a file is read whole, and is as large in memory as it is.
    pieces: Callable[[Iterable[Any]], Iterator[list[Any]]] | None = None
    #: Whether pages speak of files that are kept beside them. Then each page is a piece, and has under `original` what
    #: reads its file, or None where an earlier one had it.
    originals: bool = False


def columns(text: str) -> tuple[Column, ...]:
    """`"login text, two_factor flag?"` as columns; `?` marks one that may be missing."""
    made = []
    for item in text.split(","):
        name, kind = item.split()
        made.append(Column(name, kind.rstrip("?"), required=not kind.endswith("?")))  # type: ignore[arg-type]
    return tuple(made)


def typed(spec: FrameSpec, rows: Iterable[Mapping[str, Any]], origin: str) -> pd.DataFrame:
    """Rows as a frame with exactly the declared columns.

    Raises `MalformedInput` that names frame, column and file when a required value is missing or has another type.
    """
    listed = list(rows)
    frame = pd.DataFrame(index=range(len(listed)))
    for column in spec.columns:
        values = [row.get(column.name) for row in listed]
        try:
            frame[column.name] = _series(column, values)
        except (ValueError, TypeError) as error:
            raise MalformedInput(f"frame {spec.name}, column {column.name}, from {origin}: {error}") from error
        if column.required and frame[column.name].isna().any():
            row = int(frame[column.name].isna().to_numpy().argmax())
            raise MalformedInput(f"frame {spec.name}, column {column.name}, from {origin}: no value in row {row + 1}")
    return frame


def _series(column: Column, values: list[Any]) -> pd.Series:
    if column.type == "time":
        return pd.to_datetime(pd.Series(values, dtype="object"), utc=True, format="ISO8601").astype(
            "datetime64[us, UTC]"
        )
    return pd.Series(values, dtype=_DTYPES[column.type])
