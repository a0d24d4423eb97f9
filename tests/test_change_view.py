"""What a notebook shows of changes, over frames and results made up for it."""

from __future__ import annotations

import re
import time

import pandas as pd
import pytest
from change_frames import Made, changes, commits, drawn, result, views

from soc2kit.change_view.states import EXCEPTION, IN_ORDER, NO_STRATUM, NOT_TESTABLE, each_change, judged
from soc2kit.errors import UsageError
from soc2kit.model import Reconciliation
from soc2kit.period import CIVIL
from soc2kit.workbook import Book

HOSTILE = "</td><script>alert(1)</script>"
ROWS = [
    {"change": "tw/api#1", "merged_at": "2026-01-10T10:00:00Z"},
    {"change": "tw/api#2", "merged_at": "2026-01-31T23:59:59Z", "title": HOSTILE},
    {"change": "tw/api#3", "merged_at": "2026-02-01T00:00:00Z", "url": "javascript:alert(1)"},
    {"change": "tw/web#1", "merged_at": "2026-03-02T10:00:00Z", "author": "dependabot"},
    {"change": "tw/web#2", "merged_at": "2026-03-03T10:00:00Z", "url": 'https://x.example/"onmouseover="alert(1)'},
    {"change": "tw/web#3", "merged_at": "2026-03-04T10:00:00Z", "base": "release"},
]
ALL = changes(ROWS)
TESTED = ALL[ALL["base"] == "main"]
PEOPLE, BOTS, EMERGENCIES = TESTED.iloc[:3], TESTED.iloc[3:4], TESTED.iloc[4:]
LANDED = pd.DataFrame(
    {
        "commit": ["tw/api@m1", "tw/api@m2", "tw/api@m3", "tw/web@m1", "tw/web@m2", "tw/web@d1", "tw/web@u1"],
        "repository": ["tw/api"] * 3 + ["tw/web"] * 4,
        "landed_at": pd.to_datetime([*TESTED["merged_at"], "2026-03-05T10:00:00Z", "2026-03-06T10:00:00Z"], utc=True),
        "kind": [
            "pull_request",
            "pull_request",
            "merge_queue",
            "pull_request",
            "pull_request",
            "direct_push",
            "unknown",
        ],
        "why": [None] * 6 + [HOSTILE],
    }
)
BRANCH = commits(
    [
        {"commit": row.commit, "committed_at": row.landed_at, "parents": [parent]}
        for row, parent in zip(LANDED.itertuples(), ["", "m1", "m2", "", "m1", "m2", "d1"], strict=True)
    ]
)
RESULTS = (
    result("GH-PR-01", PEOPLE, {"tw/api#3": "no approval"}, {"tw/api#2": "the approver's account was deleted"}),
    result("GH-PR-03", TESTED, {"tw/web#2": f"no check {HOSTILE}"}, {"tw/api#3": "checks ran again"}),
    result("GH-PR-06", BOTS),
    result("GH-PR-05", EMERGENCIES, {"tw/web#2": "reviewed late"}),
)  # fmt: skip
VIEWS = views(RESULTS, Made({"changes": ALL, "commits": BRANCH, "branch_landings": LANDED}))


def _line(text: str, start: str) -> list[str]:
    return re.split(r"  +", next(line for line in text.splitlines() if line.startswith(start)).strip())


def test_a_change_is_what_the_worst_of_its_tests_says() -> None:
    found = each_change({one.check.id: judged(one) for one in RESULTS}).set_index("key")
    assert found["state"].to_dict() == {
        "tw/api#1": IN_ORDER, "tw/api#2": NOT_TESTABLE, "tw/api#3": EXCEPTION, "tw/web#1": IN_ORDER,
        "tw/web#2": EXCEPTION,
    }  # fmt: skip
    assert found["stratum"].tolist() == ["people"] * 3 + ["bots", "emergencies"]
    assert found.at["tw/api#3", "why"] == "GH-PR-01: no approval"
    assert found.at["tw/web#2", "why"] == f"GH-PR-05: reviewed late; GH-PR-03: no check {HOSTILE}"
    assert pd.isna(found.at["tw/api#1", "why"])


