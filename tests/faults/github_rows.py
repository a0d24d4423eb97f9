"""Faults of GitHub's REST and GraphQL answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.utils import formatdate
from typing import Any

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
    without_header,
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

MEMBERS, REPOSITORIES, RULES = "github.members", "github.repositories", "github.branch_rules"
PULLS, COMMITS, SETTINGS = "github.merged_pull_requests", "github.default_branch_commits", "github.organization"
OUTSIDE, TEAMS, APPS = "github.outside_collaborators", "github.teams", "github.app_installations"
DIRECT, KEYS, WATCH = "github.direct_collaborators", "github.deploy_keys", "github.secret_scanning_settings"
LOG, SAML, ALERTS = "github.audit_log", "github.saml_identities", "github.secret_scanning_alerts"
SUITES = "github.rule_suites"
DEPENDABOT, CODE = "github.dependabot_alerts", "github.code_scanning_alerts"
ENABLED = "github.vulnerability_alerts_enabled"
INVITATIONS, OUTSIDE_2FA = "github.invitations", "github.outside_without_2fa"
PIPELINE = tuple(f"github.{name}" for name in ("workflow_files", "workflow_runs", "deployments", "environments"))
# These ask for the list of repositories first, and share one answer to it.
OF_REPOSITORIES = (OUTSIDE, DIRECT, KEYS, WATCH, RULES, SUITES, PULLS, COMMITS, *PIPELINE, ENABLED)
# In whatever order the parameters come.
OWNERS, OTHERS = (rf"GET /orgs/acme/members\?(?=\S*role={role})" for role in ("admin", "member"))
NO_PAGE, PAGE_2 = r"(?!\S*\bpage=)", r"(?=\S*\bpage=2)"
FIRST_PAGE, SECOND_PAGE, USER = OTHERS + NO_PAGE, OTHERS + PAGE_2, r"GET /user "
HEAD = r"POST /graphql.*DefaultBranchHead.*shop"
REVIEWS_PAGE, DETAILS_PAGE = r"POST /graphql.*query PullRequestReviews\(.*shop", r"POST /graphql.*query CommitDetails\("
PULL_PAGE, COMMIT_PAGE = r"POST /graphql.*MergedPullRequests.*shop", r"POST /graphql.*DefaultBranchCommits.*shop"
RETRIED = Retried()
NO_RIGHT = {"message": "Resource not accessible by personal access token", "status": "403"}
PRIMARY = {"message": "API rate limit exceeded for user ID 1.", "status": "403"}
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes.", "status": "403"}
ELSEWHERE = "http://elsewhere.example/orgs/acme/members?page=2"


@contextmanager
def impatient(services: Services, config: Config, patch: pytest.MonkeyPatch) -> Iterator[Config]:
    patch.setattr("soc2kit.sources.github.client.TIMEOUT_SECONDS", 1)
    yield config


def renewed_in(seconds: int, answer: dict[str, str] = PRIMARY) -> Edit:
    """A used-up limit and when it is renewed, by this machine's clock."""

    def edit(_: Answer) -> Answer:
        reset = str(int(time.time()) + seconds)
        now = formatdate(usegmt=True)
        return instead(403, answer, X_RateLimit_Remaining="0", X_RateLimit_Reset=reset, Date=now)(_)

    return edit


def linked(*links: tuple[str, str]) -> Edit:
    header = ", ".join(f'<{url}>; rel="{name}"' for name, url in links)
    return lambda answer: replace(answer, headers={**without_header("link")(answer).headers, "Link": header})


def back_to_the_start(answer: Answer) -> Answer:
    """The second page names itself as the next."""
    old = answer.headers["Link"]
    return replace(answer, headers={**answer.headers, "Link": old.replace("page=3", "page=2")})


def listed(answer: Any) -> Any:
    """The list that a query of this package asks for."""
    repository = answer["data"]["repository"]
    return repository.get("pullRequests") or repository["object"]["history"]


def page_info(**values: Any) -> Edit:
    return in_json(lambda answer: listed(answer)["pageInfo"].update(values))


