"""What a notebook shows of accounts, leavers and changes of access in the example."""

from __future__ import annotations

import pytest
from example_workspace import Example

from soc2kit import workbook
from soc2kit.errors import UsageError
from soc2kit.forms.identities import IdentityForm
from soc2kit.workbook import Book

# What the file prepares is prepared by one worker.
pytestmark = pytest.mark.xdist_group("people_view")


@pytest.fixture(scope="module")
def book(example: Example) -> Book:
    return workbook.open(str(example.config.workspace))


def test_unclear_accounts_stand_first_and_can_be_confirmed(book: Book) -> None:
    shown = book.identities()
    first = shown.text.splitlines()[4]
    assert first.startswith("backup-script")
    assert "resembles nobody of the roster" in first
    assert isinstance(shown, IdentityForm)
    assert [account.account for account in shown.accounts] == ["backup-script"]
    assert shown.path == book.people.config.workspace / "identities.csv"


def test_each_leaver_and_account_has_a_row(book: Book) -> None:
    lines = [line for line in book.leavers().text.splitlines() if "@tidewater.example>" in line]
    assert len(lines) == sum(len(book.assessment.test(f"ACC-OFF-0{number}").population) for number in (1, 2, 3))
    kept = next(line for line in lines if "production/fortega" in line)
    assert "no: left 2026-03-13; still there" in kept
    exact = next(line for line in lines if "user/felix.ortega" in line)
    assert "removal event 2026-03-13 17:05 UTC by deniz.aksoy@tidewater.example" in exact


def test_changes_of_one_system_and_of_all(book: Book) -> None:
    database = book.access_changes("postgres").text
    assert "member of readers" in database
    assert "github" not in database
    assert "2026-05-15T09:00:00Z" in database
    assert "the time is exact" in book.access_changes("github").text
    whole = book.access_changes().text
    assert all(f"  {system}  " in whole for system in ("aws", "github", "postgres"))


def test_a_system_that_does_not_exist_is_named(book: Book) -> None:
    with pytest.raises(UsageError, match="'okta' is not a system with accounts"):
        book.access_changes("okta")


@pytest.mark.parametrize("call", ["identities", "access_changes"])
def test_a_book_without_evidence_says_so(call: str, book: Book) -> None:
    with pytest.raises(UsageError, match="made without evidence"):
        getattr(Book(book.assessment), call)()
