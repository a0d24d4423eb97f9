"""Notebooks run once each, rendered to self-contained HTML, with an index, in a dated folder."""

from .imports import without_iri_parsers

without_iri_parsers()

from .runner import NotebookRun, RunResult, render_reports  # noqa: E402  (the line above must come first)

__all__ = ["NotebookRun", "RunResult", "render_reports"]
