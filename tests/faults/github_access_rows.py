"""Faults of GitHub's answers on teams, keys, apps, single sign-on, the audit log and secret scanning."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from faults.github_rows import (
    ALERTS,
    APPS,
    DIRECT,
    INVITATIONS,
    KEYS,
    LOG,
    NO_PAGE,
    NO_RIGHT,
    OUTSIDE_2FA,
    PAGE_2,
    RETRIED,
    SAML,
    TEAMS,
    WATCH,
    graphql_error,
    row,
)
from faults.proxy import FIRST, Answer, Edit, halved, in_json, instead, without_header
from faults.rows import Row, cut_short, malformed, refused

LOG_PAGE = r"GET /orgs/acme/audit-log\?(?=\S*order=asc)"
NEXT_LOG_PAGE, NEWEST = LOG_PAGE + r"(?=\S*after=)", r"GET /orgs/acme/audit-log\?(?=\S*order=desc)"
SAML_PAGE = r"POST /graphql.*SamlIdentities"
NOT_FOUND = {"message": "Not Found", "status": "404"}


def to_the_same_cursor(answer: Answer) -> Answer:
    """The second page is linked with itself."""
    old = answer.headers["Link"]
    return replace(answer, headers={**answer.headers, "Link": old.replace("after=8", "after=4")})


def identities(**values: Any) -> Edit:
    """What the list of identities says of itself, changed."""

    def change(answer: Any) -> None:
        answer["data"]["organization"]["samlIdentityProvider"]["externalIdentities"].update(values)

    return in_json(change)


def first_identity_null(answer: Any) -> None:
    answer["data"]["organization"]["samlIdentityProvider"]["externalIdentities"]["nodes"][0] = None


def _one(dataset: str, path: str, needs: str) -> Row:
    return row(
        f"a 403 on {path.partition(chr(92))[0].strip()}",
        dataset,
        rf"GET {path}",
        instead(403, NO_RIGHT),
        refused(needs),
        asked=1,
    )


ACCESS: tuple[Row, ...] = (
    _one(TEAMS, r"/orgs/acme/teams/team3/members", "Members: read"),
    _one(TEAMS, r"/orgs/acme/teams/team3/repos", "Metadata: read"),
    _one(DIRECT, r"/repos/acme/shop/collaborators\?(?=\S*direct)", "Metadata: read"),
    _one(INVITATIONS, r"/orgs/acme/invitations", "Members: read"),
    _one(KEYS, r"/repos/acme/tool2/keys", "Administration: read"),
    _one(APPS, r"/orgs/acme/installations", "Administration: read"),
    _one(ALERTS, r"/orgs/acme/secret-scanning/alerts", "Secret scanning alerts: read"),
    _one(WATCH, r"/repos/acme/tool1 ", "Administration: read"),
    _one(LOG, r"/orgs/acme/audit-log", "Administration: read"),
    row("a filter that only owners may use", OUTSIDE_2FA, r"GET /orgs/acme/outside_collaborators\?(?=\S*filter)",
        instead(422, {"message": "Only owners can use this filter."}), refused("an owner"), asked=1),
    row("no Link on the first page of teams", TEAMS, r"GET /orgs/acme/teams\?" + NO_PAGE, without_header("link"),
        cut_short("page 1 names no next")),
    row("no Link on a middle page of a team", TEAMS, r"GET /orgs/acme/teams/team3/members\?(?=\S*role=member)" + PAGE_2,
        without_header("link"), cut_short("the last is 3")),
    row("no Link on the first page of keys", KEYS, r"GET /repos/acme/shop/keys\?" + NO_PAGE, without_header("link"),
        cut_short("page 1 names no next")),
    row("no Link on the first page of alerts", ALERTS, r"GET /orgs/acme/secret-scanning/alerts\?" + NO_PAGE,
        without_header("link"), cut_short("page 1 names no next")),
    row("no Link on the first page of apps", APPS, r"GET /orgs/acme/installations\?" + NO_PAGE, without_header("link"),
        cut_short("page 1 names no next")),
    row("an app left out of a page", APPS, r"GET /orgs/acme/installations\?" + PAGE_2,
        in_json(lambda answer: {**answer, "installations": answer["installations"][1:]}),
        cut_short("9 installations read, but GitHub counts 10")),
    row("an answer without the list of apps", APPS, r"GET /orgs/acme/installations\?", in_json(lambda _: {}),
        malformed("expected a list")),
    row("a connection cut in the body, once", TEAMS, r"GET /orgs/acme/teams/team3/repos", halved, RETRIED, FIRST, 2),
    row("no Enterprise Cloud", LOG, r"GET /orgs/acme/audit-log", instead(404, NOT_FOUND),
        refused("set audit_log = false in [sources.github]"), asked=1),
    row("no Link on the first page of the log", LOG, LOG_PAGE + r"(?!\S*after=)", without_header("link"),
        cut_short("ended after 4 events without the newest")),
    row("no Link on a later page of the log", LOG, LOG_PAGE + r"(?=\S*after=4)", without_header("link"),
        cut_short("ended after 8 events without the newest")),
    row("a cursor that comes again", LOG, LOG_PAGE + r"(?=\S*after=4)", to_the_same_cursor,
        cut_short("listed twice")),
    row("a page that comes again", LOG, NEXT_LOG_PAGE, in_json(lambda answer: [answer[0], *answer]),
        cut_short("listed twice")),
    row("an event left out at the end", LOG, LOG_PAGE + r"(?=\S*after=8)", in_json(lambda answer: answer[:-1]),
        cut_short("without the newest")),
    row("an event without its time", LOG, NEXT_LOG_PAGE, in_json(lambda answer: [{"_document_id": "1"}]),
        malformed("'@timestamp'")),
    row("a log that is not dated", LOG, NEWEST, without_header("date"), cut_short("has no Date")),
    row("a connection cut in the body, once", LOG, NEXT_LOG_PAGE, halved, RETRIED, FIRST),
    row("FORBIDDEN in the answer", SAML, SAML_PAGE, graphql_error("FORBIDDEN", "no"), refused("read:org")),
    row("single sign-on that is not shown", SAML, SAML_PAGE,
        in_json(lambda _: {"data": {"organization": {"samlIdentityProvider": None}}}), refused("saml = false")),
    row("hasNextPage false on the first page of identities", SAML, SAML_PAGE,
        identities(pageInfo={"hasNextPage": False, "endCursor": None}), cut_short("4 read, but GitHub counts 10"),
        FIRST),
    row("hasNextPage true without a cursor, identities", SAML, SAML_PAGE,
        identities(pageInfo={"hasNextPage": True, "endCursor": None}), cut_short("none follows")),
    row("a null among the identities, always", SAML, SAML_PAGE, in_json(first_identity_null), cut_short("null nodes")),
    row("an answer without the list of identities", SAML, SAML_PAGE,
        in_json(lambda _: {"data": {"organization": {"samlIdentityProvider": {}}}}), malformed("'externalIdentities'")),
)  # fmt: skip
