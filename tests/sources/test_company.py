"""The company's own files: what is wrong with them is said by line and value."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from soc2kit.config import Config
from soc2kit.errors import MalformedInput
from soc2kit.frames.change_people import change_exceptions_file
from soc2kit.frames.company import access_requests, break_glass
from soc2kit.period import CIVIL
from soc2kit.source_settings import RosterSettings
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
        (b"\xff\xfe\x00", "cannot be read as UTF-16 text"),
        (b"email,name\nj\xfcrgen", r"cannot be read as UTF-8 text.*encoding = one of utf-8, utf-16, cp1252"),
        (HEADER + ADA.replace("2024-01-01", "01/02/2024"), "line 2: started_on is '01/02/2024'.*DD/MM/YYYY or MM/DD"),
        (HEADER + ADA.replace("2024-01-01", "2024-02-30"), "line 2: started_on is '2024-02-30', which is no day"),
        (HEADER + ADA.replace("2024-01-01", "soon"), "line 2: started_on is 'soon'; dates are read as YYYY-MM-DD$"),
        (
            HEADER + ADA.replace(",\n", ",2026-03-01T10:00\n"),
            "line 2: left_at is '2026-03-01T10:00', which is no moment",
        ),
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
    assert page.parameters == {
        "format": "generic",
        "found": ["email", "name", "kind", "team", "manager", "started_on", "left_at"],
        "columns": {"email": "Work Email"},
        "kinds": {"employee": "employee"},
        "dates": ["YYYY-MM-DD"],
        "delimiter": ",",
        "time_zone": "UTC",
        "encoding": "utf-8",
    }
    with pytest.raises(MalformedInput, match=r"\[sources\.roster\.columns\] email"):
        read(tmp_path, None)


REGISTER = "system,account,from,until,approved_by,reason,ticket\n"


def register(folder: Path, text: str | None) -> list[Page]:
    if text is not None:
        (folder / "break-glass.csv").write_text(text, encoding="utf-8")
    (dataset,) = (one for one in SOURCE.datasets if one.id == "company.break_glass")
    with SOURCE.connect(Config(folder, "X", CIVIL.parse("2026-Q1"), ("security",))) as connection:
        return list(dataset.pages(connection, CIVIL.month(2026, 1)))


OUTSIDE = "login,sponsor,until\n"


def outside_register(folder: Path, text: str) -> list[Page]:
    (folder / "outside-collaborators.csv").write_text(text, encoding="utf-8")
    dataset = next(one for one in SOURCE.datasets if one.id == "company.outside_collaborators")
    config = Config(folder, "X", CIVIL.parse("2026-Q1"), ("security",))
    assert dataset.wanted(config)
    with SOURCE.connect(config) as connection:
        return list(dataset.pages(connection, CIVIL.month(2026, 1)))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (None, 0),
        (REGISTER, 0),
        (REGISTER + "aws,1,2026-02-10T10:30:00Z,2026-02-10T12:30:00+01:00,ana@x.example,why,T-1\n", 1),
    ],
)
def test_a_company_without_emergencies_needs_no_register(text: str | None, rows: int, tmp_path: Path) -> None:
    (page,) = register(tmp_path, text)
    assert page.rows == rows
    assert len(list(break_glass(page.answer, {}))) == rows


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("aws,1,2026-02-10T10:30:00,2026-02-10T11:30:00Z,a,b,c", "line 2: from is '2026-02-10T10:30:00'; write a time"),
        ("aws,1,2026-02-10T10:30:00Z,,a,b,c", "line 2: until is ''"),
        ("aws,1,2026-02-10T10:30:00Z,2026-02-10T10:30:00Z,a,b,c", "is not after from"),
        ("aws,1", "not as many values"),
    ],
)
def test_a_record_that_could_excuse_anything_is_refused(row: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(MalformedInput, match=words):
        register(tmp_path, REGISTER + row + "\n")


SPELLS = [
    ("2020-01-01,2022-03-31", "2023-01-01,", None),
    ("2020-01-01,2022-03-31", "2022-04-01,", None),
    ("2020-01-01,2022-03-31", "2022-03-31,", "2020-01-01 to 2022-03-31, and here 2022-03-31 to no end"),
    ("2023-01-01,", "2020-01-01,2022-03-31", None),
    ("2020-01-01,", "2023-01-01,", "2020-01-01 to no end, and here 2023-01-01 to no end"),
    (",2022-03-31", "2023-01-01,", "no start to 2022-03-31, and here"),
    ("2020-01-01,2022-03-31", ",", "must not overlap"),
    ("2020-01-01,2022-03-31", "2021-01-01,2021-02-01", "must not overlap"),
]


@pytest.mark.parametrize(("one", "other", "words"), SPELLS)
def test_somebody_who_came_back_has_a_row_for_each_employment(
    one: str, other: str, words: str | None, tmp_path: Path
) -> None:
    text = HEADER + "".join(f"ada@x.example,Ada,employee,core,,{span}\n" for span in (one, other))
    if words is None:
        assert read(tmp_path, text)[0].rows == 2
    else:
        with pytest.raises(MalformedInput, match=f"line 3: e-mail 'ada@x.example' stands on line 2.*{words}"):
            read(tmp_path, text)


@pytest.mark.parametrize(
    ("given", "encoding"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-8"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_encodings_of_excel_are_read(given: str, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_bytes((HEADER + ADA.replace("Ada", "Zoë Müller")).encode(given))
    settings = RosterSettings(encoding=encoding)
    config = Config(tmp_path, "X", CIVIL.parse("2026-Q1"), ("security",), roster=settings)
    with SOURCE.connect(config) as connection:
        (page,) = SOURCE.datasets[0].pages(connection, CIVIL.month(2026, 1))
    assert page.answer == HEADER + ADA.replace("Ada", "Zoë Müller")


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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("login,sponsor\nkim,ada@x.example\n", "no column 'until'"),
        (OUTSIDE + ",ada@x.example,2026-03-31\n", "line 2: login '' is missing"),
        (OUTSIDE + "kim,ada@x.example,\nKim,ada@x.example,\n", "line 3: login 'Kim' stands on line 2 already"),
        (OUTSIDE + "kim,ada@x.example\n", "line 2: not as many values"),
    ],
)
def test_a_register_that_cannot_be_used_is_refused(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(MalformedInput, match=words):
        outside_register(tmp_path, text)


def test_a_register_is_kept_as_it_is_and_may_be_empty(tmp_path: Path) -> None:
    (page,) = outside_register(tmp_path, OUTSIDE + "kim,ada@x.example,2026-03-31\n")
    assert (page.rows, page.parameters) == (1, {"time_zone": "UTC"})
    assert outside_register(tmp_path, OUTSIDE)[0].rows == 0


def test_a_company_without_a_register_is_not_asked_for_one(tmp_path: Path) -> None:
    dataset = next(one for one in SOURCE.datasets if one.id == "company.outside_collaborators")
    assert not dataset.wanted(Config(tmp_path, "X", CIVIL.parse("2026-Q1"), ("security",)))


EXCEPTIONS = "reference,kind,reason,incident,approved_by,approved_at,reviewed_by,reviewed_at\n"
GOOD = "o/r#1,emergency,why,INC-1,Ana,2026-02-10T10:30:00Z,,\n"
SHA = "a" * 40


def exceptions(folder: Path, text: str | None) -> list[Page]:
    if text is not None:
        (folder / "change-exceptions.csv").write_text(text, encoding="utf-8")
    dataset = next(one for one in SOURCE.datasets if one.id == "company.change_exceptions")
    with SOURCE.connect(Config(folder, "X", CIVIL.parse("2026-Q1"), ("security",))) as connection:
        return list(dataset.pages(connection, CIVIL.month(2026, 1)))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (None, 0),
        (EXCEPTIONS, 0),
        (EXCEPTIONS + GOOD, 1),
        (EXCEPTIONS + GOOD + "o/r#1,bypass,,,,,,\n", 2),
        (EXCEPTIONS + f"o/r@{SHA},Direct_Push,,,Bo,2026-02-10T10:30:00+01:00,Bo,2026-02-11T10:30:00Z\n", 1),
    ],
)
def test_a_company_without_exceptional_changes_needs_no_register(text: str | None, rows: int, tmp_path: Path) -> None:
    (page,) = exceptions(tmp_path, text)
    assert page.rows == rows
    read = list(change_exceptions_file(page.answer, {}))
    assert len(read) == rows
    assert {row["kind"] for row in read} <= {"emergency", "direct_push", "bypass"}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("web#1,emergency,,,,,,\n", "line 2: reference is 'web#1'; write owner/repository#number"),
        ("o/r#0,emergency,,,,,,\n", "line 2: reference is 'o/r#0'"),
        ("o/r@abc,emergency,,,,,,\n", "line 2: reference is 'o/r@abc'"),
        (",emergency,,,,,,\n", "line 2: reference is ''"),
        (GOOD + "o/r#2,hotfix,,,,,,\n", "line 3: kind is 'hotfix'; write one of emergency, direct_push, bypass"),
        (GOOD + "O/R#1,Emergency,,,,,,\n", "line 3: O/R#1 stands on line 2 already as Emergency"),
        ("o/r#1,emergency,,,Bo,2026-02-10,,\n", "line 2: approved_at is '2026-02-10'; write a time with its offset"),
        ("o/r#1,emergency,,,Bo,2026-02-10T10:30:00,,\n", "line 2: approved_at is '2026-02-10T10:30:00'"),
        ("o/r#1,emergency,,,,,Bo,soon\n", "line 2: reviewed_at is 'soon'"),
        ("o/r#1,emergency,,\n", "line 2: not as many values as the header has"),
    ],
)
def test_an_entry_that_is_not_clear_is_named_by_its_line(lines: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(MalformedInput, match=re.escape(words)):
        exceptions(tmp_path, EXCEPTIONS + lines)


def test_a_register_without_one_of_its_columns_says_which(tmp_path: Path) -> None:
    with pytest.raises(MalformedInput, match=r"change-exceptions\.csv has no column 'reviewed_at'"):
        exceptions(tmp_path, EXCEPTIONS.replace(",reviewed_at", "") + "o/r#1,bypass,,,,,\n")
