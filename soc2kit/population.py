"""A test's whole population written out, with what it flagged and the sample that the published rule draws from it."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import UsageError
from .model import Assessment, Control, Frame, TestResult
from .safe_text import csv_text
from .sample_sizes import SampleSizes
from .sampling import Sample, draw, lines_of
from .tables import shown_value

COLUMNS = ("line", "exception", "not testable", "part of the sample")


@dataclass(frozen=True)
class Drawn:
    """`csv` has the rule's own columns, then the population's; `rule` says how to draw the same again."""

    csv: str
    rule: str
    sample: Sample


def sampled_csv(
    assessment: Assessment, check_id: str, sizes: SampleSizes, *, size: int | None = None, label: str | None = None
) -> Drawn:
    """The population of a test as CSV. Raises `UsageError` for a test that does not exist."""
    result = next((result for result in assessment.tests if result.check.id == check_id), None)
    if result is None:
        raise UsageError(f"{check_id!r} is not a test. Run: soc2kit checks")
    sample = sample_of(assessment, result, sizes, size=size, label=label)
    return Drawn(_csv(result, sample), rule_of(result, sample, assessment), sample)


def sample_of(
    assessment: Assessment,
    result: TestResult,
    sizes: SampleSizes,
    *,
    size: int | None = None,
    label: str | None = None,
) -> Sample:
    """A sample of the size that the table gives for how often the control operates, spread over the period."""
    population = len(result.population)
    wanted = sizes.size_for(frequency_of(assessment, result), population) if size is None else size
    return draw(
        result.population,
        wanted,
        period=assessment.period,
        label=sizes.label if label is None else label,
        stratum=result.check.id,
    )


def frequency_of(assessment: Assessment, result: TestResult) -> str:
    """How often the control operates, not how often it is collected; a test of every event is per occurrence."""
    control: Control = assessment.control(result.check.control).control
    return "per-occurrence" if result.check.kind == "window" else control.frequency


def rule_of(result: TestResult, sample: Sample, assessment: Assessment) -> str:
    """Everything that anybody needs to draw the same sample by hand."""
    return (
        f"{result.check.id}: {len(sample.items)} of {sample.population_size} drawn; digest of the population"
        f" {sample.digest}; stratum {result.check.id}; label {sample.label!r}; seed {sample.seed}; period"
        f" {assessment.calendar.span(assessment.period)}"
    )


def _csv(result: TestResult, sample: Sample) -> str:
    drawn = dict(zip(lines_of(sample.items), sample.items["part"], strict=True))
    reasons, untold = (_reasons(rows) for rows in (result.exceptions, result.not_testable))
    rest = [str(name) for name in result.population.columns if name not in ("key", "at")]
    rows = [
        (line, reasons.get(line, ""), untold.get(line, ""), drawn.get(line, ""), *map(shown_value, values))
        for line, values in sorted(
            zip(
                lines_of(result.population),
                result.population[rest].astype("object").itertuples(index=False, name=None),
                strict=True,
            ),
            key=lambda pair: str(pair[0]),
        )
    ]
    return csv_text((*COLUMNS, *rest), rows)


def _reasons(rows: Frame) -> dict[str, str]:
    return dict(zip(lines_of(rows), rows["reason"], strict=True))
