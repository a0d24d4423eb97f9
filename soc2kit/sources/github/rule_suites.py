"""Pushes that branch rules refused, and pushes that somebody made past them: GitHub's rule suites.

GitHub keeps them for a month and says no day to it. What is asked for of a longer period is the part that is still
there for sure; the evidence says where that begins, and no test takes it for more.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta
from typing import Any

from ...errors import IncompleteCollection
from ...period import Period, parse_moment, stamp
from ..base import Completeness, Page, Pages
from .client import GithubConnection
from .failures import readable
from .paging import in_scope

KEPT = timedelta(days=30)
RESULTS = ("bypass", "fail")
RULE_SUITES_NEEDS = (
    "Repository permission Administration: read, or write where GitHub still asks for it (all repositories)"
)
_NEEDS = (
    f"{RULE_SUITES_NEEDS}, and a plan with rulesets. Without one set rule_suites = false in [sources.github]: then that"
    " bypasses were recorded cannot be tested"
)


def rule_suites(connection: GithubConnection, period: Period) -> Pages:
    """Every bypass and every refusal of the last month, on any branch; `rows` are those of the period, each once.

    Raises `IncompleteCollection` when nothing of the period is kept any more. Of a period whose beginning is not, the
    `Completeness` says from when on it is.
    """
    repositories, left_out = in_scope(connection, period, needs=_NEEDS)
    if not repositories:
        return Completeness("no repository in scope can hold any", source_total=0)
    probe = f"/repos/{repositories[0].full_name}/rulesets/rule-suites"
    _refuse_forgotten(period, _kept_from(connection, probe))
    seen: set[int] = set()
    total = 0
    for repository in repositories:
        path = f"/repos/{repository.full_name}/rulesets/rule-suites"
        for result in RESULTS:
            asked = {"time_period": "month", "rule_suite_result": result}
            with readable(f"rule suites of {repository.full_name}"):
                for page in connection.get_pages(path, asked, needs=_NEEDS):
                    rows = _count(page.answer, period, seen)
                    total += rows
                    parameters = {**page.parameters, "repository": repository.full_name}
                    yield Page(page.call, parameters, page.answer, rows, page.request_id)
    # What was still kept when the reading began may have gone before its list was read.
    kept_from = _kept_from(connection, probe)
    _refuse_forgotten(period, kept_from)
    since = kept_from if kept_from > period.start else None
    archived = f"; {left_out} archived and not pushed to since {stamp(period.start)} are left out" if left_out else ""
    lost = f"; GitHub keeps a month: what was before {stamp(kept_from)} could not be read" if since else ""
    return Completeness(
        f"the lists of {len(repositories)} repositories ({' and '.join(RESULTS)}) were followed to their last page"
        f"{lost}{archived}",
        source_total=total if since is None else None,
        since=since,
    )


def _count(suites: list[Any], period: Period, seen: set[int]) -> int:
    """Suites of the period in one page that no page before had: a push in between moves the list on."""
    fresh = {suite["id"]: suite for suite in suites if suite["id"] not in seen}
    seen |= set(fresh)
    return sum(bool(period.contains(parse_moment(suite["pushed_at"]))) for suite in fresh.values())


def _kept_from(connection: GithubConnection, path: str) -> datetime:
    """From when on nothing is forgotten yet, by GitHub's own clock, whether its month is 30 days or one by name."""
    reply = connection.get(path, {"time_period": "hour", "per_page": 1}, needs=_NEEDS)
    now = reply.answered_at
    if now is None:
        raise IncompleteCollection(
            "github rule suites: the answer has no Date, so how far back they reach cannot be known. Ask GitHub"
            " directly, without a proxy that takes headers away"
        )
    year, month = (now.year, now.month - 1) if now.month > 1 else (now.year - 1, 12)
    by_name = now.replace(year=year, month=month, day=min(now.day, monthrange(year, month)[1]))
    return max(now - KEPT, by_name)


def _refuse_forgotten(period: Period, kept_from: datetime) -> None:
    if kept_from >= period.end:
        raise IncompleteCollection(
            f"github rule suites: GitHub keeps a month, so {stamp(period.start)[:10]} to {stamp(period.end)[:10]} of"
            f" {period.name} can no longer be asked for; the first that is there is of {stamp(kept_from)}. Collect at"
            " least every four weeks: soc2kit collect --dataset github.rule_suites"
        )
