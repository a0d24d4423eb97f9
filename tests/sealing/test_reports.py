"""Reports in a workspace and in a package are those that their run wrote, on the evidence that is there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from soc2kit.assessment import assess
from soc2kit.config import Config, load_config
from soc2kit.errors import UsageError
from soc2kit.history import run_of
from soc2kit.model import Assessment
from soc2kit.reporting import render_reports
from soc2kit.results import as_json
from soc2kit.sealing.check import check
from soc2kit.sealing.package import seal

# What the file prepares is prepared by one worker.
pytestmark = pytest.mark.xdist_group("reports")

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 7, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def rendered(example: Any, assessed: Assessment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one notebook rendered."""
    workspace = tmp_path_factory.mktemp("rendered") / "demo"
    shutil.copytree(example.config.workspace, workspace)
    config = load_config(workspace)
    done = assessed
    render_reports(
        config,
        period=done.period,
        as_of=done.as_of,
        notebooks=ROOT / "notebooks",
        only="03_change_management",
        results_json=as_json(done),
        assessment=done,
    )
    return workspace


@pytest.fixture
def config(rendered: Path, tmp_path: Path) -> Config:
    return load_config(Path(shutil.copytree(rendered, tmp_path / "demo")))


def edit_json(name: str, **changes: object) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        document = {**json.loads((folder / name).read_text()), **changes}
        (folder / name).write_text(json.dumps(document))

    return edit


TAMPERINGS = {
    "a page edited": (lambda f: (f / "index.html").write_text("0 exceptions"), "index.html is not the page"),
    "a page added": (lambda f: (f / "09_more.html").write_text("all good"), "09_more.html is not the page"),
    "a page removed": (lambda f: (f / "03_change_management.html").unlink(), "03_change_management.html is missing"),
    "the results edited": (edit_json("results.json", tests=[]), "results.json is not what the evidence gives"),
    "the run edited": (edit_json("run.json", ledger_head="0" * 64), "rendered on other evidence"),
    "the run removed": (lambda f: (f / "run.json").unlink(), "run.json cannot be read"),
}


def test_an_untouched_run_is_sealed_with_its_pages_and_verifies(config: Config, assessed: Assessment) -> None:
    done = assessed
    sealed = seal(config, done, reports=run_of(config.reports, done), now=NOW)
    checked = check(sealed.path, recompute=True)
    assert (checked.problems, checked.differing) == ((), ())
    assert check(config.workspace, recompute=True).ok


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_tampered_run_is_not_sealed(name: str, config: Config, assessed: Assessment) -> None:
    tamper, words = TAMPERINGS[name]
    done = assessed
    folder = run_of(config.reports, done)
    tamper(folder)
    with pytest.raises(UsageError, match=words):
        seal(config, done, reports=folder, now=NOW)
    assert not list(config.workspace.glob("packages/*.zip"))


def test_reports_of_another_date_are_not_taken(config: Config, example: Any) -> None:
    with pytest.raises(UsageError, match="no reports as of 2026-06-30T20:00:00Z"):
        run_of(config.reports, assess(config, as_of=datetime(2026, 6, 30, 20, tzinfo=UTC)))


def test_a_ledger_cut_behind_a_head_that_reports_state_is_named(config: Config) -> None:
    ledger = config.evidence / "ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    path = json.loads(lines[-1])["path"]
    ledger.write_bytes(b"".join(lines[:-1]))
    (config.evidence / path).unlink()
    (problem,) = check(config.workspace, recompute=False).problems
    assert problem.startswith("truncated: ledger.jsonl: the line that 2026-07-01/run.json states as its last")
