"""The table of frames, from the modules of `specs`: which datasets each is read from, and its columns."""

from __future__ import annotations

from .awaited import AWAITED
from .schema import FrameSpec
from .specs import accounts, aws, changes, company, github, postgres

_SPECS = (spec for module in (company, aws, github, changes, postgres, accounts) for spec in module.SPECS)

FRAMES: dict[str, FrameSpec] = {spec.name: spec for spec in (*AWAITED, *_SPECS)}
