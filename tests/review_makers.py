"""Small populations and reviews for the tests of reviews."""

from __future__ import annotations

from datetime import UTC, datetime

from soc2kit.reviews.digest import population_digest, row_digest
from soc2kit.reviews.model import Row, Snapshot

AT = datetime(2026, 3, 31, 20, tzinfo=UTC)
NOW = datetime(2026, 4, 8, 15, tzinfo=UTC)
ANA, BEN = "ana@x.y", "ben@x.y"
REVIEWERS = {ANA: "Ana", BEN: "Ben"}


def row(
    account: str,
    owner: str | None = None,
    privileges: str = "reads",
    mfa: bool | None = True,
    held_by: tuple[str, ...] = (),
) -> Row:
    return Row(
        account=account, name=account, owner=owner, person=None, kind=None, team=None, manager=None,
        privileges=privileges, privileged=False, last_used_at=None, created_at=None, mfa=mfa, flags=(),
        digest=row_digest("aws", account, owner, privileges, mfa), held_by=held_by,
    )  # fmt: skip


def snapshot(*rows: Row, at: datetime = AT) -> Snapshot:
    return Snapshot("aws", at, rows, population_digest((one.account, one.digest) for one in rows))


THREE = snapshot(row("ana", ANA), row("ben", BEN), row("nobody"))
