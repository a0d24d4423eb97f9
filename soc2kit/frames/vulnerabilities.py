"""Frames of weaknesses: each counted once, whichever tools saw it, with when it was there and what became of it.

Each rests on what its test needs, and no more. Another system joins with a function that gives `Track`s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from .aws_sightings import of_ecr, of_inspector
from .schema import FrameSpec, columns, typed
from .sightings import Moment, Track, Weakness, grouped, rank

Frames = Mapping[str, pd.DataFrame]
VULNERABILITIES = (
    "vulnerability text, target text, target_kind text, kind text, ids list, package text?, location text?,"
    " severity text, severities list, tools list, seen_in list, first_seen time, last_seen time, fixed_after time?,"
    " fixed_at time?, dismissed_after time?, dismissed_at time?, dismissed_by text?, dismissed_reason text?,"
    " dismissed_comment text?, by_rule flag, counted_at time, known_until time, named flag"
)
#: The target of a report that does not say what was scanned.
UNNAMED = "unnamed:"


def vulnerabilities(frames: Frames) -> pd.DataFrame:
    """Of reports of scanners and of GitHub's alerts: one row per weakness; see `sightings.grouped` for what is one."""
    tracks = [
        *_of_scans(frames["scans"], frames["scan_results"]),
        *_of_alerts(frames["dependabot_alerts"], frames["alerts_enabled"]),
        *_of_alerts(frames["code_scanning_alerts"], frames["alerts_enabled"]),
    ]
    return _weaknesses(tracks, frames)


def aws_vulnerabilities(frames: Frames) -> pd.DataFrame:
    """Of images, hosts and everything else that is no repository: what reports, ECR and Inspector say of them."""
    reported = _of_scans(frames["scans"], frames["scan_results"])
    others = [track for track in reported if track.weakness.target_kind != "repository"]
    return _weaknesses([*others, *of_ecr(frames), *of_inspector(frames)], frames)


def leaked_secrets(frames: Frames) -> pd.DataFrame:
    """Of GitHub's alerts on secrets. How severe one is GitHub does not say, and GH-SEC-02 has a limit of its own."""
    return _weaknesses(list(_of_secrets(frames["secret_alerts"])), frames)


def _of_secrets(alerts: pd.DataFrame) -> Iterator[Track]:
    latest = alerts.sort_values("snapshot_at", kind="stable").drop_duplicates("alert", keep="last")
    for row in latest.itertuples():
        weakness = Weakness(
            row.repository.lower(), "repository", "secret", (_text(row.secret_type) or "secret",), None, row.alert
        )
        ended = row.resolved_at if row.state != "open" else pd.NaT
        revoked = _text(row.resolution) == "revoked"
        seen = row.snapshot_at if pd.isna(ended) else ended
        dismissal = {} if revoked or pd.isna(ended) else {
            "dismissed_at": ended, "dismissed_after": ended, "by": _text(row.resolved_by),
            "reason": _text(row.resolution), "comment": _text(row.comment),
        }  # fmt: skip
        yield Track(
            weakness, "GitHub secret scanning", "unknown", None, row.created_at, max(seen, row.created_at),
            ended if revoked else pd.NaT, **dismissal, seen_in=(row.alert,),
        )  # fmt: skip


def _weaknesses(tracks: list[Track], frames: Frames) -> pd.DataFrame:
    looks = [frame["snapshot_at"] for frame in frames.values() if len(frame)]
    first, latest = (min(s.min() for s in looks), max(s.max() for s in looks)) if looks else (pd.NaT, pd.NaT)
    rows = [_row(key, members, first, latest) for key, members in grouped(tracks)]
    return typed(FrameSpec("vulnerabilities", columns(VULNERABILITIES)), rows, "what tools say")


def _of_alerts(alerts: pd.DataFrame, repositories: pd.DataFrame) -> Iterator[Track]:
    """Each alert of a repository in scope as it was seen last. Where GitHub tells its end, it was there until then."""
    in_scope = alerts[alerts["repository"].isin(repositories["repository"])]
    latest = in_scope.sort_values("snapshot_at", kind="stable").drop_duplicates("alert", keep="last")
    for row in latest.itertuples():
        seen = next((at for at in (row.fixed_at, row.dismissed_at) if pd.notna(at)), row.snapshot_at)
        weakness = Weakness(
            row.repository.lower(), "repository", row.kind, tuple(row.ids), _text(row.package), _text(row.location)
        )
        yield Track(
            weakness, row.tool, row.severity, _text(row.severity_given), row.created_at, max(seen, row.created_at),
            row.fixed_at, row.dismissed_at, row.dismissed_at, _text(row.dismissed_by), _text(row.dismissed_reason),
            _text(row.dismissed_comment), bool(row.by_rule), (row.alert,),
        )  # fmt: skip


