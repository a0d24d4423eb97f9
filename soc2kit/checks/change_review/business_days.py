"""Limits in business days: Monday to Friday, in UTC; public holidays are not known here."""

from __future__ import annotations

import pandas as pd

_SATURDAY = 5
_DAY = pd.Timedelta(days=1)


def due_after(moments: pd.Series, days: int) -> pd.Series:
    """The last moment that is within `days` business days of each: as late in the day as it was. What happens on a
    weekend counts from the Monday after it, 00:00 UTC."""
    weekday = moments.dt.day_of_week
    days_to_monday = pd.to_timedelta(7 - weekday, unit="D")
    start = moments.mask(weekday >= _SATURDAY, moments.dt.floor("D") + days_to_monday)
    weeks, rest = divmod(days, 5)
    over = (start.dt.day_of_week + rest >= _SATURDAY).astype("int64")
    return start + weeks * 7 * _DAY + rest * _DAY + pd.to_timedelta(over * 2, unit="D")
