"""The limits and approved lists that tests compare with; a company sets its own in soc2kit.toml."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameters:
    """The limits that tests compare with. Units are in the names; the control library explains each."""

    snapshot_max_age_days: int = 35
    leaver_removal_hours: int = 24
    key_max_age_days: int = 90
    dormant_days: int = 90
    credential_expiry_days: int = 90
    review_limit_business_days: int = 2
    minimum_approvals: int = 1
    minimum_github_owners: int = 2
    approved_aws_administrators: tuple[str, ...] = ()
    approved_github_owners: tuple[str, ...] = ()
    approved_database_superusers: tuple[str, ...] = ()
    approved_bypass_actors: tuple[str, ...] = ()
    approved_outside_collaborators: tuple[str, ...] = ()
    allowed_bots: tuple[str, ...] = ("dependabot",)
