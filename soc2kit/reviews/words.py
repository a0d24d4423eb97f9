"""What a reviewer reads of an account that depends on the company's limits or on the system."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from .model import Row


def idle(row: Row, at: datetime, dormant_days: int) -> Iterator[str]:
    """Whether an account was used lately; nothing where the system does not tell."""
    since = row.last_used_at or row.created_at
    if since is not None and at - since > timedelta(days=dormant_days):
        never = "" if row.last_used_at else ", never used"
        yield f"unused for more than {dormant_days} days{never}"


def second_factor(row: Row) -> str:
    """A second factor does not apply to a password that does not exist."""
    if row.mfa:
        return "yes"
    return "no" if "no MFA" in row.flags else "unknown" if "MFA unknown" in row.flags else "n/a"
