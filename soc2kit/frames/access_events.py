"""What the logs of AWS and GitHub say of access: who granted or took away what, joined to the people concerned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from .accounts import IDENTITY_CENTER
from .identities import OWNER_OPTIONAL, OWNER_USES, owned

Frames = Mapping[str, pd.DataFrame]
COLUMNS = (
    "event_id text, system text, occurred_at time, account_key text?, account_name text?, email text?,"
    " shared_by list?, kind text, what text, whole flag, made_by text?, made_by_email text?, made_by_shared list?,"
    " event_name text, succeeded flag?"
)
LOGS = {"aws": "aws_access_events", "github": "github_access_events"}
USES = (*LOGS.values(), "accounts", *OWNER_USES)
OPTIONAL = (*LOGS.values(), *OWNER_OPTIONAL)
#: Events that make or end an account as such; others change what an account can do.
_WHOLE = {
    "CreateUser",
    "DeleteUser",
    "EnableUser",
    "DisableUser",
    "org.add_member",
    "org.remove_member",
    "org.add_outside_collaborator",
    "org.remove_outside_collaborator",
}


def access_events(frames: Frames) -> pd.DataFrame:
    """One row per grant or revocation of a log, with the owners of both accounts; what was refused is left out.

    `whole` says that the event made or ended the account itself. An event that is in two readings counts once.
    """
    parts = [frames[name].assign(system=pd.Series(system, index=frames[name].index)) for system, name in LOGS.items()]
    every = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    every = every[every["succeeded"].fillna(True)].drop_duplicates(["system", "event_id"], keep="last")
    every = every.astype({"system": "string"}).reset_index(drop=True)
    beneficiary = _owners(every, every["account_key"], every["account_name"], frames)
    maker = _owners(every, _makers(every, frames["accounts"]), _maker_names(every), frames)
    every = every.assign(
        email=beneficiary["email"],
        shared_by=beneficiary["shared_by"],
        made_by_email=maker["email"],
        made_by_shared=maker["shared_by"],
        whole=every["event_name"].isin(_WHOLE).astype("boolean"),
    )
    return every[[item.split()[0] for item in COLUMNS.split(", ")]]


def _maker_names(events: pd.DataFrame) -> pd.Series:
    """The names by which the identity file would know the makers. A role must not pass for the user of its name."""
    user = events["made_by"].str.contains(":user/", regex=False).fillna(False)
    name = events["made_by"].str.rsplit("/", n=1).str[-1]
    return name.where(user | (events["system"] != "aws"))


def _makers(events: pd.DataFrame, accounts: pd.DataFrame) -> pd.Series:
    """The makers' accounts: a session of Identity Center's own roles is named after the person's user there."""
    if "session_name" not in events:
        return events["made_by"]
    people = accounts[accounts["source_account"] == IDENTITY_CENTER]
    keys = dict(zip(people["account_name"], people["account_key"], strict=True))
    session = events["made_by"].str.contains(":role/.*AWSReservedSSO_").fillna(False)
    return events["made_by"].mask(session, events["session_name"].map(keys).astype("string").fillna(events["made_by"]))


def _owners(every: pd.DataFrame, keys: pd.Series, names: pd.Series, frames: Frames) -> pd.DataFrame:
    """Whose accounts those are at the time of each event: as the nearest snapshot has it, else by what names owners."""
    asked = pd.DataFrame(
        {
            "system": every["system"],
            "account_key": keys,
            "account_name": names.fillna(keys),
            "snapshot_at": every["occurred_at"],
            "directory_email": pd.Series(pd.NA, index=every.index, dtype="string"),
        }
    )
    found = owned(asked, frames)
    holders = list(zip(found["email"], found["shared_by"], strict=True))
    listed = _listed(frames["accounts"])
    for row, (system, key, moment) in enumerate(zip(every["system"], keys, every["occurred_at"], strict=True)):
        holders[row] = _nearest(listed.get((system, key), []), moment) or holders[row]
    emails, shared = [email for email, _ in holders], [people for _, people in holders]
    return pd.DataFrame({"email": pd.Series(emails, dtype="string"), "shared_by": pd.Series(shared, dtype="object")})


Holder = tuple[Any, Any]


def _listed(accounts: pd.DataFrame) -> dict[tuple[str, str], list[tuple[pd.Timestamp, Holder]]]:
    """For each account its holders over time, oldest first."""
    found: dict[tuple[str, str], list[tuple[pd.Timestamp, Holder]]] = {}
    ordered = accounts.sort_values("snapshot_at", kind="stable")
    for row in ordered[["system", "account_key", "snapshot_at", "email", "shared_by"]].itertuples(index=False):
        found.setdefault((row.system, row.account_key), []).append((row.snapshot_at, (row.email, row.shared_by)))
    return found


def _nearest(holders: list[tuple[pd.Timestamp, Holder]], moment: pd.Timestamp) -> Holder | None:
    """The holder in the last snapshot by a moment, else in the first one after it."""
    by_then = [holder for at, holder in holders if at <= moment]
    return by_then[-1] if by_then else holders[0][1] if holders else None
