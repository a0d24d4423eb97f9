"""A digest of a review holds in the copy exactly where it held in the original, and none of the original's is left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from soc2kit.redaction.mentions import Identifier
from soc2kit.redaction.pseudonyms import FILE_NAME, Pseudonyms
from soc2kit.redaction.replacer import Replacer
from soc2kit.redaction.review_texts import Digests, Row, redact_call, redact_reviews
from soc2kit.reviews.digest import content_digest, signature_holds
from soc2kit.reviews.model import Decision, Population, Review, Signature
from soc2kit.reviews.text import dump, parse

NAME = "2026-Q1-github.yaml"
AT = "2026-04-01T10:00:00Z"


@pytest.fixture
def replacer(tmp_path: Path) -> Replacer:
    found = [Identifier("account", "zoe"), Identifier("account", "ana"), Identifier("e-mail", "boss@x.example")]
    numbers = Pseudonyms(tmp_path / FILE_NAME)
    numbers.assign(found)
    return Replacer(found, numbers)


def known() -> Digests:
    row = Row("e" * 16, "team b; team a", "team a; team b")
    return Digests({("github", "ana", "d" * 16): row}, {("github", "p" * 64): "q" * 64})


def review(**changes: Any) -> Review:
    made = Decision("ana", "team a; team b", "change", "as Zoe asked", "less, said Zoe", "boss@x.example", AT, "d" * 16)
    one = Review("2026-Q1", "github", Population(AT, 1, "p" * 64), {"ana": replace(made, **changes)})
    return replace(one, signed=Signature("boss@x.example", AT, "p" * 64, content_digest(one, "boss@x.example", AT)))


def copied(text: str, replacer: Replacer, digests: Digests) -> str:
    pages = [{"call": "folder reviews", "answer": [NAME]}, {"call": f"file reviews/{NAME}", "answer": text}]
    return str(redact_reviews(pages, replacer, digests)[1]["answer"])


def test_what_matched_matches_again(replacer: Replacer) -> None:
    copy = parse(copied(dump(review()), replacer, known()), NAME)
    assert signature_holds(copy)
    (made,) = copy.decisions.values()
    assert (made.account, made.row, made.access) == ("account-002", "e" * 16, "team b; team a")
    assert (made.reason, made.change_to) == ("[redacted text] 1", "[redacted text] 2")
    assert copy.population is not None
    assert copy.population.sha256 == "q" * 64


@pytest.mark.parametrize(
    "edit",
    [
        {"reason": "later"},
        {"reason": ""},
        {"change_to": "much"},
        {"access": "team b; team a"},
        {"decided_by": "zoe"},
        {"decided_by": "Me"},
        {"row": "b" * 16},
        {"decision": "keep"},
    ],
)
def test_an_edit_after_signing_still_shows_and_names_the_signature_that_it_had(
    edit: dict[str, str], replacer: Replacer
) -> None:
    digests, whole = known(), review()
    edited = replace(whole, decisions={"ana": replace(whole.decisions["ana"], **edit)})
    before = parse(copied(dump(whole), replacer, digests), NAME)
    after = parse(copied(dump(edited), replacer, digests), NAME)
    assert signature_holds(before)
    assert not signature_holds(after)
    assert before.signed is not None
    assert after.signed is not None
    assert after.signed.content_sha256 == before.signed.content_sha256


def test_digests_that_match_nothing_go_and_differ_where_they_differed(replacer: Replacer) -> None:
    """Kept, a digest of names could be found again by trying names."""
    text = dump(review(row="a" * 16)).replace("p" * 64, "c" * 64, 1)
    shown = copied(text, replacer, Digests())
    copy = parse(shown, NAME)
    assert not signature_holds(copy)
    for digest in ("a" * 16, "c" * 64, "p" * 64):
        assert digest not in shown
    assert copy.population is not None
    assert copy.signed is not None
    assert copy.population.sha256 != copy.signed.population_sha256
    assert not [line for line in shown.splitlines() if "sha256" in line and "no match" not in line]


def test_an_empty_reason_stays_empty(replacer: Replacer) -> None:
    (made,) = parse(copied(dump(review(reason="")), replacer, known()), NAME).decisions.values()
    assert made.reason == ""


def test_a_file_that_is_no_review_says_the_same_problem_on_the_same_line(replacer: Replacer) -> None:
    text = "# by zoe\nschema: soc2kit-review/1\nperiod: 2026-Q1\nsystem: [ana\n"
    shown = copied(text, replacer, known())
    assert shown == "# [redacted text]\nschema: soc2kit-review/1\nperiod: 2026-Q1\nsystem: [account-002\n"
    with pytest.raises(yaml.YAMLError):
        yaml.safe_load(shown)


def test_only_the_names_of_reviews_are_told(replacer: Replacer) -> None:
    assert redact_call(f"file reviews/{NAME}") == f"file reviews/{NAME}"
    assert redact_call("file reviews/of zoe.yaml") == "file reviews/[redacted text]"
    assert redact_call("folder reviews") == "folder reviews"
