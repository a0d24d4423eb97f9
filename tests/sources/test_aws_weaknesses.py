"""What ECR and Inspector tell of weaknesses, read from a server in two regions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_cloud import ACCOUNT, HOME, OTHER
from sources.aws_example import AT, account, read

from soc2kit.errors import Refused
from soc2kit.example.aws_cloud_images import digest
from soc2kit.example.aws_server import AwsServer
from soc2kit.frames import FRAMES
from soc2kit.frames.aws_suppressions import Filter, suppressing
from soc2kit.sources.aws import SOURCE
from soc2kit.sources.aws.configuration import Found
from soc2kit.sources.aws.weakness_calls import ECR, INSPECTOR, in_use
from soc2kit.sources.base import Page

MADE = datetime(2026, 3, 1, tzinfo=UTC)
RECORD = {"source": {"account": ACCOUNT}, "identity": f"arn:aws:sts::{ACCOUNT}:assumed-role/Auditor/x"}
TABLES = {"aws.ecr": ECR, "aws.inspector": INSPECTOR}
HOSTILE = "<script>alert(1)</script> [x](javascript:y) =cmd() \x1b[31m \u202egnp.exe"
IMAGE = {"region": HOME, "pushed": MADE, "pulled": MADE}
CLOUD: dict[str, tuple[dict[str, Any], ...]] = {
    "image_repositories": ({"name": "o/api", "region": HOME, "created": MADE, "key": "k"},
                           {"name": "o/job", "region": OTHER, "created": MADE}),
    "images": ({**IMAGE, "repository": "o/api", "name": "a1", "tags": ["1"], "scan": "ACTIVE", "scanned": MADE},
               {**IMAGE, "repository": "o/api", "name": "a2", "scan": "FAILED"},
               {**IMAGE, "repository": "o/job", "name": "j1", "region": OTHER, "tags": ["1"], "scan": "COMPLETE",
                "scanned": MADE, "found": [{"id": "CVE-2026-1", "package": "p", "version": 1,
                                              "severity": "UNDEFINED"}]},
               {**IMAGE, "repository": "o/job", "name": "j2", "region": OTHER}),
    "inspector": ({"region": HOME, "ecr": "ENABLED", "ec2": "ENABLED"},),
    "coverage": ({"region": HOME, "image": "o/api@a1", "scanned": MADE},
                 {"region": HOME, "host": "i-1", "reason": "UNSUPPORTED_OS"}),
    "weaknesses": (
        {"region": HOME, "image": "o/api@a1", "id": "CVE-2026-1000", "package": "p", "version": 1, "severity": "HIGH",
         "first": MADE, "told": HOSTILE},
        {"region": HOME, "host": "i-1", "id": "CVE-2026-1001", "package": "q", "version": 1, "severity": "UNTRIAGED",
         "first": MADE, "status": "SUPPRESSED"},
        {"region": HOME, "function": "arn:aws:lambda:x:1:function:f:$LATEST", "id": "CVE-2026-1002", "package": "q",
         "version": 1, "severity": "INFORMATIONAL", "first": MADE, "status": "CLOSED"},
    ),
    "suppressions": ({"region": HOME, "name": "f", "created": MADE, "criteria": {"severity": "UNTRIAGED"},
                      "reason": "why"},),
}  # fmt: skip


@pytest.fixture
def server(aws_server: AwsServer) -> Iterator[AwsServer]:
    aws_server.apply(account(regions=(HOME, OTHER), cloud=CLOUD), AT)
    yield aws_server
    aws_server.refuse.clear()
    aws_server.rows_per_page = 100


def frame(name: str, pages: list[Page]) -> list[Any]:
    spec = FRAMES[name]
    assert spec.rows is not None
    stored = [{"call": page.call, "parameters": page.parameters, "answer": page.answer} for page in pages]
    return list(spec.rows(stored, RECORD))


@pytest.mark.parametrize("dataset", TABLES)
def test_calls_are_those_of_the_table_and_of_the_permissions(server: AwsServer, dataset: str) -> None:
    pages, completeness = read(dataset)
    made = {page.call.partition(".")[2].lower() for page in pages[1:]}
    assert made == {call.operation.replace("_", "") for call in TABLES[dataset]}
    permissions = next(one.permissions for one in SOURCE.datasets if one.id == dataset)
    assert set(permissions) == {"ec2:DescribeRegions", *(call.permission for call in TABLES[dataset])}
    assert f"enabled regions: {OTHER}, {HOME}" in completeness.reason


@pytest.mark.parametrize("dataset", TABLES)
def test_pages_of_one_row_give_the_same_frames(server: AwsServer, dataset: str) -> None:
    names = [name for name, spec in FRAMES.items() if spec.datasets == (dataset,)]
    whole, _ = read(dataset)
    server.rows_per_page = 1
    cut, _ = read(dataset)
    assert len(cut) > len(whole)
    for name in names:
        assert frame(name, cut) == frame(name, whole), name


def test_what_was_not_scanned_is_not_clean(server: AwsServer) -> None:
    pages, _ = read("aws.ecr")
    images = {row["arn"].rpartition("/")[2]: row for row in frame("ecr_images", pages)}
    shown = {
        name: (images[digest(name)]["state"], images[digest(name)]["scanned"]) for name in ("a1", "a2", "j1", "j2")
    }
    assert shown == {
        "a1": ("ACTIVE", True), "a2": ("FAILED", False), "j1": ("COMPLETE", True),
        "j2": ("ScanNotFoundException", False),
    }  # fmt: skip
    found = [(row["tool"], row["ids"], row["package"], row["severity"]) for row in frame("ecr_findings", pages)]
    assert found == [
        ("Amazon ECR", ["CVE-2026-1"], "p", "unknown"), ("Amazon Inspector", ["CVE-2026-1000"], "p", "high"),
    ]  # fmt: skip
    repositories = {row["name"]: (row["target"], row["scan_type"]) for row in frame("ecr_repositories", pages)}
    assert repositories == {
        "o/api": (f"{ACCOUNT}.dkr.ecr.{HOME}.amazonaws.com/o/api", "ENHANCED"),
        "o/job": (f"{ACCOUNT}.dkr.ecr.{OTHER}.amazonaws.com/o/job", "BASIC"),
    }


def test_a_scan_that_is_refused_is_neither(server: AwsServer) -> None:
    server.refuse.add(f"{HOME} DescribeImageScanFindings")
    pages, _ = read("aws.ecr")
    assert [row.get("scanned") for row in frame("ecr_images", pages)] == [True, False, None, None]
    what = [row["what"] for row in frame("aws_ecr_unread", pages)]
    assert what == [f"o/api, {digest('a1')}", f"o/api, {digest('a2')}"]


def test_inspector_is_asked_only_where_it_is_on(server: AwsServer) -> None:
    pages, _ = read("aws.inspector")
    assert [page.parameters["region"] for page in pages if page.call == "inspector2.ListFindings"] == [HOME]
    assert [(row["region"], row["status"], row["functions"]) for row in frame("inspector_accounts", pages)] == [
        (OTHER, "DISABLED", "DISABLED"), (HOME, "ENABLED", "DISABLED"),
    ]  # fmt: skip
    found = [(row["target"], row["status"], row["severity"]) for row in frame("inspector_findings", pages)]
    assert found == [
        (f"{ACCOUNT}.dkr.ecr.{HOME}.amazonaws.com/o/api", "ACTIVE", "high"),
        (f"{ACCOUNT}/{HOME}/i-1", "SUPPRESSED", "unknown"),
        ("arn:aws:lambda:x:1:function:f", "CLOSED", "low"),
    ]
    assert [row.get("filter_reason") for row in frame("inspector_findings", pages)] == [None, "why", None]
    assert [(row["target"], row["active"], row["reason"]) for row in frame("inspector_coverage", pages)] == [
        (f"{ACCOUNT}.dkr.ecr.{HOME}.amazonaws.com/o/api", True, "SUCCESSFUL"),
        (f"{ACCOUNT}/{HOME}/i-1", False, "UNSUPPORTED_OS"),
    ]


def test_a_list_that_is_refused_is_said(server: AwsServer) -> None:
    server.refuse.add("ListFindings")
    pages, _ = read("aws.inspector")
    assert [row["findings_read"] for row in frame("inspector_accounts", pages)] == [True, False]
    assert [row["operation"] for row in frame("aws_inspector_unread", pages)] == ["ListFindings"]
    server.refuse.add("BatchGetAccountStatus")
    with pytest.raises(Refused, match="AccessDenied"):
        read("aws.inspector")


#: Name, tags, pushed, pulled, what it is, whether it is in use. `list` is one of images by platform.
CHOSEN = """
    newest      1  03-10T10:00:00  -      image      yes
    older       1  03-09T10:00:00  -      image      no
    untagged    -  03-11T10:00:00  -      image      no
    pulled      -  01-01T10:00:00  03-20  image      yes
    lately      1  01-01T10:00:00  03-13  image      yes
    long-ago    1  01-01T10:00:00  03-12  image      no
    signature   1  03-12T10:00:00  03-20  signature  no
    chart       1  03-12T10:00:00  03-20  chart      no
    archived    1  03-12T10:00:00  03-20  archived   no
