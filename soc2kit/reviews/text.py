"""The review file as text: one block an account, sorted, always formatted the same, so that a diff shows decisions.

It is YAML, read with every value as text: an account named `no` or `007` stays what it is. What cannot be read is an
error that names the line, never a value left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

import yaml

from ..errors import ReviewError, UsageError
from ..period import parse_moment
from .model import CHOICES, SCHEMA, Decision, Population, Review, Signature

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_PLAIN = re.compile(r"(?![0-9a-f]{16,}$)([A-Za-z][\w ./@+,()'&;=:→-]*[\w).?!]|[A-Za-z])")
_WORDS = {"yes", "no", "true", "false", "on", "off", "null", "y", "n"}
_MARKER = re.compile(r"(<{7}|>{7}|\|{7}) |={7}$")
_HEADER = """\
# Access review. The workbook writes this file; it may be edited by hand, but comments and other formatting do not last.
# A signature covers all of it: whatever is edited after signing has to be signed again.
"""
_POPULATION = ("snapshot_at", "rows", "sha256")
_DECISION = ("account", "access", "decision", "reason", "change_to", "decided_by", "decided_at", "row")
_OPTIONAL = {"change_to"}
_SIGNED = ("by", "at", "population_sha256", "content_sha256")


def dump(review: Review) -> str:
    lines = [f"schema: {SCHEMA}", f"period: {_scalar(review.period)}", f"system: {_scalar(review.system)}"]
    if review.population is not None:
        lines += ["population:", *_fields(asdict(review.population), "  ")]
    lines.append("decisions:" if review.decisions else "decisions: []")
    for account in sorted(review.decisions):
        first, *rest = _fields(asdict(review.decisions[account]), "    ")
        lines += [f"  - {first.strip()}", *rest]
    if review.signed is not None:
        lines += ["signed:", *_fields(asdict(review.signed), "  ")]
    return _HEADER + "\n".join(lines) + "\n"


def _fields(values: Mapping[str, Any], indent: str) -> Iterator[str]:
    for name, value in values.items():
        if value != "" or name not in _OPTIONAL:
            yield f"{indent}{name}: {value if isinstance(value, int) else _scalar(str(value))}"


def _scalar(text: str) -> str:
    """Plain where every YAML reader takes it for the same text, else in double quotes, with odd characters escaped."""
    if _PLAIN.fullmatch(text) and ": " not in text and text.lower() not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in quoted)


def parse(text: str, name: str) -> Review:
    """Raises `ReviewError` that names the file and the line for whatever is not a review."""
    for number, line in enumerate(text.splitlines(), start=1):
        if _MARKER.match(line):
            raise ReviewError(
                f"{name} line {number}: a merge left its conflict marker {line[:7]!r}. Settle it in an editor; until"
                " then nothing is written to the file"
            )
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark is not None else ""
        raise ReviewError(f"{name}{line}: not valid YAML ({getattr(error, 'problem', error)}). Correct it") from None
    return _review(_Reader(name), node)


class _Reader:
    """Values out of YAML nodes; what is wrong is said with the line."""

    def __init__(self, name: str) -> None:
        self.name = name

    def wrong(self, node: Any, words: str) -> ReviewError:
        line = node.start_mark.line + 1 if node is not None else 1
        return ReviewError(f"{self.name} line {line}: {words}")

    def mapping(self, node: Any, what: str, known: tuple[str, ...], optional: set[str]) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, f"{what} has to be `name: value` lines: {', '.join(known)}")
        found: dict[str, Any] = {}
        for key, value in node.value:
            if key.value not in known:
                raise self.wrong(key, f"{what} has {key.value!r}; known are {', '.join(known)}")
            if key.value in found:
                raise self.wrong(key, f"{what} has {key.value!r} a second time. Keep one")
            found[key.value] = value
        lacking = [field for field in known if field not in found and field not in optional]
        if lacking:
            raise self.wrong(node, f"{what} has no {', '.join(lacking)}")
        return found

    def text(self, node: Any, what: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self.wrong(node, f"{what} has to be one text")
        return str(node.value)

    def texts(
        self, node: Any, what: str, known: tuple[str, ...], optional: frozenset[str] = frozenset()
    ) -> dict[str, str]:
        found = self.mapping(node, what, known, set(optional))
        return {field: self.text(value, f"{what}: {field}") for field, value in found.items()}

    def checked(self, node: Any, check: Callable[[str], Any], text: str) -> None:
        try:
            check(text)
        except (UsageError, ValueError) as error:
            raise self.wrong(node, str(error)) from None


def _review(reader: _Reader, node: Any) -> Review:
    known = ("schema", "period", "system", "population", "decisions", "signed")
    found = reader.mapping(node, "the review", known, {"population", "signed"})
    schema = reader.text(found["schema"], "schema")
    if schema != SCHEMA:
        raise reader.wrong(found["schema"], f"schema is {schema!r}; this version reads {SCHEMA}")
    return Review(
        reader.text(found["period"], "period"),
        reader.text(found["system"], "system"),
        _population(reader, found.get("population")),
        _decisions(reader, found["decisions"]),
        _signature(reader, found.get("signed")),
    )


def _population(reader: _Reader, node: Any) -> Population | None:
    if node is None:
        return None
    values = reader.texts(node, "population", _POPULATION)
    reader.checked(node, parse_moment, values["snapshot_at"])
    if not values["rows"].isdecimal():
        raise reader.wrong(node, f"population: rows is {values['rows']!r}; write a number")
    return Population(values["snapshot_at"], int(values["rows"]), values["sha256"])


def _decisions(reader: _Reader, node: Any) -> dict[str, Decision]:
    if not isinstance(node, yaml.SequenceNode):
        raise reader.wrong(node, "decisions has to be a list; write `decisions: []` for none")
    found: dict[str, Decision] = {}
    lines: dict[str, int] = {}
    for entry in node.value:
        values = reader.texts(entry, "a decision", _DECISION, frozenset(_OPTIONAL))
        account = values["account"]
        if account in found:
            raise reader.wrong(
                entry, f"{account!r} is decided on line {lines[account]} already; keep the decision that stands"
            )
        if values["decision"] not in CHOICES:
            raise reader.wrong(
                entry, f"decision on {account!r} is {values['decision']!r}; known are {', '.join(CHOICES)}"
            )
        reader.checked(entry, parse_moment, values["decided_at"])
        found[account] = Decision(**{"change_to": "", **values})
        lines[account] = entry.start_mark.line + 1
    return found


def _signature(reader: _Reader, node: Any) -> Signature | None:
    if node is None:
        return None
    values = reader.texts(node, "signed", _SIGNED)
    reader.checked(node, parse_moment, values["at"])
    return Signature(**values)
