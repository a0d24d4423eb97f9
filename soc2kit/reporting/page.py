"""An executed notebook as one self-contained HTML page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

TEMPLATES = Path(__file__).parent / "template"
_TITLE = re.compile(r"\A# +(.+?) *$", re.MULTILINE)
_HEADING = re.compile(r"<h([23])>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Page:
    title: str
    company: str
    facts: Sequence[tuple[str, str]]
    contents: Sequence[tuple[str, str]] = ()
    error: str = ""
    back: bool = True


def title_of(notebook: Any, name: str) -> str:
    """The first line `# …` of the narrative, or the file's name."""
    found = next((match for cell in _narrative(notebook) if (match := _TITLE.search(cell.source))), None)
    return found[1] if found else name


def notebook_html(notebook: Any, name: str, company: str, facts: Sequence[tuple[str, str]], error: str = "") -> str:
    """The page. HTML outputs are taken as they are: `tables` escapes what it shows, and the page runs nothing."""
    title = title_of(notebook, name)
    for cell in _narrative(notebook):
        cell.source = _TITLE.sub("", cell.source, count=1)
    contents = [
        (_slug(found[2]), unescape(_TAG.sub("", found[2])))
        for cell in _narrative(notebook)
        for found in _HEADING.finditer(_markdown(cell.source))
        if found[1] == "2"
    ]
    exporter = HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="soc2", template_file="notebook.html.j2", extra_template_basedirs=[str(TEMPLATES)]
    )
    exporter.register_filter("narrative", _narrative_html)  # type: ignore[no-untyped-call]
    exporter.environment.globals["page"] = Page(title, company, facts, contents, error)
    html, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"name": name}})
    return str(html)


def _narrative(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def _markdown(source: str) -> str:
    # Without nbconvert's link signs after headings, which screen readers read out.
    return str(MarkdownWithMath(renderer=IPythonRenderer(escape=True, exclude_anchor_links=True)).render(source))


def _narrative_html(source: str) -> Markup:
    html = _markdown(source)
    return Markup(_HEADING.sub(lambda found: f'<h{found[1]} id="{_slug(found[2])}">{found[2]}</h{found[1]}>', html))


def _slug(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", _TAG.sub("", unescape(heading)).lower()).strip("-") or "section"
