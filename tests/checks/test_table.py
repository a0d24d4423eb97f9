"""What holds of every test of control: it has a table, and its result depends on the rows and not on their order."""

import importlib.util
from collections import Counter
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_tables import Scenario, verdicts

from soc2kit import library
from soc2kit.checks.outcome import outcome
from soc2kit.checks.table import CHECKS
from soc2kit.frames import FRAMES

IDS = [check.id for check in CHECKS]


def _scenarios() -> tuple[Scenario, ...]:
    """The tables of every module beside this one."""
    found: list[Scenario] = []
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path != Path(__file__):
            spec = importlib.util.spec_from_file_location(f"tables_of_{path.stem}", path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            found += module.SCENARIOS
    return tuple(found)


SCENARIOS = _scenarios()


@pytest.mark.parametrize("check", IDS)
def test_every_check_has_a_table_with_rows_of_both_kinds(check: str) -> None:
    expected = [word for scenario in SCENARIOS if scenario.check == check for word in scenario.expected().values()]
    assert "ok" in expected, f"{check} has no row that is in order"
    assert set(expected) - {"ok", "out"}, f"{check} has no row that is an exception"


def test_checks_are_unique_and_name_what_exists() -> None:
    assert [name for name, times in Counter(IDS).items() if times > 1] == []
    assert {frame for check in CHECKS for frame in check.reads} <= set(FRAMES)
    assert {control for check in CHECKS for control in check.controls} <= {one.id for one in library.controls()}
    assert {name for check in CHECKS for name in check.criteria} <= {one.id for one in library.criteria()}


@pytest.mark.parametrize("word", ["Population:", "Exception:", "Source:"])
@pytest.mark.parametrize("check", CHECKS, ids=IDS)
def test_docstrings_are_the_procedure(check, word: str) -> None:
    assert word in (check.function.__doc__ or "")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.check)
@settings(max_examples=4)
@given(seed=st.integers(min_value=0, max_value=2**16))
def test_order_of_rows_does_not_matter(scenario: Scenario, seed: int) -> None:
    shuffled = [_shuffled(frame, Random(seed)) for frame in scenario.frames()]
    assert verdicts(scenario.run(shuffled)) == verdicts(scenario.run())


def _shuffled(frame: pd.DataFrame, random: Random) -> pd.DataFrame:
    order = list(range(len(frame)))
    random.shuffle(order)
    return frame.iloc[order].reset_index(drop=True)


@pytest.mark.parametrize("check", CHECKS, ids=IDS)
def test_nothing_in_nothing_out(check) -> None:
    """With no rows at all the population is empty, and still has its columns."""
    scenario = next(one for one in SCENARIOS if one.check == check.id)
    result = scenario.run([frame.iloc[:0] for frame in scenario.frames()])
    assert len(result.population) == len(result.exceptions) == 0
    assert {"key", "at"} <= set(result.population)
    assert {"key", "at", "reason"} <= set(result.exceptions)


REASONS = st.lists(st.tuples(st.integers(0, 3), st.none() | st.sampled_from(["late", "unknown"])), max_size=12)


@given(rows=REASONS)
def test_exceptions_are_those_of_the_population_with_a_reason(rows: list[tuple[int, str | None]]) -> None:
    moments = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(range(len(rows)), unit="D")
    things = pd.DataFrame({"thing": [f"t{number}" for number, _ in rows], "seen_at": moments})
    result = outcome(things, key="thing", at="seen_at", reasons=[reason for _, reason in rows])
    population = set(zip(result.population["key"], result.population["at"], strict=True))
    exceptions = set(zip(result.exceptions["key"], result.exceptions["at"], strict=True))
    assert len(result.population) == len(rows)
    assert exceptions <= population
    assert list(result.exceptions["reason"]) == [reason for _, reason in rows if reason]
