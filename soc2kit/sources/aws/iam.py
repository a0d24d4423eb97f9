"""IAM: who has an account, with what credentials and which rights. Global, so one region answers for all."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...errors import IncompleteCollection, MalformedInput
from ...period import Period
from ..base import Completeness, Page, Pages
from .failures import ReportGone, translated
from .lists import plain
from .session import AwsConnection

Answer = Mapping[str, Any]

# A page of IAM has 100 rows where nothing is said, and no more than this.
MOST_ITEMS = 1000
# The first waits are short because small accounts answer within a second.
_WAITS = (0.1, 0.3, 0.6, 1.0, 2.0, 3.0, 5.0)


def credential_report(connection: AwsConnection, period: Period) -> Pages:
    """AWS's own report of every user's credentials, root included.

    AWS makes it on request and keeps it for four hours, so `GeneratedTime` can be earlier than the collection.
    """
    answer = _fetched(connection)
    with translated("iam:GetCredentialReport"):
        generated = answer["GeneratedTime"]
        header, *rows = csv.reader(io.StringIO(answer["Content"], newline=""))
    if not {"user", "arn", "mfa_active"} <= set(header):
        raise MalformedInput(
            f"aws iam:GetCredentialReport: the report's header is {', '.join(header)!r}. Run the same command again"
        )
    if any(len(row) != len(header) for row in rows):
        raise MalformedInput("aws iam:GetCredentialReport: a row is not as long as the header. Run it again")
    yield _page("iam.GetCredentialReport", {}, answer, len(rows))
    return Completeness(f"one report, generated whole by AWS at {generated}", len(rows))


def _fetched(connection: AwsConnection) -> dict[str, Any]:
    """The report once it is there; one that expired between being made and being fetched is made again."""
    for attempt in range(3):
        _generate(connection)
        try:
            with translated("iam:GetCredentialReport"):
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
    while connection.call("iam", "generate_credential_report").get("State") != "COMPLETE":
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
    counted = {"Users": lambda answer: len(answer["Users"])}
    return (yield from _listed(connection, "list_users", "iam.ListUsers", {}, ("Users",), counted))


def mfa_devices(connection: AwsConnection, period: Period) -> Pages:
    """Virtual MFA devices, root's included; hardware keys are not in this list.

    AWS's own count of devices has hardware keys in it, so it cannot be compared with the length of this list.
    """
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
    return (yield from _listed(connection, "get_account_authorization_details", call, {}, names, _DETAILS))


def account_summary(connection: AwsConnection, period: Period) -> Pages:
    """The account's counts, and whether root has MFA and keys."""
    answer = plain(connection.call("iam", "get_account_summary"))
    if "AccountMFAEnabled" not in answer.get("SummaryMap", {}):
        raise MalformedInput(
            "aws iam:GetAccountSummary: the answer has no AccountMFAEnabled. Run the same command again"
        )
    yield _page("iam.GetAccountSummary", {}, answer, 1)
    return Completeness("one record, read whole", 1)


def _own_policies(answer: Answer) -> int:
    """Those that the account made: the list also has AWS's, the count has not."""
    return sum(":iam::aws:" not in policy["Arn"] for policy in answer.get("Policies", []))


# AWS's name for each count, and the same count of one page.
_DETAILS: dict[str, Callable[[Answer], int]] = {
    "Users": lambda answer: len(answer.get("UserDetailList", [])),
    "Groups": lambda answer: len(answer.get("GroupDetailList", [])),
    "Roles": lambda answer: len(answer.get("RoleDetailList", [])),
    "Policies": _own_policies,
}


def _listed(
    connection: AwsConnection, operation: str, call: str, parameters: dict[str, Any], names: Iterable[str],
    counted: Mapping[str, Callable[[Answer], int]] | None = None,
) -> Pages:  # fmt: skip
    """Every page; what is `counted` is compared with AWS's own counts after the last."""
    pages = rows = 0
    read = dict.fromkeys(counted or {}, 0)
    for asked, answer in connection.pages("iam", operation, **parameters, MaxItems=MOST_ITEMS):
        with translated(connection.action("iam", operation)):
            count = sum(len(answer.get(name, [])) for name in names)
            for name, counter in (counted or {}).items():
                read[name] += counter(answer)
            page = _page(call, asked, plain(answer), count)
        pages, rows = pages + 1, rows + count
        yield page
    compared = _compared(connection, call, read) if read else ""
    return Completeness(f"IsTruncated was false on the last of {pages} page{'s' * (pages != 1)}, {rows} rows{compared}")


def _compared(connection: AwsConnection, call: str, read: Mapping[str, int]) -> str:
    """AWS's own counts in words; raises `IncompleteCollection` when fewer were read.

    A list whose end was lost says of itself that it is whole. More than AWS counts is no loss: something was made
    while the list was read.
    """
    answer = connection.call("iam", "get_account_summary")
    with translated("iam:GetAccountSummary"):
        counts = {name: int(answer["SummaryMap"][name]) for name in read}
    for name, total in counts.items():
        if read[name] < total:
            raise IncompleteCollection(
                f"aws {call}: {read[name]} {name} read, but iam.GetAccountSummary counts {total}. Run the same command"
                " again"
            )
    return f"; iam.GetAccountSummary counts {', '.join(f'{total} {name}' for name, total in counts.items())}"


def _page(call: str, parameters: dict[str, Any], answer: dict[str, Any], rows: int) -> Page:
    return Page(call, parameters, answer, rows, answer.get("ResponseMetadata", {}).get("RequestId"))
