"""The names under which GitHub shows the checks of a job: its own, or one for each combination of its matrix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_OF_MATRIX = re.compile(r"matrix\.([\w-]+(?:\.[\w-]+)*)")
#: GitHub makes no more jobs of one matrix.
_MOST_JOBS = 256
Combination = dict[str, Any]


def check_names(job: str, body: Mapping[str, Any]) -> list[str] | None:
    """None when an expression decides that cannot be known from the file."""
    name = body.get("name")
    template = str(name) if isinstance(name, str | int | float) else None
    strategy = body.get("strategy")
    matrix = strategy.get("matrix") if isinstance(strategy, Mapping) else None
    if matrix is None:
        return None if template and _EXPRESSION.search(template) else [template or job]
    if template and _EXPRESSION.search(template) is None:
        # A name without an expression gets the values behind it, as the job's own id does.
        job, template = template, None
    combined = _combinations(matrix)
    if combined is None:
        return None
    made = [_filled(template, values) if template else _suffixed(job, named) for values, named in combined]
    known = [name for name in made if name is not None]
    return list(dict.fromkeys(known)) if len(known) == len(made) else None


def _combinations(matrix: Any) -> list[tuple[Combination, list[Any]]] | None:
    """Each combination: all of its values, and those that its name is made of. None when they are not written out."""
    if not isinstance(matrix, Mapping):
        return None
    axes = {str(key): value for key, value in matrix.items() if key not in ("include", "exclude")}
    extra, dropped = matrix.get("include", []), matrix.get("exclude", [])
    lists = [*axes.values(), extra, dropped]
    if not all(isinstance(value, list) for value in lists) or _size(axes) > _MOST_JOBS or len(extra) > _MOST_JOBS:
        return None
    if not all(isinstance(item, Mapping) for item in [*extra, *dropped]):
        return None
    base = [dict(zip(axes, values, strict=True)) for values in product(*axes.values())] if axes else []
    kept = [values for values in base if not any(_agrees(values, item) for item in dropped)]
    return _included(kept, extra)


def _size(axes: Mapping[str, list[Any]]) -> int:
    size = 1
    for values in axes.values():
        size *= len(values)
    return size


def _agrees(values: Combination, item: Mapping[Any, Any]) -> bool:
    return all(key in values and values[key] == value for key, value in item.items())


def _included(base: list[Combination], extra: list[Mapping[Any, Any]]) -> list[tuple[Combination, list[Any]]]:
    """`include` adds to each combination that it does not contradict, and else is one of its own.

    What is added to a combination is not in its name; one of its own is named by all that it has.
    """
    made = [(dict(values), list(values.values())) for values in base]
    own: list[tuple[Combination, list[Any]]] = []
    for item in extra:
        fitting = [
            position for position, values in enumerate(base)
            if all(values[str(key)] == value for key, value in item.items() if str(key) in values)
        ]  # fmt: skip
        for position in fitting:
            made[position][0].update({str(key): value for key, value in item.items()})
        if not fitting:
            own.append(({str(key): value for key, value in item.items()}, list(item.values())))
    return made + own


def _suffixed(job: str, values: list[Any]) -> str | None:
    shown = [text for value in values for text in _leaves(value)]
    if None in shown:
        return None
    return f"{job} ({', '.join(map(str, shown))})" if shown else job


def _leaves(value: Any) -> Iterator[str | None]:
    """The values inside a value, as GitHub writes them; None for what lies deeper than one level."""
    inner = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else [value]
    for one in inner:
        yield None if isinstance(one, Mapping | list) else _shown(one)


def _shown(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and _EXPRESSION.search(value):
        return None
    # YAML has made 3.10 the number 3.1, and GitHub shows it so.
    return f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)


def _filled(template: str, values: Combination) -> str | None:
    unknown = False

    def value(found: re.Match[str]) -> str:
        nonlocal unknown
        path = _OF_MATRIX.fullmatch(found[1])
        known: Any = values
        for step in path[1].split(".") if path else ():
            known = known.get(step) if isinstance(known, Mapping) else None
        text = None if path is None or isinstance(known, Mapping | list) else _shown(known)
        unknown = unknown or text is None
        return text or ""

    name = _EXPRESSION.sub(value, template)
    return None if unknown else name.strip()
