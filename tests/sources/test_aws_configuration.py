"""How AWS is configured, read from a server in two regions: whole, in order, and never short without saying so."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_cloud import HOME, MADE, OTHER, SECRET, cloud
from sources.aws_example import AT, account, config, read

from soc2kit.errors import ConfigError, MalformedInput, Refused, Unreachable
from soc2kit.example.aws_server import AwsServer
from soc2kit.frames import FRAMES
from soc2kit.frames.specs.assets import REGIONS
from soc2kit.source_settings import AwsSettings, source_settings
from soc2kit.sources.aws import SOURCE
from soc2kit.sources.aws import configuration_calls as calls
from soc2kit.sources.aws import configuration_calls_stores as stores
from soc2kit.sources.aws.configuration import _Reading
from soc2kit.sources.aws.lists import NOT_KEPT, plain
from soc2kit.sources.base import Completeness, Page

STORES = ("aws.dynamodb", "aws.secrets", "aws.messaging", "aws.lambda", "aws.cloudfront")
SERVICES = ("aws.s3", "aws.ec2", "aws.rds", "aws.kms", "aws.elbv2", "aws.acm", *STORES)
TABLES = {
    name: getattr(stores if name in STORES else calls, name.partition(".")[2].upper().replace("V2", ""))
    for name in SERVICES
}
Whole = Callable[[str], tuple[list[Page], Completeness]]
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


@functools.cache
def _whole(dataset: str) -> tuple[list[Page], Completeness]:
    return read(dataset)


@pytest.fixture
def whole(server: AwsServer) -> Whole:
    """The datasets of the small account, each read once for all tests that only look at it."""
    return _whole


def frame(name: str, pages: list[Page]) -> list[Any]:
    spec = FRAMES[name]
    assert spec.rows is not None
    stored = [{"call": page.call, "parameters": page.parameters, "answer": page.answer} for page in pages]
    return list(spec.rows(stored, RECORD))


def asked(pages: list[Page]) -> list[tuple[str, str]]:
    return [(page.call.partition(".")[2], page.parameters["region"]) for page in pages]


@pytest.mark.parametrize("dataset", SERVICES)
def test_each_list_is_asked_in_every_enabled_region_the_named_one_first(whole: Whole, dataset: str) -> None:
    pages, completeness = whole(dataset)
    assert pages[0].call == "ec2.DescribeRegions"
    assert f"enabled regions: {OTHER}, {HOME}" in completeness.reason
    found = asked(pages)
    for call in TABLES[dataset]:
        if call.of is None and not call.globally:
            name = call.operation.replace("_", "")
            regions = [region for operation, region in found if operation.lower() == name]
            assert list(dict.fromkeys(regions)) == [OTHER, HOME], call.operation


@pytest.mark.parametrize("dataset", SERVICES)
def test_calls_are_those_that_the_table_and_the_permissions_name(whole: Whole, dataset: str) -> None:
    pages, _ = whole(dataset)
    made = {page.call.partition(".")[2].lower() for page in pages[1:]}
    named = {call.operation.replace("_", "") for call in TABLES[dataset]}
    assert made <= named
    # The example has no clusters, so nothing is asked about any of them.
    assert {name for name in named - made if "cluster" not in name} == set()
    permissions = next(one.permissions for one in SOURCE.datasets if one.id == dataset)
    assert set(permissions) == {"ec2:DescribeRegions", *(call.permission for call in TABLES[dataset])}


@pytest.mark.parametrize("dataset", SERVICES)
def test_pages_of_one_row_give_the_same_frames(server: AwsServer, whole: Whole, dataset: str) -> None:
    names = [name for name, spec in FRAMES.items() if spec.datasets == (dataset,)]
    together, _ = whole(dataset)
    server.rows_per_page = 1
    cut, _ = read(dataset)
    assert len(cut) >= len(together)
    for name in names:
        assert frame(name, cut) == frame(name, together), name


def test_answers_come_in_the_order_of_the_questions(server: AwsServer) -> None:
    """However many are under way: two collections of the same are the same."""
    many = tuple({"name": f"b{number:03d}", "region": HOME, "created": AT} for number in range(40))
    server.apply(account(regions=(HOME,), cloud=cloud(buckets=many)), AT)
    one, several = (
        [(page.call, page.parameters) for page in read("aws.s3", config(concurrency=number))[0]] for number in (1, 16)
    )
    assert one == several
    assert len(one) == 3 + 10 * 40


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


@pytest.mark.parametrize("dataset", ["aws.ec2", "aws.kms", "aws.acm", "aws.messaging", "aws.cloudfront"])
def test_what_is_allowed_nowhere_is_not_collected(server: AwsServer, dataset: str) -> None:
    first = [call for call in TABLES[dataset] if call.of is None]
    server.refuse |= {"".join(part.title() for part in call.operation.split("_")) for call in first}
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


def test_no_page_holds_what_a_frame_would_take_for_an_answer(whole: Whole) -> None:
    """A thing that has none of what is asked for is told from one that could not be asked about."""
    pages, _ = whole("aws.s3")
    absent = [page for page in pages if "absent" in page.answer]
    assert {page.answer["absent"]["Code"] for page in absent} == {
        "NoSuchBucketPolicy", "NoSuchPublicAccessBlockConfiguration", "ObjectLockConfigurationNotFoundError",
    }  # fmt: skip
    assert frame("aws_s3_unread", pages) == []
    assert "SecretAccessKey" not in json.dumps([page.answer for page in pages])


def test_a_region_out_of_scope_is_not_asked_and_its_reason_is_kept(server: AwsServer) -> None:
    server.apply(account(regions=(HOME, OTHER, "sa-east-1"), cloud=cloud()), AT)
    pages, completeness = read("aws.ec2", config(regions_out_of_scope=("sa-east-1: nothing may be made there",)))
    assert "sa-east-1" not in {region for _, region in asked(pages)}
    assert completeness.reason.endswith("regions_out_of_scope: sa-east-1: nothing may be made there")
    rows = {row["region"]: (row["read"], row["out_of_scope"]) for row in frame("aws_regions_ec2", pages)}
    assert rows == {HOME: (True, None), OTHER: (True, None), "sa-east-1": (False, "nothing may be made there")}
    everything = (f"{HOME}: a", f"{OTHER}: b", "sa-east-1: c")
    with pytest.raises(MalformedInput, match="has every enabled region"):
        read("aws.ec2", config(regions_out_of_scope=everything))


def test_each_dataset_that_is_asked_in_regions_is_held_against_those_that_are_enabled(server: AwsServer) -> None:
    for dataset in REGIONS:
        pages, _ = read(dataset)
        assert [row["read"] for row in frame(REGIONS[dataset], pages)] == [True, True]


def test_whom_a_snapshot_of_a_volume_is_shared_with_is_asked_one_by_one(server: AwsServer) -> None:
    snapshots = (
        {"id": "snap-1", "region": HOME, "created": MADE, "of": "v", "shared_with": ["333344445555"]},
        {"id": "snap-2", "region": HOME, "created": MADE, "of": "v", "public": True},
        {"id": "snap-3", "region": OTHER, "created": MADE, "of": "v"},
    )
    server.apply(account(regions=(HOME, OTHER), cloud=cloud(snapshots=snapshots)), AT)
    server.refuse.add(f"{OTHER} DescribeSnapshotAttribute")
    pages, _ = read("aws.ec2")
    shared = {row["arn"].rpartition("/")[2]: row["shared_with"] for row in frame("ebs_snapshots", pages)}
    assert shared == {"snap-1": ["333344445555"], "snap-2": ["all"], "snap-3": None}
    assert [row["what"] for row in frame("aws_ec2_unread", pages)] == ["snap-3"]


@pytest.mark.parametrize("dataset", ["aws.lambda", "aws.cloudfront"])
def test_what_people_keep_where_it_does_not_belong_is_dropped_before_a_page_is_made(whole: Whole, dataset: str) -> None:
    text = json.dumps([page.answer for page in whole(dataset)[0]])
    assert SECRET not in text
    assert ("TOKEN" in text) or ("x-secret" in text)
    assert NOT_KEPT in text


def test_what_a_rule_of_a_balancer_knows_a_header_by_is_dropped() -> None:
    asked = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "x-verify", "Values": [SECRET, SECRET]}}
    paths = {"Field": "path-pattern", "Values": ["/a"]}
    made = plain({"Rules": [{"Conditions": [asked, paths]}]})
    told = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "x-verify", "Values": [NOT_KEPT]}}
    assert made == {"Rules": [{"Conditions": [told, paths]}]}


def test_what_is_the_same_everywhere_is_asked_once(whole: Whole) -> None:
    assert asked(whole("aws.cloudfront")[0]) == [("DescribeRegions", "eu-central-1"), ("ListDistributions", OTHER)]


@pytest.mark.parametrize("dataset", ["aws.messaging", "aws.cloudfront"])
def test_lists_that_say_that_they_are_empty_are(server: AwsServer, dataset: str) -> None:
    """SQS and CloudFront leave out a list of nothing; so does S3, with the inventories of a bucket."""
    nothing = dict.fromkeys(("topics", "queues", "distributions"), ())
    server.apply(account(regions=(HOME,), cloud=cloud(**nothing)), AT)
    pages, completeness = read(dataset)
    assert {page.rows for page in pages[1:] if ".List" in page.call} == {0}
    assert "refused" not in completeness.reason


def test_of_a_table_that_is_gone_meanwhile_a_page_says_so(server: AwsServer) -> None:
    server.refuse.add(f"{OTHER} DescribeTable")
    pages, _ = read("aws.dynamodb")
    assert [row["what"] for row in frame("aws_dynamodb_unread", pages)] == ["plain"]
    assert [row.get("encrypted") for row in frame("dynamodb_tables", pages) if row["name"] == "plain"] == [None]
