"""How AWS is configured, read from a server in two regions: whole, in order, and never short without saying so."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_cloud import HOME, OTHER, cloud
from sources.aws_example import AT, account, config, read

from soc2kit.errors import ConfigError, Refused, Unreachable
from soc2kit.example.aws_server import AwsServer
from soc2kit.frames import FRAMES
from soc2kit.source_settings import AwsSettings, source_settings
from soc2kit.sources.aws import SOURCE, configuration_calls
from soc2kit.sources.aws.configuration import _Reading
from soc2kit.sources.base import Page

SERVICES = ("aws.s3", "aws.ec2", "aws.rds", "aws.kms", "aws.elbv2", "aws.acm")
TABLES = {name: getattr(configuration_calls, name.partition(".")[2].upper().replace("V2", "")) for name in SERVICES}
RECORD = {
    "rows": 0,
    "source": {"account": "402613907581"},
    "identity": "arn:aws:sts::402613907581:assumed-role/Auditor/x",
}


@pytest.fixture
def server(aws_server: AwsServer) -> Iterator[AwsServer]:
    aws_server.apply(account(regions=(HOME, OTHER), cloud=cloud()), AT)
    yield aws_server
    aws_server.refuse.clear()
    aws_server.rows_per_page = 100


def frame(name: str, pages: list[Page]) -> list[Any]:
    spec = FRAMES[name]
    assert spec.rows is not None
    stored = [{"call": page.call, "parameters": page.parameters, "answer": page.answer} for page in pages]
    return list(spec.rows(stored, RECORD))


def asked(pages: list[Page]) -> list[tuple[str, str]]:
    return [(page.call.partition(".")[2], page.parameters["region"]) for page in pages]


@pytest.mark.parametrize("dataset", SERVICES)
def test_each_list_is_asked_in_every_enabled_region_the_named_one_first(server: AwsServer, dataset: str) -> None:
    pages, completeness = read(dataset)
    assert pages[0].call == "ec2.DescribeRegions"
    assert f"enabled regions: {OTHER}, {HOME}" in completeness.reason
    found = asked(pages)
    for call in TABLES[dataset]:
        if call.of is None and not call.globally:
            name = call.operation.replace("_", "")
            regions = [region for operation, region in found if operation.lower() == name]
            assert list(dict.fromkeys(regions)) == [OTHER, HOME], call.operation


@pytest.mark.parametrize("dataset", SERVICES)
def test_calls_are_those_that_the_table_and_the_permissions_name(server: AwsServer, dataset: str) -> None:
    pages, _ = read(dataset)
    made = {page.call.partition(".")[2].lower() for page in pages[1:]}
    named = {call.operation.replace("_", "") for call in TABLES[dataset]}
    assert made <= named
    # The example has no clusters, so nothing is asked about any of them.
    assert {name for name in named - made if "cluster" not in name} == set()
    permissions = next(one.permissions for one in SOURCE.datasets if one.id == dataset)
    assert set(permissions) == {"ec2:DescribeRegions", *(call.permission for call in TABLES[dataset])}


@pytest.mark.parametrize("dataset", SERVICES)
def test_pages_of_one_row_give_the_same_frames(server: AwsServer, dataset: str) -> None:
    names = [name for name, spec in FRAMES.items() if spec.datasets == (dataset,)]
    whole, _ = read(dataset)
    server.rows_per_page = 1
    cut, _ = read(dataset)
    assert len(cut) >= len(whole)
    for name in names:
        assert frame(name, cut) == frame(name, whole), name


def test_answers_come_in_the_order_of_the_questions(server: AwsServer) -> None:
    """However many are under way: two collections of the same are the same."""
    many = tuple({"name": f"b{number:03d}", "region": HOME, "created": AT} for number in range(40))
    server.apply(account(regions=(HOME,), cloud=cloud(buckets=many)), AT)
    one, several = (
        [(page.call, page.parameters) for page in read("aws.s3", config(concurrency=number))[0]] for number in (1, 16)
    )
    assert one == several
    assert len(one) == 3 + 9 * 40


def test_no_more_calls_are_under_way_than_are_allowed(server: AwsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    lock, running, most = threading.Lock(), 0, 0
    made = _Reading._made

    def counted(reading: Any, task: Any) -> Any:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        try:
            return made(reading, task)
        finally:
            with lock:
                running -= 1

    monkeypatch.setattr(_Reading, "_made", counted)
    read("aws.s3", config(concurrency=3))
    assert 1 < most <= 3


@pytest.mark.parametrize("number", [0, 65])
def test_a_number_of_calls_that_cannot_be_is_refused(number: int) -> None:
    with pytest.raises(ConfigError, match="concurrency is"):
        source_settings(Path("soc2kit.toml"), {"sources": {"aws": {"concurrency": number}}})
    assert AwsSettings().concurrency == 8


def test_a_refusal_in_one_region_is_a_page_and_says_so(server: AwsServer) -> None:
    server.refuse.add(f"{OTHER} DescribeVolumes")
    pages, completeness = read("aws.ec2")
    (row,) = frame("aws_ec2_unread", pages)
    assert row["place"] == f"402613907581/{OTHER} ec2.DescribeVolumes"
    assert (row["what"], row["why"]) == (None, "AccessDenied")
    assert "1 calls were refused or not supported" in completeness.reason
    assert [volume["region"] for volume in frame("ebs_volumes", pages)] == [HOME]
    assert len(frame("ec2_security_groups", pages)) == 2


@pytest.mark.parametrize("refused", ["GetBucketEncryption", "GetBucketAcl", "GetPublicAccessBlock"])
def test_a_refusal_of_one_thing_names_it_and_leaves_its_columns_missing(server: AwsServer, refused: str) -> None:
    server.refuse.add(f"{OTHER} {refused}")
    pages, _ = read("aws.s3")
    www = next(bucket for bucket in frame("s3_buckets", pages) if bucket["name"] == "www")
    column = {"GetBucketEncryption": "algorithm", "GetBucketAcl": "public_acl", "GetPublicAccessBlock": "restrict"}
    assert www["unread"] == [refused]
    assert www.get(column[refused]) is None
    assert "www" in [row["what"] for row in frame("aws_s3_unread", pages)]


@pytest.mark.parametrize("dataset", ["aws.ec2", "aws.kms", "aws.acm"])
def test_what_is_allowed_nowhere_is_not_collected(server: AwsServer, dataset: str) -> None:
    calls = [call for call in TABLES[dataset] if call.of is None]
    server.refuse |= {"".join(part.title() for part in call.operation.split("_")) for call in calls}
    with pytest.raises(Refused, match="AccessDenied"):
        read(dataset)


def test_a_region_that_a_service_is_not_in_is_said(server: AwsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no address to ask then. Where boto3 knows the service to be, it is the network."""
    from botocore.exceptions import EndpointConnectionError

    from soc2kit.sources.aws.session import AwsConnection

    call = AwsConnection.call

    def lost(self: AwsConnection, service: str, operation: str, *, region: str | None = None, **rest: Any) -> Any:
        if (service, region) == ("kms", OTHER):
            from soc2kit.sources.aws.failures import translated

            with translated("kms:ListKeys"):
                raise EndpointConnectionError(endpoint_url="https://kms")
        return call(self, service, operation, region=region, **rest)

    monkeypatch.setattr(AwsConnection, "call", lost)
    with pytest.raises(Unreachable):
        read("aws.kms")
    monkeypatch.setattr("boto3.session.Session.get_available_regions", lambda self, service: [HOME])
    pages, _ = read("aws.kms")
    assert {row["why"] for row in frame("aws_kms_unread", pages)} == {"NoEndpoint"}
    assert len(frame("kms_keys", pages)) == 2


def test_no_page_holds_what_a_frame_would_take_for_an_answer(server: AwsServer) -> None:
    """A thing that has none of what is asked for is told from one that could not be asked about."""
    pages, _ = read("aws.s3")
    absent = [page for page in pages if "absent" in page.answer]
    assert {page.answer["absent"]["Code"] for page in absent} == {
        "NoSuchBucketPolicy", "NoSuchPublicAccessBlockConfiguration", "ObjectLockConfigurationNotFoundError",
    }  # fmt: skip
    assert frame("aws_s3_unread", pages) == []
    assert "SecretAccessKey" not in json.dumps([page.answer for page in pages])
