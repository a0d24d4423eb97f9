"""Frames of ECR: repositories of images, images in use with what became of their scan, and what was found in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..scans import targets
from ..scans.identifiers import merged, public_ids
from ..scans.severity import of_word
from .aws_config import Pages, Row, account_of, answers, of_each, rows
from .aws_things import ids_of, packages_of

BASIC, ENHANCED = "Amazon ECR", "Amazon Inspector"
#: What a scan is called once all that it found can be read.
_READY = ("COMPLETE", "ACTIVE")
_GONE = ("ImageNotFoundException", "RepositoryNotFoundException")


def repositories(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each repository; `scan_type` is the registry's, and `images_read` whether its images were listed."""
    account = account_of(record)
    scanning = {one.region: one.told for one in answers(pages, "ecr.GetRegistryScanningConfiguration")}
    listed = of_each(pages, "ecr.DescribeImages", "repositoryName")
    for region, item in rows(pages, "ecr.DescribeRepositories", "repositories"):
        encryption = item.get("encryptionConfiguration") or {}
        yield {
            "arn": item["repositoryArn"], "name": item["repositoryName"], "account": account, "region": region,
            "target": targets.image(item["repositoryUri"]), "created_at": item.get("createdAt"),
            "scan_on_push": (item.get("imageScanningConfiguration") or {}).get("scanOnPush"),
            "scan_type": ((scanning.get(region) or {}).get("scanningConfiguration") or {}).get("scanType"),
            "tags": item.get("imageTagMutability"), "algorithm": encryption.get("encryptionType"),
            "kms_key": encryption.get("kmsKey"),
            "images_read": listed.get((region, item["repositoryName"])) is not None,
        }  # fmt: skip


class _Image:
    """An image in use, with all that was answered about its scan."""

    def __init__(self, region: str, repository: Mapping[str, Any], digest: str) -> None:
        self.region, self.repository, self.digest = region, repository, digest
        self.answers: list[Mapping[str, Any]] = []

    @property
    def arn(self) -> str:
        return f"{self.repository['repositoryArn']}/{self.digest}"

    @property
    def target(self) -> str:
        return targets.image(self.repository["repositoryUri"]) or self.arn

    @property
    def absent(self) -> str | None:
        return next((one["absent"]["Code"] for one in self.answers if "absent" in one), None)

    @property
    def refused(self) -> str | None:
        return next((one["unread"]["Code"] for one in self.answers if "unread" in one), None)

    @property
    def status(self) -> str:
        return self.absent or self.refused or str(self.answers[0]["imageScanStatus"]["status"])

    @property
    def lists(self) -> list[Mapping[str, Any]]:
        return [one.get("imageScanFindings") or {} for one in self.answers if "imageScanStatus" in one]

    @property
    def scanned(self) -> bool | None:
        """Whether all that a scan found is here; None where it could not be read."""
        if self.refused:
            return None
        told = bool(self.lists) and all("findings" in one or "enhancedFindings" in one for one in self.lists)
        return told and self.status in _READY

    @property
    def scanned_at(self) -> str | None:
        return next((one["imageScanCompletedAt"] for one in self.lists if "imageScanCompletedAt" in one), None)


def _images(pages: Pages) -> list[_Image]:
    """Images that the source took for those in use, which are those that it asked about."""
    known = {
        (region, item["repositoryName"]): item
        for region, item in rows(pages, "ecr.DescribeRepositories", "repositories")
    }
    found: dict[tuple[str, str, str], _Image] = {}
    for page in pages:
        if page["call"] == "ecr.DescribeImageScanFindings":
            asked = page["parameters"]
            place = (asked["region"], asked["repositoryName"], asked["imageId"]["imageDigest"])
            image = found.setdefault(place, _Image(place[0], known[place[:2]], place[2]))
            image.answers.append(page["answer"])
    return [image for image in found.values() if image.absent not in _GONE]


def images(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each image in use. `state` is AWS's word for its scan, or for why there is none."""
    account = account_of(record)
    listed = {
        (region, item["repositoryName"], item["imageDigest"]): item
        for region, item in rows(pages, "ecr.DescribeImages", "imageDetails")
    }
    for image in _images(pages):
        item = listed[image.region, image.repository["repositoryName"], image.digest]
        yield {
            "arn": image.arn, "target": image.target, "account": account, "region": image.region,
            "tags": item.get("imageTags") or [], "pushed_at": item.get("imagePushedAt"),
            "pulled_at": item.get("lastRecordedPullTime"), "state": image.status, "scanned": image.scanned,
            "scanned_at": image.scanned_at,
        }  # fmt: skip


def findings(pages: Pages, record: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each package of each result; of basic scanning ECR is the tool, of enhanced scanning Inspector."""
    account = account_of(record)
    for image in _images(pages):
        about = {"image": image.arn, "target": image.target, "account": account, "region": image.region,
                 "scanned_at": image.scanned_at}  # fmt: skip
        for told in image.lists:
            for one in told.get("findings") or ():
                yield {**about, **_basic(one)}
            for one in told.get("enhancedFindings") or ():
                yield from ({**about, **row} for row in _enhanced(one))


def _basic(one: Mapping[str, Any]) -> Row:
    attributes = {item["key"]: item.get("value") for item in one.get("attributes") or ()}
    return {
        "tool": BASIC, "ids": list(merged(one["name"], public_ids(one["name"]))),
        "package": attributes.get("package_name"), "severity": of_word(one.get("severity")),
        "severity_given": one.get("severity"), "status": "ACTIVE",
    }  # fmt: skip


def _enhanced(one: Mapping[str, Any]) -> Iterator[Row]:
    details = one.get("packageVulnerabilityDetails")
    for package in packages_of(details) if details else ():
        yield {
            "tool": ENHANCED, "ids": list(ids_of(details or {})), "package": package,
            "severity": of_word(one.get("severity")), "severity_given": one.get("severity"),
            "status": one.get("status", "ACTIVE"), "first_seen": one.get("firstObservedAt"),
        }  # fmt: skip
