"""Snyk's JSON, of one project or a list of them. Neither time nor version of the tool stands in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import severity, targets
from .identifiers import merged, public_ids
from .model import Result, Scan, TargetKind
from .values import At, Unreadable, each, few


def scans(report: At) -> Iterator[Scan]:
    if isinstance(report.value, list):
        for index, project in enumerate(report.value):
            yield _project(At(project, f"[{index}]"))
    else:
        yield _project(report)


def _project(project: At) -> Scan:
    try:
        error = project.text("error")
        if error:
            return Scan("Snyk", problems=(f"{project.get('error').place}: Snyk did not test it: {error}",))
        if project.get("vulnerabilities").value is None:
            raise Unreadable(f"{project.get('vulnerabilities').place}: it is not there")
        problems: list[str] = []
        left = project.get("filtered")
        # What an image has installed stands beside the projects of what it runs.
        parts = [project, *project.items("applications")]
        results = [
            *(one for part in parts for one in each(part.items("vulnerabilities"), _result, problems)),
            *(
                one
                for part in parts
                for one in each(part.items("infrastructureAsCodeIssues"), _declared(part), problems)
            ),
            *each(left.items("ignore"), _ignored, problems),
        ]
        kind, target, reference = _target(project)
        # Every file of a project of Terraform's is a report of its own.
        file = None if "infrastructureAsCodeIssues" in project.record() else project.text("displayTargetFile")
        scope = None if kind == "image" else file or project.text("projectName")
        return Scan("Snyk", None, None, target, kind, reference, scope, tuple(results), few(problems))
    except Unreadable as error:
        return Scan("Snyk", problems=(str(error),))


def _target(project: At) -> tuple[TargetKind, str | None, str | None]:
    name = project.text("projectName")
    if project.get("docker").value:
        reference = project.text("path") or (name or "").removeprefix("docker-image|")
        return "image", targets.image(reference), reference
    remote = targets.repository(project.text("remoteRepoUrl") or project.get("gitTarget").text("remoteUrl"))
    if remote:
        return "repository", remote, name
    # Projects imported from a repository are named `owner/name:manifest` or `owner/name(branch):manifest`.
    before = (name or "").partition(":")[0].partition("(")[0]
    imported = before.count("/") == 1 and not before.startswith("@")
    return ("repository", before.lower(), name) if imported else ("other", None, name)


def _result(item: At, suppressed: bool = False, reason: str | None = None) -> Result:
    named, given, score = item.get("identifiers"), item.text("severityWithCritical") or item.text("severity"), None
    if given is None:
        score = item.number("cvssScore")
    mapped = severity.of_word(given) if score is None else severity.of_score(score)
    path = item.texts("upgradePath")
    fixed = ", ".join(item.texts("fixedIn")) or (path[-1] if path and item.get("isUpgradable").value else None)
    is_license = item.text("type") == "license"
    return Result(
        "configuration" if is_license else "dependency",
        merged(item.required("id"), public_ids(*named.texts("CVE"), *named.texts("GHSA"))), mapped, item.place,
        given or (None if score is None else str(score)), item.text("packageName") or item.required("moduleName"),
        # By which way a licence came is another with each version of what is on it.
        item.text("version"), fixed, item.text("packageName") if is_license else " > ".join(item.texts("from")) or None,
        None, suppressed or item.get("isIgnored").value is True, reason,
    )  # fmt: skip


def _ignored(item: At) -> Result:
    told = [entry.text("reason") for entry in item.get("filtered").items("ignored")]
    # `None Given` is what Snyk writes for no reason.
    return _result(item, True, "; ".join(one for one in told if one and one != "None Given") or None)


def _declared(project: At) -> Callable[[At], Result]:
    """Issues of a file that declares infrastructure."""
    file = project.text("targetFile")

    def made(item: At) -> Result:
        own, given = item.text("publicId") or item.required("id"), item.text("severity")
        return Result(
            "configuration", (own,), severity.of_word(given), item.place, given,
            location=file, line=item.whole("lineNumber"), suppressed=item.get("isIgnored").value is True,
        )  # fmt: skip

    return made
