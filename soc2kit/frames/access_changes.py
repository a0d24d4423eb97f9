"""Every grant and revocation of access: from logs where they have it, else from what two snapshots show.

Two whole readings of a list that follow on each other differ by what was granted and revoked in between. Where an event
of a log explains a difference, the event stands for it; events that no snapshot shows stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import pandas as pd

from ..period import stamp
from . import access_rights
from .access_rights import ACCOUNT, Held, Rights
from .schema import FrameSpec, columns, typed

Frames = Mapping[str, pd.DataFrame]
COLUMNS = (
    "change_id text, system text, account_key text, account_name text?, email text?, shared_by list?, kind text,"
    " what text, right text?, to_account flag, new_account flag, privileged flag, credential flag, occurred_at time,"
    " not_before time?, made_by text?, made_by_email text?, made_by_shared list?, basis text"
)
_SPEC = FrameSpec("access_changes", columns(COLUMNS))
REQUEST_COLUMNS = (
    "ticket text, system text, account_name text?, email text?, access text?, requested_by text?, requested_at time?,"
    " approved_by text?, approved_at time?"
)
USES = ("access_events", *access_rights.USES)
OPTIONAL = access_rights.OPTIONAL
EVENT, DIFFERENCE, BOTH = "event", "snapshot difference", "event, shown by snapshots"
STATED = "snapshot difference, creation time stated by the source"
#: Events by which a holder renews a credential: no right is granted by them.
_CREDENTIALS = {
    "CreateAccessKey",
    "UpdateAccessKey",
    "DeleteAccessKey",
    "ChangePassword",
    "UpdateLoginProfile",
    "EnableMFADevice",
    "DeactivateMFADevice",
}
#: Events by which an account that stays can be used, or no longer.
_SIGN_IN = {"CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey", "CreateLoginProfile", "DeleteLoginProfile"}
#: Events by which somebody joins or leaves a group of Identity Center; they name it by its id alone, or not at all.
_GROUP_EVENTS = {"CreateGroupMembership", "DeleteGroupMembership", "AddMemberToGroup", "RemoveMemberFromGroup"}
_PRIVILEGED_WORDS = ("admin", "owner")
Change = dict[str, Any]


def filed_requests(frames: Frames) -> pd.DataFrame:
    """The requests of the company's file, or none where the company keeps no such file."""
    return frames["access_requests"]


def filed_readings(frames: Frames) -> pd.DataFrame:
    """When that file was read, however many requests it had."""
    return frames["read_access_requests"]


def access_changes(frames: Frames) -> pd.DataFrame:
    """One row per grant or revocation, oldest first; `occurred_at` is the event's time, or the time of the snapshot
    that first shows it, and then `not_before` is the one before, which did not.

    `basis` says which. `right` is the right as a list has it, of an event that a list shows. `to_account` is false for
    what a log says of roles, groups, policies, apps and keys of repositories: whoever gets more rights through them has
    rows of their own. An account that vanishes takes its rights with it, in one row. An account that the first reading
    shows was granted when its source or a log says that it was created; of others nothing is known.
    """
    events = [_of_event(event) for event in frames["access_events"].to_dict("records")]
    known = _Events(events)
    rows = list(events)
    for change in _differences(frames):
        explaining = known.explaining(change)
        for event in explaining:
            event["basis"] = BOTH
            event["privileged"] |= change["privileged"]
            if change["object"] != ACCOUNT and change["kind"] == "grant":
                event["right"] = "; ".join(dict.fromkeys([*filter(None, [event["right"]]), change["what"]]))
            event["new_account"] |= change["new_account"]
            event["account_name"] = change["account_name"] if pd.isna(event["account_name"]) else event["account_name"]
        if not explaining and change["dated"]:
            rows.append(change)
    return _framed(rows)


def _framed(rows: list[Change]) -> pd.DataFrame:
    frame = typed(_SPEC, rows, "logs and snapshots")
    return frame.sort_values(["occurred_at", "change_id"], ignore_index=True)


def _of_event(event: Mapping[str, Any]) -> Change:
    what = str(event["what"])
    name = event["account_name"]
    return {
        **{key: event[key] for key in ("system", "email", "shared_by", "kind", "occurred_at", "made_by")},
        "change_id": event["event_id"],
        # A log that names nobody's key still names somebody.
        "account_key": _first(event["account_key"], name, "unknown"),
        "account_name": name,
        "what": what,
        "right": None,
        "to_account": _is_account(event),
        "new_account": bool(event["whole"]) and event["kind"] == "grant",
        "privileged": event["kind"] == "grant" and any(word in what.casefold() for word in _PRIVILEGED_WORDS),
        "credential": event["event_name"] in _CREDENTIALS,
        "not_before": pd.NaT,
        "made_by_email": event["made_by_email"],
        "made_by_shared": event["made_by_shared"],
        "basis": EVENT,
        "object": ACCOUNT if event["whole"] else what.casefold(),
        "event_name": event["event_name"],
    }


def _is_account(event: Mapping[str, Any]) -> bool:
    """Whether an event concerns an account and not a role, a group, a policy, a key of a repository or an app."""
    key = event["account_key"]
    if event["system"] == "aws":
        return ":user/" in _first(key, ":user/" if not pd.isna(event["account_name"]) else "")
    return not pd.isna(key)


