"""The redacted copy of a workspace: evidence, settings and controls under pseudonyms, and what it says of itself."""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from ..config import FILE_NAME, REDACTION_MARKER, Config, load_config
from ..errors import EvidenceDamaged, MalformedInput, UsageError
from ..evidence import EvidenceStore
from ..evidence.verify import verify_evidence
from ..frames import FrameSet
from ..model import Assessment
from ..period import Period
from . import proof
from . import pseudonyms as names
from .evidence import known_signatures, redact_evidence
from .identifiers import identifiers
from .replacer import Replacer
from .review_texts import DATASET as REVIEWS
from .review_texts import digests
from .settings_files import redact_controls, redact_settings

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
def redacted(config: Config, *, period: Period | None = None, as_of: datetime | None = None) -> Iterator[Redacted]:
    """A redacted copy in a temporary folder, gone at the end. The workspace gains `pseudonyms.csv` and nothing else.

    `period` and `as_of` are those of the assessment that the copy has to give again: by them it is known which accounts
    an access review was made over. Without them, those of everything collected so far.
    Raises `UsageError` when the evidence does not verify, or an account cannot be told from a word of the answers.
    """
    problems = verify_evidence(config.evidence)
    if problems:
        raise UsageError(
            f"{len(problems)} problems in the evidence ({problems[0]}). Run: soc2kit verify {config.workspace}"
        )
    with tempfile.TemporaryDirectory(prefix="soc2kit-redacted-") as temporary:
        yield _write(config, Path(temporary) / "workspace", period or config.window, as_of)


def _write(config: Config, copy: Path, period: Period, as_of: datetime | None) -> Redacted:
    store = EvidenceStore(config.evidence, config.calendar)
    copy.mkdir()
    # Nothing is collected meanwhile: who is named in evidence that comes later has no pseudonym yet.
    with store.ledger.lock():
        people = identifiers(store, _company_texts(config.workspace))
        numbers = names.Pseudonyms(config.workspace / names.FILE_NAME)
        numbers.assign(people.identifiers, beside=people.beside, kept=people.kept)
        replacer = Replacer(people.identifiers, numbers, people.spelt, _labels(config))
        changed = redact_evidence(store, copy / "evidence", replacer)
        changed = _with_reviews(config, copy / "evidence", period, as_of, replacer) or changed
        head = store.ledger.head()
    for name, redact in ((FILE_NAME, redact_settings), (CONTROLS, redact_controls)):
        if (config.workspace / name).is_file():
            text = (config.workspace / name).read_text(encoding="utf-8")
            (copy / name).write_text(redact(text, replacer), encoding="utf-8")
    counts = numbers.counts(people.identifiers)
    (copy / REDACTION_MARKER).write_text(_marker(head, counts, changed), encoding="utf-8")
    (copy / STATEMENT).write_text(statement(head, counts, changed), encoding="utf-8")
    return Redacted(load_config(copy), counts, replacer, people.kept)


def _with_reviews(config: Config, copy: Path, period: Period, as_of: datetime | None, replacer: Replacer) -> int | None:
    """Access reviews with digests of what the copy shows; None without any that can be compared."""
    store = EvidenceStore(config.evidence, config.calendar)
    if not any(record.dataset == REVIEWS and record.fields["rows"] for record in store.records()):
        return None
    original, redone = (
        FrameSet(
            EvidenceStore(evidence, config.calendar),
            period=period,
            as_of=as_of or max(record.run_at for record in store.records()),
            scope=config.account_scope,
        )
        for evidence in (config.evidence, copy)
    )
    try:
        known = digests(original, redone, replacer)
    except (EvidenceDamaged, MalformedInput):
        return None  # no test of a review is performed either
    known_signatures(store, replacer, known)
    return redact_evidence(store, copy, replacer, known)


def _labels(config: Config) -> Iterator[str]:
    """Labels that make a change an emergency, at any time: on them depends which test it belongs to."""
    for parameters in (config.parameters.first, *(version.parameters for version in config.parameters.changes)):
        yield from parameters.emergency_labels


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

Left out, as no test reads it: titles, commit messages, branch names of changes, labels other than those of
emergencies, descriptions, names that
commits give their authors, values of AWS tags other than `email`, names of MFA devices, programs and error messages in
events, what GitHub says of a person besides login and role, public keys and titles of deploy keys, comments on alerts,
what Identity Center keeps of a person besides user name, e-mail addresses, known names and its own id, columns of the
roster and the registers that no test reads, reasons of emergencies and of review decisions and what a change is to
become, comments and descriptions of Terraform files, comments and reasons in `soc2kit.toml` and `controls.yaml`. That
such a text was there can still be seen.

Not replaced: service accounts of the roster, bots, roles that nobody signs in with, the ids that Identity Center gives
its users, and the names of repositories, branches, checks, groups, policies, AWS roles, teams, permission sets,
resources, files and the objects of a database; a part of such a name is not searched for people. What was asked for in
an access request, the names in Terraform files and a review file that cannot be read are searched for everybody who is
known, and else stay as they are. Request ids stay, to be confirmed in CloudTrail. Dates stay, as tests rest on them:
who knows the company may recognise a person by the day on which somebody joined or left.

Access reviews name accounts by digests of what was reviewed, and are signed by a digest of all of it. A digest that
held in the original, so that a snapshot of the evidence or the file itself gives it again, was made anew over the
copy and holds there; every other one is replaced by the words `no match` and a number, and holds nowhere. So the
signatures in the copy are this tool's, made over pseudonyms: that the reviewers' own hold is for the original to show.

The digests of files and ledger lines are those of the copy. Each ledger record names, as `redacted_from`, the digests
of the original file and the original line; the original ledger's head is `{head}`. Whoever holds
the original can compare. Samples in `populations/` are drawn by the keys of the copy, so they are others than those of
the original.
"""
