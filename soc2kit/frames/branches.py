"""Frames from the default branches: how each moved, the commits that it moved over, and what was read of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from typing import Any

from ..branch_moves import Move, Plan, line_of, plan
from ..period import Period, parse_moment

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
_NO_FEED = "GitHub gave no activity feed of this repository"
_TOO_OLD = "the activity feed does not reach back to this part of the window"


@dataclass
class _Told:
    """What one file tells of one repository."""

    repository: str
    branch: str | None = None
    head: str | None = None
    records: list[Mapping[str, Any]] = field(default_factory=list)
    nodes: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    fed: bool = False
    by_date: bool = False
    #: Whether the feed is here from its newest update on; otherwise the file of a later month has that.
    to_head: bool | None = None
    read: int = 0
    #: What GitHub counts of the commits since the period's start, where they were read by date.
    counted: int | None = None
    _plan: Plan | None = None

    @cached_property
    def line(self) -> list[Move]:
        """Asked for once the file is read through."""
        return line_of(self.records, self.branch) if self.branch else []

    def names(self) -> list[str]:
        """Every name of the branch, the present one first."""
        named = [self.branch] if self.branch else []
        return list(dict.fromkeys([*named, *(one.branch for one in self.line)]))

    def plan(self, period: Period) -> Plan:
        """Worked out once: there is one period to a file."""
        if self._plan is None:
            self._plan = plan(self.line, self.head, period)
        return self._plan

    def parents(self, sha: str) -> list[str]:
        return [parent["oid"] for parent in self.nodes[sha]["parents"]["nodes"]]

    def below(self, tip: str) -> set[str]:
        """All that is listed below a commit, along any parent."""
        found: set[str] = set()
        waiting = [tip]
        while waiting:
            fresh = {oid for oid in self.parents(waiting.pop()) if oid in self.nodes} - found
            found |= fresh
            waiting += fresh
        return found

    def down_from(self, tip: str | None) -> Iterator[str]:
        """Along first parents, as far as the listed commits go."""
        while tip in self.nodes:
            assert tip is not None
            yield tip
            parents = self.nodes[tip]["parents"]["nodes"]
            tip = parents[0]["oid"] if parents else None


def _period(record: Mapping[str, Any]) -> Period:
    start, end = (parse_moment(record["effective"][edge]) for edge in ("start", "end"))
    return Period(start, end, "")


def told(pages: Pages, record: Mapping[str, Any]) -> list[_Told]:
    """What the pages of a file tell, put together by repository: once for all frames of the file."""
    found: dict[str, _Told] = {}
    for page in pages:
        answer = page["answer"]
        if answer is None or isinstance(answer, list):
            one = _of(found, page["parameters"]["repository"])
            one.fed = answer is not None
            if one.to_head is None:
                one.to_head = "from" not in page["parameters"]
            one.records += answer or []
        else:
            _take(_of(found, answer["repository"]["nameWithOwner"]), page)
    return list(found.values())


def _of(found: dict[str, _Told], name: str) -> _Told:
    return found.setdefault(name, _Told(name))


def _take(one: _Told, page: Mapping[str, Any]) -> None:
    repository = page["answer"]["repository"]
    history: Mapping[str, Any] | None = None
    if "defaultBranchRef" in repository:
        reference = repository["defaultBranchRef"] or {"name": one.branch, "target": {}}
        one.branch, one.head = reference["name"], reference["target"].get("oid")
        # Evidence of before the feed was read had the history within the branch.
        history = reference["target"].get("history")
        one.by_date = one.by_date or history is not None
    elif repository["object"] is None:
        one.gone.append(page["parameters"]["head"])
    else:
        history = repository["object"]["history"]
        one.by_date = one.by_date or "since" in page["parameters"]
    if history is not None:
        one.nodes.update({node["oid"]: node for node in history["nodes"]})
        one.read += len(history["nodes"])
        one.counted = history.get("totalCount") if one.by_date else None


def commits(repositories: list[_Told], record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per commit that the default branch moved over in the period, those taken away again included."""
    period = _period(record)
    for one in repositories:
        names = one.names()
        for sha in _moved_over(one, period):
            yield _commit_row(one.repository, names, one.nodes[sha])


def _moved_over(one: _Told, period: Period) -> Iterator[str]:
    asked = one.plan(period)
    if one.by_date:
        for sha in _by_date(one, asked.pinned):
            if period.contains(parse_moment(one.nodes[sha]["committedDate"])):
                yield sha
        return
    whole = list(one.down_from(asked.pinned))
    if asked.boundary is None:
        yield from _from_the_start(one, asked, whole, period)
    else:
        older = {asked.boundary, *one.down_from(asked.boundary)}
        yield from takewhile(lambda sha: sha not in older, whole)
        yield from _unaccounted(one, asked, period)
    known = set(whole)
    for tip in asked.lost:
        lost = list(takewhile(lambda sha: sha not in known, one.down_from(tip)))
        known.update(lost)
        yield from lost


