"""How a test states its result: a population, and a reason in words for each row that it flags."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ..model import Frame, Outcome

NONE = pd.NA


def outcome(
    population: Frame,
    *,
    key: str,
    at: str,
    reasons: pd.Series | Iterable[object],
    unknown: pd.Series | Iterable[object] | None = None,
) -> Outcome:
    """`reasons` and `unknown` are aligned with `population`; a row with neither is in order.

    `unknown` says why a row cannot be tested; None: every row can. A row that has a reason, too, is an exception.
    """
    why = _aligned(reasons, population.index)
    why_not = _aligned([NONE] * len(population) if unknown is None else unknown, population.index)
    keyed = population.assign(key=population[key].astype("string"), at=population[at])
    rest = [column for column in keyed.columns if column not in ("key", "at")]
    keyed = keyed[["key", "at", *rest]]
    flagged = why.notna()
    untold = why_not.notna() & ~flagged
    return Outcome(
        keyed.reset_index(drop=True),
        keyed[flagged].assign(reason=why[flagged].astype("string")).reset_index(drop=True),
        keyed[untold].assign(reason=why_not[untold].astype("string")).reset_index(drop=True),
    )


def _aligned(texts: pd.Series | Iterable[object], index: pd.Index) -> pd.Series:
    return texts if isinstance(texts, pd.Series) else pd.Series(list(texts), index=index, dtype="string")


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


def bot_names(listed: Iterable[str]) -> set[str]:
    """Bots of a list as GraphQL writes their logins, in lower case: REST and people add [bot]."""
    return {login.casefold().removesuffix("[bot]") for login in listed}


def days_between(earlier: pd.Series, later: pd.Series) -> pd.Series:
    """Days begun, as numbers that may be missing: an hour over the limit is over the limit."""
    return (-((earlier - later) // pd.Timedelta(days=1))).astype("Int64")
