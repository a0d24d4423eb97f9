"""Replacement keeps apart what was apart and together what was together, and the numbers last."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soc2kit.errors import MalformedInput, UsageError
from soc2kit.redaction.finder import fold
from soc2kit.redaction.mentions import Identifier
from soc2kit.redaction.pseudonyms import FILE_NAME, Pseudonyms
from soc2kit.redaction.replacer import Replacer

WORDS = st.text(alphabet="abAB12.-_é", min_size=1, max_size=6).filter(
    lambda text: text[0].isalnum() and text[-1].isalnum()
)
FOUND = st.lists(
    st.builds(Identifier, st.sampled_from(["account", "name"]), WORDS),
    unique_by=lambda one: fold(one.text),
    max_size=12,
)


@given(FOUND, st.lists(WORDS, max_size=6))
def test_different_words_stay_different_and_known_ones_go(found: list[Identifier], others: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        numbers = Pseudonyms(Path(folder) / FILE_NAME)
        numbers.assign(found)
        replacer = Replacer(found, numbers)
        again = Pseudonyms(Path(folder) / FILE_NAME)
        again.assign(reversed(found))
    # A name is the same person's in any case; an account in another case may be another account.
    names = {fold(one.text) for one in found if one.kind == "name"}
    words = list(dict.fromkeys([*(one.text for one in found), *(word for word in others if fold(word) not in names)]))
    shown = [replacer.text(word) for word in words]
    assert len(set(shown)) == len(words)
    assert all(replacer.text(f"({word})") == f"({text})" for word, text in zip(words, shown, strict=True))
    assert list(replacer.original(shown)) == [replacer.plain(word) for word in words]
    for identifier in found:
        assert fold(identifier.text) not in map(fold, replacer.left_in(replacer.text(f"by {identifier.text}, later")))
        assert again.of(identifier) == numbers.of(identifier)


def assigned(folder: Path, *pairs: tuple[Any, str], **options: Any) -> Pseudonyms:
    numbers = Pseudonyms(folder / FILE_NAME)
    numbers.assign([Identifier(kind, text) for kind, text in pairs], **options)
    return numbers


def test_a_name_has_the_number_of_its_address_and_two_people_of_one_name_share_a_pseudonym(tmp_path: Path) -> None:
    anna, berta = Identifier("e-mail", "anna@x"), Identifier("e-mail", "berta@x")
    name, married = Identifier("name", "Kim Lee"), Identifier("name", "Kim Roth")
    numbers = assigned(
        tmp_path, ("e-mail", "a@x"), ("e-mail", "anna@x"), ("name", "Kim Lee"), ("e-mail", "berta@x"),
        ("name", "Kim Roth"),
        beside={name: anna, married: anna},
    )  # fmt: skip
    assert [numbers.of(one) for one in (anna, name, berta, married)] == [
        "person-002@redacted.invalid", "Person 002", "person-003@redacted.invalid", "Person 004",
    ]  # fmt: skip


def test_spellings_of_an_account_differ_and_those_of_an_address_do_not(tmp_path: Path) -> None:
    found = [Identifier("account", "ana"), Identifier("e-mail", "ana@x.example")]
    numbers = assigned(tmp_path, *[(one.kind, one.text) for one in found])
    replacer = Replacer(found, numbers)
    assert replacer.text("ana Ana ANA aNa") == "account-001 account-001-v1 account-001-v7 account-001-v2"
    assert replacer.text("ana@x.example ANA@X.Example") == " ".join(["person-001@redacted.invalid"] * 2)


def test_the_file_only_grows_and_is_its_owners_alone(tmp_path: Path) -> None:
    assigned(tmp_path, ("account", "ana"), ("name", 'O"Neil, Anna'))
    before = (tmp_path / FILE_NAME).read_text()
    assigned(tmp_path, ("account", "zoe"), ("account", "ANA"))
    after = (tmp_path / FILE_NAME).read_text()
    assert after.startswith(before)
    assert [row["identifier"] for row in csv.DictReader(after.splitlines())] == ["ana", 'O"Neil, Anna', "zoe"]
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize(
    "text",
    ["kind,number\nname,x\n", "kind,number,identifier\nplace,1,x\n", "kind,number,identifier\nname,1,x\nname,1,y\n"],
)
def test_a_broken_list_of_pseudonyms_is_not_started_anew(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    with pytest.raises(MalformedInput, match="Restore it"):
        Pseudonyms(tmp_path / FILE_NAME)


def test_a_pseudonym_is_never_what_stays_in_the_evidence(tmp_path: Path) -> None:
    numbers = assigned(tmp_path, ("account", "ana"), kept=["account-001"])
    assert numbers.of(Identifier("account", "ana")) == "account-002"
    with pytest.raises(UsageError, match="'account-002', which would look like a pseudonym"):
        assigned(tmp_path, ("account", "ana"), kept=["account-002"])
