"""Accounts of every system in one frame, each joined to the person or service account that owns it.

Whose an account is, `identities` says; nothing is guessed from the look of a name. An account with no owner, or with
two different ones, says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from .identities import OWNER_COLUMNS, OWNER_OPTIONAL, OWNER_USES, owned

Frames = Mapping[str, pd.DataFrame]
COLUMNS = (
    f"account_key text, system text, source_account text?, account_name text, enabled flag?, created_at time?,"
    f" {OWNER_COLUMNS}, name text?, kind text?, team text?, manager text?, started_on time?, left_at time?"
)
#: Lists of accounts that a company may not have.
OPTIONAL = ("identity_center_users", "github_invitations", *OWNER_OPTIONAL)
USES = (
    "read_github_members",
    "aws_users",
    "aws_credentials",
    "github_member_roles",
    "outside_collaborators",
    "database_roles",
    "identity_center_users",
    "github_invitations",
    *OWNER_USES,
)
READ_USES = ("read_aws_users", "read_github_members", "read_github_outside", "read_database_roles")
#: Stands for the AWS account in the rows of Identity Center's users, who belong to all of them.
IDENTITY_CENTER = "Identity Center"
#: Before the login or address in the key of an invitation that nobody has taken up yet.
INVITATION = "invitation of "


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
    """Snapshots in which all account lists of a system's account were read: only there does absence mean removal.

    Identity Center has a list of its own.
    """
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
    directory = pd.DataFrame({"snapshot_at": frames["read_identity_center"]["snapshot_at"].drop_duplicates()})
    parts.append(directory.assign(system="aws", source_account=IDENTITY_CENTER))
    every = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    return every.astype({"system": "string", "source_account": "string", "snapshot_at": "datetime64[us, UTC]"})


def _readings(read: pd.DataFrame) -> set[tuple[pd.Timestamp, str]]:
    return set(zip(read["snapshot_at"], read["source_account"], strict=True))


def accounts(frames: Frames) -> pd.DataFrame:
    """One row per account and snapshot, with its owner.

    IAM users, Identity Center users, GitHub members, outside collaborators and pending invitations, database login
    roles. `enabled` is false where nobody can sign in with it: an IAM user without password and active keys, an
    inactive user of Identity Center. `left_at` is when the owner's work ended, by leaving or by the end of a contract.
    """
    users, roles = frames["aws_users"], _login_roles(frames["database_roles"])
    organization = frames["read_github_members"].drop_duplicates("snapshot_at").set_index("snapshot_at")
    github = pd.concat(_github_parts(frames), ignore_index=True)
    parts = [
        _part(users, "aws", "arn", "user", users["arn"].str.split(":").str[4]).assign(
            enabled=_usable(users, frames["aws_credentials"]), created_at=users["created_at"]
        ),
        _directory_part(frames["identity_center_users"]),
        github.assign(source_account=github["snapshot_at"].map(organization["source_account"]).astype("string")),
        _part(roles, "postgres", "role_key", "role", roles["cluster"]),
    ]
    every = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    every = every.drop_duplicates(["system", "account_key", "snapshot_at"], ignore_index=True)
    return owned(every.astype({"created_at": "datetime64[us, UTC]", "directory_email": "string"}), frames)


def _login_roles(roles: pd.DataFrame) -> pd.DataFrame:
    login = roles[roles["login"].fillna(True)]
    return login.assign(role_key=login["cluster"] + "/" + login["role"])


def _part(frame: pd.DataFrame, system: str, key: str, name: str, source: pd.Series | str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_key": frame[key],
            "system": pd.Series(system, index=frame.index, dtype="string"),
            "source_account": pd.Series(source, index=frame.index, dtype="string"),
            "account_name": frame[name],
            "enabled": pd.Series(True, index=frame.index, dtype="boolean"),
            "created_at": pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us, UTC]"),
            "directory_email": pd.Series(pd.NA, index=frame.index, dtype="string"),
            "snapshot_at": frame["snapshot_at"],
        }
    )


def _usable(users: pd.DataFrame, credentials: pd.DataFrame) -> pd.Series:
    """Whether anybody can sign in as an IAM user; what AWS does not say counts as possible."""
    active = credentials[credentials["active"].fillna(True)]
    held = set(zip(active["arn"], active["snapshot_at"], strict=True))
    with_any = [pair in held for pair in zip(users["arn"], users["snapshot_at"], strict=True)]
    return users["console"].fillna(True) | pd.Series(with_any, index=users.index, dtype="boolean")


def _directory_part(users: pd.DataFrame) -> pd.DataFrame:
    part = _part(users, "aws", "user_key", "user_name", IDENTITY_CENTER)
    return part.assign(enabled=users["active"].fillna(True), directory_email=users["email"])


def _github_parts(frames: Frames) -> list[pd.DataFrame]:
    """An invitation is access that only waits to be taken up. One to an address names its owner by it."""
    invited = frames["github_invitations"].drop_duplicates(["invited", "snapshot_at"])
    return [
        _part(frames["github_member_roles"], "github", "login", "login", ""),
        _part(frames["outside_collaborators"], "github", "login", "login", ""),
        _part(invited.assign(key=INVITATION + invited["invited"]), "github", "key", "invited", ""),
    ]
