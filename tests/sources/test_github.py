"""GitHub is read whole, over HTTP, or the reading raises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from soc2kit.config import Config
from soc2kit.errors import (
    CollectionError,
    ConfigError,
    IncompleteCollection,
    MalformedInput,
    Refused,
    Unreachable,
)
from soc2kit.example.github_access_state import (
    AuditEvent,
    DeployKey,
    GithubAccess,
    InstalledApp,
    Invitation,
    SamlIdentity,
    SecretAlert,
    Team,
)
from soc2kit.example.github_change_state import BranchRules, CheckRun, Commit, PullRequest, Repository, Review
from soc2kit.example.github_server import Fault, GithubServer
from soc2kit.example.state import GithubAccount, GithubState, Member
from soc2kit.period import CIVIL, Period, parse_moment
from soc2kit.source_settings import GithubSettings
from soc2kit.sources.base import Completeness, Page
from soc2kit.sources.github import SOURCE

TOKEN = "example-token-that-is-no-secret"
MARCH = CIVIL.month(2026, 3)
AT = datetime(2026, 4, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DATASETS = {dataset.id: dataset for dataset in SOURCE.datasets}
REST = [dataset for dataset in DATASETS if not dataset.endswith(("pull_requests", "commits", "saml_identities"))]
EVENTS = ["github.merged_pull_requests", "github.default_branch_commits"]


def change(number: int, merged: datetime, **different: Any) -> tuple[PullRequest, Commit]:
    work = Commit(f"{number:039x}a", ("ann",), merged - HOUR, f"Change {number}", ("0" * 40,), "ann",
                  (CheckRun("test", "SUCCESS", merged),))  # fmt: skip
    squashed = Commit(f"{number:039x}f", ("ann",), merged, f"Change {number} (#{number})", ("0" * 40,))
    approval = Review("bob", "APPROVED", merged - HOUR, work.sha)
    pull = PullRequest(number, f"Change {number}", "ann", merged - HOUR, merged, "bob", "main", f"change-{number}",
                       squashed.sha, "squash", (work,), (approval,))  # fmt: skip
    return replace(pull, **different), squashed


def repository(name: str, merged: list[datetime], **different: Any) -> Repository:
    made = [change(number, moment) for number, moment in enumerate(merged, 1)]
    pulls, commits = tuple(pull for pull, _ in made), tuple(commit for _, commit in made)
    whole = Repository(name, "main", datetime(2025, 1, 1, tzinfo=UTC), BranchRules(), pulls, commits)
    return replace(whole, **different)


def hourly(count: int, start: datetime = MARCH.start) -> list[datetime]:
    return [start + number * HOUR for number in range(count)]


ACCESS = GithubAccess(
    teams=(Team("core", "Core", (("ann", "maintainer"), ("bob", "member")), (("shop", "push"),)),
           Team("empty", "Empty", (), ())),
    direct=(("bob", "site", "write"),),
    outside_without_two_factor=("zoe",),
    invitations=(Invitation("ann", MARCH.start, email="new@acme.example"),),
    deploy_keys=(DeployKey("shop", "ci", MARCH.start), DeployKey("attic", "old", MARCH.start)),
    apps=tuple(InstalledApp(f"app{number:03}", MARCH.start, (("contents", "read"),)) for number in range(101)),
    saml=tuple(SamlIdentity(f"person{number:03}", f"person{number:03}@acme.example") for number in range(101)),
    secret_alerts=(SecretAlert("shop", 1, "aws_access_key_id", "AKIA-no-secret", MARCH.start),),
    audit_log=tuple(AuditEvent(MARCH.start - HOUR + number * HOUR, "team.add_member", "ann", "bob",
                               (("team", f"acme/t{number}"),)) for number in range(103)),
)  # fmt: skip


def organization(*repositories: Repository, members: int = 3) -> GithubState:
    people = tuple(Member(f"person{number:03}") for number in range(members - 2))
    return GithubState("acme", True, "read", (GithubAccount("dependabot", "Bot"),),
                       (Member("ann", "admin"), Member("bob", two_factor=False), *people),
                       (("zoe", "shop", "write"),), repositories, ACCESS)  # fmt: skip


SMALL = organization(
    repository("shop", hourly(3), rules=BranchRules(ruleset=True, bypass_actors=("release-managers",))),
    repository("site", [], rules=None),
    repository("attic", hourly(2, datetime(2025, 2, 1, tzinfo=UTC)), archived=True),
)


@dataclass
class Workspace:
    """A local GitHub and the settings to read it with."""

    server: GithubServer
    config: Config

    def serve(self, state: GithubState) -> None:
        self.server.serve(state, AT)

    def collect(self, dataset: str, period: Period = MARCH) -> tuple[list[Page], Completeness]:
        with SOURCE.connect(self.config) as connection:
            return exhaust(DATASETS[dataset].pages(connection, period))


def exhaust(pages: Any, between: Callable[[int], None] = lambda _: None) -> tuple[list[Page], Completeness]:
    """Every page, and what the generator returned; `between` is called with the number of pages so far."""
    read: list[Page] = []
    while True:
        try:
            read.append(next(pages))
        except StopIteration as end:
            return read, end.value
        between(len(read))


def settings(server: GithubServer, **different: Any) -> Config:
    github = replace(GithubSettings("acme", server.url, token_variable="EXAMPLE_GITHUB_TOKEN"), **different)
    return Config(Path("example"), "Acme", MARCH, ("security",), github=github)


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("EXAMPLE_GITHUB_TOKEN", TOKEN)
    monkeypatch.setattr("soc2kit.sources.github.limits.pause", lambda seconds: None)
    with GithubServer() as server:
        server.token = TOKEN
        workspace = Workspace(server, settings(server))
        workspace.serve(SMALL)
        yield workspace


def test_the_origin_says_whose_token_read_what(workspace: Workspace) -> None:
    with SOURCE.connect(workspace.config) as connection:
        origin = connection.origin
    assert (origin.system, origin.account, origin.identity) == ("github", "acme", "ann")
    assert origin.endpoint == workspace.server.url


@pytest.mark.parametrize(
    ("dataset", "pages", "rows", "total"),
    [
        ("github.organization", 1, 1, None),
        ("github.members", 2, 3, None),
        ("github.members_without_2fa", 1, 1, None),
        ("github.outside_collaborators", 4, 2, None),
        ("github.outside_without_2fa", 1, 1, None),
        ("github.teams", 7, 5, None),
        ("github.direct_collaborators", 3, 2, None),
        ("github.invitations", 1, 1, None),
        ("github.deploy_keys", 3, 2, None),
        ("github.app_installations", 2, 101, 101),
        ("github.saml_identities", 2, 101, 101),
        ("github.audit_log", 2, 102, 102),
        ("github.secret_scanning_settings", 3, 3, 3),
        ("github.secret_scanning_alerts", 1, 1, None),
        ("github.repositories", 1, 3, None),
        ("github.branch_rules", 2, 2, 2),
        ("github.merged_pull_requests", 4, 3, None),
        ("github.default_branch_commits", 2, 3, 3),
    ],
)
def test_datasets_are_read_whole(workspace: Workspace, dataset: str, pages: int, rows: int, total: int | None) -> None:
    read, completeness = workspace.collect(dataset)
    assert (len(read), sum(page.rows for page in read)) == (pages, rows)
    assert completeness.source_total == total
    assert completeness.reason
    assert all(page.request_id for page in read)
    assert TOKEN not in repr(read)
    assert DATASETS[dataset].permissions


def test_answers_are_left_as_they_came(workspace: Workspace) -> None:
    (page,), _ = workspace.collect("github.organization")
    assert page.call == "GET /orgs/acme"
    assert page.answer["two_factor_requirement_enabled"] is True
    rules, _ = workspace.collect("github.branch_rules")
    assert set(rules[0].answer["rulesets"][0]) >= {"bypass_actors", "_links"}
    assert "url" not in rules[0].answer["rulesets"][0]


def test_every_page_of_members_is_followed(workspace: Workspace) -> None:
    workspace.serve(organization(members=221))
    read, completeness = workspace.collect("github.members")
    assert [(page.parameters["role"], page.rows) for page in read] == [
        ("admin", 1), ("member", 100), ("member", 100), ("member", 20),
    ]  # fmt: skip
    assert len({member["login"] for page in read for member in page.answer}) == 221
    assert "3 pages of other members" in completeness.reason


def test_branch_rules_tell_none_from_unknown(workspace: Workspace) -> None:
    read, completeness = workspace.collect("github.branch_rules")
    shop, site = (page.answer for page in read)
    assert shop["protection"]["enforce_admins"]["enabled"] is True
    assert {rule["type"] for rule in shop["rules"]} >= {"pull_request", "non_fast_forward"}
    assert len(shop["rulesets"][0]["bypass_actors"]) == 1
    assert (site["protection"], site["rules"], site["rulesets"]) == (None, [], [])
    assert "1 archived" in completeness.reason


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [((), ["acme/shop", "acme/site"]), (("shop",), ["acme/shop"]), (("acme/attic",), ["acme/attic"])],
)
def test_scope_is_what_is_chosen_or_everything_alive(
    workspace: Workspace, chosen: tuple[str, ...], expected: list[str]
) -> None:
    workspace.config = settings(workspace.server, repositories=chosen)
    read, _ = workspace.collect("github.branch_rules")
    assert [page.answer["repository"] for page in read] == expected


@pytest.mark.parametrize(
    ("merged", "rows"),
    [
        (["2026-02-28T23:59:59Z"], 0),
        (["2026-03-01T00:00:00Z"], 1),
        (["2026-03-31T23:59:59Z"], 1),
        (["2026-04-01T00:00:00Z"], 0),
        (["2026-02-28T23:59:59Z", "2026-03-01T00:00:00Z", "2026-03-31T23:59:59Z", "2026-04-01T00:00:00Z"], 2),
        ([], 0),
    ],
)
@pytest.mark.parametrize("dataset", EVENTS)
def test_a_month_is_half_open(workspace: Workspace, dataset: str, merged: list[str], rows: int) -> None:
    workspace.serve(organization(repository("shop", [parse_moment(moment) for moment in merged])))
    read, _ = workspace.collect(dataset)
    assert sum(page.rows for page in read) == rows


def test_pull_requests_stop_before_the_period_but_not_at_late_reviews(workspace: Workspace) -> None:
    early = hourly(40, datetime(2026, 1, 1, tzinfo=UTC))
    shop = repository("shop", [*early, *hourly(60)])
    pulls = list(shop.pull_requests)
    pulls[0] = replace(pulls[0], reviews=(Review("bob", "COMMENTED", AT, pulls[0].commits[0].sha),))
    workspace.serve(organization(replace(shop, pull_requests=tuple(pulls))))
    read, _ = workspace.collect("github.merged_pull_requests")
    assert sum(page.rows for page in read) == 60
    assert [page.parameters["pageSize"] for page in read] == [25, 25, 25, 5]
    assert {page.parameters["repository"] for page in read} == {"acme/shop"}


def test_a_pull_request_touched_while_reading_is_not_missed(workspace: Workspace) -> None:
    shop = repository("shop", hourly(30))
    workspace.serve(organization(shop))

    def touch(pages: int) -> None:
        if pages == 1:
            pulls = list(shop.pull_requests)
            pulls[0] = replace(pulls[0], reviews=(Review("bob", "COMMENTED", AT, pulls[0].commits[0].sha),))
            workspace.serve(organization(replace(shop, pull_requests=tuple(pulls))))

    with SOURCE.connect(workspace.config) as connection:
        read, _ = exhaust(DATASETS["github.merged_pull_requests"].pages(connection, MARCH), touch)
    numbers = {node["number"] for page in read for node in page.answer["repository"]["pullRequests"]["nodes"]}
    assert numbers == set(range(1, 31))
    assert sum(page.rows for page in read) == 30


def test_a_list_that_never_stands_still_is_not_taken_for_whole(workspace: Workspace) -> None:
    def merge_another(pages: int) -> None:
        workspace.serve(organization(repository("shop", hourly(3 + pages))))

    workspace.serve(organization(repository("shop", hourly(3))))
    with SOURCE.connect(workspace.config) as connection:
        pages = DATASETS["github.merged_pull_requests"].pages(connection, MARCH)
        with pytest.raises(IncompleteCollection, match="acme/shop: the list changed"):
            exhaust(pages, merge_another)


@pytest.mark.parametrize("dataset", EVENTS)
def test_many_changes_in_the_first_second_are_all_read(workspace: Workspace, dataset: str) -> None:
    workspace.serve(organization(repository("shop", [MARCH.start] * 130)))
    read, _ = workspace.collect(dataset)
    assert sum(page.rows for page in read) == 130


def test_commits_come_from_one_head(workspace: Workspace) -> None:
    """A push between two pages starts the repository again, and nothing is listed twice."""
    before, after = (organization(repository("shop", hourly(count))) for count in (120, 121))
    workspace.serve(before)

    def push(answer: Any) -> Any:
        workspace.serve(after)
        return answer

    workspace.server.faults.append(Fault("/graphql", edit=push, times=1))
    read, completeness = workspace.collect("github.default_branch_commits")
    heads = {page.answer["repository"]["defaultBranchRef"]["target"]["oid"] for page in read}
    assert (len(heads), [page.rows for page in read], completeness.source_total) == (1, [100, 21], 121)


@pytest.mark.parametrize(("limit", "sizes"), [(12, [12, 12, 12, 5]), (3, [3] * 10 + [3]), (1, [1] * 30 + [1, 1])])
def test_pages_are_halved_while_github_cannot_give_them(workspace: Workspace, limit: int, sizes: list[int]) -> None:
    workspace.serve(organization(repository("shop", hourly(30))))
    workspace.server.faults.append(Fault("/graphql", 502, larger_than=limit))
    read, _ = workspace.collect("github.merged_pull_requests")
    assert [page.parameters["pageSize"] for page in read][: len(sizes) - 1] == sizes[:-1]
    assert sum(page.rows for page in read) == 30


def with_errors(kind: str | None, message: str) -> Callable[[Any], Any]:
    return lambda answer: {**answer, "errors": [{"message": message, **({"type": kind} if kind else {})}]}


def with_null(answer: Any) -> Any:
    pulls = answer["data"]["repository"]["pullRequests"]
    return {"data": {"repository": {"pullRequests": {**pulls, "nodes": [None, *pulls["nodes"][1:]]}}}}


def with_total(total: int) -> Callable[[Any], Any]:
    def edit(answer: Any) -> Any:
        repository = answer["data"]["repository"]
        history = ((repository.get("defaultBranchRef") or {}).get("target") or {}).get("history")
        (repository.get("pullRequests") or history or {})["totalCount"] = total
        return answer

    return edit


def hidden(answer: Any) -> Any:
    return {"data": {"repository": None}}


PULLS, COMMITS, RULES = "github.merged_pull_requests", "github.default_branch_commits", "github.branch_rules"
PROTECTION = "/repos/acme/shop/branches"


@pytest.mark.parametrize(
    ("dataset", "fault", "error", "says"),
    [
        ("github.members", Fault("/orgs/acme/members", 403, "Resource not accessible"), Refused, "Members: read"),
        ("github.members", Fault("/orgs/acme/members", 404, "Not Found"), Refused, "Members: read"),
        ("github.members_without_2fa", Fault("/orgs", 422, "Only owners can use this filter."), Refused, "owner"),
        ("github.organization", Fault("/orgs/acme", 401, "Bad credentials"), Refused, "expired"),
        ("github.organization", Fault("/orgs/acme", 500), Unreachable, "500"),
        ("github.organization", Fault("/orgs/acme", drop=True), Unreachable, "GET /orgs/acme"),
        ("github.organization", Fault("/orgs/acme", edit=lambda _: ["?"]), MalformedInput, "GET /orgs/acme"),
        ("github.repositories", Fault("/orgs", edit=lambda _: {"?": 1}), MalformedInput, "GET /orgs/acme/repos"),
        (
            "github.members",
            Fault("/orgs", 429, "Too many requests", {"Retry-After": "0"}),
            IncompleteCollection,
            "rate limit",
        ),
        (RULES, Fault(PROTECTION, 404, "Not Found"), Refused, "Administration: read"),
        (RULES, Fault("/repos/acme/shop/rulesets", 403, "Forbidden"), Refused, "Administration: read"),
        (PULLS, Fault("/graphql", drop=True), Unreachable, "merged_pull_requests"),
        (PULLS, Fault("/graphql", 502), Unreachable, "502"),
        (PULLS, Fault("/graphql", 401, "Bad credentials"), Refused, "expired"),
        (PULLS, Fault("/graphql", edit=with_null), IncompleteCollection, "null nodes"),
        (PULLS, Fault("/graphql", edit=with_total(9)), IncompleteCollection, "9"),
        (COMMITS, Fault("/graphql", edit=with_total(9)), IncompleteCollection, "9"),
        (PULLS, Fault("/graphql", edit=with_errors("FORBIDDEN", "no")), Refused, "Pull requests: read"),
        (PULLS, Fault("/graphql", edit=with_errors("NOT_FOUND", "no repository")), Refused, "no repository"),
        (PULLS, Fault("/graphql", edit=with_errors("RATE_LIMIT", "wait")), IncompleteCollection, "rate limit"),
        (PULLS, Fault("/graphql", edit=with_errors("RATE_LIMITED", "wait")), IncompleteCollection, "rate limit"),
        (PULLS, Fault("/graphql", edit=with_errors(None, "odd")), IncompleteCollection, "odd"),
        (PULLS, Fault("/graphql", edit=with_errors(None, "Resource limits exceeded")), Unreachable, "limits"),
        (PULLS, Fault("/graphql", edit=hidden), Refused, "acme/shop"),
        (PULLS, Fault("/graphql", edit=lambda _: {}), MalformedInput, "no data"),
    ],
)
def test_what_goes_wrong_is_never_an_answer(
    workspace: Workspace, dataset: str, fault: Fault, error: type[CollectionError], says: str
) -> None:
    workspace.server.faults.append(fault)
    with pytest.raises(error, match=says) as raised:
        workspace.collect(dataset)
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize("dataset", REST)
def test_one_broken_answer_is_asked_for_again(workspace: Workspace, dataset: str) -> None:
    workspace.server.faults.append(Fault("/orgs", 502, times=1))
    read, _ = workspace.collect(dataset)
    assert read


def test_without_a_token_nothing_is_read(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EXAMPLE_GITHUB_TOKEN")
    with pytest.raises(Refused, match="export EXAMPLE_GITHUB_TOKEN"), SOURCE.connect(workspace.config):
        pass


def test_a_wrong_token_is_refused_at_once(workspace: Workspace) -> None:
    workspace.server.token = "another"
    with pytest.raises(Refused, match="GET /user"), SOURCE.connect(workspace.config):
        pass


def test_without_settings_there_is_no_connection(workspace: Workspace) -> None:
    config = replace(workspace.config, github=None)
    with pytest.raises(ConfigError, match=r"sources\.github"), SOURCE.connect(config):
        pass


def test_nobody_there_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLE_GITHUB_TOKEN", TOKEN)
    with GithubServer() as server:
        config = settings(server)
    with pytest.raises(Unreachable, match="base_url"), SOURCE.connect(config):
        pass
