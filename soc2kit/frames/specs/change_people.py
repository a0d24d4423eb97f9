"""Frames that changes are judged with: people behind logins, the register of exceptions, and when each was read."""

from __future__ import annotations

from .. import change_people
from ..schema import FrameSpec, columns

SPECS = (
    FrameSpec(
        "change_readings",
        columns("starts_at time, ends_at time, read_at time"),
        ("github.merged_pull_requests",),
        change_people.change_readings,
    ),
    FrameSpec(
        "github_people",
        columns(change_people.PEOPLE_COLUMNS),
        uses=change_people.USES,
        optional=change_people.OPTIONAL,
        derive=change_people.github_people,
    ),
    FrameSpec(
        "change_exceptions_file",
        columns(change_people.EXCEPTION_COLUMNS),
        ("company.change_exceptions",),
        change_people.change_exceptions_file,
    ),
    FrameSpec(
        "change_exceptions",
        columns(change_people.EXCEPTION_COLUMNS),
        uses=("change_exceptions_file",),
        optional=("change_exceptions_file",),
        derive=change_people.change_exceptions,
    ),
    FrameSpec(
        "change_exception_readings",
        columns("source_account text, rows number"),
        uses=("read_change_exceptions",),
        optional=("read_change_exceptions",),
        derive=change_people.change_exception_readings,
    ),
)
