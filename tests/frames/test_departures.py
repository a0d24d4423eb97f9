"""When work ended, as the rosters tell it: leaving, a contract's end, a first spell, and in which time zone."""

from __future__ import annotations

import pandas as pd
import pytest
from text_tables import as_frame

from soc2kit.checks.leavers import leavers_removed
from soc2kit.frames import FRAMES
from soc2kit.frames.company import people as roster_rows
from soc2kit.frames.departures import departures
from soc2kit.frames.schema import typed
from soc2kit.parameters import Parameters
from soc2kit.period import CIVIL

# Rosters of the end of February and of March; a person is named by what happens.
ROSTERS = """
    email         name  kind        started_on  left_at     snapshot_at
    stays         S     employee    2024-01-01  NA          2026-02-28
    stays         S     employee    2024-01-01  NA          2026-03-31
    left          L     employee    2024-01-01  NA          2026-02-28
    left          L     employee    2024-01-01  2026-03-10  2026-03-31
    at-the-end    E     employee    2024-01-01  2026-03-31  2026-03-31
    announced     A     employee    2024-01-01  2026-04-01  2026-03-31
    came-back     B     employee    2024-01-01  2026-02-10  2026-02-28
    came-back     B     employee    2026-03-15  NA          2026-03-31
    left-again    G     employee    2024-01-01  2026-02-10  2026-02-28
    left-again    G     employee    2026-03-01  2026-03-20  2026-03-31
    corrected     C     employee    2024-01-01  2026-02-10  2026-02-28
    corrected     C     employee    2024-01-01  NA          2026-03-31
    moved         M     employee    2024-01-01  2026-02-10  2026-02-28
    moved         M     employee    2024-01-01  2026-02-20  2026-03-31
    taken-out     T     employee    2024-01-01  2026-02-10  2026-02-28
    vanished      V     employee    2024-01-01  NA          2026-02-28
    vanished-too  W     employee    2024-01-01  2026-03-20  2026-02-28
    shut-down     D     service     2024-01-01  NA          2026-02-28
    never-left    N     employee    2024-01-01  2026-03-20  2026-02-28
    never-left    N     employee    2026-03-25  NA          2026-03-31
"""


def _found(people: pd.DataFrame) -> dict[tuple[str, str], str]:
    frame = departures({"people": people})
    return {
        (row.email, f"{row.left_at:%m-%d}"): "" if pd.isna(row.rejoined_at) else f"{row.rejoined_at:%m-%d}"
        for row in frame.itertuples()
    }


def test_spells_that_ended() -> None:
    assert _found(as_frame("people", ROSTERS)) == {
        ("left", "03-10"): "",
        ("at-the-end", "03-31"): "",
        ("came-back", "02-10"): "03-15",
        ("left-again", "02-10"): "03-01",
        ("left-again", "03-20"): "",
        ("moved", "02-20"): "",
        ("taken-out", "02-10"): "",
        ("corrected", "02-10"): "",
        ("vanished", "02-28"): "",
        ("vanished-too", "03-20"): "",
    }


def test_what_is_known_only_between_two_rosters_is_said() -> None:
    found = departures({"people": as_frame("people", ROSTERS)}).set_index("email")["because"]
    assert found["vanished"] == (
        "left between 2026-02-28 and 2026-03-31, by rosters with and without the line; counted from"
    )
    assert found["corrected"] == "left by an earlier roster, in a later one not; counted from"


def _times(*values: str | None) -> pd.Series:
    return pd.to_datetime(pd.Series(values), utc=True).astype("datetime64[us, UTC]")


@pytest.mark.parametrize(
    ("left", "contract", "ended", "because"),
    [
        (None, "2026-03-31", "03-31", "contract ended"),
        (None, "2026-04-01", None, None),
        ("2026-03-10", "2026-03-31", "03-10", "left"),
        ("2026-03-10", "2026-03-10", "03-10", "left"),
        ("2026-03-10", "2026-03-09", "03-09", "contract ended"),
    ],
)
def test_a_contract_ends_work_even_where_nobody_says_so(
    left: str | None, contract: str, ended: str | None, because: str | None
) -> None:
    people = as_frame(
        "people", "email  name  kind  started_on  snapshot_at\nkim  K  contractor  2025-01-01  2026-03-31"
    )
    frame = departures({"people": people.assign(left_at=_times(left), contract_ends_on=_times(contract))})
    assert [(f"{row.left_at:%m-%d}", row.because) for row in frame.itertuples()] == (
        [(ended, because)] if ended else []
    )


def test_spells_that_the_roster_itself_tells() -> None:
    people = as_frame("people", "email  name  kind  started_on  snapshot_at\nana  A  employee  2026-03-15  2026-03-31")
    earlier = pd.Series([["2026-02-10T23:59:59Z"]], dtype="object")
    assert _found(people.assign(left_earlier_at=earlier)) == {("ana", "02-10"): "03-15"}


@pytest.mark.parametrize(
    ("zone", "seen", "in_order"),
    [
        ("America/Los_Angeles", "2026-03-12T06:59:59Z", True),
        ("America/Los_Angeles", "2026-03-12T07:00:00Z", False),
        ("Asia/Tokyo", "2026-03-11T14:59:59Z", True),
        ("Asia/Tokyo", "2026-03-11T15:00:00Z", False),
        ("UTC", "2026-03-11T23:59:59Z", True),
        ("UTC", "2026-03-12T00:00:00Z", False),
    ],
)
def test_a_leaving_day_ends_where_the_company_is(zone: str, seen: str, in_order: bool) -> None:
    """From the text of the roster to the verdict: who leaves on 10 March may have access for 24 hours after that day,
    which ends at another moment in each time zone."""
    text = "email,name,kind,team,manager,started_on,left_at\nana@x.y,Ana,employee,,,2024-01-01,2026-03-10\n"
    record = {"calls": [{"parameters": {"time_zone": zone}}]}
    rows = list(roster_rows(text, record))
    people = typed(FRAMES["people"], rows, "a roster").assign(snapshot_at=pd.Timestamp("2026-03-31", tz="UTC"))
    moment = pd.Timestamp(seen)
    account = (
        f"account_key  system  source_account  email    snapshot_at\na  github  x  ana@x.y  {moment:%Y-%m-%dT%H:%M:%S}"
    )
    reads = f"system  source_account  snapshot_at\ngithub  x  {moment:%Y-%m-%dT%H:%M:%S}\ngithub  x  2026-03-31"
    outcome = leavers_removed("github")(
        as_frame("accounts", account),
        departures({"people": people}),
        as_frame("account_reads", reads),
        as_frame("access_events", ""),
        as_frame("aws_credentials", ""),
        period=CIVIL.parse("2026-Q1"),
        parameters=Parameters(),
    )
    assert len(outcome.population) == 1
    assert outcome.exceptions.empty is in_order
