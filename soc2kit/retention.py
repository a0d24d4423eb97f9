"""What sources forget: how long each keeps what a window needs, and the days on which it goes.

A twelve-month window cannot be read again at its end. What nobody collected in time is lost, so the dates are said
before they come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .period import DAY, Calendar, Period

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Vanishing:
    """One thing that a source keeps for `days` days only; `how` says what to do, or which setting collects it."""

    source: str
    what: str
    days: int
    controls: tuple[str, ...]
    how: str


# fmt: off
VANISHING = (
    Vanishing("github", "audit log: Git events", 7, ("CH-01", "LM-01"),
              "soc2kit collect reads the audit log without Git events; export it with them as JSON (Enterprise Cloud)"),
    Vanishing("github", "rule suites: who bypassed a branch rule", 30, ("CH-03", "CH-04"),
              "soc2kit collect reads them if it runs more often than once a month: on the first days of a month the"
              " first days of the month before are gone (soc2kit collect --dataset github.rule_suites every week)"),
    Vanishing("aws", "jobs of AWS Backup: backups, restores and copies", 30, ("AV-02", "AV-03"),
              "soc2kit collect reads them if it runs more often than once a month (soc2kit collect --dataset"
              " aws.backup_jobs every week); automated snapshots of RDS are gone as soon as the database's retention"
              " says"),
    Vanishing("aws", "CloudTrail event history", 90, ("AC-02", "LM-01"),
              "soc2kit collect reads who changed access, in the regions of soc2kit.toml, if it runs every month; keep"
              " a trail that writes to S3 for the rest"),
    Vanishing("github", "logs and artifacts of Actions runs, unless the organisation set another time", 90, ("CH-02",),
              "raise the retention in the organisation's settings, or save the summary of runs"),
    Vanishing("github", "audit log", 180, ("AC-02", "LM-01"),
              "soc2kit collect reads it where [sources.github] has audit_log = true (Enterprise Cloud); on other plans"
              " an owner must export it from the organisation's settings"),
    Vanishing("github", "results of checks", 400, ("CH-02",),
              "soc2kit collect reads them with the merged pull requests"),
)
# fmt: on


def vanishing(
    window: Period, as_of: datetime, calendar: Calendar, sources: frozenset[str]
) -> Iterator[Mapping[str, Any]]:
    """For each thing that a configured source forgets: which days of the window are gone, and when the rest goes.

    `lost` is the span of the window that can no longer be asked for, `next` the first day still there, `by` the day on
    which that one goes. A window that is wholly gone, or not begun, has no `next`.
    """
    for item in VANISHING:
        if item.source not in sources or as_of <= window.start:
            continue
        # Of a day that is half gone nothing can be shown, so whole days are counted.
        gone_until = calendar.day_at(as_of - timedelta(days=item.days) - _INSTANT)
        first, last = calendar.day_at(window.start), calendar.day_at(window.until(as_of).end - _INSTANT)
        kept = max(gone_until + DAY, first)
        there = kept <= last
        yield {
            "source": item.source,
            "what": item.what,
            "kept_days": item.days,
            "controls": list(item.controls),
            "lost": f"{first}..{min(gone_until, last)}" if gone_until >= first else None,
            "next": str(kept) if there else None,
            "by": str(kept + item.days * DAY) if there else None,
            "how": item.how,
        }
