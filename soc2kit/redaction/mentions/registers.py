"""Who is named in the company's registers of assets and of what production shares."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from ...evidence import Record
from .model import Mention, people_in


def assets(text: str, record: Record) -> Iterator[Mention]:
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield from people_in(row, "owner")


def environment_exceptions(text: str, record: Record) -> Iterator[Mention]:
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield from people_in(row, "approved_by")
