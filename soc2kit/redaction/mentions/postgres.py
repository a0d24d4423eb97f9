"""Who is named in PostgreSQL's answers: roles, in lists of them and wherever one stands beside another."""

from __future__ import annotations

from collections.abc import Iterator

from ...evidence import Record
from .model import Mention, Pages

_NAMING = ("role", "member", "grantor", "grantee", "owner")


def roles(pages: Pages, record: Record) -> Iterator[Mention]:
    """Roles that can sign in; elsewhere every role, in case that the list of roles could not be read."""
    for page in pages:
        answer = page["answer"]
        for values in answer["rows"]:
            row = dict(zip(answer["columns"], values, strict=True))
            if "rolname" in row:
                yield Mention("account", row["rolname"], "postgres", bool(row["rolcanlogin"]))
            for column in _NAMING:
                if row.get(column):
                    yield Mention("account", row[column], "postgres")
