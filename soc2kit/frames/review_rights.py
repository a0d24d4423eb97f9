"""Where the rights of accounts come from, and how each is put into words for a reviewer.

A further source of rights is one function and one line in `RIGHTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .accounts import INVITATION
from .database_reach import AT_ONCE

#: Account key and snapshot of a right, the right in words, and whether it is a privileged one.
Right = tuple[Any, Any, str, bool]


@dataclass(frozen=True)
class Rights:
    """Where rights in a system come from: the frames read, and the function that puts them into words."""

    system: str
    uses: tuple[str, ...]
    words: Callable[..., Iterator[Right]]


def aws_console(users: pd.DataFrame) -> Iterator[Right]:
    for row in users[users["console"].fillna(False)].itertuples():
        yield row.arn, row.snapshot_at, "console password", False


def aws_keys(credentials: pd.DataFrame) -> Iterator[Right]:
    active = credentials[(credentials["type"] == "access key") & credentials["active"].fillna(True)]
    for (arn, at), number in active.groupby(["arn", "snapshot_at"]).size().items():
        yield arn, at, "1 access key" if number == 1 else f"{number} access keys", False


def aws_policies(policies: pd.DataFrame) -> Iterator[Right]:
    for row in policies.itertuples():
        for held in row.holds:
            yield row.arn, row.snapshot_at, held, False


def aws_administration(principals: pd.DataFrame) -> Iterator[Right]:
    for row in principals.itertuples():
        if pd.notna(row.administrator_via):
            yield row.arn, row.snapshot_at, f"administrator through {row.administrator_via}", True


def aws_ways_to_administration(rights: pd.DataFrame) -> Iterator[Right]:
    """What a user could make itself an administrator with, and whole services; roles have no row in a review."""
    users = rights[(rights["type"] == "user") & (rights["kind"] != "administrator") & ~rights["limited_by_boundary"]]
    for row in users.drop_duplicates(["arn", "right", "snapshot_at"]).itertuples():
        yield row.arn, row.snapshot_at, f"{row.right}{'' if pd.isna(row.condition) else f' if {row.condition}'}", True


def identity_center(access: pd.DataFrame) -> Iterator[Right]:
    for row in access.itertuples():
        words = f"{row.permission_set} in account {row.account} ({row.via})"
        yield row.user_key, row.snapshot_at, words, pd.notna(row.administrator_via)


def identity_center_administration(administrators: pd.DataFrame) -> Iterator[Right]:
    """People who are administrators through the role that their permission set made in an account."""
    people = administrators[(administrators["type"] == "person") & administrators["administrator_via"].notna()]
    for row in people.itertuples():
        yield row.arn, row.snapshot_at, f"administrator through {row.administrator_via}", True


def github_membership(members: pd.DataFrame, organization: pd.DataFrame) -> Iterator[Right]:
    default = dict(zip(organization["snapshot_at"], organization["default_permission"], strict=True))
    for row in members.itertuples():
        if row.role == "admin":
            yield row.login, row.snapshot_at, "owner of the organisation", True
            continue
        every = default.get(row.snapshot_at)
        words = "" if every is None or pd.isna(every) or every == "none" else f", {every} on every repository"
        yield row.login, row.snapshot_at, f"member of the organisation{words}", every == "admin"


def github_outside(outside: pd.DataFrame) -> Iterator[Right]:
    for row in outside.itertuples():
        permission = "unknown permission" if pd.isna(row.permission) else row.permission
        yield row.login, row.snapshot_at, f"outside: {permission} on {row.repository}", row.permission == "admin"


def github_teams(members: pd.DataFrame, repositories: pd.DataFrame) -> Iterator[Right]:
    held = {
        key: ", ".join(
            f"{'unknown permission' if pd.isna(row.permission) else row.permission} on {row.repository}"
            for row in group.sort_values("repository").itertuples()
        )
        for key, group in repositories.groupby(["snapshot_at", "team"])
    }
    administers = set(
        repositories.loc[repositories["permission"] == "admin", ["snapshot_at", "team"]].itertuples(
            index=False, name=None
        )
    )
    for row in members.itertuples():
        key = (row.snapshot_at, row.team)
        maintains = " (maintainer)" if row.role == "maintainer" else ""
        words = f"team {row.team}{maintains}: {held.get(key, 'no repository')}"
        yield row.login, row.snapshot_at, words, key in administers


def github_direct(direct: pd.DataFrame, outside: pd.DataFrame) -> Iterator[Right]:
    """Rights given to a member by name, on one repository; those of outside collaborators are told as such."""
    told = set(outside[["login", "repository", "snapshot_at"]].itertuples(index=False, name=None))
    for row in direct.itertuples():
        if (row.login, row.repository, row.snapshot_at) in told:
            continue
        permission = "unknown permission" if pd.isna(row.permission) else row.permission
        yield row.login, row.snapshot_at, f"by name: {permission} on {row.repository}", row.permission == "admin"


def github_invited(invitations: pd.DataFrame) -> Iterator[Right]:
    for row in invitations.itertuples():
        role = "unknown role" if pd.isna(row.role) else row.role
        yield f"{INVITATION}{row.invited}", row.snapshot_at, f"invited as {role}", row.role == "admin"


_ATTRIBUTES = {
    "superuser": "superuser",
    "create_role": "creates roles",
    "create_database": "creates databases",
    "replication": "replication",
    "bypass_rls": "bypasses row security",
}
# PostgreSQL's own roles, and Amazon's, that reach as far as a superuser.
_SUPERUSER_LIKE = {
    "rds_superuser",
    "pg_execute_server_program",
    "pg_read_server_files",
    "pg_write_server_files",
}
_WRITES = {"INSERT", "UPDATE", "DELETE", "TRUNCATE"}
_TABLES = {"table", "foreign table", "view", "materialized view"}
_NAMED = 3


def database_roles(roles: pd.DataFrame, reach: pd.DataFrame) -> Iterator[Right]:
    """Attributes of a login, and of every role that it reaches by membership."""
    attributes = {
        (row.snapshot_at, row.cluster, row.role): [
            word for name, word in _ATTRIBUTES.items() if _known(getattr(row, name))
        ]
        for row in roles.itertuples()
    }
    logins = _logins(roles)
    for at, cluster, role in sorted(logins):
        for word in attributes[(at, cluster, role)]:
            yield f"{cluster}/{role}", at, word, True
    for row in reach.itertuples():
        if (row.snapshot_at, row.cluster, row.member) in logins:
            held = [*attributes.get((row.snapshot_at, row.cluster, row.role), [])]
            held += ["server-wide rights"] if row.role in _SUPERUSER_LIKE else []
            way = row.path.split(" > ", 1)[-1].replace(" > ", " → ")
            words = f"member of {way}{'' if row.how == AT_ONCE else f', {row.how}'}"
            words += f" ({', '.join(held)})" if held else ""
            yield f"{row.cluster}/{row.member}", row.snapshot_at, words, bool(held)


def database_tables(
    roles: pd.DataFrame, reach: pd.DataFrame, grants: pd.DataFrame, owners: pd.DataFrame
) -> Iterator[Right]:
    """Which tables of which database a login owns, writes and reads, by itself or through a role."""
    logins = _logins(roles)
    holders = {(at, cluster, role): [(f"{cluster}/{role}", "")] for at, cluster, role in logins}
    for row in reach.itertuples():
        if (row.snapshot_at, row.cluster, row.member) in logins:
            key = (row.snapshot_at, row.cluster, row.role)
            holders.setdefault(key, []).append((f"{row.cluster}/{row.member}", f" through {row.role}"))
    granted = grants[grants["object_kind"].isin(_TABLES)]
    for verb, tables in (
        ("owns", owners[owners["object_kind"].isin(_TABLES)].rename(columns={"owner": "grantee"})),
        ("writes", granted[granted["privilege"].isin(_WRITES)]),
        ("reads", granted[granted["privilege"] == "SELECT"]),
    ):
        for (at, cluster, holder, database), mine in tables.groupby(["snapshot_at", "cluster", "grantee", "database"]):
            objects = sorted(set(mine["object"]))
            for account, through in holders.get((at, cluster, holder), []):
                yield account, at, f"{verb} {_some(objects)} of {database}{through}", False


def _known(flag: Any) -> bool:
    return pd.notna(flag) and bool(flag)


def _logins(roles: pd.DataFrame) -> set[tuple[Any, Any, Any]]:
    login = roles[roles["login"].fillna(True)]
    return set(login[["snapshot_at", "cluster", "role"]].itertuples(index=False, name=None))


def _some(objects: list[str]) -> str:
    more = len(objects) - _NAMED
    return ", ".join(objects[:_NAMED]) + (f" and {more} more" if more > 0 else "")


RIGHTS: tuple[Rights, ...] = (
    Rights("aws", ("aws_users",), aws_console),
    Rights("aws", ("aws_credentials",), aws_keys),
    Rights("aws", ("aws_user_policies",), aws_policies),
    Rights("aws", ("aws_principals",), aws_administration),
    Rights("aws", ("aws_effective_rights",), aws_ways_to_administration),
    Rights("aws", ("identity_center_access",), identity_center),
    Rights("aws", ("aws_administrators",), identity_center_administration),
    Rights("github", ("github_member_roles", "github_organization"), github_membership),
    Rights("github", ("outside_collaborators",), github_outside),
    Rights("github", ("github_team_members", "github_team_repositories"), github_teams),
    Rights("github", ("github_direct_collaborators", "outside_collaborators"), github_direct),
    Rights("github", ("github_invitations",), github_invited),
    Rights("postgres", ("database_roles", "database_reach"), database_roles),
    Rights("postgres", ("database_roles", "database_reach", "database_grants", "database_owners"), database_tables),
)
#: What a token or a role may not be let to read, or a company may not have: a review says what it knows.
OPTIONAL = (
    "github_organization", "identity_center_access", "github_team_members", "github_team_repositories",
    "github_direct_collaborators", "github_invitations", "database_grants", "database_owners",
)  # fmt: skip
