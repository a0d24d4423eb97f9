"""Frames that others are made from, and that no source feeds yet: lacking, with the columns that they will have.

A frame of the same name in the table stands in place of the one here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .schema import FrameSpec, columns

_EVENT = (
    "event_id text, occurred_at time, account_key text?, account_name text?, kind text, what text, made_by text?,"
    " event_name text, succeeded flag?"
)
_COLUMNS = {
    "github_saml_identities": "login text, email text?",
    "github_team_members": "team text, login text, role text",
    "github_invitations": "invited text, role text?, inviter text?, created_at time?",
    "github_access_events": _EVENT,
}


def _no_rows(pages: Any, record: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return ()


AWAITED = tuple(FrameSpec(name, columns(text), (f"awaited.{name}",), _no_rows) for name, text in _COLUMNS.items())
