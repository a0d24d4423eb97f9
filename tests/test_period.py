"""Periods: half-open, in UTC, named; months and quarters leave no gap and no overlap."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soc2kit.errors import UsageError
from soc2kit.period import Period, days_period, month_of, parse_moment, parse_period, quarter_of, stamp

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
    ],
)
def test_names(text: str, fiscal_year_start: int, start: str, end: str) -> None:
    period = parse_period(text, fiscal_year_start)
    assert (period.start, period.end, period.name) == (_utc(start), _utc(end), text)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-00", "2026-Q5", "26-Q1", "2026-1", "2026-01-01..x", "Q1"])
def test_what_is_no_period_is_named(text: str) -> None:
    with pytest.raises(UsageError, match="is not a period; write 2026-01") as error:
        parse_period(text)
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


@given(period=periods())
def test_months_partition(period: Period) -> None:
    _partition(period, list(period.months()))


@given(period=periods(), fiscal_year_start=FISCAL_STARTS)
def test_quarters_partition(period: Period, fiscal_year_start: int) -> None:
    quarters = list(period.quarters(fiscal_year_start))
    _partition(period, quarters)
    assert all(len(list(quarter.months())) == 3 for quarter in quarters)


def _partition(period: Period, parts: list[Period]) -> None:
    assert all(one.end == following.start for one, following in pairwise(parts))
    assert parts[0].start <= period.start < parts[0].end
    assert parts[-1].start < period.end <= parts[-1].end
    assert len({part.name for part in parts}) == len(parts)


@given(moment=MOMENTS, fiscal_year_start=FISCAL_STARTS)
def test_names_parse_to_what_they_name(moment: datetime, fiscal_year_start: int) -> None:
    month, quarter = month_of(moment), quarter_of(moment, fiscal_year_start)
    assert month.contains(moment)
    assert quarter.contains(moment)
    assert parse_period(month.name) == month
    assert parse_period(quarter.name, fiscal_year_start) == quarter


@given(first=st.dates(date(2001, 1, 1), date(2098, 1, 1)), days=st.integers(0, 800))
def test_day_ranges_include_both_ends(first: date, days: int) -> None:
    period = days_period(first, first + timedelta(days=days))
    assert period.days == days + 1
    assert parse_period(period.name) == period


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
