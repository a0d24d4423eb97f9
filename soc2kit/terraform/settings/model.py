"""A setting, and how resources are found that speak of others."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from ..parse import Unresolved
from ..resources import Resource, open_parts, reference

YES, NO = "yes", "no"
#: Whose key encrypts: none of KMS, one that AWS manages, one of the company's; anything else is the key's own name.
NO_KEY, AWS_KEY, OWN_KEY = "none", "AWS", "own"
#: Which of several: a key of `for_each` or a number of `count` that is written out.
_KEY = re.compile(r'\[("[^"]*"|\d+)\]')


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


@dataclass
class _Links:
    """Resources by the address or the text that they lead to, those that lead to something of no known name, and those
    that may lead anywhere."""

    by_address: dict[str, list[Resource]] = field(default_factory=lambda: defaultdict(list))
    by_text: dict[str, list[Resource]] = field(default_factory=lambda: defaultdict(list))
    strange: list[tuple[Resource, str]] = field(default_factory=list)
    anywhere: list[Resource] = field(default_factory=list)


class World:
    """All resources, and which of them speak of which."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_type: dict[str, list[Resource]] = defaultdict(list)
        self._addresses: dict[tuple[str, str], Resource] = {}
        self._found: dict[tuple[Any, ...], _Links] = {}
        for one in resources:
            self._by_type[one.type].append(one)
            self._addresses[one.root, one.plain_address] = one

    def of_type(self, *types: str) -> Iterator[Resource]:
        for name in types:
            yield from self._by_type.get(name, [])

    def at(self, near: Resource, address: str | None) -> Resource | None:
        return None if address is None else self._addresses.get((near.root, address))

    def about(
        self, thing: Resource, types: tuple[str, ...], link: str, names: tuple[str, ...], *, opening: bool = False
    ) -> tuple[list[Resource], list[str]]:
        """Resources whose `link` leads to the thing, and in words those of which nobody can say where it leads.

        One of which a condition decides whether it is there protects nothing for sure, unless the thing, too, is there
        by a condition, which is taken to be the same; one that is `opening` something counts as there.
        """
        own = {text for name in names if isinstance(text := thing.values.get(name), str)}
        open_names = not own or any("${" in name for name in own)
        links = self._links(thing, types, link, names)
        sure = [one for name in sorted(own) for one in links.by_text.get(name, ())]
        perhaps = [f"{link} of {one.address}" for one in links.anywhere]
        perhaps += [f"{link} of {one.address}" for one, text in links.strange
                    if text not in own and (open_names or "${" in text)]  # fmt: skip
        for one in links.by_address.get(thing.plain_address, ()):
            led = _to_the_same(one, one.values[link].text, thing)
            if led:
                sure.append(one)
            elif led is None:
                perhaps.append(f"{link} of {one.address}")
        there = [one for one in sure if opening or thing.optional or not one.optional]
        return there, [*perhaps, *(f"whether {one.address} is there" for one in sure if one not in there)]

    def _links(self, thing: Resource, types: tuple[str, ...], link: str, names: tuple[str, ...]) -> _Links:
        """Where all resources of the types lead, put together once for each root."""
        key = (thing.root, thing.type, types, link, names)
        if key not in self._found:
            theirs = {text for other in self.of_type(thing.type) for name in names
                      if isinstance(text := other.values.get(name), str)}  # fmt: skip
            found = self._found[key] = _Links()
            for one in self.of_type(*types):
                if one.root == thing.root:
                    self._put(found, one, link, theirs)
        return self._found[key]

    def _put(self, found: _Links, one: Resource, link: str, theirs: set[str]) -> None:
        value = one.values.get(link)
        address = reference(one, value)
        if address is not None and self.at(one, address) is not None:
            found.by_address[address].append(one)
        elif not isinstance(value, str):
            found.anywhere.append(one)
        elif value in theirs:
            found.by_text[value].append(one)
        else:
            found.strange.append((one, value))


def _to_the_same(one: Resource, text: str, thing: Resource) -> bool | None:
    """Of several under one address, whether it is this one that is meant; None where that is not said."""
    (within, mine), (theirs, own) = _keys(thing), _keys(one)
    if within and theirs and within != theirs:
        return False
    said = _KEY.findall(text)
    if mine:
        return (said or own) == mine if said or own else None
    # A number is most often that of the only one there is, if it is there.
    return None if thing.optional and any(key.startswith('"') for key in said) else True


def _keys(resource: Resource) -> tuple[list[str], list[str]]:
    """Which of several modules, and of several resources in it."""
    within, _, name = resource.address.rpartition(f"{resource.type}.")
    return _KEY.findall(within), _KEY.findall(name)


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
