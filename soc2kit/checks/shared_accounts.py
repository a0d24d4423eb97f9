"""Whether the credential of a shared account was renewed after one of those who know it left."""

from __future__ import annotations

import pandas as pd

from ..model import Frame


def renewal(
    credentials: Frame | None, kept: list[pd.Timestamp], left: pd.Timestamp, ends: pd.Timestamp
) -> tuple[str, str | None]:
    """What shows the renewal, and what is wrong with it.

    `credentials` are the account's in every snapshot, None where the system does not say when one was made; `kept` are
    the snapshots after the limit `ends` that still have the account.
    """
    if credentials is None:
        words = "whether its credential was renewed cannot be told"
        return words, words
    if not kept:
        words = "no snapshot since shows its removal or renewal"
        return words, words
    then = credentials[(credentials["snapshot_at"] == kept[0]) & credentials["active"].fillna(True)]
    if then.empty:
        return "none of its credentials is known", "none of its credentials is known"
    problems, shown = [], []
    for name in sorted(then["credential"]):
        made = credentials.loc[credentials["credential"] == name, "created_at"].dropna()
        in_time = made[(made > left) & (made <= ends)]
        late = made[made > ends]
        if len(in_time):
            shown.append(f"{name} renewed {in_time.max():%Y-%m-%d %H:%M} UTC")
        elif len(late):
            problems.append(f"{name} renewed only {late.min():%Y-%m-%d %H:%M} UTC")
        else:
            problems.append(f"{name} not renewed since")
    return "; ".join([*shown, *problems]), "; ".join(problems) or None
