"""Trivy's JSON (schema 2): vulnerabilities, misconfigurations and secrets of an image, a repository or a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from . import severity, targets
from .identifiers import merged, package_of, public_ids
from .model import Kind, Result, Scan, TargetKind
from .values import At, Unreadable, each, few

#: What was left out by an ignore file or a VEX document; a result in there is one all the same.
_MODIFIED = "ExperimentalModifiedFindings"
#: How groups are called that a scan for such things has, and members that only they have.
_GROUPS: Mapping[Kind, tuple[Set[str], Set[str]]] = {
    "dependency": ({"os-pkgs", "lang-pkgs"}, {"Vulnerabilities"}),
    "configuration": ({"config"}, {"Misconfigurations", "MisconfSummary"}),
}
_SETTLED = {"ignored", "not_affected", "fixed"}


def scans(report: At) -> Iterator[Scan]:
    version = report.get("SchemaVersion").value
    if version != 2:
        raise Unreadable(f"SchemaVersion: 2 is expected, not {version!r}")
    problems: list[str] = []
    if report.get("Results").value is None:
        # So it writes when it met nothing that it knows, as no list of packages: that is not to have found nothing.
        problems.append("Results: they are not there, as where Trivy knew nothing of what it was to scan")
    results = [result for group in each(report.items("Results"), _Group, problems) for result in group(problems)]
    kind, target, reference = _target(report)
    yield Scan(
        "Trivy", report.get("Trivy").text("Version"), report.text("CreatedAt"), target, kind, reference,
        None if kind == "image" else f"{report.text('ArtifactType')} {reference}", tuple(results), few(problems),
        _blind(report),
    )  # fmt: skip


def _blind(report: At) -> tuple[Kind, ...]:
    """A list of packages and a file that declares something have their groups whether or not anything is wrong there.

    Of secrets only those that were found have one: whether any were looked for is not known.
    """
    listed = report.get("Results").value
    groups = [group for group in listed if isinstance(group, dict)] if isinstance(listed, list) else []
    there = {kind for kind, (classes, members) in _GROUPS.items() for group in groups
             if str(group.get("Class")) in classes or members & group.keys()}  # fmt: skip
    return tuple(kind for kind in _GROUPS if kind not in there)


def _target(report: At) -> tuple[TargetKind, str | None, str | None]:
    name, kind, metadata = report.text("ArtifactName"), report.text("ArtifactType"), report.get("Metadata")
    if kind in ("container_image", "image"):
        return "image", targets.image(name), name
    repository = targets.repository(metadata.text("RepoURL")) or targets.repository(name)
    return ("repository", repository, name) if repository else ("other", None, name)


class _Group:
    """One member of `Results`: a manifest, a layer of packages, a file."""

    def __init__(self, group: At) -> None:
        self.group = group
        self.where = group.text("Target")

    def __call__(self, problems: list[str]) -> Iterator[Result]:
        yield from each(self.group.items("Vulnerabilities"), self._vulnerability, problems)
        yield from each(self.group.items("Misconfigurations"), self._misconfiguration, problems)
        yield from each(self.group.items("Secrets"), self._secret, problems)
        yield from each(self.group.items(_MODIFIED), self._modified, problems)

    def _vulnerability(self, item: At, suppressed: bool = False, reason: str | None = None) -> Result:
        given, own = item.text("Severity"), item.required("VulnerabilityID")
        return Result(
            "dependency", merged(own, public_ids(*item.texts("VendorIDs"))), severity.of_word(given), item.place, given,
            package_of(item.get("PkgIdentifier").text("PURL"), item.required("PkgName")),
            item.text("InstalledVersion"), item.text("FixedVersion"), item.text("PkgPath") or self.where, None,
            suppressed, reason, item.text("Fingerprint"),
        )  # fmt: skip

    def _misconfiguration(self, item: At, suppressed: bool = False, reason: str | None = None) -> Result | None:
        if item.text("Status") == "PASS":
            return None
        given = item.text("Severity")
        return Result(
            "configuration", (item.required("ID"),), severity.of_word(given), item.place, given,
            location=self.where, line=item.get("CauseMetadata").whole("StartLine"),
            suppressed=suppressed or item.text("Status") == "EXCEPTION", suppressed_reason=reason,
        )  # fmt: skip

    def _secret(self, item: At, suppressed: bool = False, reason: str | None = None) -> Result:
        """Never what was found, only by which rule and where."""
        given = item.text("Severity")
        return Result(
            "secret", (item.required("RuleID"),), severity.of_word(given), item.place, given, location=self.where,
            line=item.whole("StartLine"), suppressed=suppressed, suppressed_reason=reason,
        )  # fmt: skip

    def _modified(self, item: At) -> Result | None:
        made = {"vulnerability": self._vulnerability, "misconfiguration": self._misconfiguration,
                "secret": self._secret}.get(item.text("Type") or "")  # fmt: skip
        if made is None:
            return None
        return made(item.get("Finding"), item.text("Status") in _SETTLED, item.text("Statement"))
