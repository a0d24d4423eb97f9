"""The redacted copy of a workspace: evidence, settings and controls under pseudonyms, and what it says of itself."""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..config import FILE_NAME, REDACTION_MARKER, Config, load_config
from ..errors import UsageError
from ..evidence import EvidenceStore
from ..evidence.verify import verify_evidence
from ..model import Assessment
from . import proof
from . import pseudonyms as names
from .company_files import redact_controls, redact_settings
from .evidence import redact_evidence
from .identifiers import identifiers
from .replacer import Replacer

STATEMENT = "REDACTION.md"
CONTROLS = "controls.yaml"


@dataclass(frozen=True)
class Redacted:
    """`config` opens the copy; `counts` says how many identifiers of each kind were replaced."""

    config: Config
    counts: Mapping[str, int]
    replacer: Replacer
    kept: frozenset[str]

    def refuse_differences(self, original: Assessment, copy: Assessment) -> None:
        """Raise `ReportFailed` for the first result of the copy that differs by more than names."""
        proof.refuse_differences(original, copy, self.replacer)

    def refuse_leftovers(self, bag: Path) -> None:
        """Raise `ReportFailed` that names the file in which an identifier still stands."""
        proof.refuse_leftovers(bag, self.replacer, self.kept)


@contextmanager
def redacted(config: Config) -> Iterator[Redacted]:
    """A redacted copy in a temporary folder, gone at the end. The workspace gains `pseudonyms.csv` and nothing else.

    Raises `UsageError` when the evidence does not verify, or an account cannot be told from a word of the answers.
    """
    problems = verify_evidence(config.evidence)
    if problems:
        raise UsageError(
            f"{len(problems)} problems in the evidence ({problems[0]}). Run: soc2kit verify {config.workspace}"
        )
    with tempfile.TemporaryDirectory(prefix="soc2kit-redacted-") as temporary:
        yield _write(config, Path(temporary) / "workspace")


def _write(config: Config, copy: Path) -> Redacted:
    store = EvidenceStore(config.evidence, config.calendar)
    copy.mkdir()
    # Nothing is collected meanwhile: who is named in evidence that comes later has no pseudonym yet.
    with store.ledger.lock():
        people = identifiers(store, _company_texts(config.workspace))
        numbers = names.Pseudonyms(config.workspace / names.FILE_NAME)
        numbers.assign(people.identifiers, beside=people.beside, kept=people.kept)
        replacer = Replacer(people.identifiers, numbers)
        changed = redact_evidence(store, copy / "evidence", replacer)
        head = store.ledger.head()
    for name, redact in ((FILE_NAME, redact_settings), (CONTROLS, redact_controls)):
        if (config.workspace / name).is_file():
            text = (config.workspace / name).read_text(encoding="utf-8")
            (copy / name).write_text(redact(text, replacer), encoding="utf-8")
    counts = numbers.counts(people.identifiers)
    (copy / REDACTION_MARKER).write_text(_marker(head, counts, changed), encoding="utf-8")
    (copy / STATEMENT).write_text(statement(head, counts, changed), encoding="utf-8")
    return Redacted(load_config(copy), counts, replacer, people.kept)


def _company_texts(workspace: Path) -> Iterator[Mapping[str, Any]]:
    """Settings and controls as they are now; evidence has the settings of earlier days."""
    yield tomllib.loads((workspace / FILE_NAME).read_text(encoding="utf-8"))
    if (workspace / CONTROLS).is_file():
        yield {CONTROLS: yaml.safe_load((workspace / CONTROLS).read_text(encoding="utf-8"))}


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
every package of this company. {changed} evidence files differ from the originals. The tests were performed on both;
verdicts, populations and exceptions are the same but for the names.

| replaced | identifiers |
|---|---|
{kinds}

A name has the number of its person's e-mail address where only one name goes with it. An account that is spelt
elsewhere with other capitals is shown with `-v` and a number behind its pseudonym.

Left out, as no test reads it: titles, commit messages, branch names of changes, labels, descriptions, names that
commits give their authors, values of AWS tags other than `email`, names of MFA devices, what GitHub says of a person
besides login and role, columns of the roster that no test reads, comments and reasons in `soc2kit.toml` and
`controls.yaml`.

Not replaced: service accounts of the roster, bots, roles that nobody signs in with, and the names of repositories,
branches, checks, groups, policies, AWS roles and teams; a part of such a name is not searched for people. Request ids
stay, to be confirmed in CloudTrail. Dates stay, as tests rest on them: who knows the company may recognise a person by
the day on which somebody joined or left.

The digests of files and ledger lines are those of the copy. Each ledger record names, as `redacted_from`, the digests
of the original file and the original line; the original ledger's head is `{head}`. Whoever holds
the original can compare. Samples in `populations/` are drawn by the keys of the copy, so they are others than those of
the original.
"""
