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

from ...aws_event_names import ACCESS_EVENTS, CONSOLE_LOGIN
from ...errors import IncompleteCollection, MalformedInput
from ...period import Period, stamp
from ..base import Completeness, Page, Pages
from .failures import translated
from .lists import plain
from .reading import Reader
from .session import AwsConnection

KEPT = timedelta(days=90)
REQUEST_INTERVAL_SECONDS = 0.5
PAGE_SIZE = 50
_CALL = "cloudtrail:LookupEvents"
# Root first: what root wrote must then be among all that was written.
_QUESTIONS = (("Username", "root"), ("ReadOnly", "false"))
# What says who did what, when and where. Anything else about an event that is no change of access stays out: secrets
# stand in requests and answers of other services under names that nobody can list.
_ENVELOPE = frozenset({
    "eventID", "eventTime", "eventSource", "eventName", "eventType", "userIdentity", "recipientAccountId", "awsRegion",
    "readOnly", "errorCode",
})  # fmt: skip
_SIGN_IN = _ENVELOPE | {"responseElements", "additionalEventData"}
# Whoever holds one of these can act with it. The id of a key says which one was used, and opens nothing.
_SECRETS = (
    "password", "secret", "token", "sessioncredentials", "privatekey", "presharedkey", "apikey", "authkey",
    "base32stringseed", "qrcodepng", "passphrase", "userdata",
)  # fmt: skip


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

    Raises `IncompleteCollection` when a part of it is older than the 90 days that the history keeps. Of events that
    change no access only the envelope is kept, and secrets inside the others are removed before anything is written;
    each page names what was, in `left_out` and `removed`.
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
        taken = _Taken()
        with translated(_CALL):
            events = [_kept(event, taken) for event in answer["Events"]]
        left_out = {name: sorted(fields) for name, fields in sorted(taken.left_out.items())}
        shown = {**asked, "left_out": left_out, "removed": sorted(taken.removed)}
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


@dataclass
class _Taken:
    """What is not in the evidence: fields by event name, and places of secrets."""

    left_out: dict[str, set[str]] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)


def _kept(event: dict[str, Any], taken: _Taken) -> dict[str, Any]:
    """The event as it came where all of it may be kept; else what may be, and the rest is named in `taken`."""
    document = json.loads(event["CloudTrailEvent"])
    if not isinstance(document, dict):
        raise MalformedInput(f"aws {_CALL}: event {event['EventId']} is no JSON object. Run the same command again")
    name = (str(document.get("eventSource")), str(document.get("eventName")))
    shown = event
    if name not in ACCESS_EVENTS:
        identity = document.get("userIdentity")
        by_root = isinstance(identity, dict) and identity.get("type") == "Root"
        wanted = _SIGN_IN if name == CONSOLE_LOGIN and by_root else _ENVELOPE
        fields = {key for key, value in document.items() if key not in wanted and value is not None}
        shown = {key: value for key, value in event.items() if key != "Resources"}
        if fields:
            taken.left_out.setdefault(f"{name[0]} {name[1]}", set()).update(fields)
        document = {key: value for key, value in document.items() if key in wanted}
    here: set[str] = set()
    kept = _cleaned(document, "", here)
    taken.removed |= here
    if shown is event and not here:
        return event
    return {**shown, "CloudTrailEvent": json.dumps(kept, ensure_ascii=False)}


def _cleaned(value: Any, place: str, removed: set[str]) -> Any:
    if isinstance(value, list):
        return [_cleaned(item, place, removed) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, item in value.items():
        inner = f"{place}.{key}".lstrip(".")
        if _secret(key) and item is not None and not isinstance(item, bool):
            removed.add(inner)
        else:
            kept[key] = _cleaned(item, inner, removed)
    return kept


def _secret(key: str) -> bool:
    """Whether the name says so. Whether a password must be changed, a flag, is no secret; that is seen by its value."""
    name = key.replace("_", "").replace("-", "").lower()
    return any(word in name for word in _SECRETS)
