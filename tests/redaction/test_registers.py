"""Rosters of HR systems and the company's registers keep their form and what a test reads; names in them go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from soc2kit.evidence import Record
from soc2kit.frames.company import people
from soc2kit.redaction.evidence import _redact_part
from soc2kit.redaction.mentions import Identifier
from soc2kit.redaction.mentions.company import roster
from soc2kit.redaction.pseudonyms import FILE_NAME, Pseudonyms
from soc2kit.redaction.registers import redact_register
from soc2kit.redaction.replacer import Replacer
from soc2kit.roster import mapping_for

PERSONIO = """\
ID;First name;Last name;Email;Employment type;Department;Supervisor;Hire date;Termination date;Contract end date;Iban
1;Ada Maria;Quist;Ada.Quist@x.example;Internal employee;data;;2024-01-01;;;DE00 1
2;Bo;Lind;bo@x.example;External;n/a;Ada Maria Quist;01.02.2024;;2026-12-31;DE00 2
3;;Batch;batch@x.example;service account;;-;2024-01-01;;;
4;Cy;Roe;cy@x.example;Internal;ops;Somebody Else;2024-01-01;2026-03-01;;
"""


def record(text: str) -> Record:
    parameters = mapping_for(text, "roster.csv", format="personio").as_parameters()
    return Record({
        "dataset": "company.roster", "path": "roster.csv", "run_at": "2026-04-01T00:00:00Z",
        "calls": [{"call": "file roster.csv", "parameters": parameters}],
    })  # fmt: skip


@pytest.fixture
def replacer(tmp_path: Path) -> Replacer:
    found = dict.fromkeys(
        Identifier(mention.kind, mention.text)
        for mention in roster(PERSONIO, record(PERSONIO))
        if mention.kind != "service"
    )
    numbers = Pseudonyms(tmp_path / FILE_NAME)
    numbers.assign(found)
    return Replacer(found, numbers)


def test_a_roster_of_another_form_is_read_as_before(replacer: Replacer) -> None:
    one = record(PERSONIO)
    text = redact_register(PERSONIO, one, replacer)
    assert text is not None
    for hidden in ("ada", "quist", "bo@", "lind", "roe", "somebody", "de00"):
        assert hidden not in text.lower()
    originals, copies = list(people(PERSONIO, one.fields)), list(people(text, one.fields))
    plain = ("kind", "team", "started_on", "left_at", "contract_ends_on", "owner")
    for original, copy in zip(originals, copies, strict=True):
        assert {name: copy[name] for name in plain} == {name: original[name] for name in plain}
        assert copy["email"] == replacer.text(original["email"])
        assert copy["name"] == replacer.text(original["name"])
    assert copies[1]["manager"] == copies[0]["email"]
    assert copies[2]["manager"] is None
    assert copies[3]["manager"] == replacer.text("Somebody Else")


def test_the_record_of_how_a_roster_is_read_stays(replacer: Replacer) -> None:
    """A mapping of `name` and `email` is no author of a commit, and a header no name."""
    calls = [{
        "call": "file roster.csv",
        "parameters": {"format": "bamboohr", "found": ["email", "name"], "delimiter": ";",
                       "columns": {"email": "Work Email", "name": "Bo Lind"}, "kinds": {"Bo Lind": "employee"}},
    }]  # fmt: skip
    assert _redact_part("calls", calls, replacer, "company.roster") == calls


def register(dataset: str, text: str, replacer: Replacer, **parameters: Any) -> str:
    fields = {"dataset": dataset, "path": "a.csv", "calls": [{"call": "file a.csv", "parameters": parameters}]}
    shown = redact_register(text, Record(fields), replacer)
    assert shown is not None
    return shown


@pytest.mark.parametrize(
    ("dataset", "text", "expect"),
    [
        ("company.break_glass", "", ""),
        (
            "company.break_glass",
            "system,account,from,until,approved_by,reason,ticket\naws,1,2026,2027,Bo,asked Bo, \n",
            "system,account,from,until,approved_by,reason,ticket\naws,1,2026,2027,[redacted text],[redacted text], \n",
        ),
        ("company.change_exceptions", "", ""),
        (
            "company.change_exceptions",
            "reference,kind,reason,incident,approved_by,approved_at,reviewed_by,reviewed_at\n"
            "o/r#1,emergency,asked Bo,INC-1,bo@x.example,2026,ana,2027\n",
            "reference,kind,reason,incident,approved_by,approved_at,reviewed_by,reviewed_at\n"
            "o/r#1,emergency,[redacted text],INC-1,person-002@redacted.invalid,2026,account-001,2027\n",
        ),
        (
            "company.assets",
            "asset,owner,environment,data_class,in_scope\narn:aws:s3:::ana,bo@x.example,prod,secret,no\nb,Bo,,,\n",
            "asset,owner,environment,data_class,in_scope\narn:aws:s3:::account-001,person-002@redacted.invalid,prod,"
            "secret,no\nb,[redacted text],,,\n",
        ),
        (
            "company.environment_exceptions",
            "resource,account,approved_by,approved_at,until,reason\narn:*,123456789012,bo@x.example,2026,2027,for Bo\n",
            "resource,account,approved_by,approved_at,until,reason\narn:*,123456789012,person-002@redacted.invalid,2026,"
            "2027,[redacted text]\n",
        ),
        (
            "company.restore_tests",
            "date,store,minutes,rows_checked,tested_by,evidence\n2026-01-31,app,9,,bo@x.example,of-bo.md\n",
            "date,store,minutes,rows_checked,tested_by,evidence\n"
            "2026-01-31,app,9,,person-002@redacted.invalid,[redacted text]\n",
        ),
        (
            "company.outside_collaborators",
            "login,sponsor,until,phone\nANA,bo@x.example,2026-01-01,1\n",
            "login,sponsor,until,phone\naccount-001,person-002@redacted.invalid,2026-01-01,[redacted text]\n",
        ),
    ],
)
def test_registers(dataset: str, text: str, expect: str, tmp_path: Path) -> None:
    found = [Identifier("e-mail", "ada@x.example"), Identifier("e-mail", "bo@x.example"), Identifier("account", "ana")]
    numbers = Pseudonyms(tmp_path / FILE_NAME)
    numbers.assign(found)
    assert register(dataset, text, Replacer(found, numbers, {"ana": "ana"})) == expect


def test_columns_of_a_ticket_system_are_known_by_their_own_names(replacer: Replacer) -> None:
    header = "Key,system,account,email,Summary,requested_by,requested_at,approved_by,approved_at"
    text = f"{header}\nT-1,github,,bo@x.example,write on web for Bo Lind,Bo Lind,2026-01-01,Unknown Boss,2026-01-02\n"
    shown = register(
        "company.access_requests", text, replacer, columns={"ticket": "Key", "access": "Summary"}
    ).splitlines()
    name, email = replacer.text("Bo Lind"), replacer.text("bo@x.example")
    assert shown[0] == header
    assert shown[1] == f"T-1,github,,{email},write on web for {name},{name},2026-01-01,[redacted text],2026-01-02"
