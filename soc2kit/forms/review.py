"""The access review as a form in a notebook, and as a printed table wherever no front end is.

Both stand in one output: JupyterLab takes the form, a scheduled run's page takes the table. So nothing has to know
whether somebody is looking, and a run without anybody writes nothing: only a message from the form does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anywidget

from ..reviews.session import Session
from ..tables import Shown

_HERE = Path(__file__).parent


def now() -> datetime:
    """Decisions and signatures carry the time at which they are made."""
    return datetime.now(UTC).replace(microsecond=0)


class _Table(anywidget.AnyWidget):
    _esm = _HERE / "review.js"
    _css = _HERE / "review.css"

    def __init__(self, session: Session, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._session, self._clock = session, clock
        self.on_msg(self._answer)

    def _answer(self, _: Any, message: Any, buffers: Any) -> None:
        self.send(self._session.handle(message, self._clock()))


@dataclass(frozen=True)
class ReviewForm(Shown):
    """A printed table that is a form where a widget can be shown."""

    session: Session
    clock: Callable[[], datetime] = now

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        shown = super()._repr_mimebundle_(include, exclude)
        form = _Table(self.session, self.clock)._repr_mimebundle_()
        data, metadata = form if form is not None else ({}, {})
        return {**data, **shown}, metadata
