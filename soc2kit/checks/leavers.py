"""What leavers keep: for each of them and each account, when it was removed, how late, and what shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .leaver_accounts import given_on, holder_words, lasting, of_people
from .outcome import outcome
from .shared_accounts import renewal

HOUR = pd.Timedelta(hours=1)
TENTH = pd.Timedelta(minutes=6)
_ABOUT = ["account_key", "email", "name", "left_at", "because", "rejoined_at"]
_COLUMNS = [
    *_ABOUT,
    "last_seen_at",
    "first_absent_at",
    "removed_at",
    "hours_after",
    "evidence",
    "reason",
]
_TIMES = ["left_at", "rejoined_at", "last_seen_at", "first_absent_at", "removed_at"]


def leavers_removed(system: str) -> Any:
    """The leaver test for one system; the frames hold all of them."""

    def leaver_access_removed(
        accounts: Frame,
        departures: Frame,
        account_reads: Frame,
        access_events: Frame,
        aws_credentials: Frame,
        *,
        period: Period,
        parameters: Parameters,
    ) -> Outcome:
        left = departures[period.contains(departures["left_at"]).fillna(False)]
        limit = pd.Timedelta(hours=parameters.leaver_removal_hours)
        reads = _reads(account_reads[account_reads["system"] == system])
        whole = access_events[access_events["whole"].fillna(False) & (access_events["system"] == system)]
        listed = accounts[accounts["system"] == system]
        held = of_people(listed, left)
        # What somebody got only after coming back is no access of a leaver.
        held = held[~(held["snapshot_at"] >= held["rejoined_at"]).fillna(False)]
        known = of_people(whole[whole["kind"] == "revoke"], left)
        cases = [
            _case(rows, listed[listed["account_key"] == key], reads, whole, aws_credentials, limit)
            for (key, _), rows in held.groupby(_ONE, sort=True)
        ]
        shown = set(zip(held["account_key"], held["left_at"], strict=True))
        cases += [_never_listed(rows, whole, limit) for one, rows in known.groupby(_ONE, sort=True) if one not in shown]
        return _outcome([case.row() for case in cases])

    leaver_access_removed.__doc__ = f"""People who leave lose their access to {system} within the limit.

    Population: {system} accounts of everybody whose work ended inside the period, by leaving or by the end of a
    contract, that a snapshot or a removal event shows; one row for each account and ending. An account whose owner is
    disputed counts for everybody whom a source names.
    Exception: usable in any snapshot later than the ending plus `leaver_removal_hours` (unit: hours), before the person
    came back; or a removal event later than that; or nothing since shows the removal; or used after the ending. A
    shared account may stay when its credential was renewed after the ending and within the limit, and so may one that
    is somebody else's by now, when it was renewed since the leaver had it; where that cannot be told it is an
    exception. That another owner is named removes nothing.
    Source: roster (a bare date ends with its day in the company's time zone); the system's snapshots, those after the
    period included; removal events of its log. Only a snapshot with every account list of the same AWS account,
    organisation or cluster shows that an account is gone. An account that nobody can sign in with counts as removed.
    Where no event gives the time, the removal lies between two snapshots: absence from the first one after the limit is
    taken as in order, and `evidence` states both.
    """
    return leaver_access_removed


_ONE = ["account_key", "left_at"]


def _reads(account_reads: Frame) -> dict[str, list[pd.Timestamp]]:
    by_account = account_reads.groupby("source_account")["snapshot_at"]
    return {str(account): sorted(moments.unique()) for account, moments in by_account}


@dataclass
class _Case:
    """One account and one ending, and what is found of it."""

    about: Mapping[str, Any]
    limit: pd.Timedelta
    last_seen: Any = pd.NaT
    first_absent: Any = pd.NaT
    removed_at: Any = pd.NaT
    evidence: str = ""
    reasons: list[str] = field(default_factory=list)

    @property
    def left(self) -> pd.Timestamp:
        return self.about["left_at"]

    @property
    def ends(self) -> pd.Timestamp:
        """The last moment at which the account may still be there."""
        return self.left + self.limit

    def hours(self, moment: pd.Timestamp) -> float:
        """Hours after the ending, in tenths begun: a second over the limit is over the limit."""
        return -int((self.left - moment) // TENTH) / 10

    def row(self) -> dict[str, Any]:
        return {
            **{
                name: self.about[name] for name in ("account_key", "email", "name", "left_at", "because", "rejoined_at")
            },
            "last_seen_at": self.last_seen,
            "first_absent_at": self.first_absent,
            "removed_at": self.removed_at,
            "hours_after": pd.NA if pd.isna(self.removed_at) else self.hours(self.removed_at),
            "evidence": self.evidence,
            "reason": f"{self.about['because']} {_day(self.left)}; {'; '.join(self.reasons)}" if self.reasons else None,
        }


def _case(
    held: Frame,
    listed: Frame,
    reads: Mapping[str, list[pd.Timestamp]],
    events: Frame,
    credentials: Frame,
    limit: pd.Timedelta,
) -> _Case:
    """`held` are the rows of the account that name those who left, `listed` all that it has."""
    first = held.iloc[0]
    people = held.drop_duplicates("email").sort_values("email")
    about = {**first.to_dict(), "email": ", ".join(people["email"]), "name": ", ".join(people["name"].astype(str))}
    case = _Case(about, limit)
    back = first["rejoined_at"]
    moments = [moment for moment in reads.get(str(first["source_account"]), []) if pd.isna(back) or moment < back]
    others = _before(given_on(held, listed, moments), "snapshot_at", back)
    rows = pd.concat([held, others], ignore_index=True) if len(others) else held
    usable = rows[rows["enabled"].fillna(True)]
    present = sorted({moment for moment in usable["snapshot_at"] if pd.isna(back) or moment < back})
    mine = events[events["account_key"].fillna(events["account_name"]) == first["account_key"]]
    _remove(case, present, moments, _before(mine, "occurred_at", back), disabled=len(usable) < len(rows))
    if first["shared"]:
        _share(case, f"shared by {' and '.join(first['shared_by'])}", case.left, rows, credentials)
    elif len(others):
        words = f"since {_day(others['snapshot_at'].min())} the account of {holder_words(others)}"
        _share(case, words, min(case.left, held["snapshot_at"].max()), rows, credentials)
    else:
        _use(case, credentials[credentials["arn"] == first["account_key"]])
    return case


def _before(rows: Frame, time: str, back: pd.Timestamp) -> Frame:
    return rows if pd.isna(back) else rows[rows[time] < back]


def _never_listed(rows: Frame, events: Frame, limit: pd.Timedelta) -> _Case:
    """An account that was gone before any snapshot, and that a removal event names."""
    case = _Case(rows.iloc[0].to_dict(), limit)
    mine = events[events["account_key"] == case.about["account_key"]]
    _remove(case, [], [], _before(mine, "occurred_at", case.about["rejoined_at"]), disabled=False)
    return case


def _remove(
    case: _Case, present: list[pd.Timestamp], moments: list[pd.Timestamp], events: Frame, *, disabled: bool
) -> None:
    """When the account was removed, what shows it, and whether that was in time."""
    case.last_seen = present[-1] if present else pd.NaT
    later = [moment for moment in moments if pd.isna(case.last_seen) or moment > case.last_seen]
    case.first_absent = later[0] if later else pd.NaT
    inside = _inside(events, case.last_seen, case.first_absent)
    inside = lasting(inside[inside["kind"] == "revoke"], inside[inside["kind"] == "grant"])
    if len(inside):
        event = inside.iloc[0]
        case.removed_at = event["occurred_at"]
        maker = event["made_by"] if pd.isna(event["made_by_email"]) else event["made_by_email"]
        maker = "" if pd.isna(maker) else f" by {maker}"
        case.evidence = f"removal event {_minute(case.removed_at)}{maker}"
    else:
        case.evidence = _snapshots(case, present, disabled=disabled)
    _late(case, present)


def _inside(events: Frame, last_seen: pd.Timestamp, first_absent: pd.Timestamp) -> Frame:
    """Events between the last snapshot with the account and the first without: one outside was undone, or is another
    account's."""
    inside = events
    if not pd.isna(last_seen):
        inside = inside[inside["occurred_at"] > last_seen]
    return inside if pd.isna(first_absent) else inside[inside["occurred_at"] <= first_absent]


def _snapshots(case: _Case, present: list[pd.Timestamp], *, disabled: bool) -> str:
    """What snapshots alone tell of the removal."""
    gone = "disabled" if disabled else "absent"
    if pd.isna(case.first_absent):
        return f"there in the last snapshot that was read, {_minute(case.last_seen)}" if present else "no snapshot"
    if not present:
        return f"{gone} in every snapshot, the first of {_minute(case.first_absent)}"
    between = f"removed between {_minute(case.last_seen)} and {_minute(case.first_absent)}"
    if case.first_absent <= case.left:
        return f"{gone} before the ending, in the snapshot of {_minute(case.first_absent)}"
    hours = f"between {max(case.hours(case.last_seen), 0):g} and {case.hours(case.first_absent):g} hours after"
    if case.first_absent <= case.ends:
        return f"{gone} in a snapshot within the limit; {between}, {hours}"
    if case.last_seen > case.ends:
        return f"there in a snapshot after the limit; {between}, {hours}"
    return f"{gone} in the first snapshot after the limit; {between}, {hours}"


def _late(case: _Case, present: Iterable[pd.Timestamp]) -> None:
    kept = [moment for moment in present if moment > case.ends]
    if kept:
        gone = "not removed yet" if pd.isna(case.first_absent) else f"first absent {_day(case.first_absent)}"
        if not pd.isna(case.removed_at):
            gone = f"removed {_minute(case.removed_at)}"
        elif not pd.isna(case.about["rejoined_at"]) and pd.isna(case.first_absent):
            gone = f"kept until the person came back {_day(case.about['rejoined_at'])}"
        case.reasons.append(f"still there {int(case.hours(kept[-1]))} hours later ({_day(kept[-1])}); {gone}")
    elif not pd.isna(case.removed_at):
        if case.removed_at > case.ends:
            limit = f"limit {case.limit / HOUR:g}"
            case.reasons.append(f"removed {case.hours(case.removed_at):g} hours later by its log, {limit}")
    elif pd.isna(case.first_absent):
        back = case.about["rejoined_at"]
        if pd.isna(back):
            case.reasons.append("no snapshot since shows the removal")
        elif back > case.ends:
            case.reasons.append(f"nothing shows a removal before the person came back {_day(back)}")


def _use(case: _Case, credentials: Frame) -> None:
    """Credentials that were used after the ending, and before the person came back."""
    used = credentials[credentials["last_used_at"] > case.left]
    back = case.about["rejoined_at"]
    used = used if pd.isna(back) else used[used["last_used_at"] < back]
    if len(used):
        last = used.sort_values(["last_used_at", "credential"]).iloc[-1]
        case.reasons.append(f"used after that: {last['credential']} on {_minute(last['last_used_at'])}")


def _share(case: _Case, words: str, since: pd.Timestamp, rows: Frame, credentials: Frame) -> None:
    """An account that others have may stay, with another credential than the one that the leaver knows."""
    if not case.reasons:
        return
    key = case.about["account_key"]
    mine = credentials[credentials["arn"] == key] if case.about["system"] == "aws" else None
    kept = sorted(rows.loc[rows["enabled"].fillna(True) & (rows["snapshot_at"] > case.ends), "snapshot_at"])
    evidence, reason = renewal(mine, kept, since, case.ends)
    case.evidence = f"{words}; {evidence}"
    case.reasons = [f"{words}; {reason}"] if reason else []


def _outcome(rows: list[dict[str, Any]]) -> Outcome:
    population = pd.DataFrame(rows, columns=_COLUMNS)
    for name in _TIMES:
        population[name] = pd.to_datetime(population[name], utc=True).astype("datetime64[us, UTC]")
    population = population.astype({"hours_after": "Float64", "evidence": "string", "reason": "string"})
    population = population.sort_values(["account_key", "left_at"], ignore_index=True)
    return outcome(population.drop(columns="reason"), key="account_key", at="left_at", reasons=population["reason"])


def _minute(moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _day(moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%d}"
