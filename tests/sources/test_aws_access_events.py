"""CloudTrail's event history: the regions and both lists, its memory of 90 days, its pace, and no secret kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sources.aws_example import ACCOUNT, AT, account, config, read

from soc2kit.errors import IncompleteCollection, MalformedInput, Refused
from soc2kit.example.aws_events import identifier, root_event
from soc2kit.example.aws_server import AwsServer
from soc2kit.period import CIVIL, Period
from soc2kit.sources.aws import SOURCE, access_events

EVENTS = "aws.access_events"
MARCH = CIVIL.month(2026, 3)
SO_FAR = Period(MARCH.start, AT, "2026-03")


def event(number: int, **more: Any) -> dict[str, Any]:
    at = MARCH.start + timedelta(hours=number)
    return {
        "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/ana", "userName": "ana"},
        "eventTime": f"{at:%Y-%m-%dT%H:%M:%SZ}", "eventSource": "iam.amazonaws.com", "eventName": "CreateUser",
        "awsRegion": "us-east-1", "requestParameters": {"userName": f"user{number}"}, "responseElements": None,
        "eventID": identifier(number), "readOnly": False, "recipientAccountId": ACCOUNT, **more,
    }  # fmt: skip


@pytest.fixture
def server(aws_server: AwsServer) -> Iterator[AwsServer]:
    aws_server.apply(account(), AT)
    yield aws_server
    aws_server.refuse.clear()
    aws_server.users_per_page = 1000


def kept(pages: list[Any]) -> list[dict[str, Any]]:
    return [json.loads(shown["CloudTrailEvent"]) for page in pages for shown in page.answer["Events"]]


def test_both_lists_of_every_region_are_asked_and_said(server: AwsServer) -> None:
    pages, completeness = read(EVENTS, config(regions=("eu-west-1",)), SO_FAR)
    asked = [
        (page.parameters["region"], *page.parameters["LookupAttributes"][0].values(), page.parameters["EndTime"])
        for page in pages
    ]
    last = "2026-03-31T19:59:59Z"
    regions = ("us-east-1", "eu-central-1", "eu-west-1")
    assert asked == [
        (region, *question, last) for region in regions for question in (("Username", "root"), ("ReadOnly", "false"))
    ]
    assert "us-east-1, eu-central-1, eu-west-1" in completeness.reason


@pytest.mark.parametrize(("events", "pages"), [(0, 1), (50, 1), (51, 2), (101, 3)])
def test_every_page_is_read(server: AwsServer, events: int, pages: int) -> None:
    server.apply(account(events=tuple(event(number) for number in range(events))), AT)
    found, _ = read(EVENTS, config(), SO_FAR)
    written = [page for page in found if page.parameters["LookupAttributes"][0]["AttributeKey"] == "ReadOnly"]
    assert len(written) == pages + 1  # and one of the other region
    assert len({event["eventID"] for event in kept(found)}) == events


def test_reading_does_not_change_an_event_that_holds_no_secret(server: AwsServer) -> None:
    one = event(1, additionalEventData={"MFAUsed": "No"})
    server.apply(account(events=(one,)), AT)
    found, _ = read(EVENTS, config(), SO_FAR)
    assert [shown["CloudTrailEvent"] for page in found for shown in page.answer["Events"]] == [json.dumps(one)]
    assert {tuple(page.parameters["removed"]) for page in found} == {()}


@pytest.mark.parametrize(
    ("given", "left", "removed"),
    [
        (
            {"credentials": {"accessKeyId": "ASIAX", "secretAccessKey": "S", "sessionToken": "T"}},
            {"credentials": {"accessKeyId": "ASIAX"}},
            ["responseElements.credentials.secretAccessKey", "responseElements.credentials.sessionToken"],
        ),
        ({"sessionCredentials": {"a": "S"}}, {}, ["responseElements.sessionCredentials"]),
        ({"a": [{"SessionToken": "T"}, {"x": 1}]}, {"a": [{}, {"x": 1}]}, ["responseElements.a.SessionToken"]),
        ({"sessionToken": None}, {"sessionToken": None}, []),
    ],
)
def test_secrets_are_removed_before_anything_is_kept_and_the_page_says_which(
    server: AwsServer, given: Mapping[str, Any], left: Mapping[str, Any], removed: list[str]
) -> None:
    server.apply(account(events=(event(1), event(2, responseElements=given))), AT)
    found, _ = read(EVENTS, config(), SO_FAR)
    assert [event["responseElements"] for event in kept(found)] == [left, None]
    assert [page.parameters["removed"] for page in found if page.rows] == [removed]


ELSEWHERE = {
    "environmentVariablesOverride": [{"name": "DB_PASSWORD", "value": "VERY-SECRET"}],
    "containerDefinitions": [{"environment": [{"name": "STRIPE_KEY", "value": "VERY-SECRET"}]}],
    "userData": "VERY-SECRET",
}
HERE = (
    "masterUserPassword", "temporaryPassword", "preSharedKey", "privateKey", "apiKey", "servicePassword",
    "serviceCredentialSecret", "authToken", "oAuthToken", "secretString", "userData",
)  # fmt: skip


@pytest.mark.parametrize(
    ("source", "name"),
    [("codebuild.amazonaws.com", "StartBuild"), ("ecs.amazonaws.com", "RegisterTaskDefinition"),
     ("iam.amazonaws.com", "CreateServiceSpecificCredential"), ("signin.amazonaws.com", "ConsoleLogin")],
)  # fmt: skip
def test_of_an_event_that_changes_no_access_only_the_envelope_is_kept(
    server: AwsServer, source: str, name: str
) -> None:
    more = {"additionalEventData": {"x": "VERY-SECRET"}, "errorMessage": "VERY-SECRET", "errorCode": "Refused"}
    other = event(2, eventSource=source, eventName=name, requestParameters=ELSEWHERE, responseElements=HERE, **more)
    server.apply(account(events=(event(1), other)), AT)
    found, _ = read(EVENTS, config(), SO_FAR)
    assert "VERY-SECRET" not in json.dumps([page.answer for page in found])
    (page,) = [page for page in found if page.rows]
    fields = ["additionalEventData", "errorMessage", "requestParameters", "responseElements"]
    assert page.parameters["left_out"] == {f"{source} {name}": fields}
    envelope = {key: value for key, value in other.items() if key not in fields}
    assert [one for one in kept([page]) if one["eventID"] == other["eventID"]] == [envelope]
    assert "errorCode" in envelope
    assert "userIdentity" in envelope


def test_roots_sign_in_says_whether_it_succeeded_and_with_what(server: AwsServer) -> None:
    signed = root_event(ACCOUNT, {"at": datetime.fromisoformat("2026-03-02T10:00:00Z"), "event": "ConsoleLogin"})
    server.apply(account(events=(signed,)), AT)
    one, _ = kept(read(EVENTS, config(), SO_FAR)[0])
    assert (one["responseElements"], one["additionalEventData"]) == (
        {"ConsoleLogin": "Success"},
        signed["additionalEventData"],
    )


@pytest.mark.parametrize("name", HERE)
def test_key_material_is_removed_from_changes_of_access_too(server: AwsServer, name: str) -> None:
    asked = {"userName": "a", "passwordResetRequired": True, name: "VERY-SECRET"}
    server.apply(account(events=(event(1, requestParameters=asked),)), AT)
    found, _ = read(EVENTS, config(), SO_FAR)
    assert [one["requestParameters"] for one in kept(found)] == [{"userName": "a", "passwordResetRequired": True}]
    assert [page.parameters["removed"] for page in found if page.rows] == [[f"requestParameters.{name}"]]


@pytest.mark.parametrize(("start", "lost"), [(90, None), (91, "2025-12-30 to 2025-12-31")])
def test_what_is_older_than_90_days_is_lost_and_named(server: AwsServer, start: int, lost: str | None) -> None:
    period = Period(AT - timedelta(days=start), AT, "2026-Q1")
    if lost is None:
        read(EVENTS, config(), period)
        return
    with pytest.raises(IncompleteCollection, match=f"keeps 90 days; {lost} of 2026-Q1 are lost"):
        read(EVENTS, config(), period)


def test_what_root_wrote_is_in_both_lists(server: AwsServer) -> None:
    act = {"at": datetime.fromisoformat("2026-03-02T10:00:00Z"), "event": "ConsoleLogin"}
    server.apply(account(events=(root_event(ACCOUNT, act),)), AT)
    assert [event["eventName"] for event in kept(read(EVENTS, config(), SO_FAR)[0])] == ["ConsoleLogin"] * 2


def test_a_refusal_names_the_action(server: AwsServer) -> None:
    server.refuse.add("cloudtrail:LookupEvents")
    with pytest.raises(Refused, match="cloudtrail:LookupEvents: AccessDeniedException"):
        read(EVENTS, config(), SO_FAR)


def test_requests_to_aws_itself_keep_their_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two requests a second; a server on this machine has no such limit."""
    slept: list[float] = []
    moments = iter([10.0, 10.0, 10.1, 10.5, 12.0, 12.0])
    monkeypatch.setattr("time.monotonic", lambda: next(moments))
    monkeypatch.setattr("time.sleep", slept.append)
    pace = access_events._Pace(access_events.REQUEST_INTERVAL_SECONDS)
    for _ in range(3):
        pace.wait()
    assert [round(pause, 3) for pause in slept] == [0.0, 0.4, 0.0]


def test_an_answer_without_a_time_does_not_say_how_far_back_it_reaches(server: AwsServer) -> None:
    with SOURCE.connect(config()) as connection:
        timeless = replace(connection, opened_at=None)
        with pytest.raises(MalformedInput, match="has no Date"):
            next(access_events.access_events(timeless, SO_FAR))
