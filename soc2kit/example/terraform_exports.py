"""Plans and states of the example company, as `terraform show -json` writes them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from ..period import stamp
from .moments import Entry, changed, exists, living, moment

_HOUR = timedelta(hours=4)
_WEEK = timedelta(days=7)
_ABOUT = {"format_version": "1.2", "terraform_version": "1.9.8"}


def written(told: Mapping[str, Any], at: datetime) -> tuple[tuple[str, str], ...]:
    """What the latest run of the pipeline before a moment left: a plan and the state, with every secret in both."""
    runs = list(_runs(told, at))
    if not runs:
        return ()
    told = {**told, "resources": [changed(one, runs[-1]) for one in told["resources"]]}
    return (
        ("production-state.json", _text({**_ABOUT, "values": {"root_module": _module(told)}})),
        (f"production-{runs[-1]:%Y-%m-%d}.json", _text(_plan(told, runs[-1]))),
    )


def _runs(told: Mapping[str, Any], at: datetime) -> Iterator[datetime]:
    first = moment(told["first"])
    assert first is not None
    run = first + _HOUR
    while run <= at:
        if not exists(told["skipped"], run):
            yield run
        run += _WEEK


def _plan(told: Mapping[str, Any], run: datetime) -> dict[str, Any]:
    to_do = {one["address"]: one for one in living(told["changes"], run)}
    changes = [
        {
            "address": one["address"], "mode": "managed", "type": one["type"], "name": one["address"].split(".")[1],
            "change": {"actions": to_do.get(one["address"], {}).get("actions", ["no-op"]), "after": _values(one),
                       "after_unknown": {}, "after_sensitive": _mask(one)},
        }
        for one in told["resources"]
    ]  # fmt: skip
    return {
        **_ABOUT, "variables": {"app_password": {"value": told["resources"][2]["secret"]["password"]}},
        "planned_values": {"root_module": _module(told)}, "resource_changes": changes, "configuration": {},
        "timestamp": stamp(run), "applyable": bool(to_do), "complete": True, "errored": False,
    }  # fmt: skip


def _module(told: Mapping[str, Any]) -> dict[str, Any]:
    listed = [
        {"address": one["address"], "mode": "managed", "type": one["type"], "name": one["address"].split(".")[1],
         "provider_name": "registry.terraform.io/hashicorp/aws", "values": _values(one), "sensitive_values": _mask(one)}
        for one in told["resources"]
    ]  # fmt: skip
    return {"resources": listed}


def _values(one: Entry) -> dict[str, Any]:
    return {**one["values"], **one.get("secret", {})}


def _mask(one: Entry) -> dict[str, bool]:
    return dict.fromkeys(one.get("secret", {}), True)


def _text(document: Any) -> str:
    return json.dumps(document, indent=2) + "\n"
