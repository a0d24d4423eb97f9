"""Several accounts of one system: what is owed of each, what is not mixed in, and what may be lacking altogether."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from test_obligations import Taken

from soc2kit.account_scope import AccountScope, parse_scope
from soc2kit.coverage import Coverage
from soc2kit.frames import FRAMES, FrameSet
from soc2kit.frames.schema import FrameSpec, columns
from soc2kit.period import CIVIL, parse_moment

WINDOW = CIVIL.parse("2026-Q1")
JANUARY, FEBRUARY = CIVIL.parse("2026-01"), CIVIL.parse("2026-02")
AS_OF = parse_moment("2026-04-01T06:00:00Z")


def snapshot(account: str, day: str, *, complete: bool = True, dataset: str = "aws.users") -> Taken:
    at = parse_moment(day)
    return Taken(dataset, at, (at, at), complete, account, "aws")


def events(account: str, period: str, *, complete: bool = True) -> Taken:
    part = CIVIL.parse(period)
    read = part.end + timedelta(hours=1)
    return Taken("github.merged_pull_requests", read, (part.start, part.end), complete, account, "aws")


def coverage(*records: Taken, scope: tuple[str, ...] = ()) -> Coverage:
    store: Any = SimpleNamespace(records=lambda: list(records))
    declared = parse_scope(scope, CIVIL)
    return Coverage(FrameSet(store, period=WINDOW, as_of=AS_OF, scope=lambda system: declared), CIVIL, [])


ONE, OTHER = snapshot("1", "2026-01-10"), snapshot("2", "2026-01-10")


@pytest.mark.parametrize(
    ("records", "scope", "lacking"),
    [
        ((), (), ("unknown",)),
        ((ONE,), (), ()),
        ((ONE, OTHER), (), ()),
        # Both were asked in January, and only one answered.
        ((ONE, snapshot("2", "2026-01-10", complete=False)), (), ("2",)),
        # An account that was ever asked is owed for all of the window where nothing says otherwise.
        ((ONE, snapshot("2", "2026-03-10")), (), ("2",)),
        ((ONE, snapshot("2", "2026-03-10")), ("1", "2 from 2026-02-01"), ()),
        ((ONE, snapshot("2", "2026-03-10")), ("1", "2 from 2026-01-31"), ("2",)),
        ((ONE,), ("1", "2"), ("2",)),
        ((ONE,), ("1", "2 until 2026-01-01"), ("2",)),
        ((ONE,), ("1", "2 until 2025-12-31"), ()),
        # What was collected of an account that is not declared does not count, in either direction.
        ((ONE, OTHER), ("1",), ()),
        ((OTHER,), ("1",), ("unknown",)),
        ((ONE, snapshot("unknown", "2026-01-11", complete=False)), (), ()),
    ],
)
def test_a_period_is_covered_when_every_account_answered(
    records: tuple[Taken, ...], scope: tuple[str, ...], lacking: tuple[str, ...]
) -> None:
    covered = coverage(*records, scope=scope)
    assert covered.lacking_accounts("aws.users", JANUARY) == lacking
    assert bool(covered.covering("aws.users", JANUARY)) == (not lacking)


def test_events_are_read_as_far_as_the_account_that_is_furthest_behind() -> None:
    name = "github.merged_pull_requests"
    both = coverage(events("1", "2026-01"), events("1", "2026-02"), events("2", "2026-01"))
    assert both.covering(name, JANUARY)
    assert both.lacking_accounts(name, FEBRUARY) == ("2",)
    assert both.read_until(name, WINDOW) == JANUARY.end
    assert both.read_until(name, FEBRUARY) is None
    # Together two accounts do not make one whole reading.
    split = coverage(events("1", "2026-01"), events("2", "2026-02"))
    assert split.lacking_accounts(name, JANUARY) == ("2",)


def test_only_a_collection_in_which_all_accounts_answered_is_a_whole_snapshot() -> None:
    covered = coverage(ONE, OTHER, snapshot("1", "2026-02-10"), snapshot("2", "2026-02-10", complete=False))
    assert covered.whole_snapshots("aws.users") == [ONE.run_at]
    declared = coverage(ONE, OTHER, snapshot("1", "2026-02-10"), scope=("1", "2 until 2026-01-31"))
    assert declared.whole_snapshots("aws.users") == [ONE.run_at, parse_moment("2026-02-10")]


@pytest.mark.parametrize("entry", ["", "1 since 2026-01-01", "1 from 2026-13-01", "1 until tomorrow", "1 2"])
def test_an_entry_that_cannot_be_read_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r"2026-04-01|isoformat|month"):
        parse_scope([entry], CIVIL)


def test_without_a_declaration_every_account_is_admitted() -> None:
    assert AccountScope().admits("x")
    assert parse_scope(["1"], CIVIL).admits("1")
    assert not parse_scope(["1"], CIVIL).admits("2")


@pytest.fixture
def specs(monkeypatch: pytest.MonkeyPatch) -> None:
    made = (
        FrameSpec("x_needed", columns("name text"), ("aws.users",), lambda pages, record: pages),
        FrameSpec("x_log", columns("name text, seen_at time?"), ("aws.log",), lambda pages, record: pages),
        FrameSpec("x_both", uses=("x_needed", "x_log"), optional=("x_log",), columns=(), derive=_counted),
    )
    for spec in made:
        monkeypatch.setitem(FRAMES, spec.name, spec)


def _counted(frames: Any) -> pd.DataFrame:
    return pd.DataFrame({"needed": [len(frames["x_needed"])], "log": [len(frames["x_log"])]})


@pytest.mark.usefixtures("specs")
@pytest.mark.parametrize(
    ("log", "datasets", "rows"),
    [((), ("aws.users",), 0), ((snapshot("1", "2026-01-10", dataset="aws.log"),), ("aws.users", "aws.log"), 1)],
)
def test_evidence_that_may_be_lacking_is_an_empty_frame_until_there_is_some(
    log: tuple[Taken, ...], datasets: tuple[str, ...], rows: int
) -> None:
    records = [Taken(**{**vars(record), "fields": {"x": 1}}) for record in (ONE, *log)]
    store: Any = SimpleNamespace(records=lambda: records, read_pages=lambda record: [{"name": "a"}])
    for record in records:
        object.__setattr__(record, "path", "x.json")
    frames = FrameSet(store, period=WINDOW, as_of=AS_OF)
    assert frames.datasets("x_both") == datasets
    assert frames.frame("x_both").to_dict("records") == [{"needed": 1, "log": rows}]


@pytest.mark.usefixtures("specs")
@pytest.mark.parametrize(
    ("systems", "log", "absent"),
    [
        ({"aws", "github"}, (), ("github.audit_log",)),
        ({"aws"}, (), ()),
        ({"aws"}, (snapshot("1", "2026-01-10", dataset="github.audit_log"),), ()),
    ],
)
def test_a_log_that_may_be_lacking_is_named(
    systems: set[str], log: tuple[Taken, ...], absent: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a system that the company has, and however far down the frame that rests on it is."""
    log_frame = FrameSpec("x_log", columns("name text"), ("github.audit_log",), lambda pages, record: pages)
    monkeypatch.setitem(FRAMES, "x_log", log_frame)
    monkeypatch.setitem(FRAMES, "x_outer", FrameSpec("x_outer", uses=("x_both",), columns=(), derive=_counted))
    records = [ONE, *log]
    store: Any = SimpleNamespace(records=lambda: records)
    frames = FrameSet(store, period=WINDOW, as_of=AS_OF, systems=frozenset(systems))
    assert frames.absent_logs("x_outer") == absent
