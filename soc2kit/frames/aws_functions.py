"""Frames of functions of Lambda, and of the addresses by which they are called."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..iam_policy.conditions import Condition
from ..iam_policy.openness import open_to_all
from .aws_config import Pages, Row, account_of, answers, of_each, rows

Told = Mapping[str, Any] | None
Addresses = dict[tuple[str, str], list[dict[str, Any]] | None]


def functions(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row a function, as it is unpublished; versions and aliases have policies of their own, which are not read.

    `variables` are the names of what it is started with: their values are dropped before anything is kept.
    `open_statements` are those of its policy that let everybody in, missing where the policy could not be
    read, or an alias has an address that asks nobody who they are; one for
    callers of an address that asks nobody who they are is left out where the function is known to have none.
    """
    addresses = _addresses(pages)
    policies = of_each(pages, "lambda.GetPolicy", "FunctionName")
    for region, item in rows(pages, "lambda.ListFunctions", "Functions"):
        place = (region, item["FunctionName"])
        mine = addresses.get(place)
        yield {
            "arn": item["FunctionArn"], "name": item["FunctionName"], "account": account_of(record), "region": region,
            "runtime": item.get("Runtime"), "kms_key": item.get("KMSKeyArn") or None,
            "variables": sorted((item.get("Environment") or {}).get("Variables", {})),
            "asks_nobody": None if mine is None else any(one["AuthType"] == "NONE" for one in mine),
            "open_statements": _opened(policies.get(place), mine) or _of_aliases(policies.get(place), mine, item),
        }  # fmt: skip


def _of_aliases(told: Told, addresses: list[dict[str, Any]] | None, item: Mapping[str, Any]) -> list[str] | None:
    """None where an alias has an address that asks nobody who they are, as the alias's own policy is not read."""
    start = f"{item['FunctionArn']}:"
    of_alias = any(one["FunctionArn"].startswith(start) and one["AuthType"] == "NONE" for one in addresses or ())
    return None if told is None or of_alias else []


def function_addresses(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each address of a function on the internet, or of an alias of it."""
    for (region, _), listed in _addresses(pages).items():
        for item in listed or ():
            yield {
                "arn": item["FunctionArn"], "address": item["FunctionUrl"], "account": account_of(record),
                "region": region, "auth": item["AuthType"],
            }  # fmt: skip


def _addresses(pages: Pages) -> Addresses:
    """By region and function; None where a page of the list could not be read."""
    found: Addresses = {}
    for one in answers(pages, "lambda.ListFunctionUrlConfigs"):
        place = (one.region, one.asked["FunctionName"])
        earlier = found.get(place, [])
        found[place] = None if one.told is None or earlier is None else [*earlier, *one.told["FunctionUrlConfigs"]]
    return found


def _opened(told: Told, addresses: list[dict[str, Any]] | None) -> list[str] | None:
    if told is None:
        return None
    there = None if addresses is None else {one["AuthType"] for one in addresses}

    def without_effect(condition: Condition) -> bool:
        asked = condition.key.lower() == "lambda:functionurlauthtype" and condition.plain_operator == "stringequals"
        return asked and there is not None and not there & set(condition.values)

    return open_to_all(json.loads(told["Policy"]), without_effect) if "Policy" in told else []
