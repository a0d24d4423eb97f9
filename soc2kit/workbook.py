"""What a notebook cell calls. Opens a workspace, assesses it from its evidence, and shows the result part by part.

    book = workbook.open("demo", "2026-01-01..2026-06-30", "2026-07-01T06:00:00Z")
    book.test("AWS-IAM-03")

Nothing here reaches a source or writes a file, and every method returns something that Jupyter displays. What somebody
fills in, a form of `forms` writes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import charts, people_view, window_view
from .assessment import assess, frames_of
from .availability_view import AvailabilityView
from .change_view import Changes
from .change_view.evidence import Collected
from .charts import Chart
from .config import FILE_NAME, load_config
from .errors import UsageError
from .history import latest_collection
from .model import Assessment, ControlResult, Design, ReportType, TestResult, Verdict
from .people_view import People
from .period import parse_moment
from .pipeline_view import PipelineView
from .review_view import Reviews
from .rows import SUMMARY_COLUMNS, control_row, gap_row, needs_work, summary_row, title_facts, urgency
from .tables import LAB_STYLE, Column, Shown, facts, paragraph, table, verdict_line
from .vulnerability_view import VulnerabilityView
from .wording import CRITERIA, DESIGNS, OPERATIONS
from .workpaper import evidence, exceptions, workpaper

WORKSPACE_VARIABLE = "SOC2KIT_WORKSPACE"
EXAMPLE = "demo"


def open(workspace: str = "", period: str = "", as_of: str = "", report_type: str = "II") -> Book:
    """Assess a workspace offline.

    An empty `workspace` is the one that SOC2KIT_WORKSPACE names, else the nearest folder `demo`; an empty `period` is
    the window, an empty `as_of` the latest collection; `report_type` is "I" or "II". Raises `ConfigError`, `UsageError`
    or `EvidenceDamaged`.
    """
    config = load_config(locate(workspace))
    if report_type not in ("I", "II"):
        raise UsageError(f'report_type is {report_type!r}; write "I" or "II"')
    chosen = config.calendar.parse(period) if period else None
    moment = parse_moment(as_of) if as_of else latest_collection(config)
    kind: ReportType = "I" if report_type == "I" else "II"
    frames = frames_of(config, period=chosen, as_of=moment, report_type=kind)
    assessment = assess(config, as_of=moment, report_type=kind, frames=frames)
    changes = Changes(assessment, Collected(frames))
    reviews, people, pipeline = Reviews(config, frames), People(config, frames), PipelineView(config, frames)
    views = VulnerabilityView(config, frames, assessment), AvailabilityView(config, frames, assessment)
    return Book(assessment, reviews, people, changes, pipeline, *views)


def locate(workspace: str) -> Path:
    """The workspace's folder; a relative name is looked for here and in the folders above, as notebooks lie deeper."""
    named = Path(workspace or os.environ.get(WORKSPACE_VARIABLE) or EXAMPLE)
    places = [base / named for base in (Path.cwd(), *Path.cwd().parents)]
    return next((place for place in places if (place / FILE_NAME).is_file()), named)


