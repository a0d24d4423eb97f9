"""Charts as matplotlib figures, each with alternative text made from the same numbers.

Figures are made without pyplot: no window system, no global state, and the same data gives the same bytes.
"""

from __future__ import annotations

import io
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .model import Assessment, Count, CriterionResult, CriterionStatus, TestResult
from .period import Period
from .wording import CRITERIA

#: Okabe and Ito's palette, which people with any colour vision can tell apart; ink is chosen for contrast.
PAINT: Mapping[CriterionStatus, tuple[str, str]] = {
    CriterionStatus.SUPPORTED: ("#009E73", "#000000"),
    CriterionStatus.DEVIATION: ("#D55E00", "#000000"),
    CriterionStatus.GAP: ("#E69F00", "#000000"),
    CriterionStatus.NOT_TESTED: ("#56B4E9", "#000000"),
    CriterionStatus.NOT_ASSESSED: ("#B9D9EE", "#000000"),
    CriterionStatus.NO_CONTROL: ("#F0E442", "#000000"),
    CriterionStatus.OUT_OF_SCOPE: ("#F1F1F1", "#5A5A5A"),
}
INK, QUIET, BAR, BAR_2 = "#1B1F24", "#57606A", "#0072B2", "#E69F00"
DPI = 144


@dataclass(frozen=True)
class Chart:
    """A figure and its description; Jupyter shows it as a PNG with the description as alternative text."""

    figure: Figure
    alt: str

    def png(self) -> bytes:
        stream = io.BytesIO()
        self.figure.savefig(stream, format="png", dpi=DPI, facecolor="white", metadata={"Software": None})
        return stream.getvalue()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:
        width = round(self.figure.get_figwidth() * 96)
        data = {"image/png": b64encode(self.png()).decode("ascii"), "text/plain": self.alt}
        return data, {"image/png": {"alt": self.alt, "width": width}}


MATRIX_COLUMNS = 9


def criteria_matrix(criteria: Sequence[CriterionResult]) -> Chart:
    """One cell a criterion, one row a series: symbol, colour and the legend's word say the same."""
    rows = _matrix_rows(criteria)
    columns = max((len(results) for _, results in rows), default=1)
    figure, axes = _axes(10.5, 0.46 * len(rows) + 0.9)
    for row, (name, results) in enumerate(rows):
        axes.text(-0.12, row + 0.5, name, ha="right", va="center", fontsize=9, color=INK, fontweight="bold")
        for column, result in enumerate(results):
            _cell(axes, column, row, result)
    axes.set_xlim(-3.3, max(columns, 8))
    axes.set_ylim(len(rows), 0)
    axes.axis("off")
    tally = Counter(result.status for result in criteria)
    present = [status for status in CriterionStatus if tally[status]]
    handles = [Rectangle((0, 0), 1, 1, facecolor=PAINT[status][0]) for status in present]
    labels = [f"{CRITERIA[status].symbol}  {CRITERIA[status].words} ({tally[status]})" for status in present]
    figure.legend(handles, labels, loc="lower center", ncols=4, frameon=False, fontsize=8.5)
    figure.subplots_adjust(left=0.01, right=0.99, top=0.99, bottom=0.62 / (0.46 * len(rows) + 0.9))
    return Chart(figure, _matrix_alt(criteria, present))


def _matrix_rows(criteria: Sequence[CriterionResult]) -> list[tuple[str, list[CriterionResult]]]:
    """A row for each series; Privacy's eight short series share rows, as most have one criterion."""
    series: dict[str, list[CriterionResult]] = {}
    for result in criteria:
        privacy = result.criterion.category == "Privacy"
        series.setdefault("P1-P8 Privacy" if privacy else result.criterion.series, []).append(result)
    return [
        (name if start == 0 else "", results[start : start + MATRIX_COLUMNS])
        for name, results in series.items()
        for start in range(0, len(results), MATRIX_COLUMNS)
    ]


def counts_bars(counts: Sequence[Count]) -> Chart:
    """Each count as a bar of its own denominator; the numbers stand beside it."""
    figure, axes = _axes(9, 0.5 * max(len(counts), 1) + 0.3)
    for row, count in enumerate(counts):
        share = count.value / count.of if count.of else 0
        axes.barh(row, 1, color="#E7EBEF", height=0.5)
        axes.barh(row, share, color=BAR, height=0.5)
        axes.text(1.02, row, _of(count), va="center", fontsize=9.5, color=INK)
    axes.set_yticks(range(len(counts)), [count.label for count in counts], fontsize=9.5)
    axes.set_xlim(0, 1.22)
    axes.invert_yaxis()
    _bare(axes)
    axes.set_xticks([])
    alt = "Bars of the counts: " + "; ".join(f"{count.label} {_of(count)}" for count in counts) + "."
    return Chart(figure, alt)


