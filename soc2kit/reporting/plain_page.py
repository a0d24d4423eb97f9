"""Pages in the look of the reports, without a notebook behind them."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, FileSystemLoader

from ..model import Assessment
from ..rows import title_facts
from ..tables import Shown
from .page import TEMPLATES, Page


def rendered(template: str, assessment: Assessment, title: str, **parts: Any) -> str:
    """A template of ours with its title block and `parts`."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES / "soc2"), autoescape=True)
    page = Page(title, assessment.company, title_facts(assessment), back=False)
    return environment.get_template(template).render(page=page, **parts)


def plain_page(assessment: Assessment, title: str, body: Shown) -> str:
    return rendered("plain.html.j2", assessment, title, body=body.html)
