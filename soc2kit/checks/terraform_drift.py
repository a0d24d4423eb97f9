"""Tests of whether all that is deployed is in the reviewed files, and the files in what is deployed."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import days_between, outcome, words
from .unread import stacked, texts

_SHOWN = 5


def infrastructure_declared(terraform_things: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Infrastructure is declared in files that can be read to their end.

    Population: things that Terraform declares, each with whether it is deployed; things that are deployed and no file
    declares; modules from outside the folder and files that cannot be read; at each snapshot. Of AWS's are compared
    buckets, databases, volumes, the company's keys, security groups that something uses, and listeners.
    Exception: a file that cannot be read; where `everything_declared` says so, what is deployed and not declared. That
    something is declared and not deployed is shown alone: whether the files were applied is what IAC-DRF-01 asks.
    A module that the folder does not hold, and of which no plan or state is there, may declare anything: it cannot be
    tested; nor can what may be something whose declared name is open.
    Source: text of the .tf files; `terraform show -json`; the lists of s3, ec2, rds, kms and elbv2.
    """
    rows = terraform_things
    place = rows["file"] + rows["line"].map(lambda line: "" if pd.isna(line) else f" line {line}").astype("string")
    stranger = (rows["standing"] == "deployed") & parameters.everything_declared
    perhaps = rows["file"].isna() & (rows["standing"] == "not known") & parameters.everything_declared
    reasons = words(
        rows.index,
        (rows["kind"] == "file", place + ": the file cannot be read: " + rows["why"]),
        (stranger, rows["kind"] + " is deployed but declared in no file"),
    )
    unknown = words(
        rows.index,
        (rows["kind"] == "module", place + ": what it declares is not known: " + rows["why"]),
        (perhaps, "whether it is declared cannot be told: " + rows["why"]),
    )
    return outcome(rows, key="thing", at="snapshot_at", reasons=reasons, unknown=unknown)


def matches_reviewed_code(terraform_plans: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Terraform has nothing to do: what is deployed is what the reviewed files say.

    Population: workspaces of production, each with its latest plan, at each snapshot: those that
    `production_workspaces` names, with a plan or without; none named: every one that has a plan. Unit: days.
    Exception: the plan changes, makes, replaces, moves, imports or forgets a resource. Reading data is none, and
    outputs are no infrastructure. A plan that is older than `plan_max_age_days`, that does not say when it was made,
    did not come to its end or left something out (`-target`) cannot be tested; nor can one without any resource, as
    `-refresh-only` makes, unless it shows that something was changed past Terraform.
    Source: `terraform show -json` of a plan, or the lines of `terraform plan -json`, as the company's own pipeline
    wrote them; that it planned the reviewed revision is for the pipeline to show.
    """
    plans = _with_those_named(terraform_plans, parameters.production_workspaces)
    changes, drift = (_listed(plans, name) for name in ("changes", "drift"))
    nothing = plans["resources"].fillna(0) == 0
    age = days_between(plans["made_at"], plans["snapshot_at"])
    old = (plans["made_at"] > plans["snapshot_at"]) | (age > parameters.plan_max_age_days)
    current = plans["problem"].isna() & ~old.fillna(True)
    reasons = words(
        plans.index,
        (current & (changes != ""), "the plan is not empty: " + changes),
        (current & (changes == "") & nothing & (drift != ""), "changed past Terraform: " + drift),
    )
    limit = parameters.plan_max_age_days
    unknown = words(
        plans.index,
        (plans["problem"].notna(), plans["problem"]),
        (
            plans["problem"].isna() & plans["made_at"].isna(),
            "the plan has no date; put the day into its name",
        ),
        (plans["made_at"] > plans["snapshot_at"], "the plan is dated after it was collected"),
        (age > limit, "the plan is " + age.astype("string") + f" days old, limit {limit}"),
        (plans["errored"], "the plan ended with an error"),
        (~plans["errored"] & ~plans["complete"], "the plan did not come to its end, or leaves something out"),
        (plans["problem"].isna() & nothing, "the plan has no resource at all, as -refresh-only makes it"),
    )
    shown = plans.drop(columns=["changes", "drift", "resources", "problem"])
    shown = shown.assign(changes=changes.replace("", pd.NA), past_terraform=drift.replace("", pd.NA), age_days=age)
    return outcome(shown, key="workspace", at="snapshot_at", reasons=reasons, unknown=unknown)


def _with_those_named(plans: Frame, patterns: tuple[str, ...]) -> Frame:
    """Plans of the workspaces that are named, and a row for each name that has none at a snapshot."""
    if not patterns:
        return plans
    hits = [any(_is(name, one) for one in patterns) for name in plans["workspace"]]
    kept = plans[pd.Series(hits, index=plans.index, dtype=bool)]
    missing = [
        {"workspace": one, "snapshot_at": moment, "problem": "there is no plan of it"}
        for moment, there in plans.groupby("snapshot_at", sort=True)
        for one in patterns
        if not any(_is(name, one) for name in there["workspace"])
    ]
    if not missing:
        return kept
    more = pd.DataFrame(missing).astype({"workspace": "string", "problem": "string"})
    return stacked(kept, more.astype({"snapshot_at": plans["snapshot_at"].dtype}))


def _is(workspace: str, wanted: str) -> bool:
    """By its whole path or by its last part."""
    return fnmatchcase(workspace, wanted) or fnmatchcase(workspace.rpartition("/")[2], wanted)


def _listed(plans: Frame, name: str) -> pd.Series:
    lists = [one if isinstance(one, list) else [] for one in plans[name]]
    shown = [", ".join(one[:_SHOWN]) + (f" and {len(one) - _SHOWN} more" if len(one) > _SHOWN else "") for one in lists]
    return texts(plans.index, shown)
