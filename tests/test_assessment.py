"""From verdicts to controls to criteria, and what becomes of them when evidence is missing, old or damaged."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from example_workspace import Example
from rewritten_evidence import keep

from soc2kit import library
from soc2kit.assessment import assess, control_result, criterion_results, frames_of
from soc2kit.config import load_config
from soc2kit.errors import EvidenceDamaged
from soc2kit.evidence import EvidenceStore, Record
from soc2kit.model import (
    Assessment,
    Check,
    ControlResult,
    CriterionStatus,
    Design,
    Operation,
    Outcome,
    TestResult,
    Verdict,
)
from soc2kit.parameters import ParameterHistory
from soc2kit.period import CIVIL, parse_moment
from soc2kit.results import as_document
from soc2kit.workbook import Book

# What the file prepares is prepared by one worker.
pytestmark = pytest.mark.xdist_group("assessment")

CONTROL = replace(library.controls()[0], id="XX-01", criteria=("CC6.1",))
VERDICTS = {
    "good": Verdict.NO_EXCEPTIONS,
    "found": Verdict.EXCEPTIONS,
    "closed": Verdict.EXCEPTIONS,
    "empty": Verdict.NO_OCCURRENCES,
    "untested": Verdict.NOT_TESTED,
}


def _nothing() -> Outcome:
    raise NotImplementedError


def _test(word: str) -> TestResult:
    """`point good`: a point-in-time test with no exceptions; `closed` ones the latest snapshot no longer shows."""
    kind, verdict = word.split()
    at = pd.Timestamp("2026-02-01", tz="UTC")
    found = pd.DataFrame([{"key": "k", "at": at, "reason": "r"}] if verdict in ("found", "closed") else [])
    kinds = {"point": "point_in_time", "window": "window"}
    check = Check(word, word, (CONTROL.id,), CONTROL.criteria, kinds[kind], (), _nothing)
    still = found.iloc[:0] if verdict == "closed" else found
    return TestResult(check, VERDICTS[verdict], found, found, (), (), still, ())


@pytest.mark.parametrize(
    ("nature", "words", "design", "operation"),
    [
        ("automated", "", "not_assessed", "not_tested"),
        ("automated", "point good", "suitable", "operating"),
        ("hybrid", "point good", "not_assessed", "operating"),
        ("manual", "point good", "not_assessed", "operating"),
        ("automated", "point empty", "suitable", "not_occurred"),
        ("automated", "point untested", "not_assessed", "not_tested"),
        ("automated", "point good, point untested", "not_assessed", "not_tested"),
        ("automated", "point found", "gap", "deviation"),
        ("hybrid", "point found", "gap", "deviation"),
        ("automated", "point closed", "suitable", "deviation"),
        ("automated", "point closed, point found", "gap", "deviation"),
        ("automated", "point found, point untested", "gap", "deviation"),
        ("automated", "point closed, point untested", "not_assessed", "deviation"),
        ("automated", "window good", "not_assessed", "operating"),
        ("automated", "window empty", "not_assessed", "not_occurred"),
        ("automated", "window empty, window good", "not_assessed", "operating"),
        ("automated", "window empty, window untested", "not_assessed", "not_tested"),
        ("automated", "window found", "not_assessed", "deviation"),
        ("automated", "point good, window found", "suitable", "deviation"),
        ("automated", "point good, window untested", "suitable", "not_tested"),
    ],
)
def test_controls_from_verdicts(nature: str, words: str, design: str, operation: str) -> None:
    tests = [_test(word) for word in words.split(", ") if word]
    result = control_result(replace(CONTROL, nature=nature), tests)
    assert (result.design, result.operation) == (design, operation)


def test_control_out_of_scope_is_not_judged() -> None:
    result = control_result(CONTROL, [_test("point found")], applicable=False)
    assert (result.design, result.operation) == (Design.NOT_APPLICABLE, Operation.NOT_APPLICABLE)


def _control(pair: str) -> ControlResult:
    design, operation = pair.split("/")
    return ControlResult(CONTROL, Design(design), Operation(operation), (), 0, 0)


@pytest.mark.parametrize(
    ("pairs", "status"),
    [
        ("", "no_control"),
        ("not_applicable/not_applicable", "no_control"),
        ("suitable/operating", "supported_by_evidence"),
        ("suitable/not_occurred", "supported_by_evidence"),
        ("not_assessed/operating", "not_assessed"),
        ("suitable/not_tested", "not_tested"),
        ("suitable/deviation", "deviation"),
        ("not_assessed/deviation", "deviation"),
        ("gap/deviation", "gap"),
        ("gap/not_tested", "gap"),
        ("suitable/not_operating", "gap"),
        ("suitable/operating, not_assessed/operating", "not_assessed"),
        ("not_assessed/operating, suitable/not_tested", "not_tested"),
        ("suitable/not_tested, suitable/deviation", "deviation"),
        ("suitable/deviation, gap/operating, suitable/operating", "gap"),
        ("not_applicable/not_applicable, suitable/operating", "supported_by_evidence"),
    ],
)
def test_a_criterion_is_as_good_as_its_worst_control(pairs: str, status: str) -> None:
    controls = [_control(pair) for pair in pairs.split(", ") if pair]
    results = {result.criterion.id: result for result in criterion_results(controls, ("security",))}
    assert results["CC6.1"].status == status
    assert results["A1.1"].status is CriterionStatus.OUT_OF_SCOPE


@pytest.fixture
def workspace(example: Example, tmp_path: Path) -> Example:
    """A copy of the example that may be changed."""
    shutil.copytree(example.config.workspace, tmp_path / "demo")
    return Example(load_config(tmp_path / "demo"), example.as_of)


@pytest.fixture
def whole(assessed: Assessment) -> Assessment:
    return assessed


def _resting_on(whole: Assessment, dataset: str) -> set[str]:
    return {test.check.id for test in whole.tests if dataset in {use.dataset for use in test.evidence}}


def _summary(result: TestResult) -> tuple[object, ...]:
    exceptions = sorted(zip(result.exceptions["key"], result.exceptions["at"], strict=True))
    return result.verdict, len(result.population), exceptions, result.notes, result.periods_covered


def _others_unchanged(now: Assessment, whole: Assessment, affected: set[str]) -> None:
    for before, after in zip(whole.tests, now.tests, strict=True):
        if before.check.id not in affected:
            assert _summary(after) == _summary(before), before.check.id


@pytest.mark.parametrize(
    ("dataset", "some_affected"),
    [
        ("aws.credential_report", {"AWS-IAM-03", "AWS-IAM-05", "ACC-ORP-01", "ACC-OFF-02", "PG-ROL-02"}),
        ("company.identities", {"ACC-ORP-01", "ACC-OFF-01", "PG-ROL-03"}),
        (
            "github.branch_rules",
            {"GH-BR-01", "GH-BR-02", "GH-BR-03", "GH-BR-04", "GH-PR-03", "GH-PR-06", "GH-CI-02", "GH-DEP-02"},
        ),
        (
            "github.merged_pull_requests",
            {"GH-PR-01", "GH-PR-02", "GH-PR-03", "GH-PR-05", "GH-PR-06", "GH-DEP-02"},
        ),
    ],
)
def test_without_a_dataset_its_tests_are_not_tested(
    workspace: Example, whole: Assessment, dataset: str, some_affected: set[str]
) -> None:
    keep(workspace.config.evidence, lambda record: record.dataset != dataset)
    now = assess(workspace.config, as_of=workspace.as_of)
    affected = _resting_on(whole, dataset)
    assert some_affected <= affected
    for check in affected:
        assert now.test(check).verdict is Verdict.NOT_TESTED, check
        assert any(f"no {dataset}. Run: soc2kit collect" in note for note in now.test(check).notes)
    _others_unchanged(now, whole, affected)
    lacking = {name for item in as_document(now)["owed"] for name in item["lacking"]}
    assert lacking == {dataset}
    _denominators_stay(now, whole)


def _denominators_stay(now: Assessment, whole: Assessment) -> None:
    """What was not tested stays in the count of what was to be tested."""
    assert len(now.controls) == len(whole.controls)
    assert len(now.criteria) == len(whole.criteria)
    for before, after in zip(whole.counts, now.counts, strict=True):
        if after.label != "control-periods without deviation":
            assert after.of == before.of, after.label
        assert after.value <= before.value, after.label
    tested, sound = (next(c for c in now.counts if word in c.label) for word in ("complete evidence", "deviation"))
    assert sound.of == tested.value


@pytest.mark.parametrize(
    ("check", "dataset", "verdict"),
    [
        ("GH-ORG-03", "github.members", Verdict.NOT_TESTED),
        ("GH-ORG-04", "github.organization", Verdict.EXCEPTIONS),
    ],
)
def test_a_quarter_without_evidence(workspace: Example, check: str, dataset: str, verdict: Verdict) -> None:
    """It takes away the good verdict; exceptions of the other quarter stand, with the gap beside them."""
    start = {"GH-ORG-03": "2026-01-01", "GH-ORG-04": "2026-04-02"}[check]
    end = {"GH-ORG-03": "2026-04-01", "GH-ORG-04": "2027-01-01"}[check]
    missing = (parse_moment(start), parse_moment(end))
    keep(workspace.config.evidence, lambda one: one.dataset != dataset or not missing[0] <= one.run_at < missing[1])
    period = None if verdict is Verdict.NOT_TESTED else CIVIL.parse("2026-01-01..2026-06-30")
    result = assess(workspace.config, period=period, as_of=workspace.as_of).test(check)
    assert result.verdict is verdict
    assert result.notes


def test_a_month_without_events_is_not_covered_and_late(workspace: Example, whole: Assessment) -> None:
    def wanted(record: Record) -> bool:
        february = record.effective[0] == parse_moment("2026-02-01")
        return not (record.dataset == "github.merged_pull_requests" and february)

    keep(workspace.config.evidence, wanted)
    now = assess(workspace.config, as_of=workspace.as_of)
    for check in ("GH-PR-01", "GH-PR-02", "GH-PR-03", "GH-PR-05", "GH-PR-06"):
        assert now.test(check).verdict in (Verdict.EXCEPTIONS, Verdict.NOT_TESTED)
        assert now.test(check).periods_covered == ("2026-01", "2026-03", "2026-04", "2026-05", "2026-06")
        assert any("2026-02" in note for note in now.test(check).notes)
    owed = [item for item in as_document(now)["owed"] if item["kind"] == "close"]
    assert {(item["control"], item["period"], item["status"]) for item in owed} == {
        ("CH-01", "2026-02", "late"),
        ("CH-02", "2026-02", "late"),
        ("CH-03", "2026-02", "late"),
        ("CH-04", "2026-02", "late"),
        ("CH-05", "2026-02", "late"),
    }
    assert {now.control(name).standing for name in ("CH-01", "CH-02", "CH-03", "CH-04", "CH-05")} == {"type_i_only"}
    assert whole.control("CH-01").standing == "type_ii"
    shown = Book(now).standings().text
    assert "Type I only: history is missing" in shown
    _denominators_stay(now, whole)


@pytest.mark.parametrize(("over", "verdict"), [(0, Verdict.NO_EXCEPTIONS), (1, Verdict.NOT_TESTED)])
def test_a_stale_snapshot_is_no_evidence_of_the_end(workspace: Example, over: int, verdict: Verdict) -> None:
    """The second quarter rests on its first day's snapshot alone, at the age limit and one day past it."""
    quarter = CIVIL.parse("2026-Q2")
    keep(
        workspace.config.evidence,
        lambda one: one.dataset != "github.members" or one.run_at < parse_moment("2026-04-02"),
    )
    records = EvidenceStore(workspace.config.evidence).records()
    latest = max(one.run_at for one in records if one.dataset == "github.members")
    days = math.ceil((min(workspace.as_of, quarter.end) - latest).total_seconds() / 86400) - over
    limits = replace(workspace.config.parameters.first, snapshot_max_age_days=days)
    config = replace(workspace.config, parameters=ParameterHistory(limits))
    result = assess(config, period=quarter, as_of=workspace.as_of).test("GH-ORG-03")
    assert result.verdict is verdict
    assert [note for note in result.notes if f"days old, limit {days}" in note] == list(result.notes)


