"""Images of the example in ECR, and what ECR and Inspector found in them and in hosts, answered from the state."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from .aws_cloud_network import here
from .aws_wire import AwsError, Request
from .state import AwsState

Entry = Mapping[str, Any]
Answer = dict[str, Any]
_KINDS = {"image": "AWS_ECR_CONTAINER_IMAGE", "host": "AWS_EC2_INSTANCE", "function": "AWS_LAMBDA_FUNCTION"}
_EVERYTHING = {"filter": "*", "filterType": "WILDCARD"}
_ON_EVERYTHING = [{"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": [_EVERYTHING]}]
#: Lists of these operations, as `aws_cloud._PAGES` has them.
PAGES = {
    "DescribeRepositories": ("repositories", "nextToken", "nextToken"),
    "DescribeImages": ("imageDetails", "nextToken", "nextToken"),
    "ListFindings": ("findings", "nextToken", "nextToken"),
    "ListCoverage": ("coveredResources", "nextToken", "nextToken"),
    "ListFilters": ("filters", "nextToken", "nextToken"),
}


def digest(name: str) -> str:
    """Of an image, by what the timeline calls it."""
    return f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


def _repository_arn(state: AwsState, region: str, name: str) -> str:
    return f"arn:aws:ecr:{region}:{state.account}:repository/{name}"


def _repositories(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "repositoryArn": _repository_arn(state, request.region, entry["name"]), "registryId": state.account,
            "repositoryName": entry["name"], "createdAt": entry["created"],
            "repositoryUri": f"{state.account}.dkr.ecr.{request.region}.amazonaws.com/{entry['name']}",
            "imageTagMutability": "MUTABLE" if entry.get("mutable") else "IMMUTABLE",
            "imageScanningConfiguration": {"scanOnPush": entry.get("scan_on_push", False)},
            "encryptionConfiguration": (
                {"encryptionType": "KMS", "kmsKey": entry["key"]} if "key" in entry else {"encryptionType": "AES256"}
            ),
        }
        for entry in here(state, request, "image_repositories")
    ]  # fmt: skip
    return {"repositories": listed}


def _registry(state: AwsState, request: Request) -> Answer:
    enhanced = _status(state, request).get("ecr", "DISABLED") == "ENABLED"
    configured = {"scanType": "ENHANCED", "rules": _ON_EVERYTHING} if enhanced else {"scanType": "BASIC", "rules": []}
    return {"registryId": state.account, "scanningConfiguration": configured}


def _images(state: AwsState, request: Request) -> Answer:
    asked = request.asked["repositoryName"]
    if asked not in [entry["name"] for entry in here(state, request, "image_repositories")]:
        raise AwsError("RepositoryNotFoundException")
    listed = [
        {
            "registryId": state.account, "repositoryName": asked, "imageDigest": digest(entry["name"]),
            "imagePushedAt": entry["pushed"], "imageSizeInBytes": 48_000_000,
            "imageManifestMediaType": f"application/vnd.oci.image.{entry.get('form', 'manifest')}.v1+json",
            **({"artifactMediaType": "application/vnd.oci.image.config.v1+json"} if "form" not in entry else {}),
            **({"imageTags": entry["tags"]} if "tags" in entry else {}),
            **({"lastRecordedPullTime": entry["pulled"]} if "pulled" in entry else {}),
        }
        for entry in here(state, request, "images")
        if entry["repository"] == asked
    ]  # fmt: skip
    return {"imageDetails": listed}


def _image_arn(state: AwsState, request: Request, entry: Entry) -> str:
    return f"{_repository_arn(state, request.region, entry['repository'])}/{digest(entry['name'])}"


def _scan(state: AwsState, request: Request) -> Answer:
    asked = (request.asked["repositoryName"], request.asked["imageId"]["imageDigest"])
    mine = [one for one in here(state, request, "images") if (one["repository"], digest(one["name"])) == asked]
    if not mine:
        raise AwsError("ImageNotFoundException")
    (entry,) = mine
    if "scan" not in entry:
        raise AwsError("ScanNotFoundException")
    answer = {
        "registryId": state.account, "repositoryName": asked[0], "imageId": {"imageDigest": asked[1]},
        "imageScanStatus": {"status": entry["scan"]},
    }  # fmt: skip
    if "scanned" not in entry:
        return answer
    found: Answer = {"imageScanCompletedAt": entry["scanned"]}
    if entry["scan"] == "ACTIVE":
        weaknesses = _found(state, request, "ACTIVE")
        mine_arn = _image_arn(state, request, entry)
        found["enhancedFindings"] = [
            {key: value for key, value in one.items() if key in _OF_ENHANCED}
            for one in weaknesses
            if one["resources"][0]["id"] == mine_arn
        ]
    else:
        found["findings"] = [
            {
                "name": one["id"], "severity": one["severity"],
                "attributes": [{"key": "package_name", "value": one["package"]},
                               {"key": "package_version", "value": str(one["version"])}],
            }
            for one in entry.get("found", ())
        ]  # fmt: skip
    return {**answer, "imageScanFindings": found}


_OF_ENHANCED = {
    "awsAccountId", "description", "findingArn", "firstObservedAt", "lastObservedAt", "packageVulnerabilityDetails",
    "severity", "status", "title", "type", "updatedAt", "resources",
}  # fmt: skip


def _status(state: AwsState, request: Request) -> Mapping[str, Any]:
    return next(iter(here(state, request, "inspector")), {})


def _account_status(state: AwsState, request: Request) -> Answer:
    known = _status(state, request)
    error = {"errorCode": "ALREADY_ENABLED", "errorMessage": ""}
    kinds = {kind: {"status": known.get(kind, "DISABLED"), **error} for kind in ("ec2", "ecr", "lambda")}
    status = "ENABLED" if "ENABLED" in known.values() else "DISABLED"
    one = {"accountId": state.account, "state": {"status": status, **error}, "resourceState": kinds}
    return {"accounts": [one], "failedAccounts": []}


def _resource(state: AwsState, request: Request, entry: Entry) -> Answer:
    kind = next(kind for kind in _KINDS if kind in entry)
    if kind == "image":
        repository, _, name = entry["image"].partition("@")
        mine = {"repository": repository, "name": name}
        return {
            "type": _KINDS[kind], "id": _image_arn(state, request, mine), "region": request.region, "partition": "aws",
            "details": {"awsEcrContainerImage": {
                "repositoryName": repository, "imageHash": digest(name), "registry": state.account}},
        }  # fmt: skip
    return {"type": _KINDS[kind], "id": entry[kind], "region": request.region, "partition": "aws"}


def _number(entry: Entry) -> str:
    """The same for as long as the weakness stays in the one thing, whatever becomes of it."""
    where = next(entry[kind] for kind in _KINDS if kind in entry)
    return digest(f"{where} {entry['package']} {entry['id']}")[7:39]


def _found(state: AwsState, request: Request, *states: str) -> list[Answer]:
    return [
        {
            "findingArn": f"arn:aws:inspector2:{request.region}:{state.account}:finding/{_number(entry)}",
            "awsAccountId": state.account, "type": "PACKAGE_VULNERABILITY", "severity": entry["severity"],
            "title": f"{entry['id']} - {entry['package']}", "description": entry.get("told", "A weakness."),
            "remediation": {"recommendation": {"text": "None Provided"}},
            "firstObservedAt": entry["first"], "lastObservedAt": entry.get("last", entry["first"]),
            "updatedAt": entry.get("updated", entry["first"]), "status": entry.get("status", "ACTIVE"),
            "resources": [_resource(state, request, entry)], "fixAvailable": "YES" if "fixed" in entry else "NO",
            "packageVulnerabilityDetails": {
                "vulnerabilityId": entry["id"], "source": "NVD",
                "vulnerablePackages": [{
                    "name": entry["package"], "version": str(entry["version"]), "packageManager": "OS",
                    **({"fixedInVersion": str(entry["fixed"])} if "fixed" in entry else {}),
                }],
            },
        }
        for entry in here(state, request, "weaknesses")
        if entry.get("status", "ACTIVE") in states
    ]  # fmt: skip


def _findings(state: AwsState, request: Request) -> Answer:
    wanted = [one["value"] for one in request.asked["filterCriteria"]["findingStatus"]]
    return {"findings": _found(state, request, *wanted)}


def _coverage(state: AwsState, request: Request) -> Answer:
    listed = []
    for entry in here(state, request, "coverage"):
        resource = _resource(state, request, entry)
        reason = entry.get("reason", "SUCCESSFUL")
        listed.append({
            "resourceType": resource["type"], "resourceId": resource["id"], "accountId": state.account,
            "scanType": "PACKAGE",
            "scanStatus": {"statusCode": "ACTIVE" if reason == "SUCCESSFUL" else "INACTIVE", "reason": reason},
            **({"lastScannedAt": entry["scanned"]} if "scanned" in entry else {}),
        })  # fmt: skip
    return {"coveredResources": listed}


def _filters(state: AwsState, request: Request) -> Answer:
    listed = [
        {
            "arn": f"arn:aws:inspector2:{request.region}:{state.account}:owner/{state.account}/filter/{entry['name']}",
            "ownerId": state.account, "name": entry["name"], "action": "SUPPRESS", "createdAt": entry["created"],
            "updatedAt": entry["created"],
            "criteria": {
                field: [{"comparison": "EQUALS", "value": value}] for field, value in entry["criteria"].items()
            },
            **({"reason": entry["reason"]} if "reason" in entry else {}),
        }
        for entry in here(state, request, "suppressions")
    ]  # fmt: skip
    return {"filters": listed}


OPERATIONS: dict[str, Callable[[AwsState, Request], Answer]] = {
    "DescribeRepositories": _repositories,
    "GetRegistryScanningConfiguration": _registry,
    "DescribeImages": _images,
    "DescribeImageScanFindings": _scan,
    "BatchGetAccountStatus": _account_status,
    "ListFindings": _findings,
    "ListCoverage": _coverage,
    "ListFilters": _filters,
}
