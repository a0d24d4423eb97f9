"""What a notebook shows of the example's pipeline, and the summary of runs beside the evidence."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest
from example_workspace import Example
from rewritten_evidence import keep

from soc2kit import workbook
from soc2kit.charts import Chart
from soc2kit.evidence import EvidenceStore
from soc2kit.evidence.pipeline_views import COLUMNS, ci_runs_summary
from soc2kit.pipeline_view import PipelineView
from soc2kit.tables import Shown

# What the file prepares is prepared by one worker.
pytestmark = pytest.mark.xdist_group("pipeline_view")

CALLS = ("kinds", "jobs", "runs", "runs_chart", "environments", "deployments", "lead_times", "deployments_chart",
         "rollbacks")  # fmt: skip


@pytest.fixture(scope="module")
def view(example: Example) -> PipelineView:
    made = workbook.open(str(example.config.workspace)).pipeline
    assert made is not None
    return made


def lines(shown: Shown, word: str) -> list[str]:
    return [line for line in shown.text.splitlines() if word in line]


def test_kinds_say_whether_a_job_is_required(view: PipelineView) -> None:
    (web,) = lines(view.kinds(), "tidewater/web")
    assert "required: test, browsers / test (chromium), browsers / test (firefox)" in web
    assert "required: lint" in web
    assert "no job" not in view.kinds().text


def test_jobs_name_the_step_that_they_are_recognised_by(view: PipelineView) -> None:
    shown = view.jobs()
    assert "test: Run the tests: uv run pytest --cov" in shown.text
    (browsers,) = lines(shown, "browsers / test (chromium)")
    assert browsers.rstrip().endswith("no")
    assert lines(shown, "labeler") == []
    assert "pytest" in view.recognised().text


def test_runs_are_counted_by_month(view: PipelineView) -> None:
    (row,) = [line for line in lines(view.runs(), "tidewater/api") if "2026-03" in line and "pull_request" in line]
    assert row.split()[1:4] == ["CI", "pull_request", "2026-03"]
    chart = view.runs_chart()
    assert isinstance(chart, Chart)
    assert chart.alt.startswith("Runs of workflows by month: 2026-01 success")
    assert chart.png()[:4] == b"\x89PNG"


def test_deployments_have_their_change_and_the_hours_from_its_merge(view: PipelineView) -> None:
    (by_hand,) = lines(view.deployments(limit=999), "jweber-tw")
    assert "none known" in by_hand
    (unreviewed,) = lines(view.deployments(limit=999), "tidewater/web#904")
    assert "0.8" in unreviewed
    assert len(lines(view.lead_times(), "tidewater/api")) == 6
    chart = view.deployments_chart()
    assert isinstance(chart, Chart)
    assert "did not succeed 1" in chart.alt


def test_rollbacks_have_times(view: PipelineView) -> None:
    shown = view.rollbacks()
    rows = lines(shown, "did not succeed")
    assert [line.split()[0].split("/")[1] for line in rows] == ["api", "web"]
    # The release failed six minutes after it was begun; the rollback was begun ten minutes later and took six.
    assert all(line.split()[-3:] == ["10", "6", "yes"] for line in rows)


def test_environments_are_shown_as_they_are_now(view: PipelineView) -> None:
    rows = lines(view.environments(), "production")
    assert len(rows) == 3
    assert all(" no" in line for line in rows)


@pytest.mark.parametrize("call", CALLS)
def test_without_evidence_a_sentence_says_so(call: str, example: Example, tmp_path: Path) -> None:
    workspace = Path(shutil.copytree(example.config.workspace, tmp_path / "demo"))
    keep(workspace / "evidence", lambda record: record.dataset.startswith("company."))
    made = workbook.open(str(workspace)).pipeline
    assert made is not None
    assert "Nothing to show: there is no github." in getattr(made, call)().text


def test_the_summary_of_runs_lies_beside_the_evidence(example: Example) -> None:
    folder = example.config.evidence / "2026-Q1" / "change-management"
    # One of the month while it was open, one once it had closed.
    path = max(folder.glob("ci-pipeline-runs-summary-2026-03*.csv"))
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert tuple(rows[0]) == COLUMNS
    for row in rows:
        parts = sum(int(row[name]) for name in ("success", "failure", "cancelled", "skipped", "other", "not_ended"))
        assert int(row["runs"]) == parts


class _Store:
    def __init__(self, *runs: dict[str, Any]) -> None:
        self._pages = [{"answer": {"workflow_runs": list(runs)}}]

    def read_pages(self, record: object) -> list[dict[str, Any]]:
        return self._pages


def run(number: int, **different: Any) -> dict[str, Any]:
    return {
        "id": number, "name": '=HYPERLINK("http://x.invalid")', "path": "ci.yml", "event": "push",
        "status": "completed",
        "conclusion": "success", "created_at": "2026-03-31T23:59:59Z", "run_started_at": "2026-03-31T23:59:59Z",
        "updated_at": "2026-04-01T00:02:59Z", "repository": {"full_name": "acme/shop"}, **different,
    }  # fmt: skip


def test_the_summary_counts_each_run_once_and_starts_no_formula() -> None:
    late = "2026-04-01T00:09:59Z"
    runs = (
        run(1), run(1), run(2, conclusion="timed_out", run_attempt=2), run(3, conclusion="neutral"),
        run(4, status="in_progress", conclusion=None), run(5, conclusion="cancelled", updated_at=late),
    )  # fmt: skip
    store: EvidenceStore = _Store(*runs)  # type: ignore[assignment]
    ((name, category, text, _),) = ci_runs_summary(store, None, "2026-03")  # type: ignore[arg-type]
    assert (name, category) == ("ci-pipeline-runs-summary-2026-03.csv", "change-management")
    (row,) = csv.DictReader(text.splitlines())
    assert row["workflow"] == '\'=HYPERLINK("http://x.invalid")'
    assert [row[name] for name in COLUMNS[3:]] == [
        "2026-03", "5", "1", "1", "1", "0", "1", "1", "1", "3.0", "10.0",
    ]  # fmt: skip


def test_no_runs_are_a_table_without_rows() -> None:
    ((_, _, text, _),) = ci_runs_summary(_Store(), None, "2026-03")  # type: ignore[arg-type]
    assert len(text.splitlines()) == 1