@pytest.mark.parametrize(
    ("dataset", "position"),
    [
        ("aws.account_summary", 0.5),
        ("aws.credential_report", 0.9),
        ("company.roster", 0.1),
        ("github.merged_pull_requests", 0.5),
    ],
)
def test_a_flipped_bit_is_never_a_good_verdict(
    workspace: Example, whole: Assessment, dataset: str, position: float
) -> None:
    # A file that the assessment uses: of an open month's events only the latest look counts.
    path = next(use.path for test in whole.tests for use in test.evidence if use.dataset == dataset)
    file = workspace.config.evidence / path
    data = bytearray(file.read_bytes())
    data[int(len(data) * position)] ^= 1
    file.write_bytes(data)
    now = assess(workspace.config, as_of=workspace.as_of)
    affected = _resting_on(whole, dataset)
    for check in affected:
        assert now.test(check).verdict is Verdict.NOT_TESTED, check
        assert any("EvidenceDamaged" in note and path in note for note in now.test(check).notes), check
    _others_unchanged(now, whole, affected)
    _denominators_stay(now, whole)


def test_a_missing_file_is_damage_too(workspace: Example) -> None:
    records = EvidenceStore(workspace.config.evidence).records()
    path = next(str(record.path) for record in records if record.dataset == "github.branch_rules")
    (workspace.config.evidence / path).unlink()
    result = assess(workspace.config, as_of=workspace.as_of).test("GH-BR-01")
    assert result.verdict is Verdict.NOT_TESTED
    assert any("is missing" in note for note in result.notes)


