"""Frames of the accounts of all systems together: which datasets each is read from, and its columns."""

from __future__ import annotations

from .. import accounts
from ..schema import FrameSpec, columns

_ACCOUNT_USES = (
    "read_github_members",
    "aws_users",
    "aws_principals",
    "github_member_roles",
    "outside_collaborators",
    "database_roles",
    "identities",
    "people",
)

SPECS = (
    FrameSpec(
        "read_aws_users", columns("source_account text, rows number"), ("aws.credential_report",), accounts.one_row
    ),
    FrameSpec(
        "read_github_members", columns("source_account text, rows number"), ("github.members",), accounts.one_row
    ),
    FrameSpec(
        "read_github_outside",
        columns("source_account text, rows number"),
        ("github.outside_collaborators",),
        accounts.one_row,
    ),
    FrameSpec(
        "read_database_roles", columns("source_account text, rows number"), ("postgres.roles",), accounts.one_row
    ),
    FrameSpec(
        "account_reads",
        columns("system text, source_account text"),
        uses=("read_aws_users", "read_github_members", "read_github_outside", "read_database_roles"),
        derive=accounts.account_reads,
    ),
    FrameSpec(
        "accounts",
        columns(
            "account_key text, system text, source_account text?, account_name text, email text?, ambiguous flag,"
            " name text?, kind text?, team text?, manager text?, started_on time?, left_at time?"
        ),
        uses=_ACCOUNT_USES,
        derive=accounts.accounts,
    ),
)
