"""Who is named in pull requests: in their objects as elsewhere, and in what their commits say in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...evidence import Record
from .github import people
from .model import Mention, Pages

#: GitHub's own committer, which makes no commit and stands in the evidence of every company.
WEB_FLOW = "web-flow"
_TRAILER = re.compile(r"^[ \t]*[\w-]+-by:[ \t]*([^<>\n]+?)[ \t]*<([^<>\s]*)>", re.IGNORECASE | re.MULTILINE)


def pull_requests(pages: Pages, record: Record) -> Iterator[Mention]:
    """Actors of reviews and events, authors and committers with their addresses, owners of forks, and those whom a
    trailer of a message names: `Co-authored-by: Ada Lovelace <ada@example.org>`."""
    for mention in people(pages, record):
        if mention.kind == "account" and mention.text == WEB_FLOW:
            yield Mention("account", WEB_FLOW, "github", False)
        else:
            yield mention
    for message in _messages(pages):
        for name, email in _TRAILER.findall(message):
            if " " in name:
                yield Mention("name", name)
            if "@" in email and "[bot]@" not in email:
                yield Mention("e-mail", email)


def _messages(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for inner in value:
            yield from _messages(inner)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "message" and isinstance(inner, str):
                yield inner
            else:
                yield from _messages(inner)