def test_a_changed_ledger_is_refused_whole(workspace: Example) -> None:
    path = EvidenceStore(workspace.config.evidence).ledger.path
    first, rest = path.read_bytes().split(b"\n", 1)
    path.write_bytes(first.replace(b'"rows":', b'"rows": ', 1) + b"\n" + rest)
    with pytest.raises(EvidenceDamaged, match="chain breaks at line 2"):
        assess(workspace.config, as_of=workspace.as_of)


def test_evidence_after_the_as_of_date_is_not_seen(example: Example) -> None:
    """In February nobody knew of March: the same assessment then and now."""
    early = assess(example.config, as_of=parse_moment("2026-02-20"))
    for result in early.tests:
        assert (result.exceptions["at"] <= pd.Timestamp("2026-02-20", tz="UTC")).all()
        assert all(use.record["run_at"] <= "2026-02-20T00:00:00Z" for use in result.evidence)


def test_before_anything_was_collected_nothing_is_tested(example: Example) -> None:
    before = assess(example.config, as_of=parse_moment("2025-12-31"))
    assert {result.verdict for result in before.tests} == {Verdict.NOT_TESTED}
    assert {result.status for result in before.criteria} <= {
        CriterionStatus.NOT_TESTED,
        CriterionStatus.NOT_ASSESSED,
        CriterionStatus.NO_CONTROL,
        CriterionStatus.OUT_OF_SCOPE,
    }


