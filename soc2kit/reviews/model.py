"""The nouns of an access review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

SCHEMA = "soc2kit-review/1"
CHOICES = ("keep", "change", "revoke")


@dataclass(frozen=True)
class Row:
    """One account as the reviewer sees it; `digest` is of that. `held_by` is everybody who could be using it."""

    account: str
    name: str
    owner: str | None
    person: str | None
    kind: str | None
    team: str | None
    manager: str | None
    privileges: str
    privileged: bool
    last_used_at: datetime | None
    created_at: datetime | None
    mfa: bool | None
    flags: tuple[str, ...]
    digest: str
    held_by: tuple[str, ...] = ()

    @property
    def holders(self) -> tuple[str, ...]:
        """E-mail addresses of everybody who must not decide on it."""
        return tuple(sorted({*self.held_by, *([self.owner] if self.owner else [])}))


@dataclass(frozen=True)
class Snapshot:
    """The accounts of one system at one moment: what a review is made over."""

    system: str
    at: datetime
    rows: tuple[Row, ...]
    sha256: str

    def row(self, account: str) -> Row | None:
        return next((row for row in self.rows if row.account == account), None)


@dataclass(frozen=True)
class Population:
    """A snapshot as a review names it: `snapshot_at` in UTC, the number of accounts, and their digest."""

    snapshot_at: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class Decision:
    """What was decided on one account. `access` and `row` are what the reviewer saw, in words and as a digest."""

    account: str
    access: str
    decision: str
    reason: str
    change_to: str
    decided_by: str
    decided_at: str
    row: str

    @property
    def complete(self) -> bool:
        """A decision, a reason, and for a change what it is to become."""
        return bool(self.decision and self.reason and (self.change_to or self.decision != "change"))


@dataclass(frozen=True)
class Signature:
    """Who signed and when, over which population, and the digest of all that was signed."""

    by: str
    at: str
    population_sha256: str
    content_sha256: str


@dataclass(frozen=True)
class Review:
    """The review of one system in one quarter; `population` is None until the first decision."""

    period: str
    system: str
    population: Population | None = None
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    signed: Signature | None = None

    @property
    def key(self) -> str:
        return f"{self.period}-{self.system}"
