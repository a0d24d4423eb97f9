"""CloudTrail's event history: who changed access, and everything that root did.

LookupEvents takes one attribute a request. All that writes is asked for with ReadOnly=false, and what root did besides
with Username=root, in each region apart: IAM writes to the history of the global region, a sign-in to that of the
region it was made in. Two requests a second are allowed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ...errors import IncompleteCollection, MalformedInput
from ...period import Period, stamp
from ..base import Completeness, Page, Pages
from .failures import translated
from .reading import Reader
from .session import AwsConnection, plain

KEPT = timedelta(days=90)
REQUEST_INTERVAL_SECONDS = 0.5
PAGE_SIZE = 50
_CALL = "cloudtrail:LookupEvents"
# Root first: what root wrote must then be among all that was written.
_QUESTIONS = (("Username", "root"), ("ReadOnly", "false"))
# Whoever holds one of these can act with it. The id of a key says which one was used, and opens nothing.
_SECRETS = {
    "secretaccesskey", "sessiontoken", "sessioncredentials", "password", "newpassword", "oldpassword",
    "base32stringseed", "qrcodepng", "clientsecret", "accesstoken", "refreshtoken", "idtoken",
}  # fmt: skip


@dataclass
class _Pace:
    """Keeps requests to one region apart by the interval that AWS allows."""

    interval: float
    _last: float = field(default=float("-inf"))

    def wait(self) -> None:
        time.sleep(max(0.0, self._last + self.interval - time.monotonic()))
        self._last = time.monotonic()


def access_events(connection: AwsConnection, period: Period) -> Pages:
    """Events of the part of a month, in the global region, the configured one and those named in `regions`.

    Raises `IncompleteCollection` when a part of it is older than the 90 days that the history keeps. Secrets inside the
    events are removed before anything is written; each page names what was.
    """
    _still_kept(connection, period)
    pages = events = 0
    for region in connection.regions:
        pace = _Pace(0.0 if connection.local else REQUEST_INTERVAL_SECONDS)
        written: dict[str, set[str]] = {}
        for attribute, value in _QUESTIONS:
            found = written.setdefault(attribute, set())
            for page in _asked(connection, region, attribute, value, period, pace):
                pages, events = pages + 1, events + page.rows
                with translated(_CALL):
                    found |= {event["EventId"] for event in page.answer["Events"] if event["ReadOnly"] == "false"}
                yield page
        lost = sorted(written["Username"] - written["ReadOnly"])
        if lost:
            raise IncompleteCollection(
                f"aws {_CALL}: root wrote event {lost[0]} in {region}, but the list of all that was written lacks it."
                " Run the same command again"
            )
    asked = ", ".join(connection.regions)
    return Completeness(
        f"no further token on the last page of each list; {events} events on {pages} pages from the regions {asked};"
        " CloudTrail shows an event within 15 minutes or so"
    )


def _asked(
    connection: AwsConnection, region: str, attribute: str, value: str, period: Period, pace: _Pace
) -> Iterator[Page]:
    read = Reader(connection, region)
    # CloudTrail's times are whole seconds, and both ends belong to what is asked for.
    last = period.end - timedelta(seconds=1)
    question: dict[str, Any] = {
        "LookupAttributes": [{"AttributeKey": attribute, "AttributeValue": value}],
        "MaxResults": PAGE_SIZE,
    }
    answers = connection.listed(
        "cloudtrail", "lookup_events", "Events", region=region, StartTime=period.start, EndTime=last, **question
    )
    while True:
        pace.wait()
        try:
            asked, answer = next(answers)
        except StopIteration:
            return
        removed: set[str] = set()
        with translated(_CALL):
            events = [_without_secrets(event, removed) for event in answer["Events"]]
        shown = {**asked, "removed": sorted(removed)}
        whole = {**plain(answer), "Events": plain(events)}
        yield read.page("cloudtrail", "lookup_events", shown, whole, len(events))


def _still_kept(connection: AwsConnection, period: Period) -> None:
    """Whether AWS, by its own clock, still has the whole period."""
    if connection.opened_at is None:
        raise MalformedInput(
            "aws sts:GetCallerIdentity: the answer has no Date, so how far back the event history reaches is unknown."
            " Run the same command again"
        )
    oldest = connection.opened_at - KEPT
    if period.start < oldest:
        until = min(oldest, period.end)
        raise IncompleteCollection(
            f"aws {_CALL}: the event history keeps 90 days; {_day(period.start)} to {_day(until)} of {period.name} are"
            " lost to it. Collect every month, and take what is lost from the log files of a trail"
        )


def _day(moment: datetime) -> str:
    return stamp(moment)[:10]


def _without_secrets(event: dict[str, Any], removed: set[str]) -> dict[str, Any]:
    """The event as it came, unless a secret is in it; the names of what was removed are added to `removed`."""
    document = json.loads(event["CloudTrailEvent"])
    if not isinstance(document, dict):
        raise MalformedInput(f"aws {_CALL}: event {event['EventId']} is no JSON object. Run the same command again")
    here: set[str] = set()
    kept = _cleaned(document, "", here)
    removed |= here
    return {**event, "CloudTrailEvent": json.dumps(kept, ensure_ascii=False)} if here else event


def _cleaned(value: Any, place: str, removed: set[str]) -> Any:
    if isinstance(value, list):
        return [_cleaned(item, place, removed) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, item in value.items():
        inner = f"{place}.{key}".lstrip(".")
        if key.replace("_", "").lower() in _SECRETS and item is not None:
            removed.add(inner)
        else:
            kept[key] = _cleaned(item, inner, removed)
    return kept
