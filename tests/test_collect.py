"""Collection runs: what is due, what is final, and one source's failure beside the others' success."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from soc2kit.collect import CollectionSummary, collect, configured, only_dataset
from soc2kit.config import Config
from soc2kit.coverage import Coverage
from soc2kit.errors import IncompleteCollection, Refused, UsageError
from soc2kit.evidence import EvidenceStore
from soc2kit.evidence.verify import verify_evidence
from soc2kit.frames import FrameSet
from soc2kit.frames.load import _replaced
from soc2kit.period import CIVIL, Calendar, Period
from soc2kit.source_settings import AwsSettings, RosterSettings
from soc2kit.sources.base import Completeness, Dataset, Origin, Page, Pages, Source
from soc2kit.sources.table import SOURCES


class Plain:
    """A source of two datasets that answers without any system."""

    def __init__(self) -> None:
        self.origin = Origin("aws", "1", "tester", "nowhere")
        self.asked: list[tuple[str, datetime, datetime]] = []
        self.fails_at: datetime | None = None
        self.kept_from: datetime | None = None

    def snapshot(self, _: object, period: Period) -> Pages:
        yield Page("now", {}, {}, 1)
        return Completeness("one record", 1)

    def events(self, _: object, period: Period) -> Pages:
        self.asked.append((period.name, period.start, period.end))
        if self.fails_at == period.start:
            raise IncompleteCollection("page 2 of 3")
        yield Page("events", {}, {}, 0)
        forgotten = self.kept_from is not None and self.kept_from > period.start
        return Completeness("whole", 0, self.kept_from if forgotten else None)

    def source(self) -> Source:
        @contextmanager
        def connect(config: Config) -> Iterator[Plain]:
            yield self

        return Source(
            "aws",
            "Plain",
            connect,
            (
                Dataset("aws.now", "Now", "access-reviews", "now", "snapshot", (), self.snapshot),
                Dataset("aws.events", "Events", "change-management", "events", "events", (), self.events),
            ),
        )


@contextmanager
def refused(config: Config) -> Iterator[Plain]:
    raise Refused("no right to enter; ask for one")
    yield


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(tmp_path, "X", CIVIL.parse("2026-Q1"), ("security",), aws=AwsSettings(), roster=RosterSettings())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def run(config: Config, plain: Plain, moment: str) -> CollectionSummary:
    return collect(config, [plain.source()], clock=lambda: at(moment))


def test_months_are_read_when_they_have_begun_and_not_again_once_final(config: Config) -> None:
    plain = Plain()
    run(config, plain, "2026-02-10T09:00")
    assert [name for name, *_ in plain.asked] == ["2026-01", "2026-02"]
    assert plain.asked[1][2] == at("2026-02-10T09:00"), "an open month is read up to now"
    plain.asked.clear()
    summary = run(config, plain, "2026-04-01T06:00")
    assert [name for name, *_ in plain.asked] == ["2026-02", "2026-03"]
    assert summary.already == 1
    plain.asked.clear()
    run(config, plain, "2026-05-01T06:00")
    assert plain.asked == []
    records = EvidenceStore(config.evidence).records()
    assert [record.final for record in records if record.dataset == "aws.events"] == [True, False, True, True]
    assert verify_evidence(config.evidence) == []


def test_a_month_that_failed_is_read_again(config: Config) -> None:
    plain = Plain()
    plain.fails_at = at("2026-01-01T00:00")
    summary = run(config, plain, "2026-02-01T06:00")
    assert [record.fields["completeness"] for record in summary.failed] == ["truncated"]
    plain.fails_at = None
    plain.asked.clear()
    summary = run(config, plain, "2026-02-01T07:00")
    assert [name for name, *_ in plain.asked] == ["2026-01", "2026-02"]
    assert summary.failed == ()


def test_a_second_run_on_a_day_adds_and_overwrites_nothing(config: Config) -> None:
    plain = Plain()
    run(config, plain, "2026-01-15T09:00")
    before = {path: path.read_bytes() for path in config.evidence.rglob("*.json")}
    run(config, plain, "2026-01-15T10:00")
    assert all(path.read_bytes() == content for path, content in before.items())
    assert len(list(config.evidence.rglob("*.json"))) == 2 * len(before)


def test_a_source_that_refuses_leaves_the_others_intact_and_a_record_for_each_of_its_datasets(config: Config) -> None:
    good = Plain().source()
    bad = Source("github", "Refusing", refused, good.datasets)
    summary = collect(config, [bad, good], clock=lambda: at("2026-01-15T09:00"))
    assert [record.dataset for record in summary.collected] == ["aws.now", "aws.events"]
    assert [record.dataset for record in summary.failed] == ["aws.now", "aws.events"]
    assert all("no right to enter" in record.fields["reason"] for record in summary.failed)
    assert verify_evidence(config.evidence) == []


def test_only_configured_sources_are_read_and_an_unknown_one_is_named(config: Config) -> None:
    assert [source.name for source in configured(config, SOURCES)] == ["company", "aws"]
    with pytest.raises(UsageError, match="'gitlab' is not a source; known are company, aws, github, postgres"):
        configured(config, SOURCES, "gitlab")
    with pytest.raises(UsageError, match=r"no table \[sources\.github\]"):
        configured(config, SOURCES, "github")


def words(config: Config, plain: Plain, moment: str, period: str | None) -> list[str]:
    lines: list[str] = []
    asked = CIVIL.parse(period) if period else None
    collect(config, [plain.source()], clock=lambda: at(moment), period=asked, progress=lines.append)
    return lines


@pytest.mark.parametrize(
    ("moment", "period", "said", "phases"),
    [
        ("2026-03-31T23:59", "2026-Q1", "capture: settings as they are now, for 2026-03 and 2026-Q1",
         ["capture", "close", "close", "interim"]),
        ("2026-04-01T00:00", "2026-Q1", "no capture: 2026-Q1 closed on 2026-04-01T00:00:00Z",
         ["close", "close", "close"]),
        ("2026-04-01T00:00", None, "capture: settings as they are now, for 2026-04 and 2026-Q2",
         ["capture", "close", "close", "close"]),
        ("2026-02-10T00:00", "2026-01", "no capture: 2026-01 closed on 2026-02-01T00:00:00Z", ["close"]),
    ],
)  # fmt: skip
def test_a_capture_and_a_close_are_never_passed_off_as_each_other(
    config: Config, moment: str, period: str | None, said: str, phases: list[str]
) -> None:
    first, *rest = words(config, Plain(), moment, period)
    assert first.startswith(said)
    records = EvidenceStore(config.evidence).records()
    assert [record.fields["phase"] for record in records] == phases
    assert [record.final for record in records] == [phase != "interim" for phase in phases]
    assert any("interim: until" in line for line in rest) == ("interim" in phases)
    # What was captured bears the moment at which it was, whatever period was asked for.
    captured = [record for record in records if record.fields["phase"] == "capture"]
    assert all(record.effective == (at(moment), at(moment)) for record in captured)


def test_a_period_that_has_not_begun_has_nothing_to_collect(config: Config) -> None:
    with pytest.raises(UsageError, match=r"2026-Q2 has not begun \(2026-04-01T00:00:00Z"):
        words(config, Plain(), "2026-03-31T23:59", "2026-Q2")
    assert not config.evidence.exists()


def test_a_closed_period_with_a_source_that_refuses_records_no_failed_capture(config: Config) -> None:
    bad = Source("github", "Refusing", refused, Plain().source().datasets)
    summary = collect(config, [bad], clock=lambda: at("2026-04-02T00:00"), period=CIVIL.parse("2026-Q1"))
    assert [record.dataset for record in summary.failed] == ["aws.events"]


def test_months_and_folders_are_the_companys_own(config: Config) -> None:
    """In Auckland January began on the last noon of the year in London."""
    auckland = Calendar("Pacific/Auckland", 4)
    there = replace(config, calendar=auckland, window=auckland.parse("2026-01-01..2026-03-31"))
    run(there, Plain(), "2026-02-01T09:00")
    records = {record.dataset: record for record in EvidenceStore(there.evidence, auckland).records()}
    assert records["aws.events"].effective[0] == at("2026-01-31T11:00")
    assert str(records["aws.now"].path).startswith("2025-Q4/")
    assert str(records["aws.now"].path).endswith("2026-02-01.json")
    names = sorted(str(record.path) for record in EvidenceStore(there.evidence).records() if record.final)
    assert any("2026-01.json" in name for name in names)


def test_a_shorter_look_replaces_nothing(config: Config) -> None:
    plain = Plain()
    run(config, plain, "2026-02-01T06:00")
    words(config, plain, "2026-02-02T06:00", "2026-01-01..2026-01-10")
    records = [one for one in EvidenceStore(config.evidence).records() if one.dataset == "aws.events"]
    long, short = (one for one in records if one.effective[0] == at("2026-01-01T00:00"))
    assert not _replaced(long, [short])
    assert _replaced(short, [long])


def two_accounts(config: Config, plain: Plain, failing: str) -> CollectionSummary:
    """A source with one configuration an account, told apart by region; one of them cannot be entered."""
    good = plain.source()

    @contextmanager
    def connect(config: Config) -> Iterator[Plain]:
        assert config.aws is not None
        if config.aws.region == failing:
            raise Refused("no right to enter; ask for one")
        plain.origin = Origin("aws", config.aws.region, "tester", "nowhere")
        yield plain

    def accounts(config: Config) -> tuple[Config, ...]:
        return tuple(replace(config, aws=replace(config.aws, region=name)) for name in ("1", "2"))

    source = replace(good, connect=connect, accounts=accounts, account_of=lambda one: one.aws.region)
    return collect(config, [source], clock=lambda: at("2026-01-15T09:00"))


def test_an_account_that_refuses_is_recorded_under_its_name_and_the_others_go_on(config: Config) -> None:
    summary = two_accounts(config, Plain(), "1")
    assert [(record.account, record.dataset) for record in summary.failed] == [("1", "aws.now"), ("1", "aws.events")]
    assert [(record.account, record.dataset) for record in summary.collected] == [("2", "aws.now"), ("2", "aws.events")]
    both = two_accounts(config, Plain(), "")
    assert [record.account for record in both.collected] == ["1", "1", "2", "2"]


def test_an_account_that_is_not_declared_is_not_mixed_in(config: Config) -> None:
    declared = replace(config, aws=AwsSettings(accounts=("2",)))
    summary = two_accounts(declared, Plain(), "")
    assert {record.account for record in summary.collected} == {"2"}
    assert {record.fields["reason"] for record in summary.failed} == {
        "Refused: aws: the credentials are of account 1, which is not in accounts of [sources.aws]. Use other"
        " credentials, or add it to soc2kit.toml"
    }


def test_a_dataset_that_the_company_does_not_have_is_not_asked_for(config: Config) -> None:
    source = Plain().source()
    unwanted = replace(source.datasets[0], wanted=lambda config: False)
    summary = collect(
        config, [replace(source, datasets=(unwanted, source.datasets[1]))], clock=lambda: at("2026-01-15")
    )
    assert {record.dataset for record in (*summary.collected, *summary.failed)} == {"aws.events"}


def test_only_one_dataset_is_asked_for_where_one_is_named(config: Config) -> None:
    sources = only_dataset([Plain().source()], "aws.events")
    summary = collect(config, sources, clock=lambda: at("2026-01-15T09:00"))
    assert {record.dataset for record in summary.collected} == {"aws.events"}
    assert [source.name for source in only_dataset([Plain().source()], None)] == ["aws"]
    with pytest.raises(UsageError, match=r"'aws\.nothing' is no dataset of the configured sources"):
        only_dataset([Plain().source()], "aws.nothing")


def test_a_month_whose_beginning_was_forgotten_is_final_and_covers_what_was_read(config: Config) -> None:
    """Together two readings can cover a month that neither has whole, and nothing is asked for in vain."""
    plain = Plain()
    run(config, plain, "2026-01-15T09:00")
    plain.kept_from = at("2026-01-10T00:00")
    run(config, plain, "2026-02-05T06:00")
    months = [one for one in EvidenceStore(config.evidence).records() if one.dataset == "aws.events"]
    first, second = (one for one in months if one.asked[0] == at("2026-01-01T00:00"))
    assert (first.effective, "asked" in first.fields) == ((at("2026-01-01T00:00"), at("2026-01-15T09:00")), False)
    assert second.effective == (at("2026-01-10T00:00"), at("2026-02-01T00:00"))
    assert second.asked == (at("2026-01-01T00:00"), at("2026-02-01T00:00"))
    assert not _replaced(first, [second])
    plain.asked.clear()
    run(config, plain, "2026-02-06T06:00")
    assert [name for name, *_ in plain.asked] == ["2026-02"]
    assert verify_evidence(config.evidence) == []


@pytest.mark.parametrize(("kept_from", "lacks"), [("2026-01-15T09:00", False), ("2026-01-15T09:01", True)])
def test_a_stretch_that_no_reading_covers_is_lacking(
    config: Config, monkeypatch: pytest.MonkeyPatch, kept_from: str, lacks: bool
) -> None:
    monkeypatch.setattr("soc2kit.sources.kinds.EVENTS", frozenset({"aws.events"}))
    plain = Plain()
    run(config, plain, "2026-01-15T09:00")
    plain.kept_from = at(kept_from)
    run(config, plain, "2026-02-05T06:00")
    month = CIVIL.month(2026, 1)
    frames = FrameSet(EvidenceStore(config.evidence), period=month, as_of=at("2026-02-06T06:00"))
    assert bool(Coverage(frames, CIVIL, ()).lacking_accounts("aws.events", month)) is lacks
