"""The local GitHub keeps GitHub's published contracts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import github
import graphql
import jsonschema
import pytest
import requests

from soc2kit.example.github_access_state import (
    AuditEvent,
    DeployKey,
    GithubAccess,
    InstalledApp,
    Invitation,
    SamlIdentity,
    SecretAlert,
    SecretScanning,
    Team,
)
from soc2kit.example.github_change_state import (
    BranchRules,
    CheckRun,
    Commit,
    Deployment,
    DeploymentStatus,
    Environment,
    OrganizationRuleset,
    PullRequest,
    Repository,
    Review,
    RulesetVersion,
    RuleSuite,
    WorkflowFile,
    WorkflowRun,
)
from soc2kit.example.github_contracts import DESCRIPTION_FILE, SCHEMA_FILE, query_texts
from soc2kit.example.github_records import identifier
from soc2kit.example.github_server import Fault, GithubServer
from soc2kit.example.github_vulnerability_state import CodeScanningAlert, DependabotAlert, Ending, VulnerabilityState
from soc2kit.example.state import GithubAccount, GithubState, Member

AT = datetime(2026, 3, 31, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HEADERS = {"Authorization": "token example"}


def change(number: int, method: str = "squash") -> tuple[PullRequest, Commit]:
    """A merged pull request and the commit it became."""
    merged = AT - 40 * DAY + number * timedelta(hours=1)
    checks = (CheckRun("test", "SUCCESS", merged), CheckRun("lint", None, None))
    work = Commit(f"{number:039x}a", ("ann",), merged - DAY, f"Change {number}", ("0" * 40,), "ann", checks)
    squashed = Commit(f"{number:039x}f", ("ann", None), merged, f"Change {number} (#{number})", ("0" * 40,))
    pull = PullRequest(
        number=number, title=f"Change {number}", author="dependabot" if number % 2 else "ann", created_at=merged - DAY,
        merged_at=merged, merged_by="ann", base="main", head_ref=f"change-{number}", merge_commit=squashed.sha,
        method=method, commits=(work,), labels=("bug",), reviews=(Review(None, "APPROVED", merged, work.sha),),
    )  # fmt: skip
    return pull, squashed


ACCESS = GithubAccess(
    teams=(Team("platform", "Platform", (("ann", "maintainer"), ("bob", "member")), (("shop", "push"),)),),
    direct=(("bob", "shop", "write"),),
    outside_without_two_factor=("zoe",),
    invitations=(Invitation("ann", AT - DAY, email="new@acme.example"), Invitation("ann", AT - DAY, login="newcomer")),
    deploy_keys=(DeployKey("shop", "ci", AT - 90 * DAY, False, "ann", AT - DAY), DeployKey("shop", "old", AT - DAY)),
    apps=(InstalledApp("ci-runner", AT - DAY, (("contents", "write"), ("metadata", "read"))),
          InstalledApp("gone", AT - 9 * DAY, (("issues", "read"),), "selected", suspended_at=AT - DAY)),
    saml=(SamlIdentity("ann", "ann@acme.example"), SamlIdentity(None, "late@acme.example")),
    secret_scanning=(SecretScanning("shop", True, False),),
    secret_alerts=(SecretAlert("shop", 1, "aws_access_key_id", "AKIAEXAMPLE", AT - 9 * DAY, "revoked", AT, "ann", "x"),
                   SecretAlert("shop", 2, "slack_api_token", "xoxb-example", AT - DAY)),
    audit_log=(AuditEvent(AT - 2 * DAY, "org.add_member", "ann", "bob", (("permission", "read"),)),
               AuditEvent(AT - DAY, "public_key.create", "ann", None, (("repo", "acme/shop"), ("read_only", True)))),
)  # fmt: skip


ENDED = (None, Ending("fixed", AT), Ending("dismissed", AT, "ann", "not_used", "x"), Ending("auto_dismissed", AT))
VULNERABILITIES = VulnerabilityState(
    off=("attic",),
    dependabot=tuple(
        DependabotAlert("shop", number, "p", "GHSA-aaaa-bbbb-cccc", "critical", AT - number * DAY, "CVE-2026-1",
                        patched="2" if number else None, ending=ending)
        for number, ending in enumerate(ENDED)
    ),
    code_scanning=(
        CodeScanningAlert("shop", 1, "js/xss", "a.js", 3, AT - DAY),
        CodeScanningAlert("shop", 2, "js/style", "a.js", 3, AT - 2 * DAY, "note", None,
                          ending=Ending("dismissed", AT, "ann", "won't fix", "x")),
    ),
)  # fmt: skip
SUITES = (
    RuleSuite(1, AT - DAY, "ann", "0" * 40, "1" * 40, "bypass"),
    RuleSuite(2, AT - DAY, None, "0" * 40, "2" * 40, "fail"),
)
PIPELINE: dict[str, Any] = {
    "workflows": (WorkflowFile(".github/workflows/ci.yml", "on: push"),),
    "runs": (WorkflowRun(1, ".github/workflows/ci.yml", "CI", "push", "main", "a" * 40, "ann", AT - DAY, AT, "success"),
             WorkflowRun(2, ".github/workflows/ci.yml", "CI", "push", "main", "a" * 40, None, AT - DAY, None, None)),
    "deployments": (Deployment(1, "production", "a" * 40, "main", AT - DAY, "ann",
                               (DeploymentStatus("success", AT),)),),
    "environments": (Environment("production", AT - DAY, ("ann", "platform"), True, 5, "custom", ("main", "tag v*")),
                     Environment("staging", AT - DAY)),
}  # fmt: skip


def organization(changes: int = 3) -> GithubState:
    made = [change(number) for number in range(1, changes + 1)]
    pulls, commits = tuple(pull for pull, _ in made), tuple(commit for _, commit in made)
    people = [f"person{number:03}" for number in range(118)]
    rules = BranchRules(ruleset=True, bypass_actors=("release-managers", "dependabot", "OrganizationAdmin"))
    return GithubState(
        organization="acme",
        two_factor_required=True,
        default_repository_permission="read",
        accounts=(GithubAccount("ann", name="Ann"), GithubAccount("dependabot", kind="Bot")),
        members=(Member("ann", "admin"), Member("bob", two_factor=False), *(Member(login) for login in people)),
        outside_collaborators=(("zoe", "shop", "write"),),
        repositories=(
            Repository("shop", "main", AT - 400 * DAY, rules, pulls, commits, rule_suites=SUITES, **PIPELINE),
            Repository("attic", "release/1.0", AT - 900 * DAY, None, (), (), private=False, archived=True),
        ),
        access=ACCESS,
        vulnerabilities=VULNERABILITIES,
        rulesets=(OrganizationRuleset("baseline", (RulesetVersion(1, AT - 90 * DAY, None, rules),
                                                   RulesetVersion(2, AT - DAY, "ann", rules))),),
    )  # fmt: skip


@pytest.fixture
def server() -> Iterator[GithubServer]:
    with GithubServer() as running:
        running.serve(organization(), AT)
        yield running


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(DESCRIPTION_FILE.read_text("utf-8"))
    return document


def get(server: GithubServer, path: str, **options: Any) -> requests.Response:
    return requests.get(server.url + path, headers=HEADERS, timeout=10, **options)


def ask(server: GithubServer, query: str, **variables: Any) -> dict[str, Any]:
    body = {"query": query_texts()[query], "variables": {"owner": "acme", "name": "shop", **variables}}
    answer = requests.post(f"{server.url}/graphql", json=body, headers=HEADERS, timeout=10)
    assert answer.status_code == 200
    result: dict[str, Any] = answer.json()
    return result


@pytest.mark.parametrize("name", query_texts())
def test_queries_are_valid_under_githubs_schema(name: str) -> None:
    schema = graphql.build_schema(SCHEMA_FILE.read_text("utf-8"), assume_valid_sdl=True)
    assert graphql.validate_schema(schema) == []
    assert graphql.validate(schema, graphql.parse(query_texts()[name])) == []


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("/user", "/user"),
        ("/rate_limit", "/rate_limit"),
        ("/orgs/{org}", "/orgs/acme"),
        ("/orgs/{org}/members", "/orgs/acme/members"),
        ("/orgs/{org}/outside_collaborators", "/orgs/acme/outside_collaborators"),
        ("/orgs/{org}/repos", "/orgs/acme/repos"),
        ("/orgs/{org}/teams", "/orgs/acme/teams"),
        ("/orgs/{org}/teams/{team_slug}/members", "/orgs/acme/teams/platform/members"),
        ("/orgs/{org}/teams/{team_slug}/repos", "/orgs/acme/teams/platform/repos"),
        ("/orgs/{org}/invitations", "/orgs/acme/invitations"),
        ("/orgs/{org}/installations", "/orgs/acme/installations"),
        ("/orgs/{org}/audit-log", "/orgs/acme/audit-log?phrase=created:2026-03-01..2026-03-31"),
        ("/orgs/{org}/secret-scanning/alerts", "/orgs/acme/secret-scanning/alerts"),
        ("/orgs/{org}/dependabot/alerts", "/orgs/acme/dependabot/alerts"),
        ("/orgs/{org}/code-scanning/alerts", "/orgs/acme/code-scanning/alerts"),
        ("/repos/{owner}/{repo}/activity", "/repos/acme/shop/activity?ref=refs/heads/main"),
        ("/repos/{owner}/{repo}/keys", "/repos/acme/shop/keys"),
        ("/repos/{owner}/{repo}", "/repos/acme/shop"),
        ("/repos/{owner}/{repo}/collaborators", "/repos/acme/shop/collaborators"),
        ("/repos/{owner}/{repo}/branches/{branch}/protection", "/repos/acme/shop/branches/main/protection"),
        ("/repos/{owner}/{repo}/rules/branches/{branch}", "/repos/acme/shop/rules/branches/main"),
        ("/repos/{owner}/{repo}/rulesets", "/repos/acme/shop/rulesets"),
        ("/repos/{owner}/{repo}/actions/runs", "/repos/acme/shop/actions/runs"),
        ("/repos/{owner}/{repo}/environments", "/repos/acme/shop/environments"),
        (
            "/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies",
            "/repos/acme/shop/environments/production/deployment-branch-policies",
        ),
        ("/repos/{owner}/{repo}/pulls", "/repos/acme/shop/pulls?state=closed"),
        ("/repos/{owner}/{repo}/pulls/{pull_number}", "/repos/acme/shop/pulls/1"),
        ("/repos/{owner}/{repo}/pulls/{pull_number}/reviews", "/repos/acme/shop/pulls/1/reviews"),
        ("/repos/{owner}/{repo}/pulls/{pull_number}/commits", "/repos/acme/shop/pulls/1/commits"),
        ("/repos/{owner}/{repo}/commits/{ref}", f"/repos/acme/shop/commits/{1:039x}a"),
        ("/repos/{owner}/{repo}/commits/{ref}/check-runs", f"/repos/acme/shop/commits/{1:039x}a/check-runs"),
        ("/repos/{owner}/{repo}/commits/{ref}/status", f"/repos/acme/shop/commits/{1:039x}a/status"),
        ("/repos/{owner}/{repo}/rulesets/{ruleset_id}", f"/repos/acme/shop/rulesets/{identifier('acme/shop')}"),
        ("/repos/{owner}/{repo}/rulesets/{ruleset_id}", f"/repos/acme/shop/rulesets/{identifier('acme baseline')}"),
        (
            "/repos/{owner}/{repo}/rulesets/{ruleset_id}/history",
            f"/repos/acme/shop/rulesets/{identifier('acme/shop')}/history",
        ),
        (
            "/repos/{owner}/{repo}/rulesets/{ruleset_id}/history/{version_id}",
            f"/repos/acme/shop/rulesets/{identifier('acme/shop')}/history/1",
        ),
        ("/repos/{owner}/{repo}/rulesets/rule-suites", "/repos/acme/shop/rulesets/rule-suites?time_period=month"),
        ("/orgs/{org}/rulesets/{ruleset_id}", f"/orgs/acme/rulesets/{identifier('acme baseline')}"),
        ("/orgs/{org}/rulesets/{ruleset_id}/history", f"/orgs/acme/rulesets/{identifier('acme baseline')}/history"),
        (
            "/orgs/{org}/rulesets/{ruleset_id}/history/{version_id}",
            f"/orgs/acme/rulesets/{identifier('acme baseline')}/history/2",
        ),
    ],
)
@pytest.mark.parametrize("viewer", ["ann", "bob"])
def test_rest_answers_match_githubs_description(
    server: GithubServer, description: dict[str, Any], template: str, path: str, viewer: str
) -> None:
    server.viewer = viewer
    server.serve(organization(), AT)
    answer = get(server, path)
    if answer.status_code == 200:
        schema = {**description["answers"][template], "components": description["components"]}
        assert answer.json()
    else:
        assert viewer == "bob"
        schema = {"$ref": "#/components/schemas/basic-error", "components": description["components"]}
    jsonschema.Draft202012Validator(schema).validate(answer.json())


@pytest.mark.parametrize(
    ("path", "viewer", "status", "message"),
    [
        ("/repos/acme/attic/branches/release%2F1.0/protection", "ann", 404, "Branch not protected"),
        ("/repos/acme/shop/branches/main/protection", "bob", 404, "Not Found"),
        ("/orgs/acme/members?filter=2fa_disabled", "bob", 422, "Only owners can use this filter."),
        ("/orgs/acme/outside_collaborators?filter=2fa_disabled", "bob", 422, "Only owners can use this filter."),
        ("/orgs/acme/teams/none/members", "ann", 404, "Not Found"),
        (
            "/orgs/acme/audit-log?phrase=created:2026-03-01..2026-03-31",
            "bob",
            403,
            "Must have admin rights to the organization.",
        ),
        (
            "/orgs/acme/audit-log?phrase=actor:ann",
            "ann",
            422,
            "the local GitHub knows one phrase only: created:FIRST..LAST",
        ),
        ("/orgs/other/members", "ann", 404, "Not Found"),
        ("/repos/acme/none", "ann", 404, "Not Found"),
        ("/no/such/path", "ann", 404, "Not Found"),
    ],
)
def test_refusals_have_githubs_words(server: GithubServer, path: str, viewer: str, status: int, message: str) -> None:
    server.viewer = viewer
    server.serve(organization(), AT)
    answer = get(server, path)
    assert answer.status_code == status
    assert answer.json()["message"] == message
    assert answer.json()["status"] == str(status)


@pytest.mark.parametrize(
    ("name", "viewer", "status"), [("shop", "ann", 204), ("attic", "ann", 404), ("shop", "bob", 404)]
)
def test_whether_alerts_are_on_is_told_to_owners_by_a_status(
    server: GithubServer, name: str, viewer: str, status: int
) -> None:
    server.viewer = viewer
    server.serve(organization(), AT)
    answer = get(server, f"/repos/acme/{name}/vulnerability-alerts")
    assert answer.status_code == status
    assert answer.text == "" if status == 204 else answer.json()["status"] == "404"


def test_a_token_is_needed(server: GithubServer) -> None:
    assert requests.get(f"{server.url}/user", timeout=10).json()["message"] == "Requires authentication"
    server.token = "another"
    assert get(server, "/user").json()["message"] == "Bad credentials"


@pytest.mark.parametrize(
    ("per_page", "sizes"), [(100, [100, 20]), (60, [60, 60]), (120, [100, 20]), (50, [50, 50, 20])]
)
def test_lists_come_in_linked_pages(server: GithubServer, per_page: int, sizes: list[int]) -> None:
    url: str | None = f"{server.url}/orgs/acme/members?per_page={per_page}"
    read: list[list[dict[str, Any]]] = []
    while url:
        assert url.startswith(server.url)
        answer = requests.get(url, headers=HEADERS, timeout=10)
        read.append(answer.json())
        url = answer.links.get("next", {}).get("url")
    assert [len(page) for page in read] == sizes
    assert len({member["login"] for page in read for member in page}) == 120


def test_headers_tell_the_request_the_budget_and_whether_it_changed(server: GithubServer) -> None:
    first = get(server, "/orgs/acme")
    assert first.headers["x-github-request-id"]
    assert int(first.headers["x-ratelimit-remaining"]) < int(first.headers["x-ratelimit-limit"])
    again = {**HEADERS, "If-None-Match": first.headers["ETag"]}
    assert requests.get(f"{server.url}/orgs/acme", headers=again, timeout=10).status_code == 304
    server.state = replace(organization(), two_factor_required=False)
    assert requests.get(f"{server.url}/orgs/acme", headers=again, timeout=10).status_code == 200
    assert server.now == AT


def test_only_owners_see_the_watch_for_secrets(server: GithubServer) -> None:
    assert get(server, "/repos/acme/shop").json()["security_and_analysis"] == {
        "secret_scanning": {"status": "enabled"}, "secret_scanning_push_protection": {"status": "disabled"},
    }  # fmt: skip
    server.viewer = "bob"
    server.serve(organization(), AT)
    assert "security_and_analysis" not in get(server, "/repos/acme/shop").json()


@pytest.mark.parametrize(("hidden", "secrets"), [("true", [None, None]), ("false", ["xoxb-example", "AKIAEXAMPLE"])])
def test_secrets_are_hidden_when_that_is_asked(server: GithubServer, hidden: str, secrets: list[str | None]) -> None:
    alerts = get(server, f"/orgs/acme/secret-scanning/alerts?hide_secret={hidden}").json()
    assert [alert.get("secret") for alert in alerts] == secrets


def test_the_audit_log_is_linked_by_cursor_and_dated_by_the_server(server: GithubServer) -> None:
    path = "/orgs/acme/audit-log?phrase=created:2026-03-01..2026-03-31&order=asc&per_page=1"
    first = get(server, path)
    assert [event["action"] for event in first.json()] == ["org.add_member"]
    assert (set(first.links), first.headers["Date"]) == ({"next"}, "Tue, 31 Mar 2026 12:00:00 GMT")
    last = requests.get(first.links["next"]["url"], headers=HEADERS, timeout=10)
    assert [event["action"] for event in last.json()] == ["public_key.create"]
    assert last.links == {}
    assert get(server, "/orgs/acme/audit-log?phrase=created:2026-03-30..2026-03-30").json()[0]["repo"] == "acme/shop"
    server.serve(replace(organization(), access=GithubAccess()), AT)
    assert get(server, path).status_code == 404


@pytest.mark.parametrize(("affiliation", "logins"), [("outside", ["zoe"]), ("direct", ["zoe", "bob"])])
def test_collaborators_are_told_by_affiliation(server: GithubServer, affiliation: str, logins: list[str]) -> None:
    listed = get(server, f"/repos/acme/shop/collaborators?affiliation={affiliation}").json()
    assert [account["login"] for account in listed] == logins


def test_an_organisation_without_single_sign_on_has_no_provider(server: GithubServer) -> None:
    answer = ask(server, "saml_identities", organization="acme", pageSize=1)["data"]["organization"]
    identities = answer["samlIdentityProvider"]["externalIdentities"]
    assert (identities["totalCount"], identities["nodes"][0]["user"]) == (2, {"login": "ann"})
    server.serve(replace(organization(), access=GithubAccess()), AT)
    answer = ask(server, "saml_identities", organization="acme", pageSize=1)
    assert answer["data"]["organization"]["samlIdentityProvider"] is None
    answer = ask(server, "saml_identities", organization="other", pageSize=1)
    assert answer["errors"][0]["type"] == "NOT_FOUND"


def test_only_owners_see_who_may_bypass(server: GithubServer) -> None:
    path = f"/repos/acme/shop/rulesets/{identifier('acme/shop')}"
    actors = get(server, path).json()["bypass_actors"]
    assert [actor["actor_type"] for actor in actors] == ["Team", "Integration", "OrganizationAdmin"]
    server.viewer = "bob"
    server.serve(organization(), AT)
    assert "bypass_actors" not in get(server, path).json()


def test_pull_requests_come_by_update_and_keep_their_place(server: GithubServer) -> None:
    server.serve(organization(5), AT)
    first = ask(server, "merged_pull_requests", pageSize=2)["data"]["repository"]["pullRequests"]
    assert [node["number"] for node in first["nodes"]] == [5, 4]
    # Number 3 is reviewed again: it jumps above the cursor, and the next page begins with number 2.
    state = organization(5)
    shop = state.repositories[0]
    pulls = list(shop.pull_requests)
    pulls[2] = replace(pulls[2], reviews=(Review("bob", "COMMENTED", AT, pulls[2].commits[0].sha),))
    shop = replace(shop, pull_requests=tuple(pulls))
    server.serve(replace(state, repositories=(shop,)), AT)
    after = first["pageInfo"]["endCursor"]
    second = ask(server, "merged_pull_requests", pageSize=2, after=after)["data"]["repository"]["pullRequests"]
    assert [node["number"] for node in second["nodes"]] == [2, 1]
    assert second["pageInfo"]["hasNextPage"] is False


def test_a_pull_request_is_told_in_full(server: GithubServer) -> None:
    nodes = ask(server, "merged_pull_requests", pageSize=5)["data"]["repository"]["pullRequests"]["nodes"]
    pull = nodes[0]
    assert pull["author"] == {"login": "dependabot", "__typename": "Bot"}
    assert pull["reviews"]["nodes"][0]["author"] is None
    assert pull["head"]["nodes"][0]["commit"]["statusCheckRollup"]["state"] == "PENDING"
    assert pull["commits"]["nodes"][0]["commit"]["author"]["user"] == {"login": "ann"}


@pytest.mark.parametrize(("method", "in_history"), [("squash", False), ("rebase", False), ("merge", True)])
def test_history_holds_what_was_merged_in(server: GithubServer, method: str, in_history: bool) -> None:
    pull, commit = change(1, method)
    shop = Repository("shop", "main", AT - 400 * DAY, None, (pull,), (commit,))
    server.serve(replace(organization(), repositories=(shop,)), AT)
    asked = {"head": commit.sha, "since": "2026-01-01T00:00:00Z"}
    repository = ask(server, "default_branch_commits", pageSize=100, **asked)["data"]["repository"]
    found = {node["oid"]: node for node in repository["object"]["history"]["nodes"]}
    assert (pull.commits[0].sha in found) is in_history
    assert found[commit.sha]["associatedPullRequests"]["nodes"][0]["number"] == 1


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        (Fault(status=502, times=1), [502, 200]),
        (Fault(path="/orgs/acme/members", status=403, message="Resource not accessible"), [200, 200]),
        (Fault(path="/orgs/acme", status=404, message="Not Found"), [404, 404]),
    ],
)
def test_faults_strike_where_they_are_put(server: GithubServer, fault: Fault, statuses: list[int]) -> None:
    server.faults.append(fault)
    assert [get(server, "/orgs/acme").status_code for _ in statuses] == statuses


def test_a_dropped_connection_is_dropped(server: GithubServer) -> None:
    server.faults.append(Fault(drop=True, times=1))
    with pytest.raises(requests.ConnectionError):
        get(server, "/user")
    assert get(server, "/user").json()["login"] == "ann"


def test_an_unknown_repository_is_an_error_in_githubs_form(server: GithubServer) -> None:
    answer = ask(server, "merged_pull_requests", name="none", pageSize=1)
    assert answer["data"]["repository"] is None
    assert answer["errors"][0]["type"] == "NOT_FOUND"


def test_without_a_state_it_serves_nothing() -> None:
    with GithubServer() as running:
        assert running.state is None
        assert get(running, "/user").status_code == 503


def test_an_unchanged_client_reads_it(server: GithubServer) -> None:
    with github.Github(auth=github.Auth.Token("example"), base_url=server.url, per_page=50) as client:
        organization = client.get_organization("acme")
        assert len({member.login for member in organization.get_members()}) == 120
        assert [repository.archived for repository in organization.get_repos()] == [False, True]
        branch = client.get_repo("acme/shop").default_branch
        assert branch == "main"
        assert client.get_rate_limit().rate.limit == 5000


def test_a_thousand_runs_are_answered_and_all_are_counted(server: GithubServer) -> None:
    state = organization()
    (one, _), minute = PIPELINE["runs"], timedelta(minutes=1)
    many = tuple(replace(one, number=number, created_at=AT - number * minute) for number in range(1001))
    shop = replace(state.repositories[0], runs=many)
    server.serve(replace(state, repositories=(shop,)), AT)
    first = get(server, "/repos/acme/shop/actions/runs?per_page=100")
    last = get(server, "/repos/acme/shop/actions/runs?per_page=100&page=10")
    assert (first.json()["total_count"], len(last.json()["workflow_runs"]), "next" in last.links) == (1001, 100, False)
    part = "/repos/acme/shop/actions/runs?created=2026-03-31T11:50:00Z..2026-03-31T11:59:00Z"
    assert get(server, part).json()["total_count"] == 10
    assert get(server, "/repos/acme/shop/actions/runs?created=today").status_code == 422


def test_deployments_and_files_are_told_in_full(server: GithubServer) -> None:
    found = ask(server, "deployments", pageSize=5)["data"]["repository"]["deployments"]["nodes"][0]
    assert (found["creator"], found["statuses"]["nodes"][0]["state"]) == (
        {"__typename": "User", "login": "ann"},
        "SUCCESS",
    )
    again = ask(server, "deployment_statuses", deployment=found["id"], pageSize=1)["data"]["node"]
    assert again["statuses"]["totalCount"] == 1
    assert ask(server, "deployment_statuses", deployment="none", pageSize=1)["data"]["node"] is None
    folder = ask(server, "workflow_files")["data"]["repository"]["object"]
    assert folder["entries"][0]["object"]["text"] == "on: push"
    assert ask(server, "workflow_files", name="attic")["data"]["repository"]["object"] is None
