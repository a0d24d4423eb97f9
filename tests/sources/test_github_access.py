"""What gives access to GitHub besides membership is read whole, over HTTP, or the reading raises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from soc2kit.config import Config, GithubSettings
from soc2kit.errors import CollectionError, IncompleteCollection, MalformedInput, Refused
from soc2kit.example.github_access_state import (
    AuditEvent,
    DeployKey,
    GithubAccess,
    InstalledApp,
    SamlIdentity,
    SecretAlert,
    Team,
)
from soc2kit.example.github_change_state import Repository
from soc2kit.example.github_server import Fault, GithubServer
from soc2kit.example.state import GithubState, Member
from soc2kit.period import CIVIL, Calendar, Period
from soc2kit.sources.base import Completeness, Page
from soc2kit.sources.github import SOURCE

MARCH = CIVIL.month(2026, 3)
AT = datetime(2026, 4, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DATASETS = {dataset.id: dataset for dataset in SOURCE.datasets}
LOG, ALERTS, APPS, SAML = (
    f"github.{name}" for name in ("audit_log", "secret_scanning_alerts", "app_installations", "saml_identities")
)


def joined(*moments: datetime) -> tuple[AuditEvent, ...]:
    return tuple(
        AuditEvent(moment, "team.add_member", "ann", "bob", (("team", f"acme/t{number}"),))
        for number, moment in enumerate(moments)
    )


def hourly(count: int) -> tuple[AuditEvent, ...]:
    return joined(*(MARCH.start + number * HOUR for number in range(count)))


def organization(access: GithubAccess, *, repositories: int = 2, members: int = 2) -> GithubState:
    made = datetime(2025, 1, 1, tzinfo=UTC)
    people = tuple(Member(f"person{number}") for number in range(members - 1))
    listed = tuple(Repository(f"r{number}", "main", made, None, (), ()) for number in range(repositories))
    return GithubState("acme", True, "read", (), (Member("ann", "admin"), *people), (), listed, access)


@dataclass
class Workspace:
    server: GithubServer
    config: Config
    period: Period = MARCH

    def serve(self, at: datetime = AT, **access: Any) -> None:
        self.server.serve(organization(GithubAccess(**access)), at)

    def collect(self, dataset: str) -> tuple[list[Page], Completeness]:
        read: list[Page] = []
        with SOURCE.connect(self.config) as connection:
            pages = DATASETS[dataset].pages(connection, self.period)
            while True:
                try:
                    read.append(next(pages))
                except StopIteration as end:
                    return read, end.value


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("EXAMPLE_GITHUB_TOKEN", "example")
    with GithubServer() as server:
        github = GithubSettings("acme", server.url, token_variable="EXAMPLE_GITHUB_TOKEN")
        yield Workspace(server, Config(Path("example"), "Acme", MARCH, ("security",), github=github))


@pytest.mark.parametrize(("saml", "audit_log"), [(True, False), (False, True), (False, False)])
def test_what_only_enterprise_cloud_has_is_asked_for_only_when_it_is_there(
    workspace: Workspace, saml: bool, audit_log: bool
) -> None:
    assert workspace.config.github is not None
    github = replace(workspace.config.github, saml=saml, audit_log=audit_log)
    config = replace(workspace.config, github=github)
    assert (DATASETS[SAML].wanted(config), DATASETS[LOG].wanted(config)) == (saml, audit_log)
    assert DATASETS["github.teams"].wanted(config)
    assert not DATASETS[LOG].wanted(replace(config, github=None))


@pytest.mark.parametrize(
    ("moments", "rows"),
    [
        ([MARCH.start - timedelta(milliseconds=1), MARCH.start], 1),
        ([MARCH.end - timedelta(milliseconds=1), MARCH.end], 1),
        ([], 0),
    ],
)
def test_a_month_of_the_audit_log_is_half_open(workspace: Workspace, moments: list[datetime], rows: int) -> None:
    workspace.serve(audit_log=joined(*moments))
    read, completeness = workspace.collect(LOG)
    assert [page.parameters["phrase"] for page in read] == ["created:2026-03-01..2026-03-31"]
    assert (sum(page.rows for page in read), completeness.source_total) == (rows, rows)


def test_the_days_of_a_company_elsewhere_are_asked_for_in_utc(workspace: Workspace) -> None:
    workspace.period = Calendar("America/New_York").month(2026, 3)
    workspace.serve(at=AT + DAY, audit_log=joined(MARCH.start, MARCH.end + 3 * HOUR, MARCH.end + 4 * HOUR))
    (page,), _ = workspace.collect(LOG)
    assert (page.parameters["phrase"], len(page.answer), page.rows) == ("created:2026-03-01..2026-04-01", 3, 1)


@pytest.mark.parametrize(("days", "says"), [(180, None), (181, "2026-03-01 to 2026-03-02 "), (400, "to 2026-03-31 ")])
def test_github_forgets_after_180_days_and_that_is_said(workspace: Workspace, days: int, says: str | None) -> None:
    """The clock is GitHub's own."""
    workspace.serve(at=MARCH.start + days * DAY, audit_log=hourly(3))
    if says is None:
        assert sum(page.rows for page in workspace.collect(LOG)[0]) == 3
        return
    with pytest.raises(IncompleteCollection, match=says):
        workspace.collect(LOG)


