"""The table of faults and outcomes: what each service does wrong on the way, and what the ledger says of it.

`retried` is a whole list, the same as without the fault. Anything else is a record of failure, with the ledger's word
for how far it got and the words that a reader gets. In no row is a shorter list recorded as complete, is anything
collected before touched, or does one dataset's trouble reach another.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from faults.bench import AT, BEFORE, MARCH, Bench, files, nothing_lost
from faults.proxy import (
    Change,
    Fault,
    HttpProxy,
    body,
    cut_in_the_middle,
    no_answer,
    stalled,
    status,
    without_header,
)

from soc2kit.collect import CollectionSummary
from soc2kit.config import AwsSettings, Config, GithubSettings
from soc2kit.evidence import Record
from soc2kit.example.aws_server import AwsServer
from soc2kit.example.github_server import GithubServer
from soc2kit.example.state import (
    AwsState,
    BranchRules,
    Commit,
    GithubState,
    IamGroup,
    IamUser,
    Member,
    PullRequest,
    Repository,
    Review,
)
from soc2kit.sources import aws, github

pytestmark = pytest.mark.xdist_group("faults")

ALL = "every dataset"


@dataclass(frozen=True)
class Row:
    """`dataset` is what the fault touches; `outcome` the ledger's word for it, `words` a part of its reason."""

    name: str
    dataset: str
    match: str
    change: Change
    outcome: str
    words: str = ""
    times: int = 10**9
    skip: int = 0


def aws_error(code: str, http: int, message: str = "said by AWS") -> Change:
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    text = f"<ErrorResponse>{error}</ErrorResponse>"
    return status(http, text, {"Content-Type": "text/xml"})


def github_error(http: int, message: str, **headers: str) -> Change:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status(http, json.dumps({"message": message}), {"Content-Type": "application/json", **named})


def graphql_errors(*errors: dict[str, Any]) -> Change:
    return status(200, json.dumps({"data": None, "errors": list(errors)}), {"Content-Type": "application/json"})


def swapped(old: bytes, new: bytes) -> Change:
    def swap(data: bytes) -> bytes:
        assert old in data, f"{old!r} is not in the answer"
        return data.replace(old, new)

    return body(swap)


def _cut_report(content: re.Match[bytes]) -> bytes:
    return b"<Content>" + base64.b64encode(base64.b64decode(content[1])[:-20]) + b"</Content>"


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


USERS, LIST = "aws.users", "Action=ListUsers"
DETAILS, REPORT = "Action=GetAccountAuthorizationDetails", "Action=GetCredentialReport"
AGAIN = "Run the same command again"

