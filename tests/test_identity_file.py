"""A confirmation is one more line: all that stood in the file stays, byte for byte, and nothing is taken on trust."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soc2kit.errors import MalformedInput, UsageError
from soc2kit.identity_file import Confirmation, confirm

HEADER = "system,account,email,confirmed_by,confirmed_on\n"
OLD = "github,zed,zoe@x.y,lou@x.y,2026-01-05\naws,old,ana@x.y,lou@x.y,2026-01-05\n"
ROSTER = {"ana@x.y", "ben@x.y", "lou@x.y", "zoe@x.y"}
DAY = date(2026, 4, 1)


def made(system: str, account: str, email: str, by: str = "lou@x.y", shared: bool = False) -> Confirmation:
    return Confirmation(system, account, email, by, DAY, shared)


def file_of(folder: Path, text: str) -> Path:
    path = folder / "identities.csv"
    path.write_bytes(text.encode())
    return path


def test_new_lines_follow_in_order_on_what_is_there(tmp_path: Path) -> None:
    path = file_of(tmp_path, HEADER + OLD)
    confirm(path, [made("postgres", "b", "ben@x.y"), made("aws", "a", "ana@x.y")], ROSTER)
    assert path.read_text() == (
        f"{HEADER}{OLD}aws,a,ana@x.y,lou@x.y,2026-04-01\npostgres,b,ben@x.y,lou@x.y,2026-04-01\n"
    )
    assert sorted(item.name for item in tmp_path.iterdir()) == [".identities.csv.lock", "identities.csv"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (HEADER + OLD.rstrip("\n"), "\naws,a,ana@x.y,lou@x.y,2026-04-01\n"),
        ("\ufeff" + HEADER, "aws,a,ana@x.y,lou@x.y,2026-04-01\n"),
        (HEADER.replace("\n", "\r\n"), "aws,a,ana@x.y,lou@x.y,2026-04-01\r\n"),
        (HEADER + '"aws"  ,odd , Ana@x.y,,\n', "aws,a,ana@x.y,lou@x.y,2026-04-01\n"),
    ],
)
def test_how_the_file_is_written_stays_as_it_is(before: str, after: str, tmp_path: Path) -> None:
    path = file_of(tmp_path, before)
    confirm(path, [made("aws", "a", "ana@x.y")], ROSTER)
    assert path.read_bytes() == (before + after).encode()


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (made("aws", "old", "ben@x.y"), r"confirmed for ana@x\.y already\. Mark it as shared"),
        (made("aws", "old", "ana@x.y"), r"confirmed for ana@x\.y already; collect again"),
        (made("aws", "old", "ana@x.y", shared=True), "collect again"),
        (made("aws", "a", "zed@x.y"), r"the owner, zed@x\.y, is not in the roster"),
        (made("aws", "a", ""), "the owner, nobody, is not in the roster"),
        (made("aws", "a", "ana@x.y", by=""), "whoever confirms it, nobody, is not in the roster"),
        (made("aws", "a", "ana@x.y", by="eve@x.y"), r"whoever confirms it, eve@x\.y"),
        (made("okta", "a", "ana@x.y"), "systems are aws, github, postgres"),
        (made("aws", " ", "ana@x.y"), "is no account"),
    ],
)
def test_what_is_refused_leaves_the_file_alone(one: Confirmation, words: str, tmp_path: Path) -> None:
    path = file_of(tmp_path, HEADER + OLD)
    with pytest.raises(UsageError, match=words):
        confirm(path, [made("aws", "fine", "ana@x.y"), one], ROSTER)
    assert path.read_text() == HEADER + OLD


def test_two_people_can_share_an_account_that_is_marked_so(tmp_path: Path) -> None:
    path = file_of(tmp_path, HEADER + OLD)
    confirm(path, [made("aws", "old", "ben@x.y", shared=True)], ROSTER)
    assert path.read_text().endswith("aws,old,ben@x.y,lou@x.y,2026-04-01\n")
    with pytest.raises(UsageError, match="Mark it as shared"):
        confirm(path, [made("aws", "new", "ana@x.y"), made("aws", "new", "ben@x.y")], ROSTER)


@pytest.mark.parametrize("header", ["", "account,system,email,confirmed_by,confirmed_on\n", "system,account,email\n"])
def test_a_file_of_another_shape_is_refused(header: str, tmp_path: Path) -> None:
    path = file_of(tmp_path, header)
    with pytest.raises(MalformedInput, match="Correct its first line"):
        confirm(path, [made("aws", "a", "ana@x.y")], ROSTER)


def test_a_file_that_is_not_there_is_named_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"identities\.csv cannot be written: No such file") as caught:
        confirm(tmp_path / "identities.csv", [made("aws", "a", "ana@x.y")], ROSTER)
    assert str(tmp_path) not in str(caught.value)


def test_the_rights_of_the_file_stay(tmp_path: Path) -> None:
    path = file_of(tmp_path, HEADER)
    os.chmod(path, 0o640)
    confirm(path, [made("aws", "a", "ana@x.y")], ROSTER)
    assert path.stat().st_mode & 0o777 == 0o640


@given(names=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1), unique=True))
def test_any_name_can_be_read_back(names: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = file_of(tmp_path_factory.mktemp("file"), HEADER + OLD)
    wanted = {name.strip() for name in names} - {"", "old"}
    confirm(path, [made("aws", name, "ana@x.y") for name in wanted], ROSTER)
    assert path.read_text().startswith(HEADER + OLD)
    from soc2kit.frames.company import identities

    read = list(identities(path.read_text(), {}))
    assert {row["account_name"] for row in read} == wanted | {"zed", "old"}
