"""Frames of alarms, of the topics that they tell, and of what detects threats and records changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .aws_config import Pages, Row, account_of, answers, of_each, rows

_ALARM = re.compile(r"""ALARM\s*\(\s*(?:"([^"]+)"|'([^']+)'|([^)"'\s]+))\s*\)""", re.IGNORECASE)


def alarms(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row an alarm.

    `dimensions` are `Name=value` of what it watches; `actions` what it does when it goes off, by ARN. Of a composite
    alarm `any_of` are the alarms any one of which sets it off; the list is missing where its `rule` says more,
    or another alarm can silence it. A metric of another account is nothing of this one, whatever its dimensions.
    """
    account = account_of(record)
    for kind in ("MetricAlarms", "CompositeAlarms"):
        for one in answers(pages, "cloudwatch.DescribeAlarms"):
            for item in (one.told or {}).get(kind, []):
                yield {
                    "arn": item["AlarmArn"], "name": item["AlarmName"], "account": account,
                    "region": one.region, "composite": kind == "CompositeAlarms", "state": item.get("StateValue"),
                    "namespace": item.get("Namespace"), "metric": item.get("MetricName"),
                    "actions_enabled": item.get("ActionsEnabled"), "actions": list(item.get("AlarmActions", [])),
                    "dimensions": sorted(_dimensions(item, account)),
                    "any_of": None if item.get("ActionsSuppressor") else _any_of(item.get("AlarmRule", "")),
                    "rule": item.get("AlarmRule"),
                }  # fmt: skip


def _dimensions(item: Mapping[str, Any], account: str) -> set[str]:
    """Of the alarm's metric, and of those of this account that it computes with."""
    own = [one for one in item.get("Metrics", []) if one.get("AccountId", account) == account]
    metrics = [one.get("MetricStat", {}).get("Metric", {}) for one in own]
    return {f"{one['Name']}={one['Value']}" for metric in (item, *metrics) for one in metric.get("Dimensions", [])}


def _any_of(rule: str) -> list[str] | None:
    rest = _ALARM.sub("", rule)
    if re.sub(r"\bOR\b|[()\s]", "", rest, flags=re.IGNORECASE):
        return None
    return [next(filter(None, found)) for found in _ALARM.findall(rule)]


def topics(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each topic that an alarm names.

    `exists` is missing where it could not be read. `confirmed` counts those who are told, `pending` those who were
    asked and have not answered: they are told nothing. `protocols` are those of the confirmed.
    """
    call, found = "sns.ListSubscriptionsByTopic", dict[tuple[str, str], list[dict[str, Any]]]()
    for region, item in rows(pages, call, "Subscriptions"):
        found.setdefault((region, item["TopicArn"]), []).append(item)
    for (region, topic), told in of_each(pages, call, "TopicArn").items():
        mine = {one["SubscriptionArn"] + one.get("Endpoint", ""): one for one in found.get((region, topic), [])}
        confirmed = [one for one in mine.values() if one["SubscriptionArn"].startswith("arn:")]
        yield {
            "topic": topic, "account": account_of(record), "region": region,
            "exists": None if told is None else bool(told), "confirmed": len(confirmed),
            "pending": sum(one["SubscriptionArn"] == "PendingConfirmation" for one in mine.values()),
            "protocols": sorted({one["Protocol"] for one in confirmed}),
        }  # fmt: skip


def detectors(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """GuardDuty in each enabled region: one row a detector, and one without a detector where there is none.

    `enabled` is missing where it could not be read.
    """
    account, told = account_of(record), of_each(pages, "guardduty.GetDetector", "DetectorId")
    for one in answers(pages, "guardduty.ListDetectors"):
        place = {"place": f"{account}/{one.region}", "account": account, "region": one.region, "features": []}
        listed = None if one.told is None else one.told.get("DetectorIds", [])
        if not listed:
            yield {**place, "enabled": None if listed is None else False}
        for name in listed or ():
            item = told.get((one.region, name))
            features = (item or {}).get("Features", [])
            yield {
                **place, "detector": name, "enabled": None if not item else item["Status"] == "ENABLED",
                "features": sorted(feature["Name"] for feature in features if feature["Status"] == "ENABLED"),
            }  # fmt: skip


def recorders(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """AWS Config in each enabled region: one row a recorder, and one without a name where there is none.

    `recording` is missing where it could not be read; `delivers_to` are the buckets that its records go to.
    """
    account = account_of(record)
    status = {
        (region, item["name"]): item
        for region, item in rows(pages, "config.DescribeConfigurationRecorderStatus", "ConfigurationRecordersStatus")
    }
    buckets: dict[str, list[str]] = {}
    for region, item in rows(pages, "config.DescribeDeliveryChannels", "DeliveryChannels"):
        buckets.setdefault(region, []).append(item["s3BucketName"])
    for one in answers(pages, "config.DescribeConfigurationRecorders"):
        place = {
            "place": f"{account}/{one.region}", "account": account, "region": one.region,
            "delivers_to": sorted(buckets.get(one.region, [])),
        }  # fmt: skip
        listed = None if one.told is None else one.told.get("ConfigurationRecorders", [])
        if not listed:
            yield {**place, "recording": None if listed is None else False}
        for item in listed or ():
            group, now = item.get("recordingGroup", {}), status.get((one.region, item["name"]), {})
            yield {
                **place, "recorder": item["name"], "recording": now.get("recording"),
                "last_status": now.get("lastStatus"), "all_supported": group.get("allSupported"),
                "global_types": group.get("includeGlobalResourceTypes"),
            }  # fmt: skip