def graphql_error(kind: str | None, message: str) -> Edit:
    typed = {"type": kind} if kind else {}
    return in_json(lambda answer: {**answer, "errors": [{**typed, "message": message}]})


def first_node_null(answer: Any) -> None:
    listed(answer)["nodes"][0] = None


def first_node_without(name: str) -> Callable[[Any], None]:
    def change(answer: Any) -> None:
        del listed(answer)["nodes"][0][name]

    return change


def another_pull_request(answer: Any) -> None:
    listed(answer)["nodes"][0]["associatedPullRequests"]["totalCount"] = 21


def _reviews(answer: Any) -> Any:
    return answer["data"]["repository"]["pullRequest"]["reviews"]


def first_review_null(answer: Any) -> None:
    _reviews(answer)["nodes"][0] = None


def reviews_end(answer: Any) -> None:
    _reviews(answer)["pageInfo"]["hasNextPage"] = False


def pull_request_gone(answer: Any) -> None:
    answer["data"]["repository"]["pullRequest"] = None


def first_commit_null(answer: Any) -> None:
    answer["data"]["nodes"][0] = None


def another_commit(answer: Any) -> None:
    answer["data"]["nodes"][0]["oid"] = "f" * 40


def repositories_are_fewer_than_counted(evidence: Collected) -> Iterator[str]:
    """The organisation's own record counts its repositories."""
    organization = evidence.pages(SETTINGS)[0]["answer"]
    counted = organization["public_repos"] + organization["total_private_repos"]
    read = sum(page["rows"] for page in evidence.pages(REPOSITORIES))
    if read < counted:
        yield f"{read} of {counted}"


def row(
    name: str, dataset: str | None, request: str, edit: Edit, outcome: Outcome, on: range = EVERY,
    asked: int | None = None, struck: tuple[str, ...] = (), patient: bool = True,
) -> Row:  # fmt: skip
    circumstances = as_usual if patient else impatient
    return Row("github", name, dataset, Fault(request, edit, on), outcome, asked, struck, circumstances)