@pytest.mark.parametrize("lacking", ["GH-PR-01", "GH-PR-03"])
def test_a_test_that_is_not_there_leaves_its_changes_untestable(lacking: str) -> None:
    found = each_change({one.check.id: judged(one) for one in RESULTS if one.check.id != lacking}).set_index("key")
    assert found.at["tw/api#1", "state"] == NOT_TESTABLE
    assert found.at["tw/api#1", "stratum"] == (NO_STRATUM if lacking == "GH-PR-01" else "people")


def test_a_row_with_a_reason_is_an_exception_whatever_is_unknown() -> None:
    both = result("GH-PR-01", PEOPLE, {"tw/api#1": "no approval"}, {"tw/api#1": "unknown"})
    assert judged(both).set_index("key")["state"].tolist() == [EXCEPTION, IN_ORDER, IN_ORDER]


def test_states_have_denominators_and_strata() -> None:
    text = VIEWS.states().text
    assert _line(text, "people") == ["people", "3", "1", "1", "1", "33.3"]
    assert _line(text, "bots") == ["bots", "1", "1", "0", "0", "100.0"]
    assert _line(text, "emergencies") == ["emergencies", "1", "0", "0", "1", "0.0"]
    assert _line(text, "all changes") == ["all changes", "5", "2", "1", "2", "40.0"]
    assert _line(text, "GH-PR-02")[1:4] == ["not a test of this assessment", "nothing", "not tested"]


def test_population_counts_each_repository_and_month() -> None:
    text = VIEWS.population().text
    assert "Pull requests merged in the window: 6" in text
    assert "Of these tested as changes to a default branch: 5" in text
    assert "Outside the tests' populations, by base: 1 (release: 1)" in text
    assert _line(text, "tw/api") == ["tw/api", "3", "3", "2", "1", "0", "0", "0", "0"]
    assert _line(text, "tw/web") == ["tw/web", "3", "4", "2", "0", "1", "0", "0", "1"]
    assert _line(text, "2026-01") == ["2026-01", "2", "2", "2", "0", "0", "0", "0", "0"]
    assert _line(text, "2026-02") == ["2026-02", "1", "1", "0", "1", "0", "0", "0", "0"]
    assert "Commits of which nothing tells how they landed: 1" in text
    assert "branch_updates: not collected." in text


def test_what_was_not_collected_is_said_and_never_counted_as_none() -> None:
    nothing = views((), Made())
    assert nothing.population().text == "The population is not known. changes: not collected; commits: not collected."
    assert nothing.lead_times().text.startswith("Lead times are not known.")
    without = views(RESULTS, Made({"changes": ALL, "commits": BRANCH})).population().text
    assert "branch_landings: not collected." in without
    assert "Direct push" not in without
    assert _line(without, "tw/web") == ["tw/web", "3", "4"]


def test_links_lead_to_web_pages_alone() -> None:
    shown = VIEWS.exceptions()
    # The fourth is the change whose address would leave its attribute, the third one that a browser would run.
    assert re.findall(r'href="([^"]*)"', shown.html) == []
    assert "tw/api#3 (its address is no web page: javascript:alert(1))" in shown.html
    assert "onmouseover=&quot;" in shown.html
    assert "<script" not in shown.html
    linked = VIEWS.not_testable().html
    assert re.findall(r'href="([^"]*)"', linked) == ["https://github.example/tw/api/pull/2"]
    assert "&lt;script&gt;" in linked


