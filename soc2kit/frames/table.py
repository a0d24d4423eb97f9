"""The table of frames, from the modules of `specs`: which datasets each is read from, and its columns."""

from __future__ import annotations

from .schema import FrameSpec
from .specs import (
    accounts,
    aws,
    branches,
    change_people,
    changes,
    company,
    github,
    github_access,
    postgres,
    readings,
    reviews,
    terraform,
)
from .specs.change_stand_ins import SPECS as _STAND_INS

MODULES = (
    company, aws, terraform, github, github_access, changes, branches, postgres, readings, accounts, reviews,
    change_people,
)  # fmt: skip

FRAMES: dict[str, FrameSpec] = {spec.name: spec for module in MODULES for spec in module.SPECS}
FRAMES |= {spec.name: spec for spec in _STAND_INS}
