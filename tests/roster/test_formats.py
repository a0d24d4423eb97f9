"""Exports of HR systems: headers and rows as they come, and the people that are in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soc2kit.errors import MalformedInput
from soc2kit.frames.company import people
from soc2kit.roster import DATE_FORMATS, FORMATS, RosterMapping, mapping_for, roster_rows
from soc2kit.roster.formats import OPTIONAL, REQUIRED

OURS = (*REQUIRED, *OPTIONAL)

# Each export has an employee with a manager, and a contractor who left, unless it says otherwise.
EXPORTS: dict[str, tuple[str, list[str]]] = {
    "generic": (
        "email,name,kind,team,manager,started_on,left_at,contract_ends_on,owner\n"
        "Ana@x.y,Ana Lund,employee,data,Bo@x.y,2021-03-04,,,\n"
        "bo@x.y,Bo Ek,contractor,data,,2020-01-01,2026-03-13,2026-03-31,\n"
        "svc@x.y,Loader,service,data,,,,,Ana@x.y\n",
        [
            "ana@x.y|Ana Lund|employee|data|bo@x.y|2021-03-04|||",
            "bo@x.y|Bo Ek|contractor|data||2020-01-01|2026-03-13|2026-03-31|",
            "svc@x.y|Loader|service|data|||||ana@x.y",
        ],
    ),
    "bamboohr": (
        "Employee #,First Name,Last Name,Work Email,Hire Date,Termination Date,Department,Reporting to,"
        "Employment Status\n"
        "1,Ana,Lund,ana@x.y,2021-03-04,0000-00-00,Data,Bo Ek,Full-Time\n"
        "2,Bo,Ek,bo@x.y,2020-01-01,2026-03-13,Data,,Contractor\n",
        [
            "ana@x.y|Ana Lund|employee|Data|bo@x.y|2021-03-04|||",
            "bo@x.y|Bo Ek|contractor|Data||2020-01-01|2026-03-13||",
        ],
    ),
    "personio": (
        "Vorname;Nachname;E-Mail;Beschäftigungsart;Abteilung;Vorgesetzter;Einstellungsdatum;Kündigungsdatum;Vertragsende\n"
        "Ana;Lund;ana@x.y;Intern;Data;Bo Ek;04.03.2021;;\n"
        "Bo;Ek;bo@x.y;Extern;Data;;1.1.2020;13.03.2026;31.03.2026\n",
        [
            "ana@x.y|Ana Lund|employee|Data|bo@x.y|2021-03-04|||",
            "bo@x.y|Bo Ek|contractor|Data||2020-01-01|2026-03-13|2026-03-31|",
        ],
    ),
    "hibob": (
        "Display name,Email,Start date,Termination date,Department,Reports to,Employment type\n"
        "Ana Lund,ana@x.y,2021-03-04,,Data,Bo Ek,Full time\n"
        "Bo Ek,bo@x.y,2020-01-01,2026-03-13,Data,-,Freelance\n",
        [
            "ana@x.y|Ana Lund|employee|Data|bo@x.y|2021-03-04|||",
            "bo@x.y|Bo Ek|contractor|Data||2020-01-01|2026-03-13||",
        ],
    ),
    "gusto": (
        "First name,Last name,Work email,Start date,Termination date,Department,Manager,Employment type\n"
        "Ana,Lund,ana@x.y,03/04/2021,,Data,Bo Ek,Part-time\n"
        "Bo,Ek,bo@x.y,1/1/2020,03/13/2026,Data,,1099\n",
        [
            "ana@x.y|Ana Lund|employee|Data|bo@x.y|2021-03-04|||",
            "bo@x.y|Bo Ek|contractor|Data||2020-01-01|2026-03-13||",
        ],
    ),
    "rippling": (
        "Full name,Work email,Start date,End date,Department,Manager work email,Employment type\n"
        "Ana Lund,ana@x.y,2021-03-04,,Data,Bo@X.y,Salaried\n"
        "Bo Ek,bo@x.y,2020-01-01,2026-03-13,Data,,Contractor\n",
        [
            "ana@x.y|Ana Lund|employee|Data|bo@x.y|2021-03-04|||",
            "bo@x.y|Bo Ek|contractor|Data||2020-01-01|2026-03-13||",
        ],
    ),
    "workday": (
        "Worker\tEmail - Primary Work\tWorker Type\tSupervisory Organization\tManager\tHire Date\tTermination Date"
        "\tContract End Date\n"
        "Ana Lund\tana@x.y\tEmployee\tData\tBo Ek\t2021-03-04\t\t\n"
        "Bo Ek\tbo@x.y\tContingent Worker\tData\t\t2020-01-01\t2026-03-13\t2026-03-31\n",
        [
            "ana@x.y|Ana Lund|employee|Data|bo@x.y|2021-03-04|||",
            "bo@x.y|Bo Ek|contractor|Data||2020-01-01|2026-03-13|2026-03-31|",
        ],
    ),
    "deel": (
        "Worker name,Email,Worker type,Team,Direct manager,Start date,Termination date,Contract end date\n"
        '"Lund, Ana",ana@x.y,EOR,Data,Bo Ek,2021-03-04,,\n'
        "Bo Ek,bo@x.y,Independent Contractor,Data,Cy Roe,2020-01-01,2026-03-13,2026-03-31\n"
        "Cy Roe,cy@x.y,Direct employee,Data,,2020-01-01,,\n"
        "Cy Roe,other.cy@x.y,Direct employee,Data,,2020-01-01,,\n",
        [
            "ana@x.y|Lund, Ana|employee|Data|bo@x.y|2021-03-04|||",
            # Two people have the manager's name: it stays a name.
            "bo@x.y|Bo Ek|contractor|Data|Cy Roe|2020-01-01|2026-03-13|2026-03-31|",
            "cy@x.y|Cy Roe|employee|Data||2020-01-01|||",
            "other.cy@x.y|Cy Roe|employee|Data||2020-01-01|||",
        ],
    ),
}


def values(text: str, mapping: RosterMapping) -> list[str]:
    return ["|".join(row[name] for name in OURS) for row in roster_rows(text, mapping, "roster.csv")]


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_reads_its_export(name: str) -> None:
    text, expected = EXPORTS[name]
    mapping = mapping_for(text, "roster.csv", format=name)
    assert values(text, mapping) == expected
    # What the record holds is enough to read the file the same way.
    assert values(text, RosterMapping.from_parameters(mapping.as_parameters())) == expected


HEADER = "Name,Email,Type,Team,Boss,Start,End\n"
COLUMNS = {
    "email": "Email", "name": "Name", "kind": "Type", "team": "Team", "manager": "Boss", "started_on": "Start",
    "left_at": "End",
}  # fmt: skip


@pytest.mark.parametrize(
    ("format", "header", "own", "words"),
    [
        (
            "hibob",
            "Name,Email,Department,Start date",
            {},
            r"no column 'Employment type' or 'Contract'.*it has: Name, Em",
        ),
        ("hibob", "Name,Type,Team,Start date,End date,Manager", {}, "no column 'Email' or 'Work email'"),
        ("hibob", "Name,Email,email,Type", {}, "has the columns 'Email' and 'email', which both may be email"),
        ("hibob", "Email,Type,Team,Manager,Start date,End date", {}, "no column 'Display name' or 'Full name'"),
        ("hibob", "First name,Email,Type,Team,Manager,Start date,End date", {}, "no column 'Display name'"),
        ("hibob", "Name,Email,Type,Start date,End date", {}, r'columns\] team = "…" \(or = "", if the export has none'),
        ("hibob", "Name,Email,Type", {"kind": "Kind"}, r'no column \'Kind\' .*columns\] kind = "…"'),
        ("generic", "Name,Email", {"email": ""}, "no column ''"),
    ],
)
def test_what_a_format_does_not_find_is_said_with_what_is_there(
    format: str, header: str, own: dict[str, str], words: str
) -> None:
    with pytest.raises(MalformedInput, match=words):
        mapping_for(header + "\n", "roster.csv", format=format, columns=own)


def test_what_the_settings_say_comes_first() -> None:
    text = (
        "Name,Vorname,Nachname,Email,Contact,Type,Start date,End date\nA,Ana,Lund,a@x.y,b@x.y,Werkvertrag,1/2/2026,\n"
    )
    own = {"email": "Contact", "name": "Name", "team": "", "manager": ""}
    kinds = {"werkvertrag": "contractor"}
    mapping = mapping_for(text, "roster.csv", format="hibob", columns=own, kinds=kinds, date_format="DD/MM/YYYY")
    assert values(text, mapping) == ["b@x.y|A|contractor|||2026-02-01|||"]
    own = {"first_name": "Vorname", "last_name": "Nachname", "team": "", "manager": ""}
    mapping = mapping_for(text, "roster.csv", format="hibob", columns=own, kinds=kinds, date_format="MM/DD/YYYY")
    assert values(text, mapping) == ["a@x.y|Ana Lund|contractor|||2026-01-02|||"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a@x.y,Ana,Temp,t,,2021-01-01,\n", r"line 2: kind is 'Temp'.*\[sources.roster.kinds\] \"Temp\""),
        ("a@x.y,Ana,Employee,t,,03/04/2021,\n", "line 2: Start is '03/04/2021'.*DD/MM/YYYY or MM/DD/YYYY: say which"),
        ("a@x.y,Ana,Employee,t,,25/04/2021,\n", "line 2: Start is '25/04/2021'"),
        ("a@x.y,Ana,Employee,t,,31.04.2021,\n", r"line 2: Start is '31\.04\.2021', which is no day as DD\.MM\.YYYY"),
        ("a@x.y,Ana,Employee,t,,2021-01-01,\n\na@x.y\n", "line 4: not as many values"),
    ],
)
def test_a_value_that_would_have_to_be_guessed_is_named_with_its_line(text: str, words: str) -> None:
    text = "Email,Name,Type,Team,Boss,Start,End\n" + text
    mapping = mapping_for(text, "roster.csv", format="hibob", columns=COLUMNS)
    with pytest.raises(MalformedInput, match=words):
        roster_rows(text, mapping, "roster.csv")


def test_rows_of_nothing_at_all_are_no_people() -> None:
    text = "Email,Name,Type,Team,Boss,Start,End\n,,,,,,\na@x.y,Ana,Employee,t,,2021-01-01,\n , ,,,,,\n"
    assert len(roster_rows(text, mapping_for(text, "f", format="hibob", columns=COLUMNS), "f")) == 1


WORD = st.text("abcdefghij äß'", min_size=1, max_size=8).map(str.strip).filter(bool)
DAY = st.dates().filter(lambda day: day.year >= 1000)
PERSON = st.fixed_dictionaries(
    {
        "name": WORD, "kind": st.sampled_from(["employee", "contractor", "service"]), "team": WORD | st.just(""),
        "manager": st.just("") | st.just("boss@x.y"), "started_on": DAY, "left_at": st.none() | DAY,
        "contract_ends_on": st.none() | DAY, "owner": st.just("") | st.just("owner@x.y"),
    }
)  # fmt: skip
HEADERS = st.lists(
    WORD.filter(lambda word: '"' not in word), min_size=len(OURS), max_size=len(OURS), unique_by=str.lower
)


@given(
    persons=st.lists(PERSON, min_size=1, max_size=4),
    headers=HEADERS,
    order=st.permutations(OURS),
    delimiter=st.sampled_from([",", ";", "\t"]),
    form=st.sampled_from(sorted(DATE_FORMATS)),
)
def test_any_mapping_gives_the_people_of_the_canonical_file(
    persons: list[dict[str, Any]], headers: list[str], order: list[str], delimiter: str, form: str
) -> None:
    for number, person in enumerate(persons):
        person["email"] = f"p{number}@x.y"
    canonical = _file(persons, {name: name for name in OURS}, OURS, ",", "YYYY-MM-DD")
    columns = dict(zip(OURS, headers, strict=True))
    other = _file(persons, columns, order, delimiter, form)
    one = mapping_for(canonical, "f")
    two = mapping_for(other, "f", columns=columns, date_format=form)
    assert list(_people(other, two)) == list(_people(canonical, one))
    assert len(list(_people(canonical, one))) == len(persons)


def _file(
    persons: list[dict[str, Any]], columns: Mapping[str, str], order: tuple[str, ...] | list[str], mark: str, form: str
) -> str:
    lines = [mark.join(columns[name] for name in order)]
    lines += [mark.join(_written(person[name], form) for name in order) for person in persons]
    return "\n".join(lines) + "\n"


def _written(value: Any, form: str) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return form.replace("YYYY", f"{value:%Y}").replace("MM", f"{value:%m}").replace("DD", f"{value:%d}")


def _people(text: str, mapping: RosterMapping) -> Iterator[Mapping[str, Any]]:
    parameters = {**mapping.as_parameters(), "time_zone": "Europe/Berlin"}
    return iter(people(text, {"calls": [{"parameters": parameters}], "run_at": "2026-04-01T06:00:00Z"}))


RETURNED = """email,name,kind,team,manager,started_on,left_at
ana@x.y,Ana,employee,data,,2024-05-01,
ana@x.y,Ana Old,contractor,ops,,2020-01-01,2022-03-31
ana@x.y,Ana Mid,employee,ops,,2023-01-01,2023-06-30
"""


@pytest.mark.parametrize(
    ("collected", "name", "left", "earlier", "rejoined"),
    [
        ("2026-04-01T06:00:00Z", "Ana", None, ["2022-03-31T23:59:59Z", "2023-06-30T23:59:59Z"], "2024-05-01"),
        ("2024-05-01T00:00:00Z", "Ana", None, ["2022-03-31T23:59:59Z", "2023-06-30T23:59:59Z"], "2024-05-01"),
        # Her return is planned, and has not come: until then she has left.
        ("2024-04-30T23:59:59Z", "Ana Mid", "2023-06-30T23:59:59Z", ["2022-03-31T23:59:59Z"], "2023-01-01"),
        ("2021-01-01T00:00:00Z", "Ana Old", "2022-03-31T23:59:59Z", [], None),
        ("2019-01-01T00:00:00Z", "Ana Old", "2022-03-31T23:59:59Z", [], None),
    ],
)
def test_of_several_employments_the_one_at_the_collection_counts(
    collected: str, name: str, left: str | None, earlier: list[str], rejoined: str | None
) -> None:
    parameters = mapping_for(RETURNED, "f").as_parameters()
    (person,) = people(RETURNED, {"calls": [{"parameters": parameters}], "run_at": collected})
    assert (person["name"], person["left_at"]) == (name, left)
    assert (person["left_earlier_at"], person["rejoined_at"]) == (earlier, rejoined)


def test_records_from_before_formats_are_read_as_they_were() -> None:
    header = "Mail,name,kind,team,manager,started_on,left_at,contract_ends_on\n"
    text = header + "Ana@x.y,Ana,employee,,,2021-01-01,2026-03-13,x\n"
    record = {"calls": [{"parameters": {"columns": {"email": "Mail"}, "time_zone": "Europe/Berlin"}}]}
    (person,) = people(text, record)
    assert (person["email"], person["left_at"], person["contract_ends_on"]) == ("ana@x.y", "2026-03-13T22:59:59Z", None)
