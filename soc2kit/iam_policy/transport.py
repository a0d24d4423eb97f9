"""Whether a bucket's policy refuses connections without TLS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .patterns import covers, meet
from .statements import Statement, statements_of


def plain_http_denied(policy: Mapping[str, Any], arn: str) -> bool:
    """Of the bucket and of every object in it; a condition beside the one on TLS would let somebody through."""
    denials = [one for one in statements_of(policy) if _denies_plain_http(one)]
    return all(any(_speaks_of(one, resource) for one in denials) for resource in (arn, f"{arn}/*"))


def _denies_plain_http(statement: Statement) -> bool:
    everybody = ("AWS", "*") in statement.principals and not statement.not_principals
    # Of "all but these" no action and, below, no object of the bucket may be left out.
    whole = statement.names("s3:*") and not (statement.not_actions and any(meet(a, "s3:*") for a in statement.actions))
    if not (statement.denies and everybody and whole and len(statement.conditions) == 1):
        return False
    (condition,) = statement.conditions
    values = {value.lower() for value in condition.values}
    return (condition.key.lower(), condition.plain_operator, values) == ("aws:securetransport", "bool", {"false"})


def _speaks_of(statement: Statement, resource: str) -> bool:
    if statement.not_resources:
        return not any(meet(one, resource) for one in statement.resources)
    return any(covers(one, resource) for one in statement.resources)
