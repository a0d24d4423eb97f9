"""How severities of tools become ours. These tables are the whole of it.

A score counts before a word: `security-severity` of SARIF is a CVSS score. A level of SARIF says how sure a tool is
that something must be done, and stands in where nothing else is said.
"""

from __future__ import annotations

from collections.abc import Mapping

from .model import Severity

#: From the worst to the least; `unknown` is none of them.
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")
#: The lowest CVSS score of each, as CVSS 3.1 and 4.0 have it. A score of 0 is the least.
CVSS: tuple[tuple[float, Severity], ...] = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.0, "low"))
WORDS: Mapping[str, Severity] = {
    "critical": "critical",
    "high": "high",
    "important": "high",
    "moderate": "medium",
    "medium": "medium",
    "low": "low",
    "minor": "low",
    "negligible": "low",
    "informational": "low",
    "info": "low",
}
SARIF_LEVELS: Mapping[str, Severity] = {"error": "high", "warning": "medium", "note": "low"}


def of_score(score: float) -> Severity:
    """The severity of a CVSS score; one that no score can be is unknown."""
    if not 0 <= score <= 10:
        return "unknown"
    return next(severity for least, severity in CVSS if score >= least)


def of_word(word: str | None) -> Severity:
    return WORDS.get((word or "").strip().lower(), "unknown")


def of_level(level: str | None) -> Severity:
    return SARIF_LEVELS.get(level or "", "unknown")