def test_a_commit_has_its_headline_and_who_pushed_it() -> None:
    landed = LANDED.assign(actor="eve", landed_at=LANDED["landed_at"].astype("datetime64[us, UTC]"))
    pushed = result("GH-PR-02", landed, {"tw/web@d1": "pushed directly"}, key="commit", at="landed_at")
    branch = BRANCH.assign(headline="Fix the load")
    made = views([*RESULTS, pushed], Made({"changes": ALL, "commits": branch}))
    line = next(line for line in made.exceptions().text.splitlines() if line.startswith("tw/web@d1"))
    assert re.split(r"  +", line) == [
        "tw/web@d1", "GH-PR-02", "a commit", "2026-03-05T10:00:00Z", "Fix the load", "eve", "pushed directly",
    ]  # fmt: skip
    assert _line(made.states().text, "GH-PR-02")[1:] == [
        "Came through a pull request", "a commit", "7", "6", "0", "1", "85.7",
    ]  # fmt: skip


def test_each_exception_names_its_test_stratum_and_reason() -> None:
    lines = VIEWS.exceptions().text.splitlines()
    assert [line.split()[:3] for line in lines if line.startswith("tw/")] == [
        ["tw/api#3", "GH-PR-01", "people"],
        ["tw/web#2", "GH-PR-03", "emergencies"],
        ["tw/web#2", "GH-PR-05", "emergencies"],
    ]
    assert "checks ran again" in VIEWS.not_testable().text


@pytest.mark.parametrize(
    ("only_second", "words"),
    [((), "agrees: nothing is in one"), (("tw/api#9",), "only in the second source: 1 (tw/api#9)")],
)
def test_a_reconciliation_is_told_in_words(only_second: tuple[str, ...], words: str) -> None:
    item = Reconciliation("chain", "Chain", ("github.a", "github.b"), 3, 3, (), only_second, "nothing")
    other = Reconciliation("people", "People", ("github.members", "company.roster"), 1, 1, (), (), "nothing")
    text = views((result("GH-PR-02", PEOPLE, reconciliations=(item, other)),), Made()).reconciliations().text
    assert words in text
    assert "People" not in text


def test_what_could_not_be_read_is_named_with_what_the_tests_miss() -> None:
    lost = {"dataset": "github.x", "account": "tw", "covers": "2026-02", "tried": None, "why": HOSTILE}
    noted = result("GH-PR-01", PEOPLE, notes=("no complete github.x for 2026-02",))
    shown = views((noted,), Made(lost=[lost])).unread()
    assert "GH-PR-01: no complete github.x for 2026-02" in shown.text
    assert "&lt;script&gt;" in shown.html
    assert "<script" not in shown.html


def test_coverage_speaks_of_the_test_of_approval_alone() -> None:
    alt = drawn(VIEWS.coverage_chart()).alt
    assert alt == (
        "Changes in order by repository and month: 1 of 3 in repositories: 1; "
        "tw/api 1 of 3 (not all in 2026-01, 2026-02)."
    )
    assert "tw/web 1 of 1" in drawn(VIEWS.coverage_chart("bots")).alt
    assert _line(VIEWS.coverage().text, "bots") == ["bots", "2026-03", "1", "1", "0", "0", "100.0"]


def test_a_change_that_another_test_found_is_not_an_emergency() -> None:
    both = [*RESULTS[:3], result("GH-PR-05", TESTED.iloc[[2, 4]], {"tw/api#3": "not reviewed"})]
    made = views(both, Made({"changes": ALL}))
    assert _line(made.states().text, "emergencies") == ["emergencies", "1", "0", "0", "1", "0.0"]
    assert "tw/web 1 of 1" in drawn(made.coverage_chart("emergencies")).alt
    assert "tw/api" not in drawn(made.coverage_chart("emergencies")).alt
    assert "not reviewed" in made.exceptions().text


def test_charts_are_repeatable_and_their_alternative_text_has_the_numbers() -> None:
    again = views(RESULTS, VIEWS.source)  # type: ignore[arg-type]
    for name in ("landings_chart", "states_chart", "coverage_chart"):
        first, second = getattr(VIEWS, name)(), getattr(again, name)()
        assert first.png() == second.png()
    landed = drawn(VIEWS.landings_chart()).alt
    assert "2026-03 4, pull request 2, merge queue 0, direct push 1, cannot be told 1" in landed
    assert "people 3: 1 in order, 1 not testable, 1 exception (2026-01 1 not testable, 2026-02 1 exception)" in (
        drawn(VIEWS.states_chart()).alt
    )


