"""Columns declared as data: types, what may be missing, and errors that say where."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import pytest

from soc2kit.errors import MalformedInput
from soc2kit.frames import FRAMES, FrameSpec
from soc2kit.frames.schema import columns, typed
from soc2kit.frames.table import MODULES

SPEC = FrameSpec("things", columns("name text, on flag?, size number?, seen_at time?, parts list?"))


def test_missing_stays_missing() -> None:
    frame = typed(SPEC, [{"name": "a"}, {"name": "b", "on": False, "size": 0, "parts": []}], "a file")
    assert [str(dtype) for dtype in frame.dtypes] == ["string", "boolean", "Int64", "datetime64[us, UTC]", "object"]
    assert frame.iloc[0, 1:4].isna().all()
    assert frame["parts"][0] is None
    assert frame["on"].tolist() == [pd.NA, False]
    assert frame["size"].tolist() == [pd.NA, 0]


def test_times_are_utc() -> None:
    frame = typed(SPEC, [{"name": "a", "seen_at": "2026-03-31T02:00:00+02:00"}], "a file")
    assert frame["seen_at"][0] == pd.Timestamp("2026-03-31T00:00:00Z")


def test_no_rows_have_the_same_columns() -> None:
    empty, full = typed(SPEC, [], "a file"), typed(SPEC, [{"name": "a"}], "a file")
    assert list(empty.columns) == list(full.columns)
    assert list(empty.dtypes) == list(full.dtypes)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({}, "name"),
        ({"name": None}, "name"),
        ({"name": "a", "size": "many"}, "size"),
        ({"name": "a", "on": "maybe"}, "on"),
        ({"name": "a", "seen_at": "last week"}, "seen_at"),
    ],
)
def test_errors_name_frame_column_and_file(row: dict[str, Any], column: str) -> None:
    with pytest.raises(MalformedInput) as error:
        typed(SPEC, [{"name": "first"}, row], "2026-Q1/things.json")
    assert f"frame things, column {column}, from 2026-Q1/things.json" in str(error.value)


@pytest.mark.parametrize("name", FRAMES)
def test_frames_say_how_they_are_made(name: str) -> None:
    spec = FRAMES[name]
    assert (spec.rows is None) != (spec.derive is None)
    assert bool(spec.datasets) != bool(spec.uses)
    assert set(spec.uses) <= set(FRAMES)
    assert set(spec.unique) <= {column.name for column in spec.columns}


def test_no_frame_is_declared_twice() -> None:
    names = [spec.name for module in MODULES for spec in module.SPECS]
    assert [name for name, times in Counter(names).items() if times > 1] == []
