"""The example company's registers of its assets and of what production shares, as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from ..period import stamp
from ..sources.assets import ASSET_COLUMNS, SHARING_COLUMNS
from .moments import living


def registers(entries: Mapping[str, Any], at: datetime, email: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    """Name and text of each file."""
    assets = [
        [
            entry["asset"], email(entry["owner"]), entry.get("environment", ""), entry.get("class", ""),
            entry.get("scope", ""),
        ]
        for entry in living(entries["assets"], at)
    ]  # fmt: skip
    shared = [
        [
            entry["resource"], entry["account"], email(entry["by"]), stamp(entry["approved"]), stamp(entry["ends"]),
            entry["reason"],
        ]
        for entry in entries["shared"]
        if entry["approved"] <= at
    ]  # fmt: skip
    return ("assets.csv", _csv(ASSET_COLUMNS, assets)), ("environment-exceptions.csv", _csv(SHARING_COLUMNS, shared))


def _csv(header: Iterable[str], rows: list[list[str]]) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return stream.getvalue()
