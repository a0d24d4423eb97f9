"""The views of single areas, each under the name that cells call it by: `book.changes.population()`.

How to add one: a view over `Basis` in a module of its own, and a property of its type here. Completion in JupyterLab
reads the types.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ..availability_view import AvailabilityView
from ..change_view import Changes
from ..change_view.evidence import Collected
from ..config import Config
from ..encryption_view import EncryptionView
from ..errors import UsageError
from ..frames import FrameSet
from ..model import Assessment
from ..people_view import People
from ..pipeline_view import PipelineView
from ..review_view import Reviews
from ..vulnerability_view import VulnerabilityView


@dataclass(frozen=True)
class Basis:
    """What an assessment was made from; views of areas need the frames themselves, not only what tests made of them."""

    config: Config
    frames: FrameSet


@dataclass(frozen=True)
class Areas:
    """Made when first asked for. Each raises `UsageError` in a book without evidence, as the index has one."""

    assessment: Assessment
    basis: Basis | None = None

    @cached_property
    def access_reviews(self) -> Reviews:
        return Reviews(self._basis.config, self._basis.frames)

    @cached_property
    def people(self) -> People:
        return People(self._basis.config, self._basis.frames)

    @cached_property
    def changes(self) -> Changes:
        """Views of every change: population, states, exceptions, lead times, review coverage."""
        return Changes(self.assessment, Collected(self._basis.frames))

    @cached_property
    def pipeline(self) -> PipelineView:
        """What workflows do, what ran, what was deployed and brought back."""
        return PipelineView(self._basis.config, self._basis.frames)

    @cached_property
    def vulnerabilities(self) -> VulnerabilityView:
        """Weaknesses by age and time to fix, and the calendar of scans."""
        return VulnerabilityView(self._basis.config, self._basis.frames, self.assessment)

    @cached_property
    def encryption(self) -> EncryptionView:
        """What encrypts data, which connections are let in, what the internet reaches, and the keys."""
        limits = self._basis.config.parameters.at(self._basis.frames.as_of)
        return EncryptionView(self.assessment, Collected(self._basis.frames), limits)

    @cached_property
    def availability(self) -> AvailabilityView:
        """Backups by day, restores, and alarms with those who receive them."""
        return AvailabilityView(self._basis.config, self._basis.frames, self.assessment)

    @property
    def _basis(self) -> Basis:
        if self.basis is None:
            raise UsageError("this book was made without evidence. Open it with workbook.open")
        return self.basis