# fmt: off
AWS_ROWS = (
    Row("throttled once", USERS, LIST, aws_error("Throttling", 400), "retried", times=1),
    Row("throttled on the second page", USERS, LIST, aws_error("Throttling", 400), "retried", times=1, skip=1),
    Row("throttled without end", USERS, LIST, aws_error("Throttling", 400), "unknown", "Throttling after all retries"),
    Row("request limit", USERS, LIST, aws_error("RequestLimitExceeded", 503), "unknown", "RequestLimitExceeded"),
    Row("access denied", USERS, LIST, aws_error("AccessDenied", 403), "partial-permission", "Allow the action"),
    Row("denied on the second page", USERS, LIST, aws_error("AccessDenied", 403), "partial-permission",
        "Refused", skip=1),
    Row("another call denied", "aws.account_summary", "Action=GetAccountSummary", aws_error("AccessDenied", 403),
        "partial-permission", "iam:GetAccountSummary"),
    Row("token expired half-way", USERS, LIST, aws_error("ExpiredToken", 403), "partial-permission",
        "renew its credentials", skip=1),
    Row("token expired before the start", ALL, "Action=GetCallerIdentity", aws_error("ExpiredToken", 403),
        "partial-permission", "ExpiredToken"),
    Row("clock skew", USERS, LIST, aws_error("RequestTimeTooSkewed", 403), "partial-permission",
        "Check this machine's clock"),
    Row("clock skew as a wrong signature", ALL, "Action=GetCallerIdentity", aws_error("SignatureDoesNotMatch", 403),
        "partial-permission", "Check this machine's clock"),
    Row("service error once", USERS, LIST, aws_error("InternalFailure", 500), "retried", times=1),
    Row("service error without end", USERS, LIST, aws_error("ServiceUnavailable", 503), "unknown",
        "ServiceUnavailable"),
    Row("a gateway's own page", USERS, LIST, status(502, "<html>Bad gateway</html>"), "unknown", "HTTP 502"),
    Row("connection dropped once", USERS, LIST, no_answer, "retried", times=1),
    Row("connection dropped without end", USERS, LIST, no_answer, "unknown", "no answer"),
    Row("dropped in the middle of an answer", USERS, LIST, cut_in_the_middle, "unknown", AGAIN),
    Row("dropped in the middle of the second page", USERS, LIST, cut_in_the_middle, "unknown", AGAIN, skip=1),
    Row("silence", USERS, LIST, stalled(1.5), "unknown", "Read timeout"),
    Row("a slow answer", USERS, LIST, stalled(0.2), "retried"),
    Row("an empty answer", USERS, LIST, body(lambda data: b""), "unknown", "MalformedInput"),
    Row("half an answer, said to be whole", USERS, LIST, body(half), "unknown", "MalformedInput"),
    Row("a broken tag", USERS, LIST, swapped(b"</Users>", b"</Usars>"), "unknown", "MalformedInput"),
    Row("a page without the mark of paging", USERS, LIST, body(lambda data: b"<ListUsersResponse/>"), "unknown",
        "MalformedInput"),
    Row("a page that is whole but says nothing", USERS, LIST,
        body(lambda data: b"<ListUsersResponse><ListUsersResult/></ListUsersResponse>"), "unknown",
        "does not say whether more follows"),
    Row("more announced, no marker", USERS, LIST, body(lambda data: data.replace(b"Marker>", b"Mark>")), "truncated",
        "another page without a marker"),
    Row("report not made", "aws.credential_report", REPORT, aws_error("ReportNotPresent", 410), "truncated",
        "ReportNotPresent"),
    Row("report expired once", "aws.credential_report", REPORT, aws_error("ReportExpired", 410), "retried", times=1),
    Row("report cut off", "aws.credential_report", REPORT,
        body(lambda data: re.sub(rb"<Content>(.*?)</Content>", _cut_report, data, flags=re.S)), "truncated",
        "was cut off on its way"),
    Row("report without a header", "aws.credential_report", REPORT,
        body(lambda data: re.sub(rb"<Content>.*?</Content>", b"", data, flags=re.S)), "unknown", "header"),
    Row("details dropped", "aws.authorization_details", DETAILS, no_answer, "unknown", "no answer"),
)

MEMBERS, LISTED = "github.members", r"GET /orgs/acme/members\?.*role=member"
PULLS, ASKED = "github.merged_pull_requests", "MergedPullRequests"
COMMITS, HISTORY = "github.default_branch_commits", "DefaultBranchCommits"

