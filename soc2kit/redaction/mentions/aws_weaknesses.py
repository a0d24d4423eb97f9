"""Who is named where ECR and Inspector tell of images: whoever wrote into an image that it is theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...evidence import Record
from .model import Mention, Pages, people_in

_ADDRESS = re.compile(r"\s*<[^<>]*>\s*$")


def authors(pages: Pages, record: Record) -> Iterator[Mention]:
    """Images' authors, as `MAINTAINER` of a Dockerfile writes them; addresses any text is searched for."""
    for page in pages:
        yield from _of(page["answer"])


def _of(value: Any) -> Iterator[Mention]:
    if isinstance(value, list):
        for inner in value:
            yield from _of(inner)
    if isinstance(value, Mapping):
        if isinstance(value.get("author"), str):
            yield from people_in({"author": _ADDRESS.sub("", value["author"])}, "author")
        for inner in value.values():
            yield from _of(inner)
