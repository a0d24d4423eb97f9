"""Tests of controls over a window in which limits changed or a control began; type I beside type II."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from example_workspace import Example

from soc2kit import library
from soc2kit.assessment import assess
from soc2kit.checks.outcome import outcome
from soc2kit.checks.table import CHECKS
from soc2kit.config import Config, load_config
from soc2kit.coverage import Coverage
from soc2kit.errors import UsageError
from soc2kit.frames import FrameSet
from soc2kit.model import Assessment, Check, Frame, Operation, Outcome, TestResult, Verdict
from soc2kit.parameters import ParameterHistory, Parameters, Version
from soc2kit.period import Period, parse_moment
from soc2kit.testing import performed, run_check

# What the file prepares is prepared by one worker.
pytestmark = pytest.mark.xdist_group("testing")


def rows(result: TestResult) -> list[tuple[str, str, str]]:
    found = result.exceptions
    return sorted((str(row.key), str(row.at), str(row.reason)) for row in found.itertuples())


def changed_on(config: Config, days: list[str], **limits: int) -> ParameterHistory:
    """The company's limits, with the same values once more from each day; or other ones, if given."""
    first = config.parameters.first
    return ParameterHistory(first, tuple(Version(parse_moment(day), replace(first, **limits), "x") for day in days))


@pytest.fixture
def frames(example_frames: FrameSet) -> FrameSet:
    return example_frames


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
@pytest.mark.parametrize("cuts", [["2026-02-15T09:00:00Z"], ["2026-01-02", "2026-03-13T23:59:59Z", "2026-06-30"]])
def test_cutting_the_window_anywhere_changes_nothing(
    check: Check, cuts: list[str], frames: FrameSet, example: Example
) -> None:
    inputs = [frames.frame(name) for name in check.reads]
    whole = performed(check, inputs, example.config.window, example.config.parameters)
    cut = performed(check, inputs, example.config.window, changed_on(example.config, cuts))
    for part in fields(Outcome):
        one, other = getattr(whole, part.name), getattr(cut, part.name)
        columns = [name for name in ("key", "at", "reason") if name in one]
        order = [*columns[:2]]
        left = one[columns].sort_values(order, kind="stable", ignore_index=True)
        right = other[columns].sort_values(order, kind="stable", ignore_index=True)
        assert left.to_dict("records") == right.to_dict("records")


@pytest.mark.parametrize(
    ("day", "exceptions"), [("2026-01-01", 0), ("2026-02-01", 1), ("2026-04-02", 4), ("2026-07-01", 5)]
)
def test_a_limit_counts_from_its_day_on(example: Example, frames: FrameSet, day: str, exceptions: int) -> None:
    """Old access keys are exceptions until the limit was lifted, and none after."""
    history = changed_on(example.config, [day], key_max_age_days=100_000)
    config = replace(example.config, parameters=history)
    result = assess(config, as_of=example.as_of, frames=frames).test("AWS-IAM-04")
    assert len(result.exceptions) == len([row for row in rows(result) if row[1] < day]) == exceptions


def with_overlay(example: Example, folder: Path, text: str) -> Config:
    (folder / "controls.yaml").write_text(text)
    (folder / "soc2kit.toml").write_bytes(example.config.path.read_bytes())
    (folder / "evidence").symlink_to(example.config.evidence.resolve())
    return load_config(folder)


def test_a_control_that_began_in_the_window_is_tested_from_then(
    example: Example, frames: FrameSet, assessed: Assessment, tmp_path: Path
) -> None:
    config = with_overlay(example, tmp_path, "controls:\n- {id: AC-03, effective_from: 2026-04-01}\n")
    before = assessed
    after = assess(config, as_of=example.as_of, frames=frames)
    assert 0 < len(after.test("AWS-IAM-03").population) < len(before.test("AWS-IAM-03").population)
    assert after.test("AWS-IAM-03").periods_covered == ("2026-04", "2026-05", "2026-06")
    assert (
        "control AC-03 is in force since 2026-04-01; the 90 days of the window before it are not covered"
        in after.test("AWS-IAM-03").notes
    )
    assert rows(after.test("AWS-IAM-04")) == rows(before.test("AWS-IAM-04"))


