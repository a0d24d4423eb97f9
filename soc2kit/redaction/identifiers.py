"""Who is named in the evidence: every person's name, e-mail address, account and identifier, from the raw answers.

Service accounts of the roster, bots and the roles of nobody stay as they are: they are no persons. An account whose
owner is not known is taken for a person's.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..errors import UsageError
from ..evidence import EvidenceStore, Record
from ..frames.company import people as roster_rows

Kind = Literal["name", "e-mail", "account", "id"]
EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
#: What AWS gives users and keys for an id; GitHub's are numbers and are found beside a login.
AWS_ID = re.compile(r"\b(?:AIDA|AKIA|ASIA)[A-Z0-9]{12,}\b")
# Accounts that are nobody's: GitHub's own signer and its stand-in for deleted users, PostgreSQL's first role.
NOBODYS = {"web-flow", "ghost", "postgres", "<root_account>", "root"}
# Words that answers use for themselves. An account of such a name cannot be told from them.
RESERVED = {
    "admin", "all", "app", "approved", "aws", "bot", "commented", "company", "dismissed", "failure", "false",
    "github", "group", "lint", "main", "master", "member", "merged", "none", "null", "organization", "outside",
    "owner", "private", "public", "read", "role", "success", "team", "test", "true", "user", "write",
}  # fmt: skip


@dataclass(frozen=True)
class Identifier:
    kind: Kind
    text: str


def identifiers(store: EvidenceStore) -> list[Identifier]:
    """Every identifier of a person, each once, in the order in which evidence first shows it.

    Raises `UsageError` for an account whose name is a word that the answers use for other things.
    """
    records = [record for record in store.records() if record.complete and not record.dataset.startswith("view:")]
    services = _services(store, records)
    found: dict[Identifier, None] = {}
    for record in records:
        for identifier in _of_record(store, record, services.bots):
            if identifier.text not in services.kept and identifier.text.casefold() not in services.emails:
                found.setdefault(identifier, None)
    for identifier in found:
        if identifier.kind == "account" and identifier.text.casefold() in RESERVED:
            raise UsageError(
                f"the account {identifier.text!r} has the name of a word that the answers use themselves, so it cannot"
                " be replaced safely. Register it as a service account in the roster, or package without --redact"
            )
    return list(found)


@dataclass(frozen=True)
class _Services:
    """What is nobody's: e-mail addresses (case-folded) and names of service accounts, their accounts, and bots."""

    emails: frozenset[str]
    kept: frozenset[str]
    bots: frozenset[str]


def _services(store: EvidenceStore, records: list[Record]) -> _Services:
    emails: set[str] = set()
    kept: set[str] = set(NOBODYS)
    bots: set[str] = set()
    for record in records:
        if record.dataset == "company.roster":
            rows = roster_rows(_text(store, record), record.fields)
            services = [row for row in rows if row["kind"] == "service"]
            emails |= {str(row["email"]).casefold() for row in services}
            kept |= {str(row["name"]) for row in services}
        elif str(record.path).endswith(".json"):
            bots |= {login for login, person in _logins(store.read_pages(record)) if not person}
    for record in records:
        if record.dataset == "company.identities":
            kept |= {row["account"] for row in _rows(store, record) if row["email"].strip().casefold() in emails}
        elif record.dataset == "aws.authorization_details":
            kept |= set(_tagged(store.read_pages(record), emails))
    return _Services(frozenset(emails), frozenset(kept | bots), frozenset(bots))


def _tagged(pages: list[dict[str, Any]], emails: set[str]) -> Iterator[str]:
    """IAM users whose tag `email` names a service account."""
    for page in pages:
        for user in page["answer"].get("UserDetailList", []):
            tags = {tag["Key"].lower(): tag["Value"].casefold() for tag in user.get("Tags", [])}
            if tags.get("email") in emails:
                yield str(user["UserName"])


def _of_record(store: EvidenceStore, record: Record, bots: frozenset[str]) -> Iterator[Identifier]:
    readers = {"company.roster": _of_roster, "company.identities": _of_identities}
    if record.dataset in readers:
        yield from readers[record.dataset](store, record)
    elif str(record.path).endswith(".json"):
        pages = store.read_pages(record)
        yield from _accounts(record.dataset, pages)
        for login, person in _logins(pages):
            # A bot's commits bear its name with a suffix, and no word of what it is.
            if person and login.removesuffix("[bot]") not in bots:
                yield Identifier("account", login)
        for text in _texts(pages):
            yield from (Identifier("e-mail", found) for found in EMAIL.findall(text))
            yield from (Identifier("id", found) for found in AWS_ID.findall(text))
    yield from _collector(record)


def _collector(record: Record) -> Iterator[Identifier]:
    """Who collected: the last part of an ARN, or a login."""
    identity, system = str(record.fields["identity"]), record.fields["source"]["system"]
    if system in ("aws", "github", "postgres"):
        yield Identifier("account", identity.rpartition("/")[2].rpartition(":")[2])


def _of_roster(store: EvidenceStore, record: Record) -> Iterator[Identifier]:
    for row in roster_rows(_text(store, record), record.fields):
        if row["kind"] != "service":
            yield Identifier("e-mail", row["email"])
            yield Identifier("name", row["name"])
        if row["manager"]:
            yield Identifier("e-mail", row["manager"])


def _of_identities(store: EvidenceStore, record: Record) -> Iterator[Identifier]:
    for row in _rows(store, record):
        yield Identifier("account", row["account"].strip())
        for column in ("email", "confirmed_by"):
            yield from (Identifier("e-mail", found) for found in EMAIL.findall(row[column]))


def _accounts(dataset: str, pages: list[dict[str, Any]]) -> Iterator[Identifier]:
    """IAM users, and the login roles of a database."""
    for page in pages:
        answer = page["answer"]
        if dataset == "aws.credential_report":
            for row in csv.DictReader(io.StringIO(answer["Content"], newline="")):
                yield Identifier("account", row["user"])
        for name in ("Users", "UserDetailList"):
            for user in answer.get(name, []) if isinstance(answer, Mapping) else []:
                yield Identifier("account", user["UserName"])
        if dataset == "postgres.roles":
            for row in answer["rows"]:
                role = dict(zip(answer["columns"], row, strict=True))
                if role["rolcanlogin"]:
                    yield Identifier("account", role["rolname"])


def _logins(value: Any) -> Iterator[tuple[str, bool]]:
    """Every `login` in an answer, and whether it can be a person's: bots and organisations say that they are."""
    if isinstance(value, Mapping):
        if isinstance(value.get("login"), str):
            kind = value.get("type", value.get("__typename", "User"))
            yield value["login"], kind in ("User", "Mannequin") and not value["login"].endswith("[bot]")
        for inner in value.values():
            yield from _logins(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _logins(inner)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _text(store: EvidenceStore, record: Record) -> str:
    return store.read_bytes(record).decode("utf-8-sig")


def _rows(store: EvidenceStore, record: Record) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_text(store, record), newline="")))