def test_an_audit_log_that_ends_before_its_newest_event_is_not_whole(workspace: Workspace) -> None:
    """A full page without a link looks like the last one."""
    workspace.serve(audit_log=hourly(101))

    def forget(answer: Any) -> Any:
        workspace.serve(audit_log=hourly(100))
        return answer

    workspace.server.faults.append(Fault("/orgs/acme/audit-log", edit=forget, times=1))
    with pytest.raises(IncompleteCollection, match="ended after 100 events without the newest"):
        workspace.collect(LOG)


def test_an_event_that_comes_while_the_log_is_read_does_no_harm(workspace: Workspace) -> None:
    workspace.serve(audit_log=hourly(100))

    def grow(answer: Any) -> Any:
        workspace.serve(audit_log=hourly(103))
        return answer

    workspace.server.faults.append(Fault("/orgs/acme/audit-log", edit=grow, times=1))
    read, _ = workspace.collect(LOG)
    assert [page.rows for page in read] == [100, 3]


def first_twice(answer: list[Any]) -> list[Any]:
    return [*answer, answer[0]]


def without_id(answer: list[Any]) -> list[Any]:
    return [{key: value for key, value in event.items() if key != "_document_id"} for event in answer]


def one_more(answer: Any) -> Any:
    return {**answer, "total_count": answer["total_count"] + 1}


def no_list(answer: Any) -> Any:
    return {"total_count": 0}


def error(kind: str) -> Callable[[Any], Any]:
    return lambda answer: {**answer, "errors": [{"type": kind, "message": "Resource not accessible"}]}


def counts(total: int) -> Callable[[Any], Any]:
    def edit(answer: Any) -> Any:
        answer["data"]["organization"]["samlIdentityProvider"]["externalIdentities"]["totalCount"] = total
        return answer

    return edit


