"""Conditions of a statement: in words, and what they limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .patterns import covers, normal

#: How, when and from where somebody connects. A right under such a condition is as wide as without it.
_CONNECTION = {
    "aws:multifactorauthpresent", "aws:multifactorauthage", "aws:sourceip", "aws:vpcsourceip", "aws:sourcevpc",
    "aws:sourcevpce", "aws:securetransport", "aws:requestedregion", "aws:currenttime", "aws:epochtime",
    "aws:tokenissuetime", "aws:useragent", "aws:referer", "s3:tlsversion",
}  # fmt: skip
#: Who it is. Whoever holds a right under such a condition has it, or does not: it is no narrower for it.
_WHO = {
    "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:principaltype",
    "aws:principalisawsservice", "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths",
    "aws:userid", "aws:username", "aws:federatedprovider",
}  # fmt: skip
#: Whose it is: everything that rights in the own account reach is the account's, and its organisation's.
_OWNER = {"aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths"}
_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
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
    def of_all(self) -> bool:
        """Whether all of a key's values are asked for, of which there may be none."""
        return self.operator.lower().startswith("forallvalues:")

    @property
    def of_any(self) -> bool:
        return self.operator.lower().startswith("foranyvalue:")

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
    def on_holder(self) -> bool:
        """Whether it asks who somebody is, or whose what is asked for is, and not what it is."""
        key = self.key.lower()
        return key in _WHO or key in _OWNER or key.startswith("aws:principaltag/")

    def lets_through(self, service: str) -> bool:
        """Whether what it asks for is what a way to administration needs: the service, or the administrators' policy.

        Values are compared without regard to case, which errs on the side of the right.
        """
        needed = {"iam:passedtoservice": service, "iam:policyarn": _ADMINISTRATOR.lower()}.get(self.key.lower(), "")
        return needed != "" and any(covers(normal(value.lower()), needed) for value in self.values)

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


def certain(conditions: Iterable[Condition], *, denying: bool) -> list[Condition]:
    """Conditions that a request without the key does not get past.

    An Allow lets it past where the key may be absent or all of no values are asked for, unless another condition says
    that the key is there; a Deny where it asks for any of no values.
    """
    every = list(conditions)
    present = {
        one.key.lower()
        for one in every
        if one.plain_operator == "null" and {v.lower() for v in one.values} == {"false"}
    }
    return [
        one
        for one in every
        if (not one.of_any if denying else not (one.if_exists or one.of_all)) or one.key.lower() in present
    ]


def narrows(conditions: Iterable[Condition], *, denying: bool, service: str = "") -> bool:
    """Whether conditions limit what can be done, beyond how somebody connects, who it is and whose things they are.

    Allowing "where the tag is red" leaves little, "where it is not red" leaves most; a Deny the other way round. That a
    key is there, whatever its value, leaves most, too. `service` is what a role is to be passed to.
    """
    return any(
        not (one.on_connection or one.on_holder or one.open or one.lets_through(service))
        and one.negated == denying
        and (denying or one.plain_operator != "null")
        for one in certain(conditions, denying=denying)
    )
