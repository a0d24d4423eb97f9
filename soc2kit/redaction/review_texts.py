"""Access reviews rewritten with pseudonyms, so that each digest that held still holds and no other does.

Digests of a review are made of names: kept, they would let anybody who guesses a name find out that it is right, and
nothing under pseudonyms would match them. So each is made anew over the copy, and only where it matched in the
original: a row or a population that some snapshot of the evidence has, a signature that held. All others are replaced
by words that match nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import pandas as pd

from ..errors import ReviewError
from ..frames import FrameSet
from ..reviews.digest import content_digest, signature_holds
from ..reviews.file import NAME, named
from ..reviews.model import Decision, Population, Review, Signature
from ..reviews.text import dump
from .answers import REDACTED_TEXT
from .replacer import Replacer

DATASET = "company.reviews"
_FRAMES = ("review_rows", "review_populations")


class Row(NamedTuple):
    """A reviewed account in the copy, and the words for its rights in both."""

    digest: str
    access: str
    original_access: str


@dataclass(frozen=True)
class Digests:
    """What the originals' digests become: of rows by system, account and digest; of populations by system and digest.

    What is replaced by nothing that means something gets a number, the same for the same original: so what was edited
    after signing is another text in the copy as well, and the signature holds as little.
    """

    rows: Mapping[tuple[str, str, str], Row] = field(default_factory=dict)
    populations: Mapping[tuple[str, str], str] = field(default_factory=dict)
    #: Of signatures that held when some collection saw them; one edited afterwards still names the same signature.
    signatures: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def none(self, digest: str) -> str:
        """Stands for a digest that matches nothing."""
        return f"no match {self._number(digest)}"

    def text(self, text: str) -> str:
        """Stands for what somebody wrote freely; nothing stays nothing, as a test asks for that."""
        return f"{REDACTED_TEXT} {self._number(text)}" if text else text

    def _number(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers) + 1)


def digests(original: FrameSet, copy: FrameSet, replacer: Replacer) -> Digests:
    """Found by laying the reviewed accounts of the original beside those of the copy, snapshot by snapshot."""
    ours, ours_whole = (original.frame(name) for name in _FRAMES)
    theirs, theirs_whole = (copy.frame(name) for name in _FRAMES)
    shown = {(row.system, row.account_key, row.snapshot_at): row for row in theirs.itertuples()}
    rows = {}
    for row in ours.itertuples():
        match = shown.get((row.system, replacer.text(str(row.account_key)), row.snapshot_at))
        if match is not None:
            key = row.system, row.account_key, row.row_digest
            rows[key] = Row(match.row_digest, match.privileges, row.privileges)
    wholes: dict[tuple[str, pd.Timestamp], str] = {
        (row.system, row.snapshot_at): row.sha256 for row in theirs_whole.itertuples()
    }
    populations = {
        (row.system, row.sha256): wholes[(row.system, row.snapshot_at)]
        for row in ours_whole.itertuples()
        if (row.system, row.snapshot_at) in wholes
    }
    return Digests(rows, populations)


def redact_reviews(pages: list[dict[str, Any]], replacer: Replacer, known: Digests) -> list[dict[str, Any]]:
    """The pages of a collection: the folder, then each file as its text."""
    folder, *files = pages
    return [
        {**folder, "answer": [_file_name(name) for name in folder["answer"]]},
        *({**page, "call": redact_call(page["call"]), "answer": _file(page, replacer, known)} for page in files),
    ]


def redact_call(call: str) -> str:
    """What was read: a file that has not the name of a review can have anybody's."""
    folder, slash, name = call.rpartition("/")
    return f"{folder}{slash}{_file_name(name)}" if slash else call


def _file_name(name: str) -> str:
    return name if NAME.fullmatch(name) else REDACTED_TEXT


def _file(page: Mapping[str, Any], replacer: Replacer, known: Digests) -> str:
    name = page["call"].rpartition("/")[2]
    if NAME.fullmatch(name) is None:
        return REDACTED_TEXT
    try:
        return dump(_review(named(page["answer"], name), replacer, known))
    except ReviewError:
        # What is wrong with it, and on which line, must stay.
        return "\n".join(map(_line(replacer), page["answer"].split("\n")))


def _line(replacer: Replacer) -> Callable[[str], str]:
    return lambda line: f"# {REDACTED_TEXT}" if line.lstrip().startswith("#") else replacer.text(line)


def _review(review: Review, replacer: Replacer, known: Digests) -> Review:
    system, population, signed = review.system, review.population, review.signed
    made = (_decision(system, decision, replacer, known) for decision in review.decisions.values())
    copy = replace(
        review,
        population=population and _population(system, population, known),
        decisions={decision.account: decision for decision in made},
        signed=None,
    )
    if signed is None:
        return copy
    by = _person(signed.by, replacer, known)
    if signature_holds(review):
        known.signatures[signed.content_sha256] = content_digest(copy, by, signed.at)
    content = known.signatures.get(signed.content_sha256) or known.none(signed.content_sha256)
    whole = known.populations.get((system, signed.population_sha256)) or known.none(signed.population_sha256)
    return replace(copy, signed=Signature(by, signed.at, whole, content))


def _population(system: str, population: Population, known: Digests) -> Population:
    found = known.populations.get((system, population.sha256))
    return replace(population, sha256=found or known.none(population.sha256))


def _decision(system: str, made: Decision, replacer: Replacer, known: Digests) -> Decision:
    row = known.rows.get((system, made.account, made.row))
    return replace(
        made,
        account=replacer.text(made.account),
        access=_access(made.access, row, replacer),
        reason=known.text(made.reason),
        change_to=known.text(made.change_to),
        decided_by=_person(made.decided_by, replacer, known),
        row=row.digest if row is not None else known.none(made.row),
    )


def _access(text: str, row: Row | None, replacer: Replacer) -> str:
    """Rights stand in the order of their words, which is another one under pseudonyms.

    Whoever edited them to just that order gets the other: two texts never become one.
    """
    shown = replacer.text(text)
    if row is None or text == row.original_access:
        return shown if row is None else row.access
    return replacer.text(row.original_access) if shown == row.access else shown


def _person(text: str, replacer: Replacer, known: Digests) -> str:
    shown = replacer.text(text)
    return shown if shown != text or "@" in text else known.text(text)