def _first(*values: Any) -> str:
    return next(str(value) for value in values if not pd.isna(value))


class _Events:
    """The events of logs by whom they concern."""

    def __init__(self, events: Iterable[Change]) -> None:
        self._by_account: dict[tuple[str, str, str], list[Change]] = {}
        for event in events:
            for name in {event["account_key"], _first(event["account_name"], event["account_key"])}:
                self._by_account.setdefault((event["system"], name, event["kind"]), []).append(event)

    def explaining(self, change: Change) -> list[Change]:
        """Events of the same account and kind, between the two snapshots, that speak of the same right."""
        names = (change["account_key"], _first(change["account_name"], change["account_key"]))
        found = [
            event for name in names for event in self._by_account.get((change["system"], name, change["kind"]), ())
        ]
        start = change["not_before"]
        return [
            event
            for event in {id(event): event for event in found}.values()
            if (pd.isna(start) or start < event["occurred_at"])
            and event["occurred_at"] <= change["shown_at"]
            and _same_right(event, change)
        ]


def _same_right(event: Change, change: Change) -> bool:
    """Whether an event speaks of what two snapshots show: of an account that stays, its last or first credential."""
    if change["object"] != ACCOUNT:
        by_group = change["by_group"] and event["event_name"] in _GROUP_EVENTS
        return by_group or change["object"] in event["object"]
    return event["object"] == ACCOUNT or (change["stays"] and event["event_name"] in _SIGN_IN)


def _differences(frames: Frames) -> Iterator[Change]:
    """What consecutive whole readings of each list show, with the owner of the account at the time."""
    accounts = frames["accounts"]
    holders = {
        (row["system"], row["account_key"], row["snapshot_at"]): row
        for row in accounts[[*_OWNER, "system", "account_key", "snapshot_at", "created_at"]].to_dict("records")
    }
    for listed in access_rights.rights(frames):
        for change in _of_list(listed):
            gone = change["kind"] == "revoke"
            before, after = (
                holders.get((change["system"], change["account_key"], change[moment]))
                for moment in ("not_before", "shown_at")
            )
            # A right that goes with its account is no revocation of its own.
            if gone and change["object"] != ACCOUNT and before is not None and after is None:
                continue
            owner = (before or after) if gone else (after or before)
            about = {name: owner[name] if owner else None for name in _OWNER}
            yield _dated({**change, **about, "stays": before is not None and after is not None}, owner)


_OWNER = ["account_name", "email", "shared_by"]


def _dated(change: Change, owner: Mapping[str, Any] | None) -> Change:
    """The change with its time: of a new account the one that its source states."""
    created = owner["created_at"] if owner and change["new_account"] else pd.NaT
    first = pd.isna(change["not_before"])
    if not pd.isna(created) and created <= change["shown_at"] and (first or change["not_before"] < created):
        return {**change, "occurred_at": created, "basis": STATED, "dated": True}
    return {**change, "dated": not first}


def _of_list(listed: Rights) -> Iterator[Change]:
    states: dict[tuple[str, pd.Timestamp], dict[tuple[str, str], Held]] = {}
    for row in listed.held.itertuples(index=False):
        state = states.setdefault((str(row.source_account), row.snapshot_at), {})
        state[(row.account_key, row.right)] = Held(
            row.object, bool(row.privileged), int(row.rank), row.through, bool(row.by_group)
        )
    for source, moments in listed.reads.groupby("source_account", sort=True)["snapshot_at"]:
        ordered = sorted(moments.unique())
        for earlier, later in pairwise([pd.NaT, *ordered]):
            before, after = states.get((str(source), earlier), {}), states.get((str(source), later), {})
            for kind, new, old in (("grant", after, before), ("revoke", before, after)):
                for held in sorted(new.keys() - old.keys()):
                    if not _told_otherwise(held, new[held], old):
                        yield _change(listed.system, kind, held, new[held], earlier, later)


def _told_otherwise(held: tuple[str, str], about: Held, other: Mapping[tuple[str, str], Held]) -> bool:
    """Whether a right comes, or goes, with a membership that has a row of its own; or is less than what was held
    before: that is no grant, and more than what is left is no revocation."""
    key, _ = held
    if about.through and (key, about.through) not in other:
        return True
    return about.rank > 0 and any(
        one == key and its.object == about.object and its.rank > about.rank for (one, _), its in other.items()
    )


def _change(
    system: str, kind: str, held: tuple[str, str], about: Held, earlier: pd.Timestamp, later: pd.Timestamp
) -> Change:
    key, right = held
    words = "an account that can be used" if right == ACCOUNT else right
    return {
        "change_id": f"{system}/{key}/{kind} {right}/{stamp(later)}",
        "system": system,
        "account_key": key,
        "kind": kind,
        "what": words if kind == "grant" else f"no longer {words}",
        "right": None,
        "to_account": True,
        "new_account": kind == "grant" and right == ACCOUNT,
        "privileged": kind == "grant" and about.privileged,
        "credential": False,
        "occurred_at": later,
        "shown_at": later,
        "not_before": earlier,
        "made_by": None,
        "made_by_email": None,
        "made_by_shared": None,
        "basis": DIFFERENCE,
        "object": about.object.casefold(),
        "by_group": about.by_group,
    }
