"""Charts of availability say in words what they show in colours."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd

from soc2kit import availability_charts as charts
from soc2kit.availability_view import AvailabilityView


def day(database: str, name: str, state: str) -> dict[str, Any]:
    return {"database": database, "day": name, "state": state}


def test_the_calendar_names_every_day_that_is_not_simply_backed_up() -> None:
    rows = [
        day("app", "2026-03-30", "backed up"),
        day("app", "2026-03-31", "no backup"),
        day("app", "2026-04-01", "not known"),
        day("web", "2026-04-01", "backed up after a job failed"),
    ]
    chart = charts.calendar(rows, ["2026-03", "2026-04"])
    assert chart.alt == (
        "Backups by database and day. app 3 days; backed up on 1; not known: 2026-04-01; no backup: 2026-03-31. web 1"
        " days; backed up on 0; backed up after a job failed: 2026-04-01."
    )
    (axes,) = chart.figure.axes
    assert {text.get_text() for text in axes.texts} == {"×", "?", "!"}
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "backed up (1)", "! backed up after a job failed (1)", "? not known (1)", "× no backup (1)",
    ]  # fmt: skip
    assert chart.png() == charts.calendar(rows, ["2026-03", "2026-04"]).png()


def test_retention_says_how_much_is_short_and_what_was_less_before() -> None:
    rows = [
        {"name": "long", "retention_days": 14, "least_days": 14},
        {"name": "edge", "retention_days": 7, "least_days": 3},
        {"name": "short", "retention_days": 6, "least_days": 6},
        {"name": "unsaid", "retention_days": None, "least_days": None},
    ]
    assert charts.retention(rows, 7).alt == (
        "Days that backups are kept, policy 7: long 14 days; edge 7 days; 3 before; short 6 days, 1 short; unsaid not"
        " stated."
    )


def test_restores_say_minutes_beside_the_objective() -> None:
    rows = [
        {"database": "app", "quarter": "Q1", "tested_on": "2026-03-01", "minutes": 240},
        {"database": "app", "quarter": "Q2", "tested_on": "2026-04-01", "minutes": 241},
        {"database": "web", "quarter": "Q1", "tested_on": None, "minutes": None},
        {"database": "web", "quarter": "Q2", "tested_on": "2026-04-02", "minutes": None},
    ]
    assert charts.restores(rows, 240).alt == (
        "Minutes of restore tests, objective 240: app Q1 240 minutes; app Q2 241 minutes, 1 over; web Q1 × no restore;"
        " web Q2 2026-04-02, nobody knows how long."
    )


def test_databases_of_one_name_have_bands_of_their_own() -> None:
    keys = ["a:rds:r:1:db:app", "a:rds:q:1:db:app", "a:rds:r:1:db:web"]
    days = pd.DataFrame({"key": keys, "at": 0, "day": "2026-01-01", "failed_jobs": None})
    result: Any = SimpleNamespace(
        check=SimpleNamespace(id="AWS-BKP-02"), population=days, exceptions=days[:1].assign(reason="no backup"),
        not_testable=days[:0].assign(reason=""),
    )  # fmt: skip
    assessment: Any = SimpleNamespace(tests=[result])
    config: Any = None
    view = AvailabilityView(config, config, assessment)
    assert [(row["database"], row["state"]) for row in view._days()] == [
        ("a:rds:r:1:db:app", "no backup"), ("a:rds:q:1:db:app", "backed up"), ("web", "backed up"),
    ]  # fmt: skip
