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
    "github_team_repositories",
    "read_github_teams",
    "github_direct_collaborators",
    "read_github_direct",
    "database_roles",
    "read_database_roles",
    "database_memberships",
    "read_database_memberships",
    "database_reach",
    "database_grants",
    "database_owners",
    "read_database_grants",
    "aws_user_policies",
    "identity_center_access",
    "read_identity_center",
)
OPTIONAL = (
    "github_team_members", "github_team_repositories", "read_github_teams", "github_direct_collaborators",
    "read_github_direct", "database_grants", "database_owners", "read_database_grants", "identity_center_access",
    "read_identity_center",
)  # fmt: skip
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
_COLUMNS = [
    "source_account", "account_key", "right", "object", "privileged", "snapshot_at", "rank", "through", "by_group",
]  # fmt: skip
_RANKS = {name: rank for rank, name in enumerate(("read", "triage", "write", "maintain", "admin"), 1)}
_TABLES = {"table", "foreign table", "view", "materialized view"}
_VERBS = {"INSERT": "writes", "UPDATE": "writes", "DELETE": "writes", "TRUNCATE": "writes", "SELECT": "reads"}


@dataclass(frozen=True)
class Held:
    """What is known of one right beside its holder and its words.

    `object` is the word by which a log's event would name the right. Of rights on the same object the one of higher
    `rank` holds the other. One that is held `through` a membership comes and goes with it. `by_group` is one that the
    log may name by a group alone.
    """

    object: str
    privileged: bool
    rank: int = 0
    through: str = ""
    by_group: bool = False


@dataclass(frozen=True)
class Rights:
    """One list: who holds what at each snapshot, and when it was read whole."""

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
    *,
    rank: pd.Series | int = 0,
    through: pd.Series | str = "",
    by_group: pd.Series | bool = False,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "source_account": pd.Series(source, index=frame.index, dtype="string"),
            "account_key": keys,
            "right": pd.Series(right, index=frame.index, dtype="string"),
            "object": pd.Series(name, index=frame.index, dtype="string"),
            "privileged": pd.Series(privileged, index=frame.index, dtype="boolean").fillna(False),
            "snapshot_at": frame["snapshot_at"],
            "rank": pd.Series(rank, index=frame.index, dtype="Int64").fillna(0),
            "through": pd.Series(through, index=frame.index, dtype="string").fillna(""),
            "by_group": pd.Series(by_group, index=frame.index, dtype="boolean").fillna(False),
        }
    )[_COLUMNS]


def _aws(frames: Frames) -> Iterator[Rights]:
    principals = frames["aws_principals"]
    administrators = principals[(principals["type"] == "user") & principals["administrator_via"].notna()]
    source = administrators["arn"].str.split(":").str[4]
    held = _held(administrators, administrators["arn"], source, "administrator", "administrator", True)
    yield Rights("aws", held, frames["read_aws_principals"])
    policies = frames["aws_user_policies"].explode("holds", ignore_index=True).dropna(subset=["holds"])
    policies = policies[~policies["holds"].astype("string").str.startswith(_BOUNDARY)]
    what = policies["holds"].astype("string").str.split(" (", regex=False).str[0]
    held = _held(policies, policies["arn"], policies["arn"].str.split(":").str[4], what, what, False)
    yield Rights("aws", held, frames["read_aws_principals"])
    access = frames["identity_center_access"]
    what = access["permission_set"] + " in account " + access["account"]
    wide, group = access["administrator_via"].notna(), access["via"].str.contains("group ", regex=False)
    # Events name a permission set by its ARN alone, so the account is what they have in common with the list.
    held = _held(access, access["user_key"], "", what, access["account"], wide, by_group=group)
    held = held.drop_duplicates(["account_key", "right", "snapshot_at"])
    yield Rights("aws", held, _one_source(frames["read_identity_center"]))


#: A boundary takes rights away.
_BOUNDARY = "limited by boundary"


