"""How a default branch moved, from the records of GitHub's activity feed: nothing but their order and their links.

The collector needs it to know how far back to read; the frames work it out again from the kept answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from .period import Period, parse_moment

#: What GitHub names in place of a commit where the branch did not exist.
NOWHERE = "0" * 40
_PREFIX = "refs/heads/"


@dataclass(frozen=True)
class Move:
    """One update of a branch. `actor` is a login, as GraphQL writes it; None for a deleted account."""

    number: int
    branch: str
    at: datetime
    kind: str
    actor: str | None
    actor_is_bot: bool | None
    before: str
    after: str


def move(record: Mapping[str, Any]) -> Move:
    actor = record["actor"]
    return Move(
        record["id"], record["ref"].removeprefix(_PREFIX), parse_moment(record["timestamp"]), record["activity_type"],
        actor["login"].removesuffix("[bot]") if actor else None, actor["type"] == "Bot" if actor else None,
        record["before"], record["after"],
    )  # fmt: skip


def in_order(records: Iterable[Mapping[str, Any]]) -> list[Move]:
    """Every update once, oldest first. Those of one second follow from their links, else from their numbers."""
    moves = sorted({one["id"]: move(one) for one in records}.values(), key=lambda one: (one.at, one.number))
    ordered: list[Move] = []
    for _, second in groupby(moves, key=lambda one: one.at):
        ordered += _linked(list(second), ordered[-1].after if ordered else None)
    return ordered


def _linked(second: list[Move], before: str | None) -> list[Move]:
    """Updates of one second, each after the one that it continues, where there is one."""
    if len(second) == 1:
        return second
    starts: dict[str, list[Move]] = {}
    for one in second:
        starts.setdefault(one.before, []).append(one)
    followed = {one.after for one in second}
    if before not in starts:
        before = next((one.before for one in second if one.before not in followed), second[0].before)
    found: list[Move] = []
    while starts.get(before):
        found.append(starts[before].pop(0))
        before = found[-1].after
    numbers = {one.number for one in found}
    return [*found, *(one for one in second if one.number not in numbers)]


def former_name(records: Iterable[Mapping[str, Any]], line: Sequence[Move]) -> str | None:
    """The name under which another branch stood where this line begins, when it begins: what it was called before."""
    if not line:
        return None
    first, link = line[0], _link(line[0])
    used = {f"{_PREFIX}{one.branch}" for one in line}
    for record in records:
        stands = record["before"] if record["activity_type"] == "branch_deletion" else record["after"]
        if record["ref"] in used or stands != link:
            continue
        one = move(record)
        if one.at <= first.at:
            return one.branch
    return None


def _link(first: Move) -> str:
    return first.after if first.before == NOWHERE else first.before


def line_of(records: Sequence[Mapping[str, Any]], branch: str) -> list[Move]:
    """The updates of the default branch, oldest first, with those that it had under former names."""
    line = in_order(one for one in records if one["ref"] == f"{_PREFIX}{branch}")
    while (name := former_name(records, line)) is not None:
        first = line[0]
        older = in_order(one for one in records if one["ref"] == f"{_PREFIX}{name}")
        kept = [one for one in older if one.at <= first.at and one.kind != "branch_deletion"]
        if not kept or kept[-1].after != _link(first):
            break
        line = [*kept, *line]
    return line


def continues(earlier: str, later: Move) -> bool:
    """Whether an update begins where the branch stood: a renamed branch is made anew at the same commit."""
    return later.before == earlier or (later.kind == "branch_creation" and later.after == earlier)


@dataclass(frozen=True)
class Plan:
    """Which commits a period asks for: down from `pinned` to `boundary`, and what was taken away.

    `pinned` is None where the branch does not exist, `boundary` where it began in the period or nothing tells where
    the period begins. `lost` are commits at which the branch stood before it was forced elsewhere, oldest first.
    """

    pinned: str | None
    boundary: str | None
    lost: tuple[str, ...]
    moves: tuple[Move, ...]


def plan(line: Sequence[Move], head: str | None, period: Period) -> Plan:
    """What to read for a period: from where the branch stood when it ended, which is the head where nothing followed.

    The head may be ahead of a feed that stays behind; what it is ahead by is read, too, and belongs to no update.
    """
    inside = [one for one in line if period.start <= one.at < period.end]
    after = [one for one in line if one.at >= period.end]
    pinned = head
    if after:
        pinned = inside[-1].after if inside else _start(after[0], line)
    newest = line[-1].after if line and not after else pinned
    boundary = _start(inside[0], line) if inside else newest
    return Plan(_commit(pinned), _commit(boundary), tuple(_lost(inside)), tuple(inside))


def _start(first: Move, line: Sequence[Move]) -> str:
    """Where the branch stood before an update; before it was renamed, that is where it stands after."""
    place = line.index(first)
    renamed = first.kind == "branch_creation" and place > 0 and line[place - 1].after == first.after
    return first.after if renamed else first.before


def _commit(sha: str | None) -> str | None:
    return None if sha == NOWHERE else sha


def _lost(inside: Sequence[Move]) -> Iterable[str]:
    for place, one in enumerate(inside):
        follows = inside[place + 1].after if place + 1 < len(inside) else None
        if one.kind == "force_push" or (one.kind == "branch_deletion" and follows != one.before):
            yield one.before
