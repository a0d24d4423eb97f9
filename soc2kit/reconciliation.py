"""Lists that tests rest on, each held against a second source of the same things.

Whether a list is complete cannot be seen from the list. A new reconciliation is one function over frames and one line
in the table at the end; what only the second source has makes the tests of the first list `not_tested`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import pandas as pd

from .errors import EvidenceDamaged, MalformedInput
from .frames import FrameSet
from .model import Frame, Reconciliation

# AWS makes the credential report at most once in four hours, so a younger user may not be in it yet.
REPORT_AGE = pd.Timedelta(hours=4)
# A merge and its commit bear times of their own, so one of them can lie just beyond the part that was read.
EDGE = pd.Timedelta(minutes=10)
Frames: TypeAlias = Mapping[str, Frame]
Function: TypeAlias = Callable[[Frames, tuple[str, str]], Reconciliation]


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


def changes_on_branches(frames: Frames, datasets: tuple[str, str]) -> Reconciliation:
    """First-parent commits of the default branches, and the merge commits of merged pull requests.

    What only the branch has was pushed without a pull request: that is a test of its own (GH-PR-02), not a gap in the
    list. What only the pull requests have is a merge that the branch does not show.
    """
    commits, changes = frames["commits"], frames["changes"]
    merged = changes.merge(
        frames["default_branches"].rename(columns={"branch": "base"}), on=["repository", "base"], validate="many_to_one"
    )
    shas = set(commits["sha"])
    first, last = commits["committed_at"].min(), commits["committed_at"].max()
    inside = merged["merged_at"].between(first + EDGE, last - EDGE) if len(commits) else merged["merged_at"].isna()
    absent = merged[inside & ~merged["merge_commit"].isin(shas)]
    direct = commits[commits["changes"].map(len) == 0]
    return Reconciliation(
        "merged-changes", "Changes: first-parent commits ↔ merged pull requests", datasets, len(commits), len(merged),
        only_first=_words(direct["commit"]), only_second=_words(absent["change"]),
        explained="a rebase puts several commits of one pull request on the branch; a direct push is an exception of"
        " GH-PR-02",
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


# fmt: off
RECONCILIATIONS: tuple[tuple[Function, tuple[str, str], tuple[str, ...]], ...] = (
    (users_in_report, ("aws.credential_report", "aws.users"), ("aws_users", "aws_listed_users")),
    (users_counted, ("aws.credential_report", "aws.account_summary"), ("aws_users", "aws_user_counts")),
    (accounts_read, ("aws.credential_report", "aws.identity_center"), ("read_aws_users", "identity_center_accounts")),
    (accounts_read, ("aws.authorization_details", "aws.identity_center"),
     ("read_aws_principals", "identity_center_accounts")),
    (databases_read, ("postgres.grants", "postgres.grants"), ("databases",)),
    (changes_on_branches, ("github.default_branch_commits", "github.merged_pull_requests"),
     ("commits", "changes", "default_branches")),
    (accounts_of_people, ("github.members", "company.roster"), ("accounts", "people")),
)
# fmt: on


def reconciliations(frames: FrameSet) -> Iterator[Reconciliation]:
    """Every reconciliation for which both sources were read; of damaged evidence the tests themselves speak."""
    for function, datasets, names in RECONCILIATIONS:
        needed = {dataset for name in names for dataset in frames.datasets(name)}
        if not all(frames.records(dataset) for dataset in needed):
            continue
        try:
            yield function({name: _in_scope(name, frames) for name in names}, datasets)
        except (EvidenceDamaged, MalformedInput):
            continue


def _in_scope(name: str, frames: FrameSet) -> Frame:
    """A frame without the accounts that Identity Center names and the company declares to be out of scope."""
    frame = frames.frame(name)
    if name != "identity_center_accounts":
        return frame
    # A mask and not a list: an empty list would choose no columns.
    return frame[frame["account"].map(lambda account: frames.admits("aws", account)).astype("boolean")]
