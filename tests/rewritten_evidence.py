"""Evidence changed by a test and chained anew, as if its systems had answered so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from soc2kit.evidence import EvidenceStore, Record
from soc2kit.evidence.ledger import FILE_NAME, GENESIS, encode

Edit = Callable[[dict[str, Any], bytes], bytes]


def rewrite(evidence: Path, edit: Edit, *more: dict[str, Any]) -> None:
    """Give each recorded file to `edit` with its record; `more` are records of failed attempts to add at the end."""
    previous, lines = GENESIS, []
    digests: dict[str, str] = {}  # what a file was, and what it is now: readable copies name the file they are of
    records = [json.loads(line) for line in (evidence / FILE_NAME).read_bytes().splitlines()]
    failed = [{**records[-1], **fields, "path": None, "sha256": None, "bytes": 0} for fields in more]
    for number, fields in enumerate([*records, *failed], start=1):
        if fields["path"] is not None:
            data = edit(fields, (evidence / fields["path"]).read_bytes())
            (evidence / fields["path"]).write_bytes(data)
            digests[fields["sha256"]] = hashlib.sha256(data).hexdigest()
            fields |= {"sha256": digests[fields["sha256"]], "bytes": len(data)}
        if "derived_from" in fields:
            fields["derived_from"] = digests.get(fields["derived_from"], fields["derived_from"])
        lines.append(encode({**fields, "seq": number, "previous": previous}))
        previous = hashlib.sha256(lines[-1]).hexdigest()
    (evidence / FILE_NAME).write_bytes(b"".join(lines))


def keep(evidence: Path, wanted: Callable[[Record], bool]) -> None:
    """Write the ledger anew, a sound chain of the wanted records only: as if the others had never been collected."""
    ledger = EvidenceStore(evidence).ledger
    records = ledger.records()
    ledger.path.unlink()
    with ledger.lock():
        for record in filter(wanted, records):
            own = {name: value for name, value in record.fields.items() if name not in ("schema", "seq", "previous")}
            ledger.append(own)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in a value, the outer ones first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)
