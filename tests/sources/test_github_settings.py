"""Branch rules with rulesets of the organisation and their history, and rule suites, read over HTTP from the server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from soc2kit.config import Config
from soc2kit.errors import CollectionError, IncompleteCollection, MalformedInput, Refused
from soc2kit.example.github_change_state import (
    BranchRules,
    OrganizationRuleset,
    Repository,
    RulesetVersion,
    RuleSuite,
)
from soc2kit.example.github_server import Fault, GithubServer
from soc2kit.example.state import GithubAccount, GithubState, Member
from soc2kit.frames import branch_rules as frames
from soc2kit.period import CIVIL, Period, stamp
from soc2kit.source_settings import GithubSettings
from soc2kit.sources.base import Completeness, Page
from soc2kit.sources.github import SOURCE

RULES, SUITES = "github.branch_rules", "github.rule_suites"
DATASETS = {dataset.id: dataset for dataset in SOURCE.datasets}
MARCH, APRIL = CIVIL.month(2026, 3), CIVIL.month(2026, 4)
MADE = datetime(2025, 1, 1, tzinfo=UTC)
AT = datetime(2026, 3, 31, 20, tzinfo=UTC)
DAY = timedelta(days=1)
OWN = BranchRules(classic=False, ruleset=True, bypass_actors=("core",))
BASELINE = OrganizationRuleset(
    "baseline",
    (
        RulesetVersion(1, MADE, "ann", replace(OWN, required_approvals=1)),
        RulesetVersion(2, MARCH.start, "bob", replace(OWN, required_approvals=2, bypass_actors=())),
    ),
    ("s*",),
)


def repository(name: str, rules: BranchRules | None, **more: Any) -> Repository:
    return Repository(name, "main", MADE, rules, (), (), **more)


def state(*repositories: Repository, rulesets: tuple[OrganizationRuleset, ...] = (BASELINE,)) -> GithubState:
    members = (Member("ann", "admin"), Member("bob"))
    return GithubState("acme", True, "read", (GithubAccount("robot", "Bot"),), members, (), repositories,
                       rulesets=rulesets)  # fmt: skip


SMALL = state(
    repository("shop", OWN, ruleset_versions=(
        RulesetVersion(1, MADE, "ann", replace(OWN, required_checks=())), RulesetVersion(2, MARCH.start, "ann", OWN))),
    repository("site", BranchRules(allowances=("bob",))),
    repository("bare", None),
)  # fmt: skip


class Reading:
    def __init__(self, server: GithubServer, config: Config) -> None:
        self.server, self.config = server, config

    def collect(self, dataset: str, period: Period = MARCH) -> tuple[list[Page], Completeness]:
        read: list[Page] = []
        with SOURCE.connect(self.config) as connection:
            pages = DATASETS[dataset].pages(connection, period)
            while True:
                try:
                    read.append(next(pages))
                except StopIteration as end:
                    return read, end.value

    def rules(self) -> dict[str, dict[str, Any]]:
        pages = [{"answer": page.answer} for page in self.collect(RULES)[0]]
        return {row["repository"]: dict(row) for row in frames.branch_rules(pages, {})}


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reading]:
    monkeypatch.setenv("EXAMPLE_GITHUB_TOKEN", "no-secret")
    with GithubServer() as server:
        github = GithubSettings("acme", server.url, token_variable="EXAMPLE_GITHUB_TOKEN")
        server.serve(SMALL, AT)
        yield Reading(server, Config(Path("example"), "Acme", MARCH, ("security",), github=github))


def test_rules_of_repository_and_organisation_are_one_row_for_every_repository(reading: Reading) -> None:
    rows = reading.rules()
    assert {name: (row["required_approvals"], row["sources"]) for name, row in rows.items()} == {
        "acme/shop": (2, ["ruleset protect main (repository)", "ruleset baseline (organisation)"]),
        "acme/site": (2, ["classic", "ruleset baseline (organisation)"]),
        "acme/bare": (0, []),
    }
    # The team may bypass the repository's ruleset alone, and the organisation's asks for as much.
    assert [row["bypass_actors"] for row in rows.values()] == [[], [], []]


def test_a_ruleset_of_the_organisation_is_asked_for_once(reading: Reading) -> None:
    asked: list[str] = []
    reading.server.faults.append(Fault("/orgs/acme/rulesets", edit=lambda answer: asked.append("x") or answer))
    pages, completeness = reading.collect(RULES)
    # Its record, its history, and two versions of it.
    assert len(asked) == 4
    shared = [one for page in pages for one in page.answer["rulesets"] if one["source_type"] == "Organization"]
    assert [len(one["bypass_actors"]) for one in shared] == [0, 0]
    assert "the history of 2 rulesets was read" in completeness.reason


def test_versions_tell_what_held_between_snapshots(reading: Reading) -> None:
    pages = [{"answer": page.answer} for page in reading.collect(RULES)[0]]
    rows = [row for row in frames.ruleset_history(pages, {}) if row["repository"] == "acme/shop"]
    assert [(row["ruleset"], row["version"], row["required_approvals"], row["required_checks"]) for row in rows] == [
        ("ruleset protect main (repository)", 1, 1, ["lint", "test"]),
        ("ruleset baseline (organisation)", 1, 1, ["lint", "test"]),
        ("ruleset protect main (repository)", 2, 2, ["lint", "test"]),
        ("ruleset baseline (organisation)", 2, 2, ["lint", "test"]),
    ]
    assert all(row["changed_by"].startswith("User:") for row in rows)


@pytest.mark.parametrize(("enforcement", "approvals"), [("active", 2), ("evaluate", 1), ("disabled", 1)])
def test_a_ruleset_that_is_not_enforced_protects_nothing(reading: Reading, enforcement: Any, approvals: int) -> None:
    last = BASELINE.versions[-1]
    changed = replace(BASELINE, versions=(replace(last, rules=replace(last.rules, enforcement=enforcement)),))
    reading.server.serve(state(repository("shop", OWN), rulesets=(changed,)), AT)
    assert reading.rules()["acme/shop"]["required_approvals"] == approvals


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/orgs/acme/rulesets", 404, "Not Found"),
        ("/orgs/acme/rulesets", 403, "Resource not accessible by personal access token"),
    ],
)
def test_without_a_right_on_the_organisation_its_rules_count_and_its_bypass_is_unknown(
    reading: Reading, path: str, status: int, message: str
) -> None:
    def without_bypass(answer: Any) -> Any:
        hidden = isinstance(answer, dict) and answer.get("source_type") == "Organization"
        return {key: value for key, value in answer.items() if key != "bypass_actors"} if hidden else answer

    reading.server.faults += [Fault(path, status, message), Fault("/repos/acme/site/rulesets", edit=without_bypass)]
    row = reading.rules()["acme/site"]
    assert (row["required_approvals"], row["bypass_hidden"]) == (2, ["ruleset baseline (organisation)"])
    assert "is not readable: github GET /orgs/acme/rulesets" in reading.collect(RULES)[1].reason


@pytest.mark.parametrize(("status", "message"), [(403, "Forbidden"), (404, "Not Found")])
def test_a_history_that_is_refused_is_recorded_and_ends_nothing(reading: Reading, status: int, message: str) -> None:
    number = reading.collect(RULES)[0][1].answer["rulesets"][0]["id"]
    reading.server.faults.append(Fault(f"/repos/acme/shop/rulesets/{number}/history", status, message))
    pages, completeness = reading.collect(RULES)
    shop = next(page.answer for page in pages if page.answer["repository"] == "acme/shop")
    first = shop["history"][0]
    assert (first["versions"], message in first["refused"]) == (None, True)
    assert "that of 1 rulesets is not readable" in completeness.reason
    assert next(frames.branch_rules([{"answer": shop}], {}))["history_whole"] is False


@pytest.mark.parametrize(
    ("path", "status", "message", "error"),
    [
        ("/repos/acme/bare/branches", 404, "Not Found", Refused),
        ("/repos/acme/bare/branches", 403, "Upgrade to GitHub Pro", Refused),
        ("/repos/acme/shop/rulesets", 404, "Not Found", Refused),
        ("/repos/acme/shop/rules/branches", 404, "Not Found", Refused),
        ("/orgs/acme/rulesets", 429, "Too many requests", IncompleteCollection),
    ],
)
def test_what_may_only_mean_no_right_to_know_is_never_taken_for_no_rule(
    reading: Reading, path: str, status: int, message: str, error: type[CollectionError]
) -> None:
    headers = {"Retry-After": "0"} if status == 429 else {}
    reading.server.faults.append(Fault(path, status, message, headers))
    with pytest.raises(error, match="Administration: read" if error is Refused else "rate limit"):
        reading.collect(RULES)


@pytest.mark.parametrize("message", ["Branch not protected", "Branch not found"])
def test_githubs_own_word_that_nothing_protects_is_taken(reading: Reading, message: str) -> None:
    reading.server.faults.append(Fault("/repos/acme/bare/branches", 404, message))
    assert reading.rules()["acme/bare"]["classic"] is False


def test_a_version_without_its_state_is_no_answer(reading: Reading) -> None:
    def edit(answer: Any) -> Any:
        return {key: value for key, value in answer.items() if key != "state"} if isinstance(answer, dict) else answer

    number = reading.collect(RULES)[0][1].answer["rulesets"][0]["id"]
    reading.server.faults.append(Fault(f"/repos/acme/shop/rulesets/{number}/history/", edit=edit))
    with pytest.raises(MalformedInput, match=r"acme/shop.*'state'"):
        reading.collect(RULES)


def test_somebody_without_rights_sees_no_bypass_and_no_history(reading: Reading) -> None:
    """Classic protection cannot be read then, so all of it is refused."""
    reading.server.viewer = "bob"
    reading.server.serve(SMALL, AT)
    with pytest.raises(Refused, match="Administration: read"):
        reading.collect(RULES)


def suites(*moments: datetime, result: Any = "bypass", first: int = 1) -> tuple[RuleSuite, ...]:
    return tuple(RuleSuite(first + n, at, "ann", "a" * 40, f"{n:040x}", result) for n, at in enumerate(moments))


def with_suites(*made: RuleSuite) -> GithubState:
    return state(repository("shop", OWN, rule_suites=made), repository("site", OWN), rulesets=())


def test_every_page_of_bypasses_and_refusals_is_read(reading: Reading) -> None:
    many = suites(*(MARCH.start + DAY + n * timedelta(minutes=30) for n in range(250)))
    refused = suites(MARCH.start + 3 * DAY, result="fail", first=9000)
    passed = suites(MARCH.start + 3 * DAY, result="pass", first=9001)
    reading.server.serve(with_suites(*many, *refused, *passed), AT)
    pages, completeness = reading.collect(SUITES)
    assert [page.rows for page in pages if page.parameters["repository"] == "acme/shop"] == [100, 100, 50, 1]
    found = [row for page in pages for row in frames.rule_suites(
        [{"answer": page.answer, "parameters": page.parameters}], {"effective": {
            "start": stamp(MARCH.start), "end": stamp(MARCH.end)}})]  # fmt: skip
    assert {row["result"] for row in found} == {"bypass", "fail"}
    assert len({row["suite"] for row in found}) == 251
    assert "of 2 repositories (bypass and fail)" in completeness.reason


@pytest.mark.parametrize(
    ("at", "since"),
    [
        # The reach is the later of 30 days and one month by name.
        ("2026-03-15T06:00:00Z", None),
        ("2026-03-31T00:00:00Z", None),
        ("2026-03-31T20:00:00Z", "2026-03-01T20:00:00Z"),
        ("2026-04-01T06:00:00Z", "2026-03-02T06:00:00Z"),
        ("2026-04-30T23:59:59Z", "2026-03-31T23:59:59Z"),
    ],
)
def test_of_a_month_only_what_is_kept_is_taken_for_read(reading: Reading, at: str, since: str | None) -> None:
    reading.server.serve(with_suites(*suites(MARCH.start, MARCH.start + DAY)), datetime.fromisoformat(at))
    _, completeness = reading.collect(SUITES)
    assert (completeness.since and stamp(completeness.since)) == since
    assert ("could not be read" in completeness.reason) is (since is not None)


def test_february_is_a_month_by_name(reading: Reading) -> None:
    """On 1 March thirty days reach into January, and a month by name to 1 February."""
    reading.server.serve(with_suites(), datetime(2026, 3, 1, 6, tzinfo=UTC))
    _, completeness = reading.collect(SUITES, CIVIL.month(2026, 2))
    assert completeness.since == datetime(2026, 2, 1, 6, tzinfo=UTC)


def test_a_month_that_is_wholly_forgotten_is_refused_by_name(reading: Reading) -> None:
    reading.server.serve(with_suites(), datetime(2026, 5, 2, tzinfo=UTC))
    with pytest.raises(IncompleteCollection, match=r"2026-03-01 to 2026-04-01 of 2026-03 can no longer be asked for"):
        reading.collect(SUITES)


def test_without_a_date_nothing_is_known_of_the_reach(reading: Reading) -> None:
    page = DATASETS[SUITES]
    with SOURCE.connect(reading.config) as connection:
        get = connection.get
        connection.get = lambda *a, **k: replace(get(*a, **k), answered_at=None)  # type: ignore[method-assign]
        with pytest.raises(IncompleteCollection, match="has no Date"):
            next(page.pages(connection, MARCH))


@pytest.mark.parametrize(("status", "message"), [(403, "Upgrade to GitHub Team"), (404, "Not Found")])
def test_a_plan_without_rulesets_is_said(reading: Reading, status: int, message: str) -> None:
    reading.server.faults.append(Fault("/repos/acme/shop/rulesets/rule-suites", status, message))
    with pytest.raises(Refused, match=r"rule_suites = false in \[sources.github\]"):
        reading.collect(SUITES)


def test_a_company_may_do_without(reading: Reading) -> None:
    assert DATASETS[SUITES].wanted(reading.config)
    assert reading.config.github is not None
    without = replace(reading.config, github=replace(reading.config.github, rule_suites=False))
    assert not DATASETS[SUITES].wanted(without)


def test_an_organisation_without_repositories_has_no_suites(reading: Reading) -> None:
    reading.server.serve(state(), AT)
    pages, completeness = reading.collect(SUITES)
    assert (pages, completeness.source_total) == ([], 0)
