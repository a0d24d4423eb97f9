"""The frames that views of changes read; one that is not there says in words why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ..errors import Soc2kitError
from ..evidence import Record
from ..frames import FrameSet
from ..frames.table import FRAMES
from ..model import Frame
from ..period import stamp


class Source(Protocol):
    """What the views ask of evidence."""

    def read(self, name: str) -> Frame | str:
        """A frame, or in words why there is none."""

    def unread(self, system: str) -> list[Mapping[str, Any]]:
        """Attempts that gave nothing and that no later one makes good: dataset, account, covers, tried, why."""


@dataclass(frozen=True)
class Collected:
    frames: FrameSet

    def read(self, name: str) -> Frame | str:
        if name not in FRAMES:
            return f"{name.replace('_', ' ')}: not collected by this version"
        absent = [dataset for dataset in self.frames.datasets(name) if not self.frames.records(dataset)]
        if absent:
            return f"{name.replace('_', ' ')}: not collected, there is no {', '.join(absent)}"
        try:
            return self.frames.frame(name)
        except Soc2kitError as error:
            return f"{name.replace('_', ' ')}: cannot be read: {error}"

    def unread(self, system: str) -> list[Mapping[str, Any]]:
        tried = [record for record in self.frames.attempts if record.system == system]
        return [_unread_row(record) for number, record in enumerate(tried) if _lost(record, tried[number + 1 :])]


def _lost(record: Record, later: list[Record]) -> bool:
    return not record.complete and not any(_makes_good(other, record) for other in later)


def _makes_good(later: Record, record: Record) -> bool:
    """Whether a later attempt has all that this one was to bring. Of a snapshot's own moment nothing later speaks."""
    start, end = record.effective
    same = later.dataset == record.dataset and later.account == record.account and later.complete
    return same and later.effective[0] <= start and later.effective[1] >= end


def _unread_row(record: Record) -> Mapping[str, Any]:
    edges = dict.fromkeys(stamp(edge) for edge in record.effective)
    return {
        "dataset": record.dataset,
        "account": record.account,
        "covers": " to ".join(edges),
        "tried": record.run_at,
        "why": record.fields.get("reason"),
    }
