"""The redacted copy of a workspace, and the proof that nothing but names has changed in it."""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..config import FILE_NAME, REDACTION_MARKER, Config, load_config
from ..errors import ReportFailed, UsageError
from ..evidence import EvidenceStore
from ..evidence.verify import verify_evidence
from ..model import Assessment
from ..results import as_document
from . import pseudonyms as names
from .evidence import redact_evidence
from .identifiers import identifiers

STATEMENT = "REDACTION.md"
# The code is the same for everybody, and its example company has people of its own.
_NOT_SEARCHED = {"software"}


@dataclass(frozen=True)
class Redacted:
    """`config` opens the copy; `counts` says how many identifiers of each kind were replaced."""

    config: Config
    counts: Mapping[str, int]
    replacer: names.Replacer

    def refuse_differences(self, original: Assessment, copy: Assessment) -> None:
        """Raise `ReportFailed` for the first test that the copy answers differently, but for the names."""
        theirs = {test["id"]: test for test in as_document(copy)["tests"]}
        for test in as_document(original)["tests"]:
            if _essence(test, self.replacer) != _essence(theirs[test["id"]], None):
                raise ReportFailed(
                    f"the redacted copy gives another result for {test['id']}; nothing was sealed. Package without"
                    " --redact, and report this test"
                )

    def refuse_leftovers(self, bag: Path) -> None:
        """Raise `ReportFailed` that names the file in which an identifier still stands."""
        for path in sorted(bag.rglob("*")):
            name = path.relative_to(bag)
            if path.is_dir() or name.parts[0] in _NOT_SEARCHED:
                continue
            left = self.replacer.left_in(path.read_text(encoding="utf-8", errors="replace"))
            if left is not None:
                raise ReportFailed(f"{left!r} still stands in {name.as_posix()}; nothing was sealed. Report this file")


@contextmanager
def redacted(config: Config) -> Iterator[Redacted]:
    """A redacted copy in a temporary folder, gone at the end. The workspace gains `pseudonyms.csv` and nothing else.

    Raises `UsageError` when the evidence does not verify, or an account cannot be told from a word of the answers.
    """
    if verify_evidence(config.evidence):
        raise UsageError(f"the evidence does not verify. Run: soc2kit verify {config.workspace}")
    store = EvidenceStore(config.evidence, config.calendar)
    found = identifiers(store)
    numbers = names.Pseudonyms(config.workspace / names.FILE_NAME)
    numbers.assign(found)
    replacer = names.Replacer(found, numbers)
    counts = numbers.counts(found)
    with tempfile.TemporaryDirectory(prefix="soc2kit-redacted-") as temporary:
        copy = Path(temporary) / "workspace"
        copy.mkdir()
        changed = redact_evidence(config.evidence, copy / "evidence", replacer)
        for name in (FILE_NAME, "controls.yaml"):
            if (config.workspace / name).is_file():
                text = (config.workspace / name).read_text(encoding="utf-8")
                (copy / name).write_text(replacer.text(text), encoding="utf-8")
        head = store.ledger.head()
        (copy / REDACTION_MARKER).write_text(_marker(head, counts, changed), encoding="utf-8")
        (copy / STATEMENT).write_text(statement(head, counts, changed), encoding="utf-8")
        yield Redacted(load_config(copy), counts, replacer)


def _marker(head: str, counts: Mapping[str, int], changed: int) -> str:
    document = {
        "schema": "soc2kit-redaction/1",
        "original_ledger_head": head,
        "replaced": dict(counts),
        "files_changed": changed,
    }
    return json.dumps(document, indent=1) + "\n"


def statement(head: str, counts: Mapping[str, int], changed: int) -> str:
    """What a reader of the package must know of the redaction."""
    kinds = "\n".join(f"| {kind} | {count} |" for kind, count in counts.items())
    return f"""# Redaction

This is a redacted copy. Personal data in it is replaced by pseudonyms, the same one for the same identifier in
every package of this company. {changed} evidence files differ from the originals; the tests were performed on both,
with the same verdicts, populations and exceptions.

| replaced | identifiers |
|---|---|
{kinds}

Titles, commit messages, branch names of changes and addresses of pictures are left out, as no test reads them; so are
the numbers that GitHub gives people. Service accounts of the roster, bots, and the names of repositories, checks,
roles that nobody signs in with, and groups stay.

The digests of files and ledger lines are those of the copy. Each ledger record names, as `redacted_from`, the digests
of the original file and the original line; the original ledger's head is `{head}`. Whoever holds
the original can compare.
"""


def _essence(test: Mapping[str, Any], replacer: names.Replacer | None) -> tuple[Any, ...]:
    """What must not change: verdict, size, and each exception, with the words of its reason in any order."""
    text = replacer.text if replacer else (lambda words: words)
    exceptions = Counter(
        (text(item["key"]), item["at"], tuple(sorted(re.split(r"[ ,;]+", text(item["reason"])))))
        for item in test["exceptions"]
    )
    return test["verdict"], test["population"], exceptions