def _of_scans(scans: pd.DataFrame, results: pd.DataFrame) -> Iterator[Track]:
    """For each tool and target what its scans saw, in the order of time, whatever order the files are in."""
    dated = scans[scans["scanned_at"].notna() & ~scans["document"]]
    series: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    by_place = {}
    for scan in dated.itertuples():
        name: tuple[str, ...] = (scan.tool.lower(), _target(scan), _text(scan.scope) or "")
        by_place[scan.file, scan.sha256, int(scan.scan.rpartition("#")[2])] = scan, name
        if pd.isna(scan.problem):
            series[name].append(scan)
    seen: dict[tuple[tuple[str, ...], Weakness], list[tuple[Any, Any]]] = defaultdict(list)
    for row in results.itertuples():
        found = by_place.get((row.file, row.sha256, row.number))
        if found is not None:
            scan, name = found
            seen[name, _weakness(scan, row)].append((scan, row))
    for (name, weakness), sightings in seen.items():
        yield _track(weakness, sightings, series[name])


def _target(scan: Any) -> str:
    return UNNAMED + scan.file if pd.isna(scan.target) else str(scan.target)


def _weakness(scan: Any, row: Any) -> Weakness:
    return Weakness(
        _target(scan), scan.target_kind, row.kind, tuple(row.ids), _text(row.package),
        None if row.kind == "dependency" else _text(row.location),
    )  # fmt: skip


def _track(weakness: Weakness, sightings: list[tuple[Any, Any]], series: Sequence[Any]) -> Track:
    """Gone with the first whole scan of the same tool, target and scope that is after all which have it."""
    ordered = sorted(sightings, key=lambda one: (one[0].scanned_at, one[0].sha256, one[1].place))
    last = ordered[-1][0].scanned_at
    # One that is dated by its month alone may have been made on any day of it.
    over = max(scan.scanned_until for scan, _ in ordered)
    looked = (scan for scan in series if scan.scanned_at > over and weakness.kind not in (scan.blind or ()))
    gone = min((scan.scanned_until for scan in looked), default=pd.NaT)
    worst = min((row.severity for _, row in ordered), key=rank)
    # Seen twice in one scan, it is suppressed only when it is so both times.
    open_at = [scan.scanned_at for scan, row in ordered if not row.suppressed]
    trailing = [one for one in ordered if one[1].suppressed and (not open_at or one[0].scanned_at > max(open_at))]
    reasons = [_text(row.suppressed_reason) for _, row in trailing]
    dismissed = trailing[0][0].scanned_until if trailing else pd.NaT
    given = next((_text(row.severity_given) for _, row in ordered if row.severity == worst), None)
    return Track(
        weakness, ordered[0][0].tool, worst, given, ordered[0][0].scanned_at, last, gone,
        dismissed, (max(open_at) if open_at else ordered[0][0].scanned_at) if trailing else pd.NaT,
        None, "suppressed" if trailing else None, next(filter(None, reversed(reasons)), None), False,
        tuple(dict.fromkeys(scan.file for scan, _ in ordered)),
    )  # fmt: skip


def _row(key: str, tracks: list[Track], first: Moment, latest: Moment) -> Mapping[str, Any]:
    ordered = sorted(tracks, key=lambda t: (t.tool.lower(), t.first_seen, t.seen_in, t.weakness.ids))
    first_seen = min(track.first_seen for track in ordered)
    last_seen = max(track.last_seen for track in ordered)
    # Whoever still sees it later contradicts whoever does not.
    fixed_at = min((t.gone_at for t in ordered if pd.notna(t.gone_at) and t.gone_at >= last_seen), default=pd.NaT)
    dismissed = sorted((t for t in ordered if pd.notna(t.dismissed_at)), key=lambda t: t.dismissed_at)
    told = next((t for t in dismissed if t.comment), dismissed[0] if dismissed else None)
    named = [t for t in ordered if t.weakness.package is not None] or ordered
    weakness = named[0].weakness
    return {
        "vulnerability": key, "target": weakness.target, "target_kind": weakness.target_kind, "kind": weakness.kind,
        "ids": sorted({one for t in ordered for one in t.weakness.ids}), "package": weakness.package,
        "location": next((t.weakness.location for t in ordered if t.weakness.location), None),
        "severity": min((t.severity for t in ordered), key=rank),
        "severities": sorted({f"{t.tool}: {t.severity_given or 'not given'}" for t in ordered}),
        "tools": list(dict.fromkeys(t.tool for t in ordered)),
        "seen_in": sorted({one for t in ordered for one in t.seen_in}),
        "first_seen": first_seen, "last_seen": last_seen,
        "fixed_after": last_seen if pd.notna(fixed_at) else None, "fixed_at": fixed_at,
        "dismissed_after": dismissed[0].dismissed_after if dismissed else None,
        "dismissed_at": dismissed[0].dismissed_at if dismissed else None,
        "dismissed_by": told.by if told else None, "dismissed_reason": told.reason if told else None,
        "dismissed_comment": told.comment if told else None,
        "by_rule": bool(dismissed) and all(t.by_rule for t in dismissed),
        "counted_at": _counted_at(first_seen, fixed_at, dismissed, first), "known_until": latest,
        "named": not weakness.target.startswith(UNNAMED),
    }  # fmt: skip


def _counted_at(first_seen: Moment, fixed_at: Moment, dismissed: list[Track], first: Moment) -> Moment:
    """The one moment by which a weakness belongs to a part of the window, wherever the window is cut.

    One that is older than the evidence counts from its first look, or from its end where that came before.
    """
    if not first_seen < first:
        return first_seen
    ends = [at for at in (fixed_at, *(t.dismissed_at for t in dismissed[:1])) if pd.notna(at)]
    return min([first, *ends])


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)
