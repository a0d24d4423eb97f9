"""Frames of weaknesses and of the scans that look for them: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import scans, vulnerabilities, vulnerability_alerts
from ..schema import FrameSpec, columns

_FILES = ("scans.files",)
_ALERT = (
    "alert text, repository text, tool text, kind text, ids list, package text?, location text?, fixed_version text?,"
    " severity text, severity_given text?, state text, created_at time, fixed_at time?, dismissed_at time?,"
    " dismissed_by text?, dismissed_reason text?, dismissed_comment text?, by_rule flag"
)
SPECS = (
    FrameSpec(
        "alerts_enabled",
        columns("repository text, enabled flag?, refused text?"),
        ("github.vulnerability_alerts_enabled",),
        vulnerability_alerts.alerts_enabled,
    ),
    FrameSpec(
        "dependabot_alerts",
        columns(_ALERT),
        ("github.dependabot_alerts",),
        vulnerability_alerts.dependabot_alerts,
    ),
    FrameSpec(
        "dependabot_lists",
        columns("enabled flag"),
        ("github.dependabot_alerts",),
        vulnerability_alerts.alert_lists,
    ),
    FrameSpec(
        "code_scanning_alerts",
        columns(_ALERT),
        ("github.code_scanning_alerts",),
        vulnerability_alerts.code_scanning_alerts,
    ),
    FrameSpec(
        "code_scanning_lists",
        columns("enabled flag"),
        ("github.code_scanning_alerts",),
        vulnerability_alerts.alert_lists,
    ),
    FrameSpec(
        "scan_periods",
        columns("unit text, name text, start time, end time, zone text"),
        _FILES,
        scans.scan_periods,
        originals=True,
    ),
    FrameSpec(
        "scan_listings",
        columns("file text, sha256 text?, target text?, kind text?, date text?, link flag"),
        _FILES,
        scans.scan_listings,
        originals=True,
    ),
    FrameSpec(
        "scan_reports",
        columns(
            "file text, sha256 text, number number, tool text, tool_version text?, target text?, target_kind text,"
            " reference text?, scope text?, scanned_at text?, results number, problem text?,"
            " blind list"
        ),
        _FILES,
        scans.scan_reports,
        prepare=scans.reports,
        originals=True,
    ),
    FrameSpec(
        "scan_results",
        columns(
            "file text, sha256 text, number number, kind text, ids list, severity text, severity_given text?,"
            " package text?,"
            " installed text?, fixed_version text?, location text?, line number?, suppressed flag,"
            " suppressed_reason text?, fingerprint text?, place text"
        ),
        _FILES,
        scans.scan_results,
        prepare=scans.reports,
        originals=True,
    ),
    FrameSpec(
        "scans",
        columns(scans.SCANS),
        uses=("scan_reports", "scan_listings", "scan_periods"),
        derive=scans.scans,
    ),
    FrameSpec(
        "vulnerabilities",
        columns(vulnerabilities.VULNERABILITIES),
        uses=(
            "scans",
            "scan_results",
            "scan_listings",
            "alerts_enabled",
            "dependabot_alerts",
            "dependabot_lists",
            "code_scanning_alerts",
            "code_scanning_lists",
        ),
        derive=vulnerabilities.vulnerabilities,
    ),
)
