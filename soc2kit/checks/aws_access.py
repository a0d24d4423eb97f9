"""Tests of access to AWS: root, multi-factor sign-in, credentials."""

from __future__ import annotations

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import days_between, outcome, words


def root_protected(aws_root: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """The root user has a second factor and no access keys.

    Population: the root user of each account, at each snapshot.
    Exception: no MFA device, an access key, or either of them unknown.
    Source: iam.GetAccountSummary, AccountMFAEnabled and AccountAccessKeysPresent.
    """
    reasons = words(
        aws_root.index,
        (~aws_root["mfa"], "root has no MFA device"),
        (aws_root["access_keys"] > 0, "root has an access key"),
        (aws_root["mfa"].isna() | aws_root["access_keys"].isna(), "AWS did not state MFA or access keys of root"),
    )
    return outcome(aws_root, key="arn", at="snapshot_at", reasons=reasons)


def console_users_have_mfa(aws_users: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Everybody who can sign in to the console needs a second factor.

    Population: IAM users with a console password, and those for which the report does not say; at each snapshot.
    Exception: no MFA device, or unknown.
    Source: IAM credential report, password_enabled and mfa_active.
    """
    population = aws_users[aws_users["console"].fillna(True)]
    reasons = words(
        population.index,
        (~population["mfa"], "console password without MFA"),
        (population["mfa"].isna(), "MFA state unknown"),
        (population["console"].isna(), "console access unknown"),
    )
    return outcome(population, key="arn", at="snapshot_at", reasons=reasons)


def access_keys_rotated(aws_credentials: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Active access keys are younger than the limit.

    Population: active access keys, at each snapshot; unit of the limit: days.
    Exception: older than `key_max_age_days` when the snapshot was taken, or age unknown.
    Source: IAM credential report, access_key_n_active and access_key_n_last_rotated. The report can be four hours older
    than the snapshot, so a key replaced in those hours still shows with the age of the one before.
    """
    population = aws_credentials[(aws_credentials["type"] == "access key") & aws_credentials["active"].fillna(True)]
    age = days_between(population["created_at"], population["snapshot_at"])
    limit = parameters.key_max_age_days
    reasons = words(
        population.index,
        (age > limit, "key is " + age.astype("string") + f" days old, limit {limit}"),
        (age.isna(), "age of the key unknown"),
    )
    return outcome(population.assign(age_days=age), key="credential", at="snapshot_at", reasons=reasons)


def unused_credentials_disabled(aws_credentials: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Passwords and keys that nobody uses are disabled.

    Population: enabled passwords and active access keys, at each snapshot; unit of the limit: days.
    Exception: last used more than `dormant_days` before the report was made; never used counts from creation, so a new
    one has its grace.
    Source: IAM credential report, last-used columns. AWS keeps a report for four hours, and what was used since it was
    made is not in it; where it does not say when that was, the time of the snapshot stands for it.
    """
    population = aws_credentials[aws_credentials["active"].fillna(True)]
    since = population["last_used_at"].fillna(population["created_at"])
    idle = days_between(since, population["report_generated_at"].fillna(population["snapshot_at"]))
    how = population["last_used_at"].isna().map({True: "never used, created ", False: "last used "}).astype("string")
    limit = parameters.dormant_days
    reasons = words(
        population.index,
        (idle > limit, how + idle.astype("string") + f" days ago, limit {limit}"),
        (idle.isna(), "neither last use nor creation is known"),
    )
    return outcome(population.assign(idle_days=idle), key="credential", at="snapshot_at", reasons=reasons)
