"""Backups, their jobs, alarms and detection, read from a server in two regions: whole, and honest of what is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aws_cloud import ACCOUNT, HOME, OTHER, cloud
from sources.aws_example import AT, account, read

from soc2kit.errors import IncompleteCollection
from soc2kit.example.aws_server import AwsServer
from soc2kit.frames import FRAMES
from soc2kit.period import CIVIL, Period
from soc2kit.sources.aws import SOURCE, availability_calls, backup_jobs
from soc2kit.sources.base import Page

DATABASE = f"arn:aws:rds:{HOME}:{ACCOUNT}:db:app"
TOPIC = f"arn:aws:sns:{HOME}:{ACCOUNT}:ops"
DAY = timedelta(days=1)
TABLES = {
    "aws.backup": availability_calls.BACKUP,
    "aws.backup_jobs": backup_jobs.JOBS,
    "aws.alarms": availability_calls.ALARMS,
    "aws.detection": availability_calls.DETECTION,
}


def job(name: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "id": name, "region": HOME, "of": DATABASE, "vault": "v", "state": "COMPLETED", "created": at,
        "ended": at + timedelta(minutes=5), **more,
    }  # fmt: skip


def alarm(name: str, **more: Any) -> dict[str, Any]:
    watched = {"namespace": "AWS/RDS", "metric": "CPU", "threshold": 1, "of": {"DBInstanceIdentifier": "app"}}
    return {"name": name, "region": HOME, **watched, **more}


EVERYTHING: dict[str, Any] = {
    "backup_plans": ({"id": "p", "name": "daily", "region": HOME, "created": AT, "vault": "v", "schedule": "cron(0)",
                      "retention": 35, "copies": ["arn:b", "arn:a"], "databases": []},),
    "backup_vaults": ({"name": "v", "region": HOME, "created": AT}, {"name": "w", "region": OTHER, "created": AT}),
    "points": (job("1", AT - DAY), job("2", AT), job("3", AT, region=OTHER, vault="w", source="arn:v")),
    "backup_jobs": tuple(job(f"b{number}", AT - number * DAY) for number in (0, 1, 29, 31)),
    "restore_jobs": (job("r", AT - DAY, into="test", validation="SUCCESSFUL"),),
    "copy_jobs": (job("c", AT - DAY, source="arn:v", destination="arn:w"),),
    "alarms": (
        alarm("one", actions=[TOPIC, f"{TOPIC}2", f"arn:aws:sns:{HOME}:9:far", "arn:aws:ssm-incidents::1:plan/x"]),
        alarm("two", actions=[TOPIC]),
        alarm("both", rule="ALARM(one) OR ALARM('two')", actions=[TOPIC]),
        alarm("all", rule='ALARM("one") AND ALARM("two")', enabled=False),
    ),
    "topics": ({"name": "ops", "region": HOME, "subscriptions": [
        {"id": "s1", "protocol": "email", "endpoint": "a@b.example", "confirmed": False},
        {"id": "s2", "protocol": "https", "endpoint": "https://u:p@pager.example/key/0123?x=1"}]},),
    "detectors": ({"id": "d1", "region": HOME, "features": ["EKS"]}, {"id": "d2", "region": OTHER,
                                                                     "status": "DISABLED"}),
    "recorders": ({"name": "default", "region": HOME, "bucket": "lake"},),
}  # fmt: skip


@pytest.fixture
def server(aws_server: AwsServer) -> Iterator[AwsServer]:
    aws_server.apply(account(regions=(HOME, OTHER), cloud=cloud(**EVERYTHING)), AT)
    yield aws_server
    aws_server.refuse.clear()
    aws_server.rows_per_page = 100


def frame(name: str, pages: list[Page], period: Period | None = None) -> list[Any]:
    spec = FRAMES[name]
    assert spec.rows is not None
    stored = [{"call": page.call, "parameters": page.parameters, "answer": page.answer} for page in pages]
    month = period or CIVIL.month_of(AT)
    record = {
        "source": {"account": ACCOUNT}, "rows": 0,
        "effective": {"start": month.start.isoformat(), "end": month.end.isoformat()},
    }  # fmt: skip
    return list(spec.rows(stored, record))


@pytest.mark.parametrize("dataset", TABLES)
def test_calls_are_those_that_the_table_and_the_permissions_name(server: AwsServer, dataset: str) -> None:
    pages, completeness = read(dataset)
    made = {page.call.partition(".")[2].lower() for page in pages[1:]}
    assert made == {call.operation.replace("_", "") for call in TABLES[dataset]}
    assert f"enabled regions: {OTHER}, {HOME}" in completeness.reason
    permissions = next(one.permissions for one in SOURCE.datasets if one.id == dataset)
    assert set(permissions) == {"ec2:DescribeRegions", *(call.permission for call in TABLES[dataset])}


@pytest.mark.parametrize("dataset", TABLES)
def test_pages_of_one_row_give_the_same_frames(server: AwsServer, dataset: str) -> None:
    whole, _ = read(dataset)
    server.rows_per_page = 1
    cut, _ = read(dataset)
    assert len(cut) > len(whole) or dataset == "aws.detection"
    for name in [name for name, spec in FRAMES.items() if spec.datasets == (dataset,)]:
        assert frame(name, cut) == frame(name, whole), name


def test_points_are_where_they_are_kept(server: AwsServer) -> None:
    pages, _ = read("aws.backup")
    found = [(row["region"], row["vault"], row["copied_from"]) for row in frame("recovery_points", pages)]
    assert sorted(found, key=str) == [(HOME, "v", None), (HOME, "v", None), (OTHER, "w", "arn:v")]
    (plan,) = frame("backup_plans", pages)
    assert (plan["retention_days"], plan["copies"]) == (35, ["arn:a", "arn:b"])


def test_jobs_are_those_that_aws_still_has_and_it_is_said_since_when(server: AwsServer) -> None:
    pages, completeness = read("aws.backup_jobs")
    assert {row["job"] for row in frame("backup_jobs", pages)} == {"b0", "b1", "b29", "r", "c"}
    assert completeness.since == AT - 30 * DAY
    assert "could not be read" in completeness.reason
    _, whole = read("aws.backup_jobs", period=Period(AT - 30 * DAY, AT, "the last days"))
    assert whole.since is None
    with pytest.raises(IncompleteCollection, match="all of gone is older"):
        read("aws.backup_jobs", period=Period(AT - 40 * DAY, AT - 30 * DAY, "gone"))


def test_a_region_that_was_refused_is_not_read(server: AwsServer) -> None:
    server.refuse.add(f"{OTHER} ListBackupJobs")
    pages, _ = read("aws.backup_jobs")
    read_ = {(row["kind"], row["region"]): row["read"] for row in frame("backup_job_readings", pages)}
    assert [place for place, whole in read_.items() if not whole] == [("backup", OTHER)]
    assert len(read_) == 6


def test_topics_are_asked_once_for_each_kind_of_alarm_and_hooks_lose_their_keys(server: AwsServer) -> None:
    pages, _ = read("aws.alarms")
    topics = {row["topic"].rpartition(":")[2]: row for row in frame("alarm_topics", pages)}
    assert [topics[name]["exists"] for name in ("ops", "ops2", "far")] == [True, False, None]
    assert (topics["ops"]["confirmed"], topics["ops"]["pending"], topics["ops"]["protocols"]) == (1, 1, ["https"])
    asked = [page for page in pages if page.call == "sns.ListSubscriptionsByTopic"]
    assert len(asked) == 4
    assert "0123" not in str(asked)
    assert "u:p" not in str(asked)
    kept = next(page for page in asked if page.parameters["TopicArn"] == TOPIC)
    assert [one["Endpoint"] for one in kept.answer["Subscriptions"]] == ["a@b.example", "https://pager.example"]
    assert kept.parameters["removed"] == ["Subscriptions.Endpoint beyond its host"]


def test_a_composite_alarm_is_of_any_one_or_of_nobody_knows(server: AwsServer) -> None:
    pages, _ = read("aws.alarms")
    found = {row["name"]: row for row in frame("aws_alarms", pages)}
    assert found["both"]["any_of"] == ["one", "two"]
    assert found["all"]["any_of"] is None
    assert found["one"]["dimensions"] == ["DBInstanceIdentifier=app"]
    server.refuse.add(f"{OTHER} DescribeAlarms")
    refused, _ = read("aws.alarms")
    assert {(row["operation"], row["what"]) for row in frame("aws_alarms_unread", refused)} == {
        ("DescribeAlarms", None), ("ListSubscriptionsByTopic", f"arn:aws:sns:{HOME}:9:far"),
    }  # fmt: skip


def test_a_region_without_a_detector_has_a_row(server: AwsServer) -> None:
    pages, _ = read("aws.detection")
    assert {(row["region"], row["enabled"]) for row in frame("guardduty_detectors", pages)} == {
        (HOME, True), (OTHER, False),
    }  # fmt: skip
    recorders = {row["region"]: row for row in frame("config_recorders", pages)}
    assert (recorders[HOME]["recording"], recorders[HOME]["delivers_to"]) == (True, ["lake"])
    assert recorders[OTHER]["recording"] is False
    server.refuse |= {f"{OTHER} ListDetectors", f"{OTHER} DescribeConfigurationRecorders"}
    pages, _ = read("aws.detection")
    assert {row["region"]: row["enabled"] for row in frame("guardduty_detectors", pages)}[OTHER] is None
    assert {row["region"]: row["recording"] for row in frame("config_recorders", pages)}[OTHER] is None


def test_days_of_the_company_follow_its_clock() -> None:
    spec = FRAMES["company_periods"]
    assert spec.rows is not None
    at = datetime(2026, 3, 30, 12, tzinfo=UTC)
    asked = {"zone": "Europe/Berlin", "fiscal_year_start": 2}
    rows = list(spec.rows("", {"run_at": at.isoformat(), "calls": [{"parameters": asked}]}))
    days = {row["name"]: (row["start"], row["end"]) for row in rows if row["unit"] == "day"}
    assert days["2026-03-29"] == ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")
    assert days["2025-10-26"] == ("2025-10-25T22:00:00Z", "2025-10-26T23:00:00Z")
    assert len(days) == 430
    quarters = [row["name"] for row in rows if row["unit"] == "quarter"]
    assert quarters[:2] == ["2026-Q1", "2025-Q4"]
