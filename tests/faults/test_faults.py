"""What becomes of an evidence folder when a service answers badly: the table of faults and outcomes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from faults.aws_configuration_rows import CONFIGURATION
from faults.aws_rows import AWS
from faults.aws_weakness_rows import WEAKNESSES
from faults.github_access_rows import ACCESS
from faults.github_pipeline_rows import PIPELINE
from faults.github_rows import GITHUB
from faults.github_settings_rows import SETTINGS
from faults.github_vulnerability_rows import VULNERABILITIES
from faults.postgres_rows import POSTGRES
from faults.rows import Collected, Recorded, Retried, Row, Undetectable
from faults.services import AT, SECRETS, SOURCES, Services, running

from soc2kit.evidence import EvidenceStore, Record
from soc2kit.evidence.verify import verify_evidence
from soc2kit.sources.aws.configuration import REGIONS
from soc2kit.sources.base import Source

# One worker runs them all: the services are started once.
pytestmark = pytest.mark.xdist_group("faults")
TABLE: tuple[Row, ...] = (
    *AWS, *CONFIGURATION, *WEAKNESSES, *GITHUB, *ACCESS, *SETTINGS, *PIPELINE, *VULNERABILITIES, *POSTGRES,
)  # fmt: skip


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with running(tmp_path_factory.mktemp("good")) as services:
        yield services


@pytest.fixture(autouse=True)
def _healed(services: Services) -> Iterator[None]:
    yield
    assert services.heal() == []


def test_the_table_has_rows_for_every_kind_of_fault() -> None:
    assert len(TABLE) == len({str(row) for row in TABLE})
    assert len(TABLE) >= 40
    for service in SOURCES:
        outcomes = {str(row.outcome).partition(" ")[0] for row in TABLE if row.service == service}
        assert {"unknown", "partial-permission", "truncated"} <= outcomes, service


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_a_fault_is_recorded_as_what_it_is_and_harms_nothing(
    row: Row, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = tmp_path / "workspace"
    shutil.copytree(services.good(row.service), workspace)
    evidence = workspace / "evidence"
    before = contents(evidence)
    good = latest(evidence)
    ordinary = services.config(workspace)
    with row.circumstances(services, ordinary, monkeypatch) as config:
        if row.fault is not None:
            row.fault.asked = 0
            services.put(row.fault, row.service)
        services.collect(row.service, config, hours=1, source=disturbed(row))
    if row.fault is not None:
        assert row.fault.asked >= 1, "the fault never happened"
        assert row.asked in (None, row.fault.asked)
    assert_nothing_lost(evidence, before)
    attempts = of_this_run(evidence)
    assert_others_collected(row, attempts)
    for dataset in [row.dataset] if row.dataset else attempts:
        assert_outcome(row, attempts[dataset], good, latest(evidence))


def disturbed(row: Row) -> Source:
    """What is collected while the fault is there: the source.

    Of AWS's many datasets those that the fault strikes, all about identities, and one of another service: that the rest
    is spared too would take three seconds a row, and rows without a dataset collect everything.
    """
    source = SOURCES[row.service]
    if row.service != "aws" or row.dataset is None:
        return source
    wanted = {row.dataset, *row.struck, "aws.kms"}
    kept = [one for one in source.datasets if one.id in wanted or REGIONS not in one.permissions]
    return replace(source, datasets=tuple(kept))


def contents(evidence: Path) -> dict[str, bytes]:
    return {str(path.relative_to(evidence)): path.read_bytes() for path in evidence.rglob("*") if path.is_file()}


def raw(evidence: Path) -> list[Record]:
    return [record for record in EvidenceStore(evidence).records() if not record.dataset.startswith("view:")]


def latest(evidence: Path) -> Collected:
    records = {record.dataset: record for record in raw(evidence) if record.complete}
    return Collected(EvidenceStore(evidence), records)


def of_this_run(evidence: Path) -> dict[str, Record]:
    return {record.dataset: record for record in raw(evidence) if record.run_at > AT}


def assert_nothing_lost(evidence: Path, before: dict[str, bytes]) -> None:
    after = contents(evidence)
    for path, data in before.items():
        # Of all files only the ledger grows, and only at its end.
        assert after[path] == data if path != "ledger.jsonl" else after[path].startswith(data), path
    assert verify_evidence(evidence) == []
    # Answers may wait for the next run; nothing of a file may.
    waiting = [path for path in after if path.startswith(".incoming")]
    assert [path for path in waiting if not path.endswith((".journal", ".lock"))] == []
    ledger = after["ledger.jsonl"].decode()
    assert [secret for secret in SECRETS if secret in ledger] == []


def assert_others_collected(row: Row, attempts: dict[str, Record]) -> None:
    everything = {dataset.id for dataset in disturbed(row).datasets}
    assert set(attempts) == everything, "each dataset has a record of this run, be it of a failure"
    if row.dataset is None:
        return
    others = everything - {row.dataset, *row.struck}
    assert {name: attempts[name].fields["reason"] for name in others if not attempts[name].complete} == {}
    if isinstance(row.outcome, Recorded):
        assert [name for name in row.struck if attempts[name].complete] == []


def assert_outcome(row: Row, record: Record, good: Collected, now: Collected) -> None:
    outcome = row.outcome
    if isinstance(outcome, Recorded):
        assert (record.fields["completeness"], record.path) == (outcome.completeness, None), record.fields["reason"]
        error, _, words = record.fields["reason"].partition(": ")
        assert error in names_of(outcome.error), record.fields["reason"]
        assert outcome.says in words, words
        return
    assert record.complete, record.fields["reason"]
    # A complete record never has less than the good one had.
    assert isinstance(outcome, Undetectable) or record.fields["rows"] >= good.records[record.dataset].fields["rows"]
    if isinstance(outcome, Retried):
        assert now.contents(record.dataset) == good.contents(record.dataset)
        same = now.answers(record.dataset) == good.answers(record.dataset)
        assert same is not outcome.smaller_pages
    else:
        assert list(outcome.shown(now)), "the other evidence shows what is missing"
        assert not list(outcome.shown(good))


def names_of(error: type) -> set[str]:
    """A class and those made of it: `ReportGone` is an `IncompleteCollection`."""
    return {error.__name__} | {name for made in error.__subclasses__() for name in names_of(made)}


def test_an_undisturbed_collection_is_the_same_each_time(services: Services, tmp_path: Path) -> None:
    for service in SOURCES:
        first = latest(services.good(service) / "evidence")
        services.collect(service, services.config(tmp_path), hours=1)
        second = latest(tmp_path / "evidence")
        for dataset in first.records:
            assert json.dumps(second.answers(dataset)) == json.dumps(first.answers(dataset)), dataset
