"""What a package holds besides evidence and reports: every population as a list, and an index of every file.

Populations are written out whole, each with what was flagged and a sample drawn by the published rule, for an auditor
who samples. They follow from the evidence, so verification computes them again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..evidence.verify import digest_of
from ..model import Assessment, Verdict
from ..population import frequency_of, sampled_csv
from ..reporting.plain_page import plain_page
from ..safe_text import csv_text
from ..sample_sizes import SampleSizes
from ..tables import Column, paragraph, table
from ..wording import VERDICTS

POPULATIONS, INDEX = "populations", "index.html"
SAMPLES = "samples.csv"
_SAMPLE_COLUMNS = ("test", "frequency", "population", "digest", "label", "stratum", "seed", "drawn")


def populations(assessment: Assessment, sizes: SampleSizes) -> Iterator[tuple[str, str]]:
    """File name and text of each population of a test that was performed, and of the list of samples."""
    samples = []
    for result in assessment.tests:
        if result.verdict is Verdict.NOT_TESTED and result.population.empty:
            continue
        drawn = sampled_csv(assessment, result.check.id, sizes)
        yield f"{result.check.id}.csv", drawn.csv
        sample = drawn.sample
        samples.append(
            (
                result.check.id,
                frequency_of(assessment, result),
                sample.population_size,
                sample.digest,
                sample.label,
                result.check.id,
                sample.seed,
                len(sample.items),
            )
        )
    yield SAMPLES, csv_text(_SAMPLE_COLUMNS, samples)


def write_contents(bag: Path, assessment: Assessment, sizes: SampleSizes) -> None:
    """Populations, then the index, which names every file that is there by then."""
    folder = bag / POPULATIONS
    folder.mkdir()
    for name, text in populations(assessment, sizes):
        (folder / name).write_text(text, encoding="utf-8")
    (bag / INDEX).write_text(index_html(bag, assessment), encoding="utf-8")


def index_html(bag: Path, assessment: Assessment) -> str:
    """Tests with their populations, then every file: what it is, and which tests rest on it."""
    body = paragraph("Start with README.md, which says how to check this package and perform its tests again.")
    body = body + table(_tests(bag, assessment), _TEST_COLUMNS, "Tests and their populations", limit=10_000)
    files = sorted(path for path in bag.rglob("*") if path.is_file())
    uses = _uses(assessment)
    rows = [_file(bag, path, uses) for path in files]
    body = body + table(rows, _FILE_COLUMNS, f"All {len(rows)} files", limit=1_000_000)
    return plain_page(assessment, f"Evidence package of {assessment.company}", body)


_TEST_COLUMNS = (
    Column("id", "Test"),
    Column("title", "Title"),
    Column("control", "Control"),
    Column("verdict", "Verdict"),
    Column("population", "Population", "number"),
    Column("exceptions", "Exceptions", "number"),
    Column("not_testable", "Not testable", "number"),
    Column("file", "Population as a list", "link"),
)
_FILE_COLUMNS = (
    Column("file", "File", "link"),
    Column("dataset", "Dataset"),
    Column("source", "Source"),
    Column("collected_at", "Collected at (UTC)"),
    Column("rows", "Rows", "number"),
    Column("tests", "Tests that rest on it"),
    Column("bytes", "Bytes", "number"),
    Column("sha256", "SHA-256", "code"),
)


def _tests(bag: Path, assessment: Assessment) -> Iterator[Mapping[str, Any]]:
    for result in assessment.tests:
        path = f"{POPULATIONS}/{result.check.id}.csv"
        yield {
            "id": result.check.id,
            "title": result.check.title,
            "control": result.check.control,
            "verdict": VERDICTS[result.verdict].words,
            "population": len(result.population),
            "exceptions": len(result.exceptions),
            "not_testable": len(result.not_testable),
            "file": path if (bag / path).is_file() else "none: not tested",
        }


def _uses(assessment: Assessment) -> dict[str, tuple[Mapping[str, Any], list[str]]]:
    """Evidence files by path, each with its record and the tests that rest on it."""
    uses: dict[str, tuple[Mapping[str, Any], list[str]]] = {}
    for result in assessment.tests:
        for use in result.evidence:
            uses.setdefault(use.path, (use.record, []))[1].append(result.check.id)
    return uses


def _file(bag: Path, path: Path, uses: Mapping[str, tuple[Mapping[str, Any], list[str]]]) -> Mapping[str, Any]:
    name = path.relative_to(bag).as_posix()
    record, tests = uses.get(name.removeprefix("workspace/evidence/"), ({}, []))
    source = record.get("source") or {}
    return {
        "file": name,
        "dataset": record.get("dataset", "none"),
        "source": f"{source.get('system', 'none')} {source.get('account', '')}".strip(),
        "collected_at": record.get("collected_at", "none"),
        "rows": record.get("rows", "none"),
        "tests": tests,
        "bytes": path.stat().st_size,
        "sha256": digest_of(path),
    }
