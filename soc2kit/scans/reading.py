"""A report's bytes as scans, whichever tool wrote them. What cannot be read is told with its place, never left out."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterator
from typing import Any

from . import grype, sarif, snyk, trivy
from .model import Scan
from .values import At, Unreadable

#: Larger files are kept as evidence, and not read.
MOST_BYTES = 100_000_000
#: The one member of what a redacted copy has in place of a report that cannot be read: why it cannot.
STAND_IN = "unread_report"
_UNKNOWN = "unknown"
# Redirected by some shells, a tool's UTF-8 becomes UTF-16.
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_PDF = b"%PDF-"


def is_document(data: bytes) -> bool:
    """Whether it is for people alone, as a PDF is: kept, and never read."""
    return data.startswith(_PDF)


def read(data: bytes) -> tuple[Scan, ...]:
    """The scans of a report, at least one. One that says nothing but its problems stands for what cannot be read."""
    if len(data) > MOST_BYTES:
        return (unread(f"the file has {len(data)} bytes, and more than {MOST_BYTES} are not read"),)
    try:
        document = _parsed(data)
        return tuple(_form(document)(At(document, ""))) or (unread("the file holds no scan"),)
    except Unreadable as error:
        return (unread(str(error)),)


def unread(text: str) -> Scan:
    """What stands for a file that cannot be read."""
    return Scan(_UNKNOWN, problems=(text,))


def _parsed(data: bytes) -> Any:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return json.loads(data.decode(encoding), object_pairs_hook=_record, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise Unreadable(f"byte {error.start}: it is not {encoding} text") from None
    except json.JSONDecodeError as error:
        raise Unreadable(f"line {error.lineno}, column {error.colno}: it is not JSON ({error.msg})") from None
    except RecursionError:
        raise Unreadable("the file: lists within lists go deeper than can be read") from None
    except ValueError as error:
        raise Unreadable(f"the file: it is not JSON ({error})") from None


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a name that stands twice nobody can say which value counts."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable(f"the file: {twice[:80]!r} stands twice in one record")
    return made


def _no_number(text: str) -> Any:
    raise Unreadable(f"the file: {text} is no number of JSON")


def _form(document: Any) -> Callable[[At], Iterator[Scan]]:
    """By what each tool always writes."""
    first = document[0] if isinstance(document, list) and document else document
    if not isinstance(first, dict):
        raise Unreadable(f"the file: a record or a list of records is expected, not {type(first).__name__}")
    names = set(first)
    if names == {STAND_IN}:
        return lambda at: iter((unread(at.required(STAND_IN)),))
    if "runs" in names or "sarif" in str(first.get("$schema", "")).lower():
        return sarif.scans
    if "SchemaVersion" in names:
        return trivy.scans
    if "matches" in names and "descriptor" in names:
        return grype.scans
    if ("vulnerabilities" in names and "bomFormat" not in names) or {"ok", "error"} <= names:
        return snyk.scans
    raise Unreadable(f"the file: no form that is known has the members {', '.join(sorted(names)[:6]) or '(none)'}")
