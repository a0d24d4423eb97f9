"""What the policy of a resource lets everybody do: every principal, and no condition that says who it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .conditions import Condition, certain
from .patterns import EVERY_ACTION, covers
from .statements import Statement, statements_of

#: Who it is, or from where, by something that is one company's alone. SNS gives each new topic a policy with the last.
_OF_ONE = {
    "aws:sourceaccount", "aws:principalaccount", "kms:calleraccount", "aws:principalorgid", "aws:sourceorgid",
    "aws:principalorgpaths", "aws:sourceorgpaths", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner",
}  # fmt: skip
_ARNS = {"aws:sourcearn", "aws:principalarn"}
_ASKING = {"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"}
_OWN = ("${aws:resourceaccount}", "${aws:resourceorgid}")
#: Nobody alone has a wider range of addresses.
_WIDEST = 8
_SHOWN = 3


def open_to_all(
    document: Mapping[str, Any], without_effect: Callable[[Condition], bool] = lambda _: False
) -> list[str]:
    """Statements that let everybody in, each in words with what it allows; `without_effect` tells of a condition that
    can never hold.

    A condition narrows where it names accounts, organisations, networks, addresses or ARNs of an account, with no way
    round it. A Deny of everybody takes away what it names where it has no condition, or that one alone the other way
    round. How a caller signs in, or through which service, does not say who it is.
    """
    statements = statements_of(document)
    denials = [one for one in statements if one.denies and everybody(one) and _closes(one.conditions)]
    found = []
    for one in statements:
        if one.denies or not everybody(one) or any(map(without_effect, one.conditions)):
            continue
        if any(_narrows(condition) for condition in certain(one.conditions, denying=False)):
            continue
        against = [deny for deny in denials if _of_the_same(deny, one)]
        left = [action for action in _allowed(one) if not any(deny.names(action) for deny in against)]
        if left:
            more = f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else ""
            found.append(f"{one.label} allows {', '.join(left[:_SHOWN])}{more}")
    return found


def everybody(statement: Statement) -> bool:
    """Of a Deny that leaves somebody out it is not; of an Allow it is all but the few."""
    if statement.not_principals:
        return not statement.denies
    return any(name == "*" for _, name in statement.principals)


def _of_the_same(deny: Statement, allow: Statement) -> bool:
    """Whether it speaks of all that is allowed; a copy of another thing's policy may name that thing."""
    if deny.not_resources or allow.not_resources:
        return deny.resources == ("*",) and not deny.not_resources
    return all(any(covers(wider, one) for wider in deny.resources) for one in allow.resources)


def _allowed(statement: Statement) -> Sequence[str]:
    return [EVERY_ACTION] if statement.not_actions else statement.actions


def _closes(conditions: Iterable[Condition]) -> bool:
    every = list(conditions)
    sure = certain(every, denying=True)
    return not every or (len(every) == 1 and len(sure) == 1 and _narrows(sure[0], denying=True))


def _narrows(condition: Condition, *, denying: bool = False) -> bool:
    key, operator = condition.key.lower(), condition.plain_operator
    if condition.negated != denying or operator.replace("not", "", 1) not in _ASKING or not condition.values:
        return False
    if key == "aws:sourceip":
        return operator.endswith("ipaddress") and all(_narrow_range(value) for value in condition.values)
    if key in _ARNS:
        return all(_of_an_account(value) for value in condition.values)
    return key in _OF_ONE and all(_literal(value) for value in condition.values)


def _literal(value: str) -> bool:
    """What an organisation's units are called may be a pattern; the organisation may not."""
    start = value.split("/")[0]
    return value.lower() in _OWN or (start != "" and not any(mark in start for mark in ("*", "?", "${")))


def _narrow_range(value: str) -> bool:
    length = value.partition("/")[2]
    return length == "" or (length.isdigit() and int(length) >= _WIDEST)


def _of_an_account(arn: str) -> bool:
    """Names of buckets are one company's by themselves, without an account."""
    parts = arn.split(":", 5)
    if len(parts) < len(("arn", "partition", "service", "region", "account", "name")):
        return False
    bucket = parts[2] == "s3" and _literal(parts[5])
    return bucket or parts[4].isdigit() or parts[4].lower() == _OWN[0]
