"""Where a name can hide in alerts and in reports of scanners, in the manner of `hiding_places`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from rewritten_evidence import objects

Pages = list[dict[str, Any]]
ORIGINAL, LISTING = "original:scans.files", "scans.files"


def alerts(pages: Pages) -> None:
    """Whoever dismissed an alert, and what was written to it."""
    for alert in (one for one in objects(pages) if one.get("dismissed_by")):
        alert["dismissed_by"] |= {"login": "dismisserhidden", "html_url": "https://github.com/dismisserhidden"}
        alert["dismissed_comment"] = "As Commenthidden said to dismisser.hidden@home.example"


JSON_EDITS: dict[str, tuple[Callable[[Pages], None], ...]] = {
    "github.dependabot_alerts": (alerts,),
    "github.code_scanning_alerts": (alerts,),
}


def report(data: bytes) -> bytes:
    """What people write into a report, and of which machine it is."""
    if data.startswith(b"%PDF-"):
        return data + b"% Printed by Pdfhidden"
    document = json.loads(data)
    if "runs" not in document:
        document["Results"][0]["ExperimentalModifiedFindings"] = [
            {"Type": "vulnerability", "Status": "ignored", "Statement": "Statementhidden said so",
             "Source": "/Users/sourcehidden/.ignore",
             "Finding": {"VulnerabilityID": "CVE-2026-99999", "PkgName": "left-out", "Severity": "LOW"}},
        ]  # fmt: skip
        return json.dumps(document).encode()
    for run in document["runs"]:
        run["invocations"] = [{"executionSuccessful": True, "account": "accounthidden", "machine": "Laptop-Hidden",
                               "commandLine": "scan /home/commandhidden",
                               "environmentVariables": {"USER": "envhidden"}}]  # fmt: skip
        for result in run["results"]:
            result.setdefault("suppressions", []).append(
                {"kind": "external", "status": "rejected", "justification": "Ask Justificationhidden"}
            )
    return json.dumps(document).encode()


class Reports:
    """Reports edited, and their digests in the listings that name them."""

    def __init__(self) -> None:
        self._digests: dict[str, str] = {}

    def edit(self, record: dict[str, Any], data: bytes) -> bytes:
        if record["dataset"] == ORIGINAL:
            edited = report(data)
            self._digests[record["sha256"]] = hashlib.sha256(edited).hexdigest()
            return edited
        text = data.decode()
        for old, new in self._digests.items():
            text = text.replace(old, new)
        return text.encode()
