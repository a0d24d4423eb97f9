"""How services are configured: the calls of each as a table, made in every enabled region, several at once.

A call that is refused, or not supported, in one region or for one thing is a page that says so (`unread`): it makes
only what rests on it untestable, and can never be taken for an empty list. Anything else that goes wrong ends the
reading.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import CollectionError, IncompleteCollection, MalformedInput, Unreachable
from ...period import Period
from ..base import Completeness, Page, Pages
from .failures import code_of, only_here, said_of, translated
from .lists import Empty, rows_in
from .reading import Reader
from .session import AwsConnection

REGIONS = "ec2:DescribeRegions"
#: Answers that wait to be written while earlier ones are still awaited, as a multiple of the calls under way.
_AHEAD = 4


@dataclass(frozen=True)
class Found:
    """A row of an answer, with where and how it was asked for; of an answer that is no list, the answer itself."""

    account: str
    region: str
    parameters: Mapping[str, Any]
    row: Any


#: Where, and with which parameters, a call is made for a row of another; None: not for this one. A row that names
#: several things gives a list.
Asking = tuple[str, dict[str, Any]] | None


@dataclass(frozen=True)
class Paging:
    """What an answer calls the mark of its next page, what a request does, and whether an empty one is none; `empty`
    tells whether an answer without its list says that there is nothing, where the service answers so.

    Where the call is not `of_a_list`, its list lies deeper in each answer, which only has to have the call's `name`.
    """

    token: str
    sent_as: str
    empty_ends: bool = False
    of_a_list: bool = True
    empty: Empty | None = None


@dataclass(frozen=True)
class Call:
    """One call of a service. `name` is what its answer must have: the path to a list where it comes in pages.

    `absent` are the codes by which AWS says that there is none of what was asked for. With `of`, another call, it is
    made for each of that one's rows, or of those `among` them that it is about, as `each` says; without, in every
    region, or where it is `globally` the same, in the first alone.
    """

    service: str
    operation: str
    permission: str
    name: str = ""
    pages: Paging | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    of: Call | None = None
    each: Callable[[Found], Asking | list[Asking]] = lambda found: (found.region, {})
    globally: bool = False
    among: Callable[[Sequence[Found]], Iterable[Found]] = lambda found: found

    @property
    def depth(self) -> int:
        return 0 if self.of is None else self.of.depth + 1


def named(*names: str) -> Callable[[Found], Asking]:
    """Ask, in the same region, with these members of the row."""
    return lambda found: (found.region, {name: found.row[name] for name in names})


@dataclass(frozen=True)
class _Task:
    call: Call
    region: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class _Done:
    task: _Task
    pages: list[Page]
    error: CollectionError | None = None


def permissions(calls: Iterable[Call]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([REGIONS, *(call.permission for call in calls)]))


def configuration(calls: Sequence[Call]) -> Callable[[AwsConnection, Period], Pages]:
    """The pages of a service's dataset; see `Call` for what is asked."""

    def pages(connection: AwsConnection, period: Period) -> Pages:
        first = _regions(connection)
        yield first
        regions = _to_read(connection, first)
        read = _Reading(connection, regions)
        for depth in range(max(call.depth for call in calls) + 1):
            yield from read.wave([call for call in calls if call.depth == depth])
        told = f"; {read.refused} calls were refused or not supported, and are pages that say so" * bool(read.refused)
        out = connection.settings.regions_out_of_scope
        left = f"; out of scope by [sources.aws] regions_out_of_scope: {', '.join(out)}" * bool(out)
        return Completeness(
            f"every list ended without a further token; enabled regions: {', '.join(regions)}{left}{told}"
        )

    return pages


def _regions(connection: AwsConnection) -> Page:
    """The enabled regions, with those that the settings leave out on purpose beside them."""
    page = Reader(connection, None).one("ec2", "describe_regions", "Regions")
    out = list(connection.settings.regions_out_of_scope)
    return replace(page, parameters={**page.parameters, "out_of_scope": out}) if out else page


def _to_read(connection: AwsConnection, page: Page) -> list[str]:
    """The enabled regions that are in scope. Raises `MalformedInput` where none is left."""
    out = {entry.partition(":")[0].strip() for entry in connection.settings.regions_out_of_scope}
    regions = [name for name in _enabled(connection, page) if name not in out]
    if not regions:
        raise MalformedInput(
            "aws: [sources.aws] regions_out_of_scope has every enabled region. Take those away that are in use"
        )
    return regions


def _enabled(connection: AwsConnection, page: Page) -> list[str]:
    """The regions of the account, those first that the settings name."""
    with translated(REGIONS):
        enabled = {item["RegionName"] for item in page.answer["Regions"] if item.get("OptInStatus") != "not-opted-in"}
    if not enabled:
        raise IncompleteCollection(f"aws {REGIONS}: AWS names no enabled region. Run the same command again")
    return [*(name for name in connection.regions if name in enabled), *sorted(enabled - set(connection.regions))]


