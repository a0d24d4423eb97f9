"""The company's own files: what is wrong with them is said by line and value."""

from __future__ import annotations

from pathlib import Path

import pytest

from soc2kit.config import Config, RosterSettings
from soc2kit.errors import MalformedInput
from soc2kit.frames.company import access_requests
from soc2kit.period import CIVIL
from soc2kit.sources.base import Page
from soc2kit.sources.company import SOURCE, keeps_requests

HEADER = "email,name,kind,team,manager,started_on,left_at\n"
ADA = "ada@x.example,Ada,employee,core,,2024-01-01,\n"


def read(folder: Path, text: str | bytes | None, columns: dict[str, str] | None = None) -> list[Page]:
    if isinstance(text, bytes):
        (folder / "roster.csv").write_bytes(text)
    elif text is not None:
        (folder / "roster.csv").write_text(text, encoding="utf-8")
    settings = RosterSettings(columns=columns or {})
    config = Config(folder, "X", CIVIL.parse("2026-Q1"), ("security",), roster=settings)
    with SOURCE.connect(config) as connection:
        return list(SOURCE.datasets[0].pages(connection, CIVIL.month(2026, 1)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, r"roster\.csv does not exist\. Run: soc2kit init"),
        ("", "no column 'email'"),
        (HEADER, "has no rows"),
        ("mail,name\nada,Ada\n", r"no column 'email' \(it has: mail, name\)"),
        (HEADER + "ada@x.example,Ada,employee\n", "line 2: not as many values"),
        (HEADER + ADA.rstrip() + ",extra\n", "line 2: not as many values"),
        (HEADER + ADA + "ADA@X.example,Ada again,contractor,,,,\n", "line 3: e-mail 'ada@x.example' stands on line 2"),
        (HEADER + ",Nobody,employee,,,,\n", "line 2: no e-mail"),
        (HEADER + "bob@x.example,Bob,robot,,,,\n", "line 2: kind is 'robot'; known are employee, contractor, service"),
        (HEADER + '"\n","Two lines",employee,,,,\n', "line 3: no e-mail"),
        (HEADER + ADA + "\n\n" + ADA, "line 5: e-mail 'ada@x.example' stands on line 2"),
        (HEADER.replace("name", "email"), "two columns 'email'"),
        (b"\xff\xfe\x00", "cannot be read as UTF-8"),
    ],
)
def test_a_roster_that_cannot_be_used_is_refused_with_the_value_and_the_line(
    text: str | bytes | None, words: str, tmp_path: Path
) -> None:
    with pytest.raises(MalformedInput, match=words):
        read(tmp_path, text)


def test_a_folder_in_the_rosters_place_is_named_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").mkdir()
    with pytest.raises(MalformedInput, match=r"roster\.csv cannot be read") as caught:
        read(tmp_path, None)
    assert str(tmp_path) not in str(caught.value)


def test_a_good_roster_is_kept_as_it_is(tmp_path: Path) -> None:
    (page,) = read(tmp_path, HEADER + ADA)
    assert (page.answer, page.rows) == (HEADER + ADA, 1)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    (page,) = read(tmp_path, b"\xef\xbb\xbf" + (HEADER + ADA).replace("\n", "\r\n").encode())
    assert page.rows == 1


def test_an_exports_own_column_names_can_be_mapped(tmp_path: Path) -> None:
    (page,) = read(tmp_path, HEADER.replace("email", "Work Email") + ADA, {"email": "Work Email"})
    assert page.parameters == {"columns": {"email": "Work Email"}, "time_zone": "UTC"}
    with pytest.raises(MalformedInput, match=r"\[sources\.roster\.columns\] email"):
        read(tmp_path, None)


REQUESTS = "ticket,system,account,email,access,requested_by,requested_at,approved_by,approved_at\n"
ASKED = "IT-1,github,ada,,member,bob@x.example,2026-01-02,cy@x.example,2026-01-03\n"


def read_requests(folder: Path, text: str | None, columns: dict[str, str] | None = None) -> list[Page]:
    if text is not None:
        (folder / "requests.csv").write_text(text, encoding="utf-8")
    settings = RosterSettings(access_requests="requests.csv", access_request_columns=columns or {})
    config = Config(folder, "X", CIVIL.parse("2026-Q1"), ("security",), roster=settings)
    (dataset,) = (dataset for dataset in SOURCE.datasets if dataset.id == "company.access_requests")
    assert dataset.wanted(config)
    with SOURCE.connect(config) as connection:
        return list(dataset.pages(connection, CIVIL.month(2026, 1)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, r"file of access requests requests\.csv does not exist"),
        ("ticket,system\n", r"\[sources\.roster\.access_request_columns\] account"),
        (REQUESTS + ASKED.replace("IT-1", " "), "line 2: no ticket"),
        (REQUESTS + ASKED.replace("ada", ""), "line 2: neither account nor e-mail; IT-1 is for nobody"),
    ],
)
def test_requests_that_cannot_be_used_are_refused(text: str | None, words: str, tmp_path: Path) -> None:
    with pytest.raises(MalformedInput, match=words):
        read_requests(tmp_path, text)


def test_an_export_of_any_ticket_system_can_be_mapped(tmp_path: Path) -> None:
    """No request in the window is an answer, too; a company without the setting has no such file."""
    (page,) = read_requests(tmp_path, REQUESTS.replace("ticket", "Key") + ASKED, {"ticket": "Key"})
    assert (page.rows, page.parameters["columns"]) == (1, {"ticket": "Key"})
    (row,) = access_requests(str(page.answer), {"calls": [{"parameters": page.parameters}]})
    assert (row["ticket"], row["account_name"], row["email"]) == ("IT-1", "ada", None)
    assert row["approved_at"] == "2026-01-03T00:00:00Z"
    assert [page.rows for page in read_requests(tmp_path, REQUESTS)] == [0]
    assert not keeps_requests(Config(tmp_path, "X", CIVIL.parse("2026-Q1"), ("security",), roster=RosterSettings()))
