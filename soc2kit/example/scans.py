"""Reports of the example company's scanners, as Trivy and a scanner of Terraform files write them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ..period import CIVIL, stamp
from .moments import Entry, exists

REGISTER = "scans.csv"
_HOUR = timedelta(hours=4)
# The smallest document that a reader of PDF opens.
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def reports(told: Mapping[str, Any], window: Any, at: datetime) -> tuple[tuple[str, bytes], ...]:
    """The folder as it was at a moment: every report made by then, and the register."""
    made: list[tuple[str, bytes]] = []
    register: list[list[str]] = []
    for entry in told["scans"]:
        for moment in _moments(entry, window, at):
            found = [one for one in told["found"] if one["file"] == entry["file"] and exists(one, moment)]
            if entry["format"] == "trivy":
                name = f"{entry['file']}-{moment:%Y-%m}.json"
                made.append((name, _text(_trivy(entry, found, moment))))
            else:
                name = f"{entry['file']}-{moment:%Y-%m-%d}.sarif"
                register.append([name, entry["target"], "repository", f"{moment:%Y-%m-%d}"])
                made.append((name, _text(_sarif(found))))
    made += [(entry["file"], _PDF) for entry in told["documents"] if exists(entry, at)]
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows([["file", "target", "kind", "date"], *sorted(register)])
    return (*sorted(made), (REGISTER, stream.getvalue().encode()))


def _moments(entry: Entry, window: Any, at: datetime) -> Iterator[datetime]:
    for month in CIVIL.parts(CIVIL.days(*window), "month"):
        moment = datetime(month.start.year, month.start.month, entry["day"], tzinfo=UTC) + _HOUR
        if moment <= at and month.name not in map(str, entry.get("skipped", ())):
            yield moment


def _text(document: Any) -> bytes:
    return (json.dumps(document, indent=2) + "\n").encode()


def _trivy(entry: Entry, found: list[Entry], moment: datetime) -> dict[str, Any]:
    image = entry.get("image")
    about: dict[str, Any] = {
        "SchemaVersion": 2, "Trivy": {"Version": "0.69.1"}, "CreatedAt": stamp(moment),
        "ArtifactName": f"{image}:1.{moment.month}.0" if image else f"https://github.com/{entry['target']}",
        "ArtifactType": "container_image" if image else "repository",
    }  # fmt: skip
    manifest = "debian 13.2" if image else "package-lock.json"
    group: dict[str, Any] = {"Target": manifest, "Class": "os-pkgs" if image else "lang-pkgs",
                             "Type": "debian" if image else "npm"}  # fmt: skip
    if found:
        group["Vulnerabilities"] = [_vulnerability(one) for one in found]
    return {**about, "Results": [group]}


def _vulnerability(one: Entry) -> dict[str, Any]:
    fixed = {"FixedVersion": str(one["fixed"])} if "fixed" in one else {}
    return {"VulnerabilityID": one["id"], "PkgName": one["package"], "InstalledVersion": str(one["version"]), **fixed,
            "Status": "fixed" if fixed else "affected", "Severity": one["severity"],
            "Title": f"{one['package']}: weakness"}  # fmt: skip


def _sarif(found: list[Entry]) -> dict[str, Any]:
    """Its tool writes no time, so the register has it."""
    rules = [{"id": one["id"], "defaultConfiguration": {"level": one["level"]}} for one in found]
    results = [
        {
            "ruleId": one["id"], "ruleIndex": index, "level": one["level"], "message": {"text": one["id"]},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": one["path"]},
                                                "region": {"startLine": one["line"]}}}],
            **({"suppressions": [{"kind": "inSource", "justification": one["suppressed"]}]}
               if "suppressed" in one else {}),
        }
        for index, one in enumerate(found)
    ]  # fmt: skip
    driver = {"name": "Checkov", "version": "3.2.500", "rules": rules}
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
            "runs": [{"tool": {"driver": driver}, "results": results}]}  # fmt: skip
