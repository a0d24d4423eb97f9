"""What several tools say of weaknesses, put together: which of it is one weakness, and what one tool saw of it.

A system that tells of weaknesses gives `Track`s; a new one needs no more than that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..scans.severity import SEVERITIES

Moment = Any  # a pd.Timestamp, or NaT


@dataclass(frozen=True)
class Weakness:
    """What a tool calls a thing: names, and where it is. `target` is what was scanned."""

    target: str
    target_kind: str
    kind: str
    ids: tuple[str, ...]
    package: str | None
    location: str | None


@dataclass(frozen=True)
class Track:
    """What one tool saw of one weakness over time.

    It was there from `first_seen` to `last_seen`, and gone at `gone_at`, which is NaT where nothing shows that. `by`,
    `reason` and `comment` are of a dismissal; the last moment before it is `dismissed_after`.
    """

    weakness: Weakness
    tool: str
    severity: str
    severity_given: str | None
    first_seen: Moment
    last_seen: Moment
    gone_at: Moment = pd.NaT
    dismissed_at: Moment = pd.NaT
    dismissed_after: Moment = pd.NaT
    by: str | None = None
    reason: str | None = None
    comment: str | None = None
    by_rule: bool = False
    #: Names of what it stands in: files, alerts.
    seen_in: tuple[str, ...] = ()


def rank(severity: str) -> int:
    """Place of a severity, the worst first."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def worst(given: Iterable[tuple[str, str | None]]) -> tuple[str, str | None]:
    """The worst of several severities, with what the tool called it."""
    return min(given, key=lambda one: rank(one[0]))


def grouped(tracks: Iterable[Track]) -> Iterator[tuple[str, list[Track]]]:
    """Tracks of one weakness together, each group with its key, in the order of keys.

    A weakness of a dependency is known by target, package and any of its ids; two tools that share one id mean the
    same. One without a package belongs to every package of the target with one of its ids, and stands by itself only
    where there is none. Everything else is known by target, rule and path: lines move.
    """
    groups = _Groups()
    loose: list[Track] = []
    for track in tracks:
        weakness = track.weakness
        if weakness.kind == "dependency" and weakness.package is None:
            loose.append(track)
        else:
            groups.add(track, *_names(weakness, weakness.package or ""))
    for track in loose:
        groups.attach(track)
    yield from sorted(((_key(members), members) for members in groups.members()), key=lambda group: group[0])


def folded(package: str) -> str:
    """A package's name as it is compared: ecosystems differ in how they take case and underscores."""
    return package.lower().replace("_", "-")


def _names(weakness: Weakness, package: str) -> list[tuple[str, ...]]:
    if weakness.kind == "dependency":
        return [(weakness.target, folded(package), one.lower()) for one in weakness.ids]
    # Not by kind: what a tool calls a configuration in its own form is code in SARIF.
    return [(weakness.target, "", weakness.ids[0], weakness.location or "nowhere")]


class _Groups:
    """Sets of names that mean the same, with the tracks of each."""

    def __init__(self) -> None:
        self._parents: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._tracks: list[tuple[tuple[str, ...], Track]] = []
        self._attached: list[Track] = []

    def _root(self, name: tuple[str, ...]) -> tuple[str, ...]:
        while self._parents.setdefault(name, name) != name:
            self._parents[name] = self._parents[self._parents[name]]
            name = self._parents[name]
        return name

    def add(self, track: Track, *names: tuple[str, ...]) -> None:
        first = self._root(names[0])
        for name in names[1:]:
            self._parents[self._root(name)] = first
        self._tracks.append((names[0], track))

    def attach(self, track: Track) -> None:
        self._attached.append(track)

    def members(self) -> Iterator[list[Track]]:
        found: dict[tuple[str, ...], list[Track]] = {}
        for name, track in self._tracks:
            found.setdefault(self._root(name), []).append(track)
        by_id: dict[tuple[str, str], set[tuple[str, ...]]] = {}
        for name in list(self._parents):
            if len(name) == 3 and self._root(name) in found:
                by_id.setdefault((name[0], name[2]), set()).add(self._root(name))
        alone = _Groups()
        for track in self._attached:
            weakness = track.weakness
            wanted = {root for one in weakness.ids for root in by_id.get((weakness.target, one.lower()), ())}
            for root in wanted:
                found[root].append(track)
            if not wanted:
                alone.add(track, *_names(weakness, ""))
        yield from found.values()
        if alone._tracks:
            yield from alone.members()


def _key(tracks: list[Track]) -> str:
    """Target, package and the best known id; target, rule and path. The same whichever track comes first."""
    whole = [track for track in tracks if track.weakness.package is not None] or tracks
    weakness = min((track.weakness for track in whole), key=lambda one: (one.package or "", one.ids))
    if weakness.kind != "dependency":
        return f"{weakness.target}/{weakness.location or 'nowhere'}#{weakness.ids[0]}"
    ids = {one for track in whole for one in track.weakness.ids}
    best = min(ids, key=lambda one: (not one.startswith("CVE-"), not one.startswith("GHSA-"), one))
    return f"{weakness.target}/{folded(weakness.package or 'unnamed')}/{best}"
