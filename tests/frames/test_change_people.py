"""Whose a GitHub login is, and until when changes were seen."""

import pandas as pd
from text_tables import as_frame

from soc2kit.frames.change_people import change_readings, github_people

PEOPLE = """
    email          name      kind        started_on  left_at     contract_ends_on  owner          snapshot_at
    ana@x.example  Ana Abel  employee    2020-01-01  NA          NA                NA             2026-03-31
    ana@x.example  Ana Bell  employee    2020-01-01  NA          NA                NA             2026-04-30
    bo@x.example   Bo Brown  contractor  2020-01-01  2026-12-31  2026-05-31        NA             2026-04-30
    cy@x.example   Cy Cox    employee    2020-01-01  2026-02-28  NA                NA             2026-03-31
    job@x.example  Nightly   service     2020-01-01  NA          NA                ana@x.example  2026-04-30
"""
IDENTITIES = """
    system    account_name  email          snapshot_at
    github    ana           Ana@x.example  2026-03-31
    github    ana           ana@x.example  2026-04-30
    github    ana-old       ana@x.example  2026-03-31
    github    job           job@x.example  2026-04-30
    github    stranger      who@y.example  2026-04-30
    postgres  ana_db        ana@x.example  2026-04-30
"""
SAML = """
    login  email         snapshot_at
    bo     bo@x.example  2026-04-30
    cy     NA            2026-04-30
"""
MEMBERS = "login  role  snapshot_at\nBO  member  2026-03-31\nana  member  2026-03-31\n"


def test_every_reading_of_who_owns_a_login_counts_and_the_latest_line_of_the_roster() -> None:
    found = github_people(
        {
            "people": as_frame("people", PEOPLE),
            "identities": as_frame("identities", IDENTITIES),
            "github_saml_identities": as_frame("github_saml_identities", SAML),
            "github_member_roles": as_frame("github_member_roles", MEMBERS),
            "outside_collaborators": as_frame("outside_collaborators", ""),
        }
    )
    rows = {(str(row.login), row.email): (str(row.name), str(row.kind), row.member) for row in found.itertuples()}
    assert rows == {
        ("ana", "ana@x.example"): ("Ana Bell", "employee", True),
        ("ana-old", "ana@x.example"): ("Ana Bell", "employee", False),
        ("bo", "bo@x.example"): ("Bo Brown", "contractor", True),
        ("job", "job@x.example"): ("Nightly", "service", False),
        ("stranger", "who@y.example"): ("<NA>", "<NA>", False),
        ("<NA>", "cy@x.example"): ("Cy Cox", "employee", False),
    }
    ended = found.set_index("email")["ended_at"]
    assert ended["bo@x.example"] == pd.Timestamp("2026-05-31", tz="UTC")
    assert found.set_index("login")["owner"]["job"] == "ana@x.example"


def test_a_company_without_a_roster_of_github_has_people_without_logins() -> None:
    frames = {
        "people": as_frame("people", PEOPLE),
        "identities": as_frame("identities", "system  account_name  email  snapshot_at\n"),
        "github_saml_identities": as_frame("github_saml_identities", ""),
        "github_member_roles": as_frame("github_member_roles", ""),
        "outside_collaborators": as_frame("outside_collaborators", ""),
    }
    found = github_people(frames)
    assert sorted(found["email"]) == ["ana@x.example", "bo@x.example", "cy@x.example", "job@x.example"]
    assert found["login"].isna().all()


def test_a_file_of_changes_says_until_when_they_were_seen() -> None:
    record = {
        "effective": {"start": "2026-03-01T00:00:00Z", "end": "2026-04-01T00:00:00Z"},
        "run_at": "2026-04-02T06:00:00Z",
    }
    (row,) = change_readings([{}, {}], record)
    assert row == {
        "starts_at": "2026-03-01T00:00:00Z",
        "ends_at": "2026-04-01T00:00:00Z",
        "read_at": "2026-04-02T06:00:00Z",
    }
