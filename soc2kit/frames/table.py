"""The table of frames, from the modules of `specs`: which datasets each is read from, and its columns."""

from __future__ import annotations

from .schema import FrameSpec
from .specs import accounts, aws, changes, company, github, postgres

FRAMES: dict[str, FrameSpec] = {
    spec.name: spec for module in (company, aws, github, changes, postgres, accounts) for spec in module.SPECS
}
