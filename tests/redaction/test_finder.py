"""Identifiers are found as whole words, in any case, the longest first."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soc2kit.redaction.finder import Finder, fold

WORDS = ("ana", "ana.b", "ana.b@x", "x-ana", "Ana Böll", "ана", "+ana", "fe80::1")


def marked(text: str) -> str:
    return Finder(WORDS).replaced(text, lambda spelt: f"<{spelt}>")


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("ana", "<ana>"),
        ("ANA.B@X.", "<ANA.B@X>."),
        ("ana.b ana.c ana.", "<ana.b> ana.c <ana>."),
        ("banana anas ana_b ana1", "banana anas ana_b ana1"),
        ("ana-s s-ana x-ana X-Ana-s", "ana-s s-ana <x-ana> X-Ana-s"),
        ("-ana ana- --ana", "-<ana> <ana>- --<ana>"),
        ("arn:aws:iam::1:user/ana", "arn:aws:iam::1:user/<ana>"),
        ("https://h/ana/repos{/ana}?q=ana#ana", "https://h/<ana>/repos{/<ana>}?q=<ana>#<ana>"),
        ("(ana),ana;'ana'", "(<ana>),<ana>;'<ana>'"),
        ("ana@tidewater", "<ana>@tidewater"),
        ("Co-authored-by: Ana Böll <ana.b@x>", "Co-authored-by: <Ana Böll> <<ana.b@x>>"),
        ("ANA BÖLL, Ana Böller", "<ANA BÖLL>, <Ana> Böller"),
        ("ана Ана ана́", "<ана> <Ана> ана́"),
        ("by +ana", "by <+ana>"),
        ("at fe80::1, FE80::1", "at <fe80::1>, <FE80::1>"),
        ("İana ẞana anaİ", "İana ẞana anaİ"),
    ],
)
def test_whole_words_are_found(text: str, expect: str) -> None:
    assert marked(text) == expect


@given(st.text())
def test_folding_keeps_the_length_and_joins_at_most_two_characters(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("character", ["\u212a", "\u017f", "\u0131", "\u0130", "\u212b", "ß", "ẞ", "ς"])
def test_characters_with_several_cases_stand_for_themselves(character: str) -> None:
    assert fold(character) == character


ALPHABET = st.text(alphabet="aA.b-@+é ", max_size=8)


@given(st.lists(ALPHABET, max_size=6), st.lists(ALPHABET, max_size=4))
def test_what_is_not_found_is_not_touched(words: list[str], parts: list[str]) -> None:
    text = " ".join([*words, *parts])
    finder = Finder(words)
    spans = list(finder.spans(text))
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(fold(text[start:end]) in set(map(fold, words)) for start, end in spans)
    assert finder.replaced(text, lambda spelt: spelt) == text


def test_a_long_list_and_a_long_text_take_time_in_proportion() -> None:
    finder = Finder(f"user.{number}" for number in range(20_000))
    text = " ".join(f"user.{number} did x-{number};" for number in range(40_000))
    started = time.perf_counter()
    assert sum(1 for _ in finder.spans(text)) == 20_000
    assert time.perf_counter() - started < 5
