"""The activity of branches without the names of branches that are none of the default's: people name those."""

from __future__ import annotations

from typing import Any

from .answers import REDACTED_TEXT

DATASET = "github.default_branch_commits"
_HEADS = "refs/heads/"


def without_other_branches(pages: list[Any]) -> list[Any]:
    """A branch that was the default, under any name, was asked for by that name; no test reads another one's."""
    asked = {page["parameters"].get("ref") for page in pages}
    return [{**page, "answer": _answer(page["answer"], asked)} for page in pages]


def _answer(answer: Any, asked: set[Any]) -> Any:
    if not isinstance(answer, list):
        return answer
    return [one if one["ref"] in asked else {**one, "ref": f"{_HEADS}{REDACTED_TEXT}"} for one in answer]
