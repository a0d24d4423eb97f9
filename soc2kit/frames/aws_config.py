"""What the frames of AWS's configuration share: answers with their region, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Pages = list[dict[str, Any]]
Row = Mapping[str, Any]
#: Parameters that only say how long a page may be, or which one it is.
_OF_PAGES = {
    "region", "MaxResults", "MaxRecords", "MaxItems", "MaxBuckets", "Limit", "PageSize", "NextToken", "Marker",
    "ContinuationToken", "Includes", "Filters", "OwnerIds", "AccountId", "maxResults", "nextToken", "filterCriteria",
    "accountIds", "action", "Attribute",
    "ExclusiveStartTableName", "AttributeNames",
    "AlarmTypes", "ByCreatedAfter", "ByCreatedBefore",
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What was answered to a call; `told` is empty where AWS said that there is none, and None where it was refused."""

    region: str
    asked: Mapping[str, Any]
    told: Mapping[str, Any] | None


def answers(pages: Pages, call: str) -> Iterator[Answer]:
    for page in pages:
        if page["call"] == call:
            answer = page["answer"]
            told = None if "unread" in answer else {} if "absent" in answer else answer
            yield Answer(page["parameters"]["region"], page["parameters"], told)


def rows(pages: Pages, call: str, name: str, *, public: bool = False) -> Iterator[tuple[str, Any]]:
    """Region and row of a list in all that was answered."""
    for one in answers(pages, call):
        if one.told and ("RestorableByUserIds" in one.asked) == public:
            yield from ((one.region, row) for row in one.told[name])


def of_each(pages: Pages, call: str, parameter: str) -> dict[tuple[str, str], Mapping[str, Any] | None]:
    """What was answered about each thing, by its region and the parameter that names it; see `Answer.told`."""
    return {(one.region, one.asked[parameter]): one.told for one in answers(pages, call)}


def unread_regions(pages: Pages, call: str, *, public: bool = False) -> set[str]:
    return {
        one.region
        for one in answers(pages, call)
        if one.told is None and ("RestorableByUserIds" in one.asked) == public
    }


def account_of(record: Mapping[str, Any]) -> str:
    account: str = record["source"]["account"]
    return account


def unread(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """Calls that were refused or not supported, each with where and why; `what` names the thing that it was about.

    Without `what` it was a list, or a setting, of the whole region.
    """
    account = account_of(record)
    for page in pages:
        refused = page["answer"].get("unread")
        if refused is None:
            continue
        region, call = page["parameters"]["region"], page["call"]
        service, _, operation = call.partition(".")
        asked = [value for key, value in page["parameters"].items() if key not in _OF_PAGES]
        about = [str(value) for one in asked for value in (one.values() if isinstance(one, dict) else [one])]
        if "RestorableByUserIds" in page["parameters"]:
            operation, about = f"{operation} that all may restore", []
        what = ", ".join(about) or None
        yield {
            "place": f"{account}/{region} {service}.{operation}" + (f" {what}" if what else ""),
            "account": account,
            "region": region,
            "service": service,
            "operation": operation,
            "what": what,
            # AWS's own words say who was refused, too.
            "why": refused["Code"],
        }
