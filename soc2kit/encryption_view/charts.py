"""Charts of encryption and network, each with its numbers as words; what colour says, a sign or hatching says too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.dates as dates
from matplotlib.patches import Rectangle

from ..charts import BAR, BAR_2, INK, QUIET, Chart, bare, new_axes
from ..parameters import TLS_VERSIONS
from ..period import Period
from .at_rest import BY_SERVICE, COMPANY, NONE, OF_AWS, OTHER_KEY, UNKNOWN, WAYS
from .standing import EXCEPTION, IN_ORDER, NOT_TESTABLE, Row

#: More rows than these are told in words alone.
DRAWN = 30
_WIDEST = 44
_PAINT: Mapping[str, Mapping[str, Any]] = {
    COMPANY: {"color": BAR},
    OF_AWS: {"color": "#56B4E9", "hatch": "///", "edgecolor": INK},
    BY_SERVICE: {"color": "#B9D9EE", "hatch": "...", "edgecolor": INK},
    OTHER_KEY: {"color": "#F0E442", "hatch": "ooo", "edgecolor": INK},
    UNKNOWN: {"color": "#FFFFFF", "hatch": "...", "edgecolor": INK},
    NONE: {"color": "#D55E00", "hatch": "xxx", "edgecolor": INK},
}
_CELLS = {IN_ORDER: (BAR, "#FFFFFF"), NOT_TESTABLE: ("#FFFFFF", "#000000"), EXCEPTION: (BAR_2, "#000000")}
_EMPTY = ("#F1F1F1", "#5A5A5A")


def stores(counted: Mapping[str, Mapping[str, int]]) -> Chart:
    """One bar a kind, by what encrypts it, with the numbers in it."""
    figure, axes = new_axes(9, 0.36 * len(counted) + 1.3)
    used = [way for way in WAYS if any(ways[way] for ways in counted.values())]
    left = [0] * len(counted)
    most = max((sum(ways.values()) for ways in counted.values()), default=1)
    for way in used:
        values = [ways[way] for ways in counted.values()]
        axes.barh(range(len(counted)), values, left=left, height=0.62, label=way, linewidth=0.4, **_PAINT[way])
        left = [low + value for low, value in zip(left, values, strict=True)]
    for row, total in enumerate(left):
        axes.text(total + most * 0.01, row, f"{total}", va="center", fontsize=9, color=INK)
    axes.set_yticks(range(len(counted)), list(counted))
    axes.set_xlim(0, most * 1.08)
    axes.invert_yaxis()
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=8.5)
    bare(axes)
    told = [
        f"{kind} {sum(ways.values())}: " + ", ".join(f"{number} {way}" for way, number in ways.items() if number)
        for kind, ways in counted.items()
    ]
    return Chart(figure, f"What keeps data, by what encrypts it: {'; '.join(told)}.")


def protocols(rows: Sequence[Row], minimum: str) -> Chart:
    """Endpoints by versions of TLS: which each one speaks; one that is older than the minimum has a cross."""
    drawn, oldest = rows[:DRAWN], TLS_VERSIONS.index(minimum)
    columns = ["without TLS", *TLS_VERSIONS]
    figure, axes = new_axes(8.6, 0.33 * len(drawn) + 1.0)
    for line, row in enumerate(drawn):
        for column, name in enumerate(columns):
            fill, text, ink = _spoken(row, name, column - 1 < oldest)
            axes.add_patch(
                Rectangle((column + 0.03, line + 0.07), 0.94, 0.86, facecolor=fill, edgecolor=QUIET, linewidth=0.5)
            )
            axes.text(column + 0.5, line + 0.5, text, ha="center", va="center", fontsize=8.5, color=ink)
    axes.set_xticks([place + 0.5 for place in range(len(columns))], columns)
    axes.set_yticks([line + 0.5 for line in range(len(drawn))], [_cut(row["name"]) for row in drawn])
    axes.xaxis.tick_top()
    axes.set_xlim(0, len(columns))
    axes.set_ylim(len(drawn), 0)
    bare(axes)
    axes.spines["bottom"].set_visible(False)
    told = [f"{row['name']} {_speaks(row)}" for row in drawn]
    return Chart(figure, f"Public endpoints and what they speak, {minimum} or newer wanted: {'; '.join(told)}"
                         f"{_rest(rows, drawn)}.")  # fmt: skip


def _spoken(row: Row, name: str, old: bool) -> tuple[str, str, str]:
    if name == "without TLS":
        if row["protocol"] == "HTTP":
            redirects = row["only_redirects"] is True
            return (*_CELLS[IN_ORDER if redirects else EXCEPTION][:1], "→ HTTPS" if redirects else "✗ HTTP",
                    _CELLS[IN_ORDER if redirects else EXCEPTION][1])  # fmt: skip
        return _EMPTY[0], "no" if row["protocols"] else "?", _EMPTY[1]
    if row["protocols"] is None:
        return _EMPTY[0], "?", _EMPTY[1]
    if name not in row["protocols"]:
        return _EMPTY[0], "no", _EMPTY[1]
    fill, ink = _CELLS[EXCEPTION if old else IN_ORDER]
    return fill, "✗ yes" if old else "✓ yes", ink


def _speaks(row: Row) -> str:
    if row["protocols"]:
        return ", ".join(row["protocols"])
    if row["protocol"] == "HTTP":
        return "HTTP, to send people on to HTTPS" if row["only_redirects"] is True else "HTTP"
    return "what is not known"


def certificates(rows: Sequence[Row], limit: int) -> Chart:
    """Days left of each certificate, with the limit as a line."""
    known = [row for row in rows if isinstance(row["days"], int)]
    drawn = known[:DRAWN]
    figure, axes = new_axes(9, 0.33 * max(len(drawn), 1) + 0.9)
    for line, row in enumerate(drawn):
        late = row["state"] == EXCEPTION
        style = {"color": BAR_2, "hatch": "///", "edgecolor": INK} if late else {"color": BAR}
        axes.barh(line, max(row["days"], 0), height=0.6, linewidth=0.4, **style)
        axes.text(max(row["days"], 0), line, f"  {row['days']}" + (" ✗" if late else ""), va="center", fontsize=9)
    axes.axvline(limit, color="#D55E00", linewidth=1.4, linestyle="--")
    most = max([*(row["days"] for row in drawn), limit]) * 1.12
    axes.text(limit, -0.62, f" limit {limit} days", fontsize=8.5, color=INK, va="center")
    axes.set_yticks(range(len(drawn)), [_cut(row["name"]) for row in drawn])
    axes.set_xlim(0, most)
    axes.set_ylim(len(drawn) - 0.4, -0.9)
    axes.set_xlabel("days left at the last snapshot", fontsize=9, color=QUIET)
    bare(axes)
    told = [f"{row['name']} {row['days']}" for row in drawn]
    return Chart(figure, f"Certificates in use by days left, limit {limit}: {'; '.join(told)}{_rest(known, drawn)}.")


def history(counted: Mapping[str, Mapping[str, Mapping[str, int]]], months: Sequence[str]) -> Chart:
    """Tests by months: exceptions of the population at the month's last snapshot."""
    figure, axes = new_axes(max(6.0, 2.2 + 0.95 * len(months)), 0.33 * max(len(counted), 1) + 0.6)
    for line, by_month in enumerate(counted.values()):
        for column, month in enumerate(months):
            (fill, ink), text = _counted(by_month.get(month))
            axes.add_patch(
                Rectangle((column + 0.03, line + 0.07), 0.94, 0.86, facecolor=fill, edgecolor=QUIET, linewidth=0.5)
            )
            axes.text(column + 0.5, line + 0.5, text, ha="center", va="center", fontsize=8.5, color=ink)
    axes.set_xticks([place + 0.5 for place in range(len(months))], months)
    axes.set_yticks([line + 0.5 for line in range(len(counted))], list(counted))
    axes.xaxis.tick_top()
    axes.set_xlim(0, max(len(months), 1))
    axes.set_ylim(max(len(counted), 1), 0)
    bare(axes)
    axes.spines["bottom"].set_visible(False)
    told = [
        f"{test} " + ", ".join(f"{month} {_words(states)}" for month, states in by_month.items())
        for test, by_month in counted.items()
        if by_month
    ]
    return Chart(figure, f"Exceptions of each test at the last snapshot of each month: {'; '.join(told)}.")


