"""What reviewers thought of a change at a moment: their latest opinion, and whether it was of the code as it was then.

GitHub gives a review the state that it has today: one that was dismissed after the merge is shown as dismissed, and
only the event of it tells what it said before. Times are whole seconds.
"""

from __future__ import annotations

import pandas as pd

from ...model import Frame
from .authors import not_all_listed
from .evidence import ChangeEvidence, folded, located, of_change, spread

#: The states with which a reviewer takes a stand; of two in one second the one further on counts. A comment changes
#: nothing.
_RANKS = {"APPROVED": 0, "DISMISSED": 1, "CHANGES_REQUESTED": 2}
_FORCED = "HeadRefForcePushedEvent"
_RETARGETED = "BaseRefChangedEvent"


def opinions_of(evidence: ChangeEvidence, population: Frame) -> Frame:
    """Opinions given by `until` of each change, oldest first; `who` tells reviewers apart.

    Each review by a deleted account is somebody of its own: which of them were one person is not known.
    """
    reviews = evidence.reviews
    rows = located(reviews[reviews["state"].isin(_RANKS) & reviews["submitted_at"].notna()], population)
    until = of_change(population["until"], rows)
    rows = rows.assign(until=until)[rows["submitted_at"] <= until]
    ghosts = pd.Series([f"\0{row}" for row in range(len(rows))], index=rows.index, dtype="string")
    who = rows["reviewer"].str.casefold().str.removesuffix("[bot]").fillna(ghosts)
    rows = rows.assign(who=who)
    rows = _as_at_the_time(rows, evidence.events, population)
    rows = rows.assign(rank=rows["state"].map(_RANKS))
    return rows.sort_values(["id", "who", "submitted_at", "rank"], kind="stable", ignore_index=True)


def _as_at_the_time(rows: Frame, events: Frame, population: Frame) -> Frame:
    """Reviews that were dismissed only afterwards, with what the event says they were before.

    `undone` marks those of which it cannot be said: a reviewer had several reviews dismissed, before and after, or the
    event does not say whose review it was.
    """
    dismissed = located(events[events["kind"] == "ReviewDismissedEvent"], population)
    dismissed = dismissed.assign(
        who=folded(dismissed["after"]),
        later=dismissed["occurred_at"] > of_change(population["until"], dismissed),
        before=dismissed["before"].where(dismissed["before"].isin(_RANKS)),
    )
    later = dismissed[dismissed["later"]]
    nameless = set(later.loc[later["who"].isna(), "id"])
    by_reviewer = dismissed[dismissed["who"].notna()].groupby(["id", "who"])
    told = by_reviewer.agg(all_later=("later", "all"), any_later=("later", "any"),
                           states=("before", "nunique"), before=("before", "min"))  # fmt: skip
    told = told[told["any_later"].astype(bool)]
    clear = told["all_later"].astype(bool) & (told["states"] == 1)
    keys = pd.MultiIndex.from_frame(rows[["id", "who"]])
    gone = rows["state"] == "DISMISSED"
    known = pd.Series(told.loc[clear, "before"].reindex(keys).array, index=rows.index).astype("string")
    unclear = pd.Series(keys.isin(told[~clear].index), index=rows.index) | rows["id"].isin(nameless)
    return rows.assign(state=rows["state"].mask(gone & known.notna(), known), undone=gone & known.isna() & unclear)


def standing_approvals(opinions: Frame) -> Frame:
    """Approvals that their reviewer took back by no later opinion, and those that may have stood.

    `doubt` says why one may not: given in the second of the merge, or dismissed after it.
    """
    tied = (opinions["submitted_at"] == opinions["until"]) & ~opinions["inclusive"]
    decided = opinions[~tied | (opinions["state"] == "APPROVED")].reset_index(drop=True)
    tied = (decided["submitted_at"] == decided["until"]) & ~decided["inclusive"]
    last_other = (
        pd.Series(range(len(decided)), index=decided.index)
        .where(decided["state"] != "APPROVED")
        .groupby([decided["id"], decided["who"]])
        .transform("max")
        .fillna(-1)
    )
    stands = (decided["state"] == "APPROVED") & (pd.Series(range(len(decided)), index=decided.index) > last_other)
    was_dismissed = decided["undone"].astype(bool)
    doubt = pd.Series(pd.NA, index=decided.index, dtype="string")
    doubt = doubt.mask(tied & stands, "approved in the second of the merge: which came first is not known")
    doubt = doubt.mask(was_dismissed, "whose review was dismissed after the merge: what it said before is not known")
    return decided.assign(doubt=doubt)[stands | was_dismissed].reset_index(drop=True)


def standing_objections(opinions: Frame) -> Frame:
    """Latest opinions by which somebody asked for changes; one of the second of the merge has `doubt`."""
    tied = (opinions["submitted_at"] == opinions["until"]) & ~opinions["inclusive"]
    before = opinions[~tied].drop_duplicates(["id", "who"], keep="last").assign(doubt=False)
    at_once = opinions[tied].drop_duplicates(["id", "who"], keep="last").assign(doubt=True)
    rows = pd.concat([before, at_once]) if len(at_once) else before
    return rows[rows["state"] == "CHANGES_REQUESTED"].reset_index(drop=True)


