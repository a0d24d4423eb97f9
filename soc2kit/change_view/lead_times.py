"""How long changes took: from opening to first review, approval and merge, and from there to production.

Hours. A time that evidence does not have is left out, and the number of those that have it stands beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..model import Frame
from ..tables import Column, Shown, table

STEPS = {
    "review": "opened → first review",
    "approval": "opened → first approval",
    "merge": "opened → merged",
    "deployment": "merged → in production",
}
ALL = "all"


def hours(changes: Frame, reviews: Frame, commits: Frame | None, deployments: Frame | None) -> Frame:
    """One row a change: repository, and the hours of each step; missing where evidence has no such time.

    Only what others than the author said before the merge is a review. A deleted account cannot be told from the
    author. `deployments` are those to production, `commits` the first-parent commits of the default branches; without
    either no change has a time of deployment.
    """
    said = reviews.merge(
        changes[["change", "author", "merged_at"]], on="change", how="inner", validate="many_to_one"
    ).dropna(subset=["reviewer", "submitted_at"])
    said = said[(said["reviewer"] != said["author"]).fillna(True) & (said["submitted_at"] <= said["merged_at"])]
    first = said.groupby("change")["submitted_at"].min()
    approved = said[said["state"] == "APPROVED"].groupby("change")["submitted_at"].min()
    opened = changes["created_at"]
    deployed = _deployed(changes, commits, deployments)
    return pd.DataFrame(
        {
            "repository": changes["repository"],
            "review": _between(opened, _of_each(changes, first)),
            "approval": _between(opened, _of_each(changes, approved)),
            "merge": _between(opened, changes["merged_at"]),
            "deployment": _between(changes["merged_at"], deployed),
        }
    )


def _of_each(changes: Frame, moments: pd.Series) -> pd.Series:
    """A moment by change, for each of the changes."""
    return pd.Series(moments.reindex(changes["change"]).array, index=changes.index)


def _between(earlier: pd.Series, later: pd.Series) -> pd.Series:
    return (pd.to_datetime(later, utc=True) - earlier) / pd.Timedelta(hours=1)


def _deployed(changes: Frame, commits: Frame | None, deployments: Frame | None) -> pd.Series:
    """When the first deployment was up whose commit has the change: its own, or a later one of the branch."""
    never = pd.Series(pd.NaT, index=changes.index, dtype="datetime64[us, UTC]")
    if commits is None or deployments is None or deployments.empty or commits.empty:
        return never
    places = branch_places(commits)
    up = deployments.dropna(subset=["succeeded_at"]).merge(places, on=["repository", "sha"], validate="many_to_one")
    own = changes.reset_index(names="row")[["row", "repository", "merge_commit", "merged_at"]]
    own = own.rename(columns={"merge_commit": "sha"}).dropna(subset=["sha"])
    own = own.merge(places, on=["repository", "sha"], validate="many_to_one")
    if up.empty or own.empty:
        return never
    # The earliest deployment at or after each place: going back from the last place, the least time so far.
    up = up.groupby(["repository", "place"], as_index=False)["succeeded_at"].min().sort_values("place")
    up["succeeded_at"] = up[::-1].groupby("repository")["succeeded_at"].cummin()
    up["repository"] = up["repository"].astype(own["repository"].dtype)
    found = pd.merge_asof(own.sort_values("place"), up, on="place", by="repository", direction="forward")
    return found.set_index("row")["succeeded_at"].reindex(changes.index)


def branch_places(commits: Frame) -> Frame:
    """repository, sha and place of each commit on the longest chain of first parents that a repository has.

    What a force push took away is on no such chain.
    """
    rows = []
    for repository, own in commits.groupby("repository", sort=False):
        pairs = zip(own["sha"], own["parents"], strict=True)
        parent = {sha: parents[0] if isinstance(parents, list) and parents else "" for sha, parents in pairs}
        tips = set(parent) - set(parent.values())
        chain = max((_chain(tip, parent) for tip in sorted(tips)), key=len, default=[])
        rows += [(repository, sha, place) for place, sha in enumerate(reversed(chain))]
    return pd.DataFrame(rows, columns=["repository", "sha", "place"]).astype(
        {"repository": "string", "sha": "string", "place": "int64"}
    )


def _chain(tip: str, parent: Mapping[str, str]) -> list[str]:
    chain, sha = [], tip
    while sha in parent:
        chain.append(sha)
        sha = parent[sha]
    return chain


def summary(times: Frame) -> Frame:
    """repository, step, known, of, median and p90 in hours; the row `all` first. p90 is the 90th percentile."""
    parts = []
    for step in STEPS:
        grouped = times.groupby("repository")[step]
        each = grouped.agg(known="count", of="size", median="median").join(grouped.quantile(0.9).rename("p90"))
        whole = {"known": times[step].count(), "of": len(times), "median": times[step].median()}
        total = pd.DataFrame({**whole, "p90": times[step].quantile(0.9)}, index=[ALL])
        parts.append(pd.concat([total, each]).rename_axis("repository").reset_index().assign(step=step))
    return pd.concat(parts, ignore_index=True)


def shown(summarised: Frame, with_deployments: bool) -> Shown:
    """One row a repository: for each step the median, the 90th percentile, and of how many changes it is known."""
    steps = [step for step in STEPS if with_deployments or step != "deployment"]
    rows: dict[str, dict[str, Any]] = {}
    for one in summarised.itertuples():
        row = rows.setdefault(one.repository, {"repository": one.repository, "of": one.of})
        row[one.step] = f"{words(one.median)} · {words(one.p90)} · {one.known}" if one.known else "none known"
    columns = [Column("repository", "Repository"), Column("of", "Changes", "number")]
    columns += [Column(step, STEPS[step].capitalize(), "number") for step in steps]
    caption = "Lead times in hours: median · 90th percentile · of how many changes it is known"
    return table(rows.values(), columns, caption, limit=len(rows))


def words(value: float) -> str:
    return "none" if pd.isna(value) else f"{value:.1f}"
