"""Whom the conditions of a trust policy name, of everybody that its principal lets in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .conditions import Condition, certain

_GITHUB = "token.actions.githubusercontent.com"
_ACCOUNT = re.compile(r"\d+")
_ORGANISATION = {"aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths"}


@dataclass(frozen=True)
class Named:
    """Who it is, by account or by owner on GitHub; both are empty where an organisation or a subject says it."""

    accounts: tuple[str, ...] = ()
    github_owners: tuple[str, ...] = ()


def named(
    principal: str, *, federated: bool, allowing: Sequence[Condition], denials: Iterable[Sequence[Condition]]
) -> Named | None:
    """What the conditions of a statement that lets a principal in, and of the Denies besides, say of who it is.

    None where they leave it open. Of a Deny with several conditions all must hold before it denies, so only one that
    stands alone makes sure of anything.
    """
    asked = [one for one in certain(allowing, denying=False) if not one.negated]
    for conditions in denials:
        if len(conditions) == 1:
            asked += [one for one in certain(conditions, denying=True) if one.negated and one.plain_operator != "null"]
    found = [_subject(principal, one) if federated else _identity(one) for one in asked]
    sure = [one for one in found if one is not None]
    # All conditions must hold: of several the narrowest counts, which is one that can be held against a list.
    return min(sure, key=lambda one: (not one.accounts and not one.github_owners, one.accounts), default=None)


def _identity(condition: Condition) -> Named | None:
    key = condition.key.lower()
    if key in _ORGANISATION:
        literal = all(_literal(value.split("/")[0]) for value in condition.values)
        return Named() if literal and condition.values else None
    if key in ("aws:principalaccount", "aws:sourceaccount"):
        accounts = list(condition.values)
    elif key in ("aws:principalarn", "aws:sourcearn"):
        accounts = [(value.split(":") + [""] * 5)[4] for value in condition.values]
    else:
        return None
    known = accounts and all(_ACCOUNT.fullmatch(account) for account in accounts)
    return Named(accounts=tuple(sorted(set(accounts)))) if known else None


def _subject(provider: str, condition: Condition) -> Named | None:
    """Of a provider of web identities everybody who can sign in there is let in unless the subject is named."""
    key = condition.key.lower()
    if not condition.values:
        return None
    if _GITHUB in provider.lower():
        return _github(key.rpartition(":")[2], condition.values)
    # Cognito names its pool of users by the audience; of the others the audience is AWS itself.
    suffixes = (":sub", ":aud", ":amr") if "cognito" in provider else (":sub", ":namespace_path")
    return Named() if key.endswith(suffixes) and all(map(_somebody, condition.values)) else None


def _github(claim: str, values: Sequence[str]) -> Named | None:
    if claim == "sub":
        found = [re.fullmatch(r"repo:([^/*?:]+)/.*", value) for value in values]
        owners = [match[1] for match in found if match]
    elif claim == "repository":
        owners = [value.split("/")[0] for value in values if "/" in value and _literal(value.split("/")[0])]
    elif claim == "repository_owner":
        owners = [value for value in values if _literal(value)]
    else:
        return None
    # GitHub writes the number of an owner behind its name where that was asked for, and looks at no case.
    short = sorted({owner.partition("@")[0].lower() for owner in owners})
    return Named(github_owners=tuple(short)) if len(owners) == len(values) else None


def _literal(text: str) -> bool:
    return text != "" and "*" not in text and "?" not in text


def _somebody(subject: str) -> bool:
    """Whether a subject begins with a name: what sort of thing it is, and then which one.

    `project_path:acme/web:…` of GitLab, `organization:acme:…` of Terraform Cloud. A number in braces is a name itself.
    """
    sort, *rest = re.split(r"[:/]", subject, maxsplit=2)
    return _literal(sort) and (not rest or sort.startswith("{") or _literal(rest[0]))
