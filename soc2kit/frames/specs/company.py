"""Frames of the company's own files: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import company
from ..schema import FrameSpec, columns

SPECS = (
    FrameSpec(
        "people",
        columns(
            "email text, name text, kind text, team text?, manager text?, started_on time?, left_at time?,"
            " contract_ends_on time?, left_earlier_at list?, rejoined_at time?, owner text?"
        ),
        ("company.roster",),
        company.people,
    ),
    FrameSpec(
        "identities",
        columns("system text, account_name text, email text, confirmed_by text?"),
        ("company.identities",),
        company.identities,
    ),
    FrameSpec(
        "break_glass_records",
        columns(
            "system text, account text, starts_at time, ends_at time, approved_by text?, reason text?, ticket text?"
        ),
        ("company.break_glass",),
        company.break_glass,
    ),
)
