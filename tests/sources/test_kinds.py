"""What evidence is taken to tell, without any source's client, is what the table of sources says."""

from __future__ import annotations

from soc2kit.sources.kinds import EVENTS, kind_of
from soc2kit.sources.table import SOURCES


def test_events_are_those_of_the_table_of_sources() -> None:
    datasets = [dataset for source in SOURCES for dataset in source.datasets]
    assert {dataset.id for dataset in datasets if dataset.kind == "events"} == EVENTS
    assert all(kind_of(dataset.id) == dataset.kind for dataset in datasets)
