"""The organisation of an account: whole where it may be listed, and said where not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sources.aws_example import ACCOUNT, AT, OTHER, account, read

from soc2kit.errors import IncompleteCollection
from soc2kit.example.aws_server import AwsServer
from soc2kit.frames import FRAMES

ACCOUNTS = [{"id": ACCOUNT, "name": "One", "email": "one@x.example"},
            {"id": OTHER, "name": "Two", "email": "two@x.example", "status": "SUSPENDED"}]  # fmt: skip


@pytest.fixture
def server(aws_server: AwsServer) -> Iterator[AwsServer]:
    yield aws_server
    aws_server.refuse.clear()
    aws_server.rows_per_page = 100


def apply(server: AwsServer, manager: str | None, accounts: list[dict[str, str]] = ACCOUNTS) -> None:
    entry = {"id": "o-1", "manager": manager, "email": "m@x.example", "accounts": accounts}
    server.apply(account(cloud={"organization": (entry,) if manager else ()}), AT)


def frames() -> tuple[Any, list[Any], str]:
    pages, completeness = read("aws.organization")
    stored = [{"call": page.call, "parameters": page.parameters, "answer": page.answer} for page in pages]
    record = {"source": {"account": ACCOUNT}}
    about, accounts = (FRAMES[name].rows for name in ("aws_organization", "organization_accounts"))
    assert about is not None
    assert accounts is not None
    (row,) = about(stored, record)
    return row, [(one["account"], one["open"]) for one in accounts(stored, record)], completeness.reason


@pytest.mark.parametrize("rows", [1, 100])
def test_the_account_that_manages_lists_all(server: AwsServer, rows: int) -> None:
    apply(server, ACCOUNT)
    server.rows_per_page = rows
    row, accounts, reason = frames()
    assert (row["organization"], row["manager"], row["alone"], row["listed"]) == ("o-1", ACCOUNT, False, True)
    assert accounts == [(ACCOUNT, True), (OTHER, False)]
    assert "has the account itself" in reason


def test_any_other_account_is_refused_and_that_is_said(server: AwsServer) -> None:
    apply(server, OTHER)
    row, accounts, reason = frames()
    assert (row["organization"], row["listed"], accounts) == ("o-1", False, [])
    assert "only an account that manages the organisation has" in reason


def test_an_account_that_stands_alone_says_so(server: AwsServer) -> None:
    apply(server, None)
    row, accounts, reason = frames()
    assert (row["organization"], row["alone"], row["listed"], accounts) == (None, True, False, [])
    assert reason == "the account is in no organisation"


def test_what_is_not_allowed_at_all_is_said_too(server: AwsServer) -> None:
    apply(server, ACCOUNT)
    server.refuse |= {"DescribeOrganization", "ListAccounts"}
    row, accounts, _ = frames()
    assert (row["organization"], row["alone"], row["listed"], accounts) == (None, False, False, [])


@pytest.mark.parametrize(
    ("accounts", "told"),
    [
        (ACCOUNTS[1:], f"the list has no account {ACCOUNT}"),
        ([ACCOUNTS[0], ACCOUNTS[0]], f"account {ACCOUNT} came twice"),
    ],
)
def test_a_list_that_cannot_be_whole_is_refused(server: AwsServer, accounts: list[dict[str, str]], told: str) -> None:
    apply(server, ACCOUNT, accounts)
    with pytest.raises(IncompleteCollection, match=told):
        read("aws.organization")
