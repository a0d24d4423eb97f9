"""What a notebook cell calls. Opens a workspace, assesses it from its evidence, and shows the result part by part.

    book = workbook.open("demo", "2026-01-01..2026-06-30", "2026-07-01T06:00:00Z")
    book.test("AWS-IAM-03")

Nothing here reaches a source or writes a file, and every method returns something that Jupyter displays. What somebody
fills in, a form of `forms` writes.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..assessment import assess, frames_of
from ..config import FILE_NAME, load_config
from ..errors import UsageError
from ..history import latest_collection
from ..model import ReportType
from ..period import parse_moment
from .areas import Basis
from .book import Book

__all__ = ["EXAMPLE", "WORKSPACE_VARIABLE", "Basis", "Book", "locate", "open"]

WORKSPACE_VARIABLE = "SOC2KIT_WORKSPACE"
EXAMPLE = "demo"


def open(workspace: str = "", period: str = "", as_of: str = "", report_type: str = "II") -> Book:
    """Assess a workspace offline.

    An empty `workspace` is the one that SOC2KIT_WORKSPACE names, else the nearest folder `demo`; an empty `period` is
    the window, an empty `as_of` the latest collection; `report_type` is "I" or "II". Raises `ConfigError`, `UsageError`
    or `EvidenceDamaged`.
    """
    config = load_config(locate(workspace))
    if report_type not in ("I", "II"):
        raise UsageError(f'report_type is {report_type!r}; write "I" or "II"')
    chosen = config.calendar.parse(period) if period else None
    moment = parse_moment(as_of) if as_of else latest_collection(config)
    kind: ReportType = "I" if report_type == "I" else "II"
    frames = frames_of(config, period=chosen, as_of=moment, report_type=kind)
    assessment = assess(config, as_of=moment, report_type=kind, frames=frames)
    return Book(assessment, Basis(config, frames))


def locate(workspace: str) -> Path:
    """The workspace's folder; a relative name is looked for here and in the folders above, as notebooks lie deeper."""
    named = Path(workspace or os.environ.get(WORKSPACE_VARIABLE) or EXAMPLE)
    places = [base / named for base in (Path.cwd(), *Path.cwd().parents)]
    return next((place for place in places if (place / FILE_NAME).is_file()), named)
