"""Reports of fixture notebooks, one a failure mode, run by real kernels."""

import json
import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import example_book
import pytest

from soc2kit.config import Config
from soc2kit.errors import UnknownParameter, UsageError
from soc2kit.reporting import RunResult, render_reports

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "notebooks"
RUNNABLE = ("01_well", "02_raises", "03_sleeps", "04_kernel_dies", "08_hostile_text")


def render(workspace: Path, notebooks: Path, **settings: object) -> RunResult:
    workspace.mkdir(exist_ok=True)
    config = Config(workspace, "Example & Sons", example_book.PERIOD, ("security",))
    made = example_book.assessment()
    return render_reports(
        config, period=example_book.PERIOD, as_of=example_book.AS_OF, notebooks=notebooks, assessment=made, **settings
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    folder = tmp_path_factory.mktemp("run")
    (folder / "notebooks").mkdir()
    for name in RUNNABLE:
        shutil.copy(FIXTURES / f"{name}.ipynb", folder / "notebooks")
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)
    try:
        return render(folder / "company", folder / "notebooks", results_json="{}", timeout_seconds=6.0)
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


@pytest.mark.parametrize(
    ("name", "status", "error", "shown"),
    [
        ("01_well", "ok", "", "all well"),
        ("02_raises", "failed", "FileNotFoundError", "before"),
        ("03_sleeps", "timeout", "time limit", "time.sleep"),
        ("04_kernel_dies", "failed", "kernel died", "os._exit"),
        ("08_hostile_text", "ok", "", "T-AC-02"),
    ],
)
def test_each_ending_has_a_status_and_a_page(run: RunResult, name: str, status: str, error: str, shown: str) -> None:
    found = next(one for one in run.notebooks if one.name == name)
    page = (run.folder / f"{name}.html").read_text()
    assert (found.status, error in found.error) == (status, True)
    assert ("did not run to its end" in page) == (status != "ok")
    assert shown in page


def test_the_index_and_run_json_say_what_did_not_run(run: RunResult) -> None:
    index, record = run.index.read_text(), json.loads((run.folder / "run.json").read_text())
    assert "3 of 5 notebooks did not run to their end" in index
    assert record["status"] == "failed"
    assert record["parameters"]["workspace"] == "company"
    assert {one["status"] for one in record["notebooks"]} == {"ok", "failed", "timeout"}
    assert record["sha256"] == {p.name: sha256(p.read_bytes()).hexdigest() for p in run.folder.glob("*.html")}
    assert len(record["sha256"]) == 6


def test_pages_are_self_contained_and_hold_nothing_that_runs(run: RunResult) -> None:
    for page in run.folder.glob("*.html"):
        text = page.read_text()
        assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in text
        assert "<script" not in text.lower()
        assert not re.search(r"(?:src|href)=\"(?!data:|#|[\w.-]+\.(?:html|json)\")", text)
        assert not re.search(r"\son\w+=", text)
        assert text.count("<h1") == 1
        assert all(part in text for part in ('<html lang="en">', "<title>", "<header>", "<main", "<footer>"))
        assert text.count("<table") == text.count("<caption>")


def test_no_page_names_this_machine(run: RunResult) -> None:
    places = (str(ROOT), str(run.folder.parents[2]), sys.prefix, "ipykernel_", "/tmp/")
    for path in run.folder.iterdir():
        assert [place for place in places if place in path.read_text()] == []


def test_a_page_keeps_every_table_and_image_of_its_notebook(run: RunResult) -> None:
    book, page = example_book.book(), (run.folder / "08_hostile_text.html").read_text()
    tables = [book.title(), book.gaps(), book.tests_of("AC-02")]
    assert page.count("<table") == sum(shown.html.count("<table") for shown in tables)
    alts = re.findall(r'<img alt="([^"]+)" src="data:image/png;base64,[^"]{100,}"', page)
    assert alts == [chart.alt for chart in (book.matrix(), book.counts_chart(), book.by_month("T-CH-02"))]
    assert "&lt;script&gt;" in page


def test_a_folder_that_exists_is_never_written_to(tmp_path: Path) -> None:
    taken = tmp_path / "company" / "reports" / "2026-07-01"
    taken.mkdir(parents=True)
    (taken / "kept.txt").write_text("kept")
    result = render(tmp_path / "company", FIXTURES, only="01_well")
    assert result.folder.name == "2026-07-01-2"
    assert [path.name for path in taken.iterdir()] == ["kept.txt"]
    assert sorted(path.name for path in taken.parent.iterdir()) == ["2026-07-01", "2026-07-01-2"]


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("05_misspelt_parameter", UnknownParameter, "did you mean 'as_fo'"),
        ("06_wrong_type", UnknownParameter, "period is '2026-01-01..2026-06-30', a str"),
        ("07_no_parameters", UnknownParameter, "0 cells are tagged 'parameters'"),
        ("99_absent", UsageError, "'99_absent' is not a notebook"),
    ],
)
def test_wrong_parameters_stop_before_anything_runs(
    tmp_path: Path, name: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=re.escape(message)):
        render(tmp_path / "company", FIXTURES, only=name)
    assert not (tmp_path / "company" / "reports").exists()


def test_the_slow_parsers_are_not_loaded_and_notebooks_still_validate() -> None:
    code = (
        "import sys, soc2kit.reporting, nbformat;"
        f"nbformat.validate(nbformat.read({str(FIXTURES / '01_well.ipynb')!r}, as_version=4));"
        "assert sys.modules['rfc3987_syntax'] is None and 'lark' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
