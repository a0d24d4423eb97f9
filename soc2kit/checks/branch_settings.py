"""Tests of what protects each default branch. Classic protection and rulesets count together."""

from __future__ import annotations

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome, words


def _of(branch_rules: Frame, reasons: pd.Series) -> Outcome:
    return outcome(branch_rules, key="repository", at="snapshot_at", reasons=reasons)


def approval_required(branch_rules: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """The branch takes a change only with somebody's approval.

    Population: default branches of the repositories in scope, at each snapshot.
    Exception: fewer required approvals than `minimum_approvals`.
    Source: branch protection and rulesets in force.
    """
    number = branch_rules["required_approvals"]
    least = parameters.minimum_approvals
    return _of(
        branch_rules,
        words(
            branch_rules.index,
            (number < least, number.astype("string") + f" approvals required, at least {least} are due"),
        ),
    )


def no_unapproved_bypass(branch_rules: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Nobody can pass the rules by, administrators included.

    Population: default branches of the repositories in scope, at each snapshot.
    Exception: administrators are exempt from classic protection, and no ruleset asks for as much; a bypass actor who
    is not in `approved_bypass_actors`; bypass actors hidden from the token, which is unknown and not none; no rules at
    all.
    Source: branch protection's enforce_admins and bypass_pull_request_allowances; rulesets' bypass_actors.
    """
    rows = branch_rules
    listed = rows["bypass_actors"].map(lambda actors: actors if isinstance(actors, list) else [])
    extra = listed.map(lambda actors: [actor for actor in actors if actor not in parameters.approved_bypass_actors])
    hidden = rows["bypass_actors"].map(lambda actors: not isinstance(actors, list)).astype("boolean")
    exempt = rows["classic"] & ~rows["ruleset_suffices"] & ~rows["enforced_for_admins"].fillna(False)
    reasons = words(
        rows.index,
        (exempt, "administrators are exempt from branch protection"),
        (extra.map(bool), extra.map(", ".join) + " may bypass, not on the approved list"),
        (hidden, "GitHub does not show the bypass actors to this token"),
        (~rows["classic"] & ~rows["ruled_by_ruleset"], "no branch protection and no ruleset"),
    )
    return _of(rows, reasons)


def history_protected(branch_rules: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """What was merged stays: no force push, no deletion.

    Population: default branches of the repositories in scope, at each snapshot.
    Exception: force pushes or deletion are possible.
    Source: branch protection; rulesets' non_fast_forward and deletion rules.
    """
    reasons = words(
        branch_rules.index,
        (~branch_rules["force_push_blocked"], "force pushes are possible"),
        (~branch_rules["deletion_blocked"], "the branch can be deleted"),
    )
    return _of(branch_rules, reasons)


def checks_required(branch_rules: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Automated checks must pass before a merge.

    Population: default branches of the repositories in scope, at each snapshot.
    Exception: no status check is required.
    Source: branch protection and rulesets in force.
    """
    none = branch_rules["required_checks"].map(len) == 0
    return _of(branch_rules, words(branch_rules.index, (none, "no status check is required")))
