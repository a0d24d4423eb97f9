"""What ECR and Inspector saw of weaknesses over several looks, as `Track`s."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from .aws_images import ENHANCED
from .sightings import Moment, Track, Weakness, worst

Frames = Mapping[str, pd.DataFrame]
#: Reasons by which something is no longer looked at because nobody runs it any more.
OUT_OF_USE = {"RESOURCE_TERMINATED", "SCAN_ELIGIBILITY_EXPIRED", "IMAGE_ARCHIVED"}
_KINDS = {"AWS_EC2_INSTANCE": "ec2", "AWS_ECR_CONTAINER_IMAGE": "ecr", "AWS_LAMBDA_FUNCTION": "functions"}


def of_inspector(frames: Frames) -> Iterator[Track]:
    """Gone when Inspector closed it; or, where it is no longer in the list, with the first whole look without it.

    Neither counts where Inspector stopped looking: what was there is then closed and forgotten, and may be there still.
    """
    looks = _Looks(frames["inspector_accounts"], frames["inspector_coverage"])
    seen: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in frames["inspector_findings"].sort_values("snapshot_at", kind="stable").itertuples():
        seen[row.finding, row.resource, _weakness(row)].append(row)
    for (_, _, weakness), rows in seen.items():
        yield _track(weakness, rows, looks)


def _weakness(row: Any) -> Weakness:
    location = None if row.kind == "dependency" else _text(row.location)
    return Weakness(row.target, row.target_kind, row.kind, tuple(row.ids), _text(row.package), location)


class _Looks:
    """What Inspector looked at, at each collection."""

    def __init__(self, accounts: pd.DataFrame, coverage: pd.DataFrame) -> None:
        self._accounts: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for row in accounts.sort_values("snapshot_at", kind="stable").itertuples():
            self._accounts[row.account, row.region].append(row)
        self._lost = {
            (row.snapshot_at, row.resource, row.scan_type)
            for row in coverage.itertuples()
            if not (yes(row.active) or row.reason in OUT_OF_USE)
        }

    def stopped(self, row: Any, moment: Moment) -> bool:
        """Whether something that is still there was not looked at any more."""
        return (moment, row.resource, row.scan_type) in self._lost

    def first_without(self, row: Any) -> Moment:
        """The first look after the row's in which Inspector was on for such things and everything could be read."""
        for look in self._accounts[row.account, row.region]:
            states = {_text(look.status), _text(getattr(look, _KINDS.get(row.type, "status")))}
            on = states == {"ENABLED"} and look.findings_read and look.coverage_read
            if look.snapshot_at > row.snapshot_at and on and not self.stopped(row, look.snapshot_at):
                return look.snapshot_at
        return pd.NaT


def _track(weakness: Weakness, rows: list[Any], looks: _Looks) -> Track:
    there = [row for row in rows if row.status != "CLOSED"]
    last = rows[-1]
    first = min(row.first_seen for row in rows)
    # It was still there at a look that has it open, whenever Inspector itself wrote that down.
    seen = max([row.last_seen for row in rows] + [row.snapshot_at for row in there])
    gone = pd.NaT
    if last.status == "CLOSED":
        after = there[-1].snapshot_at if there else pd.NaT
        closed = next(row for row in rows if row.status == "CLOSED" and not row.snapshot_at < after)
        if not looks.stopped(closed, closed.snapshot_at):
            gone = closed.snapshot_at if pd.isna(closed.updated_at) else closed.updated_at
            # The moment is Inspector's own, so that it was there until then.
            seen = gone = max(gone, first, *(row.snapshot_at for row in there))
    else:
        gone = looks.first_without(last)
    severity, given = worst((row.severity, _text(row.severity_given)) for row in rows)
    return Track(
        weakness, ENHANCED, severity, given, first, max(seen, first), gone, **_dismissed(there, first),
        seen_in=(last.finding,),
    )  # fmt: skip


def _dismissed(there: list[Any], first: Moment) -> dict[str, Any]:
    """A filter's words are the reason. Suppressed by one that could not be found, nobody can say what it was for."""
    open_at = [row.snapshot_at for row in there if row.status != "SUPPRESSED"]
    trailing = [row for row in there if row.status == "SUPPRESSED" and (not open_at or row.snapshot_at > open_at[-1])]
    if not trailing:
        return {}
    start, by = trailing[0], trailing[-1]
    made = [] if pd.isna(start.filter_from) else [start.filter_from]
    after = max([first, *open_at, *made])
    known = [at for at in (start.updated_at, start.filter_changed) if pd.notna(at)]
    until = max(after, min([start.snapshot_at, *known]))
    return {
        "dismissed_at": until, "dismissed_after": min(after, until), "by": _text(by.filter), "reason": "suppressed",
        "comment": _text(by.filter_reason), "by_rule": bool(pd.isna(by.filter)),
    }  # fmt: skip


def of_ecr(frames: Frames) -> Iterator[Track]:
    """What stands in images in use. Gone with the first look at which all of them are scanned, and none has it."""
    images, repositories = frames["ecr_images"], frames["ecr_repositories"]
    whole = _whole(images, repositories)
    seen: dict[tuple[str, Weakness], list[Any]] = defaultdict(list)
    for row in frames["ecr_findings"].sort_values("snapshot_at", kind="stable").itertuples():
        if row.status != "CLOSED":
            weakness = Weakness(row.target, "image", "dependency", tuple(row.ids), _text(row.package), None)
            seen[row.tool, weakness].append(row)
    for (tool, weakness), rows in seen.items():
        last = rows[-1].snapshot_at
        known = [at for row in rows for at in (row.first_seen, row.scanned_at) if pd.notna(at)]
        first = min([*known, rows[0].snapshot_at])
        gone = min((look for look in whole[weakness.target] if look > last), default=pd.NaT)
        severity, given = worst((row.severity, _text(row.severity_given)) for row in rows)
        dismissed = {}
        if all(row.status == "SUPPRESSED" for row in rows if row.snapshot_at == last):
            start = next(row.snapshot_at for row in rows if row.status == "SUPPRESSED")
            dismissed = {"dismissed_at": start, "dismissed_after": first, "reason": "suppressed", "by_rule": True}
        yield Track(
            weakness, tool, severity, given, first, last, gone, **dismissed,
            seen_in=tuple(dict.fromkeys(row.image for row in rows)),
        )  # fmt: skip


def _whole(images: pd.DataFrame, repositories: pd.DataFrame) -> dict[str, list[Moment]]:
    """By target the looks at which every image in use was scanned."""
    unsure = {(row.target, row.snapshot_at) for row in images.itertuples() if not yes(row.scanned)}
    found: dict[str, list[Moment]] = defaultdict(list)
    for row in repositories.itertuples():
        if row.images_read and (row.target, row.snapshot_at) not in unsure:
            found[row.target].append(row.snapshot_at)
    return found


def yes(value: Any) -> bool:
    """Whether it is known to be so."""
    return bool(pd.notna(value) and value)


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)
