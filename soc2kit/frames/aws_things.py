"""What was looked at in AWS, by one name each time: an image as it is pulled, without its tag; the rest by id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..scans import targets
from ..scans.identifiers import merged, public_ids

_IMAGE = re.compile(r"arn:(?P<part>[\w-]+):ecr:(?P<region>[^:]+):(?P<account>\d+):repository/(?P<name>.+)/sha256:.+")


def named(kind: str, id: str, account: str, region: str) -> tuple[str, str]:
    """Target and its kind, as reports of scanners have them, of what Inspector calls a resource."""
    found = _IMAGE.fullmatch(id)
    if found:
        end = ".cn" if found["part"] == "aws-cn" else ""
        host = f"{found['account']}.dkr.ecr.{found['region']}.amazonaws.com{end}"
        return targets.image(f"{host}/{found['name']}") or id, "image"
    if kind == "AWS_LAMBDA_FUNCTION":
        # The version comes last, after the name: each release has another.
        return ":".join(id.split(":")[:7]), "other"
    return f"{account}/{region}/{id.rpartition('/')[2]}" if kind == "AWS_EC2_INSTANCE" else id, "other"


def ids_of(details: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of a weakness: of an advisory that stands for one public id, that too; for several it stands by itself."""
    own = str(details["vulnerabilityId"])
    related = list(dict.fromkeys(public_ids(*_texts(details.get("relatedVulnerabilities")))))
    return merged(own, related if len(related) == 1 and not own.upper().startswith("CVE-") else ())


def _texts(values: Iterable[Any] | None) -> Iterable[str]:
    return (value for value in values or () if isinstance(value, str))


def packages_of(details: Mapping[str, Any]) -> list[str | None]:
    """Each package once; one that is not named is None."""
    named = [one.get("name") for one in details.get("vulnerablePackages") or ()]
    return list(dict.fromkeys(named)) or [None]
