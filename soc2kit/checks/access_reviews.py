"""Test of the quarterly access review: that it was done, of whom, by whom, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome
from .review_people import Roster

_INSTANT = pd.Timedelta(microseconds=1)
_DAY = pd.Timedelta(days=1)
_DONE = (
    "item", "shown_at", "quarter", "system", "account", "owner", "access", "decision", "decided_by", "reason_given",
    "signed_by", "signed_at",
)  # fmt: skip


@dataclass(frozen=True)
class _Evidence:
    """The frames as look-ups: the latest known version of each review, and what the systems' lists showed."""

    files: dict[tuple[str, str], Any]
    decisions: dict[tuple[str, str], dict[str, Any]]
    populations: dict[tuple[str, pd.Timestamp], Any]
    accounts: dict[tuple[str, pd.Timestamp], list[Any]]
    shown_at: dict[tuple[str, str, str], list[pd.Timestamp]]
    looks: list[pd.Timestamp]
    signatures: set[tuple[str, str, str, pd.Timestamp]]
    roster: Roster
    latest: pd.Timestamp


def review_done(
    review_quarters: Frame,
    review_files: Frame,
    review_decisions: Frame,
    review_populations: Frame,
    review_rows: Frame,
    people: Frame,
    *,
    period: Period,
    parameters: Parameters,
) -> Outcome:
    """Each quarter, every account of every system was reviewed by somebody else than its holder, and signed in time.

    Population: for each quarter that ends in the period and each system whose accounts were collected in it, one row
    for the review and one for every account of the reviewed snapshot. A quarter counts once its review is signed, or
    once a collection later than its end plus `quarterly_grace_days` (unit: days) shows that it is not.
    Exception: no snapshot has every list of accounts and rights; no review, not signed, signed late, before the
    reviewed snapshot, or by nobody who was in the roster then; the file was edited after signing, or an earlier
    collection contradicts the time of signing; the reviewed accounts are not those of the snapshot in the evidence, or
    of another quarter; an account without a decision or with one on other rights; decided by somebody who holds,
    shares or may hold it, or was not in the roster then; after signing, or before any snapshot of the quarter showed
    what was decided on; without a reason.
    Source: the review files as collected, their digests computed again; the systems' own account lists; roster.
    """
    found = _evidence(review_quarters, review_files, review_decisions, review_populations, review_rows, people)
    rows = [
        row
        for quarter in _ending_in(review_quarters, period)
        for system in _systems([review_populations, review_rows], quarter)
        for row in _reviewed(quarter, system, found, parameters)
    ]
    population = pd.DataFrame(rows, columns=[*_DONE, "why"])
    for name in ("shown_at", "signed_at"):
        population[name] = pd.to_datetime(population[name], utc=True)
    reasons = population["why"].astype("string")
    return outcome(population.drop(columns="why"), key="item", at="shown_at", reasons=reasons)


def _evidence(
    quarters: Frame, files: Frame, decisions: Frame, populations: Frame, rows: Frame, people: Frame
) -> _Evidence:
    latest = latest_versions(files)
    looks = sorted(quarters["snapshot_at"].unique())
    moments = [*looks, *populations["snapshot_at"]]
    return _Evidence(
        files=latest,
        decisions=decided_of(decisions, latest),
        populations={(row.system, row.snapshot_at): row for row in populations.itertuples()},
        accounts={
            key: list(part.sort_values("account_key").itertuples())
            for key, part in rows.groupby(["system", "snapshot_at"])
        },
        shown_at=rows.groupby(["system", "account_key", "row_digest"])["snapshot_at"].agg(sorted).to_dict(),
        looks=looks,
        signatures={(row.period, row.system, str(row.signature), row.snapshot_at) for row in files.itertuples()},
        roster=Roster(people),
        latest=max(moments) if moments else pd.NaT,
    )


def latest_versions(files: Frame) -> dict[tuple[str, str], Any]:
    ordered = files.sort_values("snapshot_at", kind="stable")
    return {(row.period, row.system): row for row in ordered.itertuples()}