"""
LISTS = """
    list        1  03-10T10:00:00  03-20  list       no
    platform    -  03-10T09:00:00  -      image      yes
    too-old     -  03-10T08:59:59  -      image      no
    later       -  03-10T10:00:01  -      image      no
"""
ALONE = """
    list        1  03-10T10:00:00  03-20  list       yes
    one         1  03-09T10:00:00  -      image      no
"""
_FORMS: dict[str, dict[str, str]] = {
    "image": {}, "signature": {"subjectManifestDigest": "x"}, "archived": {"imageStatus": "ARCHIVED"},
    "chart": {"artifactMediaType": "application/vnd.cncf.helm.config.v1+json"},
    "list": {"imageManifestMediaType": "application/vnd.oci.image.index.v1+json"},
}  # fmt: skip


@pytest.mark.parametrize("rows", [CHOSEN, LISTS, ALONE])
def test_which_images_are_in_use(rows: str) -> None:
    found, expected = [], []
    for line in rows.strip().splitlines():
        name, tags, pushed, pulled, form, used = line.split()
        row: dict[str, Any] = {"repositoryName": "r", "imageDigest": name, "imagePushedAt": f"2026-{pushed}Z"}
        row |= {**_FORMS[form], **({"imageTags": [tags]} if tags != "-" else {})}
        row |= {"lastRecordedPullTime": f"2026-{pulled}T00:00:00Z"} if pulled != "-" else {}
        found.append(Found(ACCOUNT, HOME, {}, row))
        expected += [name] if used == "yes" else []
    assert [one.row["imageDigest"] for one in in_use(found)] == expected
    elsewhere = Found(ACCOUNT, OTHER, {}, {**found[0].row, "imageTags": ["1"]})
    assert [one.region for one in in_use([*found, elsewhere])].count(OTHER) == 1


FINDING = {
    "findingArn": "f", "severity": "HIGH", "type": "PACKAGE_VULNERABILITY", "title": "t",
    "resources": [{"type": "AWS_ECR_CONTAINER_IMAGE", "id": "i",
                   "details": {"awsEcrContainerImage": {"repositoryName": "o/api", "imageTags": ["1", "2"]}}}],
    "packageVulnerabilityDetails": {"vulnerabilityId": "CVE-2026-1"},
}  # fmt: skip


def _test(value: str, comparison: str = "EQUALS") -> dict[str, str]:
    return {"comparison": comparison, "value": value}


@pytest.mark.parametrize(("criteria", "fits"), [
    ({"severity": [_test("HIGH")]}, True),
    ({"severity": [_test("LOW"), _test("HIGH")]}, True),
    ({"severity": [_test("HIGH")], "vulnerabilityId": [_test("CVE-2026-2")]}, False),
    ({"severity": [_test("HIGH", "NOT_EQUALS")]}, False),
    ({"severity": [_test("LOW", "NOT_EQUALS"), _test("MEDIUM", "NOT_EQUALS")]}, True),
    ({"ecrImageRepositoryName": [_test("o/", "PREFIX")], "ecrImageTags": [_test("2")]}, True),
    ({"ec2InstanceVpcId": [_test("v")]}, False),
    ({"resourceTags": [{"comparison": "EQUALS", "key": "a", "value": "b"}]}, False),
    ({"severity": [_test("HIGH", "LIKE")]}, False),
    ({}, False),
])  # fmt: skip
def test_which_filter_suppresses(criteria: dict[str, Any], fits: bool) -> None:
    """A criterion that is not known here is never taken to hold."""
    mute = Filter("a", criteria, None, "2026-01-01", "2026-01-01")
    told = Filter("b", criteria, "why", "2026-01-01", "2026-01-01")
    assert (suppressing(FINDING, [mute]) is mute) == fits
    assert (suppressing(FINDING, [mute, told]) is told) == fits
