"""Accounts of every system in one frame, each joined to the person or service account that owns it.

An owner is found by a confirmed match in the identity file, or by the `email` tag of an IAM user; nothing is guessed
from the look of a name. An account with no owner, or with two different ones, says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

Frames = Mapping[str, pd.DataFrame]
_COLUMNS = ["account_key", "system", "source_account", "account_name", "tagged_email", "snapshot_at"]
_OWNER = ["email", "name", "kind", "team", "manager", "started_on", "left_at"]


def two_factor_members(frames: Frames) -> pd.DataFrame:
    """Members with whether each has two-factor sign-in, of snapshots where GitHub let both lists be read.

    The list of those without it may be empty, so whether it was read at all is a frame of its own.
    """
    members, without = frames["github_member_roles"], frames["github_without_two_factor"]
    readable = members[members["snapshot_at"].isin(frames["github_two_factor_lists"]["snapshot_at"])]
    marked = without[["login", "snapshot_at"]].drop_duplicates().assign(lacks=True)
    joined = readable.merge(marked, on=["login", "snapshot_at"], how="left", validate="many_to_one")
    return joined.assign(two_factor=joined["lacks"].isna().astype("boolean")).drop(columns="lacks")


def one_row(pages: Any, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """One row for each time a list of an account was read whole, however long it was."""
    yield {"source_account": record["source"]["account"], "rows": record["rows"]}


def account_reads(frames: Frames) -> pd.DataFrame:
    """Snapshots in which all account lists of a system's account were read: only there does absence mean removal."""
    lists = {
        "aws": ("read_aws_users",),
        "github": ("read_github_members", "read_github_outside"),
        "postgres": ("read_database_roles",),
    }
    parts = []
    for system, names in lists.items():
        whole = set.intersection(*(_readings(frames[name]) for name in names))
        rows = [(system, account, moment) for moment, account in sorted(whole)]
        parts.append(pd.DataFrame(rows, columns=["system", "source_account", "snapshot_at"]))
    every = pd.concat(parts, ignore_index=True)
    return every.astype({"system": "string", "source_account": "string", "snapshot_at": "datetime64[us, UTC]"})


def _readings(read: pd.DataFrame) -> set[tuple[pd.Timestamp, str]]:
    return set(zip(read["snapshot_at"], read["source_account"], strict=True))


def accounts(frames: Frames) -> pd.DataFrame:
    """One row per account and snapshot: IAM users, GitHub members and outside collaborators, database login roles."""
    users, roles = frames["aws_users"], _login_roles(frames["database_roles"])
    outside = frames["outside_collaborators"].drop_duplicates(["login", "snapshot_at"])
    organization = frames["read_github_members"].drop_duplicates("snapshot_at").set_index("snapshot_at")
    parts = [
        _part(users, "aws", "arn", "user", users["arn"].str.split(":").str[4]),
        *(
            _part(frame, "github", "login", "login", frame["snapshot_at"].map(organization["source_account"]))
            for frame in (frames["github_member_roles"], outside)
        ),
        _part(roles, "postgres", "role_key", "role", roles["cluster"]),
    ]
    tags = (
        frames["aws_principals"].query("type == 'user'").rename(columns={"arn": "account_key", "email": "tagged_email"})
    )
    every = pd.concat(parts, ignore_index=True).drop_duplicates(["system", "account_key", "snapshot_at"])
    every = every.merge(
        tags[["account_key", "tagged_email", "snapshot_at"]],
        on=["account_key", "snapshot_at"],
        how="left",
        validate="one_to_one",
    )
    return _owned(every[_COLUMNS], frames["identities"], frames["people"])


def _login_roles(roles: pd.DataFrame) -> pd.DataFrame:
    login = roles[roles["login"].fillna(True)]
    return login.assign(role_key=login["cluster"] + "/" + login["role"])


def _part(frame: pd.DataFrame, system: str, key: str, name: str, source: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_key": frame[key],
            "system": pd.Series(system, index=frame.index, dtype="string"),
            "source_account": source.astype("string"),
            "account_name": frame[name],
            "snapshot_at": frame["snapshot_at"],
        }
    )


def _owned(every: pd.DataFrame, identities: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    every = every.assign(confirmed_at=_in_force(every["snapshot_at"], identities["snapshot_at"]))
    keys = ["system", "account_name", "confirmed_at"]
    confirmed = identities.rename(columns={"snapshot_at": "confirmed_at"})[[*keys, "email"]].drop_duplicates()
    several = confirmed.duplicated(keys, keep=False)
    single = confirmed[~several].rename(columns={"email": "confirmed_email"})
    joined = every.merge(single, on=keys, how="left", validate="many_to_one")
    email = joined["confirmed_email"].fillna(joined["tagged_email"].str.lower())
    conflict = (
        joined["confirmed_email"].notna()
        & joined["tagged_email"].notna()
        & (joined["confirmed_email"] != joined["tagged_email"].str.lower())
    )
    clash = conflict.fillna(False) | _named_twice(joined, confirmed[several])
    owner = people[people["snapshot_at"] == people["snapshot_at"].max()][_OWNER]
    result = joined.assign(email=email.mask(clash), ambiguous=clash.astype("boolean"))
    result = result.merge(owner, on="email", how="left", validate="many_to_one")
    return result.drop(columns=["confirmed_email", "confirmed_at", "tagged_email"])


def _in_force(moments: pd.Series, kept: pd.Series) -> pd.Series:
    """For each moment the latest snapshot of the identity file by then, else the first one after it.

    A match confirmed later does not change whose an account was taken to be earlier.
    """
    known = pd.Series(sorted(kept.dropna().unique()), dtype="datetime64[us, UTC]")
    if known.empty:
        return pd.Series(pd.NaT, index=moments.index, dtype="datetime64[us, UTC]")
    places = (known.searchsorted(moments, side="right") - 1).clip(min=0)
    return pd.Series(known.iloc[places].array, index=moments.index)


def _named_twice(joined: pd.DataFrame, twice: pd.DataFrame) -> pd.Series:
    keys = ["system", "account_name", "confirmed_at"]
    named = set(twice[keys].itertuples(index=False, name=None))
    return pd.Series([row in named for row in joined[keys].itertuples(index=False, name=None)], index=joined.index)
