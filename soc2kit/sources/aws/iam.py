"""IAM: who has an account, with what credentials and which rights. Global, so one region answers for all."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable
from typing import Any

from ...errors import IncompleteCollection, MalformedInput
from ...period import Period
from ..base import Completeness, Page, Pages
from .session import AwsConnection, ReportGone, plain

# The first waits are short because small accounts answer within a second.
_WAITS = (0.1, 0.3, 0.6, 1.0, 2.0, 3.0, 5.0)


def credential_report(connection: AwsConnection, period: Period) -> Pages:
    """AWS's own report of every user's credentials, root included.

    AWS makes it on request and keeps it for four hours, so `GeneratedTime` can be earlier than the collection.
    """
    answer = _fetched(connection)
    header, *rows = list(csv.reader(io.StringIO(answer.get("Content", ""), newline=""))) or [[]]
    if not {"user", "arn", "mfa_active"} <= set(header):
        raise MalformedInput(
            f"aws iam:GetCredentialReport: the report's header is {', '.join(header)!r}. Run the same command again"
        )
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise IncompleteCollection(
                f"aws iam:GetCredentialReport: line {number} has {len(row)} of {len(header)} values; the report was cut"
                " off on its way. Run the same command again"
            )
    yield _page("iam.GetCredentialReport", {}, answer, len(rows))
    return Completeness(f"one report, generated whole by AWS at {answer['GeneratedTime']}", len(rows))


def _fetched(connection: AwsConnection) -> dict[str, Any]:
    """The report once it is there; one that expired between being made and being fetched is made again."""
    for attempt in range(3):
        _generate(connection)
        try:
            answer: dict[str, Any] = plain(connection.call("iam", "get_credential_report"))
        except ReportGone:
            if attempt == 2:
                raise
        else:
            return answer
    raise AssertionError("unreachable: the last attempt returns or raises")


def _generate(connection: AwsConnection) -> None:
    """Ask until the report is complete; raises `IncompleteCollection` after `report_timeout_seconds`."""
    limit = connection.settings.report_timeout_seconds
    started = time.monotonic()
    attempt = 0
    while connection.call("iam", "generate_credential_report")["State"] != "COMPLETE":
        wait = _WAITS[min(attempt, len(_WAITS) - 1)]
        if time.monotonic() - started + wait > limit:
            raise IncompleteCollection(
                f"aws iam.GenerateCredentialReport: not complete within {limit} seconds. Run the same command again, or"
                " raise report_timeout_seconds in [sources.aws]"
            )
        time.sleep(wait)
        attempt += 1


def users(connection: AwsConnection, period: Period) -> Pages:
    """IAM users by the list call: a second count beside the credential report."""
    return (yield from _listed(connection, "list_users", "iam.ListUsers", {}, ("Users",)))


def mfa_devices(connection: AwsConnection, period: Period) -> Pages:
    """Virtual MFA devices, root's included; hardware keys are not in this list."""
    parameters = {"AssignmentStatus": "Any"}
    return (
        yield from _listed(
            connection, "list_virtual_mfa_devices", "iam.ListVirtualMFADevices", parameters, ("VirtualMFADevices",)
        )
    )


def authorization_details(connection: AwsConnection, period: Period) -> Pages:
    """Every user, group, role and policy in one sweep, instead of calls for each user."""
    names = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
    call = "iam.GetAccountAuthorizationDetails"
    return (yield from _listed(connection, "get_account_authorization_details", call, {}, names))


def account_summary(connection: AwsConnection, period: Period) -> Pages:
    """The account's counts, and whether root has MFA and keys."""
    answer = plain(connection.call("iam", "get_account_summary"))
    if not answer.get("SummaryMap"):
        raise MalformedInput("aws iam:GetAccountSummary: the answer has no SummaryMap. Run the same command again")
    yield _page("iam.GetAccountSummary", {}, answer, 1)
    return Completeness("one record, read whole", 1)


def _listed(
    connection: AwsConnection, operation: str, call: str, parameters: dict[str, Any], names: Iterable[str]
) -> Pages:
    pages = rows = 0
    for asked, answer in connection.pages("iam", operation, **parameters):
        if "IsTruncated" not in answer:
            raise MalformedInput(
                f"aws {call}: the answer does not say whether more follows. Run the same command again"
            )
        count = sum(len(answer.get(name, [])) for name in names)
        pages, rows = pages + 1, rows + count
        yield _page(call, asked, plain(answer), count)
    return Completeness(f"IsTruncated was false on the last of {pages} page{'s' * (pages != 1)}, {rows} rows")


def _page(call: str, parameters: dict[str, Any], answer: dict[str, Any], rows: int) -> Page:
    return Page(call, parameters, answer, rows, answer.get("ResponseMetadata", {}).get("RequestId"))
