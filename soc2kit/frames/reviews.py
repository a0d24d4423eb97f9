"""What a reviewer sees of each account: its rights in words, its last use, its second factor, and what stands out.

A further source of rights is one function and one line in `RIGHTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..reviews.digest import population_digest, row_digest

Frames = Mapping[str, pd.DataFrame]
#: Account key and snapshot of a right, the right in words, and whether it is a privileged one.
Right = tuple[Any, Any, str, bool]
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


def database_roles(roles: pd.DataFrame, memberships: pd.DataFrame) -> Iterator[Right]:
    """Attributes of a login, and of every role that it reaches; memberships are followed to their end."""
    attributes = {
        (row.snapshot_at, row.cluster, row.role): [word for name, word in _ATTRIBUTES.items() if getattr(row, name)]
        for row in roles.itertuples()
    }
    parents: dict[tuple[Any, Any, Any], list[str]] = {}
    for row in memberships.itertuples():
        parents.setdefault((row.snapshot_at, row.cluster, row.member), []).append(row.role)
    for row in roles[roles["login"].fillna(True)].itertuples():
        key = f"{row.cluster}/{row.role}"
        for word in attributes[(row.snapshot_at, row.cluster, row.role)]:
            yield key, row.snapshot_at, word, True
        for path in _reached(row.role, parents, row.snapshot_at, row.cluster):
            held = attributes.get((row.snapshot_at, row.cluster, path[-1]), [])
            held = [*held, *(["server-wide rights"] if path[-1] in _SUPERUSER_LIKE else [])]
            words = f"member of {' → '.join(path)}" + (f" ({', '.join(held)})" if held else "")
            yield key, row.snapshot_at, words, bool(held)


def _reached(role: str, parents: Mapping[Any, list[str]], at: Any, cluster: str) -> Iterator[tuple[str, ...]]:
    """Each role that a role is a member of, directly or through others, by its shortest way."""
    seen = {role}
    waiting: list[tuple[str, ...]] = [(role,)]
    while waiting:
        way = waiting.pop(0)
        for parent in sorted(parents.get((at, cluster, way[-1]), [])):
            if parent not in seen:
                seen.add(parent)
                waiting.append((*way, parent))
                yield (*way[1:], parent)


RIGHTS: tuple[Rights, ...] = (
    Rights("aws", ("aws_users",), aws_console),
    Rights("aws", ("aws_credentials",), aws_keys),
    Rights("aws", ("aws_user_policies",), aws_policies),
    Rights("aws", ("aws_principals",), aws_administration),
    Rights("github", ("github_member_roles", "github_organization"), github_membership),
    Rights("github", ("outside_collaborators",), github_outside),
    Rights("postgres", ("database_roles", "database_memberships"), database_roles),
)
USES: tuple[str, ...] = tuple(
    dict.fromkeys(["accounts", *(name for source in RIGHTS for name in source.uses), "github_members"])
)
# A token that is not an owner's may not read who lacks a second factor; the review shows it as unknown then.
OPTIONAL: tuple[str, ...] = ("github_members", "github_organization")


def review_rows(frames: Frames) -> pd.DataFrame:
    """One row per account and snapshot.

    `privileges` are the rights in words, sorted; `row_digest` is of what is reviewed (see `reviews.digest`).
    """
    keys = ["system", "account_key", "snapshot_at"]
    accounts = frames["accounts"].drop(columns="created_at")  # the lists of uses have it for every system
    rows = accounts.sort_values(keys, kind="stable", ignore_index=True)
    rows = rows.merge(_rights(frames), on=keys, how="left", validate="one_to_one")
    rows = rows.merge(_uses(frames), on=keys, how="left", validate="one_to_one")
    rows["privileges"] = rows["privileges"].fillna("no rights of its own").astype("string")
    rows["privileged"] = rows["privileged"].astype("boolean").fillna(False)
    rows["flags"] = [list(_flags(row)) for row in rows.itertuples()]
    rows["row_digest"] = pd.Series(
        [
            row_digest(row.system, row.account_key, _text(row.email), row.privileges, _flag(row.mfa))
            for row in rows.itertuples()
        ],
        index=rows.index,
        dtype="string",
    )
    return rows[[*_COLUMNS, "snapshot_at"]]


_COLUMNS = (
    "system", "source_account", "account_key", "account_name", "email", "name", "kind", "team", "manager",
    "privileges", "privileged", "last_used_at", "created_at", "mfa", "flags", "row_digest",
)  # fmt: skip


def _rights(frames: Frames) -> pd.DataFrame:
    found: dict[tuple[Any, Any, Any], list[tuple[str, bool]]] = {}
    for source in RIGHTS:
        for account, at, words, privileged in source.words(*(frames[name] for name in source.uses)):
            found.setdefault((source.system, account, at), []).append((words, privileged))
    rows = [
        (*key, "; ".join(sorted(words for words, _ in rights)), any(high for _, high in rights))
        for key, rights in found.items()
    ]
    columns = ["system", "account_key", "snapshot_at", "privileges", "privileged"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"system": "string", "account_key": "string", "snapshot_at": "datetime64[us, UTC]", "privileges": "string"}
    )


def _uses(frames: Frames) -> pd.DataFrame:
    """Last use, creation and second factor where a system tells them, and what only its own lists say."""
    users = frames["aws_users"]
    used = frames["aws_credentials"].groupby(["arn", "snapshot_at"])["last_used_at"].max().reset_index()
    aws = users.merge(used, on=["arn", "snapshot_at"], how="left", validate="one_to_one")
    aws = aws.rename(columns={"arn": "account_key"}).assign(system="aws", needs_mfa=aws["console"].fillna(True))
    github = frames["github_members"].rename(columns={"login": "account_key", "two_factor": "mfa"})
    github = github.assign(system="github", needs_mfa=True)
    roles = frames["database_roles"]
    database = roles[roles["login"].fillna(True)].assign(system="postgres")
    database = database.assign(account_key=database["cluster"] + "/" + database["role"])
    database = database.assign(endless=database["valid_until"].isna(), ended=database["valid_until"])
    columns = ["system", "account_key", "snapshot_at", "last_used_at", "created_at", "mfa", "needs_mfa"]
    parts = [part.reindex(columns=[*columns, "endless", "ended"]) for part in (aws, github, database)]
    every = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    return every.drop_duplicates(columns[:3]).astype(
        {
            **dict.fromkeys(("system", "account_key"), "string"),
            **dict.fromkeys(("snapshot_at", "last_used_at", "created_at", "ended"), "datetime64[us, UTC]"),
            **dict.fromkeys(("mfa", "needs_mfa", "endless"), "boolean"),
        }
    )


def _flags(row: Any) -> Iterator[str]:
    """What a reviewer must not overlook. Idle time is not among it: its limit is a parameter of the company."""
    if row.ambiguous:
        yield "claimed for two owners"
    elif pd.isna(row.email):
        yield "no owner"
    elif pd.isna(row.name):
        yield "owner not in the roster"
    if pd.notna(row.left_at) and row.left_at <= row.snapshot_at:
        yield f"owner left on {row.left_at:%Y-%m-%d}"
    if row.privileged:
        yield "outside collaborator with admin" if "outside: admin" in row.privileges else "administrator"
    if _flag(row.needs_mfa):
        if pd.isna(row.mfa):
            yield "MFA unknown"
        elif not row.mfa:
            yield "no MFA"
    # Who signs in through IAM has no password.
    if _flag(row.endless) and row.kind in ("employee", "contractor") and "member of rds_iam" not in row.privileges:
        yield "password never expires"
    if pd.notna(row.ended) and row.ended <= row.snapshot_at:
        yield f"password ended on {row.ended:%Y-%m-%d}"


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def _flag(value: Any) -> bool | None:
    return None if pd.isna(value) else bool(value)


def review_populations(frames: Frames) -> pd.DataFrame:
    """One row per system and snapshot that holds every account list of it: how many accounts, and their digest."""
    rows = frames["review_rows"]
    pairs = {
        key: list(zip(part["account_key"], part["row_digest"], strict=True))
        for key, part in rows.groupby(["system", "snapshot_at"])
    }
    made = [
        (system, len(pairs.get((system, at), [])), population_digest(pairs.get((system, at), [])), at)
        for system, at in _whole(frames["account_reads"])
    ]
    return pd.DataFrame(made, columns=["system", "rows", "sha256", "snapshot_at"]).astype(
        {"system": "string", "rows": "Int64", "sha256": "string", "snapshot_at": "datetime64[us, UTC]"}
    )


def _whole(reads: pd.DataFrame) -> Iterator[tuple[str, pd.Timestamp]]:
    """System and moment of snapshots that lack none of its accounts: of those known from before and after, all."""
    for system, mine in reads.groupby("system", sort=True):
        known = mine.groupby("source_account")["snapshot_at"].agg(["min", "max"])
        for at, read in mine.groupby("snapshot_at", sort=True):
            expected = known[(known["min"] <= at) & (known["max"] >= at)].index
            if set(expected) <= set(read["source_account"]):
                yield str(system), at
