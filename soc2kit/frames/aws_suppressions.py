"""Which of Inspector's filters suppressed something: AWS does not say it, so their criteria are compared here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .aws_config import Pages, rows

Finding = Mapping[str, Any]


@dataclass(frozen=True)
class Filter:
    """A rule that suppresses; `reason` is what somebody wrote on why."""

    name: str
    criteria: Mapping[str, Any]
    reason: str | None
    created_at: str
    updated_at: str


def filters(pages: Pages) -> dict[str, list[Filter]]:
    """By region, in the order of their names."""
    found: dict[str, list[Filter]] = {}
    for region, item in rows(pages, "inspector2.ListFilters", "filters"):
        if item["action"] == "SUPPRESS":
            words = (item.get("reason") or "").strip() or (item.get("description") or "").strip()
            one = Filter(item["name"], item["criteria"], words or None, item["createdAt"], item["updatedAt"])
            found.setdefault(region, []).append(one)
    return {region: sorted(listed, key=lambda one: one.name) for region, listed in found.items()}


def suppressing(finding: Finding, known: Iterable[Filter]) -> Filter | None:
    """The first filter that fits the finding, of those with words on why before the others."""
    fitting = [one for one in known if _fits(finding, one.criteria)]
    return next((one for one in fitting if one.reason), fitting[0] if fitting else None)


def _fits(finding: Finding, criteria: Mapping[str, Any]) -> bool:
    """Whether every criterion holds; one that is not known here is not taken to hold."""
    asked = {name: tests for name, tests in criteria.items() if tests}
    return bool(asked) and all(name in _FIELDS and _holds(_FIELDS[name](finding), asked[name]) for name in asked)


def _holds(values: Iterable[Any], tests: Iterable[Mapping[str, str]]) -> bool:
    """One of those that name something must hold, and all of those that exclude something."""
    texts = [str(value) for value in values if value is not None]
    named, excluded = [], []
    for test in tests:
        comparison, wanted = test.get("comparison"), str(test.get("value"))
        if comparison == "NOT_EQUALS":
            excluded.append(wanted not in texts)
        elif comparison == "PREFIX":
            named.append(any(text.startswith(wanted) for text in texts))
        else:
            named.append(comparison == "EQUALS" and wanted in texts)
    return all(excluded) and (any(named) or not named)


def _package(name: str) -> Callable[[Finding], list[Any]]:
    def values(finding: Finding) -> list[Any]:
        found = (finding.get("packageVulnerabilityDetails") or {}).get(name)
        return found if isinstance(found, list) else [found]

    return values


def _resource(*path: str) -> Callable[[Finding], list[Any]]:
    def values(finding: Finding) -> list[Any]:
        found: list[Any] = []
        for thing in finding["resources"]:
            value: Any = thing
            for name in path:
                value = (value or {}).get(name)
            found += value if isinstance(value, list) else [value]
        return found

    return values


def _own(name: str) -> Callable[[Finding], list[Any]]:
    return lambda finding: [finding.get(name)]


_IMAGE, _HOST = ("details", "awsEcrContainerImage"), ("details", "awsEc2Instance")
_FIELDS: Mapping[str, Callable[[Finding], list[Any]]] = {
    "findingArn": _own("findingArn"),
    "awsAccountId": _own("awsAccountId"),
    "findingType": _own("type"),
    "severity": _own("severity"),
    "title": _own("title"),
    "fixAvailable": _own("fixAvailable"),
    "exploitAvailable": _own("exploitAvailable"),
    "vulnerabilityId": _package("vulnerabilityId"),
    "vulnerabilitySource": _package("source"),
    "vendorSeverity": _package("vendorSeverity"),
    "relatedVulnerabilities": _package("relatedVulnerabilities"),
    "resourceType": _resource("type"),
    "resourceId": _resource("id"),
    "ecrImageRepositoryName": _resource(*_IMAGE, "repositoryName"),
    "ecrImageRegistry": _resource(*_IMAGE, "registry"),
    "ecrImageHash": _resource(*_IMAGE, "imageHash"),
    "ecrImageTags": _resource(*_IMAGE, "imageTags"),
    "ecrImageArchitecture": _resource(*_IMAGE, "architecture"),
    "ec2InstanceImageId": _resource(*_HOST, "imageId"),
    "ec2InstanceVpcId": _resource(*_HOST, "vpcId"),
    "ec2InstanceSubnetId": _resource(*_HOST, "subnetId"),
    "lambdaFunctionName": _resource("details", "awsLambdaFunction", "functionName"),
}
