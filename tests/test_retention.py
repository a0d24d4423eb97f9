"""What sources forget: on the day before, on the day, and after it."""

from __future__ import annotations

import pytest

from soc2kit.period import CIVIL, Calendar, parse_moment
from soc2kit.retention import VANISHING, vanishing

WINDOW = CIVIL.parse("2026-01-01..2026-06-30")


@pytest.mark.parametrize(
    ("as_of", "lost", "first", "by"),
    [
        ("2026-01-02", None, "2026-01-01", "2026-01-31"),
        ("2026-01-31", None, "2026-01-01", "2026-01-31"),
        ("2026-02-01", "2026-01-01..2026-01-01", "2026-01-02", "2026-02-01"),
        ("2026-01-31T00:00:01Z", "2026-01-01..2026-01-01", "2026-01-02", "2026-02-01"),
        ("2026-06-30", "2026-01-01..2026-05-30", "2026-05-31", "2026-06-30"),
        ("2026-07-01T06:00:00Z", "2026-01-01..2026-06-01", "2026-06-02", "2026-07-02"),
        ("2026-07-30", "2026-01-01..2026-06-29", "2026-06-30", "2026-07-30"),
        ("2026-07-31", "2026-01-01..2026-06-30", None, None),
        ("2027-01-01", "2026-01-01..2026-06-30", None, None),
    ],
)
def test_rule_suites_go_after_thirty_days(as_of: str, lost: str | None, first: str | None, by: str | None) -> None:
    found = vanishing(WINDOW, parse_moment(as_of), CIVIL, frozenset({"github"}))
    item = next(item for item in found if item["what"].startswith("rule suites"))
    assert (item["lost"], item["next"], item["by"]) == (lost, first, by)


def test_only_connected_sources_are_spoken_of_and_nothing_before_the_window() -> None:
    at = parse_moment("2026-03-01")
    assert {item["source"] for item in vanishing(WINDOW, at, CIVIL, frozenset({"aws"}))} == {"aws"}
    assert list(vanishing(WINDOW, parse_moment("2026-01-01"), CIVIL, frozenset({"aws", "github"}))) == []


def test_each_says_what_to_do_and_the_facts_of_the_sources() -> None:
    kept = {item.what.split(":")[0].split(",")[0]: item.days for item in VANISHING if "Git events" not in item.what}
    assert kept["rule suites"] == 30
    assert kept["audit log"] == 180
    assert kept["CloudTrail event history"] == 90
    assert all(item.how and item.controls for item in VANISHING)


def test_days_are_the_companys() -> None:
    auckland = Calendar("Pacific/Auckland")
    window = auckland.parse("2026-01-01..2026-06-30")
    found = vanishing(window, parse_moment("2026-02-01T12:00:00Z"), auckland, frozenset({"aws"}))
    item = next(item for item in found if item["what"].startswith("CloudTrail"))
    assert item["next"] == "2026-01-01"