def test_settings_that_are_not_the_collected_ones_are_said_to_be(example: Example, tmp_path: Path) -> None:
    workspace = Path(shutil.copytree(example.config.workspace, tmp_path / "demo"))
    config = load_config(workspace)
    frames = frames_of(config, as_of=example.as_of)
    assert assess(config, as_of=example.as_of, frames=frames).notes == ()
    path = workspace / "soc2kit.toml"
    path.write_text(path.read_text().replace("[parameters]", "[parameters]\nkey_max_age_days = 900"))
    (note,) = assess(load_config(workspace), as_of=example.as_of, frames=frames).notes
    assert "[parameters] key_max_age_days was 90 when collected on 2026-01-15, 2026-02-15" in note
    assert "900 was used. A change belongs in [[parameters.changes]]" in note


@pytest.mark.parametrize(
    ("period", "said"),
    [("2026-Q1", False), ("2026-01-01..2026-06-30", False), ("2025-12-31..2026-06-30", True), ("2026-Q3", True)],
)
def test_a_period_beyond_the_window_is_said(example: Example, period: str, said: bool) -> None:
    notes = assess(example.config, period=CIVIL.parse(period), as_of=example.as_of).notes
    assert any("is not inside the window of soc2kit.toml, 2026-01-01..2026-06-30" in note for note in notes) == said


def _without_terraform_table(workspace: Example) -> Example:
    path = workspace.config.path
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('[sources.terraform]\npath = "infra"\nexports = "plans"\n', ""), encoding="utf-8")
    return replace(workspace, config=load_config(workspace.config.workspace))


def test_a_company_without_terraform_is_not_asked_for_it(workspace: Example) -> None:
    """Its control does not wait for the test, and the assessment says that it was not run."""
    keep(workspace.config.evidence, lambda record: record.system != "terraform")
    without = _without_terraform_table(workspace)
    result = assess(without.config, as_of=without.as_of)
    assert "IAC-IAM-01" not in [test.check.id for test in result.tests]
    assert "IAC-IAM-01" not in result.control("AC-06").tests
    assert [item for item in result.owed if "terraform.files" in str(item)] == []
    assert "IAC-IAM-01 was not run: soc2kit.toml has no table [sources.terraform]" in result.notes


def test_terraform_that_was_never_collected_is_owed(workspace: Example) -> None:
    keep(workspace.config.evidence, lambda record: record.system != "terraform")
    test = assess(workspace.config, as_of=workspace.as_of).test("IAC-IAM-01")
    assert test.verdict == Verdict.NOT_TESTED
    assert test.notes == ("no terraform.files. Run: soc2kit collect --source terraform",)


def test_a_table_taken_out_does_not_hide_what_was_collected(workspace: Example, whole: Assessment) -> None:
    without = _without_terraform_table(workspace)
    assert len(assess(without.config, as_of=without.as_of).test("IAC-IAM-01").exceptions) == len(
        whole.test("IAC-IAM-01").exceptions
    )
