"""What every account is allowed, list by list, so that two snapshots of a list can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from .accounts import INVITATION

Frames = Mapping[str, pd.DataFrame]
USES = (
    "accounts",
    "account_reads",
    "aws_principals",
    "read_aws_principals",
    "github_member_roles",
    "read_github_members",
    "outside_collaborators",
    "read_github_outside",
    "github_team_members",
    "database_roles",
    "read_database_roles",
    "database_memberships",
    "read_database_memberships",
    "identity_center_access",
)
OPTIONAL = ("github_team_members", "identity_center_access")
#: The right that an account has by being there.
ACCOUNT = "account"
_ATTRIBUTES = ("superuser", "create_role", "create_database", "replication", "bypass_rls")
_PREDEFINED = {
    "rds_superuser",
    "pg_execute_server_program",
    "pg_read_server_files",
    "pg_write_server_files",
    "pg_read_all_data",
    "pg_write_all_data",
}
_COLUMNS = ["source_account", "account_key", "right", "object", "privileged", "snapshot_at"]


@dataclass(frozen=True)
class Rights:
    """One list: who holds what at each snapshot, and when it was read whole.

    `object` is the word by which a log's event would name the right.
    """

    system: str
    held: pd.DataFrame
    reads: pd.DataFrame


def rights(frames: Frames) -> Iterator[Rights]:
    accounts, reads = frames["accounts"], frames["account_reads"]
    # An invitation only prepares access: whoever takes it up gets a row of its own.
    taken_up = ~accounts["account_key"].str.startswith(INVITATION)
    usable = accounts[accounts["enabled"].fillna(True) & taken_up]
    for system in ("aws", "github", "postgres"):
        mine = usable[usable["system"] == system]
        held = _held(mine, mine["account_key"], mine["source_account"], ACCOUNT, ACCOUNT, False)
        yield Rights(system, held, reads[reads["system"] == system])
    yield from _aws(frames)
    yield from _github(frames)
    yield from _database(frames)


def _held(
    frame: pd.DataFrame,
    keys: pd.Series,
    source: pd.Series | str,
    right: pd.Series | str,
    name: pd.Series | str,
    privileged: pd.Series | bool,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "source_account": pd.Series(source, index=frame.index, dtype="string"),
            "account_key": keys,
            "right": pd.Series(right, index=frame.index, dtype="string"),
            "object": pd.Series(name, index=frame.index, dtype="string"),
            "privileged": pd.Series(privileged, index=frame.index, dtype="boolean").fillna(False),
            "snapshot_at": frame["snapshot_at"],
        }
    )[_COLUMNS]


def _aws(frames: Frames) -> Iterator[Rights]:
    principals = frames["aws_principals"]
    administrators = principals[(principals["type"] == "user") & principals["administrator_via"].notna()]
    source = administrators["arn"].str.split(":").str[4]
    held = _held(administrators, administrators["arn"], source, "administrator", "administrator", True)
    yield Rights("aws", held, frames["read_aws_principals"])
    access = frames["identity_center_access"]
    what = access["permission_set"] + " in account " + access["account"]
    wide = access["administrator_via"].notna()
    # Events name a permission set by its ARN alone, so the account is what they have in common with the list.
    held = _held(access, access["user_key"], "", what, access["account"], wide)
    yield Rights("aws", held.drop_duplicates(["account_key", "right", "snapshot_at"]), _where_read(access))


def _github(frames: Frames) -> Iterator[Rights]:
    members = frames["github_member_roles"]
    owners = members[members["role"] == "admin"]
    held = _held(owners, owners["login"], "", "organisation owner", "owner", True)
    yield Rights("github", held, _one_source(frames["read_github_members"]))
    outside = frames["outside_collaborators"]
    what = outside["permission"].fillna("access") + " on " + outside["repository"]
    held = _held(outside, outside["login"], "", what, outside["repository"], outside["permission"] == "admin")
    yield Rights("github", held, _one_source(frames["read_github_outside"]))
    teams = frames["github_team_members"]
    held = _held(teams, teams["login"], "", "member of team " + teams["team"], teams["team"], False)
    yield Rights("github", held, _where_read(teams))


def _database(frames: Frames) -> Iterator[Rights]:
    roles, memberships = frames["database_roles"], frames["database_memberships"]
    keyed = roles.assign(role_key=roles["cluster"] + "/" + roles["role"])
    parts = []
    for attribute in _ATTRIBUTES:
        holders = keyed[keyed[attribute].fillna(False)]
        words = attribute.replace("_", " ")
        parts.append(_held(holders, holders["role_key"], holders["cluster"], words, words, True))
    yield Rights("postgres", pd.concat(parts, ignore_index=True), frames["read_database_roles"])
    member = memberships["cluster"] + "/" + memberships["member"]
    what = "member of " + memberships["role"]
    wide = memberships["role"].isin(_elevated(roles, memberships))
    held = _held(memberships, member, memberships["cluster"], what, memberships["role"], wide)
    yield Rights("postgres", held, frames["read_database_memberships"])


def _elevated(roles: pd.DataFrame, memberships: pd.DataFrame) -> set[str]:
    """Roles that have an elevated attribute, or reach one that has, in any snapshot: who joins one is privileged."""
    found = set(_PREDEFINED)
    for attribute in _ATTRIBUTES:
        found |= set(roles.loc[roles[attribute].fillna(False), "role"])
    pairs = set(zip(memberships["member"], memberships["role"], strict=True))
    while more := {member for member, role in pairs if role in found} - found:
        found |= more
    return found


def _one_source(read: pd.DataFrame) -> pd.DataFrame:
    """The readings of a list whose rows do not say which organisation they are of."""
    return read[["snapshot_at"]].drop_duplicates().assign(source_account="")


def _where_read(listed: pd.DataFrame) -> pd.DataFrame:
    """A list that says nothing of an empty reading was read wherever it names anybody."""
    return _one_source(listed)
