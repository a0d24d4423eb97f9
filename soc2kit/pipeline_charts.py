"""Charts of the pipeline: runs and deployments by month, each with its numbers as words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .charts import BAR, BAR_2, INK, QUIET, Chart, bare, new_axes

Row = Mapping[str, Any]
# Hatching keeps the parts apart where colour does not print.
_STYLES: tuple[Mapping[str, Any], ...] = (
    {"color": BAR},
    {"color": BAR_2, "hatch": "///", "edgecolor": INK},
    {"color": "#E7EBEF", "hatch": "...", "edgecolor": INK},
)


def by_month(runs: Sequence[Row], months: Sequence[str]) -> Chart:
    """Runs of workflows: success, failure, and everything else."""
    parts: dict[str, list[int]] = {"success": [], "failure": [], "other or not ended": []}
    for month in months:
        mine = [row for row in runs if row["month"] == month]
        whole, success, failure = (sum(row[name] for row in mine) for name in ("runs", "success", "failure"))
        for name, value in zip(parts, (success, failure, whole - success - failure), strict=True):
            parts[name].append(value)
    return _stacked(parts, months, "Runs of workflows by month", "runs")


def deployments(found: Sequence[Row], months: Sequence[str]) -> Chart:
    parts: dict[str, list[int]] = {"succeeded": [0] * len(months), "did not succeed": [0] * len(months)}
    for row in found:
        month = f"{row['created_at']:%Y-%m}"
        if month in months:
            parts["succeeded" if pd.notna(row["succeeded_at"]) else "did not succeed"][months.index(month)] += 1
    return _stacked(parts, months, "Deployments to production by month", "deployments")


def _stacked(parts: Mapping[str, list[int]], months: Sequence[str], title: str, unit: str) -> Chart:
    figure, axes = new_axes(9, 2.9)
    bottom = [0] * len(months)
    for (name, values), style in zip(parts.items(), _STYLES, strict=False):
        axes.bar(months, values, bottom=bottom, label=name, width=0.6, linewidth=0.4, **style)
        bottom = [low + value for low, value in zip(bottom, values, strict=True)]
    for place, total in enumerate(bottom):
        axes.text(place, total, f"{total}", ha="center", va="bottom", fontsize=9, color=INK)
    axes.set_ylim(0, max([*bottom, 1]) * 1.15)
    axes.set_ylabel(unit, fontsize=9, color=QUIET)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=9)
    bare(axes)
    told = [
        f"{month} " + ", ".join(f"{name} {values[place]}" for name, values in parts.items())
        for place, month in enumerate(months)
    ]
    return Chart(figure, f"{title}: {'; '.join(told)}.")
