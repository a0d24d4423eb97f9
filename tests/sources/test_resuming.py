"""An interrupted collection of pull requests goes on where it was, and says so; the result is that of one go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sources.test_github import TOKEN, hourly, organization, repository

from soc2kit.collect import CollectionSummary, collect
from soc2kit.config import Config
from soc2kit.evidence import EvidenceStore
from soc2kit.evidence.verify import verify_evidence
from soc2kit.example.github_access_state import AuditEvent
from soc2kit.example.github_change_state import Review
from soc2kit.example.github_server import Fault, GithubServer
from soc2kit.example.state import GithubState
from soc2kit.frames import FrameSet
from soc2kit.period import CIVIL
from soc2kit.source_settings import GithubSettings
from soc2kit.sources.base import Source
from soc2kit.sources.github import SOURCE
from soc2kit.sources.github.limits import LONGEST_WAIT_SECONDS

PULLS = "github.merged_pull_requests"
Q1 = CIVIL.parse("2026-Q1")
AT = datetime(2026, 4, 1, 6, tzinfo=UTC)
DAY = timedelta(days=1)
LOG = replace(SOURCE, datasets=tuple(one for one in SOURCE.datasets if one.id == "github.audit_log"))
ONLY = replace(SOURCE, datasets=tuple(one for one in SOURCE.datasets if one.id == PULLS))
FRAMES = ("changes", "reviews", "change_commits", "change_checks")
JANUARY, FEBRUARY, MARCH = (CIVIL.month(2026, month).start for month in (1, 2, 3))
STATE = organization(
    repository("shop", [*hourly(17, JANUARY), *hourly(9, FEBRUARY), *hourly(14, MARCH)]),
    repository("site", [*hourly(6, JANUARY), *hourly(11, MARCH)]),
)
#: Pages of the first reading, the second looks left out: five to a page.
KEPT_PAGES = 8 + 4


class Interrupted(BaseException):
    """As Ctrl-C does it."""


@dataclass
class Company:
    server: GithubServer
    folder: Path
    #: Seconds that a collection would have waited.
    waits: list[float] = field(default_factory=list)

    def config(self, name: str) -> Config:
        github = GithubSettings("acme", self.server.url, token_variable="EXAMPLE_GITHUB_TOKEN", audit_log=True)
        return Config(self.folder / name, "Acme", Q1, ("security",), github=github)

    def serve(self, state: GithubState) -> None:
        self.server.serve(state, AT)

    def collect(
        self,
        name: str,
        at: datetime = AT,
        after_page: Callable[[int], None] = lambda page: None,
        source: Source = ONLY,
    ) -> CollectionSummary:
        """Into the workspace of that name; `after_page` hears of each page before it is kept as evidence."""
        pages = iter(range(1, 1000))
        return collect(self.config(name), [source], clock=lambda: at, standing=lambda line: after_page(next(pages)))

    def store(self, name: str) -> EvidenceStore:
        return EvidenceStore(self.config(name).evidence)

    def frames(self, name: str) -> list[pd.DataFrame]:
        frames = FrameSet(self.store(name), period=Q1, as_of=AT + DAY)
        return [frames.frame(one).sort_values("change", kind="stable", ignore_index=True) for one in FRAMES]

    def reasons(self, name: str) -> list[str]:
        return [str(record.fields["reason"]) for record in self.store(name).records() if record.complete]

    def journals(self, name: str) -> list[Path]:
        return sorted((self.config(name).evidence / ".incoming").glob("*.journal"))

    def asked(self, action: Callable[[], object]) -> int:
        """Requests that an action made."""
        first = next(self.server._numbers)
        action()
        return next(self.server._numbers) - first - 1


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Company]:
    monkeypatch.setenv("EXAMPLE_GITHUB_TOKEN", TOKEN)
    monkeypatch.setattr(import_module("soc2kit.sources.github.merged_pull_requests"), "FIRST_PAGE_SIZE", 5)
    waits: list[float] = []
    monkeypatch.setattr("soc2kit.sources.github.limits.pause", waits.append)
    with GithubServer() as server:
        company = Company(server, tmp_path, waits)
        company.serve(STATE)
        yield company


def interrupt(after: int) -> Callable[[int], None]:
    def after_page(page: int) -> None:
        if page == after:
            raise Interrupted

    return after_page


def interrupted(company: Company, name: str, after: int) -> None:
    with pytest.raises(Interrupted):
        company.collect(name, after_page=interrupt(after))


def assert_same(company: Company, one: str, other: str) -> None:
    for first, second in zip(company.frames(one), company.frames(other), strict=True):
        pd.testing.assert_frame_equal(first, second)


def test_the_months_that_are_due_are_read_at_once_and_each_file_has_its_own(company: Company) -> None:
    summary = company.collect("at once")
    assert [record.path for record in summary.collected] == [
        f"2026-Q1/change-management/merged-prs-2026-0{month}.json" for month in (1, 2, 3)
    ]
    assert [record.fields["rows"] for record in summary.collected] == [23, 9, 25]
    assert all("3 months were read at once: of the 14 pages" in reason for reason in company.reasons("at once"))
    for month in ("2026-01", "2026-02", "2026-03"):
        collect(company.config("apart"), [ONLY], clock=lambda: AT, period=CIVIL.parse(month))
    assert_same(company, "at once", "apart")


@pytest.mark.parametrize("page", range(1, KEPT_PAGES + 3))
def test_a_collection_that_is_interrupted_at_any_page_goes_on_there(page: int, company: Company) -> None:
    asked_in_all = company.asked(lambda: company.collect("one go"))
    interrupted(company, "resumed", page)
    assert company.store("resumed").records() == []
    (journal,) = company.journals("resumed")
    assert TOKEN not in journal.read_text(encoding="utf-8")
    asked = company.asked(lambda: company.collect("resumed", AT + timedelta(hours=1)))
    looks = 1 if page > 8 else 0  # the look at the first repository's top is made again
    assert asked_in_all - asked == min(page - looks, KEPT_PAGES)
    assert all(
        f"resumed: the first {min(page - looks, KEPT_PAGES)} answers are of 2026-04-01T06:00:00Z" in reason
        for reason in company.reasons("resumed")
    )
    assert_same(company, "one go", "resumed")
    assert list((company.config("resumed").evidence / ".incoming").iterdir()) == []
    assert verify_evidence(company.config("resumed").evidence) == []


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = [sys.argv[4]]
from datetime import timedelta
from types import SimpleNamespace
from importlib import import_module
from soc2kit.evidence.journal import Journal
from sources.test_resuming import AT, Company
import_module("soc2kit.sources.github.merged_pull_requests").FIRST_PAGE_SIZE = 5
write, kept = Journal._append, 0
def counted(journal, fields):
    global kept
    kept += 1
    if kept == int(sys.argv[3]):
        # Half a line is on disk when the process ends.
        journal._file.write(b'{"received_at":"2026-04-01T06:00:00Z","call":"Gra')
        journal._file.flush()
        os.kill(os.getpid(), signal.SIGKILL)
    write(journal, fields)
Journal._append = counted
Company(SimpleNamespace(url=sys.argv[1]), Path(sys.argv[2])).collect("killed")
"""


