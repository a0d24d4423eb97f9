"""Readable copies of raw answers, under the names an auditor expects. No test rests on them.

A view is a function of the store, the raw record and the date label, and gives (name, category, text, purpose).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..branch_protection.picture import pictures
from ..safe_text import csv_text, text_table
from .ledger import Record
from .store import EvidenceStore

View = tuple[str, str, str | bytes, str]
_PURPOSE = "readable copy made from the raw file named by derived_from"


def _header(record: Record, title: str) -> str:
    source = record.fields["source"]
    return (
        f"{title}\nSource: {source['system']} {source['account']}   Collected: {record.fields['collected_at']}"
        f"   By: {record.fields['identity']}\nRows: {record.fields['rows']}   {record.fields['reason']}\n\n"
    )


def credential_report(store: EvidenceStore, record: Record, label: str) -> Iterator[View]:
    rows = list(csv.DictReader(io.StringIO(store.read_pages(record)[-1]["answer"]["Content"])))
    columns = list(rows[0]) if rows else []
    yield f"aws-iam-{label}.csv", "access-reviews", csv_text(columns, ([*row.values()] for row in rows)), _PURPOSE
    shown = (
        "user",
        "user_creation_time",
        "password_enabled",
        "password_last_used",
        "mfa_active",
        "access_key_1_active",
    )
    table = text_table(shown, ([row.get(column, "") for column in shown] for row in rows))
    yield f"aws-iam-review-{label}.txt", "access-reviews", _header(record, "AWS IAM users") + table, _PURPOSE


def github_members(store: EvidenceStore, record: Record, label: str) -> Iterator[View]:
    rows = [
        (member["login"], page["parameters"]["role"], member["type"])
        for page in store.read_pages(record)
        for member in page["answer"]
    ]
    table = text_table(("login", "role", "type"), sorted(rows))
    yield (
        f"github-members-{label}.txt",
        "access-reviews",
        _header(record, "GitHub organisation members") + table,
        _PURPOSE,
    )


def database_users(store: EvidenceStore, record: Record, label: str) -> Iterator[View]:
    pages = store.read_pages(record)
    columns: list[str] = pages[0]["answer"]["columns"]
    rows: list[list[Any]] = [row for page in pages for row in page["answer"]["rows"]]
    text = _header(record, "PostgreSQL roles") + text_table(columns, rows)
    yield f"database-users-{label}.txt", "access-reviews", text, _PURPOSE


def branch_pictures(store: EvidenceStore, record: Record, label: str) -> Iterator[View]:
    """The first page is named by its date alone; further ones are numbered."""
    for number, picture in enumerate(pictures_of(store.read_pages(record), record.fields), 1):
        page = "" if number == 1 else f"-page-{number}"
        yield f"github-branch-protection-{label}{page}.png", "change-management", picture, _PURPOSE


def pictures_of(pages: list[dict[str, Any]], fields: Mapping[str, Any]) -> Iterator[bytes]:
    """The pictures of one file of branch rules, with where it is from and when it was collected."""
    source = fields["source"]
    return pictures(pages, f"Source: {source['system']} {source['account']}   Collected: {fields['collected_at']}")


VIEWS: dict[str, Callable[[EvidenceStore, Record, str], Iterator[View]]] = {
    "aws.credential_report": credential_report,
    "github.members": github_members,
    "postgres.roles": database_users,
    "github.branch_rules": branch_pictures,
}