@pytest.mark.parametrize("day", [date(2026, 7, 2), date(2026, 12, 1)])
def test_a_control_that_is_not_in_force_yet_is_not_due(
    example: Example, frames: FrameSet, tmp_path: Path, day: date
) -> None:
    config = with_overlay(example, tmp_path, f"controls:\n- {{id: AC-03, effective_from: {day}}}\n")
    result = assess(config, as_of=example.as_of, frames=frames)
    assert result.control("AC-03").operation is Operation.NOT_DUE
    assert result.test("AWS-IAM-03").verdict is Verdict.NOT_TESTED
    assert result.test("AWS-IAM-03").notes == (f"control AC-03 is in force since {day}",)


@pytest.fixture(scope="module")
def type_one(example: Example) -> Assessment:
    return assess(example.config, as_of=example.as_of, report_type="I")


def test_type_one_is_of_the_latest_snapshots_alone(example: Example, type_one: Assessment) -> None:
    for result in type_one.tests:
        if result.check.kind == "window":
            assert result.verdict is Verdict.NOT_TESTED
            assert "type I" in result.notes[0]
        else:
            assert set(result.population["at"]) <= {example.as_of}
            assert result.verdict is not Verdict.NOT_TESTED
    assert {result.operation for result in type_one.controls} == {Operation.NOT_DUE, Operation.NOT_APPLICABLE}
    assert type_one.window == type_one.owed == ()


def test_the_same_evidence_gives_the_same_design_in_both(example: Example, type_one: Assessment) -> None:
    """What the latest snapshots show is open in type II and an exception in type I."""
    snapshots = assess(example.config, as_of=parse_moment("2026-06-30T21:00:00Z"))
    one = assess(example.config, as_of=parse_moment("2026-06-30T21:00:00Z"), report_type="I")
    for result in one.tests:
        if result.check.kind == "point_in_time":
            assert len(result.exceptions) == len(snapshots.test(result.check.id).open_exceptions), result.check.id
    assert [control.design for control in one.controls] == [control.design for control in snapshots.controls]


def test_type_one_without_recent_snapshots_is_not_tested(example: Example) -> None:
    late = assess(example.config, as_of=example.as_of + timedelta(days=36), report_type="I")
    assert {result.verdict for result in late.tests} == {Verdict.NOT_TESTED}
    just = assess(example.config, as_of=example.as_of + timedelta(days=35), report_type="I")
    assert just.test("AWS-IAM-03").verdict is Verdict.NO_EXCEPTIONS


def test_type_one_has_no_period(example: Example) -> None:
    with pytest.raises(UsageError, match="leave out --period"):
        assess(example.config, period=example.config.window, as_of=example.as_of, report_type="I")


@pytest.mark.parametrize(
    ("untold", "flagged", "verdict"),
    [((), (), "no_exceptions"), ((1,), (), "not_tested"), ((1,), (0,), "exceptions"), ((0,), (0,), "exceptions")],
)
def test_a_row_that_cannot_be_tested_is_no_row_in_order(
    untold: tuple[int, ...], flagged: tuple[int, ...], verdict: str, frames: FrameSet, example: Example
) -> None:
    """Neither is it an exception: the verdict says which, and the row stands in one list only."""
    check = next(check for check in CHECKS if check.id == "GH-PR-02")

    chosen = (("bad", flagged), ("dark", untold))

    def function(*inputs: Frame, period: Period, parameters: Parameters) -> Outcome:
        population = inputs[0][["commit", "committed_at"]].head(3)
        texts = [[f"{word} {n}" if n in rows else None for n in range(3)] for word, rows in chosen]
        return outcome(population, key="commit", at="committed_at", reasons=texts[0], unknown=texts[1])

    coverage = Coverage(frames, example.config.calendar, library.controls())
    result = run_check(replace(check, reads=("commits",), function=function), coverage, ParameterHistory())
    assert result.verdict == verdict
    assert set(result.not_testable["reason"]) == {f"dark {n}" for n in untold if n not in flagged}
    assert any("1 of the 3" in note for note in result.notes) == bool(set(untold) - set(flagged))


def test_what_a_workpaper_shows_of_a_population_is_there(assessed: Assessment) -> None:
    for result in assessed.tests:
        assert set(result.check.shows) <= set(result.population.columns), result.check.id
