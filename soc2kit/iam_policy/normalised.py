"""Policy documents in one form, however they are written, so that two can be held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .conditions import Condition
from .statements import Statement, statements_of


def normalised(document: Mapping[str, Any]) -> list[str]:
    """One line for each action on each resource, whatever statement it stands in; exceptions stay together.

    Order, names of statements, the case of actions and one value for a list of one make no difference.
    """
    return sorted({line for one in statements_of(document) for line in _lines(one)})


def _lines(one: Statement) -> Iterator[str]:
    effect = "deny" if one.denies else "allow"
    conditions = " and ".join(map(_condition, one.conditions))
    for action in _each(one.actions, one.not_actions):
        for resource in _each(one.resources, one.not_resources):
            yield f"{effect} {action} on {resource}" + (f" if {conditions}" if conditions else "")


def _each(names: tuple[str, ...], excepted: bool) -> list[str]:
    every = sorted(set(names))
    return [f"all but {' '.join(every)}"] if excepted else every


def _condition(one: Condition) -> str:
    return f"{one.operator.lower()} {one.key.lower()} {'|'.join(one.values)}"