LIMIT_USED_UP = cut_short("rate limit")
# What breaks is asked for again: three attempts in all. A GraphQL page is then also asked for in smaller pieces, in
# case it was too much for GitHub. What is limited is waited for: six attempts in all, within five minutes.
_PASSING = {
    "a dropped connection": (closed, unreachable("no answer")),
    "a connection cut in the body": (halved, unreachable("no answer")),
    "HTTP 500": (instead(500, {"message": "Server Error"}), unreachable("answered 500 to every attempt")),
    "HTTP 502 with a page of HTML": (instead(502, "<html>Bad Gateway</html>"), unreachable("answered 502")),
}
_LIMITED = {
    "a secondary rate limit": (instead(403, SECONDARY), LIMIT_USED_UP),
    "HTTP 403 with Retry-After": (instead(403, SECONDARY, Retry_After="0"), LIMIT_USED_UP),
    "HTTP 429 with Retry-After": (instead(429, SECONDARY, Retry_After="0"), LIMIT_USED_UP),
    "HTTP 429 without Retry-After": (instead(429, SECONDARY), LIMIT_USED_UP),
}
REST = (
    *(row(f"{name}, once on the second page", MEMBERS, SECOND_PAGE, edit, RETRIED, FIRST, 2)
      for name, (edit, _) in (_PASSING | _LIMITED).items()),
    *(row(f"{name}, always on the second page", MEMBERS, SECOND_PAGE, edit, outcome, EVERY, 3)
      for name, (edit, outcome) in _PASSING.items()),
    *(row(f"{name}, always on the second page", MEMBERS, SECOND_PAGE, edit, outcome, EVERY, 6)
      for name, (edit, outcome) in _LIMITED.items()),
    row("an answer too late, once", MEMBERS, SECOND_PAGE, late(1.4), RETRIED, FIRST, 2, patient=False),
    row("an answer too late, always", MEMBERS, SECOND_PAGE, late(1.4), unreachable("no answer"), EVERY, 3,
        patient=False),
    row("a 403 without a rate limit", MEMBERS, SECOND_PAGE, instead(403, NO_RIGHT), refused("Members: read"), asked=1),
    row("a 403 on one repository", RULES, r"GET /repos/acme/shop/branches", instead(403, NO_RIGHT),
        refused("Administration: read"), asked=1),
    row("a limit used up for an hour", MEMBERS, SECOND_PAGE, renewed_in(3600), LIMIT_USED_UP, asked=1),
    # As it looks to a machine whose clock is an hour ahead.
    row("a limit renewed an hour ago, once", MEMBERS, SECOND_PAGE, renewed_in(-3600), RETRIED, FIRST, 2),
    row("a token revoked while pages are read", MEMBERS, SECOND_PAGE, instead(401, {"message": "Bad credentials"}),
        refused("has expired"), asked=1),
    row("a token that has expired", None, USER, instead(401, {"message": "Bad credentials"}), refused("has expired")),
    row("dropped connections from the start", None, USER, closed, unreachable("Check the network"), asked=3),
    row("a token of nobody", None, USER, in_json(lambda _: {}), malformed("no login")),
    row("a redirect to another host", MEMBERS, SECOND_PAGE, instead(301, {}, Location=ELSEWHERE),
        malformed("a redirect")),
    row("a redirect on the same host", MEMBERS, OWNERS, instead(301, {}, Location="/orgs/acme/members?role=admin"),
        malformed("a redirect")),
    row("a temporary redirect", MEMBERS, SECOND_PAGE, instead(307, {}, Location=ELSEWHERE),
        malformed("a redirect")),
    row("a 304 that nobody asked for", MEMBERS, SECOND_PAGE, instead(304, ""), malformed("304")),
    row("no Link on the first page", MEMBERS, FIRST_PAGE, without_header("link"), cut_short("page 1 names no next")),
    row("no Link on a middle page", MEMBERS, SECOND_PAGE, without_header("link"), cut_short("the last is 3")),
    row("no Link on any page", MEMBERS, r"GET /orgs/acme/members\?", without_header("link"),
        cut_short("page 1 names no next"), struck=("github.members_without_2fa",)),
    row("no Link in the list of repositories", REPOSITORIES, r"GET /orgs/acme/repos\?", without_header("link"),
        cut_short("page 1 names no next"), struck=OF_REPOSITORIES),
    row("a Link to another host", MEMBERS, SECOND_PAGE, linked(("next", ELSEWHERE)), malformed("elsewhere.example")),
    row("a Link back to the same page", MEMBERS, SECOND_PAGE, back_to_the_start, cut_short("was read already")),
    row("an empty body", MEMBERS, SECOND_PAGE, emptied, malformed("cannot be read")),
    row("a body of broken JSON", MEMBERS, SECOND_PAGE, corrupted('"login"', b'"lo\x00in'), malformed("cannot be read")),
    row("a number that is none", MEMBERS, SECOND_PAGE, corrupted(r'"id": \d+', b'"id": NaN'),
        malformed("kept as JSON")),
    row("half a character", MEMBERS, SECOND_PAGE, corrupted('"login": "', b'"login": "\\ud83d'),
        malformed("kept as JSON")),
    row("a record in place of a list", MEMBERS, SECOND_PAGE, in_json(lambda _: {"message": "?"}),
        malformed("expected a list")),
    row("a list in place of a record", SETTINGS, r"GET /orgs/acme ", in_json(lambda _: []),
        malformed("expected one record")),
    row("an empty record", SETTINGS, r"GET /orgs/acme ", in_json(lambda _: {}), malformed("no login")),
    row("a list with a null in it", MEMBERS, SECOND_PAGE, in_json(lambda answer: [None, *answer[1:]]),
        malformed("is not a record")),
    row("a repository without its branch", RULES, r"GET /orgs/acme/repos\?",
        in_json(lambda answer: [{"full_name": "acme/shop"}, *answer[1:]]), malformed("'default_branch'"),
        struck=OF_REPOSITORIES),
    # A list states no total over REST: with a page that is whole in form, only another answer can tell.
    row("a repository left out of a page", REPOSITORIES, r"GET /orgs/acme/repos\?" + NO_PAGE,
        in_json(lambda answer: answer[1:]), Undetectable(repositories_are_fewer_than_counted), struck=OF_REPOSITORIES),
)  # fmt: skip
SMALLER = Retried(smaller_pages=True)
# Both spellings of both occur.
_INSIDE_200 = {
    f"{kind} in the answer": (graphql_error(kind, "API rate limit exceeded"), LIMIT_USED_UP)
    for kind in ("RATE_LIMIT", "RATE_LIMITED")
}
_TOO_MUCH = {
    "a typed limit of resources": graphql_error("RESOURCE_LIMITS_EXCEEDED", "Resource limits for this query exceeded."),
    "a limit of resources in words": graphql_error(None, "Resource limits for this query exceeded."),
}
GRAPHQL = (
    *(row(f"{name}, once", PULLS, PULL_PAGE, edit, RETRIED, FIRST)
      for name, (edit, _) in (_PASSING | _LIMITED | _INSIDE_200).items()),
    *(row(f"{name}, always", COMMITS, COMMIT_PAGE, edit, outcome)
      for name, (edit, outcome) in (_PASSING | _LIMITED).items()),
    *(row(f"{name}, once in a long list", PULLS, REVIEWS_PAGE, edit, RETRIED, FIRST)
      for name, (edit, _) in (_PASSING | _LIMITED | _INSIDE_200).items()),
    *(row(f"{name}, always in a long list", PULLS, REVIEWS_PAGE, edit, outcome)
      for name, (edit, outcome) in (_PASSING | _LIMITED | _INSIDE_200).items()),
    *(row(f"{name}, once in a long list", PULLS, REVIEWS_PAGE, edit, SMALLER, FIRST)
      for name, edit in _TOO_MUCH.items()),
    *(row(f"{name}, always in a long list", PULLS, REVIEWS_PAGE, edit, outcome)
      for name, (edit, outcome) in {
          **{name: (edit, unreachable("too much for GitHub")) for name, edit in _TOO_MUCH.items()},
          "a null among the reviews": (in_json(first_review_null), cut_short("null nodes")),
          "reviews that end too early": (in_json(reviews_end), cut_short("reviews were read, but GitHub counts 70")),
          "a pull request that is gone": (in_json(pull_request_gone), cut_short("gone after")),
      }.items()),
    row("a null among the reviews, once", PULLS, REVIEWS_PAGE, in_json(first_review_null), SMALLER, FIRST),
    row("HTTP 502 to the details of commits, always", PULLS, DETAILS_PAGE, instead(502, "Bad Gateway"),
        unreachable("answered 502")),
    row("a null among the details of commits, always", PULLS, DETAILS_PAGE, in_json(first_commit_null),
        cut_short("null nodes")),
    row("details of other commits", PULLS, DETAILS_PAGE, in_json(another_commit), cut_short("others came back")),
    row("HTTP 502 to four attempts", PULLS, PULL_PAGE, instead(502, "Bad Gateway"), SMALLER, range(1, 5)),
    row("a limit of resources, once", PULLS, PULL_PAGE,
        graphql_error("RESOURCE_LIMITS_EXCEEDED", "Resource limits for this query exceeded."), SMALLER, FIRST),
    row("a limit of resources, always", PULLS, PULL_PAGE,
        graphql_error("RESOURCE_LIMITS_EXCEEDED", "Resource limits for this query exceeded."),
        unreachable("too much for GitHub")),
    row("a query that ran out of time, once", COMMITS, COMMIT_PAGE,
        graphql_error(None, "Something went wrong while executing your query."), SMALLER, FIRST),
    row("RATE_LIMITED in the answer", PULLS, PULL_PAGE, graphql_error("RATE_LIMITED", "API rate limit exceeded"),
        LIMIT_USED_UP, asked=6),
    row("FORBIDDEN in the answer", COMMITS, COMMIT_PAGE, graphql_error("FORBIDDEN", "Resource not accessible"),
        refused("Contents: read")),
    row("an error beside data", PULLS, PULL_PAGE, graphql_error("INTERNAL", "odd"), cut_short("only a part")),
    row("a token that expires", PULLS, PULL_PAGE, instead(401, {"message": "Bad credentials"}), refused("expired")),
    row("a repository that is hidden", COMMITS, COMMIT_PAGE, in_json(lambda _: {"data": {"repository": None}}),
        refused("not visible")),
    # Five, because the second look at the top reads one more than the four of the page.
    row("hasNextPage false on the first page of pull requests", PULLS, PULL_PAGE, page_info(hasNextPage=False),
        cut_short("5 read, but GitHub counts 10"), FIRST),
    row("hasNextPage false on the first page of commits", COMMITS, COMMIT_PAGE, page_info(hasNextPage=False),
        cut_short("4 read, but GitHub counts 10"), FIRST),
    row("hasNextPage true without a cursor, pull requests", PULLS, PULL_PAGE, page_info(endCursor=None),
        cut_short("none follows")),
    row("hasNextPage true without a cursor, commits", COMMITS, COMMIT_PAGE, page_info(endCursor=None),
        cut_short("none follows")),
    row("a null among the nodes, once", PULLS, PULL_PAGE, in_json(first_node_null), SMALLER, FIRST),
    row("more pull requests of one commit than are read", COMMITS, COMMIT_PAGE, in_json(another_pull_request),
        cut_short("of 21 associatedPullRequests")),
    row("a null among the nodes, always", COMMITS, COMMIT_PAGE, in_json(first_node_null), cut_short("null nodes")),
    row("a pull request without its number", PULLS, PULL_PAGE, in_json(first_node_without("number")),
        malformed("'number'")),
    row("a commit without its date", COMMITS, COMMIT_PAGE, in_json(first_node_without("committedDate")),
        malformed("'committedDate'")),
    row("an answer without the list", PULLS, PULL_PAGE, in_json(lambda _: {"data": {"repository": {}}}),
        malformed("'pullRequests'")),
    row("an answer without data", COMMITS, COMMIT_PAGE, in_json(lambda _: {}), malformed("no data")),
    row("an empty answer", PULLS, PULL_PAGE, emptied, malformed("cannot be read")),
    row("a branch whose head is not told", COMMITS, HEAD, in_json(lambda _: {"data": {"repository": {}}}),
        malformed("'defaultBranchRef'")),
    row("a commit left out of a page", COMMITS, COMMIT_PAGE, in_json(lambda a: listed(a)["nodes"].__delitem__(1)),
        cut_short("GitHub counts 10"), FIRST),
)  # fmt: skip
ACTIVITY = r"GET /repos/acme/shop/activity"
FEED = (
    row("a 403 on the feed of activity", COMMITS, ACTIVITY, instead(403, NO_RIGHT), refused("Contents: read"), asked=1),
    row("HTTP 502 once on the feed", COMMITS, ACTIVITY, instead(502, "Bad Gateway"), RETRIED, FIRST),
    row("HTTP 502 always on the feed", COMMITS, ACTIVITY, instead(502, "Bad Gateway"), unreachable("502")),
    row("a record in place of the feed", COMMITS, ACTIVITY, in_json(lambda _: {"message": "?"}),
        malformed("expected a list")),
    row("an update without its commit", COMMITS, ACTIVITY, in_json(lambda answer: answer[0].__delitem__("after")),
        malformed("'after'")),
    # A feed states no total: its oldest update is asked for from the other end.
    row("no Link on any page of the feed", COMMITS, ACTIVITY, without_header("link"),
        cut_short("the feed ended at")),
    row("an update left out of the feed", COMMITS, ACTIVITY, in_json(lambda answer: [*answer[:1], *answer[2:]]),
        cut_short("the feed ended at")),
)  # fmt: skip
GITHUB: tuple[Row, ...] = REST + GRAPHQL + FEED
