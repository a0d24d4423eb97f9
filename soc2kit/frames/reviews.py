"""What a reviewer sees of each account: its rights in words, its last use, its second factor, and what stands out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ..reviews.digest import population_digest, row_digest
from . import review_rights
from .review_reads import whole_snapshots
from .review_rights import RIGHTS

Frames = Mapping[str, pd.DataFrame]
USES: tuple[str, ...] = tuple(
    dict.fromkeys(["accounts", *(name for source in RIGHTS for name in source.uses), "github_members"])
)
# A token that is not an owner's may not read who lacks a second factor; the review shows it as unknown then.
OPTIONAL: tuple[str, ...] = ("github_members", *review_rights.OPTIONAL)


def review_rows(frames: Frames) -> pd.DataFrame:
    """One row per account and snapshot.

    `privileges` are the rights in words, sorted; `row_digest` is of what is reviewed (see `reviews.digest`).
    """
    keys = ["system", "account_key", "snapshot_at"]
    rows = frames["accounts"].sort_values(keys, kind="stable", ignore_index=True)
    rows = rows.merge(_rights(frames), on=keys, how="left", validate="one_to_one")
    rows = rows.merge(_uses(frames), on=keys, how="left", validate="one_to_one")
    rows["privileges"] = rows["privileges"].fillna("no rights of its own").astype("string")
    rows["privileged"] = rows["privileged"].astype("boolean").fillna(False)
    rows["privileged_rights"] = [value if isinstance(value, list) else [] for value in rows["privileged_rights"]]
    rows["held_by"] = [_holders(row) for row in rows.itertuples()]
    rows["flags"] = [list(_flags(row)) for row in rows.itertuples()]
    rows["row_digest"] = pd.Series(
        [
            row_digest(row.system, row.account_key, _owner(row), row.privileges, _flag(row.mfa))
            for row in rows.itertuples()
        ],
        index=rows.index,
        dtype="string",
    )
    return rows[[*_COLUMNS, "snapshot_at"]]


_COLUMNS = (
    "system", "source_account", "account_key", "account_name", "email", "held_by", "name", "kind", "team", "manager",
    "privileges", "privileged", "privileged_rights", "enabled", "last_used_at", "created_at", "mfa", "flags",
    "row_digest",
)  # fmt: skip


def _holders(row: Any) -> list[str]:
    """Everybody who owns or shares an account, or is named as its owner by one of several sources."""
    shared = row.shared_by if isinstance(row.shared_by, list | tuple) else ()
    claimed = row.claimed_by if isinstance(row.claimed_by, list | tuple) else ()
    return sorted({*([row.email] if pd.notna(row.email) else ()), *shared, *claimed})


def _owner(row: Any) -> str | None:
    return ", ".join(row.held_by) or None


def _rights(frames: Frames) -> pd.DataFrame:
    found: dict[tuple[Any, Any, Any], list[tuple[str, bool]]] = {}
    for source in RIGHTS:
        for account, at, words, privileged in source.words(*(frames[name] for name in source.uses)):
            found.setdefault((source.system, account, at), []).append((words, bool(_flag(privileged))))
    rows = [
        (
            *key,
            "; ".join(sorted({words for words, _ in rights})),
            any(high for _, high in rights),
            sorted({words for words, high in rights if high}),
        )
        for key, rights in found.items()
    ]
    columns = ["system", "account_key", "snapshot_at", "privileges", "privileged", "privileged_rights"]
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
    columns = ["system", "account_key", "snapshot_at", "last_used_at", "mfa", "needs_mfa"]
    parts = [part.reindex(columns=[*columns, "endless", "ended"]) for part in (aws, github, database)]
    every = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    return every.drop_duplicates(columns[:3]).astype(
        {
            **dict.fromkeys(("system", "account_key"), "string"),
            **dict.fromkeys(("snapshot_at", "last_used_at", "ended"), "datetime64[us, UTC]"),
            **dict.fromkeys(("mfa", "needs_mfa", "endless"), "boolean"),
        }
    )


def _flags(row: Any) -> Iterator[str]:
    """What a reviewer must not overlook. Idle time is not among it: its limit is a parameter of the company."""
    if row.ambiguous:
        yield "claimed for two owners"
    elif pd.isna(row.email):
        yield f"shared by {len(row.held_by)} people" if row.held_by else "no owner"
    elif pd.isna(row.name):
        yield "owner not in the roster"
    if pd.notna(row.left_at) and row.left_at <= row.snapshot_at:
        yield f"owner left on {row.left_at:%Y-%m-%d}"
    if row.privileged:
        yield "outside collaborator with admin" if "outside: admin" in row.privileges else "privileged"
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
    """One row per system and snapshot with every list of its accounts and rights: how many accounts, their digest."""
    rows = frames["review_rows"]
    pairs = {
        key: list(zip(part["account_key"], part["row_digest"], strict=True))
        for key, part in rows.groupby(["system", "snapshot_at"])
    }
    made = [
        (system, len(pairs.get((system, at), [])), population_digest(pairs.get((system, at), [])), at)
        for system, at in whole_snapshots(frames["review_reads"])
    ]
    return pd.DataFrame(made, columns=["system", "rows", "sha256", "snapshot_at"]).astype(
        {"system": "string", "rows": "Int64", "sha256": "string", "snapshot_at": "datetime64[us, UTC]"}
    )
