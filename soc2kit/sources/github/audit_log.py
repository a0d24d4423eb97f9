"""The organisation's audit log: who changed whose access, and when. GitHub Enterprise Cloud only, and for 180 days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ...errors import IncompleteCollection
from ...period import DAY, Period
from ..base import Completeness, Page, Pages
from .client import PAGE_SIZE, GithubConnection
from .failures import readable

KEPT_DAYS = 180
AUDIT_LOG_NEEDS = "Organization permission Administration: read (of an owner), in GitHub Enterprise Cloud"
_NEEDS = (
    f"{AUDIT_LOG_NEEDS}. Without Enterprise Cloud the log cannot be asked for: set audit_log = false in"
    " [sources.github]"
)
_INSTANT = timedelta(microseconds=1)


def audit_log(connection: GithubConnection, period: Period) -> Pages:
    """Every event but those of Git on the days (UTC) that the period touches, oldest first; `rows` are the period's.

    The newest events are asked for before all others: when the list has been followed to its end and holds them, no
    later page is missing, whatever the links between pages said.
    """
    path = f"/orgs/{connection.organization}/audit-log"
    days = [moment.astimezone(UTC).date() for moment in (period.start, period.end - _INSTANT)]
    asked = {"phrase": f"created:{days[0]}..{days[1]}", "include": "web"}
    newest = connection.get(path, {**asked, "order": "desc", "per_page": PAGE_SIZE}, needs=_NEEDS)
    _refuse_forgotten(period, newest.answered_at)
    seen: set[str] = set()
    pages = total = 0
    with readable("audit log"):
        for page in connection.get_pages(path, {**asked, "order": "asc"}, needs=_NEEDS, numbered=False):
            rows = _count(page.answer, period, seen)
            pages, total = pages + 1, total + rows
            yield Page(page.call, page.parameters, page.answer, rows, page.request_id)
        lacking = [event["_document_id"] for event in newest.answer if event["_document_id"] not in seen]
    if lacking:
        raise IncompleteCollection(
            f"github audit log: the list ended after {len(seen)} events without the newest of them ({lacking[0]})."
            " Run the same command again"
        )
    return Completeness(
        f"the list was followed to its last page ({pages} read) and holds the newest events of"
        f" {asked['phrase'].partition(':')[2]}; no event stands in it twice; Git events are not asked for",
        source_total=total,
    )


def _count(events: list[Mapping[str, Any]], period: Period, seen: set[str]) -> int:
    """Events of the period in one page. Raises when one was listed before."""
    rows = 0
    for event in events:
        if event["_document_id"] in seen:
            raise IncompleteCollection(
                f"github audit log: event {event['_document_id']} is listed twice, so a page came again in place of"
                " the next. Run the same command again"
            )
        seen.add(event["_document_id"])
        rows += bool(period.contains(datetime.fromtimestamp(event["@timestamp"] / 1000, UTC)))
    return rows


def _refuse_forgotten(period: Period, now: datetime | None) -> None:
    """Raise when GitHub no longer keeps the first days of a period: by its own clock, not by this machine's."""
    if now is None:
        raise IncompleteCollection(
            f"github audit log: the answer has no Date, so whether {period.name} is still kept cannot be known. Ask"
            " GitHub directly, without a proxy that takes headers away"
        )
    kept_from = now - timedelta(days=KEPT_DAYS)
    if period.start >= kept_from:
        return
    # Of a day that is half gone nothing can be shown.
    gone = [moment.astimezone(UTC).date() for moment in (period.start, min(kept_from, period.end - _INSTANT))]
    raise IncompleteCollection(
        f"github audit log: GitHub keeps {KEPT_DAYS} days, so {gone[0]} to {gone[1]} can no longer be asked for; whole"
        f" days are there from {kept_from.astimezone(UTC).date() + DAY} on. Begin the [window] then, or rely on an"
        " export made in time"
    )
