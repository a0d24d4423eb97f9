"""Tests of what reaches repositories without a person: deploy keys and installed apps."""

from __future__ import annotations

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import days_between, outcome, words


def deploy_keys_read_only_and_used(github_deploy_keys: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Deploy keys only read, unless somebody approved that they write, and those that nothing uses are gone.

    Population: enabled deploy keys of every repository, at each snapshot; unit of the limit: days.
    Exception: may write, or it is not known whether, and not in `approved_deploy_keys`, which names a key
    `owner/repository/keys/number`, as a title can be given to another key; or last used more than `dormant_days` ago.
    Never used counts from creation, so a new one has its grace; exactly the limit is in order.
    Source: GET /repos/{owner}/{repo}/keys: read_only, created_at, last_used, enabled.
    """
    population = github_deploy_keys[github_deploy_keys["enabled"].fillna(True)]
    approved = population["deploy_key"].isin(parameters.approved_deploy_keys)
    idle = days_between(population["last_used_at"].fillna(population["created_at"]), population["snapshot_at"])
    how = population["last_used_at"].isna().map({True: "never used, created ", False: "last used "}).astype("string")
    limit = parameters.dormant_days
    reasons = words(
        population.index,
        (~population["read_only"] & ~approved, "may write, not on the approved list"),
        (population["read_only"].isna() & ~approved, "whether it may write is unknown"),
        (idle > limit, how + idle.astype("string") + f" days ago, limit {limit}"),
        (idle.isna(), "neither last use nor creation is known"),
    )
    return outcome(population.assign(idle_days=idle), key="deploy_key", at="snapshot_at", reasons=reasons)


def apps_approved(github_apps: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Every app that can act in the organisation was approved.

    Population: apps installed in the organisation and not suspended, at each snapshot.
    Exception: not in `approved_github_apps`, which names apps by their slug; the reason says what it may write where.
    Which repositories were selected for an app, GitHub tells only the app itself.
    Source: GET /orgs/{org}/installations.
    """
    population = github_apps[~github_apps["suspended"]]
    writes = population["writes"].map(lambda names: f"may write {', '.join(names)}" if names else "may only read")
    reach = writes.astype("string") + " on " + population["repositories"] + " repositories"
    approved = population["app"].isin(parameters.approved_github_apps)
    reasons = words(population.index, (~approved, "app, not on the approved list: " + reach))
    return outcome(population, key="app", at="snapshot_at", reasons=reasons)
