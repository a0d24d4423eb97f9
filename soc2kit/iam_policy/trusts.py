"""Who may assume a role, from its trust policy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .conditions import in_words
from .identities import Named, named
from .statements import Statement, statements_of

PrincipalKind = Literal["anyone", "account", "user", "role", "session", "service", "federated", "deleted", "other"]
_ASSUMING = ("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity")
_UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")


@dataclass(frozen=True)
class Trust:
    """A principal that a trust policy lets in. `names_who`: a condition says who of those it names, which may be by the
    `named_accounts` or the owners of repositories on GitHub that they are of."""

    label: str
    principal: str
    kind: PrincipalKind
    account: str | None
    condition: str
    names_who: bool
    external_id: bool
    mfa_required: bool
    named_accounts: tuple[str, ...] = ()
    github_owners: tuple[str, ...] = ()


def trusts_of(document: Mapping[str, Any]) -> list[Trust]:
    """One for each principal of each statement that lets it assume the role, in the document's order.

    An unconditional Deny of a principal, or of everybody, takes it away.
    """
    statements = [one for one in statements_of(document) if any(one.names(action) for action in _ASSUMING)]
    denials = [one for one in statements if one.denies]
    found: list[Trust] = []
    for statement in statements:
        if statement.denies:
            continue
        for principal in _principals(statement):
            mine = [deny for deny in denials if _includes(deny, principal)]
            if all(deny.conditions for deny in mine):
                found.append(_trust(statement, principal, mine))
    return found


def repeated(trusts: list[Trust]) -> set[str]:
    """Principals that more than one statement names."""
    return {name for name, times in Counter(trust.principal for trust in trusts).items() if times > 1}


def _principals(statement: Statement) -> Iterator[tuple[str, str]]:
    # Everybody but those that are named is everybody.
    yield from [("AWS", "*")] if statement.not_principals else statement.principals


def _includes(deny: Statement, principal: tuple[str, str]) -> bool:
    named = ("AWS", "*") in deny.principals or principal in deny.principals
    return named != deny.not_principals


def _trust(statement: Statement, principal: tuple[str, str], denials: list[Statement]) -> Trust:
    kind, account = _classified(*principal)
    asked = statement.conditions
    denied = [condition for deny in denials for condition in deny.conditions]
    # Several conditions of one Deny must all hold before it denies, so only a single one makes sure of anything.
    alone = [deny.conditions[0] for deny in denials if len(deny.conditions) == 1]
    who = named(
        principal[1], federated=kind == "federated", allowing=asked, denials=[one.conditions for one in denials]
    )
    words = [f"only {in_words(asked)}"] if asked else []
    words += [f"denied {in_words(deny.conditions)}" for deny in denials]
    return Trust(
        label=statement.label,
        principal=principal[1],
        kind=kind,
        account=account,
        condition=", ".join(words),
        names_who=who is not None,
        external_id=any(one.key.lower() == "sts:externalid" and not one.negated for one in asked),
        mfa_required=any(one.requires_mfa(denying=False) for one in asked)
        or any(one.requires_mfa(denying=True) for one in denied if one in alone),
        named_accounts=(who or Named()).accounts,
        github_owners=(who or Named()).github_owners,
    )


def _classified(kind: str, name: str) -> tuple[PrincipalKind, str | None]:
    """What sort of principal, and in which account, where it is in one."""
    if kind == "Service":
        return "service", None
    if name == "*":
        return "anyone", None
    scheme, *parts = name.split(":", 5)
    fields = dict(zip(("partition", "service", "region", "account", "name"), parts, strict=False))
    account = fields.get("account") or None
    if kind == "Federated":
        return "federated", account
    if kind != "AWS":
        return "other", None
    if name.isdigit():
        return "account", name
    if _UNIQUE_ID.fullmatch(name):
        return "deleted", None
    sort = fields.get("name", "").partition("/")[0] if scheme == "arn" else ""
    sorts: dict[str, PrincipalKind] = {"root": "account", "user": "user", "role": "role", "assumed-role": "session"}
    return sorts.get(sort, "other"), account
