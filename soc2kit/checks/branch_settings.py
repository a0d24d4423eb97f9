"""Tests of what protects each default branch. Classic protection and rulesets count together."""

from __future__ import annotations

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome, words

_ADMINISTRATORS = "administrators"
_UNREAD = "the rules of the branch could not be read"


def _of(branch_rules: Frame, reasons: pd.Series, *asked: str, unknown: pd.Series | None = None) -> Outcome:
    """`asked` are the columns that the test rests on: where one is missing, the row cannot be tested."""
    missing = branch_rules[list(asked)].isna().any(axis=1)
    untold = words(branch_rules.index, (missing, _UNREAD))
    if unknown is not None:
        untold = untold.where(untold.notna(), unknown)
    return outcome(branch_rules, key="repository", at="snapshot_at", reasons=reasons, unknown=untold)


def approval_required(branch_rules: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """The branch takes a change only through a pull request with somebody's approval of its last state.

    Population: default branches of the repositories in scope, at each snapshot; those without any rule included.
    Exception: no pull request is required; fewer required approvals than `minimum_approvals`; an approval stays valid
    when something is pushed after it, as neither stale approvals are dismissed nor the last push needs one.
    Source: classic protection and rulesets in force, of the repository and of the organisation; the stricter counts.
    """
    rows, number, least = branch_rules, branch_rules["required_approvals"], parameters.minimum_approvals
    stale = ~(rows["dismisses_stale"] | rows["last_push_approval"])
    reasons = words(
        rows.index,
        (~rows["requires_pull_request"], "no pull request is required"),
        (number < least, number.astype("string") + f" approvals required, at least {least} are due"),
        (stale & (number > 0), "an approval stays valid whatever is pushed after it"),
    )
    return _of(rows, reasons, "required_approvals", "requires_pull_request", "dismisses_stale", "last_push_approval")


def no_unapproved_bypass(branch_rules: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Nobody can pass the rules by, administrators included.

    Population: default branches of the repositories in scope, at each snapshot; those without any rule included.
    Exception: administrators can pass classic protection, and no ruleset asks for as much; a bypass actor who is not
    in `approved_bypass_actors` can make a change that the rules would refuse; no rules at all. Whoever may bypass one
    ruleset, and is held to as much by what is left, bypasses nothing.
    Not testable: bypass actors that GitHub hides from the token, where they would make a difference: hidden is not
    none; actors each of whom may bypass one layer, if one person is several of them and they are not approved.
    Source: branch protection's enforce_admins and bypass_pull_request_allowances; rulesets' bypass_actors.
    """
    rows = branch_rules
    approved = {_of_a_kind(actor) for actor in parameters.approved_bypass_actors}
    actors = rows["bypass_actors"].map(lambda listed: [] if not isinstance(listed, list) else listed)
    extra = actors.map(lambda listed: [one for one in listed if one not in {*approved, _ADMINISTRATORS}])
    together = rows["bypass_together"].map(lambda listed: [one for one in listed if one not in approved])
    reasons = words(
        rows.index,
        (actors.map(lambda listed: _ADMINISTRATORS in listed), "administrators are exempt from branch protection"),
        (extra.map(bool), extra.map(", ".join) + " may bypass, not on the approved list"),
        (~rows["classic"] & ~rows["ruled_by_ruleset"], "no branch protection and no ruleset"),
    )
    unknown = words(
        rows.index,
        (rows["bypass_actors"].isna(), "GitHub does not show the bypass actors to this token"),
        (
            rows["bypass_hidden"].map(bool),
            "GitHub does not show who may bypass " + rows["bypass_hidden"].map(", ".join),
        ),
        (together.map(bool), "somebody who is several of " + together.map(", ".join) + " could bypass all rules"),
    )
    return _of(rows, reasons, "classic", "ruled_by_ruleset", unknown=unknown)


def _of_a_kind(actor: str) -> str:
    """There is one of these, with or without a number."""
    kind = actor.partition(":")[0]
    return kind if kind in ("OrganizationAdmin", "DeployKey") else actor


def history_protected(branch_rules: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """What was merged stays: no force push, no deletion.

    Population: default branches of the repositories in scope, at each snapshot; those without any rule included.
    Exception: force pushes or deletion are possible.
    Source: branch protection; non_fast_forward and deletion rules of rulesets of the repository and the organisation.
    """
    reasons = words(
        branch_rules.index,
        (~branch_rules["force_push_blocked"], "force pushes are possible"),
        (~branch_rules["deletion_blocked"], "the branch can be deleted"),
    )
    return _of(branch_rules, reasons, "force_push_blocked", "deletion_blocked")


def checks_required(branch_rules: Frame, *, period: Period, parameters: Parameters) -> Outcome:
    """Automated checks must pass before a merge, on top of what is merged already.

    Population: default branches of the repositories in scope, at each snapshot; those without any rule included.
    Exception: neither a status check nor a workflow is required; a change need not be up to date with the branch, nor
    go through a merge queue, so its checks may have run on something else than what comes of the merge.
    Source: branch protection and rulesets in force, of the repository and of the organisation.
    """
    rows = branch_rules
    counts = rows["required_checks"].map(len) + rows["required_workflows"].map(len)
    reasons = words(
        rows.index,
        (counts == 0, "no status check is required"),
        ((counts > 0) & ~rows["up_to_date_required"], "a change need not be up to date with the branch"),
    )
    return _of(rows, reasons, "up_to_date_required")
