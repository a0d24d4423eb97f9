"""Conditions of a statement: in words, and what they limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: How, when and from where somebody connects. A right under such a condition is as wide as without it.
_CONNECTION = {
    "aws:multifactorauthpresent", "aws:multifactorauthage", "aws:sourceip", "aws:vpcsourceip", "aws:sourcevpc",
    "aws:sourcevpce", "aws:securetransport", "aws:requestedregion", "aws:currenttime", "aws:epochtime",
    "aws:tokenissuetime", "aws:useragent", "aws:referer", "s3:tlsversion",
}  # fmt: skip
#: Who it is. `sts:ExternalId` is not among them: it is no secret, and whoever knows it may be anybody.
_WHO = {
    "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:sourcearn",
    "aws:sourceaccount", "aws:sourceorgid", "aws:userid", "aws:username",
}  # fmt: skip
_OPERATORS = {
    "stringequals": "is", "stringequalsignorecase": "is", "stringlike": "is like", "arnequals": "is",
    "arnlike": "is like", "numericequals": "is", "dateequals": "is", "bool": "is", "ipaddress": "is in",
    "binaryequals": "is", "stringnotequals": "is not", "stringnotequalsignorecase": "is not",
    "stringnotlike": "is not like", "arnnotequals": "is not", "arnnotlike": "is not like",
    "numericnotequals": "is not", "datenotequals": "is not", "notipaddress": "is not in",
    "numericlessthan": "is under", "numericlessthanequals": "is at most", "numericgreaterthan": "is over",
    "numericgreaterthanequals": "is at least", "datelessthan": "is before", "datelessthanequals": "is not after",
    "dategreaterthan": "is after", "dategreaterthanequals": "is not before",
}  # fmt: skip
_SHOWN = 4


@dataclass(frozen=True)
class Condition:
    """One key of one operator. Several must all hold; of several values one is enough."""

    operator: str
    key: str
    values: tuple[str, ...]

    @property
    def plain_operator(self) -> str:
        """Lower case, without the set prefix and the suffix that lets a missing key pass."""
        return self.operator.lower().split(":")[-1].removesuffix("ifexists")

    @property
    def if_exists(self) -> bool:
        return self.operator.lower().endswith("ifexists")

    @property
    def negated(self) -> bool:
        return "not" in self.plain_operator or (self.plain_operator == "null" and "true" in self.values)

    @property
    def open(self) -> bool:
        """Whether any value would do."""
        return self.plain_operator.endswith("like") and any(value.strip("*") == "" for value in self.values)

    @property
    def on_connection(self) -> bool:
        return self.key.lower() in _CONNECTION

    @property
    def on_identity(self) -> bool:
        return self.key.lower() in _WHO and not self.open

    def requires_mfa(self, *, denying: bool) -> bool:
        """Whether nobody without MFA passes. A key that a program's access keys do not send passes `…IfExists`."""
        key, values = self.key.lower(), {value.lower() for value in self.values}
        if denying:
            absent = key == "aws:multifactorauthage" and self.plain_operator == "null" and values == {"true"}
            return absent or (
                key == "aws:multifactorauthpresent" and self.operator.lower() == "boolifexists" and values == {"false"}
            )
        present = key == "aws:multifactorauthpresent" and self.plain_operator == "bool" and values == {"true"}
        recent = key == "aws:multifactorauthage" and self.plain_operator.startswith("numericless")
        return (present or recent) and not self.if_exists

    @property
    def words(self) -> str:
        key = self.key.lower()
        if key == "aws:multifactorauthpresent" and self.plain_operator == "bool":
            with_it = {value.lower() for value in self.values} == {"true"}
            return ("with MFA" if with_it else "without MFA") + (" where the sign-in says so" if self.if_exists else "")
        if key == "aws:sourceip" and self.plain_operator in ("ipaddress", "notipaddress"):
            return f"{'not ' if self.negated else ''}from {self._listed()}"
        if self.plain_operator == "null":
            return f"{self.key} is {'absent' if self.negated else 'present'}"
        operator = _OPERATORS.get(self.plain_operator, self.operator)
        return f"{self.key} {operator} {self._listed()}" + (" or absent" if self.if_exists else "")

    def _listed(self) -> str:
        more = len(self.values) - _SHOWN
        shown = list(self.values[:_SHOWN]) + ([f"{more} more"] if more > 0 else [])
        return " or ".join(shown)


def conditions_of(block: Mapping[str, Any]) -> tuple[Condition, ...]:
    """The conditions of a statement, in one order however they are written."""
    found = [
        Condition(operator, key, tuple(sorted(map(_text, listed(values)))))
        for operator, keys in block.items()
        for key, values in keys.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.key.lower(), one.operator)))


def listed(value: Any) -> list[Any]:
    """IAM takes one value for a list of one."""
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def in_words(conditions: Iterable[Condition]) -> str:
    return " and ".join(condition.words for condition in conditions)


def narrows(conditions: Iterable[Condition], *, denying: bool) -> bool:
    """Whether conditions limit what can be done, beyond how somebody connects.

    Allowing "where the tag is red" leaves little, "where it is not red" leaves most; a Deny the other way round.
    """
    return any(
        not condition.on_connection and not condition.open and condition.negated == denying for condition in conditions
    )
