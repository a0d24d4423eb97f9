"""The AWS source against moto over HTTP."""

from __future__ import annotations

import dataclasses
import json
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from soc2kit.config import Config
from soc2kit.errors import CollectionError, IncompleteCollection, Refused, Unreachable
from soc2kit.example.aws_server import AwsServer
from soc2kit.example.state import AccessKey, AwsState, IamGroup, IamUser
from soc2kit.period import CIVIL
from soc2kit.source_settings import AwsSettings
from soc2kit.sources.aws import SOURCE
from soc2kit.sources.base import Completeness, Page

AT = datetime(2026, 3, 31, 20, tzinfo=UTC)
CREATED = datetime(2025, 6, 1, tzinfo=UTC)
ACCOUNT = "402613907581"
DATASETS = {dataset.id: dataset for dataset in SOURCE.datasets}


def state(users: int = 3, *, root_mfa: bool = True) -> AwsState:
    names = [f"user{number:03d}" for number in range(users)]
    made = [IamUser(name, CREATED, f"{name}@x.example", console=True, mfa=True) for name in names]
    if made:
        made[0] = dataclasses.replace(made[0], keys=(AccessKey(CREATED, True, AT),), groups=("Admins",))
    groups = (IamGroup("Admins", ("AdministratorAccess",)),)
    return AwsState(ACCOUNT, root_mfa, False, None, tuple(made), groups, (), ())


@pytest.fixture
def server(aws_server: AwsServer) -> Iterator[AwsServer]:
    aws_server.apply(state(), AT)
    yield aws_server
    aws_server.refuse.clear()
    aws_server.report_never_completes = False
    aws_server.users_per_page = 1000


def config(endpoint: str | None = None, timeout: int = 5) -> Config:
    settings = AwsSettings(endpoint_url=endpoint, report_timeout_seconds=timeout)
    return Config(Path(), "X", CIVIL.parse("2026-Q1"), ("security",), aws=settings)


def read(dataset: str, settings: Config | None = None) -> tuple[list[Page], Completeness]:
    with SOURCE.connect(settings or config()) as connection:
        pages = DATASETS[dataset].pages(connection, CIVIL.month_of(AT))
        read: list[Page] = []
        while True:
            try:
                read.append(next(pages))
            except StopIteration as stop:
                return read, stop.value


def test_the_origin_is_the_account_and_the_caller(server: AwsServer) -> None:
    with SOURCE.connect(config()) as connection:
        assert connection.origin.account == ACCOUNT
        assert connection.origin.identity.startswith("arn:aws:sts::")
        assert connection.origin.endpoint == server.url


def test_the_credential_report_is_waited_for_and_has_root_and_22_columns(server: AwsServer) -> None:
    (page,), completeness = read("aws.credential_report")
    header, root, *users = page.answer["Content"].splitlines()
    assert len(header.split(",")) == 22
    assert root.startswith("<root_account>,arn:aws:iam::402613907581:root,")
    assert len(users) == 3
    assert page.rows == completeness.source_total == 4
    assert page.answer["GeneratedTime"] == "2026-03-31T20:00:00Z"


@pytest.mark.parametrize(("users", "pages"), [(1, 1), (100, 1), (101, 2), (250, 3)])
def test_every_page_of_users_is_read_and_asked_with_its_marker(server: AwsServer, users: int, pages: int) -> None:
    server.users_per_page = 100
    server.apply(state(users), AT)
    found, _ = read("aws.users")
    assert len(found) == pages
    assert sum(page.rows for page in found) == users
    assert [page.parameters.get("Marker") for page in found] == [None, *(str(100 * n) for n in range(1, pages))]
    assert len({user["Arn"] for page in found for user in page.answer["Users"]}) == users


@pytest.mark.parametrize("dataset", ["aws.users", "aws.mfa_devices", "aws.authorization_details"])
def test_lists_ask_for_as_many_as_a_page_can_have(server: AwsServer, dataset: str) -> None:
    """AWS gives a hundred where nothing is said: ten times as many requests in a large account."""
    server.apply(state(120), AT)
    (page,), _ = read(dataset)
    assert page.parameters["MaxItems"] == 1000