def test_a_collection_that_is_killed_while_it_writes_goes_on_with_the_answers_that_are_whole(company: Company) -> None:
    asked_in_all = company.asked(lambda: company.collect("one go"))
    tests = str(Path(__file__).parents[1])
    for killed_at, whole in ((1, 0), (3, 1), (13, 11)):
        folder = company.folder / str(killed_at)
        command = [sys.executable, "-c", KILLED, company.server.url, str(folder), str(killed_at), tests]
        code = subprocess.run(command, env=os.environ, capture_output=True, check=False).returncode
        assert code == -signal.SIGKILL
        there = Company(company.server, folder)
        asked = there.asked(lambda there=there: there.collect("killed"))  # type: ignore[misc]
        assert asked_in_all - asked == whole
        assert there.journals("killed") == []
        assert verify_evidence(there.config("killed").evidence) == []
        for first, second in zip(company.frames("one go"), there.frames("killed"), strict=True):
            pd.testing.assert_frame_equal(first, second)


def touched(state: GithubState, *numbers: int) -> GithubState:
    """Pull requests of shop with one more review, given after the end of March."""
    shop, *others = state.repositories
    pulls = tuple(
        replace(
            pull, reviews=(*pull.reviews, Review("bob", "COMMENTED", AT + timedelta(minutes=pull.number), "f" * 40))
        )
        if pull.number in numbers
        else pull
        for pull in shop.pull_requests
    )
    return replace(state, repositories=(replace(shop, pull_requests=pulls), *others))


