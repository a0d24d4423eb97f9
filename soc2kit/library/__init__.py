"""Criteria and controls as data. A company overlays its own controls with `controls.yaml` in the workspace."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from ..errors import ConfigError
from ..model import Control, Criterion

_HERE = files(__package__)
FREQUENCIES = ("daily", "weekly", "monthly", "quarterly", "annual", "continuous", "per-occurrence")


@cache
def criteria() -> tuple[Criterion, ...]:
    """All 61 Trust Services Criteria, by identifier, with titles of our own."""
    text = (_HERE / "criteria.csv").read_text(encoding="utf-8")
    return tuple(
        Criterion(row["id"], row["category"], row["series"], row["title"]) for row in csv.DictReader(text.splitlines())
    )


def controls(workspace: Path | None = None) -> tuple[Control, ...]:
    """The control library, with the company's own `controls.yaml` laid over it.

    A control of the same id replaces ours, field by field; another id is added. Raises `ConfigError` naming the control
    and field that is missing or unknown.
    """
    library = {
        entry["id"]: entry for entry in _parse((_HERE / "controls.yaml").read_text(encoding="utf-8"))["controls"]
    }
    own = (workspace / "controls.yaml") if workspace else None
    if own is not None and own.exists():
        for entry in _own(own):
            library[entry["id"]] = {**library.get(entry["id"], {}), **entry}
    return tuple(_control(entry) for entry in library.values())


def _parse(text: str) -> Any:
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _own(path: Path) -> list[dict[str, Any]]:
    try:
        document = _parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path} is not valid YAML: {error}") from error
    entries = document.get("controls") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) and "id" in entry for entry in entries):
        raise ConfigError(f"{path}: write `controls:` and under it a list of controls, each with an `id`")
    return entries


def _control(entry: Mapping[str, Any]) -> Control:
    known = {criterion.id for criterion in criteria()}
    try:
        control = Control(
            id=entry["id"],
            title=entry["title"],
            statement=entry["statement"],
            owner=entry["owner"],
            criteria=tuple(entry["criteria"]),
            frequency=entry["frequency"],
            nature=entry["nature"],
            category=entry["evidence"]["category"],
            test=dict(entry["test"]),
            remediation=entry["gap"]["remediation"],
            effort_days=float(entry["gap"]["effort_days"]),
            applies_if=entry.get("applies_if"),
            effective_from=entry.get("effective_from"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            f"control {entry.get('id')!r}: {type(error).__name__} at {error}; compare with the library"
        ) from error
    if control.frequency not in FREQUENCIES:
        raise ConfigError(
            f"control {control.id}: frequency is {control.frequency!r}; known are {', '.join(FREQUENCIES)}"
        )
    if control.effective_from is not None and type(control.effective_from) is not date:
        raise ConfigError(
            f"control {control.id}: effective_from is {control.effective_from!r}; write a day, as in 2026-03-01"
        )
    for criterion in control.criteria:
        if criterion not in known:
            raise ConfigError(f"control {control.id}: {criterion!r} is not one of the {len(known)} criteria")
    return control


def in_scope(criterion: Criterion, categories: tuple[str, ...]) -> bool:
    return criterion.category.lower().split(" (")[0] in categories


def applies(control: Control, categories: tuple[str, ...]) -> bool:
    """Whether a control serves a criterion in scope, and its own condition holds."""
    served = any(in_scope(criterion, categories) for criterion in criteria() if criterion.id in control.criteria)
    wanted = (control.applies_if or "security").split(" or ")
    return served and any(category in categories for category in wanted)
