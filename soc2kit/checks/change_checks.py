"""Tests of the automated checks of each change. No samples."""

from __future__ import annotations

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .change_review.checks_passed import checks_passed
from .change_review.evidence import merged_to_default
from .outcome import outcome


def checks_green_at_merge(
    changes: Frame,
    change_checks: Frame,
    branch_rules: Frame,
    commits: Frame,
    default_branches: Frame,
    *,
    period: Period,
    parameters: Parameters,
) -> Outcome:
    """The required checks had passed on what was merged.

    Population: pull requests merged to a default branch in the window, those of bots and emergencies included; one row
    each. `ruled_at` is the reading of the rules that says what was required: the latest before the merge, else the
    first after it.
    Exception: a required check whose last result before the merge is no success, that was not complete then, or never
    ran; of several apps or runs of one name each counts. Skipped, neutral, stale and cancelled are no success. Where
    none is required, none had passed. What a merge queue merged is judged by the checks of the merge commit, all else
    by those of the head.
    Not testable: a required check that has only runs of after the merge, as GitHub then shows no earlier one; a change
    of a repository whose rules were never read, of which some check passed; a required check that never ran and that
    the reading of the rules after the merge does not require any more, as after a new name; where none is required,
    some passed and others failed; one that a queue merged together with others, of which GitHub shows no checks of the
    queue.
    Source: statusCheckRollup of head and merge commit, with each run's start and end (GitHub's seconds; a status has
    the time when it was set); branch rules by name of the check.
    """
    population = merged_to_default(changes, commits, default_branches, period)
    passed = checks_passed(population, change_checks, branch_rules)
    return outcome(
        population.assign(ruled_at=passed.ruled_at), key="change", at="merged_at", reasons=passed.reasons,
        unknown=passed.unknown,
    )  # fmt: skip