def test_no_change_at_all() -> None:
    none = changes([])
    empty = {"changes": none, "commits": commits([]), "branch_landings": LANDED.iloc[:0], "reviews": _reviews([])}
    made = views((result("GH-PR-01", none), result("GH-PR-03", none)), Made(empty))
    assert "Nothing was merged or pushed" in made.population().text
    assert "Pull requests merged in the window: 0" in made.population().text
    assert _line(made.states().text, "all changes") == ["all changes", "0", "0", "0", "0", "none"]
    for name in (
        "exceptions",
        "not_testable",
        "states_chart",
        "lead_times",
        "lead_times_chart",
        "coverage",
        "coverage_chart",
    ):
        assert getattr(made, name)().text.startswith("No change")
    assert drawn(made.landings_chart()).png()


def _reviews(rows: list[tuple[str, str | None, str, str]]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["change", "reviewer", "state", "submitted_at"])
    made["submitted_at"] = pd.to_datetime(made["submitted_at"], utc=True)
    return made.astype({"change": "string", "reviewer": "string"})


def test_a_book_without_evidence_says_so() -> None:
    with pytest.raises(UsageError, match="made without evidence"):
        _ = Book(VIEWS.assessment).changes


@pytest.mark.parametrize(("repositories", "count"), [(60, 6_000), (3, 100_000)])
def test_many_changes_are_counted_before_they_are_drawn(repositories: int, count: int) -> None:
    year = CIVIL.parse("2025")
    numbers = pd.Series(range(count))
    at = pd.Timestamp(year.start) + pd.to_timedelta(numbers * (365 * 86400 // count), unit="s")
    repository = "tw/repository-" + (numbers % repositories).astype("string").str.zfill(2)
    change = repository + "#" + numbers.astype("string")
    frame = pd.DataFrame(
        {"change": change, "repository": repository, "title": "A change", "author": "ada", "merged_at": at,
         "created_at": at - pd.Timedelta(hours=5), "base": "main", "url": "https://github.example/" + change,
         "merge_commit": "m" + numbers.astype("string")}
    )  # fmt: skip
    branch = pd.DataFrame(
        {"commit": repository + "@m" + numbers.astype("string"), "repository": repository, "committed_at": at,
         "sha": frame["merge_commit"], "parents": [[f"m{n - repositories}"] for n in numbers]}
    )  # fmt: skip
    landed = branch.assign(landed_at=at, kind="pull_request", why=None)
    reviews = pd.DataFrame(
        {"change": change, "reviewer": "bob", "state": "APPROVED", "submitted_at": at - pd.Timedelta(hours=1)}
    )
    deployed = branch.iloc[::10].assign(succeeded_at=at, deployment=change)[
        ["repository", "sha", "succeeded_at", "deployment"]
    ]
    reasons = dict.fromkeys(change[::50], "no approval")
    source = {
        "changes": frame,
        "commits": branch,
        "branch_landings": landed,
        "reviews": reviews,
        "deployments": deployed,
    }
    results = (
        result("GH-PR-01", frame, reasons), result("GH-PR-03", frame),
        result("GH-DEP-02", deployed, key="deployment", at="succeeded_at"),
    )  # fmt: skip
    began = time.process_time()
    made = views(results, Made(source), year)
    shown = [
        made.population(), made.reconciliations(), made.unread(), made.states(), made.exceptions(), made.not_testable(),
        made.lead_times(), made.coverage(),
    ]  # fmt: skip
    charts = [
        drawn(chart)
        for chart in (made.landings_chart(), made.states_chart(), made.lead_times_chart(), made.coverage_chart())
    ]
    assert all(chart.png() for chart in charts)
    assert time.process_time() - began < 10
    assert "tw/repository-00" in shown[0].text
    assert all(len(chart.alt) < 6_000 for chart in charts)
