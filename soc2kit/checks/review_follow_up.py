"""Test of what access reviews decided: that it was carried out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .access_reviews import day, days_begun, decided_of, latest_versions
from .outcome import outcome

_CARRIED = (
    "item", "signed_at", "quarter", "system", "account", "decision", "change_to", "access_before", "access_after",
    "limit_at", "done_at", "days_taken", "state",
)  # fmt: skip


def decisions_carried_out(
    review_files: Frame,
    review_decisions: Frame,
    review_rows: Frame,
    account_reads: Frame,
    *,
    period: Period,
    parameters: Parameters,
) -> Outcome:
    """What a signed review decided to revoke or change was done within the limit.

    Population: every account that a review signed in the period decided to revoke or change; one row each.
    Exception: no snapshot up to `review_removal_days` (unit: days) after signing shows the account gone or, of a
    change, with other rights, and a later collection shows that the limit has passed. Before that it is pending.
    Source: the review files; the systems' own lists since the reviewed snapshot. Only a snapshot with every list of
    the account's system shows that it is gone. Whether a change is the one decided is for the reader: both are shown.
    """
    latest = latest_versions(review_files)
    decided = decided_of(review_decisions, latest)
    moments = [*account_reads["snapshot_at"], *review_files["snapshot_at"]]
    seen: dict[tuple[str, str], dict[pd.Timestamp, Any]] = {}
    for row in review_rows.itertuples():
        seen.setdefault((row.system, row.account_key), {})[row.snapshot_at] = row
    rows = [
        _carried(file, made, seen.get((file.system, made.account_key), {}), account_reads, moments, parameters)
        for key, file in sorted(latest.items())
        if pd.notna(file.signed_at) and period.contains(file.signed_at)
        for _, made in sorted(decided.get(key, {}).items())
        if made.decision in ("revoke", "change")
    ]
    population = pd.DataFrame(rows, columns=[*_CARRIED, "why"])
    for name in ("signed_at", "limit_at", "done_at"):
        population[name] = pd.to_datetime(population[name], utc=True)
    population["days_taken"] = population["days_taken"].astype("Int64")
    reasons = population["why"].astype("string")
    return outcome(population.drop(columns="why"), key="item", at="signed_at", reasons=reasons)


def _carried(
    file: Any, made: Any, seen: dict[Any, Any], reads: Frame, moments: list[pd.Timestamp], parameters: Parameters
) -> dict[str, Any]:
    limit = file.signed_at + pd.Timedelta(days=parameters.review_removal_days)
    before = seen.get(file.population_at)
    access = before.privileges if before is not None else made.access
    done = next(
        (at for at in _shown_at(file, seen, reads) if _is_done(made.decision, access, seen.get(at))),
        pd.NaT,
    )
    state, why = _state(done, limit, file.signed_at, max(moments), parameters.review_removal_days)
    after = seen.get(done)
    return {
        "item": f"{file.period}/{file.system}/{made.account_key}",
        "signed_at": file.signed_at,
        "quarter": file.period,
        "system": file.system,
        "account": made.account_key,
        "decision": made.decision,
        "change_to": made.change_to,
        "access_before": access,
        "access_after": after.privileges if after is not None else "gone" if pd.notna(done) else "as before",
        "limit_at": limit,
        "done_at": done,
        "days_taken": max(0, days_begun(file.signed_at, done)) if pd.notna(done) else pd.NA,
        "state": state,
        "why": why,
    }


def _shown_at(file: Any, seen: dict[Any, Any], reads: Frame) -> list[pd.Timestamp]:
    """The reviewed snapshot and those since that hold every list which the account would be in."""
    mine = reads[(reads["system"] == file.system) & (reads["snapshot_at"] >= file.population_at)]
    sources = {row.source_account for row in seen.values() if pd.notna(row.source_account)}
    return sorted((mine[mine["source_account"].isin(sources)] if sources else mine)["snapshot_at"].unique())


def _is_done(decision: str, access: str, row: Any) -> bool:
    return row is None or (decision == "change" and row.privileges != access)


def _state(
    done: pd.Timestamp, limit: pd.Timestamp, signed: pd.Timestamp, latest: pd.Timestamp, days: int
) -> tuple[str, str | None]:
    if pd.notna(done) and done <= limit:
        return "carried out in time", None
    if pd.notna(done):
        return (
            "carried out late",
            f"first shown on {day(done)}, {days_begun(signed, done)} days after signing, limit {days}",
        )
    if latest > limit:
        return "not carried out", f"no snapshot shows it yet; the limit of {days} days ended on {day(limit)}"
    return f"pending until {day(limit)}", None
