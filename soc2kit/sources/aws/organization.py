"""The organisation that an account belongs to, and its accounts where this one may list them."""

from __future__ import annotations

from typing import Any

from ...errors import CollectionError, IncompleteCollection
from ...period import Period
from ..base import Completeness, Page, Pages
from .failures import code_of, only_here, said_of, translated
from .reading import Reader
from .session import AwsConnection

PERMISSIONS = ("organizations:DescribeOrganization", "organizations:ListAccounts")
#: AWS's word for an account that stands alone.
ALONE = "AWSOrganizationsNotInUseException"
_SERVICE = "organizations"
_LIST = "organizations:ListAccounts"


def organization(connection: AwsConnection, period: Period) -> Pages:
    """Which organisation the account is in; of the account that manages it, or to which that was delegated, all others.

    A refusal is a page that says so (`unread`): any other account is refused the list, whatever its policies allow.
    """
    read = Reader(connection, None)
    answered = _made(read, "describe_organization", "Organization")
    yield answered
    if "absent" in answered.answer:
        return Completeness("the account is in no organisation")
    accounts: set[str] = set()
    try:
        for page in read.listed(_SERVICE, "list_accounts", "Accounts", MaxResults=20):
            with translated(_LIST):
                named = [str(item["Id"]) for item in page.answer["Accounts"]]
            _add(accounts, named)
            yield page
    except CollectionError as error:
        if only_here(error, of_one_thing=False) is None:
            raise
        yield _said(read, "list_accounts", "unread", error)
        return Completeness("AWS refused the list of accounts, which only an account that manages the organisation has")
    if connection.origin.account not in accounts:
        raise IncompleteCollection(
            f"aws {_LIST}: the list has no account {connection.origin.account}, which was asked. Run the same command"
            " again"
        )
    return Completeness("the list ended without a further token and has the account itself", len(accounts))


def _add(accounts: set[str], named: list[str]) -> None:
    for name in named:
        if name in accounts:
            raise IncompleteCollection(
                f"aws {_LIST}: account {name} came twice, so the list changed meanwhile. Run the same command again"
            )
        accounts.add(name)


def _made(read: Reader, operation: str, name: str) -> Page:
    try:
        return read.one(_SERVICE, operation, name)
    except CollectionError as error:
        if code_of(error) == ALONE:
            return _said(read, operation, "absent", error)
        if only_here(error, of_one_thing=False) is None:
            raise
        return _said(read, operation, "unread", error)


def _said(read: Reader, operation: str, what: str, error: CollectionError) -> Page:
    told = said_of(error)
    answer: dict[str, Any] = {
        what: {"Code": code_of(error), "Message": told["Message"]},
        "ResponseMetadata": {"RequestId": told["RequestId"]},
    }
    return read.page(_SERVICE, operation, {}, answer, 0)
