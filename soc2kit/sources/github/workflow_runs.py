"""Runs of workflows. GitHub gives no more than a thousand for one question, so it is halved while it has more."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from datetime import datetime, timedelta
from itertools import chain

from ...errors import IncompleteCollection
from ...period import Period, parse_moment, stamp
from ..base import Completeness, Page, Pages
from .client import GithubConnection, RepositoryName
from .failures import readable
from .paging import in_scope

WORKFLOW_RUNS_NEEDS = "Repository permissions Metadata: read and Actions: read (all repositories)"
#: A question that has more answers than this gets these alone. One that has just as many may have lost some.
MOST_ANSWERED = 1000
_SECOND, _INSTANT = timedelta(seconds=1), timedelta(microseconds=1)


def workflow_runs(connection: GithubConnection, period: Period) -> Pages:
    """Every run created in the period, of one repository after another; each question's list is as long as its total.

    A run is read as it stands: of one that ran again GitHub lists the last attempt, and one may still be running.
    """
    repositories, left_out = in_scope(connection, period, needs=WORKFLOW_RUNS_NEEDS)
    total = questions = 0
    for repository in repositories:
        with readable(f"workflow runs of {repository.full_name}"):
            read, asked = yield from _runs_of(connection, repository, period)
        total, questions = total + read, questions + asked
    archived = f"; {left_out} archived and not pushed to since {stamp(period.start)} are left out" if left_out else ""
    return Completeness(
        f"{len(repositories)} repositories were read by time of creation in {questions} questions; each has fewer than"
        f" {MOST_ANSWERED} answers, which is as many as GitHub gives, and as many as GitHub counts{archived}",
        source_total=total,
    )


def _runs_of(
    connection: GithubConnection, repository: RepositoryName, period: Period
) -> Generator[Page, None, tuple[int, int]]:
    """The runs of one repository; how many there are, and in how many questions they were read."""
    # GitHub counts in whole seconds and includes both ends of a range.
    waiting = [(period.start.replace(microsecond=0), (period.end - _INSTANT).replace(microsecond=0))]
    total = questions = 0
    while waiting:
        start, end = waiting.pop()
        span = f"{stamp(start)}..{stamp(end)}"
        pages = connection.get_pages(
            f"/repos/{repository.full_name}/actions/runs", {"created": span}, needs=WORKFLOW_RUNS_NEEDS,
            inside="workflow_runs",
        )  # fmt: skip
        first = next(pages)
        if first.answer["total_count"] >= MOST_ANSWERED:
            waiting += _halves(repository, start, end)
            continue
        total += yield from _counted(repository, span, period, chain([first], pages))
        questions += 1
    return total, questions


def _halves(repository: RepositoryName, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """A span in two, the later half first, as the last one is read next."""
    if start == end:
        raise IncompleteCollection(
            f"github workflow runs of {repository.full_name}: {MOST_ANSWERED} or more in one second ({stamp(start)}),"
            " which GitHub does not list to their end. Report this"
        )
    half = (start + (end - start) / 2).replace(microsecond=0)
    return [(half + _SECOND, end), (start, half)]


def _counted(
    repository: RepositoryName, span: str, period: Period, pages: Iterable[Page]
) -> Generator[Page, None, int]:
    """The pages of one question, once each run of them was counted; raises when they are not as many as GitHub says."""
    seen: set[int] = set()
    counted = 0
    for page in pages:
        numbers = {run["id"] for run in page.answer["workflow_runs"]}
        outside = [run for run in page.answer["workflow_runs"] if not period.contains(parse_moment(run["created_at"]))]
        if outside:
            raise IncompleteCollection(
                f"github workflow runs of {repository.full_name}: run {outside[0]['id']} was created outside {span}, so"
                " GitHub did not answer what was asked. Run the same command again"
            )
        seen, counted = seen | numbers, page.answer["total_count"]
        yield page
    if len(seen) != counted:
        raise IncompleteCollection(
            f"github workflow runs of {repository.full_name}, {span}: {len(seen)} read, but GitHub counts {counted}."
            " Run the same command again"
        )
    return counted
