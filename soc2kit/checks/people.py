"""Tests across all systems: owners of accounts, and what leavers keep."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .database_access import ownership_reasons
from .outcome import outcome


def accounts_owned(accounts: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Every account in every system has one owner who is still there.

    Population: IAM users, GitHub members and outside collaborators, PostgreSQL login roles; at each snapshot.
    Exception: no owner, several owners, or an owner who had left when the snapshot was taken.
    Source: the systems' own lists; roster; identity file; `email` tags of IAM users.
    """
    return outcome(accounts, key="account_key", at="snapshot_at", reasons=ownership_reasons(accounts))


def leavers_removed(system: str) -> Any:
    """The leaver test for one system; `accounts` frames hold all of them."""

    def leaver_access_removed(
        accounts: Frame, account_reads: Frame, *, period: Period, parameters: Parameters
    ) -> Outcome:
        mine = accounts[(accounts["system"] == system) & period.contains(accounts["left_at"]).fillna(False)]
        limit = pd.Timedelta(hours=parameters.leaver_removal_hours)
        read = account_reads[account_reads["system"] == system].groupby("source_account")["snapshot_at"]
        snapshots = {account: sorted(moments.unique()) for account, moments in read}
        rows = [
            _leaver_row(group, snapshots.get(group["source_account"].iloc[0], []), limit)
            for _, group in mine.groupby("account_key", sort=True)
        ]
        population = pd.DataFrame(
            rows, columns=["account_key", "email", "name", "left_at", "last_seen_at", "first_absent_at", "reason"]
        )
        population["left_at"] = pd.to_datetime(population["left_at"], utc=True)
        reasons = population["reason"].astype("string")
        return outcome(population.drop(columns="reason"), key="account_key", at="left_at", reasons=reasons)

    leaver_access_removed.__doc__ = f"""People who leave lose their access to {system} within the limit.

    Population: {system} accounts whose owner left inside the period and that a snapshot of it shows; one row each.
    Exception: there in any snapshot later than the leaving date plus `leaver_removal_hours` (unit: hours), or no such
    snapshot exists yet: a removal that nothing shows counts.
    Source: roster.left_at; the system's snapshots, those after the period included. Only a snapshot with every account
    list of the same AWS account, organisation or cluster shows that an account is gone. An account removed before the
    period's first snapshot never was in a list and has no row.
    """
    return leaver_access_removed


def _leaver_row(seen: Frame, snapshots: list[pd.Timestamp], limit: pd.Timedelta) -> dict[str, Any]:
    left = seen["left_at"].iloc[0]
    present = set(seen["snapshot_at"])
    last_seen = max(present)
    after = [moment for moment in snapshots if moment > left + limit]
    kept = sorted(moment for moment in present if moment > left + limit)
    first_absent = next((moment for moment in snapshots if moment > last_seen), pd.NaT)
    reason: str | None = None
    if not after and not kept:
        reason = f"left {_day(left)}; no snapshot since shows the removal"
    elif kept:
        hours = int((last_seen - left) / pd.Timedelta(hours=1))
        gone = f"first absent {_day(first_absent)}" if first_absent is not pd.NaT else "not removed yet"
        reason = f"left {_day(left)}, still there {hours} hours later ({_day(last_seen)}); {gone}"
    return {
        "account_key": seen["account_key"].iloc[0],
        "email": seen["email"].iloc[0],
        "name": seen["name"].iloc[0],
        "left_at": left,
        "last_seen_at": last_seen,
        "first_absent_at": first_absent,
        "reason": reason,
    }


def _day(moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%d}"
