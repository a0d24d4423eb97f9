"""How a test states its result: a population, and a reason in words for each row that it flags."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ..model import Frame, Outcome

NONE = pd.NA


def outcome(population: Frame, *, key: str, at: str, reasons: pd.Series | Iterable[object]) -> Outcome:
    """`reasons` is aligned with `population`; a row without one is in order."""
    if not isinstance(reasons, pd.Series):
        reasons = pd.Series(list(reasons), index=population.index, dtype="string")
    keyed = population.assign(key=population[key].astype("string"), at=population[at])
    rest = [column for column in keyed.columns if column not in ("key", "at")]
    keyed = keyed[["key", "at", *rest]]
    flagged = reasons.notna()
    exceptions = keyed[flagged].assign(reason=reasons[flagged].astype("string"))
    return Outcome(keyed.reset_index(drop=True), exceptions.reset_index(drop=True))


def words(index: pd.Index, *cases: tuple[pd.Series, object]) -> pd.Series:
    """The reasons that hold for each row, joined with semicolons; none where no case holds.

    A case is a condition and its reason: one text for all, or a series of texts. A condition that is unknown does not
    hold; say what is to follow from the unknown in a case of its own.
    """
    texts: list[list[str]] = [[] for _ in index]
    for condition, reason in cases:
        holds = condition.fillna(False).astype(bool).to_numpy()
        reason_list = list(reason) if isinstance(reason, pd.Series) else [reason] * len(index)
        for position, hit in enumerate(holds):
            if hit:
                texts[position].append(str(reason_list[position]))
    joined = ["; ".join(parts) if parts else pd.NA for parts in texts]
    return pd.Series(joined, index=index, dtype="string")


def days_between(earlier: pd.Series, later: pd.Series) -> pd.Series:
    """Days begun, as numbers that may be missing: an hour over the limit is over the limit."""
    return (-((earlier - later) // pd.Timedelta(days=1))).astype("Int64")
