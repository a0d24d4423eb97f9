"""Tests of who can change data in PostgreSQL."""

from __future__ import annotations

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .database_access import keyed, way
from .outcome import outcome, words

_WRITES = {"INSERT", "UPDATE", "DELETE", "TRUNCATE"}
_DATA = {"table", "view", "foreign table", "column", "future table"}
# Whoever owns a schema or a database can drop all that is in it.
_OWNED = {"table", "foreign table", "schema", "database"}
_OWNERSHIP = {"schema": "owner of schema", "database": "owner of database"}
# Since PostgreSQL 14; it writes every table and stands in no access list.
_WRITES_ALL = "pg_write_all_data"
_PUBLIC = "PUBLIC"
_NAMED = 3
_PLACE = ["snapshot_at", "cluster", "database"]


def people_have_no_standing_writes(
    accounts: Frame,
    database_roles: Frame,
    database_reach: Frame,
    database_grants: Frame,
    database_owners: Frame,
    *,
    period: Period,
    parameters: Parameters,
) -> Outcome:
    """People do not change production data with rights that they always have.

    Population: PostgreSQL login roles but those of service accounts, and PUBLIC, once for each database that was read;
    per snapshot. A role that belongs to nobody, to several or in dispute may be a person's.
    Exception: INSERT, UPDATE, DELETE or TRUNCATE on a table, view or column, or on tables to come, directly or through
    a role that it reaches (at once, by SET ROLE or by granting it to itself); ownership of a table, a schema or the
    database likewise; for PUBLIC also CREATE on a schema. Roles in `approved_database_writers` are in order.
    Source: access lists and owners of each database's catalogue; pg_auth_members; pg_write_all_data counts. A superuser
    writes everywhere: whether it may be one is the matter of PG-ROL-01, `superuser_by` says it here. Functions that
    write with their owner's rights are not seen.
    """
    databases = database_owners[_PLACE].drop_duplicates()
    population = pd.concat([_people(accounts, database_roles, databases), _everybody(databases)], ignore_index=True)
    population["role_key"] = population["cluster"] + "/" + population["role"] + "@" + population["database"]
    superusers = _superusers(database_roles, database_reach)
    population = population.merge(superusers, on=["snapshot_at", "cluster", "role"], how="left", validate="many_to_one")
    held = _held(database_grants, database_owners, databases)
    roles = database_roles[["snapshot_at", "cluster", "role", "superuser"]]
    held = held.merge(roles, on=["snapshot_at", "cluster", "role"], how="left", validate="many_to_one")
    held = held[~held["superuser"].fillna(False)].drop(columns="superuser")
    writes = _writes(population, database_reach, held)
    approved = population["role"].isin(parameters.approved_database_writers)
    reasons = words(population.index, (writes.notna() & ~approved, writes))
    return outcome(population, key="role_key", at="snapshot_at", reasons=reasons)


def _people(accounts: Frame, roles: Frame, databases: Frame) -> Frame:
    mine = accounts[(accounts["system"] == "postgres") & (accounts["kind"] != "service").fillna(True)]
    named = keyed(roles)[["role_key", "role", "cluster", "snapshot_at"]]
    owned = mine[["account_key", "email", "name", "snapshot_at"]].merge(
        named,
        left_on=["account_key", "snapshot_at"],
        right_on=["role_key", "snapshot_at"],
        how="inner",
        validate="one_to_one",
    )
    owned = owned[["role", "email", "name", "cluster", "snapshot_at"]]
    return owned.merge(databases, on=["snapshot_at", "cluster"], how="inner", validate="many_to_many")


def _everybody(databases: Frame) -> Frame:
    empty = pd.Series(pd.NA, index=databases.index, dtype="string")
    public = pd.Series(_PUBLIC, index=databases.index, dtype="string")
    return databases.assign(role=public, email=empty, name=empty)


