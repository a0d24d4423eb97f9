"""Every place where evidence names somebody: rosters, account lists, commits, settings, and who collected."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Literal

from ..evidence import EvidenceStore, Record
from ..frames.company import people as roster_rows
from .finder import fold

Kind = Literal["name", "e-mail", "account", "id", "address", "actor"]
# Begun only where a run begins: a long run without @ would else be read once from each of its characters.
EMAIL = re.compile(r"(?<![\w.+%'-])[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
#: What AWS gives users and keys for an id; GitHub's are numbers and stand beside a login.
AWS_ID = re.compile(r"\b(?:AIDA|AKIA|ASIA)[A-Z0-9]{12,}\b")
_IP = re.compile(r"(?<![\w:.])(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:]|\.\d)")
_NO_PERSON = {"Bot", "Organization", "Enterprise", "App", "Integration"}
APPROVED = {
    "approved_aws_administrators": "aws",
    "approved_github_owners": "github",
    "approved_outside_collaborators": "github",
    "approved_database_superusers": "postgres",
}


@dataclass(frozen=True)
class Identifier:
    kind: Kind
    text: str


@dataclass(frozen=True)
class Mention:
    """Something that names somebody.

    `person` is the system's own word: False for a bot, an organisation or a role that nobody signs in with, None where
    nothing is said. `owner` is a folded e-mail address. The kind `service` is the address of a service account.
    """

    kind: Any
    text: str
    system: str = ""
    person: bool | None = None
    owner: str | None = None


def of_record(store: EvidenceStore, record: Record) -> Iterator[Mention]:
    """Who is named in a record and in its file."""
    yield from _texts_of(record.fields.get("reason"), record.fields.get("calls"), record.fields.get("source"))
    yield from _collector(record)
    if record.path is None or record.dataset.startswith("view:"):
        return
    if record.path.endswith(".json"):
        pages = store.read_pages(record)
        readers = {"aws": _of_aws, "github": _of_github, "postgres": _of_postgres}
        reader = readers.get(str(record.fields["source"]["system"]))
        if reader is not None:
            yield from reader(pages, record)
        yield from _texts_of(pages)
        return
    text = store.read_bytes(record).decode("utf-8-sig")
    if record.dataset == "company.roster":
        yield from _of_roster(text, record)
    elif record.dataset == "company.identities":
        yield from _of_identities(text)
    elif record.path.endswith(".toml"):
        import tomllib

        yield from of_settings(tomllib.loads(text))
    yield from _texts_of(text)


def _collector(record: Record) -> Iterator[Mention]:
    """Who collected: the last part of an ARN, or a login."""
    identity, system = str(record.fields.get("identity") or ""), str(record.fields["source"]["system"])
    if system in ("aws", "github", "postgres") and identity not in ("", "unknown"):
        yield Mention("account", identity.rpartition("/")[2].rpartition(":")[2], system)


def _of_roster(text: str, record: Record) -> Iterator[Mention]:
    for row in roster_rows(text, record.fields):
        email = fold(str(row["email"]))
        if row["kind"] == "service":
            yield Mention("service", email)
        else:
            yield Mention("e-mail", email)
            yield Mention("name", str(row["name"]), owner=email)
        if row["manager"] and "@" in str(row["manager"]):
            yield Mention("e-mail", str(row["manager"]))


def _of_identities(text: str) -> Iterator[Mention]:
    for row in csv.DictReader(io.StringIO(text, newline="")):
        email = fold(row["email"].strip())
        yield Mention("account", row["account"].strip(), row["system"].strip(), owner=email)
        for column in ("email", "confirmed_by"):
            if "@" in row[column]:
                yield Mention("e-mail", row[column].strip())


def _of_aws(pages: list[dict[str, Any]], record: Record) -> Iterator[Mention]:
    for page in pages:
        answer = page["answer"]
        if record.dataset == "aws.credential_report":
            for row in csv.DictReader(io.StringIO(answer["Content"], newline="")):
                yield Mention("account", row["user"], "aws", True)
        for name in ("Users", "UserDetailList"):
            for user in answer.get(name, []):
                tags = {tag["Key"].lower(): fold(tag["Value"]) for tag in user.get("Tags", [])}
                yield Mention("account", user["UserName"], "aws", True, tags.get("email"))
        for device in answer.get("VirtualMFADevices", []):
            if "UserName" in device.get("User", {}):
                yield Mention("account", device["User"]["UserName"], "aws", True)


def _of_postgres(pages: list[dict[str, Any]], record: Record) -> Iterator[Mention]:
    """Roles that can sign in; of memberships every role, in case that the list of roles could not be read."""
    for page in pages:
        answer = page["answer"]
        for values in answer["rows"]:
            row = dict(zip(answer["columns"], values, strict=True))
            if "rolname" in row:
                yield Mention("account", row["rolname"], "postgres", bool(row["rolcanlogin"]))
            for column in ("role", "member", "grantor"):
                if row.get(column):
                    yield Mention("account", row[column], "postgres")


def _of_github(value: Any, record: Record) -> Iterator[Mention]:
    """Every login, the names beside commits' addresses, owners of forks, and people who may pass rules by."""
    if isinstance(value, list):
        for inner in value:
            yield from _of_github(inner, record)
    if not isinstance(value, Mapping):
        return
    if isinstance(value.get("login"), str):
        kind = value.get("type", value.get("__typename"))
        yield Mention("account", value["login"], "github", None if kind is None else kind not in _NO_PERSON)
    if "login" not in value and isinstance(value.get("email"), str):
        name = value.get("name")
        if isinstance(name, str) and " " in name.strip():
            yield Mention("name", name.strip())
        if "@" in value["email"] and "[bot]@" not in value["email"]:
            yield Mention("e-mail", value["email"].strip())
    if value.get("actor_type") == "User" and value.get("actor_id") is not None:
        yield Mention("actor", f"User:{value['actor_id']}")
    for key in ("nameWithOwner", "full_name"):
        owner, slash, _ = str(value.get(key) or "").partition("/")
        if slash and fold(owner) != fold(str(record.fields["source"]["account"])):
            yield Mention("account", owner, "github")
    for inner in value.values():
        yield from _of_github(inner, record)