@dataclass(frozen=True)
class Book:
    assessment: Assessment
    #: These need the frames themselves, not only what tests made of them; a book without evidence has none.
    access_reviews: Reviews | None = None
    people: People | None = None
    change_views: Changes | None = None
    pipeline: PipelineView | None = None
    vulnerabilities: VulnerabilityView | None = None
    availability: AvailabilityView | None = None

    def title(self) -> Shown:
        """Who, which window, as of when, by which version, on which evidence."""
        return facts(title_facts(self.assessment), "This report") + Shown(LAB_STYLE, "")

    def counts(self) -> Shown:
        rows = [
            {"label": count.label, "value": f"{count.value:g} of {count.of:g}", "meaning": count.meaning}
            for count in self.assessment.counts
        ]
        columns = (Column("label", "Count"), Column("value", "Value", "number"), Column("meaning", "What it says"))
        counts = table(rows, columns, "Counts, each with its denominator")
        for note in self.assessment.notes:
            counts = paragraph(note, "note") + counts
        return counts

    def counts_chart(self) -> Chart:
        return charts.counts_bars(self.assessment.counts)

    def matrix(self) -> Chart:
        return charts.criteria_matrix(self.assessment.criteria)

    def criteria(self) -> Shown:
        """Every criterion in scope with its status and controls."""
        rows = [
            {
                "id": result.criterion.id,
                "title": result.criterion.title,
                "status": f"{CRITERIA[result.status].symbol} {CRITERIA[result.status].words}",
                "controls": result.controls,
            }
            for result in self.assessment.criteria
            if result.status.value != "out_of_scope"
        ]
        columns = (
            Column("id", "Criterion"),
            Column("title", "Subject"),
            Column("status", "Status"),
            Column("controls", "Controls"),
        )
        return table(rows, columns, "Criteria in scope")

    def gaps(self) -> Shown:
        """Controls that need work, most exceptions first: owner, exceptions, remediation, effort."""
        rows = [gap_row(result) for result in sorted(self.assessment.controls, key=urgency) if needs_work(result)]
        columns = (
            Column("control", "Control"),
            Column("owner", "Owner"),
            Column("state", "Design, operation"),
            Column("exceptions", "Exceptions", "number"),
            Column("open", "Still open", "number"),
            Column("remediation", "Remediation"),
            Column("effort", "Effort, days", "number"),
        )
        return table(rows, columns, "Controls that need work") if rows else paragraph("No control needs work.")

    def owed(self) -> Shown:
        """Evidence and answers that are missing, late or lost."""
        return window_view.owed(self.assessment)

    def calendar(self) -> Shown:
        """What the tested controls owe for each of their periods, and what comes next."""
        return window_view.calendar(self.assessment)

    def window(self) -> Shown:
        """Days covered, gaps and drift of each dataset."""
        return window_view.window(self.assessment)

    def window_chart(self) -> Chart:
        return charts.window_bars(self.assessment)

    def standings(self) -> Shown:
        """Which of the two reports the evidence of each tested control can carry."""
        return window_view.standings(self.assessment)

    def vanishing(self) -> Shown:
        return window_view.vanishing(self.assessment)

    def reconciliations(self) -> Shown:
        return window_view.reconciliations(self.assessment)

    def _all_answered(self) -> str:
        waiting = sum(
            not result.tests and result.design is not Design.NOT_APPLICABLE for result in self.assessment.controls
        )
        return (
            f"Each of the {len(self.assessment.tests)} tests has an answer. {waiting} further controls have no test"
            " that a system could answer; they stand as not tested until somebody answers them."
        )

    def not_tested(self) -> Shown:
        """Tests without an answer, and why."""
        rows = [
            {"id": result.check.id, "title": result.check.title, "why": list(result.notes)}
            for result in self.assessment.tests
            if result.verdict is Verdict.NOT_TESTED
        ]
        columns = (Column("id", "Test"), Column("title", "Title"), Column("why", "Why there is no answer"))
        return table(rows, columns, "Not tested") if rows else paragraph(self._all_answered())

    def controls(self, prefix: str = "") -> Shown:
        """Controls whose id starts with `prefix`, design and operation apart."""
        rows = [control_row(result) for result in self.assessment.controls if result.control.id.startswith(prefix)]
        columns = (
            Column("id", "Control"),
            Column("title", "Title"),
            Column("owner", "Owner"),
            Column("design", "Design"),
            Column("operation", "Operation"),
            Column("tests", "Tests"),
            Column("exceptions", "Exceptions", "number"),
        )
        return table(rows, columns, f"Controls {prefix}".rstrip())

    def summary(self, prefix: str = "") -> Shown:
        """One row a test of the controls whose id starts with `prefix`."""
        rows = [summary_row(result) for result in self._tests(prefix)]
        return table(rows, SUMMARY_COLUMNS, f"Tests of the controls {prefix}".rstrip())

    def control(self, control_id: str) -> Shown:
        """What a control promises, who owns it, and what is known of it."""
        result = self._control(control_id)
        pairs = [
            ("Promise", result.control.statement),
            ("Owner", result.control.owner),
            ("Frequency", result.control.frequency),
            ("Criteria", result.control.criteria),
            ("Design", DESIGNS[result.design]),
            ("Operation", OPERATIONS[result.operation]),
            ("Exceptions", f"{result.exceptions}, of which still open: {result.open_exceptions}"),
        ]
        return facts(pairs, f"{control_id} {result.control.title}")

    def test(self, check_id: str) -> Shown:
        """The workpaper of one test."""
        result = self._test(check_id)
        return workpaper(result, self._control(result.check.control))

    def tests_of(self, prefix: str) -> Shown:
        """The workpapers of every test of the controls whose id starts with `prefix`: a control or an area."""
        papers = [self.test(result.check.id) for result in self._tests(prefix)]
        if not papers:
            return verdict_line("Not tested", f"No test reads evidence for {prefix}.", "open")
        first, *rest = papers
        return sum(rest, start=first)

    def population(self, check_id: str, limit: int = 50) -> Shown:
        """The rows a test looked at."""
        frame = self._test(check_id).population
        columns = [Column(str(name), str(name).replace("_", " ").capitalize()) for name in frame.columns]
        if frame.empty:
            return paragraph(f"The population of {check_id} is empty.")
        return table(frame.to_dict("records"), columns, f"{check_id}: population", limit)

    def exceptions(self, check_id: str) -> Shown:
        return exceptions(self._test(check_id))

    def evidence(self, check_id: str) -> Shown:
        return evidence(self._test(check_id))

    def exceptions_chart(self, prefix: str = "") -> Chart:
        return charts.exceptions_by_control(self._tests(prefix))

    def by_month(self, check_id: str) -> Chart:
        months = list(self.assessment.calendar.parts(self.assessment.period, "month"))
        return charts.population_by_month(self._test(check_id), months)

    def reviews(self) -> Shown:
        """The access review of every system in each quarter of the period, as the last collection found it."""
        return self._reviews().overview()

    def review(self, system: str, quarter: str = "") -> Shown:
        """One review: a form where somebody can fill it in, a table of what was collected anywhere else.

        An empty `quarter` is the latest in which accounts of the system were collected.
        """
        return self._reviews().review(system, quarter)

    def _reviews(self) -> Reviews:
        if self.access_reviews is None:
            raise UsageError("this book was made without evidence. Open it with workbook.open")
        return self.access_reviews

    def identities(self) -> Shown:
        """Every account with its owner, unclear ones first; where it can be filled in, a form that confirms owners."""
        return self._people().identities()

    def leavers(self) -> Shown:
        """For each leaver and account: when it was removed, how long after, and what shows it."""
        return people_view.leavers(self.assessment)

    def access_changes(self, system: str = "") -> Shown:
        """Every grant and revocation of the period, of one system or of all."""
        return self._people().access_changes(system)

    @property
    def changes(self) -> Changes:
        """Views of every change: population, states, exceptions, lead times, review coverage."""
        if self.change_views is None:
            raise UsageError("this book was made without evidence. Open it with workbook.open")
        return self.change_views

    def _people(self) -> People:
        if self.people is None:
            raise UsageError("this book was made without evidence. Open it with workbook.open")
        return self.people

    def _tests(self, prefix: str) -> Sequence[TestResult]:
        chosen = [result for result in self.assessment.tests if result.check.control.startswith(prefix)]
        return sorted(chosen, key=lambda result: (result.check.control, result.check.id))

    def _test(self, check_id: str) -> TestResult:
        for result in self.assessment.tests:
            if result.check.id == check_id:
                return result
        raise UsageError(f"{check_id!r} is not a test of this assessment. Run: soc2kit checks")

    def _control(self, control_id: str) -> ControlResult:
        for result in self.assessment.controls:
            if result.control.id == control_id:
                return result
        raise UsageError(f"{control_id!r} is not a control of this assessment. Run: soc2kit assess")
