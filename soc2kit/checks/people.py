"""Tests across all systems: owners of accounts."""

from __future__ import annotations

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .database_access import ownership_reasons
from .outcome import outcome


def accounts_owned(accounts: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Every account in every system has one owner who is still there.

    Population: IAM and Identity Center users, GitHub members, outside collaborators and pending invitations,
    PostgreSQL login roles; at each snapshot.
    Exception: no owner, sources that name different owners, an account that several people share, or an owner who had
    left when the snapshot was taken, unless nobody can sign in with it any more.
    Source: the systems' own lists; roster; identity file; `email` tags of IAM users; SAML identities of GitHub logins;
    names that are e-mail addresses of the roster; e-mail addresses in Identity Center.
    """
    return outcome(accounts, key="account_key", at="snapshot_at", reasons=ownership_reasons(accounts))
