"""Who is named in a report of a scanner: whoever told the tool to leave something out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..report_files import parsed
from .model import Mention
from .texts import texts_of

#: Of Snyk an ignored entry: name and address of who ignored it.
_BY = "ignoredBy"


def report(data: bytes) -> Iterator[Mention]:
    """Of a form that cannot be read nothing is named, as nothing of it stays."""
    try:
        document = parsed(data)
    except ValueError:
        return
    yield from _ignored(document)
    yield from texts_of(document)


def _ignored(value: Any) -> Iterator[Mention]:
    if isinstance(value, list):
        for inner in value:
            yield from _ignored(inner)
    if isinstance(value, Mapping):
        by = value.get(_BY)
        name = by.get("name") if isinstance(by, Mapping) else by
        if isinstance(name, str) and " " in name.strip():
            yield Mention("name", name.strip())
        for inner in value.values():
            yield from _ignored(inner)
