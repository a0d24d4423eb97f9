"""Grype's JSON: matches between packages and vulnerabilities, and those that a rule left out."""

from __future__ import annotations

from collections.abc import Iterator

from . import severity, targets
from .identifiers import merged, package_of, public_ids
from .model import Result, Scan, TargetKind
from .values import At, each, few


def scans(report: At) -> Iterator[Scan]:
    problems: list[str] = []
    results = [*each(report.items("matches"), _match, problems), *each(report.items("ignoredMatches"), _left, problems)]
    descriptor = report.get("descriptor")
    kind, target, reference = _target(report.get("source"))
    yield Scan(
        "Grype", descriptor.text("version"), descriptor.text("timestamp"), target, kind, reference,
        None if kind == "image" else reference, tuple(results), few(problems),
    )  # fmt: skip


def _target(source: At) -> tuple[TargetKind, str | None, str | None]:
    """Of an image a record, of a folder its path."""
    target = source.get("target")
    if isinstance(target.value, str):
        repository = targets.repository(target.value)
        return ("repository" if repository else "other"), repository, source.text("target")
    name = target.text("userInput")
    return ("image", targets.image(name), name) if source.text("type") == "image" else ("other", None, name)


def _match(item: At, suppressed: bool = False, reason: str | None = None) -> Result:
    vulnerability, artifact, fix = (
        item.get("vulnerability"),
        item.get("artifact"),
        item.get("vulnerability").get("fix"),
    )
    related = [one.text("id") for one in item.items("relatedVulnerabilities")]
    given = vulnerability.text("severity")
    where = next((one.text("path") for one in artifact.items("locations")), None)
    return Result(
        "dependency", merged(vulnerability.required("id"), public_ids(*related)), severity.of_word(given), item.place,
        given, package_of(artifact.text("purl"), artifact.required("name")), artifact.text("version"),
        ", ".join(fix.texts("versions")) or None, where, None, suppressed, reason,
    )  # fmt: skip


def _left(item: At) -> Result:
    reasons = [one.text("reason") for one in item.items("appliedIgnoreRules")]
    return _match(item, True, "; ".join(filter(None, reasons)) or None)
