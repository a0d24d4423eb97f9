"""The population of a review out of the frames, and who may review."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from ..period import Period
from .digest import population_digest
from .model import Row, Snapshot


def snapshot_at(review_rows: pd.DataFrame, system: str, at: datetime) -> Snapshot:
    """Every account of a system in one snapshot, in the order of their keys."""
    moment = pd.Timestamp(at)
    mine = review_rows[(review_rows["system"] == system) & (review_rows["snapshot_at"] == moment)]
    rows = tuple(sorted((_row(row) for row in mine.itertuples()), key=lambda row: row.account))
    return Snapshot(system, at, rows, population_digest((row.account, row.digest) for row in rows))


def snapshots_in(review_populations: pd.DataFrame, system: str, quarter: Period) -> list[datetime]:
    """When all accounts of a system were read in a quarter, oldest first."""
    mine = review_populations[review_populations["system"] == system]["snapshot_at"]
    return [moment.to_pydatetime() for moment in sorted(mine[quarter.contains(mine)].unique())]


def reviewers(people: pd.DataFrame, at: datetime) -> dict[str, str]:
    """Names by e-mail address of the people of the roster who work for the company at a moment."""
    latest = people[people["snapshot_at"] == people["snapshot_at"].max()]
    gone = (latest["left_at"] <= at) | (latest["contract_ends_on"] <= at) | (latest["started_on"] > at)
    there = latest[latest["kind"].isin(["employee", "contractor"]) & ~gone]
    return {row.email: row.name for row in there.sort_values("name").itertuples(index=False)}


def _row(row: Any) -> Row:
    return Row(
        account=row.account_key,
        name=row.account_name,
        owner=_value(row.email),
        person=_value(row.name),
        kind=_value(row.kind),
        team=_value(row.team),
        manager=_value(row.manager),
        privileges=row.privileges,
        privileged=bool(row.privileged),
        last_used_at=_time(row.last_used_at),
        created_at=_time(row.created_at),
        mfa=_value(row.mfa),
        flags=tuple(row.flags),
        digest=row.row_digest,
        held_by=tuple(row.held_by),
    )


def _value(value: Any) -> Any:
    return None if pd.isna(value) else bool(value) if not isinstance(value, str) else value


def _time(value: Any) -> datetime | None:
    return None if pd.isna(value) else value.to_pydatetime()
