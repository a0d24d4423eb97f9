"""Whether the checks that a branch required had passed on what was merged, when it was merged."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ...model import Frame
from .evidence import joined_by_id, located, of_change, spread

HEAD, MERGE = "head", "merge"
_SUCCESS = "SUCCESS"
_NEVER = "never run"
#: Results by which a check says that something is wrong, not that it had nothing to say.
_RED = ("failure", "error", "timed out", "startup failure")
#: What became of a check by the merge. Of several apps and runs of one name the worst counts, but a run after the
#: merge takes nothing from a success before it.
_GONE, _PASSED, _NOT_PASSED = 0, 1, 2


@dataclass(frozen=True)
class ChecksPassed:
    """Of each change: `reasons` why its checks had not passed, `unknown` why that cannot be said, and the reading of
    the rules that says which were required (`ruled_at`)."""

    reasons: pd.Series
    unknown: pd.Series
    ruled_at: pd.Series


def checks_passed(population: Frame, change_checks: Frame, branch_rules: Frame) -> ChecksPassed:
    """Each change by its place: what a merge queue merged by the checks of the merge commit, all others by the head."""
    rows = located(change_checks, population)
    place = rows["place"].fillna(HEAD)
    queued = population["queued"].fillna(False).astype(bool)
    mine = place == of_change(queued, rows).map({True: MERGE, False: HEAD})
    ruled_at, required = _required(population, branch_rules)
    reasons, unknown = _judged(population, _results(rows[mine], population), ruled_at, required)
    # A queue that merges several at once runs its checks on the last of them: then the others show none of their own.
    bare = queued & ~pd.Series(population.index.isin(rows.loc[mine, "id"]), index=population.index)
    if bare.any():
        at_head, _ = _judged(population, _results(rows[place == HEAD], population), ruled_at, required)
        told = bare & at_head.isna()
        reasons = reasons.mask(told)
        unknown = unknown.mask(told, "GitHub shows no checks of the merge queue for it, only those of its head")
    return ChecksPassed(reasons, unknown, ruled_at)


def _required(population: Frame, branch_rules: Frame) -> tuple[pd.Series, Frame]:
    """For each change the reading of its repository's rules: the latest before the merge, else the first after it.

    The checks that it names have one row for each `id` and name. `dropped` are those that the reading after the merge
    has no more: at the merge they may have been required, or not any more.
    """
    rules = branch_rules.reset_index(drop=True)
    which, following = pd.Series(-1, index=population.index), pd.Series(-1, index=population.index)
    known = {name: group.sort_values("snapshot_at", kind="stable") for name, group in rules.groupby("repository")}
    for name, ids in population.groupby("repository").groups.items():
        if name in known:
            taken = known[name]["snapshot_at"]
            at = taken.searchsorted(population.loc[ids, "merged_at"], side="right") - 1
            which.loc[ids] = taken.index.to_numpy()[at.clip(min=0)]
            following.loc[ids] = taken.index.to_numpy()[(at + 1).clip(max=len(taken) - 1)]
    ruled = which[which >= 0]
    ruled_at = pd.Series(pd.NaT, index=population.index, dtype="datetime64[us, UTC]")
    ruled_at.loc[ruled.index] = rules["snapshot_at"].array.take(ruled.to_numpy())
    required = _named(rules, ruled)
    later = pd.MultiIndex.from_frame(_named(rules, following[which >= 0]))
    return ruled_at, required.assign(dropped=~pd.MultiIndex.from_frame(required).isin(later))


def _named(rules: Frame, which: pd.Series) -> Frame:
    """The checks that a reading of the rules requires of each change, one row each."""
    names = rules["required_checks"].array.take(which.to_numpy())
    named = pd.DataFrame({"id": which.index, "check_name": names}).explode("check_name").dropna()
    return named.astype({"check_name": "string"}).drop_duplicates()


def _results(rows: Frame, population: Frame) -> Frame:
    """What became of each check name by the merge, and in words why it had not passed."""
    merged = of_change(population["merged_at"], rows)
    done = (rows["completed_at"] <= merged).fillna(False).astype(bool)
    after = ~done & _began_after(rows, merged)
    running = ~done & ~after
    # Of two results of one second the one that is no success counts.
    good = (rows["conclusion"] == _SUCCESS).fillna(False).astype(bool)
    ordered = rows.assign(good=good)[done].sort_values(["completed_at", "good"], ascending=[True, False], kind="stable")
    last = ordered.drop_duplicates(["id", "check_name", "app"], keep="last")
    parts = [
        last.assign(result=last["good"].map({True: _PASSED, False: _NOT_PASSED}),
                    why=last["conclusion"].str.lower().str.replace("_", " ").fillna("without a result")),
        rows[running].assign(result=_NOT_PASSED, why="not complete"),
        rows[after].assign(result=_GONE, why="run after the merge"),
    ]  # fmt: skip
    columns = ["id", "check_name", "result", "why"]
    whole = pd.concat([part[columns] for part in parts if len(part)] or [parts[0][columns]], ignore_index=True)
    ordered = whole.sort_values(["result", "why"], kind="stable")
    return ordered.drop_duplicates(["id", "check_name"], keep="last")


def _began_after(rows: Frame, merged: pd.Series) -> pd.Series:
    """Runs of after the merge: what the check said before is gone. A status has no start, only when it was set."""
    began = (rows["started_at"] >= merged).fillna(False)
    set_after = rows["started_at"].isna() & (rows["completed_at"] > merged).fillna(False)
    return (began | set_after).astype(bool)


def _judged(population: Frame, results: Frame, ruled_at: pd.Series, required: Frame) -> tuple[pd.Series, pd.Series]:
    asked = required.merge(results, on=["id", "check_name"], how="left", validate="one_to_one")
    asked = asked.assign(result=asked["result"].fillna(_NOT_PASSED), why=asked["why"].fillna(_NEVER))
    maybe = asked[asked["dropped"] & (asked["why"] == _NEVER)]
    missing, gone = asked[asked["result"] == _NOT_PASSED].drop(maybe.index), asked[asked["result"] == _GONE]
    absent = spread(joined_by_id(missing, missing["check_name"] + " (" + missing["why"] + ")"), population)
    again = spread(joined_by_id(gone, gone["check_name"]), population).astype("string")
    later = (ruled_at > population["merged_at"]).fillna(False)
    by_rules = pd.Series("", index=population.index, dtype="string").mask(
        later, " (as the first reading of the rules after it says, of " + ruled_at.dt.strftime("%Y-%m-%d") + ")"
    )
    reasons = "required check not passed before the merge: " + absent.astype("string") + by_rules
    unknown = again + " ran after the merge: what was there before is gone" + by_rules
    dropped = spread(joined_by_id(maybe, maybe["check_name"]), population).astype("string")
    unknown = unknown.mask(
        dropped.notna(), dropped + " never ran, and is not required any more at the next reading of the rules"
    )
    free = ~pd.Series(population.index.isin(required["id"]), index=population.index)
    any_passed = pd.Series(population.index.isin(results.loc[results["result"] == _PASSED, "id"]), population.index)
    any_gone = pd.Series(population.index.isin(results.loc[results["result"] == _GONE, "id"]), population.index)
    # Whatever was required: where nothing had passed, it had not.
    reasons = reasons.mask(free & ~any_passed & ~any_gone, "no check is required and none had passed")
    reasons = reasons.mask(free & ruled_at.isna() & ~any_passed & ~any_gone, "no check had passed")
    unknown = unknown.mask(
        free & ~any_passed & any_gone, "its checks ran after the merge: what was there before is gone"
    )
    unknown = unknown.mask(
        free & ruled_at.isna() & any_passed, "which checks were required is not known: no rules of its branch were read"
    )
    red = results[(results["result"] == _NOT_PASSED) & results["why"].isin(_RED)]
    failed = spread(joined_by_id(red, red["check_name"] + " (" + red["why"] + ")"), population).astype("string")
    unknown = unknown.mask(
        free & ruled_at.notna() & any_passed & failed.notna(),
        "no check is required, and " + failed + " had not passed: whether it had to is not known",
    )
    return reasons.astype("string"), unknown.astype("string")
