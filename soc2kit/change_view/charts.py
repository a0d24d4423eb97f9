"""Charts of changes. Colours are Okabe and Ito's; a word, number or hatching beside each says the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.patches import Patch, Rectangle

from ..charts import BAR, BAR_2, INK, QUIET, Chart, bare, new_axes
from ..model import Frame
from .landings import KINDS, Counts
from .lead_times import ALL, STEPS, words
from .states import EXCEPTION, IN_ORDER, NOT_TESTABLE, STATES

#: Fill, hatching, the sign beside the number, and the ink of both.
PAINT: Mapping[str, tuple[str, str, str, str]] = {
    IN_ORDER: (BAR, "", "✓", "#FFFFFF"),
    NOT_TESTABLE: ("#FFFFFF", "...", "?", "#000000"),
    EXCEPTION: (BAR_2, "///", "✗", "#000000"),
}
_LANDED = {
    "pull_request": ("#0072B2", ""),
    "merge_queue": ("#56B4E9", ""),
    "bot_push": ("#009E73", "..."),
    "direct_push": ("#E69F00", "///"),
    "removed": ("#D55E00", "xxx"),
    "unknown": ("#F0E442", "ooo"),
}
_EMPTY = "#F1F1F1"
#: More repositories than this are told in the text alone by what is not in order.
_NAMED = 12


def landings_by_month(counts: Counts) -> Chart:
    """Commits of each month by the way they landed; months as the company counts them."""
    months = [month.name for month in counts.months]
    by_month = counts.by("month").set_index("month").reindex(months, fill_value=0)
    kinds = [kind for kind in _LANDED if kind in by_month and by_month[kind].sum()]
    series = [(KINDS[kind], by_month[kind].tolist(), *_LANDED[kind]) for kind in kinds]
    if not kinds:
        series = [("Commits", by_month["commits"].tolist(), BAR, "")]
    figure, axes = new_axes(9, 3.1)
    _stacked(axes, months, series)
    axes.set_ylabel("commits landed", fontsize=9, color=QUIET)
    _legend(axes, series)
    bare(axes)
    told = (
        f"{month} "
        + ", ".join([str(sum(row[1][n] for row in series)), *(f"{row[0].lower()} {row[1][n]}" for row in series)])
        for n, month in enumerate(months)
    )
    return Chart(figure, "Commits landed by month, and how: " + "; ".join(told) + ".")


def states_by_month(tallied: Frame, months: Sequence[str], strata: Sequence[str]) -> Chart:
    """A panel for each stratum that has changes: those of each month by state. Each has a scale of its own."""
    filled = [stratum for stratum in strata if (tallied["stratum"] == stratum).any()]
    figure, _ = new_axes(9, 1.9 * max(len(filled), 1) + 0.3)
    figure.clear()
    told = [f"no change is of {stratum}" for stratum in strata if stratum not in filled]
    for place, stratum in enumerate(filled):
        axes = figure.add_subplot(len(filled), 1, place + 1)
        own = tallied[tallied["stratum"] == stratum].set_index("month")[[*STATES, "all"]].reindex(months, fill_value=0)
        series = [(f"{state} ({own[state].sum()})", own[state].tolist(), *PAINT[state][:2]) for state in STATES]
        _stacked(axes, months, series)
        axes.set_title(f"{stratum}: {own['all'].sum()}", loc="left", fontsize=9.5, color=INK)
        _legend(axes, series)
        bare(axes)
        odd = [
            f"{month} {own.at[month, state]} {state}"
            for month in months
            for state in (EXCEPTION, NOT_TESTABLE)
            if own.at[month, state]
        ]
        numbers = ", ".join(f"{own[state].sum()} {state}" for state in STATES)
        told.append(f"{stratum} {own['all'].sum()}: {numbers}" + (f" ({', '.join(odd)})" if odd else ""))
    return Chart(figure, "States of the changes of each stratum by month. " + "; ".join(told) + ".")


def coverage_matrix(tallied: Frame, months: Sequence[str]) -> Chart:
    """Repositories by months: in each cell how many of the changes are in order, and the worst state as its colour."""
    repositories = sorted(tallied["repository"].unique())
    cells = tallied.set_index(["repository", "month"])[[*STATES, "all"]].to_dict("index")
    height = 0.3 * max(len(repositories), 1) + 0.9
    figure, axes = new_axes(max(5.0, 2.6 + 0.74 * len(months)), height)
    for row, repository in enumerate(repositories):
        for column, month in enumerate(months):
            _cell(axes, column, row, cells.get((repository, month)))
    axes.set_xticks([place + 0.5 for place in range(len(months))], months, fontsize=8.5)
    axes.set_yticks([place + 0.5 for place in range(len(repositories))], repositories, fontsize=8.5)
    axes.xaxis.tick_top()
    axes.set_xlim(0, max(len(months), 1))
    axes.set_ylim(max(len(repositories), 1), 0)
    handles = [Rectangle((0, 0), 1, 1, facecolor=PAINT[state][0], edgecolor=QUIET, linewidth=0.5) for state in STATES]
    labels = [f"{PAINT[state][2]}  {said}" for state, said in zip(STATES, _CELL_WORDS, strict=True)]
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=8.5)
    bare(axes)
    axes.spines["bottom"].set_visible(False)
    return Chart(figure, _coverage_alt(tallied, repositories))


_CELL_WORDS = ("all in order", "some not testable, no exception", "some are exceptions")


def _cell(axes: Any, column: int, row: int, numbers: Mapping[str, int] | None) -> None:
    if not numbers or not numbers["all"]:
        fill, text, ink = _EMPTY, "none", "#5A5A5A"
    else:
        worst = max((state for state in STATES if numbers[state] or state == IN_ORDER), key=STATES.index)
        fill, _, sign, ink = PAINT[worst]
        text = f"{numbers[IN_ORDER]}/{numbers['all']} {sign}"
    axes.add_patch(Rectangle((column + 0.03, row + 0.06), 0.94, 0.88, facecolor=fill, edgecolor=QUIET, linewidth=0.5))
    axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=8, color=ink)


def _coverage_alt(tallied: Frame, repositories: Sequence[str]) -> str:
    whole = tallied.groupby("repository")[[IN_ORDER, "all"]].sum()
    odd = (
        tallied[tallied[IN_ORDER] < tallied["all"]]
        .groupby("repository")["month"]
        .agg(lambda held: list(map(str, held)))
    )
    named = repositories if len(repositories) <= _NAMED else [name for name in repositories if name in odd]
    told = [
        f"{name} {whole.at[name, IN_ORDER]} of {whole.at[name, 'all']}"
        + (f" (not all in {', '.join(odd[name])})" if name in odd else "")
        for name in named
    ]
    if len(named) < len(repositories):
        told.append(f"in the other {len(repositories) - len(named)} repositories all")
    total = f"{whole[IN_ORDER].sum()} of {whole['all'].sum()} in repositories: {len(repositories)}"
    return f"Changes in order by repository and month: {total}; " + "; ".join(told) + "."


def lead_time_bars(summarised: Frame, step: str = "merge") -> Chart:
    """The median of a step as a bar and its 90th percentile as a mark, for each repository. Hours."""
    rows = summarised[(summarised["step"] == step) & (summarised["known"] > 0)]
    figure, axes = new_axes(9, 0.3 * max(len(rows), 1) + 0.8)
    places = range(len(rows))
    axes.barh(places, rows["median"], color=BAR, height=0.55)
    axes.plot(rows["p90"], places, "D", color=BAR_2, markeredgecolor=INK, markersize=6, linestyle="none")
    furthest = rows[["median", "p90"]].max(axis=1)
    for place, (at, median, p90) in enumerate(zip(furthest, rows["median"], rows["p90"], strict=True)):
        told = f"{words(median)}, {words(p90)}"
        axes.annotate(told, (at, place), (8, 0), textcoords="offset points", va="center", fontsize=8.5, color=INK)
    axes.set_yticks(places, ["all repositories" if name == ALL else name for name in rows["repository"]])
    axes.set_xlim(0, max([*furthest, 1.0]) * 1.18)
    axes.invert_yaxis()
    bare(axes)
    axes.set_xlabel(f"hours, {STEPS[step]}; bar: median, mark: 90th percentile", fontsize=8.5, color=QUIET)
    alt = (f"{row.repository} {words(row.median)} and {words(row.p90)} (of {row.known})" for row in rows.itertuples())
    return Chart(figure, f"Hours, {STEPS[step]}, median and 90th percentile: " + "; ".join(alt) + ".")


def _stacked(axes: Any, names: Sequence[str], series: Sequence[tuple[str, list[int], str, str]]) -> None:
    bottom = [0] * len(names)
    for _, numbers, fill, hatch in series:
        # Hatching keeps them apart where colour does not print.
        axes.bar(names, numbers, bottom=bottom, color=fill, hatch=hatch, edgecolor=INK, linewidth=0.4, width=0.6)
        bottom = [low + number for low, number in zip(bottom, numbers, strict=True)]
    for place, total in enumerate(bottom):
        axes.text(place, total, f" {total}", ha="center", va="bottom", fontsize=8.5, color=INK)
    axes.set_ylim(0, max([*bottom, 1]) * 1.2)
    axes.yaxis.get_major_locator().set_params(integer=True)


def _legend(axes: Any, series: Sequence[tuple[str, list[int], str, str]]) -> None:
    handles = [Patch(facecolor=fill, hatch=hatch, edgecolor=INK, linewidth=0.4) for _, _, fill, hatch in series]
    labels = [name for name, *_ in series]
    axes.legend(handles, labels, loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=8.5)
