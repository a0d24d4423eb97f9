"""What the evidence contradicts is said; what a later file cannot do is rewrite what an earlier one showed."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from example_workspace import Example

from soc2kit.assessment import assess
from soc2kit.config import Config, load_config
from soc2kit.consistency import identity_notes, overlay_notes, roster_notes
from soc2kit.evidence import EvidenceStore
from soc2kit.evidence.store import Effective
from soc2kit.frames.load import EVENTS
from soc2kit.period import CIVIL
from soc2kit.sources.base import Completeness, Dataset, Origin, Page, Pages
from soc2kit.sources.company import SOURCE as COMPANY

# What the file prepares is prepared by one worker.
pytestmark = pytest.mark.xdist_group("consistency")

DATASETS = {dataset.id: dataset for dataset in COMPANY.datasets}
ONE, TWO = pd.Timestamp("2026-01-31", tz="UTC"), pd.Timestamp("2026-02-28", tz="UTC")


def days(*values: str | None) -> pd.Series:
    return pd.to_datetime(pd.Series(list(values)), utc=True)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (None, None, None),
        (None, "2026-02-10", None),
        ("2026-01-10", "2026-01-10", None),
        (
            "2026-01-10",
            "2026-02-10",
            "rosters disagree on when ada@x left: 2026-01-10, 2026-02-10; the latest says 2026-02",
        ),
        ("2026-01-10", None, "rosters disagree on when ada@x left: 2026-01-10; the latest says no leaving date"),
    ],
)
def test_a_leaving_date_that_moves_is_said(first: str | None, second: str | None, words: str | None) -> None:
    people = pd.DataFrame({"email": "ada@x", "left_at": days(first, second), "snapshot_at": [ONE, TWO]})
    notes = list(roster_notes(people))
    assert len(notes) == (words is not None)
    assert words is None or words in notes[0]


def test_a_person_who_vanishes_from_the_roster_is_said() -> None:
    people = pd.DataFrame(
        {"email": ["ada@x", "bob@x", "ada@x"], "left_at": days(None, None, None), "snapshot_at": [ONE, ONE, TWO]}
    )
    assert list(roster_notes(people)) == ["bob@x is in an earlier roster and not in the latest one"]


def test_an_account_that_changes_its_owner_or_loses_it_is_said() -> None:
    rows = [("a", "ada@x", ONE), ("a", "bob@x", TWO), ("b", "bob@x", ONE), ("c", "cy@x", ONE), ("c", "cy@x", TWO)]
    rows += [("s", email, at) for at in (ONE, TWO) for email in ("cy@x", "ada@x")]
    rows += [("t", "ada@x", ONE), ("t", "ada@x", TWO), ("t", "bob@x", TWO)]
    identities = pd.DataFrame(rows, columns=["account_name", "email", "snapshot_at"]).assign(system="github")
    assert list(identity_notes(identities)) == [
        "github account a was confirmed for ada@x, then bob@x",
        "github account b was confirmed for bob@x, and is not in the latest identity file",
        "github account t was confirmed for ada@x, then ada@x and bob@x",
    ]


def test_a_control_overlay_is_said(tmp_path: Path) -> None:
    assert list(overlay_notes(tmp_path)) == []
    (tmp_path / "controls.yaml").write_text("controls:\n- {id: AC-03, applies_if: privacy}\n")
    assert list(overlay_notes(tmp_path)) == ["the company's controls.yaml changes or adds: AC-03 (applies_if)"]


@pytest.fixture
def config(example: Example, tmp_path: Path) -> Config:
    """The example on a copy that a test may add evidence to."""
    return load_config(Path(shutil.copytree(example.config.workspace, tmp_path / "demo")))


def add(config: Config, dataset: Dataset, pages: Pages, account: str, start: datetime, end: datetime) -> None:
    """A well-chained record, as a later collection would leave it."""
    store = EvidenceStore(config.evidence)
    origin = Origin(dataset.id.split(".")[0], account, "somebody", "somewhere")
    now = datetime(2026, 7, 1, 7, tzinfo=UTC)
    store.collect(dataset, pages, origin=origin, effective=Effective(start, end, "late", "close"), run_at=now, now=now)


def nothing() -> Pages:
    yield Page("GraphQL", {}, {"repository": {"nameWithOwner": "x/y", "pullRequests": {"nodes": []}}}, 0)
    return Completeness("an empty organisation")


def test_another_organisations_files_replace_nothing_and_are_named(config: Config, example: Example) -> None:
    later = example.as_of + timedelta(hours=2)
    before = assess(config, as_of=later)
    changes = Dataset("github.merged_pull_requests", "", "change-management", "merged-prs", "events", (), nothing)  # type: ignore[arg-type]
    assert changes.id in EVENTS
    for month in CIVIL.parts(CIVIL.parse("2026-01-01..2026-06-30"), "month"):
        add(config, changes, nothing(), "empty-org", month.start, month.end)
    after = assess(config, as_of=later)
    assert len(after.test("GH-PR-01").exceptions) == len(before.test("GH-PR-01").exceptions) > 0
    assert len(after.test("GH-PR-01").population) == len(before.test("GH-PR-01").population)
    assert "github was collected from several accounts: empty-org, tidewater" in after.notes


def text_of(text: str) -> Pages:
    yield Page("file", {"columns": {}}, text, 1)
    return Completeness("whole")


def test_a_later_match_does_not_change_whose_an_account_was(config: Config, example: Example) -> None:
    later = example.as_of + timedelta(hours=2)
    identities = (config.workspace / "identities.csv").read_text()
    changed = identities.replace("fortega,felix.ortega@", "fortega,lucia.santos@")
    moment = datetime(2026, 7, 1, 7, tzinfo=UTC)
    add(config, DATASETS["company.identities"], text_of(changed), config.company, moment, moment)
    after = assess(config, as_of=later)
    assert len(after.test("ACC-OFF-03").exceptions) == 1
    assert any("postgres account fortega was confirmed for felix.ortega@" in note for note in after.notes)


def test_a_leaving_date_moved_in_the_last_roster_is_said(config: Config, example: Example) -> None:
    later = example.as_of + timedelta(hours=2)
    roster = (config.workspace / "roster.csv").read_text().replace("2026-03-13", "2026-06-29")
    moment = datetime(2026, 7, 1, 7, tzinfo=UTC)
    add(config, DATASETS["company.roster"], text_of(roster), config.company, moment, moment)
    notes = assess(config, as_of=later).notes
    assert any("rosters disagree on when felix.ortega@" in note for note in notes)


def test_loosened_limits_that_were_collected_are_still_said(config: Config, example: Example) -> None:
    later = example.as_of + timedelta(hours=2)
    text = config.path.read_text().replace("[parameters]", "[parameters]\nkey_max_age_days = 900")
    config.path.write_text(text)
    moment = datetime(2026, 7, 1, 7, tzinfo=UTC)
    add(config, DATASETS["company.settings"], text_of(text), config.company, moment, moment)
    (note,) = assess(load_config(config.workspace), as_of=later).notes
    assert "[parameters] key_max_age_days was 90 when collected on 2026-01-15" in note
