"""Rows of the tables of changes: states with their denominators, exceptions with links, reconciliations in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ..model import Frame, Reconciliation, TestResult, Verdict
from ..tables import Column, Shown, paragraph, table
from .states import CHECKS, IN_ORDER, STATES, STRATA

#: Tests of which each row is a change or a commit.
ROW_TESTS = ("GH-PR-01", "GH-PR-06", "GH-PR-05", "GH-PR-03", "GH-PR-02", "GH-PR-04")
NUMBERS = (
    Column("all", "Population", "number"),
    *(Column(state, state.capitalize(), "number") for state in STATES),
    Column("share", "In order, %", "number"),
)
LISTED = (
    Column("key", "Change", "web"),
    Column("test", "Test", "short"),
    Column("stratum", "Stratum"),
    Column("at", "At (UTC)", "short"),
    Column("title", "Title", "words"),
    Column("author", "By"),
)
RECONCILED = (
    Column("id", "Name"),
    Column("title", "List ↔ second source", "words"),
    Column("first", "In the list", "number"),
    Column("second", "In the second", "number"),
    Column("result", "Result", "wide"),
    Column("explained", "What to know", "wide"),
)
UNREAD = (
    Column("dataset", "Dataset"),
    Column("account", "Account"),
    Column("covers", "Covers"),
    Column("tried", "Tried (UTC)"),
    Column("why", "Why it could not be read", "words"),
)
_NAMES_SHOWN = 8


_KEPT = ("key", "at", "test", "why")


def test_row(check: str, result: TestResult | None, rows: Frame | None) -> Mapping[str, Any]:
    """What one test said of its rows; one without an answer has no numbers."""
    if result is None or rows is None:
        return {"test": check, "title": "not a test of this assessment", "rows": "nothing", **_untold()}
    about = {"test": check, "title": result.check.title, "rows": "a change"}
    if check not in (*STRATA.values(), CHECKS):
        about["rows"] = "a commit" if check == "GH-PR-02" else "a push"
    if result.verdict is Verdict.NOT_TESTED and result.population.empty:
        return {**about, **_untold()}
    return state_row(about, rows)


def listed(
    by_test: Mapping[str, Frame],
    state: str,
    words: tuple[str, str, str],
    strata: pd.Series,
    urls: Mapping[str, str],
    headlines: Mapping[str, str],
) -> Shown:
    """Every row in a state, oldest first. `words`: title of the reasons, caption, and what to say where there is none.

    `urls` are addresses as evidence has them; nothing makes one up. `headlines` are those of commits.
    """
    why, caption, none = words
    kept = [
        rows.assign(test=check) for check, all_of in by_test.items() if len(rows := all_of[all_of["state"] == state])
    ]
    if not kept:
        return paragraph(none if any(len(rows) for rows in by_test.values()) else "No change was tested.")
    together = (
        pd.concat(kept, ignore_index=True)
        .reindex(columns=[*_KEPT, "title", "author"])
        .sort_values(["at", "key", "test"], kind="stable")
    )
    key = together["key"]
    # Neither a commit nor a push past the rules is in a stratum.
    other = key.str.contains("@", regex=False).map({True: "a commit", False: "a push"})
    together = together.assign(
        stratum=key.map(strata).astype("object").fillna(other),
        title=together["title"].astype("object").fillna(key.map(headlines)),
        key_url=key.map(urls),
    )
    columns = (*LISTED, Column("why", why, "wide"))
    return table(records(together.reindex(columns=[*(c.name for c in columns), "key_url"])), columns, caption)


def no_change(stratum: str = "") -> Shown:
    return paragraph(f"No change{f' of {stratum}' if stratum else ''} was tested in the window.")


def _untold() -> Mapping[str, str]:
    return dict.fromkeys(("all", *STATES, "share"), "not tested")


def state_row(about: Mapping[str, Any], rows: Frame) -> Mapping[str, Any]:
    counted = rows["state"].value_counts()
    return numbers({**about, "all": len(rows), **{state: int(counted.get(state, 0)) for state in STATES}})


def numbers(row: Mapping[Any, Any]) -> Mapping[str, Any]:
    share = f"{100 * row[IN_ORDER] / row['all']:.1f}" if row["all"] else "none"
    return {**{str(name): value for name, value in row.items()}, "share": share}


def records(frame: Frame) -> list[Mapping[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def reconciled(item: Reconciliation) -> Mapping[str, Any]:
    lacking = [
        f"only in {where}: {len(keys)} ({_named(keys)})"
        for where, keys in (("the list", item.only_first), ("the second source", item.only_second))
        if keys
    ]
    alike = "agrees: nothing is in one and not in the other" if item.first or item.second else "nothing to compare"
    result = "; ".join(lacking) or alike
    return {**{name: getattr(item, name) for name in ("id", "title", "first", "second", "explained")}, "result": result}


def _named(keys: Sequence[str]) -> str:
    return ", ".join(keys[:_NAMES_SHOWN]) + (" and more" if len(keys) > _NAMES_SHOWN else "")
