"""Who is named in the evidence, and which of the names are a person's.

Service accounts of the roster, bots and roles that nobody signs in with stay as they are: they are no persons. An
account whose owner is not known is taken for a person's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import UsageError
from ..evidence import EvidenceStore
from .finder import fold
from .mentions import Identifier, Mention, of_record, of_settings

# Accounts that are nobody's: GitHub's own signer and its stand-in for deleted users, and what systems begin with.
NOBODYS = {
    "github": {"web-flow", "ghost"},
    "postgres": {"postgres", "rdsadmin", "PUBLIC"},
    # The third is what CloudTrail writes for a name that may be a password; the last, the tool's own sessions.
    "aws": {"<root_account>", "root", "HIDDEN_DUE_TO_SECURITY_REASONS", "soc2kit"},
}
NOBODYS_EMAILS = {"git@github.com", "noreply@github.com"}
# Words of the answers that tests compare with or that build an ARN or a path. An account of such a name cannot be told
# from them.
RESERVED = {
    "active", "admin", "administratoraccess", "all", "allow", "approved", "arn", "aws", "bot", "change",
    "changes_requested", "checkrun", "column", "connect", "create", "database", "delete", "deletion", "direct",
    "disabled", "dismissed", "email", "enabled", "execute", "false", "function", "group", "groups", "iam", "inactive",
    "infinity", "insert", "invitation", "keep", "keys", "main", "maintain", "maintainer", "master", "member", "mfa",
    "no_information", "none", "non_fast_forward", "not_supported", "null", "open", "policy", "privileged", "public",
    "pull_request", "rds_iam", "rds_superuser", "read", "references", "repos", "required_status_checks", "resolved",
    "revoke", "role", "root", "schema", "select", "sequence", "success", "table", "team", "temporary", "triage",
    "trigger", "true", "truncate", "update", "usage", "user", "view", "write",
}  # fmt: skip


@dataclass(frozen=True)
class People:
    """Identifiers to replace, in the order in which evidence first shows them, and what else stands beside them."""

    identifiers: tuple[Identifier, ...]
    #: The e-mail address beside a name in the roster.
    beside: Mapping[Identifier, Identifier]
    #: Folded texts of accounts and addresses that stay.
    kept: frozenset[str]
    #: By folded text, an account as its system spells it.
    spelt: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Account:
    """What all of the evidence says of one account."""

    persons: set[bool | None] = field(default_factory=set)
    owners: set[str] = field(default_factory=set)

    def add(self, mention: Mention) -> None:
        self.persons.add(mention.person)
        if mention.owner:
            self.owners.add(mention.owner)

    def of_nobody(self, services: set[str]) -> bool:
        """A registered owner decides; then the system's own word; what nothing is known of may be a person's."""
        if self.owners:
            return self.owners <= services
        return False in self.persons and True not in self.persons


def identifiers(store: EvidenceStore, settings: Iterable[Mapping[str, Any]] = ()) -> People:
    """Every identifier of a person, each once, from all evidence, failed attempts included, and from `settings`.

    Raises `UsageError` for an account whose name is a word that the answers use for other things.
    """
    found: dict[Mention, None] = {}
    spelt: dict[str, str] = {}
    for record in store.records():
        mentions = dict.fromkeys(of_record(store, record))
        found.update(mentions)
        if record.system != "company":
            for mention in mentions:
                if mention.kind == "account":
                    spelt.setdefault(fold(mention.text), mention.text)
    for document in settings:
        found.update(dict.fromkeys(of_settings(document)))
    services = _services(found)
    accounts: dict[tuple[str, str], _Account] = {}
    for mention in found:
        if mention.kind == "account":
            accounts.setdefault((mention.system, mention.text), _Account()).add(mention)
    personal: dict[Identifier, None] = {}
    kept: set[str] = set()
    for mention in found:
        if _stays(mention, accounts, services):
            kept.add(fold(mention.text))
        elif mention.kind != "service" and any(map(str.isalnum, mention.text)):
            personal.setdefault(Identifier(mention.kind, mention.text))
    _refuse_reserved(personal)
    beside = {
        Identifier("name", mention.text): Identifier("e-mail", mention.owner)
        for mention in reversed(found)
        if mention.kind == "name" and mention.owner
    }
    kept -= {fold(identifier.text) for identifier in personal}
    return People(tuple(personal), beside, frozenset(kept), spelt)


def _services(found: Iterable[Mention]) -> set[str]:
    """Addresses of service accounts. One that was ever a person's stays a person's."""
    services = {mention.text for mention in found if mention.kind == "service"}
    return services - {mention.owner for mention in found if mention.kind == "name" and mention.owner}


def _stays(mention: Mention, accounts: Mapping[tuple[str, str], _Account], services: set[str]) -> bool:
    if mention.kind == "e-mail":
        return fold(mention.text) in services | NOBODYS_EMAILS
    if mention.kind != "account":
        return False
    if mention.text in NOBODYS.get(mention.system, ()) or mention.text.endswith("[bot]"):
        return True
    if mention.system == "postgres" and mention.text.startswith("pg_"):
        return True  # PostgreSQL keeps the prefix for itself
    return accounts[(mention.system, mention.text)].of_nobody(services)


def _refuse_reserved(personal: Iterable[Identifier]) -> None:
    for identifier in personal:
        if identifier.kind == "account" and fold(identifier.text) in RESERVED:
            raise UsageError(
                f"the account {identifier.text!r} has the name of a word that the answers use themselves, so it cannot"
                " be replaced safely. Register it as a service account in roster and identity file and run: soc2kit"
                " collect --source company; or package without --redact"
            )
