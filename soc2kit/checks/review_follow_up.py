"""Test of what access reviews decided: that it was carried out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .access_reviews import day, days_begun
from .outcome import outcome

_CARRIED = (
    "item", "signed_at", "quarter", "system", "account", "decision", "change_to", "access_before", "access_after",
    "limit_at", "done_at", "days_taken", "state",
)  # fmt: skip
#: Between two rights in the words of a reviewed account.
_AND = "; "


def decisions_carried_out(
    review_files: Frame,
    review_decisions: Frame,
    review_rows: Frame,
    review_reads: Frame,
    *,
    period: Period,
    parameters: Parameters,
) -> Outcome:
    """What a signed review decided to revoke or change was done within the limit.

    Population: every account that a review signed in the period decided to revoke or change; one row for each time
    that the review was signed, in whatever version a collection found it, whatever a later version decided.
    Exception: no snapshot up to `review_removal_days` (unit: days) after signing shows the account gone, or no longer
    usable by anybody, or, of a change, without something that it had and with no further privileged right; and a later
    collection shows that the limit has passed. Before that it is pending.
    Source: the review files; the systems' own lists since the reviewed snapshot. Only a snapshot with every list of
    accounts and of rights of the account's system is proof. Whether a change is the one decided is for the reader:
    both are shown.
    """
    moments = [*review_reads["snapshot_at"], *review_files["snapshot_at"]]
    seen: dict[tuple[str, str], dict[pd.Timestamp, Any]] = {}
    for row in review_rows.itertuples():
        seen.setdefault((row.system, row.account_key), {})[row.snapshot_at] = row
    versions = _versions(review_files, review_decisions)
    rows = [
        _carried(file, made, seen.get((file.system, made.account_key), {}), review_reads, moments, parameters)
        | _with_later(file, made, versions)
        for file, made in versions
        if period.contains(file.signed_at) and made.decision in ("revoke", "change")
    ]
    population = pd.DataFrame(rows, columns=[*_CARRIED, "later", "why"])
    for name in ("signed_at", "limit_at", "done_at"):
        population[name] = pd.to_datetime(population[name], utc=True)
    population["days_taken"] = population["days_taken"].astype("Int64")
    reasons = population["why"].str.cat(population["later"], na_rep="").where(population["why"].notna())
    return outcome(
        population.drop(columns=["why", "later"]), key="item", at="signed_at", reasons=reasons.astype("string")
    )


def _versions(files: Frame, decisions: Frame) -> list[tuple[Any, Any]]:
    """Every decision of every signed version of a review, with the version's file, in the order of signing.

    Of one signature the first decision to take something away stands: a file that was edited under its signature hides
    none of what was signed.
    """
    by_file: dict[tuple[Any, ...], list[Any]] = {}
    for made in decisions.itertuples():
        by_file.setdefault((made.period, made.system, made.snapshot_at), []).append(made)
    found: dict[tuple[Any, ...], tuple[Any, Any]] = {}
    for file in files[files["signed_at"].notna()].sort_values("snapshot_at", kind="stable").itertuples():
        for made in by_file.get((file.period, file.system, file.snapshot_at), []):
            one = (file.signed_at, file.period, file.system, made.account_key)
            if one not in found or found[one][1].decision == "keep":
                found[one] = (file, made)
    return [found[one] for one in sorted(found)]


def _with_later(file: Any, made: Any, versions: list[tuple[Any, Any]]) -> dict[str, str]:
    """What the next version decided on the account, where that was another thing."""
    about = (file.period, file.system, made.account_key)
    for later, other in versions:
        if (later.period, later.system, other.account_key) == about and later.signed_at > file.signed_at:
            if other.decision != made.decision:
                return {"later": f"; signed again on {day(later.signed_at)} with: {other.decision}"}
            break
    return {"later": ""}


def _carried(
    file: Any, made: Any, seen: dict[Any, Any], reads: Frame, moments: list[pd.Timestamp], parameters: Parameters
) -> dict[str, Any]:
    limit = file.signed_at + pd.Timedelta(days=parameters.review_removal_days)
    before = seen.get(file.population_at)
    access = before.privileges if before is not None else made.access
    usable = before is None or not _disabled(before)
    done = next(
        (at for at in _shown_at(file, seen, reads) if _is_done(made.decision, access, usable, seen.get(at))),
        pd.NaT,
    )
    state, why = _state(done, limit, file.signed_at, max(moments), parameters.review_removal_days)
    return {
        "item": f"{file.period}/{file.system}/{made.account_key}",
        "signed_at": file.signed_at,
        "quarter": file.period,
        "system": file.system,
        "account": made.account_key,
        "decision": made.decision,
        "change_to": made.change_to,
        "access_before": access,
        "access_after": _after(seen.get(done)) if pd.notna(done) else "as before",
        "limit_at": limit,
        "done_at": done,
        "days_taken": max(0, days_begun(file.signed_at, done)) if pd.notna(done) else pd.NA,
        "state": state,
        "why": why,
    }


def _after(row: Any) -> str:
    if row is None:
        return "gone"
    return f"nobody can sign in with it; {row.privileges}" if _disabled(row) else str(row.privileges)


def _shown_at(file: Any, seen: dict[Any, Any], reads: Frame) -> list[pd.Timestamp]:
    """The reviewed snapshot and those since that hold every list which the account and its rights would be in."""
    mine = reads[(reads["system"] == file.system) & (reads["snapshot_at"] >= file.population_at)]
    whole = mine[mine["whole"].fillna(False)]
    sources = {row.source_account for row in seen.values() if pd.notna(row.source_account)}
    return sorted((whole[whole["source_account"].isin(sources)] if sources else whole)["snapshot_at"].unique())


def _is_done(decision: str, access: Any, usable: bool, row: Any) -> bool:
    """`usable` says whether anybody could sign in when it was reviewed: else only what else is taken away counts."""
    if row is None or (usable and _disabled(row)):
        return True
    if decision != "change" or pd.isna(access):
        return False
    had, has = set(access.split(_AND)), set(row.privileges.split(_AND))
    privileged = {part for right in row.privileged_rights or () for part in right.split(_AND)}
    return bool(had - has) and not (privileged & has) - had


def _disabled(row: Any) -> bool:
    return pd.notna(row.enabled) and not row.enabled


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
