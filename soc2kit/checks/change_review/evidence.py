"""What is known of changes, in one bundle, and which of them a test is about."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ...model import Frame
from ...period import Period

#: The frames of `ChangeEvidence`, in its order.
EVIDENCE = (
    "changes reviews change_commits change_events commits default_branches github_people change_exceptions"
    " change_exception_readings"
)


@dataclass(frozen=True)
class ChangeEvidence:
    """Pull requests with what happened to each; `branch` has the first-parent commits of the default branches."""

    changes: Frame
    reviews: Frame
    commits: Frame
    events: Frame
    branch: Frame
    default_branches: Frame
    #: Logins with the people behind them.
    people: Frame
    #: The company's register of exceptional changes, in every reading, and when it was read.
    exceptions: Frame
    exception_readings: Frame


def merged_to_default(changes: Frame, branch: Frame, default_branches: Frame, period: Period) -> Frame:
    """Pull requests merged in the period whose base is or was the default branch, or whose merge commit lies on it.

    Of a repository whose default branch is not known all of them: none is left out for want of evidence.
    """
    repository = changes["repository"].fillna("")
    named = set((default_branches["repository"].fillna("") + "\n" + default_branches["branch"].fillna("")).tolist())
    known = set(default_branches["repository"].tolist())
    lands = set(place(branch).tolist())
    at_base = (repository + "\n" + changes["base"].fillna("")).isin(named)
    on_it = (repository + "@" + changes["merge_commit"].fillna("")).isin(lands)
    inside = period.contains(changes["merged_at"]).fillna(False)
    kept = inside & (at_base | on_it | ~changes["repository"].isin(known))
    return changes[kept.astype(bool)].reset_index(drop=True)


def place(commits: Frame) -> pd.Series:
    """A commit's repository and name: forks share commits, so a name alone may be another repository's."""
    return commits["repository"].fillna("") + "@" + commits["sha"]


def located(rows: Frame, population: Frame) -> Frame:
    """The rows of a population's changes, each with `id`, the position of its change in the population."""
    ids = pd.Index(population["change"].astype("object")).get_indexer(pd.Index(rows["change"].astype("object")))
    return rows.assign(id=ids)[ids >= 0].reset_index(drop=True)


def of_change(values: pd.Series, rows: Frame) -> pd.Series:
    """A population's column, on the rows of its changes."""
    return pd.Series(values.array.take(rows["id"].to_numpy()), index=rows.index)


def looked_up(keys: pd.Series, table: pd.Series) -> pd.Series:
    """The table's value for each key; missing where it has none, and of the table's type even where it is empty."""
    return pd.Series(table.reindex(keys.to_numpy()).array, index=keys.index)


def spread(values: pd.Series, population: Frame, missing: object = pd.NA) -> pd.Series:
    """Values by `id`, on the population; `missing` where there is none."""
    whole = values.reindex(range(len(population)))
    return whole if missing is pd.NA else whole.fillna(missing)


def folded(texts: pd.Series) -> pd.Series:
    """Logins and addresses as GitHub compares them: without regard to case, and a bot's App user as the bot."""
    return texts.astype("string").str.casefold().str.removesuffix("[bot]")


def joined_by_id(rows: Frame, texts: pd.Series, separator: str = ", ") -> pd.Series:
    """Texts of the rows put together for each `id`, each once, in order."""
    if rows.empty:
        return pd.Series(dtype="string")
    pairs = pd.DataFrame({"id": rows["id"], "text": texts}).dropna().drop_duplicates().sort_values(["id", "text"])
    return pairs.groupby("id")["text"].agg(separator.join).astype("string")