class _Reading:
    """One reading of one service: what was found so far, and how many calls were refused."""

    def __init__(self, connection: AwsConnection, regions: Sequence[str]) -> None:
        self.connection, self.regions, self.refused = connection, regions, 0
        self._found: dict[int, list[Found]] = {}

    def wave(self, calls: Sequence[Call]) -> Iterator[Page]:
        """Pages of the calls, in the order in which they are written down, whichever is answered first.

        Raises the refusal when none of the calls that begin a service is allowed anywhere.
        """
        tasks = [task for call in calls for task in self._tasks(call)]
        errors: list[CollectionError] = []
        for done in _at_once(self.connection.settings.concurrency, tasks, self._made):
            if done.error is not None:
                errors.append(done.error)
                if len(errors) == len(tasks) and done.task.call.depth == 0:
                    raise done.error
            self._keep(done)
            yield from done.pages
        self.refused += len(errors)

    def _tasks(self, call: Call) -> Iterator[_Task]:
        fixed = dict(call.parameters)
        if call.of is None:
            for region in self.regions[:1] if call.globally else self.regions:
                (asking,) = _askings(call.each(self._place(region))) or [(region, {})]
                yield _Task(call, region, {**fixed, **asking[1]})
            return
        seen = set()
        action = self.connection.action(call.service, call.operation)
        with translated(action):
            chosen = list(call.among(self._found.get(id(call.of), [])))
        for found in chosen:
            with translated(action):
                askings = _askings(call.each(found))
            for asking in askings:
                key = json.dumps(asking, sort_keys=True, default=str)
                if key not in seen:
                    seen.add(key)
                    yield _Task(call, asking[0], {**fixed, **asking[1]})

    def _place(self, region: str) -> Found:
        return Found(self.connection.origin.account, region, {}, {})

    def _keep(self, done: _Done) -> None:
        call, rows = done.task.call, self._found.setdefault(id(done.task.call), [])
        for page in done.pages:
            if is_answer(page.answer):
                listed = (
                    rows_in(page.answer, call.name, call.pages.empty, of_a_list=call.pages.of_a_list)
                    if call.pages
                    else [page.answer]
                )
                rows += [
                    Found(self.connection.origin.account, done.task.region, page.parameters, row) for row in listed
                ]

    def _made(self, task: _Task) -> _Done:
        call, read, pages = task.call, Reader(self.connection, task.region), list[Page]()
        try:
            if call.pages:
                names = ("sent_as", "empty_ends", "of_a_list", "empty")
                how = {name: getattr(call.pages, name) for name in names}
                pages += read.listed(
                    call.service, call.operation, call.name, call.pages.token, **how, **task.parameters
                )
            else:
                pages.append(read.one(call.service, call.operation, call.name, **task.parameters))
        except CollectionError as error:
            code = only_here(error, of_one_thing=call.of is not None) or self._no_such_endpoint(task, error)
            if code_of(error) in call.absent:
                return _Done(task, [self._said(task, "absent", code_of(error), error)])
            if code is None:
                raise
            return _Done(task, [*pages, self._said(task, "unread", code, error)], error)
        return _Done(task, pages)

    def _no_such_endpoint(self, task: _Task, error: CollectionError) -> str | None:
        """A region that a service is not in has no address of it."""
        if not isinstance(error, Unreachable) or type(error.__cause__).__name__ != "EndpointConnectionError":
            return None
        there = self.connection.session.get_available_regions(task.call.service)
        return None if not there or task.region in there else "NoEndpoint"

    def _said(self, task: _Task, what: str, code: str, error: CollectionError) -> Page:
        told = said_of(error)
        answer = {
            what: {"Code": code, "Message": told["Message"]},
            "ResponseMetadata": {"RequestId": told["RequestId"]},
        }
        return Reader(self.connection, task.region).page(
            task.call.service, task.call.operation, task.parameters, answer, 0
        )


def _askings(given: Asking | list[Asking]) -> list[tuple[str, dict[str, Any]]]:
    return [one for one in (given if isinstance(given, list) else [given]) if one is not None]


def is_answer(answer: Mapping[str, Any]) -> bool:
    return "unread" not in answer and "absent" not in answer


def _at_once(number: int, tasks: Sequence[_Task], work: Callable[[_Task], _Done]) -> Iterator[_Done]:
    """What was done, in the order of the tasks; no more than `number` are under way at once."""
    with ThreadPoolExecutor(number, "aws") as pool:
        waiting: deque[Future[_Done]] = deque()
        try:
            for task in tasks:
                waiting.append(pool.submit(work, task))
                if len(waiting) >= number * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
