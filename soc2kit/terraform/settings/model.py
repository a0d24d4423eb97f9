"""A setting, and how resources are found that speak of others."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ..parse import Unresolved
from ..resources import Resource, open_parts, reference

YES, NO = "yes", "no"
#: Whose key encrypts: none of KMS, one that AWS manages, one of the company's; anything else is the key's own name.
NO_KEY, AWS_KEY, OWN_KEY = "none", "AWS", "own"


@dataclass(frozen=True)
class Setting:
    """One setting of one thing. `stands` is the resource in which it is written, or would have to be.

    `values` are texts, one for most settings. `why` says in Terraform's words what it depends on where it is not known.
    """

    thing: Resource
    stands: Resource
    kind: str
    name: str | None
    setting: str
    values: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    by_default: bool = False


@dataclass(frozen=True)
class Told:
    """What a resource says of an attribute; `value` is None where `why` says what it depends on."""

    value: Any
    why: tuple[str, ...] = ()
    by_default: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """As a setting has it."""
        if self.why:
            return ()
        return (YES if self.value is True else NO if self.value is False else str(self.value),)


@cache
def _defaults() -> Mapping[tuple[str, str], Any]:
    """What the provider does where an attribute is not written, as it documents it."""
    text = (files("soc2kit") / "library" / "terraform-defaults.csv").read_text(encoding="utf-8")
    words = {"true": True, "false": False}
    return {
        (row["type"], row["attribute"]): words.get(row["default"], row["default"])
        for row in csv.DictReader(text.splitlines())
    }


def told(kind: str, values: Mapping[str, Any] | Unresolved, name: str) -> Told:
    """An attribute of a resource or of a block in it (`kind` is then `aws_x.block`)."""
    if isinstance(values, Unresolved):
        return Told(None, tuple(open_parts(values)))
    value = values.get(name)
    if value is None or value == "":
        default = _defaults().get((kind, name))
        if default is None:
            return Told(None, (f"{name} is not written, and AWS decides",))
        return Told(default, by_default=True)
    unknown = open_parts(value)
    if unknown:
        return Told(None, tuple(unknown))
    return Told({"true": True, "false": False}.get(value, value) if isinstance(value, str) else value)


def called(resource: Resource, *names: str) -> str | None:
    """What a thing is called in AWS, with `${…}` for what is not known of it; None where nothing of it is."""
    for name in names:
        value = resource.values.get(name)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, Unresolved):
            return None
        prefix = resource.values.get(f"{name}_prefix")
        if isinstance(prefix, str) and prefix:
            return f"{prefix}${{a suffix of Terraform's}}"
    return None


class World:
    """All resources, and which of them speak of which."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_type: dict[str, list[Resource]] = defaultdict(list)
        self._addresses: dict[tuple[str, str], Resource] = {}
        for one in resources:
            self._by_type[one.type].append(one)
            self._addresses[one.root, one.plain_address] = one

    def of_type(self, *types: str) -> Iterator[Resource]:
        for name in types:
            yield from self._by_type.get(name, [])

    def at(self, near: Resource, address: str | None) -> Resource | None:
        return None if address is None else self._addresses.get((near.root, address))

    def about(
        self, thing: Resource, types: tuple[str, ...], link: str, names: tuple[str, ...]
    ) -> tuple[list[Resource], list[str]]:
        """Resources whose `link` leads to the thing, and in words those of which nobody can say where it leads."""
        sure: list[Resource] = []
        perhaps: list[str] = []
        own = {text for name in names if isinstance(text := thing.values.get(name), str)}
        for one in self.of_type(*types):
            if one.root != thing.root:
                continue
            leads = self._leads(one, link, thing, own, names)
            if leads:
                sure.append(one)
            elif leads is None:
                perhaps.append(f"{link} of {one.address}")
        return sure, perhaps

    def _leads(self, one: Resource, link: str, thing: Resource, own: set[str], names: tuple[str, ...]) -> bool | None:
        value = one.values.get(link)
        address = reference(one, value)
        if address is not None:
            return address == thing.plain_address if self.at(one, address) is not None else None
        if not isinstance(value, str):
            return None
        if value in own:
            return True
        theirs = {text for other in self.of_type(thing.type) for name in names
                  if isinstance(text := other.values.get(name), str)}  # fmt: skip
        open_names = "${" in value or not own or any("${" in name for name in own)
        return None if value not in theirs and open_names else False


def key_of(resource: Resource, value: Any, without: str) -> Told:
    """Whose key of KMS an attribute names; `without` where it is not written."""
    if value is None or value == "":
        return Told(without)
    address = reference(resource, value)
    if address is not None and address.rpartition(".")[0].endswith(("aws_kms_key", "aws_kms_alias", "_replica_key")):
        return Told(OWN_KEY)
    unknown = open_parts(value)
    if unknown:
        return Told(None, tuple(unknown))
    text = str(value)
    return Told(AWS_KEY if text.startswith("alias/aws/") or ":alias/aws/" in text else text)
