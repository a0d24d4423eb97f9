"""Tests of the environments that code is deployed to, as they were set at each snapshot."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome

#: An environment that GitHub itself makes, for publishing pages.
_NOT_OURS = ("github-pages",)


def production_protected(
    environment_lists: Frame, environments: Frame, deployments: Frame, workflow_repositories: Frame,
    *, period: Period, parameters: Parameters,
) -> Outcome:  # fmt: skip
    """Production is apart from where changes are tried, and takes only what the branch rules let through.

    Population: production environments (`production_environments`) of the repositories that deploy, at each snapshot;
    one row for a repository that deploys and has none. A repository deploys when it has an environment, or a deployment
    before the snapshot; pages of GitHub's do not count.
    Exception: it does not exist; the repository has no other environment; branches other than the default one, beside
    protected ones and `approved_production_branches`, may be deployed; fewer reviewers than
    `minimum_deployment_reviewers` or a shorter wait than `minimum_deployment_wait_minutes`; administrators may pass by.
    Not testable: GitHub does not say whether administrators may; the default branch of the moment is not known.
    Source: environments with their protection rules and branch policies.
    """
    held: dict[Any, dict[str, Any]] = {}
    for row in environments[~environments["environment"].isin(_NOT_OURS)].itertuples():
        held.setdefault((row.repository, row.snapshot_at), {})[row.environment] = row
    branches = {
        (row.repository, row.snapshot_at): None if pd.isna(row.branch) else row.branch
        for row in workflow_repositories.itertuples()
    }
    first = deployments[~deployments["environment"].isin(_NOT_OURS)].groupby("repository")["created_at"].min().to_dict()
    listed: list[dict[str, Any]] = []
    for row in environment_lists.itertuples():
        moment = (row.repository, row.snapshot_at)
        own = held.get(moment, {})
        deployed = row.repository in first and first[row.repository] <= row.snapshot_at
        if own or deployed:
            listed += _judged(moment, own, branches.get(moment), parameters)
    columns = ["item", "repository", "environment", "snapshot_at", "why", "why_not"]
    population = pd.DataFrame(listed, columns=columns)
    population["snapshot_at"] = pd.to_datetime(population["snapshot_at"], utc=True).astype("datetime64[us, UTC]")
    return outcome(
        population.drop(columns=["why", "why_not"]), key="item", at="snapshot_at",
        reasons=population["why"].astype("string"), unknown=population["why_not"].astype("string"),
    )  # fmt: skip


def _judged(moment: Any, own: dict[str, Any], branch: str | None, parameters: Parameters) -> list[dict[str, Any]]:
    repository, _ = moment
    production = [name for name in parameters.production_environments if name in own]
    if not production:
        name = parameters.production_environments[0] if parameters.production_environments else "production"
        others = f" has only {', '.join(sorted(own))}" if own else " has no environment"
        return [_row(moment, name, f"there is no such environment: {repository}, which deploys,{others}", None)]
    rows = []
    for name in production:
        why = list(_weak(own[name], branch, parameters))
        if not set(own) - set(parameters.production_environments):
            why.append("no environment besides production")
        untold = []
        if pd.isna(own[name].administrators_bypass):
            untold.append("GitHub does not say whether administrators may pass by")
        if branch is None and own[name].branches == "custom":
            untold.append("the default branch of this moment is not known")
        rows.append(_row(moment, name, "; ".join(why) or None, "; ".join(untold) or None))
    return rows


def _row(moment: Any, name: str, why: str | None, why_not: str | None) -> dict[str, Any]:
    repository, snapshot_at = moment
    return {
        "item": f"{repository}/environments/{name}", "repository": repository, "environment": name,
        "snapshot_at": snapshot_at, "why": why, "why_not": why_not,
    }  # fmt: skip


def _weak(environment: Any, branch: str | None, parameters: Parameters) -> list[str]:
    why = []
    allowed = {branch, *parameters.approved_production_branches}
    others = [pattern for pattern in environment.branch_patterns if pattern not in allowed]
    if environment.branches == "any":
        why.append("any branch may be deployed")
    elif environment.branches == "custom" and branch is not None and others:
        why.append(f"{', '.join(others)} may be deployed")
    reviewers, least = len(environment.reviewers), parameters.minimum_deployment_reviewers
    if reviewers < least:
        why.append(f"{reviewers} reviewers, at least {least} are due")
    shortest = parameters.minimum_deployment_wait_minutes
    if environment.wait_minutes < shortest:
        why.append(f"a wait of {environment.wait_minutes} minutes, at least {shortest} are due")
    if pd.notna(environment.administrators_bypass) and environment.administrators_bypass:
        why.append("administrators may pass its protection by")
    return why
