"""Accounts, databases and people, each list held against a second source of the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import pandas as pd

from ..model import Frame, Reconciliation

# AWS makes the credential report at most once in four hours, so a younger user may not be in it yet.
REPORT_AGE = pd.Timedelta(hours=4)
Frames: TypeAlias = Mapping[str, Frame]


def users_in_report(frames: Frames, datasets: tuple[str, str]) -> Reconciliation:
    """IAM users of the credential report, and those that ListUsers gives; snapshots that have both."""
    report, listed = _in_both(frames["aws_users"], frames["aws_listed_users"])
    young = listed["created_at"] > listed["snapshot_at"] - REPORT_AGE
    ours, theirs = _moments(report, "arn"), _moments(listed[~young], "arn")
    return Reconciliation(
        "aws-users", "IAM users: credential report ↔ ListUsers", datasets, len(report), len(listed),
        only_first=_words(ours - _moments(listed, "arn")), only_second=_words(theirs - ours),
        explained="a user made in the four hours before is not in the report yet",
    )  # fmt: skip


def users_counted(frames: Frames, datasets: tuple[str, str]) -> Reconciliation:
    """IAM users of the credential report, and the account's own count of them; snapshots that have both."""
    report, counts = _in_both(frames["aws_users"], frames["aws_user_counts"])
    read = report.groupby(["snapshot_at", report["arn"].str.split(":").str[4]]).size()
    more: list[str] = []
    fewer: list[str] = []
    for row in counts.dropna(subset=["users"]).itertuples():
        got = int(read.get((row.snapshot_at, row.account), 0))
        words = f"{row.snapshot_at:%Y-%m-%d}, {row.account}: {got} in the report, {row.users} counted"
        if got != row.users:
            (more if got > row.users else fewer).append(words)
    return Reconciliation(
        "aws-user-count", "IAM users: credential report ↔ account summary", datasets, len(report),
        int(counts["users"].sum()), tuple(more), tuple(fewer),
        "a user made in the four hours before is counted already",
    )  # fmt: skip


def databases_read(frames: Frames, datasets: tuple[str, str]) -> Reconciliation:
    """Databases in which grants were read, and those that the server lists at the same snapshot.

    Templates, databases that nobody may connect to and those of the server's provider are none of the company's.
    """
    listed = frames["databases"]
    read = listed["read"]
    unread = listed[~read & ~listed["out_of_scope"]]
    return Reconciliation(
        "databases", "Databases: grants read ↔ the server's own list", datasets, int(read.sum()), len(listed),
        only_first=(), only_second=_words(_moments(unread, "place")),
        explained="a database in databases_out_of_scope of soc2kit.toml is not read, and a note names it",
    )  # fmt: skip


def accounts_read(frames: Frames, datasets: tuple[str, str]) -> Reconciliation:
    """AWS accounts that the list was read from, and those that Identity Center lets people into, at any snapshot."""
    (reads,) = (frame for name, frame in frames.items() if name.startswith("read_"))
    read, named = set(reads["source_account"]), set(frames["identity_center_accounts"]["account"])
    what = datasets[0].partition(".")[2].replace("_", " ")
    return Reconciliation(
        f"aws-accounts-{datasets[0].partition('.')[2].replace('_', '-')}",
        f"AWS accounts: {what} read ↔ accounts of Identity Center", datasets, len(read), len(named),
        only_first=_words(read - named), only_second=_words(named - read),
        explained="an account may be entered without Identity Center; one that [sources.aws] accounts leaves out is not"
        " counted, and a note names it",
    )  # fmt: skip


def accounts_of_organization(frames: Frames, datasets: tuple[str, str]) -> Reconciliation:
    """AWS accounts that the list was read from, and the open ones of the organisation, at any snapshot."""
    (reads,) = (frame for name, frame in frames.items() if name.startswith("read_"))
    others = frames["organization_accounts"]
    read, there = set(reads["source_account"]), set(others.loc[others["open"], "account"])
    what = datasets[0].partition(".")[2].replace("_", " ")
    told = "" if there else "; none of the accounts that were read may list them"
    return Reconciliation(
        f"organisation-accounts-{datasets[0].partition('.')[2].replace('_', '-')}",
        f"AWS accounts: {what} read ↔ accounts of the organisation", datasets, len(read), len(there),
        only_first=_words(read - there) if there else (), only_second=_words(there - read),
        explained="an account of another organisation may be read; one that [sources.aws] accounts leaves out is not"
        f" counted, and a note names it{told}",
    )  # fmt: skip


def regions_read(frames: Frames, datasets: tuple[str, str]) -> Reconciliation:
    """Regions in which a service was asked, and those that are enabled for the account, at each snapshot."""
    (regions,) = frames.values()
    unread = regions[~regions["read"] & regions["out_of_scope"].isna()]
    return Reconciliation(
        f"regions-{datasets[0].partition('.')[2]}", f"AWS regions: {datasets[0]} read ↔ enabled for the account",
        datasets, int(regions["read"].sum()), len(regions), only_first=(),
        only_second=_words(_moments(unread, "place")),
        explained="a region in regions_out_of_scope of soc2kit.toml is not read, and a note names it",
    )  # fmt: skip


def accounts_of_people(frames: Frames, datasets: tuple[str, str]) -> Reconciliation:
    """Accounts of all systems, and the people and service accounts of the roster, at the latest snapshot."""
    accounts, people = frames["accounts"], frames["people"]
    latest = accounts[accounts["snapshot_at"] == accounts["snapshot_at"].max()]
    roster = people[people["snapshot_at"] == people["snapshot_at"].max()]
    gone = (roster["left_at"] <= accounts["snapshot_at"].max()).fillna(False)
    present = roster[~gone.astype(bool)]
    without = present[~present["email"].isin(set(latest["email"].dropna()))]
    nobodys = latest[~latest["email"].isin(set(roster["email"])).fillna(False)]
    return Reconciliation(
        "roster-accounts", "Accounts ↔ roster, latest snapshot", datasets, len(latest), len(present),
        only_first=_words(nobodys["account_key"]), only_second=_words(without["email"]),
        explained="people may work without an account in these systems; an account of nobody is an exception of"
        " ACC-ORP-01",
        proves=False,
    )  # fmt: skip


def _in_both(one: Frame, other: Frame) -> tuple[Frame, Frame]:
    """The rows of snapshots that both frames have."""
    common = set(one["snapshot_at"]) & set(other["snapshot_at"])
    return one[one["snapshot_at"].isin(common)], other[other["snapshot_at"].isin(common)]


def _moments(frame: Frame, key: str) -> set[str]:
    return {f"{row[0]} ({row[1]:%Y-%m-%d})" for row in frame[[key, "snapshot_at"]].itertuples(index=False, name=None)}


def _words(found: set[str] | pd.Series) -> tuple[str, ...]:
    return tuple(sorted(map(str, found)))
