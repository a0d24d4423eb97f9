"""Frames that changes are judged with: whose a GitHub login is, the register of exceptions, and when each was read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ..sources.change_exceptions import CHANGE_EXCEPTION_COLUMNS
from .departures import with_contracts

Frames = Mapping[str, pd.DataFrame]
PEOPLE_COLUMNS = (
    "login text?, email text, name text?, kind text?, started_on time?, ended_at time?, owner text?, member flag"
)
EXCEPTION_COLUMNS = (
    "reference text, kind text, reason text?, incident text?, approved_by text?, approved_at time?, reviewed_by text?,"
    " reviewed_at time?"
)
#: Those of the frames that a company may have no evidence of.
OPTIONAL = ("github_saml_identities", "github_member_roles", "outside_collaborators")
USES = ("people", "identities", *OPTIONAL)


def github_people(frames: Frames) -> pd.DataFrame:
    """One row for each login and address that were ever named together, and one for everybody else of the roster.

    Every reading of the identity file and of SAML identities counts: here it matters that two logins may be one person,
    and a match that was taken out later still was one. Of each person the latest line of the roster. `ended_at` is when
    their work ended; `member` says that a list of members or outside collaborators has had the login.
    """
    named = [frames["identities"].query("system == 'github'").rename(columns={"account_name": "login"})]
    named.append(frames["github_saml_identities"])
    parts = [part[["login", "email"]].dropna() for part in named]
    pairs = pd.concat([part for part in parts if len(part)] or parts[:1]).astype("string")
    pairs["email"] = pairs["email"].str.lower()
    people = with_contracts(frames["people"]).sort_values("snapshot_at", kind="stable")
    people = people.drop_duplicates("email", keep="last")
    people = people.assign(ended_at=people["left_at"])[["email", "name", "kind", "started_on", "ended_at", "owner"]]
    joined = pairs.drop_duplicates().merge(people, on="email", how="outer", validate="many_to_one")
    seen = pd.concat([frames["github_member_roles"]["login"], frames["outside_collaborators"]["login"]])
    member = joined["login"].str.casefold().isin(set(seen.str.casefold()))
    return joined.assign(member=member.astype("boolean")).sort_values(["email", "login"], ignore_index=True)


def change_exceptions_file(text: str, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """One row per registered exception; a register without a file is an empty one."""
    for row in csv.DictReader(io.StringIO(text, newline="")):
        value = {name: row[name].strip() or None for name in CHANGE_EXCEPTION_COLUMNS}
        yield {**value, "kind": str(value["kind"]).lower()}


def change_exceptions(frames: Frames) -> pd.DataFrame:
    """The register, or nothing where none was ever collected."""
    return frames["change_exceptions_file"]


def change_exception_readings(frames: Frames) -> pd.DataFrame:
    """When the register was read, however little stood in it."""
    return frames["read_change_exceptions"]


def change_readings(pages: Any, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Until when what happened to the pull requests merged in a period was seen: one row per file."""
    start, end = record["effective"]["start"], record["effective"]["end"]
    yield {"starts_at": start, "ends_at": end, "read_at": record["run_at"]}
