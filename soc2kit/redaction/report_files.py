"""Reports of scanners with pseudonyms: what people wrote, and of which machine it was, is left out."""

from __future__ import annotations

import codecs
import json
from typing import Any

from ..scans.reading import STAND_IN, is_document, read
from .answers import REDACTED_TEXT, redact_value
from .fields import FREE_TEXT, Fields
from .replacer import Replacer

#: Texts of people, and of the machine and the command that made a report. `message` and `location` are the tool's own:
#: tests read the package and the path from them.
_BLANK = (FREE_TEXT - {"message", "location"}) | {
    "justification", "reason", "statement", "ignoredby", "comment", "account", "machine", "commandline", "arguments",
    "workingdirectory", "executablelocation", "environmentvariables", "responsefiles", "processid", "snippet",
    "contextregion", "match", "author", "guid", "correlationguid", "originaluribaseids", "markdown", "credit",
    "code", "maintainer", "org", "policy",
}  # fmt: skip
_FIELDS = Fields(blank=frozenset(_BLANK))


def redact_report(data: bytes, replacer: Replacer) -> bytes:
    """A report field by field. Of one that cannot be read only the reason stays, and of a PDF only that it was one."""
    if is_document(data):
        return data[:8].split(b"\n")[0] + b"\n" + REDACTED_TEXT.encode()
    first = read(data)[0]
    if first.tool == "unknown" and not first.results:
        return _written({STAND_IN: replacer.text("; ".join(first.problems))})
    return _written(redact_value(parsed(data), replacer, _FIELDS))


def _written(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def parsed(data: bytes) -> Any:
    """The document of a report, by whichever mark it begins with. Raises `ValueError` for what is no JSON."""
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return json.loads(data.decode("utf-16" if wide else "utf-8-sig"))
    except RecursionError:
        raise ValueError("too deep") from None
