"""The table of frames, from the modules of `specs`: which datasets each is read from, and its columns."""

from __future__ import annotations

from .schema import FrameSpec
from .specs import (
    accounts,
    assets,
    availability,
    aws,
    aws_config,
    aws_data,
    aws_unread,
    aws_weaknesses,
    branches,
    change_people,
    changes,
    company,
    github,
    github_access,
    pipeline,
    postgres,
    readings,
    reviews,
    terraform,
    vulnerabilities,
)

MODULES = (
    company, aws, aws_config, aws_unread, aws_data, aws_weaknesses, availability, terraform, github, github_access,
    changes, branches, change_people, pipeline, postgres, readings, accounts, reviews, vulnerabilities, assets,
)  # fmt: skip

FRAMES: dict[str, FrameSpec] = {spec.name: spec for module in MODULES for spec in module.SPECS}
