"""Identity Center and Access Analyzer: whole lists, as few requests as can be, and nothing where there is nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from sources.aws_example import ACCOUNT, AT, MADE, OTHER, READER, account, config, read

from soc2kit.errors import Refused
from soc2kit.example.aws_server import AwsServer
from soc2kit.example.state import (
    Assignment,
    CenterGroup,
    CenterUser,
    ExternalAccess,
    IdentityCenter,
    PermissionSet,
)
from soc2kit.frames import aws_identity
from soc2kit.sources.aws import SOURCE
from soc2kit.sources.base import Page

CENTER, ANALYZER = "aws.identity_center", "aws.access_analyzer"
INLINE = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def center(users: int = 3, **more: object) -> IdentityCenter:
    names = tuple(f"user{number:03d}" for number in range(users))
    return IdentityCenter(
        owner=ACCOUNT,
        region="eu-west-1",
        users=tuple(CenterUser(name, name.title(), f"{name.upper()}@x.example") for name in names),
        groups=(CenterGroup("Admins", names[:1]), CenterGroup("Everybody", names), CenterGroup("Empty")),
        permission_sets=(
            PermissionSet("Administrator", ("AdministratorAccess",), boundary="PowerUserAccess"),
            PermissionSet("Reader", ("ReadOnlyAccess",), ("own-policy",)),
            PermissionSet("Wide", inline_policy=INLINE),
        ),
        assignments=(
            Assignment(ACCOUNT, "Administrator", "Admins"),
            Assignment(ACCOUNT, "Reader", "Everybody"),
            Assignment(OTHER, "Reader", "Everybody"),
            Assignment(OTHER, "Reader", "user000", "USER"),
            Assignment(OTHER, "Wide", "user001", "USER"),
            Assignment(OTHER, "Wide", "deleted-long-ago", "USER"),
        ),
    )


@pytest.fixture
def server(aws_server: AwsServer) -> Iterator[AwsServer]:
    aws_server.apply(account(identity_center=center(), members=(account(OTHER),)), AT)
    yield aws_server
    aws_server.refuse.clear()
    aws_server.users_per_page = 1000


def as_written(pages: list[Page]) -> list[dict[str, object]]:
    return [{"call": page.call, "parameters": page.parameters, "answer": page.answer} for page in pages]


def test_access_is_one_row_for_each_user_account_and_permission_set(server: AwsServer) -> None:
    pages, _ = read(CENTER)
    written = as_written(pages)
    names = {row["user_key"]: row["user_name"] for row in aws_identity.center_users(written, {})}
    rows = {
        (names[row["user_key"]], row["account"], row["permission_set"]): (row["via"], row["administrator_via"])
        for row in aws_identity.center_access(written, {})
    }
    assert rows == {
        ("user000", ACCOUNT, "Administrator"):
            ("group Admins", "permission set Administrator: attached AdministratorAccess"),
        **{(f"user00{number}", ACCOUNT, "Reader"): ("group Everybody", None) for number in range(3)},
        **{(f"user00{number}", OTHER, "Reader"): ("group Everybody", None) for number in (1, 2)},
        ("user000", OTHER, "Reader"): ("direct; group Everybody", None),
        ("user001", OTHER, "Wide"): ("direct", "permission set Wide: inline policy"),
    }  # fmt: skip
    named = {row["permission_set"]: row["customer_policies"] for row in aws_identity.center_access(written, {})}
    assert named == {"Administrator": None, "Reader": "own-policy", "Wide": None}


def test_users_have_a_lower_case_address_and_a_status(server: AwsServer) -> None:
    pages, _ = read(CENTER)
    first = next(iter(aws_identity.center_users(as_written(pages), {})))
    assert first["user_key"].startswith("arn:aws:identitystore:::user/")
    assert (first["email"], first["active"]) == ("user000@x.example", True)


@pytest.mark.parametrize("users", [3, 60])
def test_more_users_cost_pages_and_nothing_else(server: AwsServer, users: int) -> None:
    server.users_per_page = 20
    server.apply(account(identity_center=center(users)), AT)
    pages, _ = read(CENTER)
    calls = Counter(page.call.partition(".")[2] for page in pages)
    lists = users // 20 or 1
    assert calls == {
        "ListInstances": 1, "ListPermissionSets": 1, "DescribePermissionSet": 3,
        "ListManagedPoliciesInPermissionSet": 3, "ListCustomerManagedPolicyReferencesInPermissionSet": 3,
        "GetInlinePolicyForPermissionSet": 3, "GetPermissionsBoundaryForPermissionSet": 3,
        "ListAccountsForProvisionedPermissionSet": 3, "ListAccountAssignments": 4, "ListUsers": lists,
        "ListGroups": 1, "ListGroupMemberships": lists + 2,
    }  # fmt: skip
    assert {page.parameters["region"] for page in pages[1:]} == {"eu-west-1"}


def test_an_account_without_it_says_so(server: AwsServer) -> None:
    server.apply(account(), AT)
    (page,), completeness = read(CENTER)
    assert (page.call, page.parameters["RegionScope"], page.rows) == ("sso-admin.ListInstances", "ALL_REGIONS", 0)
    assert "not enabled" in completeness.reason


def test_an_instance_of_another_account_is_read_there(server: AwsServer) -> None:
    server.apply(account(members=(account(OTHER, identity_center=center()),)), AT)
    _, other = SOURCE.accounts(config(assume_roles=(READER,)))
    (page,), completeness = read(CENTER, other)
    assert page.rows == 0
    assert f"owned by account {ACCOUNT}, and read there" in completeness.reason
    _, delegated = SOURCE.accounts(config(assume_roles=(READER,), identity_center_account=OTHER))
    assert len(read(CENTER, delegated)[0]) > 1


@pytest.mark.parametrize(
    "action", ["sso:ListInstances", "sso:ListAccountAssignments", "identitystore:ListGroupMemberships"]
)
def test_a_refusal_names_the_action_as_a_policy_does(server: AwsServer, action: str) -> None:
    server.refuse.add(action)
    with pytest.raises(Refused, match=f"{action}: AccessDeniedException"):
        read(CENTER)


def test_analyzers_are_asked_in_the_global_and_the_configured_region(server: AwsServer) -> None:
    bucket = ExternalAccess("arn:aws:s3:::b", "AWS::S3::Bucket", "*", MADE, "eu-central-1")
    role = ExternalAccess("arn:aws:iam::1:role/r", "AWS::IAM::Role", "arn:aws:iam::2:root", MADE, "eu-central-1")
    state = account(analyzer_regions=("eu-central-1",), external_access=(bucket, role))
    server.apply(state, AT)
    server.users_per_page = 1
    pages, completeness = read(ANALYZER)
    written = as_written(pages)
    record = {"source": {"account": ACCOUNT}}
    looked = {row["place"]: row["analyzers"] for row in aws_identity.analyzers(written, record)}
    assert looked == {f"{ACCOUNT}/us-east-1": 0, f"{ACCOUNT}/eu-central-1": 1}
    found = [
        (row["resource"], row["public"], row["principal"]) for row in aws_identity.external_access(written, record)
    ]
    assert found == [("arn:aws:s3:::b", True, "*"), ("arn:aws:iam::1:role/r", False, "arn:aws:iam::2:root")]
    assert "us-east-1: 0, eu-central-1: 1" in completeness.reason
