"""Whose account is it: every source that names an owner, and what follows where two of them disagree.

In order of strength: a match that somebody confirmed in the identity file, the `email` tag of an IAM user, the SAML
identity of a GitHub login, an account name that is an e-mail address of the roster, and the address that a directory
(Identity Center) keeps for its user. The look of a name decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from .departures import with_contracts

Frames = Mapping[str, pd.DataFrame]
#: The sources, strongest first, as `matched_by` and `claims` name them.
FILE, TAG, SAML, NAME, DIRECTORY = SOURCES = ("file", "tag", "SAML", "name", "directory")
#: The frames that name owners.
OWNER_USES = ("identities", "aws_principals", "github_saml_identities", "people")
OWNER_OPTIONAL = ("github_saml_identities",)
#: What `owned` adds to a row.
OWNER_COLUMNS = "email text?, ambiguous flag, matched_by text?, claims text?, shared_by list?, claimed_by list?"


_PERSON = ["email", "name", "kind", "team", "manager", "started_on", "left_at"]


@dataclass(frozen=True)
class Claim:
    source: str
    email: str


@dataclass(frozen=True)
class Owner:
    """What the claims on one account come to: one e-mail address, several people who share it, or a disagreement."""

    email: str | None = None
    matched_by: str | None = None
    shared_by: tuple[str, ...] = ()
    disputed: tuple[Claim, ...] = ()


def settled(claims: Iterable[Claim], roster: frozenset[str]) -> Owner:
    """The owner that claims, strongest first, come to.

    Several people in the identity file share the account: that was confirmed. A weaker source that names somebody else
    disputes it, unless the address is no person's and the stronger source names a person.
    """
    listed = list(dict.fromkeys(claims))
    if not listed:
        return Owner()
    first = listed[0]
    strongest = [claim.email for claim in listed if claim.source == first.source]
    holders = tuple(sorted(strongest)) if first.source == FILE else (first.email,)
    known = any(holder in roster for holder in holders)
    others = [claim for claim in listed if claim.email not in holders and (claim.email in roster or not known)]
    if others:
        return Owner(disputed=tuple(listed))
    if len(holders) > 1:
        return Owner(matched_by=FILE, shared_by=holders)
    return Owner(first.email, first.source)


def owned(every: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Accounts with their owners; `every` has system, account_key, account_name, snapshot_at and directory_email.

    `snapshot_at` is the moment that the row speaks of. Of each source the reading in force then counts: the latest by
    then, else the first one after it, so that a match confirmed later does not change whose an account was.
    """
    people = with_contracts(frames["people"])
    latest = people[people["snapshot_at"] == people["snapshot_at"].max()][_PERSON]
    names = dict(zip(latest["email"], latest["name"], strict=True))
    roster = frozenset(names)
    claims = _claims(every, frames, roster)
    found = [settled(claims.get(row, ()), roster) for row in range(len(every))]
    result = every.assign(
        email=_texts(every, [owner.email for owner in found]),
        ambiguous=pd.Series([bool(owner.disputed) for owner in found], index=every.index, dtype="boolean"),
        matched_by=_texts(every, [owner.matched_by for owner in found]),
        claims=_texts(every, [_in_words(owner.disputed, names) for owner in found]),
        shared_by=pd.Series([list(owner.shared_by) or None for owner in found], index=every.index, dtype="object"),
        claimed_by=pd.Series([_disputants(owner) for owner in found], index=every.index, dtype="object"),
    )
    result = result.merge(latest, on="email", how="left", validate="many_to_one")
    return result.assign(kind=_kinds(result, latest)).drop(columns="directory_email")


def _texts(every: pd.DataFrame, values: list[str | None]) -> pd.Series:
    return pd.Series(values, index=every.index, dtype="string")


def _disputants(owner: Owner) -> list[str] | None:
    """Everybody whom a source names as the owner of a disputed account."""
    return sorted({claim.email for claim in owner.disputed}) or None


def _in_words(claims: tuple[Claim, ...], names: Mapping[str, str]) -> str | None:
    said = [f"{names.get(claim.email, 'not in the roster')} <{claim.email}> by {claim.source}" for claim in claims]
    return "; ".join(said) or None


def _kinds(result: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    """A shared account is a person's as soon as one of those who share it is a person."""
    kinds = dict(zip(people["email"], people["kind"], strict=True))
    shared = result["shared_by"].map(
        lambda emails: min((kinds[email] for email in emails if email in kinds), default=None, key=_PEOPLE_FIRST.index),
        na_action="ignore",
    )
    return result["kind"].fillna(shared.astype("string"))


_PEOPLE_FIRST = ("employee", "contractor", "service")


def _claims(every: pd.DataFrame, frames: Frames, roster: frozenset[str]) -> dict[int, list[Claim]]:
    """The claims on each row, by its position, strongest first."""
    principals, saml = frames["aws_principals"], frames["github_saml_identities"]
    tags = principals[principals["type"] == "user"].rename(columns={"arn": "account_key"}).assign(system="aws")
    logins = saml.rename(columns={"login": "account_name"}).assign(system="github")
    name = every["account_name"].str.lower()
    found = (
        (FILE, _looked_up(every, frames["identities"], "account_name")),
        (TAG, _looked_up(every, tags, "account_key")),
        (SAML, _looked_up(every, logins, "account_name")),
        (NAME, _present(name.where(name.isin(roster)))),
        (DIRECTORY, _present(every["directory_email"])),
    )
    claims: dict[int, list[Claim]] = {}
    for source, rows in found:
        for row, email in sorted(rows):
            claims.setdefault(row, []).append(Claim(source, email.lower()))
    return claims


def _present(emails: pd.Series) -> list[tuple[int, str]]:
    there = emails.notna().to_numpy()
    return [(row, str(email)) for row, email in enumerate(emails) if there[row]]


def _looked_up(every: pd.DataFrame, known: pd.DataFrame, name: str) -> list[tuple[int, str]]:
    """Position and e-mail address of each row that a source names, as it stood at the row's moment."""
    if known.empty or every.empty:
        return []
    keys = ["system", name, "in_force"]
    rows = every.assign(in_force=in_force(every["snapshot_at"], known["snapshot_at"]), row=range(len(every)))
    named = known.rename(columns={"snapshot_at": "in_force"})[[*keys, "email"]].dropna().drop_duplicates()
    rows = rows[[*keys, "row"]].dropna(subset=[name])
    joined = rows.astype({"system": "string"}).merge(named.astype({"system": "string"}), on=keys, how="inner")
    return list(zip(joined["row"].tolist(), joined["email"].tolist(), strict=True))


def in_force(moments: pd.Series, kept: pd.Series) -> pd.Series:
    """For each moment the latest reading by then, else the first one after it."""
    known = pd.Series(sorted(kept.dropna().unique()), dtype="datetime64[us, UTC]")
    if known.empty:
        return pd.Series(pd.NaT, index=moments.index, dtype="datetime64[us, UTC]")
    places = (known.searchsorted(moments, side="right") - 1).clip(min=0)
    return pd.Series(known.iloc[places].array, index=moments.index)
