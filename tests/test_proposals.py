"""Who an account may belong to: a reason in words, the strongest first, and nobody where nothing resembles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soc2kit.proposals import STRENGTHS, Person, proposals

PEOPLE = (
    Person("felix.ortega@x.y", "Felix Ortega"),
    Person("chloe.martin@x.y", "Chloë Martin"),
    Person("li.wu@x.y", "Li Wu"),
    Person("anna.weber@x.y", "Anna Weber"),
    Person("alex.weber@x.y", "Alex Weber"),
    Person("svc-app@x.y", "Application database user"),
    Person("mononym@x.y", "Cher"),
)


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ("felix.ortega", "felix.ortega strong"),
        ("Felix.Ortega@old.example", "felix.ortega strong"),
        ("svc-app", "svc-app strong"),
        ("felixortega", "felix.ortega likely"),
        ("felix_ortega", "felix.ortega likely"),
        ("ortegafelix", "felix.ortega likely"),
        ("chloemartin", "chloe.martin likely"),
        ("fortega", "felix.ortega likely"),
        ("felixo", "felix.ortega likely"),
        ("ortegaf", "felix.ortega likely"),
        ("ortega-dev", "felix.ortega weak"),
        ("aweber", "alex.weber likely, anna.weber likely"),
        ("weber", "alex.weber weak, anna.weber weak"),
        ("wu-dev", ""),
        ("cher", "mononym likely"),
        ("mononym", "mononym strong"),
        ("felix", ""),
        ("backup-script", ""),
        ("---", ""),
    ],
)
def test_candidates(account: str, expected: str) -> None:
    found = proposals([("github", account)], PEOPLE)
    assert ", ".join(f"{one.email.removesuffix('@x.y')} {one.strength}" for one in found) == expected


def test_a_name_that_the_system_shows_is_a_reason() -> None:
    (found,) = proposals([("github", "starlight")], PEOPLE, {("github", "starlight"): "Chloe MARTIN"})
    assert str(found) == "Chloë Martin <chloe.martin@x.y>: the system shows the name 'Chloe MARTIN' (strong)"
    assert proposals([("aws", "starlight")], PEOPLE, {("github", "starlight"): "Chloe MARTIN"}) == []


@given(accounts=st.lists(st.tuples(st.sampled_from(["aws", "github"]), st.text(max_size=20)), max_size=6))
def test_any_text_is_an_account_name(accounts: list[tuple[str, str]]) -> None:
    found = proposals(accounts, PEOPLE)
    assert {(one.system, one.account) for one in found} <= set(accounts)
    assert all(one.strength in STRENGTHS and one.reason for one in found)
    assert found == proposals(reversed(accounts), reversed(PEOPLE))
