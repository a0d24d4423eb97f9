"""The AWS source against a server that answers as AWS does on a bad day."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from soc2kit.config import Config
from soc2kit.errors import CollectionError, IncompleteCollection, MalformedInput, Refused, Unreachable
from soc2kit.period import CIVIL
from soc2kit.source_settings import AwsSettings
from soc2kit.sources.aws import SOURCE

IDENTITY = (
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::402613907581:user/audit</Arn>"
    "<UserId>X</UserId><Account>402613907581</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)


SUMMARY = (
    "<GetAccountSummaryResponse><GetAccountSummaryResult><SummaryMap><entry><key>Users</key><value>2</value></entry>"
    "</SummaryMap></GetAccountSummaryResult></GetAccountSummaryResponse>"
)


def users(*names: str, end: str) -> str:
    members = "".join(
        f"<member><UserName>{name}</UserName><Arn>arn:aws:iam::402613907581:user/{name}</Arn></member>"
        for name in names
    )
    return f"<ListUsersResponse><ListUsersResult><Users>{members}</Users>{end}</ListUsersResult></ListUsersResponse>"


def fault(code: str) -> str:
    return f"<ErrorResponse><Error><Code>{code}</Code><Message>words of AWS.</Message></Error></ErrorResponse>"


MORE = "<IsTruncated>true</IsTruncated>"
LAST = "<IsTruncated>false</IsTruncated>"


class Scripted:
    """Answers every call of IAM with the next of its answers, and the last of them from then on."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str]] = []
        self.asked: list[dict[str, list[str]]] = []

    def next(self, asked: dict[str, list[str]]) -> tuple[int, str]:
        if asked["Action"] == ["GetCallerIdentity"]:
            return 200, IDENTITY
        if asked["Action"] == ["GetAccountSummary"]:
            return 200, SUMMARY
        self.asked.append(asked)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    script = Scripted()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, text = script.next(parse_qs(body))
            if status == 0:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the test asks what it wants to know."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "example")
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    yield script
    server.shutdown()
    server.server_close()
    thread.join()


def list_users() -> list[str]:
    config = Config(Path(), "X", CIVIL.parse("2026-Q1"), ("security",), aws=AwsSettings())
    (dataset,) = (one for one in SOURCE.datasets if one.id == "aws.users")
    with SOURCE.connect(config) as connection:
        pages = dataset.pages(connection, CIVIL.month(2026, 1))
        return [user["UserName"] for page in pages for user in page.answer["Users"]]


@pytest.mark.parametrize(
    ("answers", "error", "words"),
    [
        ([(200, users("ada", end=MORE))], IncompleteCollection, "another page without a marker"),
        ([(200, users("ada", end=f"{MORE}<Marker>m</Marker>"))], IncompleteCollection, "a marker that it gave before"),
        (
            [(200, users("ada", end=f"{MORE}<Marker>m</Marker>")), (403, fault("AccessDenied"))],
            Refused,
            "iam:ListUsers",
        ),
        ([(403, fault("ExpiredToken"))], Refused, "renew its credentials"),
        ([(400, fault("Throttling"))], Unreachable, "Throttling after all retries"),
        ([(500, fault("InternalFailure"))], Unreachable, r"InternalFailure \(HTTP 500\)"),
        ([(503, fault("ServiceUnavailable"))], Unreachable, "ServiceUnavailable after all retries"),
        ([(409, fault("Unheard"))], MalformedInput, r"Unheard \(HTTP 409\)"),
        ([(200, "<html>a proxy's page")], MalformedInput, "not what this API gives"),
        ([(200, users("ada", end=LAST))], IncompleteCollection, "1 Users read, but iam.GetAccountSummary counts 2"),
        ([(0, "")], Unreachable, "Check the network"),
    ],
)
def test_no_answer_short_of_the_whole_list_counts_as_one(
    scripted: Scripted, answers: list[tuple[int, str]], error: type[CollectionError], words: str
) -> None:
    scripted.answers = answers
    started = time.monotonic()
    with pytest.raises(error, match=words):
        list_users()
    assert time.monotonic() - started < 20


def test_a_throttled_call_is_made_again_with_its_marker(scripted: Scripted) -> None:
    scripted.answers = [
        (200, users("ada", end=f"{MORE}<Marker>m</Marker>")),
        (400, fault("Throttling")),
        (200, users("bob", end=LAST)),
    ]
    assert list_users() == ["ada", "bob"]
    assert [asked.get("Marker") for asked in scripted.asked] == [None, ["m"], ["m"]]


@pytest.mark.parametrize(
    ("name", "value"),
    [("AWS_MAX_ATTEMPTS", "many"), ("AWS_MAX_ATTEMPTS", "0"), ("AWS_ENDPOINT_URL", "localhost")],
)
def test_a_setting_that_cannot_be_used_is_an_error_of_ours(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(MalformedInput, match=r"many|0|localhost"):
        list_users()
