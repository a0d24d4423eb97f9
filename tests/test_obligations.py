"""The evidence calendar: each boundary of a period and its grace, in fiscal years, time zones and mid-window starts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soc2kit import library
from soc2kit.coverage import UNITS, Coverage
from soc2kit.frames import FrameSet
from soc2kit.model import Check, Control, Outcome
from soc2kit.obligations import Obligation, grace, obligations
from soc2kit.parameters import ParameterHistory, Parameters, Version
from soc2kit.period import CIVIL, Calendar, Period, parse_moment

SETTINGS, EVENTS = "github.branch_rules", "github.merged_pull_requests"
CONTROL = replace(library.controls()[0], id="XX-01", frequency="quarterly")
WINDOW = CIVIL.parse("2026-01-01..2026-06-30")


@dataclass(frozen=True)
class Taken:
    """A complete record: a snapshot at `run_at`, or events of `effective`."""

    dataset: str
    run_at: datetime
    effective: tuple[datetime, datetime]
    complete: bool = True
    account: str = "o"
    system: str = "github"
    fields: dict[str, Any] = field(default_factory=dict)


def taken(text: str) -> Taken:
    """`2026-02-10` is a snapshot; `2026-02 2026-03-01` the events of a period, read then."""
    if " " not in text:
        at = parse_moment(text)
        return Taken(SETTINGS, at, (at, at))
    period, read = text.split()
    part = CIVIL.parse(period)
    return Taken(EVENTS, parse_moment(read), (part.start, part.end))


def nothing() -> Outcome:
    raise NotImplementedError


def check(frame: str) -> Check:
    return Check("T", "t", (CONTROL.id,), CONTROL.criteria, "window", (frame,), nothing)


def coverage(records: str, as_of: str, control: Control, window: Period, calendar: Calendar) -> Coverage:
    listed = [taken(text.strip()) for text in records.split(",") if text.strip()]
    store: Any = SimpleNamespace(records=lambda: listed)
    return Coverage(FrameSet(store, period=window, as_of=parse_moment(as_of)), calendar, [control])


def owed(
    frame: str | None,
    records: str,
    as_of: str,
    *,
    frequency: str = "quarterly",
    window: Period = WINDOW,
    calendar: Calendar = CIVIL,
    since: date | None = None,
    parameters: ParameterHistory | None = None,
) -> list[Obligation]:
    control = replace(CONTROL, frequency=frequency, effective_from=since)
    covered = coverage(records, as_of, control, window, calendar)
    return list(obligations(covered, [control], [check(frame)] if frame else [], parameters or ParameterHistory()))


def said(items: list[Obligation]) -> str:
    return ", ".join(f"{item.part.name} {item.status}" for item in items)


@pytest.mark.parametrize(
    ("frequency", "records", "as_of", "expect"),
    [
        ("quarterly", "", "2025-12-31", "2026-Q1 upcoming, 2026-Q2 upcoming"),
        ("quarterly", "", "2026-01-01", "2026-Q1 open, 2026-Q2 upcoming"),
        ("quarterly", "", "2026-03-31T23:59:59Z", "2026-Q1 open, 2026-Q2 upcoming"),
        ("quarterly", "", "2026-04-01", "2026-Q1 lost, 2026-Q2 open"),
        ("quarterly", "2026-01-01", "2026-04-01", "2026-Q1 collected, 2026-Q2 open"),
        ("quarterly", "2026-03-31T23:59:59Z", "2026-04-01", "2026-Q1 collected, 2026-Q2 open"),
        ("quarterly", "2026-04-01", "2026-04-01", "2026-Q1 lost, 2026-Q2 collected"),
        ("quarterly", "2025-12-31T23:59:59Z", "2026-04-01", "2026-Q1 lost, 2026-Q2 open"),
        ("annual", "2026-02-01", "2026-07-01", "2026 collected"),
        ("monthly", "2026-01-31, 2026-03-01", "2026-03-15",
         "2026-01 collected, 2026-02 lost, 2026-03 collected, 2026-04 upcoming, 2026-05 upcoming, 2026-06 upcoming"),
    ],
)  # fmt: skip
def test_a_state_is_captured_while_its_period_is_open_or_never(
    frequency: str, records: str, as_of: str, expect: str
) -> None:
    assert said(owed("branch_rules", records, as_of, frequency=frequency)) == expect


JANUARY = CIVIL.parse("2026-01")


@pytest.mark.parametrize(
    ("records", "as_of", "expect"),
    [
        ("", "2026-01-31T23:59:59Z", "open"),
        ("", "2026-02-01", "missing"),
        ("", "2026-02-06", "missing"),
        ("", "2026-02-06T00:00:01Z", "late"),
        ("2026-01 2026-02-01", "2026-02-01", "collected"),
        ("2026-01 2026-02-06", "2026-03-01", "collected"),
        ("2026-01 2026-02-06T00:00:01Z", "2026-03-01", "collected_late"),
        ("2026-01-01..2026-01-30 2026-01-31", "2026-02-01", "missing"),
        ("2026-01-01..2026-01-15 2026-01-16", "2026-01-20", "open"),
        ("2026-01-01..2026-01-15 2026-01-16, 2026-01-16..2026-01-31 2026-02-02", "2026-02-03", "collected"),
        ("2026-01-01..2026-01-14 2026-01-16, 2026-01-16..2026-01-31 2026-02-02", "2026-02-03", "missing"),
        ("2026-01-02..2026-01-31 2026-02-02", "2026-02-03", "missing"),
        ("2025-12-01..2026-02-28 2026-03-01", "2026-03-01", "collected_late"),
    ],
)
def test_events_are_final_after_the_close_and_late_after_the_grace(records: str, as_of: str, expect: str) -> None:
    (item,) = owed("changes", records, as_of, frequency="monthly", window=JANUARY)
    assert item.status == expect


def test_an_interim_reading_says_how_far_it_goes() -> None:
    (item,) = owed("changes", "2026-01-01..2026-01-15 2026-01-16", "2026-01-20", frequency="monthly", window=JANUARY)
    assert item.reason == f"{EVENTS}: read until 2026-01-16T00:00:00Z; final only after 2026-02-01T00:00:00Z"


@pytest.mark.parametrize(
    ("frequency", "window", "calendar", "since", "expect"),
    [
        ("quarterly", WINDOW, Calendar(fiscal_year_start=2), None, "2025-Q4, 2026-Q1, 2026-Q2"),
        ("quarterly", CIVIL.parse("2026-02-15..2026-05-15"), CIVIL, None, "2026-Q1, 2026-Q2"),
        ("quarterly", WINDOW, CIVIL, date(2026, 4, 1), "2026-Q2"),
        ("quarterly", WINDOW, CIVIL, date(2026, 3, 31), "2026-Q1, 2026-Q2"),
        ("monthly", WINDOW, CIVIL, date(2026, 5, 20), "2026-05, 2026-06"),
        ("monthly", WINDOW, CIVIL, date(2026, 7, 1), ""),
        ("monthly", WINDOW, CIVIL, date(2025, 7, 1), "2026-01, 2026-02, 2026-03, 2026-04, 2026-05, 2026-06"),
        ("annual", WINDOW, Calendar(fiscal_year_start=4), None, "2025, 2026"),
        ("weekly", CIVIL.parse("2026-01-01..2026-01-12"), CIVIL, None, "2026-W01, 2026-W02, 2026-W03"),
        ("daily", CIVIL.parse("2026-01-30..2026-02-01"), CIVIL, None, "2026-01-30, 2026-01-31, 2026-02-01"),
        ("continuous", CIVIL.parse("2026-Q1"), CIVIL, None, "2026-01, 2026-02, 2026-03"),
        ("per-occurrence", CIVIL.parse("2026-Q1"), CIVIL, None, "2026-01, 2026-02, 2026-03"),
    ],
)
def test_each_frequency_owes_for_its_periods(
    frequency: str, window: Period, calendar: Calendar, since: date | None, expect: str
) -> None:
    items = owed("branch_rules", "", "2026-07-01", frequency=frequency, window=window, calendar=calendar, since=since)
    assert ", ".join(item.part.name for item in items) == expect
    begins = max(window.start, calendar.midnight(since)) if since else window.start
    assert all(begins <= item.part.start and item.part.end <= window.end for item in items)


def test_the_quarter_ends_where_the_company_is() -> None:
    berlin = Calendar("Europe/Berlin")
    window = berlin.parse("2026-01-01..2026-06-30")
    # 22:30 UTC on the last day of March is the first of April in Berlin.
    items = owed("branch_rules", "2026-03-31T22:30:00Z", "2026-04-02", window=window, calendar=berlin)
    assert said(items) == "2026-Q1 lost, 2026-Q2 collected"
    assert items[0].document(berlin)["due_day"] == "2026-03-31"
    assert items[0].document(berlin)["due"] == "2026-03-31T22:00:00Z"


@pytest.mark.parametrize(
    ("frequency", "window", "as_of", "expect"),
    [
        ("quarterly", "2026-01-01..2026-06-30", "2026-04-16", "2026-Q1 missing, 2026-Q2 open"),
        ("quarterly", "2026-01-01..2026-06-30", "2026-04-16T00:00:01Z", "2026-Q1 late, 2026-Q2 open"),
        # Counted by due date: the first quarter ends inside a window that begins in it, the last one does not.
        ("quarterly", "2026-02-15..2026-05-15", "2026-06-01", "2026-Q1 late"),
        ("annual", "2026-01-01..2026-06-30", "2026-07-01", ""),
        ("annual", "2025-07-01..2026-06-30", "2026-01-31", "2025 missing"),
        ("annual", "2025-07-01..2026-06-30", "2026-02-01", "2025 late"),
        ("per-occurrence", "2026-01-01..2026-03-31", "2026-04-01", "2026-Q1 missing"),
        ("weekly", "2026-01-05..2026-01-18", "2026-01-14", "2026-W02 missing, 2026-W03 open"),
    ],
)
def test_answers_of_people_count_by_their_due_date(frequency: str, window: str, as_of: str, expect: str) -> None:
    assert said(owed(None, "", as_of, frequency=frequency, window=CIVIL.parse(window))) == expect


def test_the_grace_is_the_one_in_force_when_it_was_due() -> None:
    wider = Version(parse_moment("2026-04-01"), Parameters(monthly_grace_days=60), "agreed")
    history = ParameterHistory(Parameters(monthly_grace_days=1), (wider,))
    items = owed("changes", "", "2026-05-15", frequency="monthly", parameters=history)
    assert said(items[:4]) == "2026-01 late, 2026-02 late, 2026-03 missing, 2026-04 missing"


@given(
    st.sampled_from(sorted(UNITS)),
    st.lists(st.dates(date(2025, 12, 1), date(2026, 7, 31)), max_size=12),
    st.dates(date(2025, 12, 1), date(2026, 9, 1)),
    st.integers(1, 12),
)
def test_every_moment_of_the_window_belongs_to_one_obligation_and_time_only_closes_them(
    frequency: str, days: list[date], as_of: date, fiscal: int
) -> None:
    calendar = Calendar(fiscal_year_start=fiscal)
    records = ", ".join(map(str, days))
    items = owed("branch_rules", records, str(as_of), frequency=frequency, calendar=calendar)
    assert items[0].part.start == WINDOW.start
    assert items[-1].part.end == WINDOW.end
    assert all(one.part.end == other.part.start for one, other in pairwise(items))
    for item in items:
        inside = [day for day in days if day <= as_of and item.part.contains(parse_moment(str(day)))]
        assert (item.status == "collected") == bool(inside)
        assert (item.status == "lost") == (not inside and item.part.end <= parse_moment(str(as_of)))


def test_grace_has_a_unit_for_each_frequency() -> None:
    assert {grace(unit, Parameters()) for unit in UNITS.values()} == {
        timedelta(days=days) for days in (1, 2, 5, 15, 30)
    }
