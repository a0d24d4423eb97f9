"""Charts of backups, restores and retention, each with its numbers as words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.patches import Rectangle

from .charts import BAR, BAR_2, INK, QUIET, Chart, bare, new_axes

Row = Mapping[str, Any]
#: What a day can be, in words, with its colour and the sign that says it where colour does not print.
DAYS: Mapping[str, tuple[str, str, str]] = {
    "backed up": ("#B9D9EE", "", INK),
    "backed up after a job failed": (BAR, "!", "white"),
    "not known": ("#F0E442", "?", INK),
    "no backup": ("#D55E00", "×", "black"),
}


def calendar(rows: Sequence[Row], months: Sequence[str]) -> Chart:
    """A band a database and month, a cell a day; `rows` have a database, a day of the company and its state."""
    databases = sorted({row["database"] for row in rows})
    bands = [(database, month) for database in databases for month in months]
    state = {(row["database"], row["day"]): row["state"] for row in rows}
    figure, axes = new_axes(10, 0.9 + 0.27 * max(len(bands), 1))
    for line, (database, month) in enumerate(bands):
        told = {number: state.get((database, f"{month}-{number:02d}")) for number in range(1, 32)}
        for name, (colour, sign, ink) in DAYS.items():
            numbers = [number for number, one in told.items() if one == name]
            axes.broken_barh([(number - 0.45, 0.9) for number in numbers], (line - 0.41, 0.82), facecolors=colour)
            for number in numbers if sign else ():
                axes.text(number, line, sign, ha="center", va="center_baseline", color=ink, fontsize=8)
    axes.set_yticks(range(len(bands)), [f"{database}  {month}" for database, month in bands], fontsize=8.5)
    axes.set_xticks(range(1, 32))
    axes.tick_params(axis="x", labelsize=8)
    axes.set_xlim(0.4, 31.6)
    axes.set_ylim(len(bands) - 0.4, -0.6)
    bare(axes)
    counted = {told: sum(row["state"] == told for row in rows) for told in DAYS}
    present = [told for told in DAYS if counted[told]]
    handles = [Rectangle((0, 0), 1, 1, facecolor=DAYS[told][0]) for told in present]
    labels = [f"{DAYS[told][1]} {told} ({counted[told]})".strip() for told in present]
    axes.legend(handles, labels, loc="upper center", bbox_to_anchor=(0.5, -1.0 / max(len(bands), 1)), ncols=4,
                frameon=False, fontsize=8.5)  # fmt: skip
    return Chart(figure, _calendar_alt(rows, databases))


def _calendar_alt(rows: Sequence[Row], databases: Sequence[str]) -> str:
    told, by_database = [], dict[str, list[Row]]()
    for row in rows:
        by_database.setdefault(row["database"], []).append(row)
    for database in databases:
        mine = by_database[database]
        said = [f"{len(mine)} days"]
        for state in DAYS:
            days = [row["day"] for row in mine if row["state"] == state]
            if state == "backed up":
                said.append(f"backed up on {len(days)}")
            elif days:
                said.append(f"{state}: {', '.join(days)}")
        told.append(f"{database} " + "; ".join(said))
    return f"Backups by database and day. {'. '.join(told)}."


def retention(rows: Sequence[Row], limit: int) -> Chart:
    """Days that backups of each database are kept, beside the policy."""
    figure, axes = new_axes(9, 0.8 + 0.42 * max(len(rows), 1))
    for line, row in enumerate(rows):
        days = row["retention_days"]
        short = days is not None and days < limit
        axes.barh(line, days or 0, color=BAR_2 if short else BAR, height=0.55, hatch="///" if short else None,
                  edgecolor=INK if short else BAR, linewidth=0.4)  # fmt: skip
        text = _retention_words(row, limit)
        axes.text((days or 0) + 0.2, line, text, va="center", fontsize=9, color=INK)
    axes.axvline(limit, color=INK, linewidth=1.2, linestyle="--")
    axes.text(limit, -0.62, f"policy: {limit} days", ha="center", va="bottom", fontsize=8.5, color=QUIET)
    axes.set_yticks(range(len(rows)), [row["name"] for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, max([limit, *(row["retention_days"] or 0 for row in rows)]) * 1.3)
    bare(axes)
    axes.xaxis.get_major_locator().set_params(integer=True)
    told = [f"{row['name']} {_retention_words(row, limit)}" for row in rows]
    return Chart(figure, f"Days that backups are kept, policy {limit}: {'; '.join(told)}.")


def _retention_words(row: Row, limit: int) -> str:
    days, least = row["retention_days"], row["least_days"]
    if days is None:
        return "not stated"
    short = f", {limit - days} short" if days < limit else ""
    return f"{days} days{short}" + (f"; {least} before" if least < min(days, limit) else "")


def restores(rows: Sequence[Row], limit: int) -> Chart:
    """Minutes of the best restore test of each database and quarter, beside the objective."""
    figure, axes = new_axes(9, 0.8 + 0.4 * max(len(rows), 1))
    longest = max([limit, *(row["minutes"] or 0 for row in rows)])
    for line, row in enumerate(rows):
        minutes = row["minutes"]
        late = minutes is not None and minutes > limit
        axes.barh(line, minutes or 0, color=BAR_2 if late else BAR, height=0.55, hatch="///" if late else None,
                  edgecolor=INK if late else BAR, linewidth=0.4)  # fmt: skip
        axes.text((minutes or 0) + longest * 0.01, line, _restore_words(row, limit), va="center", fontsize=9, color=INK)
    axes.axvline(limit, color=INK, linewidth=1.2, linestyle="--")
    axes.text(limit, -0.62, f"objective: {limit} minutes", ha="center", va="bottom", fontsize=8.5, color=QUIET)
    axes.set_yticks(range(len(rows)), [f"{row['database']}  {row['quarter']}" for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, longest * 1.35)
    bare(axes)
    told = [f"{row['database']} {row['quarter']} {_restore_words(row, limit)}" for row in rows]
    return Chart(figure, f"Minutes of restore tests, objective {limit}: {'; '.join(told)}.")


def _restore_words(row: Row, limit: int) -> str:
    if row["tested_on"] is None:
        return "× no restore"
    if row["minutes"] is None:
        return f"{row['tested_on']}, nobody knows how long"
    late = row["minutes"] - limit
    return f"{row['minutes']} minutes" + (f", {late} over" if late > 0 else "")