def _by_date(one: _Told, pinned: str | None) -> Iterator[str]:
    """First parents of a list that leaves out what bears an older date.

    Such a commit breaks the line. What is not reached from above, by any parent, goes on with it below.
    """
    if pinned not in one.nodes:
        return
    walked = dict.fromkeys(one.down_from(pinned))
    hung = {oid for sha in one.nodes for oid in one.parents(sha)}
    for tip in (sha for sha in one.nodes if sha not in hung and sha != pinned):
        if pinned not in one.below(tip):
            walked.update(dict.fromkeys(one.down_from(tip)))
    yield from walked


def _from_the_start(one: _Told, asked: Plan, whole: list[str], period: Period) -> Iterator[str]:
    """Of a branch that was made in the period: all that was put on it, and of what it was made of, what is not older.

    Whatever lies above where an update ended was put there by a later one, and may bear any date.
    """
    ends = {move.after for move in asked.moves}
    put = max((place for place, sha in enumerate(whole, 1) if sha in ends), default=0)
    yield from whole[:put]
    for sha in whole[put:]:
        if period.start <= parse_moment(one.nodes[sha]["committedDate"]):
            yield sha


def _unaccounted(one: _Told, asked: Plan, period: Period) -> Iterator[str]:
    """Commits below the boundary that bear a date of the period, unless an update before it ends at the boundary."""
    earlier = [move for move in one.line if move.at < period.start]
    if earlier and (earlier[-1].after == asked.boundary or not asked.moves):
        return
    yield from takewhile(
        lambda sha: period.contains(parse_moment(one.nodes[sha]["committedDate"])), one.down_from(asked.boundary)
    )


def _commit_row(repository: str, names: list[str], node: Mapping[str, Any]) -> Row:
    # A branch can be named in a pull request of a fork or of another base; only this repository's branch counts.
    merged = [
        pull["number"]
        for pull in node["associatedPullRequests"]["nodes"]
        if pull["merged"]
        and (pull["baseRepository"] or {}).get("nameWithOwner") == repository
        and (pull["baseRefName"] in names or (pull.get("mergeCommit") or {}).get("oid") == node["oid"])
    ]
    return {
        "commit": f"{repository}@{node['oid']}",
        "repository": repository,
        "branch": names[0],
        "sha": node["oid"],
        "committed_at": node["committedDate"],
        "author": ((node["author"] or {}).get("user") or {}).get("login"),
        "headline": node["messageHeadline"],
        "changes": [f"{repository}#{number}" for number in merged],
        "parents": [parent["oid"] for parent in node["parents"]["nodes"]],
    }


def branch_updates(repositories: list[_Told], record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per update of a default branch that the file tells, under whatever name the branch had then.

    The last one before the period and those after it are there as well: they show that none between is missing.
    """
    for one in repositories:
        for place in one.line:
            yield {
                "update": f"{one.repository}/activity/{place.number}",
                "number": place.number,
                "repository": one.repository,
                "branch": place.branch,
                "occurred_at": place.at.isoformat(),
                "kind": place.kind,
                "actor": place.actor,
                "actor_is_bot": place.actor_is_bot,
                "before": place.before,
                "after": place.after,
            }


def default_branches(repositories: list[_Told], record: Mapping[str, Any]) -> Iterator[Row]:
    """Every name that the default branch of a repository had; none for a repository without a first commit."""
    for one in repositories:
        if one.head is not None or one.records:
            for name in one.names():
                yield {"repository": one.repository, "branch": name}


def branch_reads(repositories: list[_Told], record: Mapping[str, Any]) -> Iterator[Row]:
    """One row per repository and file: from which commits it was read, and why not from the feed, if so."""
    for one in repositories:
        period = _period(record)
        asked = one.plan(period)
        fed = one.fed and not one.by_date
        yield {
            "repository": one.repository,
            "branch": one.branch,
            "read_from": record["effective"]["start"],
            "read_until": record["effective"]["end"],
            "read_at": record["collected_at"],
            "head": one.head,
            "to_head": one.to_head is not False,
            "pinned": asked.pinned,
            "boundary": None if one.by_date else asked.boundary,
            "feed": fed,
            "why": None if fed else _TOO_OLD if one.fed else _NO_FEED,
            "gone": list(dict.fromkeys(one.gone)),
            "older": [move.after for move in asked.moves if move.after in one.nodes],
            "read": one.read if one.by_date else len(one.nodes),
            "counted": one.counted,
        }
