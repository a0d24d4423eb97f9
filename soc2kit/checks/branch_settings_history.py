"""Test of what protected each default branch over time: snapshots, and the versions of rulesets between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from ..model import Frame, Outcome
from ..parameters import Parameters
from ..period import Period
from .outcome import outcome

Row = Mapping[str, Any]


def _less(words: str) -> Callable[[Any, Any], str | None]:
    return lambda before, after: f"{words} {before} → {after}" if not pd.isna(after) and after < before else None


def _off(words: str) -> Callable[[Any, Any], str | None]:
    return lambda before, after: words if before is True and after is False else None


def _lost(words: str) -> Callable[[Any, Any], str | None]:
    def told(before: Any, after: Any) -> str | None:
        gone = sorted(set(before) - set(after))
        return f"{words} no longer: {', '.join(gone)}" if gone else None

    return told


#: What makes later rules weaker than earlier ones: a column, and how its two values tell.
WEAKER: tuple[tuple[str, Callable[[Any, Any], str | None]], ...] = (
    ("required_approvals", _less("required approvals")),
    ("requires_pull_request", _off("no pull request required any more")),
    ("dismisses_stale", _off("stale approvals no longer dismissed")),
    ("last_push_approval", _off("the last push no longer needs an approval")),
    ("code_owner_review", _off("code owners need no longer review")),
    ("up_to_date_required", _off("changes need no longer be up to date")),
    ("required_checks", _lost("required checks")),
    ("required_workflows", _lost("required workflows")),
    ("force_push_blocked", _off("force pushes possible")),
    ("deletion_blocked", _off("the branch can be deleted")),
)


def rules_stayed_in_force(
    branch_rules: Frame, ruleset_versions: Frame, *, period: Period, parameters: Parameters
) -> Outcome:
    """No rule of a default branch became weaker in the period.

    Population: what protected each default branch in scope, at each snapshot and with each version of a ruleset that
    GitHub keeps, inside the period.
    Exception: weaker than at the moment before, by the table `WEAKER`, or somebody can pass by what they had to keep
    to: what became weaker and between which moments (a version says the very moment); a repository that comes after the
    first snapshot and has no rules at all.
    Not testable: the time since the snapshot before is longer than `snapshot_max_age_days`, unless only rulesets
    protect the branch and all their versions in between could be read; who may bypass is hidden where it was known, or
    was hidden; whether a version held for the repository.
    Source: branch protection and rulesets in force at each snapshot; versions of rulesets. Of classic protection GitHub
    keeps no versions.
    """
    states = _states(branch_rules, ruleset_versions)
    first = branch_rules["snapshot_at"].min()
    reasons: list[str | None] = []
    untold: list[str | None] = []
    for _, of_repository in states.groupby("repository", sort=False):
        before: Row | None = None
        taken: Row | None = None
        for row in of_repository.to_dict("records"):
            reasons.append(_why_weaker(before, row, first))
            untold.append("; ".join(_unsure(before, taken, row, parameters)) or None)
            before, taken = row, row if pd.isna(row["version"]) else taken
    judged = states.assign(_reason=pd.Series(reasons, index=states.index, dtype="string"),
                           _untold=pd.Series(untold, index=states.index, dtype="string"))  # fmt: skip
    inside = judged[period.contains(judged["at"])]
    population = inside.drop(columns=["_reason", "_untold"])
    return outcome(population, key="repository", at="at", reasons=inside["_reason"], unknown=inside["_untold"])


def _states(branch_rules: Frame, ruleset_versions: Frame) -> Frame:
    """Snapshots and versions of all repositories, each repository's in the order of time.

    A version made at the moment of a snapshot came before it. Of several at one moment the last one counts, as they
    are one change.
    """
    known = set(branch_rules["repository"])
    versions = ruleset_versions[ruleset_versions["repository"].isin(known)].rename(columns={"changed_at": "at"})
    snapshots = branch_rules.rename(columns={"snapshot_at": "at"})
    shared = ["repository", "at", *(name for name, _ in WEAKER), "bypass_waives", "bypass_hidden"]
    both = pd.concat(
        [
            versions[[*shared, "ruleset", "version", "changed_by", "what", "unclear"]],
            snapshots[[*shared, "sources", "ruleset_ids", "history_whole"]],
        ],
        ignore_index=True,
    )
    order = ["repository", "at", "_snapshot", "version", "ruleset"]
    both = both.assign(_snapshot=both["version"].isna()).sort_values(order, kind="stable")
    return both.drop_duplicates(["repository", "at"], keep="last", ignore_index=True).drop(columns="_snapshot")


def _why_weaker(before: Row | None, row: Row, first: pd.Timestamp) -> str | None:
    if before is None:
        fresh = pd.isna(row["version"]) and row["at"] > first
        return (
            "a repository that is new since the snapshot before has no rules" if fresh and not row["sources"] else None
        )
    weaker = [told for name, judge in WEAKER if (told := judge(before[name], row[name])) is not None]
    weaker += _opened(before, row)
    if not weaker:
        return None
    if pd.isna(row["version"]):
        return f"{'; '.join(weaker)}: between {_minute(before['at'])} and {_minute(row['at'])}"
    by = "" if pd.isna(row["changed_by"]) else f" by {row['changed_by']}"
    return f"{'; '.join(weaker)}: since {_minute(row['at'])}, {row['ruleset']} version {row['version']}{by}"


def _opened(before: Row, row: Row) -> Iterator[str]:
    """Who can pass by now what they had to keep to before. What nobody had to keep to opens to nobody."""
    new = [one.rpartition(" ") for one in row["bypass_waives"] if one not in set(before["bypass_waives"])]
    held = {name for name, _ in WEAKER if isinstance(before[name], list) or not pd.isna(before[name])}
    actors = sorted({actor for actor, _, name in new if name in held and before[name]})
    if actors:
        yield f"may bypass now: {', '.join(actors)}"


def _unsure(before: Row | None, taken: Row | None, row: Row, parameters: Parameters) -> Iterator[str]:
    """What keeps the time since the moment before from being judged."""
    if not pd.isna(row["unclear"]):
        yield str(row["unclear"])
    unread = [name for name, _ in WEAKER if not isinstance(row[name], list) and pd.isna(row[name])]
    if unread:
        yield f"{', '.join(unread)} could not be read"
    if before is not None and row["bypass_hidden"] and set(row["bypass_hidden"]) != set(before["bypass_hidden"]):
        yield f"GitHub does not show who may bypass {', '.join(row['bypass_hidden'])}"
    if taken is None or not pd.isna(row["version"]):
        return
    days = (row["at"] - taken["at"]) / pd.Timedelta(days=1)
    told = (
        row["history_whole"] is True
        and row["ruleset_ids"] == taken["ruleset_ids"]
        and "classic" not in taken["sources"]
    )
    if days > parameters.snapshot_max_age_days and not told:
        yield (
            f"no snapshot between {_minute(taken['at'])} and {_minute(row['at'])}: {days:.0f} days, limit"
            f" {parameters.snapshot_max_age_days}"
        )


def _minute(moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