@pytest.mark.parametrize("page", [1, 3, 7, 10])
@pytest.mark.parametrize("numbers", [(40,), (3,), (20, 21), (1, 22, 40)])
def test_what_was_touched_in_between_is_read_as_it_is_now(
    page: int, numbers: tuple[int, ...], company: Company
) -> None:
    interrupted(company, "resumed", page)
    company.serve(touched(STATE, *numbers))
    company.collect("resumed", AT + timedelta(hours=2))
    company.collect("one go", AT + timedelta(hours=2))
    assert_same(company, "one go", "resumed")
    _, reviews, *_ = company.frames("resumed")
    assert set(reviews.loc[reviews["submitted_at"] > pd.Timestamp(AT), "change"]) == {f"acme/shop#{n}" for n in numbers}


@pytest.mark.parametrize("page", [1, 4, 9, 11])
def test_what_was_merged_in_between_is_read_too(page: int, company: Company) -> None:
    """The month is still open: the record speaks up to the second run, so that what came before it must be there."""
    _, site = STATE.repositories
    first, later = datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 3, 20, 12, tzinfo=UTC)
    with pytest.raises(Interrupted):
        company.collect("resumed", first, interrupt(page))
    merged = [*hourly(17, JANUARY), *hourly(9, FEBRUARY), *hourly(14, MARCH), first + timedelta(hours=3)]
    company.serve(replace(STATE, repositories=(repository("shop", merged), site)))
    company.collect("resumed", later)
    company.collect("one go", later)
    assert "acme/shop#41" in set(company.frames("resumed")[0]["change"])
    assert_same(company, "one go", "resumed")


def limited(after: int) -> Fault:
    """GitHub's budget is used up after so many answers."""
    answered = iter(range(1000))

    def edit(answer: Any) -> Any:
        if next(answered) < after:
            return answer
        return {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}

    return Fault("/graphql", edit=edit)


def test_a_used_up_rate_limit_is_recorded_and_the_next_run_goes_on(company: Company) -> None:
    asked_in_all = company.asked(lambda: company.collect("one go"))
    company.server.faults.append(limited(7))
    summary = company.collect("resumed")
    assert {record.fields["completeness"] for record in summary.failed} == {"truncated"}
    assert sum(company.waits) == LONGEST_WAIT_SECONDS
    company.server.faults.clear()
    asked = company.asked(lambda: company.collect("resumed", AT + timedelta(hours=1)))
    assert asked_in_all - asked == 7
    assert_same(company, "one go", "resumed")


def test_a_network_that_is_lost_twice_costs_no_page_twice(company: Company) -> None:
    asked_in_all = company.asked(lambda: company.collect("one go"))

    def lose(after: int) -> Callable[[int], None]:
        return lambda page: company.server.faults.append(Fault("/graphql", drop=True)) if page == after else None

    for page in (4, 7):
        assert len(company.collect("resumed", after_page=lose(page)).failed) == 3
        company.server.faults.clear()
    asked = company.asked(lambda: company.collect("resumed"))
    assert asked_in_all - asked == 7
    assert_same(company, "one go", "resumed")


def test_pages_that_github_could_only_give_in_pieces_are_taken_up_as_they_were(company: Company) -> None:
    company.server.faults.append(Fault("/graphql", larger_than=2))
    interrupted(company, "resumed", 6)
    company.server.faults.clear()
    company.collect("resumed")
    company.collect("one go")
    assert "the first 6 answers" in company.reasons("resumed")[0]
    assert_same(company, "one go", "resumed")


@pytest.mark.parametrize(
    ("hours", "taken_up"),
    [(-1, False), (0, True), (23.9, True), (24, False)],
    ids=["before", "now", "late", "too late"],
)
def test_answers_are_kept_for_a_day(hours: float, taken_up: bool, company: Company) -> None:
    interrupted(company, "resumed", 5)
    company.collect("resumed", AT + timedelta(hours=hours))
    assert all(("resumed" in reason) == taken_up for reason in company.reasons("resumed"))
    assert company.journals("resumed") == []


def test_the_answers_to_somebody_else_are_not_taken_up(company: Company) -> None:
    interrupted(company, "resumed", 5)
    company.server.viewer = "bob"
    company.serve(STATE)
    company.collect("resumed")
    assert not any("resumed" in reason for reason in company.reasons("resumed"))


