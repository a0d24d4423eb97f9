"""Names with wildcards: `*` stands for any text, `?` for one character."""

from __future__ import annotations

import re
from functools import lru_cache

#: Every action of every service.
EVERY_ACTION = "*:*"
_ARN_PARTS = 5  # partition, service, region, account, name
_RUN = re.compile(r"[*?]{2,}")


def normal(pattern: str) -> str:
    """Runs of wildcards in one order: `**` is `*`, and `*?` is `?*`."""
    return _RUN.sub(lambda run: "?" * run[0].count("?") + "*" * ("*" in run[0]), pattern)


@lru_cache(maxsize=50_000)
def _regex(pattern: str) -> re.Pattern[str]:
    # A `?` may stand for a single character or for the `?` of a pattern, but never for a `*`.
    parts = [{"*": ".*", "?": "[^*]"}.get(letter) or re.escape(letter) for letter in pattern]
    return re.compile("".join(parts), flags=re.S)


def covers(wider: str, narrower: str) -> bool:
    """Whether a pattern matches everything that another (or a plain name) matches. Both as `normal` gives them."""
    return wider == narrower or _regex(wider).fullmatch(narrower) is not None


@lru_cache(maxsize=50_000)
def meet(one: str, other: str) -> bool:
    """Whether some name matches both patterns."""
    row = [other[:length].strip("*") == "" for length in range(len(other) + 1)]
    for letter in one:
        following = [row[0] and letter == "*"]
        for position, theirs in enumerate(other):
            if "*" in (letter, theirs):
                following.append(row[position + 1] or following[position])
            else:
                following.append(row[position] and (letter == theirs or "?" in (letter, theirs)))
        row = following
    return row[-1]


def reach(resource: str, account: str | None) -> tuple[str, str]:
    """How far a resource pattern goes: `("all", "")`, `("service", "s3")` or `("", "")`.

    An account other than the principal's own is not "all": what stands there is not the account's. Where `account` is
    not known any account number counts.
    """
    if resource.strip("*") == "":
        return "all", ""
    scheme, *parts = resource.split(":", 5)
    if scheme != "arn" or (len(parts) < _ARN_PARTS and parts[-1:] != ["*"]):
        return "", ""
    # A star at the end stands for the parts that are not written, too.
    _, service, region, owner, name = (*parts, *["*"] * (_ARN_PARTS - len(parts)))
    if _open(region) and _owned(owner, account):
        if name == "*" and _open(service):
            return "all", ""
        if name == "*" and "*" not in service:
            return "service", service
    return "", ""


def _open(part: str) -> bool:
    return part.strip("*") == ""


def _owned(part: str, account: str | None) -> bool:
    return _open(part) or (part == account if account else part.isdigit())