def decided_of(decisions: Frame, latest: dict[tuple[str, str], Any]) -> dict[tuple[str, str], dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in decisions.itertuples():
        version = latest.get((row.period, row.system))
        if version is not None and version.snapshot_at == row.snapshot_at:
            found.setdefault((row.period, row.system), {})[row.account_key] = row
    return found


def _ending_in(quarters: Frame, period: Period) -> Iterator[Any]:
    """Quarters whose last instant lies in the period, by the calendar as it was last collected."""
    known = quarters.sort_values("snapshot_at", kind="stable").drop_duplicates("quarter", keep="last")
    inside = known[period.contains(known["end"] - _INSTANT).fillna(False)]
    yield from inside.sort_values("start").itertuples()


def _systems(shown: list[Frame], quarter: Any) -> list[str]:
    """Systems with accounts in the quarter, whether or not a snapshot of it has all that a review needs."""
    return sorted({name for frame in shown for name in frame.loc[_within(frame["snapshot_at"], quarter), "system"]})


def _within(moments: Any, quarter: Any) -> Any:
    return (moments >= quarter.start) & (moments < quarter.end)


def _reviewed(quarter: Any, system: str, found: _Evidence, parameters: Parameters) -> Iterator[dict[str, Any]]:
    file = found.files.get((quarter.quarter, system))
    limit = quarter.end + pd.Timedelta(days=parameters.quarterly_grace_days)
    signed_by, signed_at = (None, pd.NaT) if file is None else (file.signed_by, file.signed_at)
    if pd.isna(signed_at) and not found.latest > limit:
        return
    moments = [at for name, at in found.populations if name == system and _within(at, quarter)]
    listed = [at for name, at in found.accounts if name == system and _within(at, quarter)]
    shown = max(moments or listed)
    about = {
        "quarter": quarter.quarter,
        "system": system,
        "signed_by": signed_by,
        "signed_at": signed_at,
    }
    item = f"{quarter.quarter}/{system}"
    lacking = [] if moments else [f"no snapshot of {quarter.quarter} has every list of accounts and rights"]
    why = "; ".join([*lacking, *_review_reasons(quarter, system, file, limit, found)])
    yield {**about, "item": item, "shown_at": shown, "account": "the review", "why": why or None}
    if file is not None and pd.notna(file.population_at):
        decided = found.decisions.get((quarter.quarter, system), {})
        for row in found.accounts.get((system, file.population_at), []):
            made = decided.get(row.account_key)
            shown_since = _shown_since(row, quarter, system, found)
            why = "; ".join(_account_reasons(row, made, file.signed_at, shown_since, found.roster))
            yield {**about, **_account(item, row, made), "why": why or None}


def _shown_since(row: Any, quarter: Any, system: str, found: _Evidence) -> pd.Timestamp:
    """The first snapshot of the quarter that shows an account as the reviewed one does, else the reviewed one.

    A decision made over an earlier snapshot stands while nothing about the account changes.
    """
    same = found.shown_at.get((system, row.account_key, row.row_digest), [])
    return min([*(at for at in same if _within(at, quarter)), row.snapshot_at])


def _review_reasons(quarter: Any, system: str, file: Any, limit: pd.Timestamp, found: _Evidence) -> Iterator[str]:
    if file is None:
        yield f"no review; one was due by {day(limit)}"
        return
    if found.looks and file.snapshot_at < found.looks[-1]:
        yield f"the review file is gone since the collection of {day(file.snapshot_at)}"
    if pd.notna(file.problem):
        yield f"the review cannot be read: {file.problem}"
        return
    yield from _signature_reasons(quarter, system, file, limit, found)
    yield from _population_reasons(quarter, system, file, found)


def _signature_reasons(quarter: Any, system: str, file: Any, limit: pd.Timestamp, found: _Evidence) -> Iterator[str]:
    if pd.isna(file.signed_at):
        yield f"not signed; due by {day(limit)}"
        return
    if file.signed_at > limit:
        yield f"signed {days_begun(limit, file.signed_at)} days late, on {day(file.signed_at)}"
    if not file.signature_valid:
        yield "the signature does not match what is in the file"
    if file.signed_at < file.population_at:
        yield f"signed on {day(file.signed_at)}, before the reviewed snapshot, of {day(file.population_at)}"
    if objection := found.roster.objection(file.signed_by, file.signed_at):
        yield f"signed by {objection}"
    signature = (quarter.quarter, system, str(file.signature))
    before = [at for at in found.looks if file.signed_at < at <= file.snapshot_at]
    against = [at for at in before if (*signature, at) not in found.signatures]
    if against:
        yield f"said to be signed on {day(file.signed_at)}, but the collection of {day(against[0])} does not show it"


def _population_reasons(quarter: Any, system: str, file: Any, found: _Evidence) -> Iterator[str]:
    known = found.populations.get((system, file.population_at)) if pd.notna(file.population_at) else None
    if known is None:
        when = day(file.population_at) if pd.notna(file.population_at) else "no time"
        yield f"the reviewed snapshot, of {when}, is not in the evidence with every list"
        return
    if not _within(file.population_at, quarter):
        yield f"the reviewed snapshot, of {day(file.population_at)}, is not of {quarter.quarter}"
    if known.sha256 != file.population_sha256:
        decided = found.decisions.get((quarter.quarter, system), {})
        accounts = found.accounts.get((system, file.population_at), [])
        lacking = [row.account_key for row in accounts if row.account_key not in decided]
        words = f"; not in the review: {', '.join(lacking[:5])}" if lacking else ""
        yield f"the reviewed accounts are not those of the snapshot in the evidence{words}"


def _account(item: str, row: Any, made: Any) -> dict[str, Any]:
    return {
        "item": f"{item}/{row.account_key}",
        "shown_at": row.snapshot_at,
        "account": row.account_key,
        "owner": row.email if pd.notna(row.email) else ", ".join(holders(row)) or None,
        "access": row.privileges,
        "decision": made.decision if made is not None else "none",
        "decided_by": made.decided_by if made is not None else None,
        "reason_given": made.reason if made is not None else None,
    }


def _account_reasons(
    row: Any, made: Any, signed: pd.Timestamp, shown_since: pd.Timestamp, roster: Roster
) -> Iterator[str]:
    if made is None:
        yield "no decision"
        return
    if made.row_digest != row.row_digest:
        yield f"decided on other access than the snapshot shows: {made.access}"
    if made.decided_by in holders(row):
        yield f"decided by {made.decided_by}, who holds the account"
    if objection := roster.objection(made.decided_by, made.decided_at):
        yield f"decided by {objection}"
    if made.decided_at > signed:
        yield f"decided on {day(made.decided_at)}, after it was signed"
    if made.decided_at < shown_since:
        yield f"decided on {day(made.decided_at)}, before a snapshot of the quarter showed this access"
    if pd.isna(made.reason):
        yield f"{made.decision} without a reason"
    if made.decision == "change" and pd.isna(made.change_to):
        yield "change without saying to what"


def holders(row: Any) -> list[str]:
    """Everybody who owns or shares an account, or who is named as its owner by a source that others contradict."""
    named = list(row.held_by) if isinstance(row.held_by, list | tuple) else []
    return sorted({*named, *([row.email] if pd.notna(row.email) else [])})


def days_begun(earlier: pd.Timestamp, later: pd.Timestamp) -> int:
    """Days begun."""
    return int(-((earlier - later) // _DAY))


def day(moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%d}"
