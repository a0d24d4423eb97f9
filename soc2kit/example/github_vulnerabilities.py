"""Alerts of the example company's GitHub as they stood at a moment of its timeline."""

from __future__ import annotations

from datetime import datetime

from .github_vulnerability_state import CodeScanningAlert, DependabotAlert, Ending, VulnerabilityState
from .moments import ALWAYS, Entry, living, moment


def vulnerabilities(told: Entry, at: datetime) -> VulnerabilityState:
    return VulnerabilityState(
        off=tuple(entry["repository"] for entry in living(told["alerts_off"], at)),
        dependabot=tuple(
            DependabotAlert(
                entry["repository"], entry["number"], entry["package"], entry["ghsa"], entry["severity"],
                _made(entry), entry["cve"], patched=entry.get("patched"), ending=_ending(entry, at),
            )
            for entry in told["dependabot"] if _made(entry) <= at
        ),
        code_scanning=tuple(
            CodeScanningAlert(
                entry["repository"], entry["number"], entry["rule"], entry["path"], entry["line"], _made(entry),
                level=entry["level"], ending=_ending(entry, at),
            )
            for entry in told["code_scanning"] if _made(entry) <= at
        ),
    )  # fmt: skip


def _made(entry: Entry) -> datetime:
    return moment(entry["created"]) or ALWAYS


def _ending(entry: Entry, at: datetime) -> Ending | None:
    """What came of it later is not known yet."""
    ended = moment(entry.get("ended"))
    if ended is None or ended > at:
        return None
    return Ending(entry["how"], ended, entry.get("by"), entry.get("reason"), entry.get("comment"))
