"""Periods: half-open, in UTC, named; months and quarters leave no gap and no overlap."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soc2kit.errors import UsageError
from soc2kit.period import CIVIL, Calendar, Period, Unit, parse_moment, stamp

MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2098, 12, 31), timezones=st.just(UTC))
FISCAL_STARTS = st.integers(1, 12)
YEAR = timedelta(days=366)


def _utc(text: str) -> datetime:
    return parse_moment(text)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(MOMENTS)
    length = draw(st.timedeltas(timedelta(seconds=1), 2 * YEAR))
    return Period(start, start + length, "drawn")


@pytest.mark.parametrize(
    ("text", "fiscal_year_start", "start", "end"),
    [
        ("2026-01", 1, "2026-01-01", "2026-02-01"),
        ("2026-12", 1, "2026-12-01", "2027-01-01"),
        ("2026-Q1", 1, "2026-01-01", "2026-04-01"),
        ("2026-Q4", 1, "2026-10-01", "2027-01-01"),
        ("2026-Q1", 7, "2026-07-01", "2026-10-01"),
        ("2026-Q4", 7, "2027-04-01", "2027-07-01"),
        ("2026-Q4", 2, "2026-11-01", "2027-02-01"),
        ("2026", 1, "2026-01-01", "2027-01-01"),
        ("2026", 7, "2026-07-01", "2027-07-01"),
        ("2026-01-01..2026-06-30", 1, "2026-01-01", "2026-07-01"),
        ("2026-02-28..2026-02-28", 1, "2026-02-28", "2026-03-01"),
        ("2026-02-28", 1, "2026-02-28", "2026-03-01"),
        ("2026-W01", 1, "2025-12-29", "2026-01-05"),
        ("2026-W53", 1, "2026-12-28", "2027-01-04"),
    ],
)
def test_names(text: str, fiscal_year_start: int, start: str, end: str) -> None:
    period = Calendar(fiscal_year_start=fiscal_year_start).parse(text)
    assert (period.start, period.end, period.name) == (_utc(start), _utc(end), text)


@pytest.mark.parametrize(
    "text", ["", "2026-W54", "2026-02-30", "2026-13", "2026-00", "2026-Q5", "26-Q1", "2026-1", "2026-01-01..x", "Q1"]
)
def test_what_is_no_period_is_named(text: str) -> None:
    with pytest.raises(UsageError, match="is not a period; write 2026-01") as error:
        CIVIL.parse(text)
    assert repr(text) in str(error.value)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), "before it starts"),
        (datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), "before it starts"),
        (datetime(2026, 1, 1), datetime(2026, 1, 2), "without a zone"),
    ],
)
def test_impossible_periods(start: datetime, end: datetime, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Period(start, end, "x")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-06-30", datetime(2026, 6, 30, tzinfo=UTC)),
        ("2026-06-30T18:00:00Z", datetime(2026, 6, 30, 18, tzinfo=UTC)),
        ("2026-06-30T20:00:00+02:00", datetime(2026, 6, 30, 18, tzinfo=UTC)),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    assert parse_moment(text) == moment
    assert parse_moment(text).tzinfo is UTC


@pytest.mark.parametrize(("text", "words"), [("2026-06-30T18:00:00", "no time zone"), ("soon", "is not a time")])
def test_what_is_no_moment_is_named(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as error:
        parse_moment(text)
    assert repr(text) in str(error.value)


@given(moment=MOMENTS)
def test_stamps_read_back_to_the_second(moment: datetime) -> None:
    assert parse_moment(stamp(moment)) == moment.replace(microsecond=0)
    assert stamp(moment.astimezone(timezone(timedelta(hours=9)))) == stamp(moment)


ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "America/Havana", "Pacific/Apia"]
)
CALENDARS = st.builds(Calendar, ZONES, FISCAL_STARTS)
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["day", "week", "month", "quarter", "year"])


@given(period=periods(), calendar=CALENDARS, unit=UNITS)
def test_units_partition_a_period_in_any_zone(period: Period, calendar: Calendar, unit: Unit) -> None:
    _partition(period, list(calendar.parts(period, unit)))


@given(period=periods(), calendar=CALENDARS)
def test_quarters_have_three_months(period: Period, calendar: Calendar) -> None:
    for quarter in calendar.parts(period, "quarter"):
        assert len(list(calendar.parts(quarter, "month"))) == 3


def _partition(period: Period, parts: list[Period]) -> None:
    assert all(one.end == following.start for one, following in pairwise(parts))
    assert parts[0].start <= period.start < parts[0].end
    assert parts[-1].start < period.end <= parts[-1].end
    assert len({part.name for part in parts}) == len(parts)


@given(moment=MOMENTS, calendar=CALENDARS, unit=UNITS)
def test_names_parse_to_what_they_name(moment: datetime, calendar: Calendar, unit: Unit) -> None:
    holding = calendar.holding(moment, unit)
    assert holding.contains(moment)
    assert calendar.parse(holding.name) == holding


@given(first=st.dates(date(2001, 1, 1), date(2098, 1, 1)), days=st.integers(0, 800), calendar=CALENDARS)
def test_day_ranges_include_both_ends(first: date, days: int, calendar: Calendar) -> None:
    last = first + timedelta(days=days)
    period = calendar.days(first, last)
    assert calendar.day_at(period.start) in (first, first + timedelta(days=1))
    assert calendar.parse(period.name) == period
    assert CIVIL.days(first, last).days == days + 1
    assert CIVIL.span(CIVIL.days(first, last)) == period.name


@pytest.mark.parametrize(
    ("zone", "name", "start", "end", "hours"),
    [
        ("UTC", "2026-03", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", 744),
        ("Europe/Berlin", "2026-03", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z", 743),
        ("Europe/Berlin", "2026-10", "2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z", 745),
        ("America/Los_Angeles", "2026-Q1", "2026-01-01T08:00:00Z", "2026-04-01T07:00:00Z", 2159),
        ("Asia/Kolkata", "2026-01-01", "2025-12-31T18:30:00Z", "2026-01-01T18:30:00Z", 24),
    ],
)
def test_a_day_begins_where_the_company_is(zone: str, name: str, start: str, end: str, hours: int) -> None:
    period = Calendar(zone).parse(name)
    assert (stamp(period.start), stamp(period.end)) == (start, end)
    assert period.days * 24 == hours


@pytest.mark.parametrize("zone", ["Berlin", "", "../etc/passwd", "Europe/Berlin "])
def test_what_is_no_time_zone_is_named(zone: str) -> None:
    with pytest.raises(UsageError, match="is not a time zone"):
        Calendar(zone)


@given(period=periods())
def test_half_open(period: Period) -> None:
    second = timedelta(microseconds=1)
    moments = [period.start - second, period.start, period.end - second, period.end]
    expected = [False, True, True, False]
    assert [period.contains(moment) for moment in moments] == expected
    column = pd.Series([*moments, None], dtype="datetime64[us, UTC]")
    assert period.contains(column).tolist() == [*expected, pd.NA]


@given(one=periods(), other=periods())
def test_overlap_is_what_both_contain(one: Period, other: Period) -> None:
    both = one.overlap(other)
    if both is None:
        assert one.end <= other.start or other.end <= one.start
    else:
        assert one.covers(both)
        assert other.covers(both)
    assert (both is None) == (other.overlap(one) is None)


@given(period=periods(), share=st.floats(0.01, 2))
def test_until_cuts_and_never_stretches(period: Period, share: float) -> None:
    moment = period.start + (period.end - period.start) * share
    if moment <= period.start:
        return
    known = period.until(moment)
    assert known.end == min(moment, period.end)
    assert period.closed(moment) == (moment >= period.end)