def staleness(
    approvals: Frame, commits: Frame, evidence: ChangeEvidence, population: Frame
) -> tuple[pd.Series, pd.Series]:
    """Why each approval is not of the code that was merged, in words, and why that cannot be said.

    New code is every commit that does not merge the base branch. Its time is what the committer's machine said, so that
    is not all: an approval is of a commit, which GitHub moves on over merges of the base and over nothing else, and
    what stands further on was not approved, whatever time it bears.
    """
    new = commits[~commits["from_base"] & ~commits["untold"]]
    last_at = _at(new.groupby("id")["committed_at"].max(), approvals, population)
    last_place = _at(new.groupby("id")["position"].max(), approvals, population)
    forced_at = _at(_forced(evidence.events, population), approvals, population)
    untold = commits[commits["untold"]].groupby("id")
    untold_at = _at(untold["committed_at"].max(), approvals, population)
    untold_place = _at(untold["position"].max(), approvals, population)
    place, known = _place(approvals, commits)
    given = approvals["submitted_at"].dt.strftime("%Y-%m-%d %H:%M")
    late = (approvals["submitted_at"] < last_at).fillna(False).astype(bool)
    forced = (approvals["submitted_at"] < forced_at).fillna(False).astype(bool)
    further = (place < last_place).fillna(False).astype(bool)
    gone = approvals["commit"].notna() & ~known
    cut = of_change(not_all_listed(population, commits)[0], approvals)
    short = approvals["commit"].str[:7]
    why = pd.Series(pd.NA, index=approvals.index, dtype="string")
    why = why.mask(gone & ~cut, "who approved commit " + short + ", which is no part of what was merged")
    why = why.mask(further, "who approved commit " + short + ", after which others follow")
    why = why.mask(forced, "who approved " + given + ", but the branch was pushed by force "
                   + forced_at.dt.strftime("%Y-%m-%d %H:%M"))  # fmt: skip
    why = why.mask(late, "who approved " + given + ", but the last commit is of "
                   + last_at.dt.strftime("%Y-%m-%d %H:%M"))  # fmt: skip
    doubt = _retargeted(approvals, evidence, population).astype("string")
    # Its date may be made up, too, so where it stands counts besides.
    before = (approvals["submitted_at"] < untold_at).fillna(False) | (place < untold_place).fillna(False)
    doubt = doubt.mask(
        before.astype(bool), "who approved before a merge of which nobody knows whether it was of the base branch"
    )
    doubt = doubt.mask(gone & cut, "who approved commit " + short + ", which may be one of those that are not listed")
    return why, doubt


def _retargeted(approvals: Frame, evidence: ChangeEvidence, population: Frame) -> pd.Series:
    """Which approvals were given while the change was asked for on another branch: more may be new on this one.

    A branch that was the default one under its former name is no other. GitHub itself moves a change on when the branch
    under it was merged and deleted; that one was a change of its own.
    """
    moved = located(evidence.events[evidence.events["kind"] == _RETARGETED], population)
    names = evidence.default_branches
    default = set((names["repository"].fillna("") + "\n" + names["branch"].fillna("")).tolist())
    renamed = (of_change(population["repository"], moved).fillna("") + "\n" + moved["before"].fillna("")).isin(default)
    before_merge = moved["occurred_at"] <= of_change(population["merged_at"], moved)
    moved = moved[before_merge & ~renamed].sort_values("occurred_at", kind="stable")
    last = moved.drop_duplicates("id", keep="last").set_index("id")
    stale = (approvals["submitted_at"] < _at(last["occurred_at"], approvals, population)).fillna(False).astype(bool)
    base = _at(last["before"], approvals, population).astype("string").fillna("of another name")
    return ("who approved it for branch " + base + ": what is new for the branch it went to is not known").where(stale)


def _at(by_id: pd.Series, rows: Frame, population: Frame) -> pd.Series:
    return of_change(spread(by_id, population), rows)


def _forced(events: Frame, population: Frame) -> pd.Series:
    """When the branch of each change was last pushed by force before its merge; afterwards it changes nothing."""
    rows = located(events[events["kind"] == _FORCED], population)
    rows = rows[rows["occurred_at"] <= of_change(population["merged_at"], rows)]
    return rows.groupby("id")["occurred_at"].max()


def _place(approvals: Frame, commits: Frame) -> tuple[pd.Series, pd.Series]:
    """Where in its change the approved commit stands, and whether it is known.

    A commit of the base that a merge brought in stands where that merge does.
    """
    own = commits[["id", "sha", "position"]]
    wanted = set(approvals["commit"].dropna())
    merges = commits[commits["from_base"]][["id", "parents", "position"]].explode("parents")
    merges = merges.rename(columns={"parents": "sha"}).astype({"sha": "string"})
    places = pd.concat([own, merges[["id", "sha", "position"]]], ignore_index=True)
    places = places[places["sha"].isin(wanted)].drop_duplicates(["id", "sha"])
    found = approvals[["id", "commit"]].merge(
        places, left_on=["id", "commit"], right_on=["id", "sha"], how="left", validate="many_to_one"
    )
    position = pd.Series(found["position"].array, index=approvals.index).astype("Float64")
    return position, pd.Series(found["sha"].notna().array, index=approvals.index, dtype=bool)