@pytest.mark.parametrize("root_mfa", [True, False])
def test_root_is_in_the_summary_and_its_device_in_the_list(server: AwsServer, root_mfa: bool) -> None:
    server.apply(state(root_mfa=root_mfa), AT)
    (summary,), _ = read("aws.account_summary")
    devices, _ = read("aws.mfa_devices")
    assert summary.answer["SummaryMap"]["AccountMFAEnabled"] == int(root_mfa)
    serials = [device["SerialNumber"] for page in devices for device in page.answer["VirtualMFADevices"]]
    assert any(serial.endswith("mfa/root-account-mfa-device") for serial in serials) == root_mfa
    assert len(serials) == 3 + root_mfa


def test_rights_come_in_one_sweep_without_policies_that_nobody_uses(server: AwsServer) -> None:
    (page,), _ = read("aws.authorization_details")
    assert [group["GroupName"] for group in page.answer["GroupDetailList"]] == ["Admins"]
    assert [policy["Arn"] for policy in page.answer["Policies"]] == ["arn:aws:iam::aws:policy/AdministratorAccess"]
    assert page.rows == 3 + 1 + 0 + 1


@pytest.mark.parametrize("dataset", DATASETS)
def test_no_page_holds_a_secret_and_each_names_its_request(server: AwsServer, dataset: str) -> None:
    pages, completeness = read(dataset)
    text = json.dumps([dataclasses.asdict(page) for page in pages])
    assert completeness.reason
    assert all(page.request_id for page in pages)
    for word in ("SecretAccessKey", "Base32StringSeed", "QRCodePNG", '"example"', "Example-passw0rd"):
        assert word not in text


@pytest.mark.parametrize(
    ("dataset", "action"),
    [
        ("aws.users", "ListUsers"),
        ("aws.credential_report", "GenerateCredentialReport"),
        ("aws.credential_report", "GetCredentialReport"),
        ("aws.account_summary", "GetAccountSummary"),
        ("aws.authorization_details", "GetAccountAuthorizationDetails"),
        ("aws.mfa_devices", "ListVirtualMFADevices"),
    ],
)
def test_a_refusal_names_the_action_to_allow(server: AwsServer, dataset: str, action: str) -> None:
    server.refuse.add(action)
    with pytest.raises(Refused, match=f"iam:{action}: AccessDenied"):
        read(dataset)


def test_the_shipped_permissions_are_the_actions_in_use() -> None:
    path = Path(__file__).parents[2] / "soc2kit" / "library" / "aws-permissions.json"
    statement, other_accounts = json.loads(path.read_text())["Statement"]
    used = {permission for dataset in SOURCE.datasets for permission in dataset.permissions}
    assert set(statement["Action"]) == used | {"sts:GetCallerIdentity"}
    reading = ("Get", "BatchGet", "List", "Generate", "Describe", "Lookup")
    assert all(action.split(":")[1].startswith(reading) for action in statement["Action"])
    # Whoever may assume any role may do anything: only those made for this may be assumed.
    assert other_accounts["Action"] == "sts:AssumeRole"
    assert other_accounts["Resource"].endswith(":role/soc2kit-reader")


def test_a_report_that_is_never_finished_is_incomplete(server: AwsServer) -> None:
    server.report_never_completes = True
    with pytest.raises(IncompleteCollection, match="report_timeout_seconds"):
        read("aws.credential_report", config(timeout=1))


def test_a_call_that_the_service_cannot_answer_is_an_error(server: AwsServer) -> None:
    with SOURCE.connect(config()) as connection, pytest.raises(CollectionError, match="wellarchitected"):
        connection.call("wellarchitected", "list_workloads")


def test_a_closed_port_is_unreachable_soon(server: AwsServer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    started = time.monotonic()
    with pytest.raises(Unreachable, match="Check the network"), SOURCE.connect(config(address)):
        pass
    assert time.monotonic() - started < 30


def test_without_credentials_the_remedy_is_named(server: AwsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    with pytest.raises(Refused, match="AWS_PROFILE"), SOURCE.connect(config()):
        pass


def test_two_moments_of_the_same_account_differ_only_where_the_state_does(server: AwsServer) -> None:
    def answers() -> list[Any]:
        pages = [page for name in ("aws.users", "aws.mfa_devices", "aws.credential_report") for page in read(name)[0]]
        return [{key: value for key, value in page.answer.items() if key != "ResponseMetadata"} for page in pages]

    first = answers()
    server.apply(state(), AT)
    assert answers() == first
    server.apply(state(2), AT)
    assert answers() != first
