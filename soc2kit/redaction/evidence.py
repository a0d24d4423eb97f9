"""Evidence rewritten with pseudonyms: each file in its own form, and a new chain of records over the new files.

Each record says which file and which line of the original it was made from, so that whoever holds the original can
match the two.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..evidence.ledger import FILE_NAME, GENESIS, encode
from .pseudonyms import Replacer

#: What people write freely and no test reads.
FREE_TEXT = {"title", "messageHeadline", "messageBody", "message", "body", "headRefName", "bio", "avatar_url"}
REDACTED_TEXT = "[redacted text]"
_OWN = ("schema", "seq", "path", "sha256", "bytes", "previous", "tool", "derived_from")


def redact_value(value: Any, replacer: Replacer) -> Any:
    """A JSON value with pseudonyms in its texts; names of fields stay, numbers beside a login go."""
    if isinstance(value, str):
        return replacer.text(value)
    if isinstance(value, list):
        return [redact_value(inner, replacer) for inner in value]
    if isinstance(value, Mapping):
        return {key: _field(key, inner, value, replacer) for key, inner in value.items()}
    return value


def _field(key: str, value: Any, around: Mapping[str, Any], replacer: Replacer) -> Any:
    if key in FREE_TEXT and isinstance(value, str):
        return REDACTED_TEXT
    if key in ("id", "node_id", "gravatar_id") and replaced_login(around, replacer):
        return None
    return redact_value(value, replacer)


def replaced_login(around: Mapping[str, Any], replacer: Replacer) -> bool:
    login = around.get("login")
    return isinstance(login, str) and replacer.text(login) != login


def redact_file(path: str, data: bytes, replacer: Replacer) -> bytes:
    """One evidence file. JSON keeps its form of one page a line, so that people can read it as before."""
    text = data.decode("utf-8")
    if not path.endswith(".json"):
        return replacer.text(text).encode()
    lines = [
        json.dumps(redact_value(page, replacer), ensure_ascii=False, separators=(",", ":")) for page in json.loads(text)
    ]
    return ("[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n").encode()


def redact_evidence(source: Path, target: Path, replacer: Replacer) -> int:
    """Write every recorded file and the new ledger below `target`; how many files were changed."""
    target.mkdir(parents=True)
    previous, changed = GENESIS, 0
    digests: dict[str, str] = {}
    with (target / FILE_NAME).open("wb") as ledger:
        for line in (source / FILE_NAME).read_bytes().splitlines(keepends=True):
            fields = json.loads(line)
            own = {key: value if key in _OWN else redact_value(value, replacer) for key, value in fields.items()}
            if fields["path"] is not None:
                data = (source / fields["path"]).read_bytes()
                new = redact_file(fields["path"], data, replacer)
                _put(target / fields["path"], new)
                changed += new != data
                own |= {"sha256": hashlib.sha256(new).hexdigest(), "bytes": len(new)}
                digests[fields["sha256"]] = own["sha256"]
            if "derived_from" in fields:
                own["derived_from"] = digests.get(fields["derived_from"], fields["derived_from"])
            own["redacted_from"] = {"sha256": fields["sha256"], "line_sha256": hashlib.sha256(line).hexdigest()}
            written = encode({**own, "previous": previous})
            previous = hashlib.sha256(written).hexdigest()
            ledger.write(written)
    return changed


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
