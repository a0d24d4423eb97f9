"""Replacement keeps apart what was apart and together what was together."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from soc2kit.redaction.identifiers import Identifier
from soc2kit.redaction.pseudonyms import FILE_NAME, Pseudonyms, Replacer

WORDS = st.text(alphabet="abAB12.-_é", min_size=1, max_size=6).filter(
    lambda text: text[0] not in ".-" and text[-1] != "."
)
FOUND = st.lists(
    st.builds(Identifier, st.sampled_from(["account", "name"]), WORDS), unique_by=lambda one: one.text, max_size=12
)


@given(FOUND, st.lists(WORDS, max_size=6))
def test_different_words_stay_different_and_known_ones_go(found: list[Identifier], others: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        numbers = Pseudonyms(Path(folder) / FILE_NAME)
        numbers.assign(found)
        replacer = Replacer(found, numbers)
        again = Pseudonyms(Path(folder) / FILE_NAME)
        again.assign(reversed(found))
    words = list(dict.fromkeys([*(identifier.text for identifier in found), *others]))
    shown = [replacer.text(word) for word in words]
    assert len(set(shown)) == len(words)
    assert all(replacer.text(f"({word})") == f"({text})" for word, text in zip(words, shown, strict=True))
    for identifier in found:
        assert replacer.left_in(f"by {identifier.text}, later") == identifier.text
        assert replacer.left_in(replacer.text(identifier.text)) is None
        assert again.of(identifier) == numbers.of(identifier)
