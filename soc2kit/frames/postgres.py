"""Frames from PostgreSQL's catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Pages = list[dict[str, Any]]


def _rows(pages: Pages) -> Iterator[dict[str, Any]]:
    for page in pages:
        for row in page["answer"]["rows"]:
            yield dict(zip(page["answer"]["columns"], row, strict=True))


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
            "superuser": row["rolsuper"],
            "create_role": row["rolcreaterole"],
            "create_database": row["rolcreatedb"],
            "replication": row["rolreplication"],
            "bypass_rls": row["rolbypassrls"],
            "valid_until": None if until in (None, "infinity") else until,
        }


def memberships(pages: Pages, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for row in _rows(pages):
        yield {
            "cluster": record["source"]["account"],
            "role": row["role"],
            "member": row["member"],
            "admin_option": row["admin_option"],
        }
