"""GraphQL connections of the local GitHub: pages of a list, linked by cursor."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any


def listed(items: Sequence[Any], node: Callable[[Any], Any], most: int | None = None) -> Callable[..., dict[str, Any]]:
    """A field that answers with a page of `items`; no more than `most` are listed from the first, but all counted."""

    def resolve(_: Any, first: int | None = None, last: int | None = None, after: str | None = None) -> dict[str, Any]:
        if last is not None:
            ending = items[max(0, len(items) - last) :]
            return {**page_of(ending, node, last, None), "totalCount": len(items)}
        page = page_of(items[:most], node, len(items) if first is None else first, after)
        return {**page, "totalCount": len(items)}

    return resolve


def page_of(
    items: Sequence[Any], node: Callable[[Any], Any], first: int, after: str | None, prefix: str = ""
) -> dict[str, Any]:
    start = decode(after)[1] if after else 0
    end = min(start + first, len(items))
    return {
        "totalCount": len(items),
        "pageInfo": {"hasNextPage": end < len(items), "endCursor": encode([prefix, end]) if end > start else None},
        "nodes": [node(item) for item in items[start:end]],
    }


def encode(place: list[Any]) -> str:
    return base64.b64encode(json.dumps(place).encode()).decode()


def decode(cursor: str) -> list[Any]:
    place: list[Any] = json.loads(base64.b64decode(cursor))
    return place
