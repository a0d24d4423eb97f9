"""Where in AWS was read: regions and accounts, beside those that there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .aws_config import Pages, Row, account_of

_REGIONS = "ec2.DescribeRegions"


def regions(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row an enabled region: whether anything was asked there, and why it is out of scope if the settings say so.

    A region in which every call was refused was asked; what was refused stands in the frames of what was not read.
    """
    asked = {page["parameters"]["region"] for page in pages if page["call"] != _REGIONS}
    account = account_of(record)
    for page in pages:
        if page["call"] != _REGIONS:
            continue
        left = dict(_parted(entry) for entry in page["parameters"].get("out_of_scope") or ())
        for item in page["answer"]["Regions"]:
            name = item["RegionName"]
            if item.get("OptInStatus") != "not-opted-in":
                yield {
                    "place": f"{account}/{name}",
                    "account": account,
                    "region": name,
                    "read": name in asked,
                    "out_of_scope": left.get(name),
                }


def _parted(entry: str) -> tuple[str, str]:
    region, _, reason = entry.partition(":")
    return region.strip(), reason.strip()


def organization(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each account that was asked: which organisation it is in, and whether it was told the accounts."""
    answers = {page["call"]: page["answer"] for page in pages}
    about = answers["organizations.DescribeOrganization"].get("Organization", {})
    listed = [one for call, one in answers.items() if call == "organizations.ListAccounts"]
    yield {
        "account": account_of(record),
        "organization": about.get("Id"),
        "manager": about.get("MasterAccountId"),
        "alone": "absent" in answers["organizations.DescribeOrganization"],
        "listed": bool(listed) and all("Accounts" in one for one in listed),
    }


def organization_accounts(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Accounts of the organisation, each with whether it is open."""
    for page in pages:
        for item in page["answer"].get("Accounts", ()):
            status = item.get("State", item.get("Status"))
            yield {"account": item["Id"], "status": status, "open": status == "ACTIVE"}
