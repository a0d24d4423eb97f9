"""Frames from reports of scanners: which scans there are, and what each found.

A report is read once, where it was met first; its line in the register counts as it was written last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ..period import DAY, Calendar, Unit, parse_moment, stamp
from ..scans import Scan, read, targets
from ..scans.dates import dated
from ..scans.reading import MOST_BYTES, is_document, unread
from .schema import FrameSpec, columns, typed

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
Found = list[tuple[Row, Scan]]
Frames = Mapping[str, pd.DataFrame]
#: How far back each look at the folder names months and weeks.
_BACK: Mapping[Unit, int] = {"month": 14, "week": 60}
SCANS = (
    "scan text, file text, sha256 text, tool text, tool_version text?, target text?, target_kind text, reference text?,"
    " scope text?, scanned_at time?, scanned_until time?, dated_by text, results number, problem text?, document flag,"
    " blind list"
)


def scan_periods(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """The company's months and weeks up to a look at the folder, by the calendar it had then."""
    for page in (page for page in pages if page["call"].startswith("folder ")):
        calendar = Calendar(**page["parameters"])
        for unit, back in _BACK.items():
            part = calendar.holding(parse_moment(record["run_at"]), unit)
            for _ in range(back):
                yield {"unit": unit, "name": part.name, "start": stamp(part.start), "end": stamp(part.end),
                       "zone": calendar.zone}  # fmt: skip
                part = calendar.holding(part.start - DAY, unit)


def scan_listings(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each file at each look, with what the register says of it."""
    for answer in _files(pages):
        yield {
            "file": answer["name"], "sha256": answer.get("sha256"), "target": answer.get("target"),
            "kind": answer.get("kind"), "date": answer.get("date"), "link": answer.get("link", False),
        }  # fmt: skip


def _files(pages: Pages) -> Iterator[dict[str, Any]]:
    yield from (page["answer"] for page in pages if page["call"].startswith("file "))


def reports(pages: Pages, record: Mapping[str, Any]) -> Found:
    """The scans of each report that is met for the first time, numbered within their file."""
    found: Found = []
    for page in pages:
        if page["original"] is not None:
            name = {"file": page["answer"]["name"], "sha256": page["answer"]["sha256"]}
            numbered = enumerate(_scans(page["original"], page["answer"]), 1)
            found += [({**name, "number": number}, scan) for number, scan in numbered]
    return found


def _scans(original: Any, answer: Mapping[str, Any]) -> tuple[Scan, ...]:
    if answer["bytes"] > MOST_BYTES:
        return (unread(f"the file has {answer['bytes']} bytes, and more than {MOST_BYTES} are not read"),)
    data = original()
    return (Scan("document"),) if is_document(data) else read(data)


def scan_reports(found: Found, record: Mapping[str, Any]) -> Iterator[Row]:
    for name, scan in found:
        yield {
            **name, "tool": scan.tool, "tool_version": scan.tool_version,
            "target": scan.target, "target_kind": scan.target_kind, "reference": scan.reference, "scope": scan.scope,
            "scanned_at": scan.scanned_at, "results": len(scan.results), "problem": "; ".join(scan.problems) or None,
            "blind": list(scan.blind),
        }  # fmt: skip


def scan_results(found: Found, record: Mapping[str, Any]) -> Iterator[Row]:
    for name, scan in found:
        for result in scan.results:
            yield {
                **name, "kind": result.kind, "ids": list(result.ids),
                "severity": result.severity, "severity_given": result.severity_given, "package": result.package,
                "installed": result.installed, "fixed_version": result.fixed_version, "location": result.location,
                "line": result.line, "suppressed": result.suppressed, "suppressed_reason": result.suppressed_reason,
                "fingerprint": result.fingerprint, "place": result.place,
            }  # fmt: skip


def scans(frames: Frames) -> pd.DataFrame:
    """One row for each scan, and for each file that is none: with a problem, or for people to read."""
    listings = frames["scan_listings"].sort_values("snapshot_at", kind="stable")
    latest = {(row.file, row.sha256): row for row in listings.itertuples() if pd.notna(row.sha256)}
    looks = frames["scan_periods"].drop_duplicates("snapshot_at")
    calendars = {row.snapshot_at: Calendar(row.zone) for row in looks.itertuples()}
    rows, moments = [], []
    for row in frames["scan_reports"].itertuples():
        listing = latest[row.file, row.sha256]
        rows.append(_scan(row, listing, calendars[listing.snapshot_at]))
        moments.append(row.snapshot_at)
    for link in listings[listings["link"]].drop_duplicates("file", keep="first").itertuples():
        rows.append({**_UNKNOWN, "scan": link.file, "file": link.file, "sha256": "", "target_kind": "other",
                     "problem": "it is a link, and links are not followed"})  # fmt: skip
        moments.append(link.snapshot_at)
    made = typed(FrameSpec("scans", columns(SCANS)), rows, "reports of scanners")
    return made.assign(snapshot_at=pd.to_datetime(pd.Series(moments, dtype="object"), utc=True).astype(_UTC))


_UTC = "datetime64[us, UTC]"
_UNKNOWN: Row = {"tool": "unknown", "dated_by": "nothing", "results": 0, "document": False, "blind": []}


def _scan(report: Any, listing: Any, calendar: Calendar) -> Row:
    folder, _, _ = listing.file.rpartition("/")
    registered, own = _text(listing.target), _text(report.target)
    target = targets.named(registered or "") or own or folder.lower() or None
    kind = _text(listing.kind) or (report.target_kind if own else "repository" if target else "other")
    when = dated(_text(report.scanned_at), _text(listing.date), listing.file.rpartition("/")[2], calendar)
    start, until = when.start, when.until
    problem = _text(report.problem)
    if start is not None and start > report.snapshot_at:
        problem = "; ".join(filter(None, [problem, f"it is dated {stamp(start)}, after it was collected"]))
    return {
        "scan": f"{listing.file}#{report.number}", "file": listing.file, "sha256": report.sha256, "tool": report.tool,
        "tool_version": _text(report.tool_version), "target": target, "target_kind": kind,
        "reference": _text(report.reference), "scope": _text(report.scope), "scanned_at": start,
        # A day or a month that was not over yet when the report was there ended with the collection.
        "scanned_until": until if until is None else max(min(until, report.snapshot_at), start or until),
        "dated_by": when.by, "results": report.results, "problem": problem, "document": report.tool == "document",
        "blind": report.blind,
    }  # fmt: skip


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)
