"""Faults of AWS. IAM is global: its one address answers for every region, so a region refused is an action refused."""

from __future__ import annotations

import csv
import io
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from faults.proxy import (
    EVERY,
    FIRST,
    Answer,
    Edit,
    Fault,
    closed,
    corrupted,
    emptied,
    halved,
    in_json,
    instead,
    late,
    rewritten,
)  # fmt: skip
from faults.rows import (
    Collected,
    Outcome,
    Retried,
    Row,
    Undetectable,
    as_usual,
    cut_short,
    malformed,
    refused,
    unreachable,
)
from faults.services import Services

from soc2kit.config import Config

USERS, REPORT, DEVICES = "aws.users", "aws.credential_report", "aws.mfa_devices"
DETAILS, SUMMARY = "aws.authorization_details", "aws.account_summary"
FIRST_PAGE, SECOND_PAGE = r"Action=ListUsers(?!.*Marker=)", r"Action=ListUsers.*Marker=10"
ANY_PAGE, IDENTITY = r"Action=ListUsers", r"Action=GetCallerIdentity"
RETRIED = Retried()
CENTER, ANALYZER, EVENTS = "aws.identity_center", "aws.access_analyzer", "aws.access_events"
PEOPLE, SECOND_PEOPLE = r"AWSIdentityStore.ListUsers(?!.*NextToken)", r'AWSIdentityStore.ListUsers.*"NextToken": "10"'
WRITTEN, SECOND_WRITTEN = r"LookupEvents(?!.*NextToken).*ReadOnly", r'LookupEvents.*ReadOnly.*"NextToken": "10"'


def error(status: int, code: str) -> Edit:
    text = (
        '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>words of AWS.</Message></Error><RequestId>fault</RequestId></ErrorResponse>"
    )
    return instead(status, text, Content_Type="text/xml")


def json_error(status: int, code: str) -> Edit:
    return instead(status, {"__type": code, "message": "words of AWS."}, Content_Type="application/x-amz-json-1.1")


@contextmanager
def impatient(services: Services, config: Config, patch: pytest.MonkeyPatch) -> Iterator[Config]:
    patch.setattr("soc2kit.sources.aws.session.READ_TIMEOUT_SECONDS", 1)
    yield config


def report_text(change: str) -> Edit:
    """The credential report with its text changed, and everything around it as it was."""

    def edit(answer: Answer) -> Answer:
        def changed(match: re.Match[bytes]) -> bytes:
            header, first, *rest = b64decode(match[1]).decode().splitlines()
            lines = {
                "a row less": [header, first, *rest[:-1]],
                "another header": ["who,what", first, *rest],
                "a row cut": [header, first, *rest[:-1], rest[-1][:30]],
            }[change]
            return b"<Content>" + b64encode("\n".join(lines).encode()) + b"</Content>"

        return replace(answer, body=re.sub(rb"<Content>(.*?)</Content>", changed, answer.body, flags=re.S))

    return edit


def report_lacks_users(evidence: Collected) -> Iterator[str]:
    """Users that are listed and older than the report must be in it, and those in it must be listed."""
    content = evidence.pages(REPORT)[0]["answer"]["Content"]
    reported = {row["user"] for row in csv.DictReader(io.StringIO(content))} - {"<root_account>"}
    listed = {user["UserName"] for page in evidence.pages(USERS) for user in page["answer"]["Users"]}
    yield from reported ^ listed


def devices_are_fewer_than_counted(evidence: Collected) -> Iterator[str]:
    """Root's device is in the list and, in moto, not in the count; in AWS hardware keys are counted and not listed."""
    listed = sum(page["rows"] for page in evidence.pages(DEVICES)) - 1
    counted = evidence.pages(SUMMARY)[0]["answer"]["SummaryMap"]["MFADevices"]
    if listed < counted:
        yield f"{listed} of {counted}"


def new_users_without_an_event(evidence: Collected) -> Iterator[str]:
    """Whoever was made in the month that the events are of must be in them."""
    shown = [event for page in evidence.pages(EVENTS) for event in page["answer"]["Events"]]
    created = {
        json.loads(event["CloudTrailEvent"])["requestParameters"]["userName"]
        for event in shown
        if event["EventName"] == "CreateUser"
    }
    users = [user for page in evidence.pages(USERS) for user in page["answer"]["Users"]]
    yield from (
        user["UserName"] for user in users if user["CreateDate"] >= "2026-03" and user["UserName"] not in created
    )


def row(
    name: str, dataset: str | None, request: str, edit: Edit, outcome: Outcome, on: range = EVERY,
    asked: int | None = None, struck: tuple[str, ...] = (), patient: bool = True,
) -> Row:  # fmt: skip
    circumstances = as_usual if patient else impatient
    return Row("aws", name, dataset, Fault(request, edit, on), outcome, asked, struck, circumstances)


# What boto3 does again: it is allowed two attempts here, and six by default.
_PASSING = {
    "a throttle": (error(400, "Throttling"), unreachable("Throttling after all retries")),
    "InternalFailure, HTTP 500": (error(500, "InternalFailure"), unreachable("HTTP 500")),
    "ServiceUnavailable, HTTP 503": (error(503, "ServiceUnavailable"), unreachable("after all retries")),
    "a dropped connection": (closed, unreachable("Check the network")),
    "a connection cut in the body": (halved, malformed("not what this API gives")),
}

