"""Frames of alarms: what each watches, and what sets off a composite one."""

from typing import Any

import pytest

from soc2kit.frames.aws_alarms import alarms

RECORD = {"source": {"account": "1"}}
WATCHED = {"Metric": {"Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "app"}]}}


def row(kind: str, **item: Any) -> Any:
    given = {"AlarmArn": "a", "AlarmName": "a", **item}
    pages = [{"call": "cloudwatch.DescribeAlarms", "parameters": {"region": "r"}, "answer": {kind: [given]}}]
    (found,) = alarms(pages, RECORD)
    return found


@pytest.mark.parametrize(
    ("account", "dimensions"),
    [({}, ["DBInstanceIdentifier=app"]), ({"AccountId": "1"}, ["DBInstanceIdentifier=app"]), ({"AccountId": "2"}, [])],
)
def test_a_metric_of_another_account_is_nothing_of_this_one(account: dict[str, str], dimensions: list[str]) -> None:
    assert row("MetricAlarms", Metrics=[{"Id": "m", "MetricStat": WATCHED, **account}])["dimensions"] == dimensions


@pytest.mark.parametrize(
    ("more", "any_of"), [({}, ["x"]), ({"ActionsSuppressor": ""}, ["x"]), ({"ActionsSuppressor": "s"}, None)]
)
def test_what_another_alarm_can_silence_is_not_known_to_tell(more: dict[str, str], any_of: list[str] | None) -> None:
    found = row("CompositeAlarms", AlarmRule="ALARM(x)", **more)
    assert (found["any_of"], found["rule"]) == (any_of, "ALARM(x)")
