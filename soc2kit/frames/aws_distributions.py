"""Frames of CloudFront: by what each distribution is reached, and by what it reaches what is behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..parameters import TLS_VERSIONS
from .aws_config import Pages, Row, account_of, answers

_OLDEST_FIRST = ("SSLv3", *TLS_VERSIONS)
_DEFAULT = "the default certificate"
Item = Mapping[str, Any]


def distributions(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row a distribution. `protocols` are those that people may use, missing where the policy is of no known name:
    CloudFront's own certificate takes TLSv1 whatever else is set.

    `plain_paths` are the paths that take HTTP as it comes. Of origins that a path leads to, S3 aside:
    `plain_origins` are those that are reached by HTTP, always or when people use it, and `origin_protocols` what may be
    used with the others.
    """
    for one in answers(pages, "cloudfront.ListDistributions"):
        for item in (one.told or {}).get("DistributionList", {}).get("Items", []):
            paths = [("default", item["DefaultCacheBehavior"])]
            paths += [(path["PathPattern"], path) for path in item["CacheBehaviors"].get("Items", [])]
            yield {
                "arn": item["ARN"], "name": item["Id"], "account": account_of(record), "region": "global",
                "domain": item["DomainName"], "aliases": item["Aliases"].get("Items", []), "enabled": item["Enabled"],
                **_towards_people(item["ViewerCertificate"]),
                "plain_paths": [name for name, path in paths if path["ViewerProtocolPolicy"] == "allow-all"],
                **_towards_origins(item, [path for _, path in paths]),
            }  # fmt: skip


def _towards_people(certificate: Item) -> Row:
    by_default = certificate.get("CloudFrontDefaultCertificate", False)
    policy = None if by_default else certificate.get("MinimumProtocolVersion")
    oldest = "TLSv1" if by_default else (policy or "").partition("_")[0]
    known = _OLDEST_FIRST[_OLDEST_FIRST.index(oldest) :] if oldest in _OLDEST_FIRST else None
    return {"policy": _DEFAULT if by_default else policy, "protocols": None if known is None else list(known)}


def _towards_origins(item: Item, paths: list[Item]) -> Row:
    groups = {group["Id"]: group for group in item.get("OriginGroups", {}).get("Items", [])}
    reached: dict[str, list[Item]] = {}
    for path in paths:
        target = path["TargetOriginId"]
        members = groups[target]["Members"]["Items"] if target in groups else [{"OriginId": target}]
        for member in members:
            reached.setdefault(member["OriginId"], []).append(path)
    plain, protocols = [], set[str]()
    for origin in item["Origins"]["Items"]:
        custom = origin.get("CustomOriginConfig")
        if custom is None or origin["Id"] not in reached:
            continue
        policy = custom["OriginProtocolPolicy"]
        as_people_do = any(path["ViewerProtocolPolicy"] == "allow-all" for path in reached[origin["Id"]])
        if policy == "http-only" or (policy == "match-viewer" and as_people_do):
            plain.append(origin["DomainName"])
        if policy != "http-only":
            protocols |= set(custom.get("OriginSslProtocols", {}).get("Items", []))
    return {"plain_origins": plain, "origin_protocols": sorted(protocols)}
