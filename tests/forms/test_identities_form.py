"""The form that confirms owners: thin, choosing nothing by itself, and saying what became of each press."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from soc2kit.forms.identities import IdentityForm, IdentityWidget, OpenAccount
from soc2kit.proposals import Proposal

HEADER = "system,account,email,confirmed_by,confirmed_on\n"
PEOPLE = {"ana@x.y": "Ana", "ben@x.y": "Ben", "lou@x.y": "Lou"}
BEN = Proposal("github", "benb", "ben@x.y", "Ben", "likely", "an initial and a name")


@pytest.fixture
def widget(tmp_path: Path) -> IdentityWidget:
    (tmp_path / "identities.csv").write_text(HEADER)
    accounts = (OpenAccount("github", "benb", (BEN,)), OpenAccount("aws", "other"))
    form = IdentityForm(
        "<p>printed</p>", "printed", tmp_path / "identities.csv", accounts, PEOPLE, lambda: date(2026, 4, 1)
    )
    return form.widget()


def test_a_proposal_stands_first_and_is_not_chosen(widget: IdentityWidget) -> None:
    row = widget.rows[0]
    assert row.owner.value == ""
    assert [value for _, value in row.owner.options] == ["", "ben@x.y", "ana@x.y", "lou@x.y"]


def test_a_press_writes_one_line(widget: IdentityWidget, tmp_path: Path) -> None:
    widget.confirmed_by.value = "lou@x.y"
    widget.rows[0].owner.value = "ben@x.y"
    widget.rows[0].button.click()
    assert widget.rows[0].said.value == "written to identities.csv; the next collection reads it"
    assert (tmp_path / "identities.csv").read_text() == f"{HEADER}github,benb,ben@x.y,lou@x.y,2026-04-01\n"


@pytest.mark.parametrize(
    ("by", "owner", "words"),
    [("", "ben@x.y", "whoever confirms it, nobody"), ("lou@x.y", "", "the owner, nobody")],
)
def test_nothing_is_written_before_both_are_chosen(
    by: str, owner: str, words: str, widget: IdentityWidget, tmp_path: Path
) -> None:
    widget.confirmed_by.value, widget.rows[0].owner.value = by, owner
    widget.rows[0].button.click()
    assert words in widget.rows[0].said.value
    assert (tmp_path / "identities.csv").read_text() == HEADER


def test_a_second_owner_needs_the_word_shared(widget: IdentityWidget, tmp_path: Path) -> None:
    widget.confirmed_by.value = "lou@x.y"
    row = widget.rows[1]
    for owner in ("ana@x.y", "ben@x.y"):
        row.owner.value = owner
        row.button.click()
    assert "Mark it as shared" in row.said.value
    row.shared.value = True
    row.button.click()
    assert (tmp_path / "identities.csv").read_text().splitlines()[1:] == [
        "aws,other,ana@x.y,lou@x.y,2026-04-01",
        "aws,other,ben@x.y,lou@x.y,2026-04-01",
    ]


def test_both_forms_are_in_one_output(tmp_path: Path) -> None:
    form = IdentityForm("<p>printed</p>", "printed", tmp_path / "identities.csv", (), PEOPLE)
    assert {"text/html", "text/plain", "application/vnd.jupyter.widget-view+json"} <= set(form._repr_mimebundle_())
    assert form.text == "printed"
