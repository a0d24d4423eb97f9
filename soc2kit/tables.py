"""What a notebook cell shows: tables, paragraphs and charts as HTML, each with a plain-text form.

Every value is data and is escaped. A `Shown` never prints; Jupyter asks it for its representations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape as escaped
from typing import Any
from urllib.parse import quote, urlsplit

import pandas as pd

from .period import stamp
from .safe_text import plain, text_table, visible

ROW_LIMIT = 200
#: JupyterLab sets every cell of a table to the right, which is for numbers alone. Reports have a style of their own.
LAB_STYLE = (
    "<style>.jp-RenderedHTMLCommon .scroll :is(td, th):not(.number) { text-align: left; }"
    " .jp-RenderedHTMLCommon .scroll tbody th { white-space: nowrap; }</style>"
)
MISSING = "unknown"
_PATH = re.compile(r"\w[\w.-]*(/[\w.-]+)*\.\w+")


def escape(text: str) -> str:
    """A text as HTML that shows all of it, in its own order."""
    return escaped(visible(text))


@dataclass(frozen=True)
class Shown:
    """Something displayable: `html` for a page, `text` for a terminal or a diff."""

    html: str
    text: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Mapping[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    def __add__(self, other: Shown) -> Shown:
        return Shown(f"{self.html}\n{other.html}", f"{self.text.rstrip()}\n\n{other.text}")


@dataclass(frozen=True)
class Column:
    """`name` in the row, `title` over the column.

    Of the styles, `number` aligns to the right, `code` is set in a fixed-width face, `link` is a file beside the page,
    `wide` has room for a list, `words` for a sentence, `short` stays on one line; `web` leads to the address that the
    row has under the column's name and `_url`, where that is one of http or https.
    """

    name: str
    title: str
    style: str = field(default="")


def shown_value(value: Any) -> str:
    """A value in words; what is missing is unknown, never false and never empty."""
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(shown_value(item) for item in value) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {shown_value(item)}" for key, item in value.items()) or "none"
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return MISSING
    if isinstance(value, datetime):
        # A time without a zone would be a lie in either direction, so it is shown as it stands.
        return stamp(value) if value.tzinfo else f"{value} (no zone)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def table(
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[Column],
    caption: str,
    limit: int = ROW_LIMIT,
    rest: str = "all of them are in results.json",
) -> Shown:
    """A captioned table whose first column names its rows; beyond `limit` rows it says how many are left out.

    `rest` says where those that are left out are.
    """
    rows = list(rows)
    kept = rows[:limit]
    if len(kept) < len(rows):
        caption = f"{caption} (the first {limit} of {len(rows)}; {rest})"
    head = "".join(f'<th scope="col"{_class(column)}>{escape(column.title)}</th>' for column in columns)
    body = "".join(f"<tr>{_cells(row, columns)}</tr>" for row in kept)
    html = (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    lines = [[shown_value(row.get(column.name)) for column in columns] for row in kept]
    return Shown(html, f"{plain(caption)}\n\n{text_table([column.title for column in columns], lines)}")


def facts(pairs: Iterable[tuple[str, Any]], caption: str) -> Shown:
    """A two-column table: what, and its value."""
    pairs = list(pairs)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(shown_value(value))}</td></tr>' for name, value in pairs
    )
    html = (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}"><table class="facts">'
        f"<caption>{escape(caption)}</caption><tbody>{body}</tbody></table></div>"
    )
    lines = [f"{plain(name)}: {plain(shown_value(value))}" for name, value in pairs]
    return Shown(html, "\n".join([plain(caption), *lines]))


def paragraph(text: str, style: str = "") -> Shown:
    return Shown(f'<p class="{escape(style)}">{escape(text)}</p>' if style else f"<p>{escape(text)}</p>", plain(text))


def heading(text: str, level: int = 3) -> Shown:
    return Shown(f"<h{level}>{escape(text)}</h{level}>", plain(text))


def verdict_line(words: str, text: str, tone: str) -> Shown:
    """A verdict: the word in a coloured frame, then a sentence. The word alone carries the meaning."""
    html = f'<p class="verdict"><strong class="tone-{escape(tone)}">{escape(words)}</strong> {escape(text)}</p>'
    return Shown(html, f"{plain(words)}: {plain(text)}")


def folded(summary: str, inside: Shown) -> Shown:
    return Shown(f"<details><summary>{escape(summary)}</summary>{inside.html}</details>", inside.text)


def _class(column: Column) -> str:
    return f' class="{escape(column.style)}"' if column.style else ""


def _cells(row: Mapping[str, Any], columns: Sequence[Column]) -> str:
    first, *rest = columns
    cells = [f'<th scope="row"{_class(first)}>{_content(row, first)}</th>']
    cells += [f"<td{_class(column)}>{_content(row, column)}</td>" for column in rest]
    return "".join(cells)


def _content(row: Mapping[str, Any], column: Column) -> str:
    text = shown_value(row.get(column.name))
    # Only a relative path becomes a link: what names a host or a scheme stays text.
    if column.style == "link" and _PATH.fullmatch(text):
        return f'<a href="{escape(quote(text))}">{escape(text)}</a>'
    if column.style == "web" and not pd.isna(address := row.get(f"{column.name}_url")):
        return _web(text, str(address))
    return escape(text)


def _web(text: str, address: str) -> str:
    """A link that says where it leads; an address that a browser would run or misread stays text beside its words."""
    if is_web_address(address):
        return f'<a href="{escape(address)}" rel="noopener noreferrer">{escape(text)}</a>'
    return f"{escape(text)} (its address is no web page: {escape(plain(address))})"


def is_web_address(address: str) -> bool:
    """Whether it is http or https with a host, nobody's name before that, no white space and no control character."""
    if not address.isprintable() or any(character in address for character in " \\\"'<>"):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and "@" not in parts.netloc