@pytest.mark.parametrize(
    ("dataset", "fault", "raised", "says"),
    [
        (LOG, Fault("/orgs/acme/audit-log", 404, "Not Found"), Refused, r"set audit_log = false in \[sources.github\]"),
        (LOG, Fault("/orgs/acme/audit-log", 403, "Must be an owner"), Refused, "Administration: read .of an owner."),
        (LOG, Fault("/orgs/acme/audit-log", edit=first_twice), IncompleteCollection, "listed twice"),
        (LOG, Fault("/orgs/acme/audit-log", edit=without_id), MalformedInput, "_document_id"),
        (APPS, Fault("/orgs/acme/installations", edit=one_more), IncompleteCollection, "1 installations read, .* 2"),
        (APPS, Fault("/orgs/acme/installations", edit=no_list), MalformedInput, "expected a list"),
        (APPS, Fault("/orgs/acme/installations", 403, "no"), Refused, "Administration: read"),
        ("github.teams", Fault("/orgs/acme/teams/core/members", 403, "no"), Refused, "Members: read"),
        ("github.teams", Fault("/orgs/acme/teams/core/repos", 403, "no"), Refused, "Metadata: read"),
        ("github.invitations", Fault("/orgs/acme/invitations", 403, "no"), Refused, "Members: read"),
        ("github.deploy_keys", Fault("/repos/acme/r1/keys", 404, "Not Found"), Refused, "Administration: read"),
        ("github.direct_collaborators", Fault("/repos/acme/r1", 403, "no"), Refused, "Metadata: read"),
        ("github.outside_without_2fa", Fault("/orgs/acme/outside", 422, "no"), Refused, "owner"),
        ("github.secret_scanning_settings", Fault("/repos/acme/r1", 403, "no"), Refused, "Administration: read"),
        (ALERTS, Fault("/orgs/acme/secret-scanning", 404, "Not Found"), Refused, "Secret scanning alerts: read"),
        (SAML, Fault("/graphql", edit=error("FORBIDDEN")), Refused, "read:org"),
        (SAML, Fault("/graphql", edit=counts(9)), IncompleteCollection, "1 read, but GitHub counts 9"),
    ],
)
def test_what_goes_wrong_is_never_an_answer(
    workspace: Workspace, dataset: str, fault: Fault, raised: type[CollectionError], says: str
) -> None:
    workspace.serve(
        teams=(Team("core", "Core", (("ann", "member"),), (("r1", "write"),)),),
        apps=(InstalledApp("ci", AT, ()),),
        saml=(SamlIdentity("ann", "ann@acme.example"),),
        audit_log=hourly(2),
    )
    workspace.server.faults.append(fault)
    with pytest.raises(raised, match=says):
        workspace.collect(dataset)


def test_single_sign_on_that_is_not_shown_says_what_it_may_be(workspace: Workspace) -> None:
    workspace.serve()
    with pytest.raises(Refused, match=r"(?s)read:org.*saml = false"):
        workspace.collect(SAML)


def unhidden(answer: list[Any]) -> list[Any]:
    return [{**alert, "secret": "AKIA-a-real-one"} for alert in answer]


def test_a_secret_that_comes_all_the_same_is_dropped_and_that_is_said(workspace: Workspace) -> None:
    workspace.serve(secret_alerts=(SecretAlert("r0", 1, "aws_access_key_id", "AKIA-a-real-one", MARCH.start),))
    (page,), completeness = workspace.collect(ALERTS)
    assert "secret" not in page.answer[0]
    assert page.parameters["hide_secret"] == "true"
    assert "secret" not in completeness.reason
    workspace.server.faults.append(Fault("/orgs/acme/secret-scanning", edit=unhidden))
    (page,), completeness = workspace.collect(ALERTS)
    assert page.answer[0]["secret"] == "left out of the evidence"
    assert "1 values of the field secret" in completeness.reason
    assert "AKIA" not in repr(page)


ACCESS = ("github.teams", "github.direct_collaborators", "github.deploy_keys", "github.invitations", APPS, ALERTS,
          "github.secret_scanning_settings", "github.outside_without_2fa")  # fmt: skip


@pytest.mark.parametrize(("teams", "repositories", "people"), [(1, 2, 2), (1, 2, 90), (3, 2, 2), (1, 5, 2)])
def test_requests_grow_with_teams_and_repositories_and_not_with_people(
    workspace: Workspace, teams: int, repositories: int, people: int
) -> None:
    logins = tuple((f"person{number}", "member") for number in range(people - 1))
    access = GithubAccess(
        teams=tuple(Team(f"t{number}", "T", logins, ()) for number in range(teams)),
        direct=tuple((login, "r0", "write") for login, _ in logins),
        deploy_keys=(DeployKey("r0", "ci", MARCH.start),),
    )
    workspace.server.serve(organization(access, repositories=repositories, members=people), AT)
    asked: list[str] = []
    answer = workspace.server._answer
    workspace.server._answer = lambda request: asked.append(request.path) or answer(request)  # type: ignore[method-assign, func-returns-value]
    with SOURCE.connect(workspace.config) as connection:
        for dataset in ACCESS:
            list(DATASETS[dataset].pages(connection, MARCH))
    # Who asks, and the list of repositories, are asked for once.
    assert len(asked) == 2 + 5 + 3 * teams + 3 * repositories
