"""In which snapshots every list of accounts and of their rights was read: only there does absence mean anything.

Without its rights an account cannot be reviewed, and without the list that a right stood in nobody can tell that the
right is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from .accounts import IDENTITY_CENTER

Frames = Mapping[str, pd.DataFrame]
# The readings of each system's lists of rights.
_RIGHTS = {
    "aws": ("read_aws_principals",),
    "github": (
        "read_github_organization",
        "read_github_teams",
        "read_github_direct",
        "read_github_invitations",
    ),
    "postgres": ("read_database_memberships", "read_database_grants"),
}
# A person in Identity Center is an administrator by a policy or by the role that a permission set made.
_DIRECTORY = ("read_identity_center", "read_aws_principals")
#: Lists that a token may not be let to read, or that a company may not have.
OPTIONAL = (
    "read_identity_center", *_RIGHTS["github"], "read_database_grants", "identity_center_users",
)  # fmt: skip
USES = ("account_reads", "read_aws_principals", "read_database_memberships", *OPTIONAL)


def review_reads(frames: Frames) -> pd.DataFrame:
    """One row per account of a system and snapshot with its account lists; `whole` where all its rights are there, too.

    A list counts as lacking from the first time that it was read: what a company does not have, or has only begun to
    collect, is missing in none of the snapshots before. Identity Center is an account of its own, once it has users.
    """
    reads = frames["account_reads"]
    own = reads[reads["source_account"] != IDENTITY_CENTER]
    lists = {name: _readings(frames[name]) for name in {*_DIRECTORY, *(n for names in _RIGHTS.values() for n in names)}}
    made = [
        (row.system, row.source_account,
         not _lacking(lists, _RIGHTS[row.system], row.snapshot_at, {row.source_account}), row.snapshot_at)
        for row in own.itertuples()
    ]  # fmt: skip
    made += [
        ("aws", IDENTITY_CENTER, not _lacking(lists, _DIRECTORY, at, accounts), at)
        for at, accounts in _directory_looks(frames, own[own["system"] == "aws"])
    ]
    return pd.DataFrame(made, columns=["system", "source_account", "whole", "snapshot_at"]).astype(
        {
            **dict.fromkeys(("system", "source_account"), "string"),
            "whole": "boolean",
            "snapshot_at": "datetime64[us, UTC]",
        }
    )


def _directory_looks(frames: Frames, own: pd.DataFrame) -> Iterator[tuple[pd.Timestamp, set[str]]]:
    """Snapshots since Identity Center has users, each with the AWS accounts that tell of it.

    Those are the ones that had it, and the ones of the snapshot, as a permission set makes a role in each.
    """
    users, read = frames["identity_center_users"]["snapshot_at"], frames["read_identity_center"]
    for at in sorted({*own["snapshot_at"], *users}):
        if (users <= at).any():
            had = read[(read["rows"] > 0) & (read["snapshot_at"] <= at)]
            yield at, {*had["source_account"], *own.loc[own["snapshot_at"] == at, "source_account"]}


def whole_snapshots(reads: pd.DataFrame) -> Iterator[tuple[str, pd.Timestamp]]:
    """System and moment of snapshots that lack nothing, of no account: of those known from before and after, all."""
    for system, mine in reads.groupby("system", sort=True):
        known = mine.groupby("source_account")["snapshot_at"].agg(["min", "max"])
        for at, read in mine.groupby("snapshot_at", sort=True):
            expected = known[(known["min"] <= at) & (known["max"] >= at)].index
            if set(expected) <= set(read["source_account"]) and read["whole"].all():
                yield str(system), at


def _readings(read: pd.DataFrame) -> dict[str, set[pd.Timestamp]]:
    """When each account's list was read."""
    return {str(account): set(moments) for account, moments in read.groupby("source_account")["snapshot_at"]}


def _lacking(
    lists: Mapping[str, Mapping[str, set[pd.Timestamp]]], names: Iterable[str], at: pd.Timestamp, accounts: set[str]
) -> bool:
    """Whether one of the lists was not read at a moment, of one of the accounts."""
    return any(
        min(moments) <= at and at not in moments
        for name in names
        for account, moments in lists[name].items()
        if account in accounts
    )
