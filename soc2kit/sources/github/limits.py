"""Patience with GitHub's limits: how long to wait when it was asked too often, by GitHub's own clock.

Waits for one request add up to `LONGEST_WAIT_SECONDS` at most. What is renewed later than that ends the collection in
words: nobody should sit before a notebook that sleeps for an hour.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias

from ...errors import CollectionError
from ...period import parse_moment
from .failures import RATE_LIMIT_TYPES, rate_limited

LONGEST_WAIT_SECONDS = 300
#: GitHub asks for a minute at least where it does not say how long, and for more each time.
SECONDARY_LIMIT_WAIT_SECONDS = 60
MOST_WAITS = 5
#: A query costs a few points; with fewer than this left, the next one waits for the hour's new ones.
FEWEST_POINTS = 20
_LIMIT_WORDS = ("rate limit", "abuse detection")

Answered: TypeAlias = tuple[int, Mapping[str, str], str]
#: Replaced in tests, which do not wait.
pause: Callable[[float], None] = time.sleep


def patiently(ask: Callable[[], Answered], call: str) -> Answered:
    """The first answer that is not a refusal for having asked too often."""
    waited = 0.0
    for number in range(MOST_WAITS + 1):
        answered = ask()
        if not _limited(*answered):
            return answered
        left = LONGEST_WAIT_SECONDS - waited
        wait = _told(answered[1])
        if wait is None:
            wait = min(SECONDARY_LIMIT_WAIT_SECONDS * 2.0**number, max(left, 0.0))
            enough = wait > 0 or SECONDARY_LIMIT_WAIT_SECONDS == 0
        else:
            enough = wait <= left
        if not enough or number == MOST_WAITS:
            break
        pause(wait)
        waited += wait
    raise _used_up(call, _told(answered[1]))


def _limited(status: int, headers: Mapping[str, str], text: str) -> bool:
    if status == 429:
        return True
    if status == 403:
        return (
            "retry-after" in headers
            or headers.get("x-ratelimit-remaining") == "0"
            or any(words in text.lower() for words in _LIMIT_WORDS)
        )
    # GraphQL refuses inside a 200. Inside a text the quote would be escaped, so this is where a text begins.
    return status == 200 and '"RATE_LIMIT' in text and bool(_error_types(text) & RATE_LIMIT_TYPES)


def _error_types(text: str) -> set[str]:
    try:
        answer = json.loads(text)
    except ValueError:
        return set()
    errors = answer.get("errors") if isinstance(answer, dict) else None
    known = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    return {str(error.get("type")) for error in known}


def _told(headers: Mapping[str, str]) -> float | None:
    """The seconds that GitHub itself names, or None where it names none."""
    told = headers.get("retry-after", "")
    if told.isdigit():
        return float(told)
    reset, now = headers.get("x-ratelimit-reset", ""), answered_at(headers)
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdigit() and now is not None:
        # A second more, as nobody knows when in that second it is.
        return max(0.0, int(reset) - now.timestamp()) + 1
    return None


def answered_at(headers: Mapping[str, str]) -> datetime | None:
    """When GitHub answered, by its own clock."""
    header = headers.get("date")
    return parsedate_to_datetime(header).astimezone(UTC) if header else None


def points_run_out(data: Mapping[str, Any], headers: Mapping[str, str]) -> float:
    """Seconds to wait before the next query, as its points would not suffice; 0 while there are enough."""
    budget, now = data.get("rateLimit"), answered_at(headers)
    if not isinstance(budget, Mapping) or now is None or budget["remaining"] >= FEWEST_POINTS:
        return 0.0
    return max(0.0, (parse_moment(budget["resetAt"]) - now) / timedelta(seconds=1)) + 1


def wait_for_points(seconds: float, call: str) -> None:
    """Wait for the hour's new points, or raise where that is too long."""
    if seconds > LONGEST_WAIT_SECONDS:
        raise _used_up(call, seconds)
    if seconds:
        pause(seconds)


def _used_up(call: str, seconds: float | None) -> CollectionError:
    return rate_limited(call, "" if seconds is None else f", in {max(1, round(seconds / 60))} minutes")
