"""For every dataset and every approved list somebody decided whom it names, and the leak test hides a name there."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from example_workspace import Example
from hiding_places import EDITED

from soc2kit.errors import UsageError
from soc2kit.evidence import EvidenceStore, Record
from soc2kit.parameters import Parameters
from soc2kit.redaction.mentions import APPROVED, OF_NOBODY, READERS, of_record
from soc2kit.redaction.mentions.table import nobody
from soc2kit.sources.table import SOURCES

# Lists whose objects are those of another dataset, in which the leak test hides names; and answers without anybody.
SAME_AS_OTHERS = {
    "aws.credential_report": "aws.mfa_devices",
    "aws.users": "aws.authorization_details",
    "github.members_without_2fa": "github.members",
    "github.outside_collaborators": "github.members",
    "github.outside_without_2fa": "github.members",
    "github.organization": "github.members",
    "github.repositories": "github.members",
    "github.secret_scanning_settings": "github.members",
    "postgres.roles": "postgres.grants",
    "postgres.memberships": "postgres.grants",
    "postgres.settings": "postgres.grants",
    "postgres.password_hashes": "postgres.grants",
}


def test_every_dataset_has_a_reader_of_whom_it_names() -> None:
    datasets = {dataset.id for source in SOURCES for dataset in source.datasets}
    undecided = sorted(datasets - set(READERS))
    assert not undecided, f"nobody decided how {', '.join(undecided)} is redacted: redaction/mentions/table.py"
    assert set(READERS) == datasets


def test_a_name_is_hidden_in_every_dataset_that_has_a_reader() -> None:
    reading = {dataset for dataset, reader in READERS.items() if reader is not nobody}
    assert reading - set(EDITED) == set(SAME_AS_OTHERS)
    assert all(READERS[one] is READERS[other] for one, other in SAME_AS_OTHERS.items())


def test_the_example_has_evidence_of_every_dataset(example: Example) -> None:
    """So that the leak test reaches all of them."""
    store = EvidenceStore(example.config.evidence, example.config.calendar)
    collected = {record.dataset for record in store.records() if record.path and ":" not in record.dataset}
    assert collected == set(READERS)


def test_every_list_of_the_settings_is_of_accounts_or_of_nobody() -> None:
    lists = {one.name for one in fields(Parameters) if isinstance(one.default, tuple)}
    assert not set(APPROVED) & OF_NOBODY
    assert {*APPROVED, *OF_NOBODY} == lists


def test_evidence_that_nobody_has_decided_on_is_refused() -> None:
    class Store:
        def read_pages(self, record: Record) -> list[dict[str, Any]]:
            return []

    fields = {"dataset": "jira.issues", "path": "a.json", "source": {"system": "jira"}, "identity": "unknown"}
    with pytest.raises(UsageError, match=r"nobody decided how jira\.issues is redacted"):
        list(of_record(Store(), Record(fields)))  # type: ignore[arg-type]
