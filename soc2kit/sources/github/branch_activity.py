"""The activity feed: every update of a branch, newest first, for a year at most."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ...branch_moves import NOWHERE, former_name, line_of
from ...errors import IncompleteCollection, MalformedInput
from ...period import Period, parse_moment, stamp
from ..base import Page
from .client import PAGE_SIZE, GithubConnection, RepositoryName
from .failures import readable
from .paging import passed

ACTIVITY_NEEDS = "Repository permissions Metadata: read and Contents: read (all repositories)"
#: How far back each `time_period` surely reaches: a month and a quarter are of no fixed length.
REACHES = ((1, "day"), (7, "week"), (28, "month"), (88, "quarter"), (364, "year"))
LONGEST = "year"
#: The name that most default branches had before it was changed: read only where a line begins in the period.
_OLD_DEFAULT = "master"
_NO_FEED = ("Not Found",)
NO_FEED = "GitHub has no activity feed of this repository (404: Not Found)"
FORMER_NAMES = 5


@dataclass
class Activity:
    """What the feed gave. `lacking` says why it does not tell the whole period, if so."""

    known: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    lacking: str | None = None

    @property
    def records(self) -> list[Mapping[str, Any]]:
        return list(self.known.values())

    def add(self, answer: Iterable[Mapping[str, Any]]) -> None:
        self.known.update({record["id"]: _moved(record) for record in answer})


def _moved(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is needed of a record while reading: whole, those of a year are too many to hold."""
    actor = record["actor"]
    kept = {name: record[name] for name in ("id", "ref", "timestamp", "activity_type", "before", "after")}
    return {**kept, "actor": actor and {name: actor[name] for name in ("login", "type")}}


def too_far(period: Period, now: datetime) -> str | None:
    """Why the feed cannot tell a period, if it is too long ago."""
    return None if _reach(period, now) else f"the activity feed reaches back a year, not to {stamp(period.start)}"


def _reach(period: Period, now: datetime) -> str | None:
    return next((name for days, name in REACHES if period.start >= now - timedelta(days=days)), None)


def activity(
    connection: GithubConnection, repository: RepositoryName, branch: str, period: Period, now: datetime
) -> Generator[Page, None, Activity]:
    """Updates of a branch and of what it was called before, back to the last one before the period.

    The last one shows that nothing between it and the period is missing. Where the shortest `time_period` does not
    reach one, the year is asked for.
    """
    found = Activity(lacking=too_far(period, now))
    feed = _Feed(connection, repository, period)
    for asked in dict.fromkeys((_reach(period, now) or LONGEST, LONGEST)):
        answered = yield from feed.read(found, {"ref": f"refs/heads/{branch}", "time_period": asked})
        if not answered:
            return Activity(lacking=NO_FEED)
        line = line_of(found.records, branch)
        if feed.anchored(line):
            return found
        if line and line[0].before == NOWHERE:
            break
    yield from feed.former(found, branch)
    yield from feed.refuse_cut(found, branch)
    return found


@dataclass
class _Feed:
    connection: GithubConnection
    repository: RepositoryName
    period: Period

    def anchored(self, line: Any) -> bool:
        return bool(line) and line[0].at < self.period.start

    def read(self, found: Activity, asked: Mapping[str, str]) -> Generator[Page, None, bool]:
        """Pages until one reaches back before the period; False where there is no feed."""
        path = f"/repos/{self.repository.full_name}/activity"
        url, parameters, visited = path, {**asked, "per_page": PAGE_SIZE}, set[str]()
        while True:
            first = {} if visited else parameters
            reply = self.connection.get(url, first, needs=ACTIVITY_NEEDS, absent=_NO_FEED)
            shown = {"repository": self.repository.full_name, **parameters, **({"from": url} if visited else {})}
            yield Page(f"GET {path}", shown, reply.answer, 0, reply.request_id)
            if reply.answer is None:
                return False
            if not isinstance(reply.answer, list):
                raise MalformedInput(f"github GET {path}: expected a list, got {type(reply.answer).__name__}")
            with readable(f"activity of {self.repository.full_name}"):
                found.add(reply.answer)
                times = [stamp(parse_moment(record["timestamp"])) for record in reply.answer]
            if reply.next_url is None or passed(times, stamp(self.period.start)):
                return True
            if reply.next_url in visited:
                raise IncompleteCollection(
                    f"github GET {path}: the page after {url} was read already. Run the same command again"
                )
            url = reply.next_url
            visited.add(url)

    def former(self, found: Activity, branch: str) -> Generator[Page, None, None]:
        """The feed of former names, as long as a line that begins in the period goes on under another one."""
        line = line_of(found.records, branch)
        if not line or (line[0].before == NOWHERE and line[0].kind != "branch_creation"):
            return
        yield from self.read(found, {"activity_type": "branch_deletion", "time_period": LONGEST})
        tried = {branch}
        for _ in range(FORMER_NAMES):
            line = line_of(found.records, branch)
            name = former_name(found.records, line) or _OLD_DEFAULT
            if self.anchored(line) or name in tried:
                return
            tried.add(name)
            yield from self.read(found, {"ref": f"refs/heads/{name}", "time_period": LONGEST})

    def refuse_cut(self, found: Activity, branch: str) -> Generator[Page, None, None]:
        """Raise when a line that begins in the period, and not by the branch being made, is not the feed from its end.

        A feed that lost its link to the next page looks as if nothing had happened before. Asked the other way round,
        the oldest update must be one that was read.
        """
        line = line_of(found.records, branch)
        if not line or self.anchored(line) or line[0].before == NOWHERE or found.lacking is not None:
            return
        path = f"/repos/{self.repository.full_name}/activity"
        asked = {"ref": f"refs/heads/{line[0].branch}", "time_period": LONGEST, "direction": "asc", "per_page": 1}
        reply = self.connection.get(path, asked, needs=ACTIVITY_NEEDS)
        yield Page(f"GET {path}", {"repository": self.repository.full_name, **asked}, reply.answer, 0, reply.request_id)
        with readable(f"activity of {self.repository.full_name}"):
            if any(record["id"] not in found.known for record in reply.answer):
                raise IncompleteCollection(
                    f"github GET {path}: the feed ended at {stamp(line[0].at)}, but there are earlier updates of"
                    f" {line[0].branch}. Run the same command again"
                )
