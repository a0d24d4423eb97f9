"""What is asked of the services that look for weaknesses: ECR of its images, Inspector of everything it looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from .configuration import Asking, Call, Found, Paging, named

_PAGES = Paging("nextToken", "nextToken")
#: An image is in use when it was pulled in so long a time before the latest pull of its repository.
STILL_PULLED = timedelta(days=7)
#: A list of images, one for each platform, is pushed after them.
_PLATFORMS_PUSHED = timedelta(hours=1)
_LISTS = (".manifest.list.v2+json", ".image.index.v1+json")
_IMAGES = ("application/vnd.docker.container.image.v1+json", "application/vnd.oci.image.config.v1+json")
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


def in_use(images: Sequence[Found]) -> Iterator[Found]:
    """Of each repository the image pushed last of those with a tag, and whatever was pulled lately.

    A list of images by platform is never scanned: the images stand for it that were pushed with it, or the list itself
    where there is none. Signatures, attestations and charts are no images; archived ones cannot be pulled.
    """
    repositories: dict[tuple[str, str], list[Found]] = {}
    for found in images:
        if _is_image(found.row):
            repositories.setdefault((found.region, found.row["repositoryName"]), []).append(found)
    for mine in repositories.values():
        latest = max(_at(found, "lastRecordedPullTime") for found in mine)
        chosen = _pushed_last(mine)
        for found in mine:
            pulled = _at(found, "lastRecordedPullTime")
            lately = pulled != _NEVER and pulled >= latest - STILL_PULLED and not _is_list(found.row)
            if lately or found in chosen:
                yield found


def _pushed_last(images: Sequence[Found]) -> list[Found]:
    tagged = [found for found in images if found.row.get("imageTags")]
    if not tagged:
        return []
    newest = max(tagged, key=lambda found: (_at(found, "imagePushedAt"), found.row["imageDigest"]))
    if not _is_list(newest.row):
        return [newest]
    end = _at(newest, "imagePushedAt")
    platforms = [
        found
        for found in images
        if not found.row.get("imageTags") and not _is_list(found.row)
        and end - _PLATFORMS_PUSHED <= _at(found, "imagePushedAt") <= end
    ]  # fmt: skip
    return platforms or [newest]


def _is_image(row: Any) -> bool:
    is_artifact = "subjectManifestDigest" in row or row.get("artifactMediaType", _IMAGES[0]) not in _IMAGES
    return not is_artifact and row.get("imageStatus", "ACTIVE") == "ACTIVE"


def _is_list(row: Any) -> bool:
    return str(row.get("imageManifestMediaType", "")).endswith(_LISTS)


def _at(found: Found, name: str) -> datetime:
    told = found.row.get(name)
    return datetime.fromisoformat(told) if told else _NEVER


REPOSITORIES = Call("ecr", "describe_repositories", "ecr:DescribeRepositories", "repositories",
                    parameters={"maxResults": 1000}, pages=_PAGES)  # fmt: skip
IMAGES = Call("ecr", "describe_images", "ecr:DescribeImages", "imageDetails", of=REPOSITORIES,
              each=named("repositoryName"), absent=("RepositoryNotFoundException",), parameters={"maxResults": 1000},
              pages=_PAGES)  # fmt: skip
ECR = (
    REPOSITORIES,
    Call("ecr", "get_registry_scanning_configuration", "ecr:GetRegistryScanningConfiguration", "scanningConfiguration"),
    IMAGES,
    # Its list lies deeper in the answer, and is not there where nothing was scanned; the state always is.
    Call("ecr", "describe_image_scan_findings", "ecr:DescribeImageScanFindings", "imageScanStatus", of=IMAGES,
         among=in_use, each=lambda found: (found.region, {
             "repositoryName": found.row["repositoryName"], "imageId": {"imageDigest": found.row["imageDigest"]}}),
         absent=("ScanNotFoundException", "ImageNotFoundException", "RepositoryNotFoundException"),
         parameters={"maxResults": 1000}, pages=Paging("nextToken", "nextToken", of_a_list=False)),
)  # fmt: skip


def _where_on(found: Found, parameters: dict[str, Any]) -> Asking:
    """Not where Inspector is off: there it refuses, or has nothing."""
    states = [account["state"]["status"] for account in found.row["accounts"]]
    return (found.region, parameters) if any(state != "DISABLED" for state in states) else None


def _own_findings(found: Found) -> Asking:
    """Of this account alone: whoever administers Inspector sees all of the organization's. Whatever became of them."""
    states = [{"comparison": "EQUALS", "value": state} for state in ("ACTIVE", "SUPPRESSED", "CLOSED")]
    own = [{"comparison": "EQUALS", "value": found.account}]
    return _where_on(found, {"filterCriteria": {"awsAccountId": own, "findingStatus": states}})


def _own_coverage(found: Found) -> Asking:
    own = [{"comparison": "EQUALS", "value": found.account}]
    return _where_on(found, {"filterCriteria": {"accountId": own}})


STATUS = Call("inspector2", "batch_get_account_status", "inspector2:BatchGetAccountStatus", "accounts",
              each=lambda found: (found.region, {"accountIds": [found.account]}))  # fmt: skip
INSPECTOR = (
    STATUS,
    Call("inspector2", "list_findings", "inspector2:ListFindings", "findings", of=STATUS, each=_own_findings,
         parameters={"maxResults": 100}, pages=_PAGES),
    Call("inspector2", "list_coverage", "inspector2:ListCoverage", "coveredResources", of=STATUS, each=_own_coverage,
         parameters={"maxResults": 200}, pages=_PAGES),
    Call("inspector2", "list_filters", "inspector2:ListFilters", "filters", of=STATUS,
         each=lambda found: _where_on(found, {"action": "SUPPRESS"}), parameters={"maxResults": 100}, pages=_PAGES),
)  # fmt: skip