def _github(frames: Frames) -> Iterator[Rights]:
    members = frames["github_member_roles"]
    owners = members[members["role"] == "admin"]
    held = _held(owners, owners["login"], "", "organisation owner", "owner", True)
    yield Rights("github", held, _one_source(frames["read_github_members"]))
    outside = frames["outside_collaborators"]
    yield Rights("github", _on_repositories(outside), _one_source(frames["read_github_outside"]))
    direct = frames["github_direct_collaborators"]
    told = set(outside[_PLACE].itertuples(index=False, name=None))
    own = [place not in told for place in direct[_PLACE].itertuples(index=False, name=None)]
    yield Rights(
        "github",
        _on_repositories(direct[pd.Series(own, index=direct.index, dtype=bool)]),
        _one_source(frames["read_github_direct"]),
    )
    yield Rights("github", _teams(frames), _one_source(frames["read_github_teams"]))


_PLACE = ["login", "repository", "snapshot_at"]


def _on_repositories(rows: pd.DataFrame) -> pd.DataFrame:
    """Rights that people were given on one repository each."""
    what = rows["permission"].fillna("access") + " on " + rows["repository"]
    admin, ranks = rows["permission"] == "admin", rows["permission"].map(_RANKS)
    return _held(rows, rows["login"], "", what, rows["repository"], admin, rank=ranks)


def _teams(frames: Frames) -> pd.DataFrame:
    """Memberships of teams, and what a team is given while somebody is in it."""
    teams, given = frames["github_team_members"], frames["github_team_repositories"]
    administers = set(given.loc[given["permission"] == "admin", ["team", "snapshot_at"]].itertuples(False, None))
    wide = pd.Series(
        [place in administers for place in teams[["team", "snapshot_at"]].itertuples(False, None)],
        index=teams.index, dtype="boolean",
    )  # fmt: skip
    joined = _held(teams, teams["login"], "", "member of team " + teams["team"], teams["team"], wide)
    both = teams.merge(given, on=["team", "snapshot_at"], how="inner", validate="many_to_many")
    through = "member of team " + both["team"]
    what = both["permission"].fillna("access") + " on " + both["repository"] + " through team " + both["team"]
    admin, ranks = both["permission"] == "admin", both["permission"].map(_RANKS)
    names = both["repository"] + " of " + both["team"]
    rights = _held(both, both["login"], "", what, names, admin, rank=ranks, through=through)
    return pd.concat([joined, rights], ignore_index=True)


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
    held = _database_objects(frames, keyed[keyed["login"].fillna(True)])
    yield Rights("postgres", held, frames["read_database_grants"])


def _database_objects(frames: Frames, logins: pd.DataFrame) -> pd.DataFrame:
    """What logins own, write and read in each database, by themselves or through a role."""
    grants, owners = frames["database_grants"], frames["database_owners"]
    held = grants[grants["object_kind"].isin(_TABLES) & grants["privilege"].isin(_VERBS)]
    rights = pd.concat(
        [
            held.assign(verb=held["privilege"].map(_VERBS)),
            owners.rename(columns={"owner": "grantee"}).assign(verb="owns"),
        ],
        ignore_index=True,
    )[["cluster", "database", "grantee", "verb", "snapshot_at"]].drop_duplicates()
    reach = frames["database_reach"].rename(columns={"role": "grantee"})
    reach = reach.assign(role=reach["member"], through="member of " + reach["path"].str.split(" > ").str[1])
    itself = logins.assign(grantee=logins["role"], through="")
    columns = ["cluster", "role", "grantee", "through", "snapshot_at"]
    keys = ["cluster", "role", "snapshot_at"]
    through = reach[columns].merge(logins[keys], on=keys, how="inner", validate="many_to_one")
    ways = pd.concat([itself[columns], through], ignore_index=True)
    found = ways.merge(rights, on=["cluster", "grantee", "snapshot_at"], how="inner", validate="many_to_many")
    key = found["cluster"] + "/" + found["role"]
    what = found["verb"] + " in database " + found["database"]
    made = _held(found, key, found["cluster"], what, what, False, through=found["through"])
    # What somebody holds by themselves and through a role they hold without it.
    return made.sort_values("through", kind="stable").drop_duplicates(["account_key", "right", "snapshot_at"])


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
