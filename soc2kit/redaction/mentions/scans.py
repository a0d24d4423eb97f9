"""Who is named in a report of a scanner: whoever told the tool to leave something out, and whose folder was scanned."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..report_files import parsed
from .model import Mention
from .texts import texts_of

#: Of Snyk an ignored entry: name and address of who ignored it.
_BY = "ignoredBy"
#: A person's folder on the machine of a scan, by its whole path. Folder and name are replaced, never a word alone.
_HOME = re.compile(r"""(?:^|[\s"'=(]|file:|[A-Za-z]:)[/\\]+((?:Users|home)[/\\]+[^/\\\s"')]+)""")


def report(data: bytes) -> Iterator[Mention]:
    """Of a form that cannot be read nothing is named, as nothing of it stays."""
    try:
        document = parsed(data)
    except ValueError:
        return
    yield from _ignored(document)
    yield from _homes(document)
    yield from texts_of(document)


def _homes(value: Any) -> Iterator[Mention]:
    if isinstance(value, str):
        yield from (Mention("account", found) for found in _HOME.findall(value))
    elif isinstance(value, list | Mapping):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _homes(inner)


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
