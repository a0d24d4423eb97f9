"""What the tests said of each change: one frame over the populations of all tests of pull requests.

A change is an exception where any of its tests says so, not testable where any cannot tell, in order where all of them
say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from ..model import Frame, TestResult
from ..period import Period

IN_ORDER, NOT_TESTABLE, EXCEPTION = "in order", "not testable", "exception"
STATES = (IN_ORDER, NOT_TESTABLE, EXCEPTION)
#: The test of approval that holds each stratum.
STRATA = {"people": "GH-PR-01", "bots": "GH-PR-06", "emergencies": "GH-PR-05"}
CHECKS = "GH-PR-03"
NO_STRATUM = "in no stratum"
_ABOUT = ("url", "title", "author")


def judged(result: TestResult) -> Frame:
    """The population of a test with `state` and `why`; a row with a reason is an exception whatever is unknown."""
    marks = pd.concat(
        [
            result.exceptions[["key", "at", "reason"]].assign(state=EXCEPTION),
            result.not_testable[["key", "at", "reason"]].assign(state=NOT_TESTABLE),
        ]
    ).drop_duplicates(["key", "at"])
    marks = marks.rename(columns={"reason": "why"})
    # Populations have columns of their own, which may bear the same names as these.
    population = result.population
    if "author" not in population and "actor" in population:
        population = population.rename(columns={"actor": "author"})
    about = [name for name in ("key", "at", *_ABOUT) if name in population]
    rows = population[about].merge(marks, on=["key", "at"], how="left", validate="many_to_one")
    key = rows["key"].astype("string")
    # A pull request is owner/repository#number, a commit owner/repository@sha.
    return rows.assign(
        key=key,
        repository=key.str.replace(r"[#@].*$", "", regex=True),
        state=rows["state"].astype("string").fillna(IN_ORDER),
        why=rows["why"].astype("string"),
    )


def each_change(by_test: Mapping[str, Frame]) -> Frame:
    """One row a change: key, at, repository, stratum, state, why, and what is known of it (url, title, author).

    `by_test` has what each test said, by its id.
    """
    approvals = [
        by_test[check].assign(stratum=stratum, test=check) for stratum, check in STRATA.items() if check in by_test
    ]
    checks = [by_test[CHECKS].assign(test=CHECKS)] if CHECKS in by_test else []
    approved, checked = (_of_changes(frames) for frames in (approvals, checks))
    known = pd.concat([approved, checked]).drop_duplicates("key").set_index("key")
    joined = known[["at", "repository", *_ABOUT]].join(
        [_said(approved, "approval").drop(columns="stratum"), _said(checked, "checks").drop(columns="stratum")]
    )
    joined["stratum"] = approved.set_index("key")["stratum"].reindex(joined.index).fillna(NO_STRATUM)
    _fill(joined, "approval", "no test of approval speaks of it")
    _fill(joined, "checks", f"{CHECKS} does not speak of it")
    return _together(joined).reset_index()[["key", "at", "repository", "stratum", "state", "why", *_ABOUT]]


def _of_changes(frames: Sequence[Frame]) -> Frame:
    """Rows of pull requests alone, each once: an emergency may also be a commit without one."""
    columns = ["key", "at", "repository", "stratum", "test", "state", "why", *_ABOUT]
    filled = [frame.reindex(columns=columns) for frame in frames if len(frame)]
    if not filled:
        return pd.DataFrame({name: pd.Series(dtype="string") for name in columns})
    rows = pd.concat(filled, ignore_index=True)
    return rows[rows["key"].str.contains("#", regex=False)].drop_duplicates("key")


def _said(rows: Frame, name: str) -> Frame:
    told = (rows["test"] + ": " + rows["why"]).astype("string")
    said = {name: rows["state"], f"{name}_why": told, "stratum": rows["stratum"]}
    return pd.DataFrame({"key": rows["key"], **said}).set_index("key")


def _fill(joined: Frame, name: str, why: str) -> None:
    silent = joined[name].isna()
    joined[f"{name}_why"] = joined[f"{name}_why"].astype("string").mask(silent, why)
    joined[name] = joined[name].astype("string").fillna(NOT_TESTABLE)


def _together(joined: Frame) -> Frame:
    first, second = joined["approval"], joined["checks"]
    state = pd.Series(IN_ORDER, index=joined.index, dtype="string")
    for worse in (NOT_TESTABLE, EXCEPTION):
        state = state.mask((first == worse) | (second == worse), worse)
    parts = [joined[f"{name}_why"].where(joined[name] == state) for name in ("approval", "checks")]
    both = (parts[0] + "; " + parts[1]).fillna(parts[0]).fillna(parts[1])
    return joined.assign(state=state, why=both)


def with_months(rows: Frame, months: Sequence[Period], moments: str = "at") -> Frame:
    """Rows of the window with the name of the month that holds them."""
    starts = pd.DatetimeIndex([month.start for month in months]).as_unit("us")
    inside = rows[(rows[moments] >= months[0].start) & (rows[moments] < months[-1].end)]
    places = starts.searchsorted(pd.DatetimeIndex(inside[moments]).as_unit("us"), side="right") - 1
    names = pd.Categorical.from_codes(places, [month.name for month in months], ordered=True)
    return inside.assign(month=names)


def tally(rows: Frame, by: Sequence[str]) -> Frame:
    """How many rows are in each state, and altogether, for each combination of `by` that has any."""
    if rows.empty:
        return pd.DataFrame(columns=[*by, *STATES, "all"])
    counted = rows.groupby([*by, "state"], observed=True).size().unstack(fill_value=0)
    counted = counted.reindex(columns=list(STATES), fill_value=0)
    return counted.assign(all=counted.sum(axis=1)).reset_index()