def _counted(states: Mapping[str, int] | None) -> tuple[tuple[str, str], str]:
    if not states:
        return _EMPTY, "none"
    total = sum(states.values())
    if states[EXCEPTION]:
        return _CELLS[EXCEPTION], f"{states[EXCEPTION]} of {total} ✗"
    if states[NOT_TESTABLE]:
        return _CELLS[NOT_TESTABLE], f"{states[NOT_TESTABLE]} of {total} ?"
    return _CELLS[IN_ORDER], f"0 of {total} ✓"


def _words(states: Mapping[str, int]) -> str:
    dark = f" and {states[NOT_TESTABLE]} not testable" if states[NOT_TESTABLE] else ""
    return f"{states[EXCEPTION]} of {sum(states.values())}{dark}"


def spans(rows: Sequence[Row], window: Period) -> Chart:
    """Each exception over the window: from the first to the last snapshot that shows it, pale until the next one."""
    drawn = rows[:DRAWN]
    figure, axes = new_axes(9, 0.31 * max(len(drawn), 1) + 1.1)
    for line, row in enumerate(drawn):
        end = row["by"] or window.end
        axes.barh(line, end - row["from"], left=row["from"], height=0.55, color="#F1F1F1", edgecolor=QUIET,
                  linewidth=0.5)  # fmt: skip
        axes.barh(line, row["to"] - row["from"], left=row["from"], height=0.55, color=BAR_2, edgecolor=INK,
                  hatch="///", linewidth=0.4)  # fmt: skip
        axes.plot([row["from"]], [line], "o", color=BAR_2, markeredgecolor=INK, markersize=5, clip_on=False)
    axes.set_yticks(range(len(drawn)), [f"{row['test']}  {_cut(row['item'])}" for row in drawn], fontsize=8.5)
    axes.set_xlim(window.start, window.end)
    axes.set_ylim(len(drawn) - 0.4, -0.6)
    axes.xaxis.set_major_locator(dates.MonthLocator())  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(dates.DateFormatter("%Y-%m"))  # type: ignore[no-untyped-call]
    axes.set_xlabel("hatched: snapshots show it; pale: until the next snapshot", fontsize=8.5, color=QUIET)
    bare(axes)
    axes.tick_params(labelsize=8.5)
    told = [f"{row['test']} {row['item']} from {row['first']} to {row['last']}, {row['then']}" for row in drawn]
    return Chart(figure, f"Exceptions by how long snapshots show them: {'; '.join(told)}{_rest(rows, drawn)}.")


def _rest(rows: Sequence[Row], drawn: Sequence[Row]) -> str:
    return f"; and {len(rows) - len(drawn)} more, which the table has" if len(rows) > len(drawn) else ""


def _cut(name: Any) -> str:
    text = str(name)
    text = text if len(text) <= _WIDEST else f"{text[:20]}…{text[-(_WIDEST - 21) :]}"
    # Between two of these matplotlib would read a formula.
    return text.replace("$", r"\$")
