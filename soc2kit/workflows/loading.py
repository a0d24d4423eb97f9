"""A workflow file as plain data: YAML the way GitHub takes it, and nothing that would make an object of a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from ..errors import Soc2kitError


class Unreadable(Soc2kitError):
    """A file that GitHub would not run either; what is in it is not known."""


@dataclass(frozen=True)
class Workflow:
    """One file. `triggers` are the events that start it, each with its filters."""

    path: str
    name: str
    triggers: Mapping[str, Mapping[str, Any]]
    jobs: Mapping[str, Mapping[str, Any]]
    #: The shell of steps that name none; None is GitHub's own default.
    shell: str | None


class _Loader(yaml.SafeLoader):
    """YAML 1.2, as GitHub reads it: `on` and `yes` are texts, and so are dates."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    # A key without a value has an empty text, which has no first letter.
    ("null", r"~|null|Null|NULL|", [*"~nN", ""]),
    ("int", r"[-+]?[0-9]+", [*"-+0123456789"]),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", [*"-+0123456789."]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)


def _number(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int | str:
    """A number with a zero before it is written out as it stands, not read as octal."""
    text = loader.construct_scalar(node)
    return text if re.match(r"[-+]?0\d", text) or len(text) > 18 else int(text)


def _text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    """Halves of a character, which YAML lets a text spell with escapes, put together; one by itself is no text."""
    text = loader.construct_scalar(node)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    if not all(isinstance(key, str | int | float | bool | None) for key in keys):
        raise Unreadable("a key that is not a text")
    twice = next((key for position, key in enumerate(keys) if key in keys[:position]), None)
    if twice is not None:
        raise Unreadable(f"the key {twice!r} stands there twice")
    return {key: loader.construct_object(value, deep=True) for key, (_, value) in zip(keys, node.value, strict=True)}


_Loader.add_constructor("tag:yaml.org,2002:int", _number)
_Loader.add_constructor("tag:yaml.org,2002:str", _text)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load(path: str, text: str) -> Workflow:
    """Raises `Unreadable` for anything that is not a workflow."""
    try:
        document = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        raise Unreadable(f"not YAML{f', line {where.line + 1}' if where else ''}") from error
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"a value that is none ({error})") from error
    if not isinstance(document, Mapping):
        raise Unreadable("not a mapping, as a workflow is")
    triggers = _triggers(document.get("on"))
    jobs = document.get("jobs")
    if not isinstance(jobs, Mapping) or not all(isinstance(job, Mapping) for job in jobs.values()):
        raise Unreadable("no jobs")
    name = document.get("name")
    return Workflow(path, name if isinstance(name, str) else path, triggers, _named(jobs), shell_of(document))


def _named(jobs: Mapping[Any, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(key): job for key, job in jobs.items()}


def shell_of(holder: Mapping[str, Any]) -> str | None:
    """The shell that a workflow or job sets for its steps."""
    defaults = holder.get("defaults")
    run = defaults.get("run") if isinstance(defaults, Mapping) else None
    shell = run.get("shell") if isinstance(run, Mapping) else None
    return shell if isinstance(shell, str) else None


def _triggers(on: Any) -> dict[str, Mapping[str, Any]]:
    if isinstance(on, str):
        return {on: {}}
    if isinstance(on, list) and all(isinstance(event, str) for event in on):
        return {event: {} for event in on}
    if isinstance(on, Mapping) and on:
        return {str(event): filters if isinstance(filters, Mapping) else {} for event, filters in on.items()}
    raise Unreadable("no events that start it")


def texts(value: Any) -> list[str]:
    """A text, or a list of them, as a list; anything else is none."""
    if isinstance(value, str):
        return [value]
    return [str(item) for item in value if isinstance(item, str | int | float)] if isinstance(value, list) else []
