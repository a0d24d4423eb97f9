"""A source behind its proxy, and what must hold after any fault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from faults.proxy import HttpProxy

from soc2kit.collect import CollectionSummary, collect
from soc2kit.config import Config
from soc2kit.evidence import EvidenceStore
from soc2kit.evidence.verify import verify_evidence
from soc2kit.period import CIVIL
from soc2kit.sources.base import Source

MARCH = CIVIL.month(2026, 3)
BEFORE, AT = datetime(2026, 3, 31, 20, tzinfo=UTC), datetime(2026, 4, 1, 6, tzinfo=UTC)
SECRETS = ("example-secret", "example-token")


@dataclass
class Bench:
    """A source behind its proxy, and a workspace in which it was collected once without trouble."""

    source: Source
    config: Config
    proxy: HttpProxy | None

    def collect(self, moment: datetime) -> CollectionSummary:
        return collect(self.config, [self.source], clock=lambda: moment)

    def store(self) -> EvidenceStore:
        return EvidenceStore(self.config.evidence)


def files(bench: Bench) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in bench.config.evidence.rglob("*") if path.suffix in (".json", ".csv")}


def nothing_lost(bench: Bench, before: dict[Path, bytes]) -> None:
    root = bench.config.evidence
    assert verify_evidence(root) == []
    assert all(path.read_bytes() == content for path, content in before.items())
    assert list((root / ".incoming").iterdir()) == []
    ledger = (root / "ledger.jsonl").read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret in ledger]
    first: dict[str, int] = {}
    for record in bench.store().records():
        if record.complete and not record.dataset.startswith("view:"):
            assert record.fields["rows"] == first.setdefault(record.dataset, record.fields["rows"]), record.dataset
