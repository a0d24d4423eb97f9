"""GitHub's alerts against the local GitHub: whole lists in every state, and what is off apart from what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from soc2kit.config import Config
from soc2kit.errors import IncompleteCollection, MalformedInput, Refused, Unreachable
from soc2kit.example.github_change_state import Repository
from soc2kit.example.github_server import Fault, GithubServer
from soc2kit.example.github_vulnerability_state import CodeScanningAlert, DependabotAlert, Ending, VulnerabilityState
from soc2kit.example.state import GithubState, Member
from soc2kit.frames.vulnerability_alerts import alert_lists, alerts_enabled, code_scanning_alerts, dependabot_alerts
from soc2kit.period import CIVIL
from soc2kit.source_settings import GithubSettings
from soc2kit.sources.base import Completeness, Page
from soc2kit.sources.github import SOURCE

AT = datetime(2026, 3, 20, 6, tzinfo=UTC)
DAY = timedelta(days=1)
DEPENDABOT, CODE, ENABLED = (
    f"github.{name}" for name in ("dependabot_alerts", "code_scanning_alerts", "vulnerability_alerts_enabled")
)
REFUSED = "Resource not accessible by personal access token"
ENDINGS = (
    None,
    Ending("fixed", AT - DAY),
    Ending("dismissed", AT - DAY, "ann", "tolerable_risk", "  accepted until June "),
    Ending("dismissed", AT - DAY, "ann", "fix_started"),
    Ending("auto_dismissed", AT - DAY),
)


def alert(number: int, ending: Ending | None = None) -> DependabotAlert:
    return DependabotAlert(
        "shop", number, f"p{number}", f"GHSA-aaaa-bbbb-{number:04d}", "high", AT - 30 * DAY + timedelta(minutes=number),
        f"CVE-2026-{number:04d}", patched="2.0", ending=ending,
    )  # fmt: skip


def state(vulnerabilities: VulnerabilityState) -> GithubState:
    repositories = tuple(
        Repository(name, "main", AT - 900 * DAY, None, (), (), archived=name == "attic")
        for name in ("attic", "docs", "shop")
    )
    return GithubState("acme", True, "read", (), (Member("ann", "admin"), Member("bob")), (), repositories,
                       vulnerabilities=vulnerabilities)  # fmt: skip


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[GithubServer]:
    monkeypatch.setenv("VULNERABILITY_TOKEN", "token")
    monkeypatch.setattr("soc2kit.sources.github.client.PAGE_SIZE", 2)
    monkeypatch.setattr("soc2kit.sources.github.vulnerability_alerts.PAGE_SIZE", 2)
    with GithubServer() as running:
        yield running


def collect(server: GithubServer, dataset: str, **settings: Any) -> tuple[list[dict[str, Any]], Completeness]:
    from pathlib import Path

    github = GithubSettings("acme", server.url, token_variable="VULNERABILITY_TOKEN", **settings)
    config = Config(Path(), "X", CIVIL.parse("2026-Q1"), ("security",), github=github)
    (chosen,) = (one for one in SOURCE.datasets if one.id == dataset)
    found: list[Page] = []
    with SOURCE.connect(config) as connection:
        pages = chosen.pages(connection, CIVIL.month(2026, 3))
        while True:
            try:
                found.append(next(pages))
            except StopIteration as end:
                return [{"call": page.call, "answer": page.answer} for page in found], end.value


def test_every_alert_in_every_state(server: GithubServer) -> None:
    alerts = tuple(alert(number, ending) for number, ending in enumerate(ENDINGS, 1))
    server.serve(state(VulnerabilityState(dependabot=alerts)), AT)
    pages, completeness = collect(server, DEPENDABOT)
    assert (len(pages), completeness.source_total) == (3, 5)
    rows = list(dependabot_alerts(pages, {}))
    assert [(row["state"], bool(row["fixed_at"]), bool(row["dismissed_at"]), row["by_rule"]) for row in rows] == [
        ("open", False, False, False),
        ("fixed", True, False, False),
        ("dismissed", False, True, False),
        ("dismissed", False, False, False),
        ("auto_dismissed", False, True, True),
    ]
    assert (rows[2]["dismissed_by"], rows[2]["dismissed_reason"], rows[2]["dismissed_comment"]) == (
        "ann", "tolerable_risk", "accepted until June",
    )  # fmt: skip
    assert (rows[0]["ids"], rows[0]["package"], rows[0]["alert"]) == (
        ["GHSA-aaaa-bbbb-0001", "CVE-2026-0001"], "p1", "acme/shop/dependabot/1",
    )  # fmt: skip


def test_alerts_on_code(server: GithubServer) -> None:
    alerts = (
        CodeScanningAlert("shop", 1, "js/xss", "a.js", 3, AT - DAY, level="critical"),
        CodeScanningAlert("shop", 2, "js/style", "a.js", 3, AT - DAY, severity="note", level=None),
        CodeScanningAlert("shop", 3, "CVE-2026-1", "a.js", 3, AT - DAY, "warning", None, "Trivy"),
    )
    server.serve(state(VulnerabilityState(code_scanning=alerts)), AT)
    rows = list(code_scanning_alerts(collect(server, CODE)[0], {}))
    assert [(row["severity"], row["severity_given"], row["tool"], row["location"]) for row in rows] == [
        ("critical", "critical", "CodeQL", "a.js"), ("low", "level note", "CodeQL", "a.js"),
        ("medium", "level warning", "Trivy", "a.js"),
    ]  # fmt: skip


@pytest.mark.parametrize("dataset", [DEPENDABOT, CODE])
def test_not_enabled_is_an_answer_and_not_readable_is_none(server: GithubServer, dataset: str) -> None:
    server.serve(state(VulnerabilityState(dependabot=None, code_scanning=None)), AT)
    pages, completeness = collect(server, dataset)
    assert (completeness.source_total, "does not have these alerts enabled" in completeness.reason) == (0, True)
    assert list(alert_lists(pages, {})) == [{"enabled": False}]
    assert list(dependabot_alerts(pages, {})) == []
    server.viewer = "bob"
    server.serve(state(VulnerabilityState()), AT)
    with pytest.raises(Refused, match="alerts: read"):
        collect(server, dataset)


@pytest.mark.parametrize("dataset", [DEPENDABOT, CODE])
def test_an_empty_list_is_a_list(server: GithubServer, dataset: str) -> None:
    server.serve(state(VulnerabilityState()), AT)
    pages, completeness = collect(server, dataset)
    assert (len(pages), completeness.source_total) == (1, 0)
    assert list(alert_lists(pages, {})) == [{"enabled": True}]


def test_on_off_and_unknown(server: GithubServer) -> None:
    server.serve(state(VulnerabilityState(off=("docs",))), AT)
    pages, completeness = collect(server, ENABLED)
    rows = list(alerts_enabled(pages, {}))
    assert [(row["repository"], row["enabled"]) for row in rows] == [("acme/docs", False), ("acme/shop", True)]
    assert "1 archived are left out" in completeness.reason
    server.viewer = "bob"
    server.serve(state(VulnerabilityState(off=("docs",))), AT)
    pages, completeness = collect(server, ENABLED)
    assert [row["refused"] for row in alerts_enabled(pages, {})] == ["404: Not Found"] * 2
    assert "of 2 GitHub does not tell it" in completeness.reason


def test_only_the_chosen_repositories_are_asked(server: GithubServer) -> None:
    server.serve(state(VulnerabilityState()), AT)
    pages, _ = collect(server, ENABLED, repositories=("attic",))
    assert [row["repository"] for row in alerts_enabled(pages, {})] == ["acme/attic"]


@pytest.mark.parametrize(
    ("dataset", "fault", "error", "words"),
    [
        (ENABLED, Fault("/repos/acme/shop/vuln", 500, "oops"), Unreachable, "500"),
        (ENABLED, Fault("/repos/acme/shop/vuln", 401, "Bad credentials"), Refused, "expired"),
        (DEPENDABOT, Fault("/orgs/acme/dependabot", 403, REFUSED), Refused, "Dependabot alerts: read"),
        (CODE, Fault("/orgs/acme/code-scanning", 404, "Not Found"), Refused, "Code scanning alerts: read"),
        (DEPENDABOT, Fault("/orgs/acme/dependabot", edit=lambda answer: [{"number": 1}]), MalformedInput, "repository"),
        (DEPENDABOT, Fault("/orgs/acme/dependabot", edit=lambda answer: answer[:1], times=None),
         IncompleteCollection, "among the newest"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_named(
    server: GithubServer, dataset: str, fault: Fault, error: type[Exception], words: str
) -> None:
    server.serve(state(VulnerabilityState(dependabot=tuple(map(alert, range(1, 5))))), AT)
    fault = replace(fault)
    if error is IncompleteCollection:
        # Of the list itself alone: the newest were asked for before.
        seen: list[Any] = []
        fault = replace(fault, edit=lambda answer: seen.append(1) or (answer if len(seen) == 1 else answer[:1]))  # type: ignore[func-returns-value]
    server.faults.append(fault)
    with pytest.raises(error, match=words):
        collect(server, dataset)
