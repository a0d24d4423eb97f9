"""The window as evidence shows it: days covered, gaps, and drift between the snapshots of each dataset.

A snapshot speaks for its moment and, until the next one or for `snapshot_max_age_days`, for the days after it. Days
before the first one are not covered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pandas as pd

from .coverage import Coverage
from .errors import EvidenceDamaged, MalformedInput
from .frames import FRAMES
from .frames.load import kind_of
from .model import DatasetHistory, Drift
from .parameters import ParameterHistory
from .period import DAY, Period

#: Columns that change by mere use: no drift.
VOLATILE = {"snapshot_at", "last_used_at", "password_last_used_at"}


def window_history(
    coverage: Coverage, datasets: Iterable[str], parameters: ParameterHistory
) -> Iterator[DatasetHistory]:
    """One row a dataset, over the part of the window that has passed."""
    frames = coverage.frames
    if frames.as_of <= frames.period.start:
        return
    passed = frames.period.until(frames.as_of)
    for dataset in datasets:
        covered = list(_covered(coverage, dataset, passed, parameters))
        taken = tuple(record.run_at for record in frames.records(dataset) if passed.contains(record.run_at))
        yield DatasetHistory(
            dataset,
            kind_of(dataset),
            days_covered=sum(round(part.days) for part in covered),
            days=round(passed.days),
            taken=taken,
            gaps=tuple(_gaps(covered, passed)),
            drift=tuple(_drifts(coverage, dataset)),
        )


def _covered(coverage: Coverage, dataset: str, passed: Period, parameters: ParameterHistory) -> Iterator[Period]:
    """The spans that evidence speaks of, in order and without overlap, cut to what has passed."""
    reached = passed.start
    for start, end in sorted(_spans(coverage, dataset, parameters)):
        start, end = max(start, reached), min(end, passed.end)
        if start < end:
            yield Period(start, end, dataset)
            reached = end


def _spans(coverage: Coverage, dataset: str, parameters: ParameterHistory) -> Iterator[tuple[datetime, datetime]]:
    for record in coverage.frames.records(dataset):
        if kind_of(dataset) == "events":
            yield record.effective
            continue
        # Of its day the whole: nobody looks twice a day.
        day = coverage.calendar.holding(record.run_at, "day")
        yield day.start, day.start + timedelta(days=parameters.at(record.run_at).snapshot_max_age_days)


def _gaps(covered: list[Period], passed: Period) -> Iterator[Period]:
    edges = [passed.start, *(edge for part in covered for edge in (part.start, part.end)), passed.end]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start >= DAY:
            yield Period(start, end, "gap")


def _drifts(coverage: Coverage, dataset: str) -> Iterator[Drift]:
    """For each frame that is read from this dataset alone: rows added, removed and changed between snapshots."""
    if kind_of(dataset) == "events":
        return
    for spec in FRAMES.values():
        if spec.datasets != (dataset,) or spec.originals or spec.name.startswith("read_"):
            continue
        try:
            frame = coverage.frames.frame(spec.name)
        except (EvidenceDamaged, MalformedInput):
            continue  # the tests that rest on it say so
        yield from frame_drifts(spec.name, spec.columns[0].name, frame)


def frame_drifts(name: str, key: str, frame: pd.DataFrame) -> Iterator[Drift]:
    """What changed from each snapshot to the next, thing by thing."""
    states = _states(frame, key)
    for (earlier, before), (later, after) in pairwise(sorted(states.items())):
        both = before.keys() & after.keys()
        yield Drift(
            name,
            earlier.to_pydatetime(),
            later.to_pydatetime(),
            added=len(after.keys() - both),
            removed=len(before.keys() - both),
            changed=sum(before[one] != after[one] for one in both),
        )


def _states(frame: pd.DataFrame, key: str) -> dict[pd.Timestamp, dict[str, frozenset[str]]]:
    """For each snapshot each thing by its key, with all it says as text: several rows can have one key."""
    if frame.empty:
        return {}
    kept = frame[[column for column in frame.columns if column not in VOLATILE]].astype("string").fillna("<NA>")
    lines = map("\x1f".join, zip(*(kept[column].tolist() for column in kept.columns), strict=True))
    states: dict[pd.Timestamp, dict[str, frozenset[str]]] = {}
    for moment, name, line in zip(frame["snapshot_at"], kept[key], lines, strict=True):
        things = states.setdefault(moment, {})
        things[name] = things.get(name, frozenset()) | {line}
    return states