def test_another_query_is_asked_anew(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    from soc2kit.sources.github.client import query_text

    interrupted(company, "resumed", 5)
    different = query_text("merged_pull_requests") + "\n# of another version\n"
    for module in ("client", "paging"):
        monkeypatch.setattr(f"soc2kit.sources.github.{module}.query_text", lambda name: different)
    company.collect("resumed")
    assert not any("resumed" in reason for reason in company.reasons("resumed"))


def test_where_a_cursor_means_nothing_any_more_the_reading_begins_anew_in_the_same_run(company: Company) -> None:
    interrupted(company, "resumed", 5)

    def edit(answer: Any) -> Any:
        return {
            "errors": [{"type": "INVALID_CURSOR_ARGUMENTS", "message": "`x` does not appear to be a valid cursor."}]
        }

    company.server.faults.append(Fault("/graphql", edit=edit, times=1))
    summary = company.collect("resumed")
    assert len(summary.collected) == 3
    assert not any("resumed" in reason for reason in company.reasons("resumed"))
    company.collect("one go")
    assert_same(company, "one go", "resumed")


def test_a_token_that_expires_in_between_costs_no_page_twice(company: Company) -> None:
    asked_in_all = company.asked(lambda: company.collect("one go"))

    def expire(page: int) -> None:
        if page == 6:
            company.server.token = "another"

    assert {r.fields["completeness"] for r in company.collect("resumed", after_page=expire).failed} == {
        "partial-permission"
    }
    assert len(company.collect("resumed").failed) == 1, "not even connected"
    company.server.token = None
    asked = company.asked(lambda: company.collect("resumed"))
    assert asked_in_all - asked == 6
    assert_same(company, "one go", "resumed")


def test_without_an_answer_nothing_is_kept(company: Company) -> None:
    company.server.faults.append(Fault("/graphql", status=403, message="no"))
    assert len(company.collect("refused").failed) == 3
    assert list((company.config("refused").evidence / ".incoming").iterdir()) == []


def test_what_does_not_come_together_is_not_taken_up_again_and_again(company: Company) -> None:
    """Two pull requests fewer than GitHub counts: the same in the run that begins anew."""

    def edit(answer: Any) -> Any:
        listed = answer["data"]["repository"]["pullRequests"]
        return {"data": {"repository": {**answer["data"]["repository"], "pullRequests": {
            **listed, "totalCount": listed["totalCount"] + 2}}}}  # fmt: skip

    company.server.faults.append(Fault("/graphql", edit=edit))
    for _ in range(2):
        (reason,) = {str(record.fields["reason"]) for record in company.collect("counted").failed}
        assert "40 read, but GitHub counts 42" in reason
    company.server.faults.clear()
    assert len(company.collect("counted").collected) == 3
    assert not any("resumed" in reason for reason in company.reasons("counted"))


def test_a_second_collection_at_the_same_time_goes_its_own_way(company: Company) -> None:
    def also(page: int) -> None:
        if page == 5:
            assert len(company.collect("shared").collected) == 3

    company.collect("shared", after_page=also)
    assert not any("resumed" in reason for reason in company.reasons("shared"))
    assert verify_evidence(company.config("shared").evidence) == []


def test_how_far_a_reading_is_names_repository_pull_requests_and_the_limit(company: Company) -> None:
    lines: list[str] = []
    collect(company.config("told"), [ONLY], clock=lambda: AT, standing=lines.append)
    assert lines[0] == (
        "github.merged_pull_requests: page 1; repository 1 of 2, acme/shop: 5 pull requests read, of 40 ever merged;"
        " 4999 points left until 2026-04-01T07:00:00Z"
    )
    assert lines[-1].startswith("github.merged_pull_requests: page 14; repository 2 of 2, acme/site: 17 pull requests")


@pytest.mark.parametrize(
    ("page", "grown", "resumed"), [(3, False, True), (3, True, True), (4, False, True), (4, True, False)]
)
def test_the_audit_log_goes_on_at_its_cursor_and_begins_anew_when_its_end_has_grown(
    page: int, grown: bool, resumed: bool, company: Company
) -> None:
    """January and February have a page each, March two. Events of a closed month can still come in late."""
    with pytest.raises(Interrupted):
        company.collect("log", after_page=interrupt(page), source=LOG)
    assert len(company.journals("log")) == 1
    if grown:
        late = AuditEvent(Q1.end - timedelta(seconds=1), "team.add_member", "ann", "bob", (("team", "acme/late"),))
        access = replace(STATE.access, audit_log=(*STATE.access.audit_log, late))
        company.serve(replace(STATE, access=access))
    company.collect("log", source=LOG)
    assert ["resumed" in reason for reason in company.reasons("log")] == [False, False, resumed]
    assert sum(record.fields["rows"] for record in company.store("log").records()) == 103 + grown