def exceptions_by_control(tests: Sequence[TestResult]) -> Chart:
    """Exceptions of every tested control, most first; controls without any stand there with 0."""
    tally: Counter[str] = Counter()
    for result in tests:
        tally[result.check.control] += len(result.exceptions)
    ordered = sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    figure, axes = _axes(9, 0.3 * max(len(ordered), 1) + 0.6)
    names, values = [name for name, _ in ordered], [value for _, value in ordered]
    bars = axes.barh(names, values, color=BAR_2, edgecolor=INK, linewidth=0.4, height=0.62)
    axes.bar_label(bars, padding=4, fontsize=9, color=INK)
    axes.set_xlim(0, max([*values, 1]) * 1.1)
    axes.invert_yaxis()
    _bare(axes)
    axes.set_xticks([])
    alt = "Exceptions by control: " + ", ".join(f"{name} {value}" for name, value in ordered) + "."
    return Chart(figure, alt)


def population_by_month(result: TestResult, months: Sequence[Period]) -> Chart:
    """What happened in each month of the window, how much of it is an exception, and what cannot be tested."""
    everything = [_inside(result.population, month) for month in months]
    flagged = [_inside(result.exceptions, month) for month in months]
    untold = [_inside(result.not_testable, month) for month in months]
    clear = [total - bad - dark for total, bad, dark in zip(everything, flagged, untold, strict=True)]
    figure, axes = _axes(9, 2.9)
    names = [month.name for month in months]
    axes.bar(names, clear, color=BAR, label="in order", width=0.6)
    # Hatching keeps the two apart where colour does not print.
    axes.bar(names, flagged, bottom=clear, color=BAR_2, hatch="///", edgecolor=INK, label="exception", width=0.6)
    if any(untold):
        below = [good + bad for good, bad in zip(clear, flagged, strict=True)]
        axes.bar(
            names, untold, bottom=below, color="white", hatch="...", edgecolor=INK, label="not testable", width=0.6
        )
    for index, total in enumerate(everything):
        axes.text(index, total, f" {total}", ha="center", va="bottom", fontsize=9, color=INK)
    axes.set_ylim(0, max([*everything, 1]) * 1.15)
    axes.set_ylabel("rows of the population", fontsize=9, color=QUIET)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=9)
    _bare(axes)
    months_told = zip(names, everything, flagged, untold, strict=True)
    parts = [
        f"{name} {total}, of which {bad} exceptions" + (f" and {dark} not testable" if dark else "")
        for name, total, bad, dark in months_told
    ]
    return Chart(figure, f"{result.check.id}, population by month: " + "; ".join(parts) + ".")


def window_bars(assessment: Assessment) -> Chart:
    """Each dataset over the window: the days that evidence speaks of as a bar, each collection as a mark."""
    histories = assessment.window
    figure, axes = _axes(9, 0.28 * max(len(histories), 1) + 0.7)
    window = assessment.period
    axes.axvspan(window.start, window.end, color="#E7EBEF", linewidth=0)
    for row, history in enumerate(histories):
        edges = [window.start, *(edge for gap in history.gaps for edge in (gap.start, gap.end))]
        edges.append(window.until(assessment.as_of).end)
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            axes.barh(row, end - start, left=start, height=0.55, color=BAR)
        marks = {"color": BAR_2, "markeredgecolor": INK, "markersize": 4, "clip_on": False}
        axes.plot(history.taken, [row] * len(history.taken), "o", **marks)
    axes.set_yticks(range(len(histories)), [history.dataset for history in histories], fontsize=8.5)
    axes.set_xlim(window.start, window.end)
    axes.invert_yaxis()
    _bare(axes)
    axes.tick_params(labelsize=8.5)
    axes.set_xlabel("bar: days that evidence speaks of; mark: a collection", fontsize=8.5, color=QUIET)
    told = (f"{history.dataset} {history.days_covered} of {history.days} days" for history in histories)
    return Chart(figure, "Days of the window that evidence speaks of: " + ", ".join(told) + ".")


def _axes(width: float, height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(width, height))
    return figure, figure.add_subplot()


def _bare(axes: Any) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#C9D1D9")
    axes.tick_params(length=0, colors=INK, labelsize=9)
    axes.figure.set_layout_engine("constrained")


def _cell(axes: Any, column: int, row: int, result: CriterionResult) -> None:
    fill, ink = PAINT[result.status]
    axes.add_patch(Rectangle((column + 0.03, row + 0.06), 0.94, 0.88, facecolor=fill, linewidth=0))
    label = f"{result.criterion.id} {CRITERIA[result.status].symbol}"
    axes.text(column + 0.5, row + 0.5, label, ha="center", va="center", fontsize=8.5, color=ink)


def _matrix_alt(criteria: Sequence[CriterionResult], present: Sequence[CriterionStatus]) -> str:
    groups = []
    for status in present:
        names = [result.criterion.id for result in criteria if result.status is status]
        listed = "" if status is CriterionStatus.OUT_OF_SCOPE else f" ({', '.join(names)})"
        groups.append(f"{len(names)} {CRITERIA[status].words}{listed}")
    return f"Readiness of {len(criteria)} criteria: " + "; ".join(groups) + "."


def _of(count: Count) -> str:
    return f"{count.value:g} of {count.of:g}"


def _inside(frame: Any, month: Period) -> int:
    if frame.empty:
        return 0
    return int(month.contains(frame["at"]).sum())
