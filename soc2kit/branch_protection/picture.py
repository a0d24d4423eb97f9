"""The rules of every default branch as a picture, drawn from GitHub's answer: what a screenshot of the settings shows.

The same answer gives the same bytes. Colours say nothing that a sign and words beside them do not. Names are drawn as
they are: nothing in them is a formula, and what the font does not have stands there as its number.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.patches import FancyBboxPatch, Rectangle

from ..safe_text import plain
from .layers import Effective, effective, layers_of

DPI = 110
COLUMNS, ROWS = 2, 6
#: Cards on one page: so many, whatever stands in them, that a redacted copy has the same pages.
PER_PAGE = COLUMNS * ROWS
_CARD_WIDTH, _CARD_HEIGHT, _GAP, _TOP = 7.0, 2.62, 0.18, 0.8
_LINE, _HEADER = 0.245, 0.62
_INK, _QUIET, _EDGE, _BAR = "#1F2328", "#57606A", "#D0D7DE", "#F6F8FA"
_LONGEST = 400  # characters of a text that are looked at
#: Okabe and Ito's blue and vermilion, which people with any colour vision can tell apart.
_SIGNS = {True: ("✓", "#0072B2"), False: ("✗", "#D55E00"), None: ("?", "#57606A")}
_HALF, _WHOLE = 3.0, 6.55  # inches


@dataclass(frozen=True)
class _Fact:
    holds: bool | None
    words: str


def pictures(pages: Sequence[Mapping[str, Any]], title: str) -> Iterator[bytes]:
    """PNG files, one for every dozen repositories, by name."""
    answers = sorted((page["answer"] for page in pages), key=lambda answer: str(answer["repository"]))
    parts = [answers[start : start + PER_PAGE] for start in range(0, len(answers), PER_PAGE)] or [[]]
    for number, part in enumerate(parts, 1):
        of = f"   page {number} of {len(parts)}" if len(parts) > 1 else ""
        yield _page(part, f"{title}{of}", len(answers))


def _page(answers: Sequence[Mapping[str, Any]], title: str, total: int) -> bytes:
    rows = -(-len(answers) // COLUMNS) or 1
    width = COLUMNS * _CARD_WIDTH + (COLUMNS + 1) * _GAP
    height = _TOP + rows * (_CARD_HEIGHT + _GAP)
    figure = Figure(figsize=(width, height), facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.axis("off")
    _text(axes, _GAP, 0.3, "Rules of default branches", 15, bold=True)
    _text(axes, _GAP, 0.6, shown(f"{title}   repositories: {total}", 2 * _WHOLE, 9), 9, colour=_QUIET)
    for position, answer in enumerate(answers):
        row, column = divmod(position, COLUMNS)
        _card(axes, _GAP + column * (_CARD_WIDTH + _GAP), _TOP + row * (_CARD_HEIGHT + _GAP), answer)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DPI, facecolor="white", metadata={"Software": None})
    return stream.getvalue()


def _card(axes: Any, left: float, top: float, answer: Mapping[str, Any]) -> None:
    whole = effective(layers_of(answer))
    box: dict[str, Any] = {"facecolor": "white", "edgecolor": _EDGE, "linewidth": 1}
    frame = FancyBboxPatch((left, top), _CARD_WIDTH, _CARD_HEIGHT, boxstyle="round,pad=0,rounding_size=0.06", **box)
    axes.add_patch(frame)
    bar = Rectangle((left, top), _CARD_WIDTH, _HEADER, facecolor=_BAR, edgecolor=_EDGE, linewidth=1)
    axes.add_patch(bar)
    bar.set_clip_path(frame)
    # Of a long name both ends, as those of one company often begin alike.
    # Of a long name both ends, as those of one company often begin alike.
    name = shown(answer["repository"], _WHOLE, 10.5, bold=True, both_ends=True)
    _text(axes, left + 0.15, top + 0.2, name, 10.5, bold=True)
    _text(axes, left + 0.15, top + 0.45, shown(f"branch {answer['branch']}", _WHOLE, 9), 9, colour=_QUIET)
    facts = _facts(whole)
    half = len(facts) // 2
    for number, fact in enumerate(facts):
        column, line = divmod(number, half)
        _fact(axes, left + 0.15 + column * 3.45, top + _HEADER + 0.2 + line * _LINE, fact, _HALF)
    below = top + _HEADER + 0.25 + half * _LINE
    for number, fact in enumerate((_checks(whole), _bypass(whole))):
        _fact(axes, left + 0.15, below + number * _LINE, fact, _WHOLE - 0.3)
    sources = ", ".join(whole.sources) or "no branch protection and no ruleset"
    _text(axes, left + 0.15, below + 2 * _LINE + 0.03, shown(f"from: {sources}", _WHOLE, 8), 8, colour=_QUIET)


def _facts(whole: Effective) -> list[_Fact]:
    asked = whole.demands
    number = asked.required_approvals
    return [
        _Fact(asked.requires_pull_request, "pull request required"),
        _Fact(number > 0, f"approvals required: {number}"),
        _Fact(asked.dismisses_stale, "stale approvals dismissed"),
        _Fact(asked.last_push_approval, "last push needs an approval"),
        _Fact(asked.code_owner_review, "review by code owners required"),
        _Fact(asked.up_to_date_required, "branch up to date before the merge"),
        _Fact(asked.force_push_blocked, "force pushes blocked"),
        _Fact(asked.deletion_blocked, "deletion blocked"),
    ]


def _checks(whole: Effective) -> _Fact:
    names = sorted({*whole.demands.required_checks, *whole.demands.required_workflows})
    return _Fact(bool(names), f"checks required: {_listed(names)}")


def _bypass(whole: Effective) -> _Fact:
    if whole.bypass_actors:
        return _Fact(False, f"may bypass: {_listed(whole.bypass_actors)}")
    if whole.bypass_hidden:
        return _Fact(None, f"may bypass: GitHub does not show it of {_listed(whole.bypass_hidden)}")
    if whole.bypass_together:
        return _Fact(None, f"may bypass: whoever is several of {_listed(whole.bypass_together)}")
    if not whole.sources:
        return _Fact(False, "may bypass: there is nothing to bypass")
    return _Fact(True, "may bypass: nobody")


def _listed(names: Sequence[str]) -> str:
    told = ", ".join(names[:4])
    return f"{told} and {len(names) - 4} more" if len(names) > 4 else told or "none"


def _fact(axes: Any, left: float, middle: float, fact: _Fact, width: float) -> None:
    sign, colour = _SIGNS[fact.holds]
    _text(axes, left, middle, sign, 11, bold=True, colour=colour)
    no = "   no" if fact.holds is False and ":" not in fact.words else ""
    _text(axes, left + 0.25, middle, shown(f"{fact.words}{no}", width, 9), 9)


def _text(
    axes: Any, left: float, middle: float, words: str, size: float, *, bold: bool = False, colour: str = _INK
) -> None:
    drawn = axes.text(left, middle, words, fontproperties=_font(bold), color=colour, va="center", parse_math=False)
    drawn.set_fontsize(size)


def shown(value: Any, width: float, size: float, *, bold: bool = False, both_ends: bool = False) -> str:
    """A text that the font can draw, cut at its end or in its middle to so many inches; the cut is marked."""
    text = "".join(
        character if ord(character) in _drawable() else f"\\u{{{ord(character):X}}}"
        for character in plain(value)[:_LONGEST]
    )
    kept = len(text)
    cut = text
    while _inches(cut, size, bold) > width:
        kept -= 1
        tail = kept // 2 if both_ends else 0
        cut = f"{text[: kept - tail]}…{text[len(text) - tail :]}"
    return cut


def _inches(text: str, size: float, bold: bool) -> float:
    return sum(_advance(character, bold) for character in text) * size / 72


@cache
def _advance(character: str, bold: bool) -> float:
    """How wide a character is, as a part of the size of the font."""
    font = FT2Font(str(_path(bold)))
    font.set_size(100, 72)
    return float(font.load_char(ord(character)).linearHoriAdvance) / 65536 / 100


@cache
def _font(bold: bool) -> FontProperties:
    """The font that comes with matplotlib, whatever this machine has besides."""
    return FontProperties(fname=str(_path(bold)))


def _path(bold: bool) -> Path:
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / f"DejaVuSans{'-Bold' if bold else ''}.ttf"


@cache
def _drawable() -> frozenset[int]:
    return frozenset(FT2Font(str(_path(False))).get_charmap()) & frozenset(FT2Font(str(_path(True))).get_charmap())
