"""Whom the policy of a key lets both administer and use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .statements import Statement, statements_of

_ADMINISTERING = ("kms:putkeypolicy", "kms:schedulekeydeletion")
_USING = ("kms:encrypt", "kms:decrypt")


def administer_and_use(document: Mapping[str, Any]) -> list[str]:
    """Principals that may change the policy or delete the key, and may encrypt or decrypt with it; in order.

    By name, whatever conditions their statements have, unless a Deny of them or of everybody without a condition takes
    it away. Not: accounts as a whole (`root`), which leave it to their own policies, everybody, and AWS's services.
    """
    statements = statements_of(document)
    allowing = [one for one in statements if not one.denies and not one.not_principals]
    named = {name for one in allowing for kind, name in one.principals if kind == "AWS" and not _whole_account(name)}
    return sorted(
        name
        for name in named
        if _may(statements, allowing, name, _ADMINISTERING) and _may(statements, allowing, name, _USING)
    )


def _whole_account(name: str) -> bool:
    return name == "*" or name.isdigit() or name.endswith(":root")


def _may(
    statements: tuple[Statement, ...], allowing: list[Statement], name: str, actions: tuple[str, ...]
) -> bool:  # fmt: skip
    denials = [one for one in statements if one.denies and not one.conditions and _speaks_of(one, name)]
    mine = [one for one in allowing if ("AWS", name) in one.principals]
    return any(
        any(one.names(action) for one in mine) and not any(one.names(action) for one in denials) for action in actions
    )


def _speaks_of(deny: Statement, name: str) -> bool:
    listed = ("AWS", name) in deny.principals or any(who == "*" for _, who in deny.principals)
    return listed != deny.not_principals
