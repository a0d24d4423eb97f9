"""Evidence rewritten with pseudonyms: each file in its own form, and a new chain of records over the new files.

Each record says which file and which line of the original it was made from, so that whoever holds the original can
match the two.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..evidence import EvidenceStore, Record
from ..evidence.ledger import FILE_NAME, GENESIS, encode
from .answers import redact_value
from .company_files import redact_identities, redact_roster, redact_settings
from .replacer import Replacer

# What the tool itself writes into a record; names of people are in none of it.
_OWN = {
    "schema", "seq", "path", "dataset", "category", "run_at", "collected_at", "effective", "phase", "final", "tool",
    "request_ids", "pages", "rows", "source_total", "completeness", "sha256", "bytes", "derived_from", "previous",
    "redacted_from",
}  # fmt: skip


def redact_file(record: Record, data: bytes, replacer: Replacer) -> bytes:
    """One evidence file. JSON keeps its form of one page a line, so that people can read it as before."""
    path, text = str(record.path), data.decode("utf-8")
    if path.endswith(".json"):
        return _redact_pages(json.loads(text), replacer).encode()
    if record.dataset == "company.roster":
        return redact_roster(text, record.fields["calls"][0]["parameters"].get("columns", {}), replacer).encode()
    if record.dataset == "company.identities":
        return redact_identities(text, replacer).encode()
    if path.endswith(".toml"):
        return redact_settings(text, replacer).encode()
    return replacer.text(text).encode()


def _redact_pages(pages: list[Any], replacer: Replacer) -> str:
    lines = [
        json.dumps(redact_value(page, replacer), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        for page in pages
    ]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"


def redact_evidence(store: EvidenceStore, target: Path, replacer: Replacer) -> int:
    """Write every recorded file and the new ledger below `target`; how many files were changed."""
    target.mkdir(parents=True)
    previous, changed = GENESIS, 0
    digests: dict[str, str] = {}
    with (target / FILE_NAME).open("wb") as ledger:
        for record in store.records():
            fields = dict(record.fields)
            line = encode(fields)
            own = {key: value if key in _OWN else _redact_part(key, value, replacer) for key, value in fields.items()}
            if record.path is not None:
                data = store.read_bytes(record)
                new = redact_file(record, data, replacer)
                _put(target / record.path, new)
                changed += new != data
                own |= {"sha256": hashlib.sha256(new).hexdigest(), "bytes": len(new)}
                digests[str(record.sha256)] = own["sha256"]
            if "derived_from" in fields:
                own["derived_from"] = digests.get(fields["derived_from"], fields["derived_from"])
            own["redacted_from"] = {"sha256": record.sha256, "line_sha256": hashlib.sha256(line).hexdigest()}
            written = encode({**own, "previous": previous})
            previous = hashlib.sha256(written).hexdigest()
            ledger.write(written)
    return changed


def _redact_part(key: str, value: Any, replacer: Replacer) -> Any:
    """Calls, identity, reason and source; which system the source is stays, as tests sort records by it."""
    if key == "reason" and isinstance(value, str):
        return replacer.prose(value)
    if key == "source" and isinstance(value, Mapping):
        return {key: inner if key == "system" else redact_value(inner, replacer) for key, inner in value.items()}
    return redact_value(value, replacer)


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
