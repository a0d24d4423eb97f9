"""Frames of Inspector: where it is on, what it looks at and what not, and what it found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..scans.severity import of_word
from .aws_config import Pages, Row, account_of, answers, rows, unread_regions
from .aws_suppressions import Filter, filters, suppressing
from .aws_things import ids_of, named, packages_of

_SCANS = {"PACKAGE_VULNERABILITY": "PACKAGE", "NETWORK_REACHABILITY": "NETWORK", "CODE_VULNERABILITY": "CODE"}
_STATES = {"ec2": "ec2", "ecr": "ecr", "functions": "lambda"}


def accounts(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each region: whether Inspector is on, in all and for each kind of thing, and what could be read."""
    account = account_of(record)
    unread = {name: unread_regions(pages, f"inspector2.{name}") for name in ("ListFindings", "ListCoverage")}
    for one in answers(pages, "inspector2.BatchGetAccountStatus"):
        mine = next((item for item in (one.told or {}).get("accounts", ()) if item["accountId"] == account), None)
        states = (mine or {}).get("resourceState") or {}
        yield {
            "place": f"{account}/{one.region}", "account": account, "region": one.region,
            "status": mine["state"]["status"] if mine else None,
            **{column: (states.get(name) or {}).get("status") for column, name in _STATES.items()},
            "findings_read": one.region not in unread["ListFindings"],
            "coverage_read": one.region not in unread["ListCoverage"],
        }  # fmt: skip


def coverage(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each thing and kind of scan; `reason` is AWS's word for why it is looked at, or not."""
    account = account_of(record)
    for region, item in rows(pages, "inspector2.ListCoverage", "coveredResources"):
        target, kind = named(item["resourceType"], item["resourceId"], account, region)
        state = item.get("scanStatus") or {}
        yield {
            "resource": item["resourceId"], "type": item["resourceType"], "target": target, "target_kind": kind,
            "account": account, "region": region, "scan_type": item["scanType"],
            "active": state["statusCode"] == "ACTIVE" if state else None, "reason": state.get("reason"),
            "scanned_at": item.get("lastScannedAt"),
        }  # fmt: skip


def findings(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each package of each result, or for the result, and each thing that it is of.

    Of a suppressed one, which filter did that is for us to find out: AWS does not say it. `filter` is missing where
    none of those that could be read fits.
    """
    account, known = account_of(record), filters(pages)
    for region, item in rows(pages, "inspector2.ListFindings", "findings"):
        by = suppressing(item, known.get(region, [])) if item["status"] == "SUPPRESSED" else None
        for thing in item["resources"]:
            target, kind = named(thing["type"], thing["id"], account, region)
            about = {
                "finding": item["findingArn"], "resource": thing["id"], "type": thing["type"], "target": target,
                "target_kind": kind, "account": account, "region": region,
                "scan_type": _SCANS.get(item["type"], item["type"]), "severity": of_word(item["severity"]),
                "severity_given": item["severity"], "status": item["status"], "first_seen": item["firstObservedAt"],
                "last_seen": item["lastObservedAt"], "updated_at": item.get("updatedAt"), **_by(by),
            }  # fmt: skip
            yield from ({**about, **what} for what in _what(item))


def _by(one: Filter | None) -> Row:
    if one is None:
        return {}
    return {"filter": f"filter {one.name}", "filter_reason": one.reason, "filter_from": one.created_at,
            "filter_changed": one.updated_at}  # fmt: skip


def _what(item: Mapping[str, Any]) -> Iterator[Row]:
    """The weakness itself. Of something of a kind that is new, its title is all that is known."""
    package, code = item.get("packageVulnerabilityDetails"), item.get("codeVulnerabilityDetails")
    network = item.get("networkReachabilityDetails")
    if package:
        for name in packages_of(package):
            yield {"kind": "dependency", "ids": list(ids_of(package)), "package": name}
    elif code:
        yield {"kind": "code", "ids": [code["detectorId"]], "location": code["filePath"]["filePath"]}
    elif network:
        ports = network["openPortRange"]
        yield {"kind": "configuration", "ids": ["reachable"],
               "location": f"{network['protocol']} {ports['begin']}-{ports['end']}"}  # fmt: skip
    else:
        yield {"kind": "configuration", "ids": [item.get("title") or item["type"]]}