def of_settings(document: Mapping[str, Any]) -> Iterator[Mention]:
    """Approved lists, those of dated changes too, and the collector's database role."""
    parameters = document.get("parameters", {})
    for table in (parameters, *parameters.get("changes", [])):
        for key, system in APPROVED.items():
            for text in table.get(key, []):
                if not (system == "aws" and text.startswith("role/")):
                    yield Mention("account", text, system)
        for text in table.get("approved_bypass_actors", []):
            kind, _, name = text.partition(":")
            if kind == "User":
                yield Mention("actor", text) if name.isdigit() else Mention("account", name, "github")
    user = document.get("sources", {}).get("postgres", {}).get("user")
    if user:
        yield Mention("account", user, "postgres")
    yield from _texts_of(document)


def _texts_of(*values: Any) -> Iterator[Mention]:
    """E-mail addresses, ids of AWS and network addresses wherever a text has them."""
    for value in values:
        if isinstance(value, Mapping):
            yield from _texts_of(*value.values())
        elif isinstance(value, list | tuple):
            yield from _texts_of(*value)
        elif isinstance(value, str):
            yield from _of_text(value)


def _of_text(text: str) -> Iterator[Mention]:
    if "@" in text:
        yield from (Mention("e-mail", hit.strip("'.")) for hit in EMAIL.findall(text))
    if "A" in text:
        yield from (Mention("id", hit) for hit in AWS_ID.findall(text))
    if "." in text or ":" in text:
        yield from (Mention("address", hit) for hit in _IP.findall(text) if _of_some_machine(hit))


def _of_some_machine(text: str) -> bool:
    """Whether it is a network address, and not one that every machine has."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)
