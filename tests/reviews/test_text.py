"""The review file: the same text for the same review, every text comes back, and what is wrong is named by its line."""

from __future__ import annotations

import difflib
from dataclasses import replace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from soc2kit.errors import ReviewError
from soc2kit.reviews.model import Decision, Population, Review, Signature
from soc2kit.reviews.text import dump, parse

POPULATION = Population("2026-03-31T20:00:00Z", 2, "a" * 64)
KEEP = Decision("one", "reads", "keep", "Works on it.", "", "ana@x.y", "2026-04-08T15:00:00Z", "0123456789abcdef")
CHANGE = replace(KEEP, account="two", decision="change", change_to="reads", access="writes")
SIGNED = Signature("ana@x.y", "2026-04-08T16:00:00Z", "a" * 64, "b" * 64)
REVIEW = Review("2026-Q1", "aws", POPULATION, {"two": CHANGE, "one": KEEP}, SIGNED)
TEXT = dump(REVIEW)


def test_what_is_written_is_read_back() -> None:
    assert parse(TEXT, "a.yaml") == REVIEW
    assert parse(dump(Review("2026-Q1", "aws")), "a.yaml") == Review("2026-Q1", "aws")


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(account=TEXTS, access=TEXTS, reason=TEXTS, change_to=TEXTS)
def test_any_text_survives(account: str, access: str, reason: str, change_to: str) -> None:
    decision = replace(CHANGE, account=account, access=access, reason=reason, change_to=change_to)
    review = Review("2026-Q1", "aws", POPULATION, {account: decision})
    text = dump(review)
    assert parse(text, "a.yaml") == review
    assert dump(parse(text, "a.yaml")) == text
    # Other YAML readers see the same, each value a text.
    assert yaml.safe_load(text)["decisions"][0]["account"] == account


def test_one_decision_is_one_block_of_a_diff() -> None:
    other = replace(REVIEW, decisions={**REVIEW.decisions, "one": replace(KEEP, reason="On call.")})
    changed = [line for line in difflib.ndiff(TEXT.splitlines(), dump(other).splitlines()) if line[:2] in ("- ", "+ ")]
    assert changed == ["-     reason: Works on it.", "+     reason: On call."]


def test_comments_quotes_and_order_of_an_editor_do_not_matter() -> None:
    lines = TEXT.splitlines()
    edited = "\n".join(["# mine", *lines]).replace("reason: Works on it.", "reason: 'Works on it.'   # yes")
    assert parse(edited, "a.yaml") == REVIEW


def line_of(part: str) -> int:
    return next(number for number, line in enumerate(TEXT.splitlines(), start=1) if part in line)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("schema: soc2kit-review/1", "schema: soc2kit-review/9", r"line 3: schema is 'soc2kit-review/9'"),
        ("period:", "quarter:", r"line 4: the review has 'quarter'; known are"),
        ("  rows: 2", "  rows: two", r"line 7: population: rows is 'two'"),
        ("    decision: keep", "    decision: kept", rf"line {line_of('- account: one')}: decision on 'one' is 'kept'"),
        ("    decision: keep", "    decision: keep\n    decision: revoke", "'decision' a second time"),
        ("account: two", "account: one", r"'one' is decided on line \d+ already"),
        ("    row: ", "    digest: ", "a decision has 'digest'"),
        ("    decided_by: ana@x.y\n", "", "a decision has no decided_by"),
        ('decided_at: "2026-04-08T15:00:00Z"', "decided_at: yesterday", "'yesterday' is not a time"),
        ('decided_at: "2026-04-08T15:00:00Z"', "decided_at: 2026-04-08T15:00:00", "has no time zone"),
        ("    reason: Works on it.", "    reason: [a, b]", "reason has to be one text"),
        ("decisions:", "decisions: none\nsigned_off:", "the review has 'signed_off'"),
        ("  by: ana@x.y", "<<<<<<< ours\n  by: ana@x.y", r"line \d+: a merge left its conflict marker '<<<<<<<'"),
        ("  by: ana@x.y", "=======\n  by: ana@x.y", "conflict marker"),
        ("  by: ana@x.y", "  by: ben@x.y\n>>>>>>> theirs", "conflict marker"),
        ("    decision: keep", "  decision: keep", r"line \d+: not valid YAML"),
        ("  by: ana@x.y", "  by: 'ana@x.y", r"line \d+: not valid YAML"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(old: str, new: str, words: str) -> None:
    assert old in TEXT
    with pytest.raises(ReviewError, match=words) as raised:
        parse(TEXT.replace(old, new, 1), "2026-Q1-aws.yaml")
    assert str(raised.value).startswith("2026-Q1-aws.yaml line ")


@pytest.mark.parametrize("text", ["", "just words", "[]", "a: &x [*x]\n", "\x00"])
def test_what_is_no_review_at_all_is_an_error(text: str) -> None:
    with pytest.raises(ReviewError, match=r"2026-Q1-aws\.yaml"):
        parse(text, "2026-Q1-aws.yaml")
