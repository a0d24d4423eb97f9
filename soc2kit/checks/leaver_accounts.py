"""Which accounts belonged to people who left, and what became of each: also where it is somebody else's by now."""

from __future__ import annotations

import pandas as pd

from ..model import Frame


def of_people(rows: Frame, left: Frame) -> Frame:
    """Rows of accounts with each of their holders who left; a shared account has several, and so has a disputed one."""
    shared = _several(rows, "shared_by")
    disputed = ~shared & _several(rows, "claimed_by")
    parts = [rows[~shared & ~disputed].assign(shared=False)]
    for chosen, name in ((shared, "shared_by"), (disputed, "claimed_by")):
        if chosen.any():
            parts.append(rows[chosen].assign(shared=name == "shared_by", email=rows.loc[chosen, name]).explode("email"))
    every = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    about = ["name", "left_at", "rejoined_at", "because"]
    every = every.drop(columns=[name for name in about if name in every]).astype({"email": "string"})
    return every.merge(left[["email", *about]], on="email", how="inner", validate="many_to_many")


def _several(rows: Frame, name: str) -> pd.Series:
    if name not in rows:
        return pd.Series(False, index=rows.index)
    return rows[name].map(lambda emails: isinstance(emails, list | tuple) and len(emails) > 0).astype(bool)


def given_on(held: Frame, listed: Frame, reads: list[pd.Timestamp]) -> Frame:
    """Later rows of an account that name another holder, or nobody: whom it belongs to changes on paper, and the one
    who left can still use it.

    `held` are the rows that name the leaver, `listed` all of the account. One that a whole reading lacks in between, or
    that was created since, is another account of the same name.
    """
    last = held["snapshot_at"].max()
    later = listed[(listed["snapshot_at"] > last) & ~(listed["created_at"] > last).fillna(False)]
    there = set(listed["snapshot_at"])
    gaps = [moment for moment in reads if moment > last and moment not in there]
    return later[later["snapshot_at"] < gaps[0]] if gaps else later


def holder_words(rows: Frame) -> str:
    """Whose an account is by its last row."""
    last = rows.sort_values("snapshot_at", kind="stable").iloc[-1]
    for name in ("shared_by", "claimed_by"):
        if name in rows and isinstance(last[name], list | tuple) and len(last[name]):
            return " and ".join(last[name])
    return "nobody" if pd.isna(last["email"]) else str(last["email"])


def lasting(removals: Frame, grants: Frame) -> Frame:
    """Removals that nothing undid, oldest first: neither a later grant, nor a second removal of the same kind, which
    only a return in between explains. An account that is disabled and then deleted was gone from the first on."""
    ordered = removals.sort_values(["occurred_at", "event_id"]).drop_duplicates(["event_name", "occurred_at"])
    again = ordered.loc[ordered.duplicated("event_name", keep="last"), "occurred_at"]
    undone = pd.concat([again, grants["occurred_at"]])
    return ordered[ordered["occurred_at"] > undone.max()] if len(undone) else ordered
