"""A page of tables in the look of the reports, without a notebook behind it."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader

from ..model import Assessment
from ..rows import title_facts
from ..tables import Shown
from .page import TEMPLATES, Page


def plain_page(assessment: Assessment, title: str, body: Shown) -> str:
    environment = Environment(loader=FileSystemLoader(TEMPLATES / "soc2"), autoescape=True)
    page = Page(title, assessment.company, title_facts(assessment), back=False)
    return environment.get_template("plain.html.j2").render(page=page, body=body.html)
