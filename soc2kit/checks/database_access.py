"""Tests of access to PostgreSQL: elevated roles, owners of login roles, expiry."""

from __future__ import annotations

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import days_between, outcome, words

# PostgreSQL's own roles that reach the server's files and programs, and through them everything.
_PREDEFINED = {
    "pg_execute_server_program": "programs of the server",
    "pg_read_server_files": "files of the server",
    "pg_write_server_files": "files of the server",
}
_ATTRIBUTES = ("superuser", "create_role", "create_database", "replication", "bypass_rls")


def elevated_roles_approved(
    database_roles: Frame, database_reach: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """Superuser-like rights are held by the approved few.

    Population: roles with an elevated attribute, or that reach such a role by membership at any depth, at once, by SET
    ROLE or by granting it to themselves; per snapshot.
    Exception: the role is not in `approved_database_superusers`.
    Source: pg_roles and pg_auth_members; rds_superuser and PostgreSQL's roles for server files and programs count.
    """
    population = keyed(database_roles).assign(elevated_by=_elevated_by(database_roles, database_reach))
    population = population[population["elevated_by"].notna()]
    reasons = words(
        population.index,
        (
            ~population["role"].isin(parameters.approved_database_superusers),
            population["elevated_by"] + ", not on the approved list",
        ),
    )
    return outcome(population, key="role_key", at="snapshot_at", reasons=reasons)


def keyed(roles: Frame) -> Frame:
    return roles.assign(role_key=roles["cluster"] + "/" + roles["role"])


def _elevated_by(roles: Frame, reach: Frame) -> pd.Series:
    """For each role, in words, the elevated right that it has, or else the nearest one that it reaches."""
    held = _held_attributes(roles)
    reached: dict[tuple[object, ...], tuple[int, str]] = {}
    for row in reach.itertuples():
        right = held.get((row.snapshot_at, row.cluster, row.role)) or _PREDEFINED.get(row.role)
        if right is not None:
            key = (row.snapshot_at, row.cluster, row.member)
            found = (row.path.count(" > "), f"{right} through {way(row.path, row.how)}")
            reached[key] = min(found, reached.get(key, found))
    texts = []
    for row in roles.itertuples():
        key = (row.snapshot_at, row.cluster, row.role)
        texts.append(held.get(key) or (reached[key][1] if key in reached else None))
    return pd.Series(texts, index=roles.index, dtype="string")


def way(path: str, how: str) -> str:
    """A path of memberships in words. What works at once is the usual case and not said."""
    return path if how == "at once" else f"{path} ({how})"


def _held_attributes(roles: Frame) -> dict[tuple[object, ...], str]:
    held: dict[tuple[object, ...], str] = {}
    for row in roles.itertuples():
        names = [name.replace("_", " ") for name in _ATTRIBUTES if getattr(row, name)]
        if row.role == "rds_superuser":
            names.append("rds_superuser")
        if names:
            held[(row.snapshot_at, row.cluster, row.role)] = ", ".join(names)
    return held


def login_roles_owned(accounts: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Every database login belongs to one active person or one registered service account.

    Population: PostgreSQL login roles, at each snapshot.
    Exception: no owner, sources that name different owners, people who share it, or an owner who has left.
    Source: pg_roles where rolcanlogin; roster; identity file.
    """
    population = accounts[accounts["system"] == "postgres"]
    return outcome(population, key="account_key", at="snapshot_at", reasons=ownership_reasons(population))


def ownership_reasons(accounts: Frame) -> pd.Series:
    """What is wrong with an account's ownership, in words."""
    holders = accounts["shared_by"].map(lambda emails: " and ".join(emails) if isinstance(emails, list) else "")
    holders = holders.astype("string").replace("", pd.NA)
    unmatched = accounts["name"].isna() & ~accounts["ambiguous"] & holders.isna()
    gone = (accounts["left_at"] < accounts["snapshot_at"]) & accounts["enabled"].fillna(True)
    return words(
        accounts.index,
        (accounts["ambiguous"], "claimed for two different owners: " + accounts["claims"].fillna("which is not known")),
        (holders.notna(), "shared by " + holders),
        (unmatched & accounts["email"].isna(), "belongs to nobody"),
        (unmatched & accounts["email"].notna(), "owner " + accounts["email"] + " is not in the roster"),
        (gone, "owner " + accounts["email"] + " left on " + accounts["left_at"].dt.strftime("%Y-%m-%d")),
    )


def people_use_expiring_credentials(
    accounts: Frame, database_roles: Frame, database_reach: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """People reach the database with credentials that end by themselves.

    Population: PostgreSQL login roles owned by a person, at each snapshot; unit of the limit: days.
    Exception: neither a member of rds_iam, at any depth, nor a password that expires within `credential_expiry_days`.
    Source: pg_roles.rolvaliduntil, pg_auth_members. VALID UNTIL limits passwords only.
    """
    people = accounts[(accounts["system"] == "postgres") & accounts["kind"].isin(["employee", "contractor"])]
    roles = keyed(database_roles)[["role_key", "role", "cluster", "valid_until", "snapshot_at"]]
    population = people.merge(
        roles,
        left_on=["account_key", "snapshot_at"],
        right_on=["role_key", "snapshot_at"],
        how="left",
        validate="one_to_one",
    )
    # Who could grant it to themselves is no member yet.
    iam = database_reach[(database_reach["role"] == "rds_iam") & (database_reach["how"] != "by granting it to itself")]
    members = set(zip(iam["snapshot_at"], iam["cluster"], iam["member"], strict=True))
    by_iam = pd.Series(
        [
            triple in members
            for triple in zip(population["snapshot_at"], population["cluster"], population["role"], strict=True)
        ],
        index=population.index,
        dtype="boolean",
    )
    left = days_between(population["snapshot_at"], population["valid_until"])
    limit = parameters.credential_expiry_days
    reasons = words(
        population.index,
        (~by_iam & left.isna(), "password never expires"),
        (~by_iam & (left > limit), "password expires in " + left.astype("string") + f" days, limit {limit}"),
    )
    return outcome(population, key="account_key", at="snapshot_at", reasons=reasons)