def _superusers(roles: Frame, reach: Frame) -> Frame:
    """Roles that are superuser, or reach one, and how in words."""
    keys = ["snapshot_at", "cluster", "role"]
    themselves = roles[roles["superuser"].fillna(False)][keys]
    reaching = reach.merge(themselves, on=keys, how="inner", validate="many_to_one").sort_values("path")
    words_of = [way(row.path, row.how) for row in reaching.itertuples()]
    through = reaching.drop(columns="role").rename(columns={"member": "role"})[keys]
    found = pd.concat([themselves.assign(superuser_by="itself"), through.assign(superuser_by=words_of)])
    return found.drop_duplicates(keys).astype({"superuser_by": "string"})


def _held(grants: Frame, owners: Frame, databases: Frame) -> Frame:
    """In words, what each role may change in each database by itself; the role of the database's owner is resolved."""
    written = grants["privilege"].isin(_WRITES) & grants["object_kind"].isin(_DATA)
    creates = (grants["grantee"] == _PUBLIC) & (grants["privilege"] == "CREATE") & (grants["object_kind"] == "schema")
    wanted = grants[written | creates].rename(columns={"grantee": "role"})
    wanted = wanted.sort_values([*_PLACE, "role", "object_kind", "object", "privilege"])
    listed = wanted.groupby([*_PLACE, "role", "object_kind", "object"], as_index=False)["privilege"].agg(", ".join)
    listed["right"] = [_right(row.privilege, row.object_kind) for row in listed.itertuples()]
    owned = owners[owners["object_kind"].isin(_OWNED)].rename(columns={"owner": "role"})
    owned = owned.assign(right=[_OWNERSHIP.get(kind, "owner of") for kind in owned["object_kind"]])
    every = databases.assign(role=_WRITES_ALL, right="INSERT, UPDATE, DELETE on", object="every table")
    columns = [*_PLACE, "role", "right", "object"]
    texts = dict.fromkeys(("role", "right", "object"), "string")
    return _resolved(pd.concat([frame[columns].astype(texts) for frame in (listed, owned, every)]), owners)


def _right(privileges: str, kind: str) -> str:
    """The words before an object's name."""
    after = {"schema": "on schema", "future table": "on tables yet to be made in"}.get(kind, "on")
    return f"{privileges} {after}"


def _resolved(held: Frame, owners: Frame) -> Frame:
    """`pg_database_owner` is whoever owns the database; no membership says so."""
    owner = owners[owners["object_kind"] == "database"][[*_PLACE, "owner"]]
    joined = held.merge(owner, on=_PLACE, how="left", validate="many_to_one")
    stands_in = (joined["role"] == "pg_database_owner") & joined["owner"].notna()
    return joined.assign(role=joined["role"].mask(stands_in, joined["owner"])).drop(columns="owner")


def _writes(population: Frame, reach: Frame, held: Frame) -> pd.Series:
    """For each row of the population what it may change: the first few things, each with the way to them."""
    by_role: dict[tuple[object, ...], list[str]] = {}
    for (*place, right), group in held.groupby([*_PLACE, "role", "right"], sort=True):
        by_role.setdefault(tuple(place), []).append(f"{right} {_few(sorted(group['object']), ', ', ' and')}")
    ways: dict[tuple[object, ...], list[tuple[str, str]]] = {}
    for row in reach.sort_values(["member", "role"]).itertuples():
        ways.setdefault((row.snapshot_at, row.cluster, row.member), []).append((row.role, way(row.path, row.how)))
    texts = []
    for row in population.itertuples():
        place = (row.snapshot_at, row.cluster, row.database)
        rights = list(by_role.get((*place, row.role), []))
        for role, through in ways.get((row.snapshot_at, row.cluster, row.role), []):
            rights += [f"{right} through {through}" for right in by_role.get((*place, role), [])]
        texts.append(_few(rights, "; ", "; and") if rights else None)
    return pd.Series(texts, index=population.index, dtype="string")


def _few(texts: list[str], between: str, last: str) -> str:
    more = len(texts) - _NAMED
    return between.join(texts[:_NAMED]) + (f"{last} {more} more" if more > 0 else "")
