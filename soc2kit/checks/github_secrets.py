"""Tests of secrets in code: whether repositories are watched for them, and what became of those found."""

from __future__ import annotations

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome, words

#: Resolutions that say that nothing had to be revoked: each needs its reason in words.
_DISMISSALS = ("false_positive", "used_in_tests", "pattern_edited", "pattern_deleted")


def secret_scanning_on(secret_scanning: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Repositories are watched for secrets, and a push that holds one is stopped.

    Population: repositories that are not archived, at each snapshot.
    Exception: secret scanning or push protection off. Not visible to the token is an exception, too.
    Source: GET /repos/{owner}/{repo}, security_and_analysis.
    """
    population = secret_scanning[~secret_scanning["archived"].fillna(False)]
    scanning, protection = population["scanning"], population["push_protection"]
    reasons = words(
        population.index,
        (~scanning, "secret scanning is off"),
        (~protection, "push protection is off"),
        (scanning.isna() | protection.isna(), "GitHub does not show the setting to this token; it needs an owner's"),
    )
    return outcome(population, key="repository", at="snapshot_at", reasons=reasons)


def leaked_secrets_revoked(
    secret_alerts: Frame, secret_alert_lists: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """A secret found in code is revoked within the limit.

    Population: alerts that were open at any time in the period, one row each, as the latest snapshot shows them. `at`
    is when the alert was made; for one made before the first snapshot, when that was taken, or when it was resolved if
    that came first. Unit of the limit: hours.
    Exception: revoked or dismissed later than `secret_revocation_hours` after the alert (exactly the limit is in time),
    or open for longer when last seen; dismissed as false positive, used in tests, or with its pattern, and no comment
    says why; resolved in a way that is none of these, as with wont_fix: the secret still works.
    Source: GET /orgs/{org}/secret-scanning/alerts.
    """
    latest = secret_alerts.sort_values("snapshot_at", kind="stable").drop_duplicates("alert", keep="last")
    counted = _counted_at(latest, secret_alert_lists["snapshot_at"].min())
    inside = period.contains(counted).fillna(False).astype(bool)
    population = latest.assign(counted_at=counted)[inside]
    is_open = population["state"] == "open"
    took = population["resolved_at"].mask(is_open, population["snapshot_at"]) - population["created_at"]
    hours = (took // pd.Timedelta(hours=1)).astype("Int64").astype("string")
    late = took > pd.Timedelta(hours=parameters.secret_revocation_hours)
    limit = f", limit {parameters.secret_revocation_hours}"
    how, dismissed = population["resolution"], population["resolution"].isin(_DISMISSALS)
    revoked = how == "revoked"
    reasons = words(
        population.index,
        (is_open & late, "open for " + hours + " hours when last seen" + limit),
        (~is_open & revoked & late, "revoked " + hours + " hours after the alert" + limit),
        (~is_open & revoked & took.isna(), "revoked, but when is unknown"),
        (~is_open & dismissed & late, "dismissed as " + how + " " + hours + " hours after the alert" + limit),
        (~is_open & dismissed & took.isna(), "dismissed as " + how + ", but when is unknown"),
        (~is_open & dismissed & population["comment"].isna(), "resolved as " + how + " without a comment"),
        (~is_open & how.notna() & ~revoked & ~dismissed, "resolved as " + how + ", which is no revocation"),
        (~is_open & how.isna(), "resolved without saying how"),
    )
    return outcome(population, key="alert", at="counted_at", reasons=reasons)


def _counted_at(alerts: Frame, first: pd.Timestamp) -> pd.Series:
    """The one moment by which an alert belongs to a part of the window, wherever the window is cut."""
    made, resolved = alerts["created_at"], alerts["resolved_at"]
    older = made.mask(made < first, first)
    return older.mask((made < first) & (resolved < first), resolved)
