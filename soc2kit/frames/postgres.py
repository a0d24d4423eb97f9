"""Frames from PostgreSQL's catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..database_names import PROVIDERS_OWN

Pages = list[dict[str, Any]]


def _rows(pages: Pages) -> Iterator[dict[str, Any]]:
    for page in pages:
        for row in page["answer"]["rows"]:
            yield dict(zip(page["answer"]["columns"], row, strict=True))


def _by_database(pages: Pages, call: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of one call, each with the database that it is of."""
    for page in pages:
        if page["call"] == call:
            for row in _rows([page]):
                yield page["parameters"]["database"], row


def databases(pages: Pages, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Databases of the server that can be connected to, but templates and the provider's own; and any that was read."""
    read = {page["parameters"]["database"] for page in pages if page["call"] == "SQL owners"}
    for page in pages:
        if page["call"] != "SQL databases":
            continue
        out = page["parameters"].get("out_of_scope") or ()
        for row in _rows([page]):
            name = row["database"]
            ours = row["allows_connections"] and not row["template"] and name not in PROVIDERS_OWN
            if ours or name in read:
                cluster = record["source"]["account"]
                yield {
                    "place": f"{cluster}/{name}",
                    "cluster": cluster,
                    "database": name,
                    "read": name in read,
                    "out_of_scope": name in out,
                }


def roles(pages: Pages, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every role but PostgreSQL's own `pg_*`, NOLOGIN ones included."""
    for row in _rows(pages):
        if row["rolname"].startswith("pg_"):
            continue
        until = row["rolvaliduntil"]
        yield {
            "cluster": record["source"]["account"],
            "role": row["rolname"],
            "login": row["rolcanlogin"],
            "inherit": row["rolinherit"],
            "superuser": row["rolsuper"],
            "create_role": row["rolcreaterole"],
            "create_database": row["rolcreatedb"],
            "replication": row["rolreplication"],
            "bypass_rls": row["rolbypassrls"],
            "valid_until": None if until in (None, "infinity") else until,
        }


def memberships(pages: Pages, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """One row a grant; whether it hands rights on and lets SET ROLE is known since PostgreSQL 16."""
    for row in _rows(pages):
        yield {
            "cluster": record["source"]["account"],
            "role": row["role"],
            "member": row["member"],
            "admin_option": row["admin_option"],
            "inherits": row.get("inherit_option"),
            "can_set": row.get("set_option"),
        }


def grants(pages: Pages, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """One row per grantee, object and privilege, whoever granted it; what owners hold of their own is in the owners."""
    found: dict[tuple[str, ...], bool] = {}
    for database, row in _by_database(pages, "SQL grants"):
        if row["grantee"] != row["owner"]:
            key = (database, row["grantee"] or "unknown role", row["object"], row["kind"], row["privilege"])
            found[key] = found.get(key, False) or row["grantable"]
    for (database, grantee, object_, kind, privilege), grantable in found.items():
        yield {
            "cluster": record["source"]["account"],
            "database": database,
            "grantee": grantee,
            "object": object_,
            "object_kind": kind,
            "privilege": privilege,
            "grantable": grantable,
        }


def owners(pages: Pages, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """One row an object; the database itself is one."""
    for database, row in _by_database(pages, "SQL owners"):
        yield {
            "cluster": record["source"]["account"],
            "database": database,
            "object": row["object"],
            "object_kind": row["kind"],
            "owner": row["owner"],
        }
