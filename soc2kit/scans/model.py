"""What a scanner's report says: scans, and what each of them found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "high", "medium", "low", "unknown"]
Kind = Literal["dependency", "code", "configuration", "secret"]
TargetKind = Literal["repository", "image", "other"]


@dataclass(frozen=True)
class Result:
    """One thing that a scan found.

    `ids` are the names of the same thing, the tool's own first: CVE, GHSA, the id of a rule. `suppressed` says that the
    tool was told to leave it out, and `suppressed_reason` what was written beside it. `place` is where it stands in the
    report, `location` where it is in what was scanned.
    """

    kind: Kind
    ids: tuple[str, ...]
    severity: Severity
    place: str
    severity_given: str | None = None
    package: str | None = None
    installed: str | None = None
    fixed_version: str | None = None
    location: str | None = None
    line: int | None = None
    suppressed: bool = False
    suppressed_reason: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True)
class Scan:
    """One run of one tool over one target.

    Two scans of a target are only compared when their `scope` is the same: a manifest, a folder, a category.
    `scanned_at` is what the report itself says, as it is written there. Each of `problems` is something that could not
    be read, with its place: such a scan does not show that anything is gone. Of the kinds in `blind` the tool was not
    told to look for any, so their being away shows nothing either.
    """

    tool: str
    tool_version: str | None = None
    scanned_at: str | None = None
    target: str | None = None
    target_kind: TargetKind = "other"
    reference: str | None = None
    scope: str | None = None
    results: tuple[Result, ...] = ()
    problems: tuple[str, ...] = ()
    blind: tuple[Kind, ...] = ()