GITHUB_ROWS = (
    Row("service error once", MEMBERS, LISTED, github_error(500, "Oops"), "retried", times=1),
    Row("service error on the second page", MEMBERS, LISTED, github_error(502, "Oops"), "retried", times=1, skip=1),
    Row("service error without end", MEMBERS, LISTED, github_error(503, "Oops"), "unknown", "503 to every attempt"),
    Row("token not accepted", ALL, "GET /user", github_error(401, "Bad credentials"), "partial-permission",
        "the token is wrong or has expired"),
    Row("token expired half-way", MEMBERS, LISTED, github_error(401, "Bad credentials"), "partial-permission",
        "the token is wrong or has expired", skip=1),
    Row("not permitted", MEMBERS, LISTED, github_error(403, "Resource not accessible by personal access token"),
        "partial-permission", "Members: read"),
    Row("not found, or not to be seen", MEMBERS, LISTED, github_error(404, "Not Found"), "partial-permission",
        "may not see it"),
    Row("rate limit used up", MEMBERS, LISTED,
        github_error(403, "API rate limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset="4102444800"),
        "truncated", "rate limit is used up"),
    Row("secondary limit once, without a time to wait", MEMBERS, LISTED,
        github_error(403, "You have exceeded a secondary rate limit"), "retried", times=1),
    Row("told to wait once", MEMBERS, LISTED, github_error(429, "Slow down", Retry_After="0"), "retried", times=1),
    Row("told to wait without end", MEMBERS, LISTED, github_error(429, "Slow down", Retry_After="0"), "truncated",
        "rate limit"),
    Row("connection dropped once", MEMBERS, LISTED, no_answer, "retried", times=1),
    Row("connection dropped without end", MEMBERS, LISTED, no_answer, "unknown", "no answer"),
    Row("dropped in the middle of an answer", MEMBERS, LISTED, cut_in_the_middle, "unknown", "Unreachable"),
    Row("silence", MEMBERS, LISTED, stalled(1.5), "unknown", "no answer"),
    Row("a slow answer", MEMBERS, LISTED, stalled(0.2), "retried"),
    Row("an empty answer", MEMBERS, LISTED, body(lambda data: b""), "unknown", "cannot be read"),
    Row("half an answer, said to be whole", MEMBERS, LISTED, body(half), "unknown", "cannot be read"),
    Row("a sign-in page", MEMBERS, LISTED, status(200, "<html>Sign in</html>"), "unknown", "cannot be read"),
    Row("another shape", MEMBERS, LISTED, status(200, "{}"), "unknown", "expected a list"),
    Row("sent elsewhere", MEMBERS, LISTED, status(302, "", {"Location": "http://elsewhere.invalid/x"}), "unknown",
        "does not answer 302 here"),
    Row("the link to the next page lost", MEMBERS, LISTED, without_header("link"), "truncated",
        "had no link to a next one", times=1),
    Row("the next page on another host", MEMBERS, LISTED,
        lambda answer: replace(answer, headers={**answer.headers, "Link": '<http://evil.invalid/2>; rel="next"'}),
        "unknown", "the next page is at evil.invalid"),
    Row("the same next page for ever", MEMBERS, LISTED,
        lambda answer: replace(answer, headers={**answer.headers,
                                                "Link": answer.headers.get("Link", "").replace("page=3", "page=2")}),
        "truncated", "was read already", skip=1),
    Row("too large a page", PULLS, r"MergedPullRequests[\s\S]*\"pageSize\": ?(25|12)", github_error(502, "Too slow"),
        "retried"),
    Row("too large whatever the size", PULLS, ASKED, github_error(504, "Too slow"), "unknown", "504 to every attempt"),
    Row("resource limits", PULLS, r"MergedPullRequests[\s\S]*\"pageSize\": ?25",
        graphql_errors({"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits for this query exceeded."}),
        "retried"),
    Row("GraphQL's rate limit", PULLS, ASKED, graphql_errors({"type": "RATE_LIMITED", "message": "limit"}), "truncated",
        "rate limit is used up"),
    Row("GraphQL not permitted", PULLS, ASKED, graphql_errors({"type": "FORBIDDEN", "message": "no"}),
        "partial-permission", "the token needs"),
    Row("a part of the answer", PULLS, ASKED, graphql_errors({"message": "Something is amiss"}), "truncated",
        "only a part of the answer"),
    Row("holes in a list", PULLS, ASKED,
        body(lambda data: json.dumps(_with_a_hole(json.loads(data))).encode()), "truncated", "null nodes"),
    Row("changes cut short", PULLS, ASKED, swapped(b'"hasNextPage": true', b'"hasNextPage": false'), "truncated",
        "but GitHub counts", times=1),
    Row("history cut short", COMMITS, HISTORY, swapped(b'"hasNextPage": true', b'"hasNextPage": false'), "truncated",
        "but GitHub counts", times=1),
    Row("history dropped once", COMMITS, HISTORY, no_answer, "retried", times=1),
)
# fmt: on


def _with_a_hole(answer: dict[str, Any]) -> dict[str, Any]:
    answer["data"]["repository"]["pullRequests"]["nodes"][0] = None
    return answer


def aws_state() -> AwsState:
    made = datetime(2025, 6, 1, tzinfo=UTC)
    users = tuple(IamUser(f"user{number:03d}", made, console=True, mfa=True) for number in range(150))
    return AwsState("402613907581", True, False, None, users, (IamGroup("Admins"),), (), ())


def github_state() -> GithubState:
    people = tuple(Member(f"person{number:03d}") for number in range(250))
    pulls, commits = [], []
    for number in range(1, 131):
        merged = MARCH.start + timedelta(hours=number)
        work = Commit(f"{number:039x}a", ("ann",), merged - timedelta(hours=1), "Work", ("0" * 40,), "ann")
        parent = commits[-1].sha if commits else "0" * 40
        landed = Commit(f"{number:039x}f", ("ann",), merged, f"Work (#{number})", (parent,))
        approval = Review("bob", "APPROVED", merged - timedelta(minutes=10), work.sha)
        pulls.append(
            PullRequest(number, "Work", "ann", merged - timedelta(hours=1), merged, "bob", "main", "work", landed.sha,
                        "squash", (work,), (approval,))
        )  # fmt: skip
        commits.append(landed)
    shop = Repository("shop", "main", datetime(2025, 1, 1, tzinfo=UTC), BranchRules(), tuple(pulls), tuple(commits))
    owners = (Member("ann", "admin"), Member("bob", "admin"))
    return GithubState("acme", True, "read", (), (*owners, *people), (), (shop,))


@pytest.fixture(scope="module")
def aws_proxy() -> Iterator[HttpProxy]:
    with AwsServer("402613907581") as server, HttpProxy(server.url) as proxy:
        server.apply(aws_state(), AT)
        yield proxy


@pytest.fixture(scope="module")
def github_proxy() -> Iterator[HttpProxy]:
    with GithubServer() as server, HttpProxy(server.url) as proxy:
        server.serve(github_state(), AT)
        yield proxy


@pytest.fixture
def aws_bench(aws_proxy: HttpProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    environment = {
        "AWS_ACCESS_KEY_ID": "example", "AWS_SECRET_ACCESS_KEY": "example-secret", "AWS_MAX_ATTEMPTS": "2",
        "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }  # fmt: skip
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(aws.session, "READ_SECONDS", 1)
    # botocore has no setting for how long it waits between attempts.
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.01)
    settings = AwsSettings(endpoint_url=aws_proxy.url, report_timeout_seconds=3)
    config = Config(tmp_path, "X", MARCH, ("security",), aws=settings)
    return Bench(aws.SOURCE, config, aws_proxy)


@pytest.fixture
def github_bench(github_proxy: HttpProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("FAULTS_TOKEN", "example-token")
    monkeypatch.setattr(github.client, "TIMEOUT_SECONDS", 1)
    monkeypatch.setattr(github.client, "SECONDARY_LIMIT_WAIT_SECONDS", 0)
    settings = GithubSettings("acme", github_proxy.url, token_variable="FAULTS_TOKEN")
    config = Config(tmp_path, "X", MARCH, ("security",), github=settings)
    return Bench(github.SOURCE, config, github_proxy)


@pytest.mark.parametrize("row", AWS_ROWS, ids=lambda row: row.name)
def test_aws(row: Row, aws_bench: Bench) -> None:
    judge(row, aws_bench)


@pytest.mark.parametrize("row", GITHUB_ROWS, ids=lambda row: row.name)
def test_github(row: Row, github_bench: Bench) -> None:
    judge(row, github_bench)


def judge(row: Row, bench: Bench) -> None:
    assert bench.proxy is not None
    bench.proxy.faults = []
    # The month is still open then, so that its events are asked for again at its close.
    assert bench.collect(BEFORE).failed == ()
    before = files(bench)
    fault = Fault(row.match, row.change, row.times, row.skip)
    bench.proxy.faults = [fault]
    try:
        summary = bench.collect(AT)
    finally:
        bench.proxy.faults = []
    assert fault.struck, f"the fault met none of {bench.proxy.requests[-60:]}"
    _outcome(row, bench, summary)
    nothing_lost(bench, before)


def _outcome(row: Row, bench: Bench, summary: CollectionSummary) -> None:
    hit = {dataset.id for dataset in bench.source.datasets} if row.dataset == ALL else {row.dataset}
    if row.outcome == "retried":
        assert [record.fields["reason"] for record in summary.failed] == []
        for dataset in hit:
            first, *_, last = [record for record in bench.store().records() if record.dataset == dataset]
            assert answers(bench, last) == answers(bench, first)
        return
    assert {record.dataset for record in summary.failed} == hit
    for record in summary.failed:
        assert (record.path, record.sha256) == (None, None)
        assert row.words in record.fields["reason"]
        assert record.fields["completeness"] == row.outcome, record.fields["reason"]


def answers(bench: Bench, record: Record) -> set[str]:
    """The things that a file lists, each once: page sizes and request ids differ from one asking to the next."""
    return {
        json.dumps(thing, sort_keys=True)
        for page in bench.store().read_pages(record)
        for thing in _things(page["answer"])
    }


def _things(answer: Any) -> list[Any]:
    if isinstance(answer, list):
        return answer
    if "repository" in answer and "columns" not in answer and isinstance(answer["repository"], dict):
        listed = (
            answer["repository"].get("pullRequests") or answer["repository"]["defaultBranchRef"]["target"]["history"]
        )
        return list(listed["nodes"])
    return [{name: value for name, value in answer.items() if name != "ResponseMetadata"}]