AWS: tuple[Row, ...] = (
    row("a throttle, once on the first page", USERS, FIRST_PAGE, error(400, "Throttling"), RETRIED, FIRST, 2),
    *(row(f"{name}, once on the second page", USERS, SECOND_PAGE, edit, RETRIED, FIRST, 2)
      for name, (edit, _) in _PASSING.items()),
    *(row(f"{name}, always on the second page", USERS, SECOND_PAGE, edit, outcome, EVERY, 2)
      for name, (edit, outcome) in _PASSING.items()),
    row("an answer too late, once", USERS, FIRST_PAGE, late(1.5), RETRIED, FIRST, 2, patient=False),
    row("an answer too late, always", USERS, FIRST_PAGE, late(1.5), unreachable("Read timeout"), patient=False),
    row("a 403 on one action", USERS, ANY_PAGE, error(403, "AccessDenied"), refused("iam:ListUsers"), asked=1),
    row("a 403 on the second page", USERS, SECOND_PAGE, error(403, "AccessDenied"), refused("iam:ListUsers"), asked=1),
    row("a 403 on the report", REPORT, "GetCredentialReport", error(403, "AccessDenied"), refused("AccessDenied")),
    row("a 403 on the counts", SUMMARY, "GetAccountSummary", error(403, "AccessDenied"),
        refused("iam:GetAccountSummary"), struck=(USERS, DETAILS)),
    row("a token that expires while pages are read", USERS, SECOND_PAGE, error(403, "ExpiredToken"),
        refused("renew its credentials"), asked=1),
    row("a token that has expired", None, IDENTITY, error(403, "ExpiredToken"), refused("renew its credentials")),
    row("a key that is unknown", None, IDENTITY, error(403, "InvalidClientTokenId"), refused("InvalidClientTokenId")),
    row("a clock skew: RequestTimeTooSkewed", USERS, ANY_PAGE, error(403, "RequestTimeTooSkewed"),
        refused("check this machine's clock"), asked=1),
    row("a clock skew: SignatureDoesNotMatch", None, IDENTITY, error(403, "SignatureDoesNotMatch"),
        refused("check this machine's clock")),
    row("a clock skew: RequestExpired", USERS, ANY_PAGE, error(400, "RequestExpired"),
        refused("check this machine's clock")),
    row("dropped connections from the start", None, IDENTITY, closed, unreachable("Check the network")),
    row("an identity without an account", None, IDENTITY, rewritten("<Account>.*?</Account>", ""),
        malformed("'Account'")),
    row("an empty body", USERS, FIRST_PAGE, emptied, malformed("not what this API gives")),
    row("a body of broken markup", USERS, SECOND_PAGE, corrupted("</UserName>", b"<&UserNa"),
        malformed("not what this API gives")),
    row("a body that is not UTF-8", USERS, SECOND_PAGE, corrupted("user01", b"us\xff\xfe01"),
        malformed("not what this API gives")),
    row("a time that is none", USERS, SECOND_PAGE, rewritten("<CreateDate>2025", "<CreateDate>2O25"),
        malformed("not what this API gives")),
    row("a sign-in page of the network", USERS, FIRST_PAGE,
        instead(200, "<html><body>Sign in</body></html>", Content_Type="text/html"),
        malformed("not what this API gives")),
    row("a number that is none", SUMMARY, "GetAccountSummary", rewritten(r"(<key>Users</key>\s*<value>)", r"\1x"),
        malformed("iam:GetAccountSummary"), struck=(USERS, DETAILS)),
    row("counts without root's MFA", SUMMARY, "GetAccountSummary", rewritten("AccountMFAEnabled", "AccountMFAEnablex"),
        malformed("AccountMFAEnabled")),
    row("another page announced without a marker", USERS, SECOND_PAGE, rewritten("<Marker>.*?</Marker>", ""),
        cut_short("without a marker")),
    row("a marker that leads nowhere new", USERS, SECOND_PAGE, rewritten("<Marker>20", "<Marker>10"),
        cut_short("a marker that it gave before")),
    row("IsTruncated false on a middle page", USERS, SECOND_PAGE, rewritten("<IsTruncated>true", "<IsTruncated>false"),
        cut_short("20 Users read, but iam.GetAccountSummary counts 23")),
    row("IsTruncated corrupted on the first page", USERS, FIRST_PAGE,
        corrupted("<IsTruncated>true", b"<IsTruncated>trxe"),
        cut_short("10 Users read, but iam.GetAccountSummary counts 23")),
    row("no IsTruncated on a middle page", USERS, SECOND_PAGE, rewritten("<IsTruncated>true</IsTruncated>", ""),
        malformed("'IsTruncated'")),
    row("roles lost from the sweep", DETAILS, "GetAccountAuthorizationDetails",
        rewritten("<RoleDetailList>.*</RoleDetailList>", "<RoleDetailList/>"),
        cut_short("0 Roles read, but iam.GetAccountSummary counts 2")),
    row("policies lost from the sweep", DETAILS, "GetAccountAuthorizationDetails",
        rewritten("<Policies>.*</Policies>", "<Policies/>"), cut_short("0 Policies read")),
    row("a report that expired meanwhile, once", REPORT, "Action=GetCredentialReport",
        error(410, "ReportExpired"), RETRIED, FIRST, 2),
    row("a report that always expires", REPORT, "Action=GetCredentialReport", error(410, "ReportExpired"),
        cut_short("ReportExpired"), EVERY, 3),
    row("a report never finished", REPORT, "Action=GenerateCredentialReport",
        rewritten("<State>.*?</State>", "<State>INPROGRESS</State>"), cut_short("report_timeout_seconds")),
    row("a report that is not base64", REPORT, "Action=GetCredentialReport", rewritten("<Content>....", "<Content>x"),
        malformed("not what this API gives")),
    row("a report with another header", REPORT, "Action=GetCredentialReport", report_text("another header"),
        malformed("header")),
    row("a report cut inside a row", REPORT, "Action=GetCredentialReport", report_text("a row cut"),
        malformed("not as long as the header")),
    # The report states no number of rows, and may be four hours older than any count of users.
    row("a report with a row less", REPORT, "Action=GetCredentialReport", report_text("a row less"),
        Undetectable(report_lacks_users)),
    # A name is text like any other: only TLS keeps it as it was sent.
    row("a letter of a name changed", USERS, SECOND_PAGE, rewritten("<UserName>user011", "<UserName>usex011"),
        Undetectable(report_lacks_users)),
    # AWS's count of devices has hardware keys in it, which this list never shows.
    row("IsTruncated false on the first page of devices", DEVICES, "Action=ListVirtualMFADevices",
        rewritten("<IsTruncated>true", "<IsTruncated>false"), Undetectable(devices_are_fewer_than_counted), FIRST),
    # Identity Center, Access Analyzer and CloudTrail announce more by a token, and say nothing where there is no more.
    row("a token that leads nowhere new", CENTER, SECOND_PEOPLE, rewritten('"NextToken": "20"', '"NextToken": "10"'),
        cut_short("a marker that it gave before")),
    row("a token that is empty", CENTER, PEOPLE, rewritten('"NextToken": "10"', '"NextToken": ""'),
        cut_short("without a marker")),
    row("the token lost from the users", CENTER, PEOPLE, rewritten(', "NextToken": "10"', ""),
        cut_short("10 users read, but group")),
    row("an answer without its list", CENTER, PEOPLE, in_json(lambda answer: {"NextToken": answer["NextToken"]}),
        malformed("'Users'")),
    row("a 403 on the members of groups", CENTER, "ListGroupMemberships", json_error(400, "AccessDeniedException"),
        refused("identitystore:ListGroupMemberships"), asked=1),
    row("a 403 on assignments", CENTER, "ListAccountAssignments", json_error(400, "AccessDeniedException"),
        refused("sso:ListAccountAssignments"), asked=1),
    row("a dropped connection, once", CENTER, SECOND_PEOPLE, closed, RETRIED, FIRST, 2),
    row("a body cut off", CENTER, "ListAccountAssignments", halved, malformed("not what this API gives")),
    row("a permission set that is gone", CENTER, "DescribePermissionSet", json_error(400, "ResourceNotFoundException"),
        malformed("ResourceNotFoundException")),
    row("the token of what is open lost its text", ANALYZER, "POST /finding ",
        rewritten('"nextToken": "10"', '"nextToken": ""'), cut_short("without a marker")),
    row("a 403 on what is open", ANALYZER, "POST /finding ", json_error(403, "AccessDeniedException"),
        refused("access-analyzer:ListFindings")),
    row("a throttle of the event history, once", EVENTS, WRITTEN, json_error(400, "ThrottlingException"), RETRIED,
        FIRST, 2),
    row("a throttle of the event history, always", EVENTS, SECOND_WRITTEN, json_error(400, "ThrottlingException"),
        unreachable("ThrottlingException after all retries"), EVERY, 2),
    row("a 403 on the event history", EVENTS, "LookupEvents", json_error(400, "AccessDeniedException"),
        refused("cloudtrail:LookupEvents"), asked=1),
    row("a token of the event history that leads nowhere new", EVENTS, SECOND_WRITTEN,
        rewritten('"NextToken": "20"', '"NextToken": "10"'), cut_short("a marker that it gave before")),
    row("an event that is no JSON", EVENTS, WRITTEN, rewritten('"CloudTrailEvent": "{', '"CloudTrailEvent": "'),
        malformed("not what this API gives")),
    row("the token lost before root's event", EVENTS, WRITTEN, rewritten(', "NextToken": "10"', ""),
        cut_short("root wrote event")),
    # The history states no number of events. What else is known of the month shows some of what it lacks.
    row("the token lost after root's event", EVENTS, SECOND_WRITTEN, rewritten(', "NextToken": "20"', ""),
        Undetectable(new_users_without_an_event)),
)  # fmt: skip
