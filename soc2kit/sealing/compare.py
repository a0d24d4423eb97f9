"""Differences between two assessments as data: what was sealed, and what the evidence gives when tested again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

#: Parts of the contract that are lists of things with an identity of their own.
_IDENTITY = {
    "tests": "id",
    "controls": "id",
    "criteria": "id",
    "counts": "label",
    "window": "dataset",
    "reconciliations": "id",
}


def differences(sealed: Mapping[str, Any], computed: Mapping[str, Any]) -> Iterator[str]:
    """Each number or word that differs, named as a reader of the results would: part, id, field, both values."""
    for part in sorted(set(sealed) | set(computed)):
        one, other = sealed.get(part), computed.get(part)
        if part == "tool" or one == other:
            continue
        if part in _IDENTITY and isinstance(one, list) and isinstance(other, list):
            yield from _of_list(part, _IDENTITY[part], one, other)
        else:
            yield f"{part}: sealed {one!r}, computed {other!r}"


def _of_list(part: str, identity: str, sealed: list[Any], computed: list[Any]) -> Iterator[str]:
    ours = {item.get(identity): item for item in sealed}
    theirs = {item.get(identity): item for item in computed}
    for name in [*ours, *(name for name in theirs if name not in ours)]:
        one, other = ours.get(name), theirs.get(name)
        if one is None or other is None:
            yield f"{part} {name}: only in what was {'computed' if one is None else 'sealed'}"
            continue
        for field in sorted(set(one) | set(other)):
            if one.get(field) != other.get(field):
                yield f"{part} {name}: {field}: {_both(one.get(field), other.get(field))}"


def _both(sealed: Any, computed: Any) -> str:
    """Two values; of lists only what one has and the other has not, as populations are long."""
    if isinstance(sealed, list) and isinstance(computed, list):
        only_sealed = [item for item in sealed if item not in computed]
        only_computed = [item for item in computed if item not in sealed]
        return f"only sealed {only_sealed!r}, only computed {only_computed!r}"
    return f"sealed {sealed!r}, computed {computed!r}"
