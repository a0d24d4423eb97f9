"""Frames of accounts, of those who own them, and of what changes in their access."""

from __future__ import annotations

from .. import access_changes, access_events, accounts, company, departures
from ..schema import FrameSpec, columns

SPECS = (
    FrameSpec(
        "account_reads",
        columns("system text, source_account text"),
        uses=(*accounts.READ_USES, "read_identity_center"),
        optional=("read_identity_center",),
        derive=accounts.account_reads,
    ),
    FrameSpec(
        "accounts",
        columns(accounts.COLUMNS),
        uses=accounts.USES,
        optional=accounts.OPTIONAL,
        derive=accounts.accounts,
    ),
    FrameSpec("departures", columns(departures.COLUMNS), uses=("people",), derive=departures.departures),
    FrameSpec(
        "access_events",
        columns(access_events.COLUMNS),
        uses=access_events.USES,
        optional=access_events.OPTIONAL,
        derive=access_events.access_events,
    ),
    FrameSpec(
        "access_requests",
        columns(
            "ticket text, system text, account_name text?, email text?, access text?, requested_by text?,"
            " requested_at time?, approved_by text?, approved_at time?"
        ),
        ("company.access_requests",),
        company.access_requests,
    ),
    FrameSpec(
        "read_access_requests",
        columns("source_account text, rows number"),
        ("company.access_requests",),
        accounts.one_row,
    ),
    FrameSpec(
        "filed_readings",
        columns("source_account text, rows number"),
        uses=("read_access_requests",),
        optional=("read_access_requests",),
        derive=access_changes.filed_readings,
    ),
    FrameSpec(
        "filed_requests",
        columns(access_changes.REQUEST_COLUMNS),
        uses=("access_requests",),
        optional=("access_requests",),
        derive=access_changes.filed_requests,
    ),
    FrameSpec(
        "access_changes",
        columns(access_changes.COLUMNS),
        uses=access_changes.USES,
        optional=access_changes.OPTIONAL,
        derive=access_changes.access_changes,
    ),
)
