"""Samples: drawn by a published rule, the same for anybody, spread over the window."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soc2kit.errors import UsageError
from soc2kit.period import CIVIL
from soc2kit.sample_sizes import SampleSizes
from soc2kit.sampling import digest_of, draw

WINDOW = CIVIL.parse("2026-01-01..2026-06-30")
START = datetime(2026, 1, 1, tzinfo=UTC)


def population(count: int) -> pd.DataFrame:
    moments = [START + timedelta(hours=(number * 7919) % (181 * 24)) for number in range(count)]
    return pd.DataFrame({"key": [f"acme/app#{number}" for number in range(count)], "at": pd.to_datetime(moments)})


@pytest.mark.parametrize(
    ("frequency", "count", "size"),
    [
        ("annual", 1, 1),
        ("quarterly", 2, 2),
        ("quarterly", 1, 1),
        ("monthly", 6, 2),
        ("weekly", 26, 5),
        ("daily", 181, 25),
        ("continuous", 1000, 40),
        ("per-occurrence", 0, 0),
        ("per-occurrence", 10, 10),
        ("per-occurrence", 11, 8),
        ("per-occurrence", 50, 8),
        ("per-occurrence", 51, 15),
        ("per-occurrence", 250, 15),
        ("per-occurrence", 251, 25),
    ],
)
def test_sizes_follow_the_table_on_each_boundary(frequency: str, count: int, size: int) -> None:
    assert SampleSizes().size_for(frequency, count) == size


def test_an_unknown_frequency_is_named() -> None:
    with pytest.raises(UsageError, match="'hourly'; known are annual"):
        SampleSizes().size_for("hourly", 3)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), st.text(max_size=5))
def test_a_sample_is_part_of_the_population_and_does_not_depend_on_its_order(
    sizes: tuple[int, int], label: str
) -> None:
    count, size = sizes
    rows = population(count)
    sample = draw(rows, size, period=WINDOW, label=label)
    again = draw(rows.sample(frac=1, random_state=1), size, period=WINDOW, label=label)
    assert list(sample.items["key"]) == list(again.items["key"])
    assert len(set(sample.items["key"])) == size
    assert set(sample.items["key"]) <= set(rows["key"])


def test_a_sample_is_spread_over_the_window() -> None:
    sample = draw(population(2400), 24, period=WINDOW, label="2026")
    assert sorted(sample.items["part"].value_counts().to_dict().values()) == [2] * 12


def test_another_label_or_one_row_more_gives_another_sample() -> None:
    base = draw(population(300), 25, period=WINDOW, label="a").items["key"].tolist()
    assert draw(population(300), 25, period=WINDOW, label="b").items["key"].tolist() != base
    assert draw(population(301), 25, period=WINDOW, label="a").items["key"].tolist() != base


def test_the_published_rule_gives_the_same_without_this_code() -> None:
    """The rule of the docstring, followed by hand for a sample of one part."""
    rows = population(9)
    sample = draw(rows, 1, period=WINDOW, label="firm 7")
    lines = sorted(f"{at:%Y-%m-%dT%H:%M:%SZ} {key}" for key, at in zip(rows["key"], rows["at"], strict=True))
    digest = hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()
    seed = hashlib.sha256(f"{digest} all firm 7".encode()).hexdigest()
    first = min(lines, key=lambda line: hashlib.sha256(f"{seed} {line}".encode()).hexdigest())
    assert (sample.digest, sample.seed) == (digest, seed) == (digest_of(rows), seed)
    assert sample.items["key"].tolist() == [first.split(" ", 1)[1]]


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(UsageError, match="a sample of 4 cannot be drawn from a population of 3"):
        draw(population(3), 4, period=WINDOW, label="")
    with pytest.raises(UsageError, match="rows outside 2026-01"):
        draw(population(30), 4, period=CIVIL.parse("2026-01"), label="")
