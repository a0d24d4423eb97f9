"""A company that does not have one of the systems: its tests wait for nothing of it, and say nothing of it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from example_workspace import Example
from rewritten_evidence import keep

from soc2kit.assessment import assess
from soc2kit.config import load_config
from soc2kit.model import Assessment, Verdict

OVER_SYSTEMS = ("ACC-ORP-01", "ACC-ON-01", "ACC-CHG-01", "ACC-REV-01", "ACC-REV-02")
OF_DATABASE = ("ACC-OFF-03", "PG-ROL-01", "PG-ROL-02", "PG-ROL-03", "PG-ROL-04")


@pytest.fixture
def whole(assessed: Assessment) -> Assessment:
    return assessed


def without(example: Example, folder: Path, *systems: str, table: bool = True, evidence: bool = True) -> Assessment:
    """The example without the tables of systems in its settings, and without what was collected of them."""
    shutil.copytree(example.config.workspace, folder / "demo")
    path = folder / "demo" / "soc2kit.toml"
    text = path.read_text(encoding="utf-8")
    for system in systems if table else ():
        text, times = re.subn(rf"\[sources\.{system}\]\n(?:[^\[\n].*\n|\n)*", "", text)
        assert times == 1
    path.write_text(text, encoding="utf-8")
    if evidence:
        keep(folder / "demo" / "evidence", lambda record: record.system not in systems)
    return assess(load_config(folder / "demo"), as_of=example.as_of)


def test_tests_over_all_systems_speak_of_those_that_there_are(
    example: Example, whole: Assessment, tmp_path: Path
) -> None:
    result = without(example, tmp_path, "postgres")
    for name in OVER_SYSTEMS:
        test, before = result.test(name), whole.test(name)
        assert test.verdict in (before.verdict, Verdict.NO_EXCEPTIONS)
        assert 0 < len(test.population) <= len(before.population)
        assert not [dataset for use in test.evidence if (dataset := use.dataset).startswith("postgres")]
    # What a review decided of the database cannot be seen to be done.
    undone = [key for key in result.test("ACC-REV-02").exceptions["key"] if key.startswith("2026-Q1/postgres/")]
    assert len(undone) == 2
    assert len(result.test("ACC-ORP-01").population) < len(whole.test("ACC-ORP-01").population)
    for name in ("ACC-OFF-01", "ACC-OFF-02"):
        assert len(result.test(name).population) == len(whole.test(name).population)
    for name in OF_DATABASE:
        assert result.test(name).verdict == Verdict.NOT_TESTED, name
    assert result.test("ACC-OFF-03").notes == (
        "soc2kit.toml has no table [sources.postgres], and nothing of it was collected",
    )
    assert [note for note in result.notes if "[sources.postgres]: tests over all systems" in note]


def test_without_any_system_nothing_is_tested(example: Example, tmp_path: Path) -> None:
    result = without(example, tmp_path, "aws", "github", "postgres", "postgres_files", "terraform", "scans")
    assert {test.verdict for test in result.tests} == {Verdict.NOT_TESTED}


def test_a_system_that_is_configured_and_was_not_collected_is_waited_for(example: Example, tmp_path: Path) -> None:
    result = without(example, tmp_path, "postgres", table=False)
    for name in (*OVER_SYSTEMS, *OF_DATABASE, "ACC-OFF-01"):
        test = result.test(name)
        assert test.verdict in (Verdict.NOT_TESTED, Verdict.EXCEPTIONS), name
        assert [note for note in test.notes if "postgres" in note], name


def test_taking_a_table_out_hides_nothing_that_was_collected(
    example: Example, whole: Assessment, tmp_path: Path
) -> None:
    result = without(example, tmp_path, "postgres", evidence=False)
    changed = [
        test.check.id for test, before in zip(result.tests, whole.tests, strict=True)
        if len(test.exceptions) != len(before.exceptions) or test.verdict != before.verdict
    ]  # fmt: skip
    assert changed == []
