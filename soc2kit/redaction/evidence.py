"""Evidence rewritten with pseudonyms: each file in its own form, and a new chain of records over the new files.

Each record says which file and which line of the original it was made from, so that whoever holds the original can
match the two.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import EvidenceDamaged
from ..evidence import EvidenceStore, Record
from ..evidence.ledger import FILE_NAME, GENESIS, encode
from ..evidence.originals import is_original
from ..evidence.views import pictures_of
from .answers import redact_value
from .branch_names import DATASET as BRANCHES
from .branch_names import without_other_branches
from .fields import fields_of
from .postgres_files import redact_postgres_file
from .registers import redact_register
from .replacer import Replacer
from .report_files import redact_report
from .review_texts import DATASET as REVIEWS
from .review_texts import Digests, redact_call, redact_reviews
from .settings_files import redact_settings
from .terraform_files import EXPORTS, redact_addresses, redact_terraform
from .workflow_files import DATASET as WORKFLOWS
from .workflow_files import without_comments

_PICTURE = ".png"
_PAGE = re.compile(r"-page-(\d+)")
# What the tool itself writes into a record; names of people are in none of it.
_OWN = {
    "schema", "seq", "path", "dataset", "category", "run_at", "collected_at", "effective", "phase", "final", "tool",
    "request_ids", "pages", "rows", "source_total", "completeness", "sha256", "bytes", "derived_from", "previous",
    "redacted_from", "asked",
}  # fmt: skip


#: Datasets whose answers are files of a language of their own.
_OF_FILES = {"terraform.files": redact_terraform, "postgres_files.files": redact_postgres_file}


def redact_file(record: Record, data: bytes, replacer: Replacer, reviews: Digests) -> bytes:
    """One evidence file. JSON keeps its form of one page a line, so that people can read it as before."""
    if is_original(record):
        return redact_report(data, replacer)
    path, text = str(record.path), data.decode("utf-8")
    if path.endswith(".json"):
        return _form(_redact_pages(record.dataset, json.loads(text), replacer, reviews)).encode()
    register = redact_register(text, record, replacer)
    if register is not None:
        return register.encode()
    if path.endswith(".toml"):
        return redact_settings(text, replacer).encode()
    return replacer.text(text).encode()


def _place(record: Record, places: Mapping[str, str]) -> str:
    """Where the file is that a picture was made from, which comes before it."""
    made_from = str(record.fields.get("derived_from"))
    if made_from not in places:
        raise EvidenceDamaged(
            f"{record.path} was made from a file with the digest {made_from}, and no earlier record names one. Package"
            " without --redact"
        )
    return places[made_from]


def _drawn_again(record: Record, redacted: Path) -> bytes:
    """A picture, from the redacted answer that it shows: names in it cannot be searched for."""
    page = _PAGE.search(str(record.path))
    drawn = list(pictures_of(json.loads(redacted.read_bytes()), record.fields))
    return drawn[int(page[1]) - 1 if page else 0]


def _redact_pages(dataset: str, pages: list[Any], replacer: Replacer, reviews: Digests) -> list[Any]:
    if dataset == REVIEWS:
        return redact_reviews(pages, replacer, reviews)
    fields = fields_of(dataset)
    if dataset == WORKFLOWS:
        pages = without_comments(pages)
    if dataset == EXPORTS:
        pages = redact_addresses(pages, replacer)
    if dataset == BRANCHES:
        pages = without_other_branches(pages)
    if dataset in _OF_FILES:
        texts = [_OF_FILES[dataset](page["answer"], replacer) for page in pages]
        return [
            {**redact_value(page, replacer, fields), "answer": text} for page, text in zip(pages, texts, strict=True)
        ]
    return [redact_value(page, replacer, fields) for page in pages]


def _form(pages: list[Any]) -> str:
    lines = [json.dumps(page, ensure_ascii=False, separators=(",", ":"), allow_nan=False) for page in pages]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"


def redact_evidence(store: EvidenceStore, target: Path, replacer: Replacer, reviews: Digests | None = None) -> int:
    """Write every recorded file and the new ledger below `target`; how many files were changed.

    A second call writes the reviews and the ledger anew, with what the frames of the first one say of `reviews`; all
    other files stay.
    """
    previous, changed = GENESIS, 0
    digests: dict[str, str] = {}
    places: dict[str, str] = {}
    target.mkdir(parents=True, exist_ok=True)
    with (target / FILE_NAME).open("wb") as ledger:
        for record in store.records():
            fields = dict(record.fields)
            line = encode(fields)
            own = {key: value if key in _OWN else _redact_part(key, value, replacer, record.dataset)
                   for key, value in fields.items()}  # fmt: skip
            if record.path is not None:
                data = store.read_bytes(record)
                if reviews is not None and record.dataset != REVIEWS:
                    new = (target / _path(record, replacer)).read_bytes()
                elif record.path.endswith(_PICTURE) and not is_original(record):
                    new = _drawn_again(record, target / _place(record, places))
                else:
                    new = redact_file(record, data, replacer, reviews or Digests())
                path = _path(record, replacer)
                _put(target / path, new)
                changed += new != data
                own |= {"path": path, "sha256": hashlib.sha256(new).hexdigest(), "bytes": len(new)}
                digests[str(record.sha256)] = own["sha256"]
                places[str(record.sha256)] = path
            if "derived_from" in fields:
                own["derived_from"] = digests.get(fields["derived_from"], fields["derived_from"])
            own["redacted_from"] = {"sha256": record.sha256, "line_sha256": hashlib.sha256(line).hexdigest()}
            written = encode({**own, "previous": previous})
            previous = hashlib.sha256(written).hexdigest()
            ledger.write(written)
    return changed


def known_signatures(store: EvidenceStore, replacer: Replacer, reviews: Digests) -> None:
    """Fill in the signatures: one that was edited in one collection may hold in a later one."""
    for record in store.records():
        if record.dataset == REVIEWS and record.path is not None:
            redact_reviews(store.read_pages(record), replacer, reviews)


def _redact_part(key: str, value: Any, replacer: Replacer, dataset: str) -> Any:
    """Calls, identity, reason and source; which system the source is stays, as tests sort records by it."""
    fields = fields_of(dataset)
    if key == "reason" and isinstance(value, str):
        return replacer.prose(value)
    if key == "source" and isinstance(value, Mapping):
        return {
            key: inner if key == "system" else redact_value(inner, replacer, fields) for key, inner in value.items()
        }
    if key == "calls" and dataset == REVIEWS:
        return [{**call, "call": redact_call(call["call"])} for call in value]
    return redact_value(value, replacer, fields)


def _path(record: Record, replacer: Replacer) -> str:
    """Where it is kept. A report has the name that somebody gave it."""
    return replacer.text(str(record.path)) if is_original(record) else str(record.path)


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
